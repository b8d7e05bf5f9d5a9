"""When nothing is expected of a member: days off, days away, pauses. Days are those of the member's own zone."""

from typing import Final, final

from engine.core.days_off import WEEKENDS, DaysOff
from engine.core.periods import local_day
from engine.core.plan import Plan
from engine.core.states import MemberState
from engine.core.streak import Streak
from engine.core.zones import zone_names

FOR_EVER: Final = 2**53


def zone_of(plan: Plan, state: MemberState) -> str:
    """The member's own zone; the organization's where none is known, or none that tzdata has."""
    zone = state.facts.time_zone
    return zone if zone is not None and zone in zone_names() else plan.rulebook.zone


def days_off_of(plan: Plan, country: str | None) -> DaysOff:
    """The calendar of a country; the organization's where the rulebook has none for it, or none is named."""
    calendars = plan.rulebook.days_off
    found = calendars.get(country) if country is not None else None
    return found or calendars.get(plan.rulebook.country, WEEKENDS)


def spans_away(state: MemberState) -> list[int]:
    """First and last day, first and last day … of all that the member said of being away."""
    return state.away


def spans_paused(state: MemberState, zone: str) -> list[int]:
    """The days of pauses, first and last, those included on which one began or ended."""
    spans = [local_day(moment, zone) for moment in state.pauses]
    if len(spans) % 2:
        spans.append(FOR_EVER)
    return spans


@final
class Rest:
    """When one member rests, as a streak or badge sees it; `days_off` None counts no day as off."""

    __slots__ = ("_days_off", "_spans")

    def __init__(self, days_off: DaysOff | None, spans: list[int]) -> None:
        self._days_off, self._spans = days_off, spans

    def is_off(self, first: int, last: int) -> bool:
        """Whether all these days are off by the calendar: nothing is expected of anybody."""
        days_off = self._days_off
        if days_off is None:
            return False
        return all(days_off.has(day) for day in range(first, last + 1))

    def is_excused(self, first: int, last: int) -> bool:
        """Whether no day is left on which something is expected of the member."""
        for day in range(first, last + 1):
            if not (self._is_away(day) or (self._days_off is not None and self._days_off.has(day))):
                return False
        return True

    def _is_away(self, day: int) -> bool:
        spans = self._spans
        return any(spans[at] <= day <= spans[at + 1] for at in range(0, len(spans), 2))


def rest_of(plan: Plan, streak: Streak, state: MemberState) -> Rest:
    """When a member rests as this streak sees it. Pauses always excuse: nothing counts in them."""
    days_off = days_off_of(plan, streak.country or state.facts.country) if streak.working else None
    paused = spans_paused(state, zone_of(plan, state)) if state.pauses else []
    return Rest(days_off, [*spans_away(state), *paused] if streak.away_pauses else paused)
