"""Challenges: goals that are reached together, and how far one is."""

from litestar import get

from api.calls import allow, parts_of, principal_of
from api.documented import DOCUMENTED, RECOGNITION, Answer, Documented
from api.examples import day_in_words, rfc3339
from api.problems import Call
from api.v1.challenge_forms import CHALLENGES, ChallengesView, ChallengeView, RewardView, UnitGoalView
from api.v1.record import language_of
from engine.run.challenges import Told


@get(
    "/challenges",
    guards=[allow("hr", "member")],
    opt={
        DOCUMENTED: Documented(
            tag=RECOGNITION,
            gives=(Answer(description="All of them.", kind=ChallengesView, example=CHALLENGES),),
            speaks=True,
        )
    },
)
async def challenges(request: Call) -> ChallengesView:
    """Challenges that run, are coming or ended lately: the goal, how far my team or everyone is, and my own share."""
    parts, member = parts_of(request), principal_of(request).member
    own = None if member is None else (await parts.members.state(member)).facts.language
    told = await parts.challenges.told(member, await language_of(request, own), parts.now_ms())
    return ChallengesView(tuple(_view(each) for each in told.challenges), told.position)


def _view(told: Told) -> ChallengeView:
    challenge = told.challenge
    return ChallengeView(
        id=challenge.id,
        title=told.title,
        text=told.text,
        whose=challenge.whose,
        stage=told.stage,
        first_day=day_in_words(challenge.first_day),
        last_day=day_in_words(challenge.last_day),
        goal=challenge.goal,
        unit=told.unit,
        sum=told.sum,
        reached_at=_moment(told.reached),
        own=told.own,
        own_share=challenge.least,
        rewarded=told.rewarded,
        reward=RewardView(badge=told.badge, points=challenge.amount, currency=told.currency),
        units=tuple(
            UnitGoalView(unit=each.unit, sum=each.sum, reached_at=_moment(each.reached)) for each in told.units
        ),
    )


def _moment(ms: int) -> str | None:
    return rfc3339(ms) if ms else None
