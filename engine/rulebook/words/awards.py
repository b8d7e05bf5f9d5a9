"""The words that recognise: badge, level, leaderboard, recognition, thanks."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    Duration,
    Formerly,
    Id,
    If,
    IfAny,
    Kind,
    Lines,
    Name,
    OfMetric,
    Past,
    Percent,
    PeriodWord,
    Points,
    Said,
    Times,
    Title,
    Unless,
    Words,
)

At = Annotated[int, Meta(ge=1, le=MOST_POINTS, description="Reached at this number.", examples=[5])]


class OfNumber(Said, frozen=True, kw_only=True):
    """What brings a badge: a metric in a window, or so many periods of a streak in a row."""

    metric: Annotated[Name | None, Meta(description="The id of a metric, or points.", examples=["acts"])] = None
    per: PeriodWord | None = None
    streak: Annotated[Name | None, Meta(description="The id of a streak.", examples=["weekly"])] = None


class Tier(Said, frozen=True, kw_only=True):
    """A step of a badge."""

    name: Title
    at: At
    id: Id | None = None


class Badge(Said, frozen=True, kw_only=True):
    """Given once for good, unless it repeats."""

    id: Id
    title: Title
    text: Words | None = None
    of: Annotated[
        OfNumber | None, Meta(description="The number that brings it.", examples=[{"metric": "acts", "per": "ever"}])
    ] = None
    at: At | None = None
    tiers: Annotated[
        list[Tier],
        Meta(max_length=20, description="Several steps instead of at.", examples=[[{"name": "starter", "at": 3}]]),
    ] = []
    each: Annotated[
        Name | None, Meta(description="One badge for each value that the metric counts.", examples=["topics"])
    ] = None
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    repeats: Annotated[
        Literal["day", "week", "month", "quarter", "year"] | None,
        Meta(description="Given again in each such period.", examples=["month"]),
    ] = None
    awarded_by: Annotated[
        Literal["hand", "challenge"] | None,
        Meta(description="Given by a person, or by a challenge.", examples=["hand"]),
    ] = None
    away: Annotated[
        Literal["stretches"] | None,
        Meta(description="Time away stretches the window: it is not used up then.", examples=["stretches"]),
    ] = None
    formerly: Formerly | None = None
    past: Past = "ignore"


class Level(Said, frozen=True, kw_only=True):
    """A step of the points of all time."""

    id: Id
    title: Title
    at: Annotated[int, Meta(ge=0, le=MOST_POINTS, description="Reached at so many points.", examples=[150])]
    formerly: Formerly | None = None


class Leaderboard(Said, frozen=True, kw_only=True):
    """Who stands where, of those who chose to be shown."""

    id: Id
    title: Title
    of: Annotated[
        Name | OfMetric, Meta(description="points, or a metric.", examples=["points", {"metric": "acts"}])
    ] = "points"
    periods: Annotated[
        list[Kind], Meta(max_length=6, description="A board for each of these.", examples=[["week", "month", "ever"]])
    ]
    by: Annotated[
        list[Literal["members", "teams", "departments", "countries"]],
        Meta(min_length=1, max_length=4, description="Who is ranked.", examples=[["members", "teams"]]),
    ] = msgspec.field(default_factory=lambda: ["members"])
    formerly: Formerly | None = None


class Recognition(Said, frozen=True, kw_only=True):
    """People who are named at the end of a period."""

    id: Id
    title: Title
    text: Words | None = None
    at_end_of: Annotated[
        Literal["day", "week", "month", "quarter", "year"] | None,
        Meta(description="When it is named.", examples=["month"]),
    ] = None
    board: Annotated[Name | None, Meta(description="The leaderboard it looks at.", examples=["advocates"])] = None
    places: Annotated[int, Meta(ge=1, le=100, description="So many places.", examples=[3])] = 3
    ties: Annotated[Literal["all"], Meta(description="Who shares the last place is named too.", examples=["all"])] = (
        "all"
    )
    most: Annotated[int, Meta(ge=1, le=1_000, description="Never more people than this.", examples=[10])] = 10
    at_least: Annotated[int, Meta(ge=1, le=MOST_POINTS, description="Only with at least this score.", examples=[1])] = 1
    leave_out: Annotated[
        Lines, Meta(description="Whom it leaves out.", examples=[{"member": {"is_leader": True}}])
    ] = {}
    ask_first: Annotated[bool, Meta(description="Whether people are asked first.", examples=[True])] = False
    anniversary_of: Annotated[
        Literal["member.started_on"] | None, Meta(description="Named after years.", examples=["member.started_on"])
    ] = None
    years: Annotated[
        list[Annotated[int, Meta(ge=1, le=100)]],
        Meta(max_length=100, description="After how many years.", examples=[[1, 5, 10]]),
    ] = []
    formerly: Formerly | None = None


class Bound(Said, frozen=True, kw_only=True):
    """So many times in a period."""

    times: Times
    per: PeriodWord


class Mutual(Said, frozen=True, kw_only=True):
    """What the later of two thanks that go both ways pays."""

    within: Annotated[Duration, Meta(description="How close together.", examples=["7 days"])]
    percent: Annotated[Percent, Meta(description="So many percent.", examples=[50])]


class Thanks(Said, frozen=True, kw_only=True):
    """Thanks between colleagues. More can always be sent; they only carry no points."""

    id: Id
    title: Title
    allowance: Annotated[
        Bound | None, Meta(description="How often a giver's thanks pay.", examples=[{"times": 5, "per": "week"}])
    ] = None
    same_pair: Annotated[
        Bound | None, Meta(description="How often for the same two people.", examples=[{"times": 1, "per": "week"}])
    ] = None
    mutual: Annotated[
        Mutual | None,
        Meta(description="Thanks that come straight back.", examples=[{"within": "7 days", "percent": 50}]),
    ] = None
    giver: Points
    receiver: Points
    beyond: Annotated[
        Literal["send-without-points"],
        Meta(description="What becomes of more thanks.", examples=["send-without-points"]),
    ] = "send-without-points"
    formerly: Formerly | None = None
