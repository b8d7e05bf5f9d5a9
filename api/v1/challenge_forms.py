"""What the call of challenges answers, with an example."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.fields import Amount, Count, Day, Moment
from api.v1.record_forms import Titled, UpTo


class UnitGoalView(msgspec.Struct, frozen=True, kw_only=True):
    """How far one unit is."""

    unit: Annotated[str, Meta(description="The team, department or country")]
    sum: Annotated[Amount, Meta(description="What its members brought together")]
    reached_at: Annotated[Moment | None, Meta(description="When the goal was reached; null before")]


class RewardView(msgspec.Struct, frozen=True, kw_only=True):
    """What it brings to each who did their share."""

    badge: Annotated[str | None, Meta(description="The title of a badge; null for none")]
    points: Annotated[Count, Meta(description="So many points, or of the currency; 0 for none")]
    currency: Annotated[str | None, Meta(description="The title of a currency; null for points")]


class ChallengeView(msgspec.Struct, frozen=True, kw_only=True):
    """One challenge, as the reader may see it."""

    id: Annotated[str, Meta(description="Its id in the rule files")]
    title: Titled
    text: Annotated[str | None, Meta(description="What it is about; null where the rule files do not say")]
    whose: Annotated[
        Literal["member", "team", "department", "country", "everyone"], Meta(description="Who reaches it together")
    ]
    stage: Annotated[Literal["coming", "running", "over"], Meta(description="Over: nothing counts for it any more")]
    first_day: Annotated[Day, Meta(description="The first day whose acts count")]
    last_day: Annotated[Day, Meta(description="The last day whose acts count")]
    goal: Annotated[Count, Meta(description="Reached at this number")]
    unit: Annotated[str | None, Meta(description="My team, department or country; null where it is not of units")]
    sum: Annotated[
        Amount | None,
        Meta(
            description="What was brought so far; null where fewer than five of my unit have joined, and to HR by unit"
        ),
    ]
    reached_at: Annotated[Moment | None, Meta(description="When my unit, or everyone, reached the goal; null before")]
    own: Annotated[Amount | None, Meta(description="What I brought; null to HR, and where I have no such unit")]
    own_share: Annotated[Count, Meta(description="Whoever brought so much is rewarded when the goal is reached")]
    rewarded: Annotated[bool, Meta(description="Whether I have the reward; false to HR")]
    reward: Annotated[RewardView, Meta(description="What it brings to each who did their share")]
    units: Annotated[
        tuple[UnitGoalView, ...],
        Meta(description="To HR: units of which at least five have joined, by name, at most 500; else empty"),
    ]


class ChallengesView(msgspec.Struct, frozen=True):
    """Challenges that run, are coming, or ended in the last 32 days; the first to end first."""

    challenges: Annotated[tuple[ChallengeView, ...], Meta(description="The first to end first")]
    position: UpTo


CHALLENGES = ChallengesView(
    (
        ChallengeView(
            id="learn-together",
            title="Learn together",
            text="Every training and every lesson counts.",
            whose="team",
            stage="running",
            first_day="2026-11-01",
            last_day="2026-11-30",
            goal=40,
            unit="Communications",
            sum=31,
            reached_at=None,
            own=4,
            own_share=2,
            rewarded=False,
            reward=RewardView(badge="Learned together", points=0, currency=None),
            units=(),
        ),
    ),
    18,
)
