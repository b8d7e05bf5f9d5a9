"""Words that are read, and refused with "not yet": challenge, reward."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    FirstDay,
    Id,
    LastDay,
    Name,
    OfMetric,
    Points,
    Said,
    Title,
    Words,
)


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
