"""Words that are read, and refused with "not yet": streak, boost, approval, reward."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.awards import Away
from engine.rulebook.words.parts import (
    MOST_POINTS,
    Duration,
    FirstDay,
    Id,
    If,
    IfAny,
    LastDay,
    Name,
    On,
    Points,
    Said,
    Title,
    Unless,
    Words,
)


class Freezes(Said, frozen=True, kw_only=True):
    """Periods that may be left out without ending a streak."""

    start: Annotated[int, Meta(ge=0, le=100, description="So many at first.", examples=[1])] = 0
    earn_every: Annotated[Duration | None, Meta(description="One more so often.", examples=["4 weeks"])] = None
    most: Annotated[int, Meta(ge=0, le=100, description="Never more than this.", examples=[3])] = 3


class Streak(Said, frozen=True, kw_only=True):
    """Periods in a row."""

    id: Id
    title: Title
    on: On
    every: Annotated[Literal["day", "week", "month"], Meta(description="The period.", examples=["week"])]
    days: Annotated[Literal["working", "all"], Meta(description="Which days count.", examples=["working"])] = "all"
    calendar: Annotated[Name | None, Meta(description="Whose days off.", examples=["member.country"])] = None
    away: Away | None = None
    freezes: Annotated[Freezes | None, Meta(description="Periods that may be left out.", examples=[{"start": 1}])] = (
        None
    )
    points: Points = 0


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
