"""Words that are read, and refused with "not yet": streak, reward."""

from typing import Annotated, Literal

from msgspec import Meta

from engine.rulebook.words.awards import Away
from engine.rulebook.words.parts import (
    MOST_POINTS,
    Duration,
    Id,
    Name,
    On,
    Points,
    Said,
    Title,
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
