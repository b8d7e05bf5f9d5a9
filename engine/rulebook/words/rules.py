"""The words that count and pay: metric, rule, cap, currency, removal, defaults."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    Duration,
    Formerly,
    Formula,
    Id,
    If,
    IfAny,
    Name,
    On,
    Past,
    PeriodWord,
    Points,
    Said,
    Times,
    Title,
    Unless,
    Words,
)

By = Annotated[Name, Meta(description="Counted for each value of this field by itself.", examples=["channel"])]
Counter = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9][a-z0-9_-]{0,59}$",
        description="The name of a count that several rules share.",
        examples=["paid-shares"],
    ),
]
Dated = Annotated[
    Name, Meta(description="A time field whose period counts instead of the act's own.", examples=["proposed_at"])
]
ForgetAfter = Annotated[Duration, Meta(description="When a count for ever may be forgotten.", examples=["90 days"])]


class Defaults(Said, frozen=True, kw_only=True):
    """Conditions that hold for all rules of this file on these events, beside their own."""

    on: On
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}


class Cap(Said, frozen=True, kw_only=True):
    """At most so many points a person and period, over all rules."""

    on: Annotated[
        Name,
        Meta(description="A group with @ in front, an event, or * for everything.", examples=["@sharing", "*"]),
    ]
    points: Points
    per: PeriodWord


class Limit(Said, frozen=True, kw_only=True):
    """At most so many paid acts, or so many points, a person and period."""

    times: Times | None = None
    points: Points | None = None
    per: PeriodWord
    by: By | None = None
    counter: Counter | None = None
    dated: Dated | None = None
    forget_after: ForgetAfter | None = None


class Fade(Said, frozen=True, kw_only=True):
    """The first, second, third … paid act of a period pays so many percent; the last number stays."""

    per: PeriodWord
    percent: Annotated[
        list[int],
        Meta(max_length=100, description="Whole percentages that never rise.", examples=[[100, 100, 50, 25, 0]]),
    ]
    by: By | None = None
    counter: Counter | None = None
    dated: Dated | None = None
    forget_after: ForgetAfter | None = None


class PointsFormula(Said, frozen=True, kw_only=True):
    """Points that are computed."""

    formula: Annotated[Formula, Meta(description="Points as a CEL formula.", examples=["event.minutes / 10"])]


class Rule(Said, frozen=True, kw_only=True):
    """Who is paid how much for what."""

    id: Id
    title: Title
    text: Words | None = None
    on: On
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    formula: Formula | None = None
    pays: Annotated[
        Name | None,
        Meta(
            description="Who gets the points when it isn't the one who acted: a field, or member.invited_by.",
            examples=["proposer", "member.invited_by"],
        ),
    ] = None
    self_ok: Annotated[bool, Meta(description="Whether people may be paid by their own act here.", examples=[True])] = (
        False
    )
    says_who: Annotated[bool, Meta(description="Whether the receipt names who acted.", examples=[False])] = True
    points: Annotated[
        Points | PointsFormula,
        Meta(description="How many points it pays.", examples=[10, {"formula": "event.minutes / 10"}]),
    ]
    fade: Annotated[
        Fade | None,
        Meta(
            description="How much the second, third … act of a period still pays.",
            examples=[{"per": "week", "percent": [100, 50, 0]}],
        ),
    ] = None
    limits: Annotated[
        list[Limit],
        Meta(max_length=20, description="Its own bounds; all hold.", examples=[[{"times": 3, "per": "week"}]]),
    ] = []
    once_per: Annotated[
        list[Name],
        Meta(
            max_length=10,
            description="Paid once for the same values of these fields.",
            examples=[["content", "channel"]],
        ),
    ] = []
    once_per_forget_after: Annotated[
        Duration | None, Meta(description="When the same values may be paid again.", examples=["90 days"])
    ] = None
    formerly: Formerly | None = None
    past: Past = "ignore"


class Metric(Said, frozen=True, kw_only=True):
    """A number that is counted for each person."""

    id: Id
    title: Title | None = None
    on: On
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    formula: Formula | None = None
    sum: Annotated[Name | None, Meta(description="Adds up this number field.", examples=["minutes"])] = None
    distinct: Annotated[
        Name | None,
        Meta(
            description="Counts different values of a field, or different days, weeks …", examples=["channel", "week"]
        ),
    ] = None
    each: Annotated[
        Name | None, Meta(description="Counts each value of a closed list by itself.", examples=["topics"])
    ] = None
    formerly: Formerly | None = None
    past: Past = "ignore"


class Removal(Said, frozen=True, kw_only=True):
    """An event that takes back what a content brought to a person."""

    on: Annotated[Name, Meta(description="The event.", examples=["content.removed"])]
    takes_back: Annotated[
        Literal["content-and-member"],
        Meta(description="What goes: everything about the same content and person.", examples=["content-and-member"]),
    ] = "content-and-member"
    within: Annotated[Duration, Meta(description="How far back.", examples=["30 days"])]
    badges: Annotated[Literal["stay", "withdraw"], Meta(description="What becomes of badges.", examples=["stay"])] = (
        "withdraw"
    )


Money = Annotated[str, Meta(pattern=r"^\d{1,9}(\.\d{1,6})?$")]


class CurrencyLimit(Said, frozen=True, kw_only=True):
    """The most of a currency that one person gets in a period."""

    amount: (
        Annotated[int, Meta(ge=1, le=MOST_POINTS, description="In the currency itself.", examples=[4800])] | None
    ) = None
    eur: Annotated[Money | None, Meta(description="In euro, by what one is worth.", examples=["96.00"])] = None
    usd: Annotated[Money | None, Meta(description="In US dollars.", examples=["96.00"])] = None
    gbp: Annotated[Money | None, Meta(description="In pounds sterling.", examples=["96.00"])] = None
    sek: Annotated[Money | None, Meta(description="In Swedish kronor.", examples=["960.00"])] = None
    nok: Annotated[Money | None, Meta(description="In Norwegian kroner.", examples=["960.00"])] = None
    dkk: Annotated[Money | None, Meta(description="In Danish kroner.", examples=["720.00"])] = None
    chf: Annotated[Money | None, Meta(description="In Swiss francs.", examples=["96.00"])] = None
    per: PeriodWord


class Worth(Said, frozen=True, kw_only=True):
    """What one of a currency is worth in money; one line."""

    eur: Annotated[Money | None, Meta(description="In euro.", examples=["0.02"])] = None
    usd: Annotated[Money | None, Meta(description="In US dollars.", examples=["0.02"])] = None
    gbp: Annotated[Money | None, Meta(description="In pounds sterling.", examples=["0.02"])] = None
    sek: Annotated[Money | None, Meta(description="In Swedish kronor.", examples=["0.20"])] = None
    nok: Annotated[Money | None, Meta(description="In Norwegian kroner.", examples=["0.20"])] = None
    dkk: Annotated[Money | None, Meta(description="In Danish kroner.", examples=["0.15"])] = None
    chf: Annotated[Money | None, Meta(description="In Swiss francs.", examples=["0.02"])] = None


class Currency(Said, frozen=True, kw_only=True):
    """Something else than points that is earned."""

    id: Id
    title: Title
    worth: Annotated[Worth | None, Meta(description="What one is worth.", examples=[{"eur": "0.02"}])] = None
    per_point: Annotated[int, Meta(ge=0, le=1_000, description="So many for each point.", examples=[1])] = 0
    limits: Annotated[
        list[CurrencyLimit],
        Meta(max_length=20, description="Its own bounds; points go on.", examples=[[{"eur": "96.00", "per": "year"}]]),
    ] = []
    expires: Annotated[
        Name | None,
        Meta(
            description="What was earned in a month can be used until the end of the month so many later.",
            examples=["12 months", "2 years"],
        ),
    ] = None
    last_day: Annotated[
        date | None,
        Meta(description="The last day on which it can be earned and used, itself included.", examples=["2027-12-31"]),
    ] = None
    announce: Annotated[
        Duration | None, Meta(description="So long before, at least, people are told.", examples=["60 days"])
    ] = None
    formerly: Formerly | None = None
