"""Challenges as people see them: what runs, is coming, or ended lately, and how far a member and their unit are.

Nobody sees what another person brought, nor who brought nothing. What a unit brought together is told only where at
least five of it have joined: of fewer it would say what one person did. That it reached its goal is told to all of it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, final

import msgspec

from engine.core.challenges import BYS, unit_in
from engine.core.entries import MemberFacts
from engine.core.goals import KEPT_MS, part_of_member, standing_of_member
from engine.core.keys import UNITS, goal_key, member_key
from engine.core.lines.challenges import LISTED
from engine.core.periods import local_day
from engine.core.plan import Plan
from engine.core.receipts.words import Language
from engine.core.rules import Challenge
from engine.core.states import GoalState, MemberState, State, UnitsState
from engine.run.plans import PlanSource
from engine.store.ranks import LEAST_JOINED
from engine.store.states import StateReader

MOST_UNITS: Final = 500
"""So many units of a challenge are told to HR, by name."""

Stage = Literal["coming", "running", "over"]


class UnitGoal(msgspec.Struct, frozen=True, kw_only=True):
    """How far a unit is, of which enough have joined; `reached` is a moment in milliseconds, 0 for not yet."""

    unit: str
    sum: int
    reached: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One challenge. `unit` is the reader's, where it is one of units; `own` is what they brought.

    None are: of whom it does not concern, the numbers of their own; of a unit that is too small, `sum`.
    """

    challenge: Challenge
    title: str
    text: str | None
    stage: Stage
    badge: str | None
    currency: str | None
    unit: str | None
    sum: int | None
    reached: int
    own: int | None
    rewarded: bool
    units: tuple[UnitGoal, ...]


class ToldChallenges(msgspec.Struct, frozen=True):
    """All that is told, the first to end first; it holds at least up to the position."""

    challenges: tuple[Told, ...]
    position: int


@final
class Challenges:
    """See the module."""

    def __init__(self, *, reader: StateReader, plans: PlanSource) -> None:
        self._reader, self._plans = reader, plans

    async def told(self, member: str | None, language: Language, now: int) -> ToldChallenges:
        """What this member sees; without one, what HR sees."""
        position = await self._reader.judged()
        plan = await self._plans.in_force({})
        shown = [each for each in plan.rulebook.challenges if now < each.closes_ms + KEPT_MS]
        found = await self._reader.read([UNITS] if member is None else [UNITS, member_key(member)])
        units = found[UNITS]
        assert isinstance(units, UnitsState)
        own = None if member is None else found[member_key(member)]
        facts = own.facts if isinstance(own, MemberState) else None
        goals = {each.code: _units_of(each, facts, units) for each in shown}
        keys = [goal_key(code, unit) for code, of in goals.items() for unit in of]
        states = await self._reader.read(keys) if keys else {}
        teller = _Teller(plan, language, now, units, states)
        told = [teller.tell(each, own if isinstance(own, MemberState) else None, goals[each.code]) for each in shown]
        return ToldChallenges(
            tuple(sorted(told, key=lambda each: (each.challenge.last_day, each.challenge.id))), position
        )


def _units_of(challenge: Challenge, facts: MemberFacts | None, units: UnitsState) -> list[str]:
    """Whose sums are told: those of the member or, to HR, of all units that are large enough."""
    if facts is not None:
        unit = unit_in(challenge, facts)
        return [] if unit is None else [unit]
    by = BYS.get(challenge.whose)
    if by is None:
        return [""]
    return sorted(unit for (kind, unit), joined in units.joined.items() if kind == by and joined >= LEAST_JOINED)[
        :MOST_UNITS
    ]


@final
class _Teller:
    """Puts challenges together from what was read."""

    def __init__(
        self, plan: Plan, language: Language, now: int, units: UnitsState, states: Mapping[str, State | None]
    ) -> None:
        self._plan, self._language, self._now = plan, language, now
        self._units, self._states = units, states

    def tell(self, challenge: Challenge, own: MemberState | None, of: Sequence[str]) -> Told:
        """One challenge, of these units."""
        alone = challenge.whose == "member"
        unit = of[0] if own is not None and of else None
        goal = None if unit is None else goal_key(challenge.code, unit)
        part = None if own is None or goal is None else part_of_member(own, goal)
        standing = 0 if own is None or goal is None else standing_of_member(own, goal)
        together = self._goal(challenge, unit if unit is not None else "")
        is_told = challenge.whose == "everyone" or (unit is not None and self._is_large(challenge, unit))
        badge = None if challenge.badge is None else self._plan.badges.get(challenge.badge)
        return Told(
            challenge=challenge,
            title=challenge.title.said_in(self._language),
            text=None if challenge.text is None else challenge.text.said_in(self._language),
            stage=self._stage(challenge),
            badge=None if badge is None else badge.title.said_in(self._language),
            currency=self._currency(challenge),
            unit=unit or None,
            sum=part if alone else together.sum if is_told else None,
            reached=together.reached,
            own=part,
            rewarded=standing > LISTED,
            units=tuple(
                UnitGoal(unit=each, sum=self._goal(challenge, each).sum, reached=self._goal(challenge, each).reached)
                for each in (of if own is None and challenge.whose in BYS else ())
            ),
        )

    def _goal(self, challenge: Challenge, unit: str) -> GoalState:
        found = self._states.get(goal_key(challenge.code, unit))
        return found if isinstance(found, GoalState) else GoalState()

    def _is_large(self, challenge: Challenge, unit: str) -> bool:
        by = BYS.get(challenge.whose)
        return by is not None and self._units.joined.get((by, unit), 0) >= LEAST_JOINED

    def _stage(self, challenge: Challenge) -> Stage:
        today = local_day(self._now, self._plan.rulebook.zone)
        if today < challenge.first_day:
            return "coming"
        return "running" if self._now < challenge.closes_ms else "over"

    def _currency(self, challenge: Challenge) -> str | None:
        if challenge.currency is None:
            return None
        found = self._plan.currencies.get(challenge.currency)
        return None if found is None else found.title.said_in(self._language)
