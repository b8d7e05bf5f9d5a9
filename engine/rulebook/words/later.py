"""Words that are read, and refused with "not yet": challenge, boost, approval, reward."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    Duration,
    Id,
    If,
    IfAny,
    Name,
    OfMetric,
    On,
    Points,
    Said,
    Title,
    Unless,
    Words,
)

FirstDay = Annotated[date, Meta(description="The first day, itself included.", examples=["2027-03-01"])]
LastDay = Annotated[date, Meta(description="The last day, itself included.", examples=["2027-03-07"])]


class ChallengeReward(Said, frozen=True, kw_only=True):
    """What a challenge brings."""

    badge: Annotated[Name | None, Meta(description="A badge.", examples=["may-2027"])] = None
    points: Points = 0
    to: Annotated[Literal["each", "team"], Meta(description="Who gets it.", examples=["each"])] = "each"
    own_share: Annotated[
        int, Meta(ge=0, le=MOST_POINTS, description="Only for those who did at least so much.", examples=[3])
    ] = 0
    shown_to: Annotated[
        Literal["holder", "team", "everyone"], Meta(description="Who sees it.", examples=["holder"])
    ] = "holder"


class Challenge(Said, frozen=True, kw_only=True):
    """A goal for a person, a team or everyone, between two days."""

    id: Id
    title: Title
    text: Words | None = None
    for_: Annotated[Literal["member", "team", "everyone"], Meta(description="Whose goal it is.", examples=["team"])] = (
        msgspec.field(name="for")
    )
    of: Annotated[OfMetric, Meta(description="What is counted.", examples=[{"metric": "acts"}])]
    first_day: FirstDay
    last_day: LastDay
    goal: Annotated[int, Meta(ge=1, le=MOST_POINTS, description="Reached at this number.", examples=[200])]
    reward: Annotated[ChallengeReward, Meta(description="What it brings.", examples=[{"badge": "may-2027"}])]


class Boost(Said, frozen=True, kw_only=True):
    """Other points for some days; limits and caps still hold."""

    id: Id
    title: Title
    on: On
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    first_day: FirstDay
    last_day: LastDay
    percent: Annotated[int, Meta(ge=0, le=1_000, description="200 doubles.", examples=[200])]


class ApprovalOver(Said, frozen=True, kw_only=True):
    """What needs approval."""

    points: Points


class Approval(Said, frozen=True, kw_only=True):
    """Awards that wait until somebody has agreed."""

    over: Annotated[ApprovalOver, Meta(description="From how much on.", examples=[{"points": 100}])]
    approver: Annotated[Literal["hr", "admin"], Meta(description="Who agrees.", examples=["hr"])]
    not_by: Annotated[
        list[Literal["giver", "receiver"]], Meta(max_length=2, description="Never these.", examples=[["giver"]])
    ] = []
    within: Annotated[Duration, Meta(description="How long it waits.", examples=["14 days"])]


class Reward(Said, frozen=True, kw_only=True):
    """Something that a currency buys."""

    id: Id
    title: Title
    text: Words | None = None
    price: Annotated[
        dict[str, Annotated[int, Meta(ge=1, le=MOST_POINTS)]],
        Meta(description="What it costs, by currency.", examples=[{"coins": 60}]),
    ]
    stock: Annotated[int, Meta(ge=0, le=MOST_POINTS, description="How many there are.", examples=[20])] | None = None
