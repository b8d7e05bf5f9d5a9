"""`[[challenge]]`: a goal between two days, reached alone or together."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    FirstDay,
    Formerly,
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
    """What a challenge brings to each who did their share."""

    badge: Annotated[Name | None, Meta(description="A badge of challenges.", examples=["may-2027"])] = None
    points: Points = 0
    currency: Annotated[Name | None, Meta(description="What points are of, if not points.", examples=["coins"])] = None
    to: Annotated[Literal["each"], Meta(description="Who gets it: each who did their share.", examples=["each"])] = (
        "each"
    )
    own_share: Annotated[
        int, Meta(ge=1, le=MOST_POINTS, description="Only for those who did at least so much.", examples=[3])
    ] = 1
    shown_to: Annotated[
        Literal["holder", "everyone"],
        Meta(description="Who sees the badge; everyone: on the wall, of those who chose that.", examples=["holder"]),
    ] = "holder"


class Challenge(Said, frozen=True, kw_only=True):
    """A goal for each person, each team, department or country, or everyone, between two days."""

    id: Id
    title: Title
    text: Words | None = None
    for_: Annotated[
        Literal["member", "team", "department", "country", "everyone"],
        Meta(description="Whose goal it is.", examples=["team"]),
    ] = msgspec.field(name="for")
    of: Annotated[OfMetric, Meta(description="What is counted.", examples=[{"metric": "acts"}])]
    first_day: FirstDay
    last_day: LastDay
    goal: Annotated[int, Meta(ge=1, le=MOST_POINTS, description="Reached at this number.", examples=[200])]
    reward: Annotated[ChallengeReward, Meta(description="What it brings.", examples=[{"badge": "may-2027"}])]
    formerly: Formerly | None = None
