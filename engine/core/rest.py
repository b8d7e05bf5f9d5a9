"""When nothing is expected of a member: days off, days away, pauses. Days are those of the member's own zone."""

from typing import Final, final

from engine.core.days_off import WEEKENDS, DaysOff
from engine.core.periods import PeriodKind, local_day, period_of
from engine.core.plan import Plan
from engine.core.rules import Badge
from engine.core.states import MemberState
from engine.core.streak import Streak
from engine.core.windows import MAX_WINDOW_DAYS, Window
from engine.core.zones import zone_names

FOR_EVER: Final = 2**53

STEPS: Final[dict[str, int]] = {"last_days": 1, "last_weeks": 7}
"""The windows that time away can stretch, with the days of what they are made of."""

AT_MOST: Final = 2
"""A window is stretched to so many times its width, and never beyond the days that are kept."""


def zone_of(plan: Plan, state: MemberState) -> str:
    """The member's own zone; the organization's where none is known, or none that tzdata has."""
    zone = state.facts.time_zone
    return zone if zone is not None and zone in zone_names() else plan.rulebook.zone


def days_off_of(plan: Plan, country: str | None) -> DaysOff:
    """The calendar of a country; the organization's where the rulebook has none for it, or none is named."""
    calendars = plan.rulebook.days_off
    found = calendars.get(country) if country is not None else None
    return found or calendars.get(plan.rulebook.country, WEEKENDS)


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
    return Rest(days_off, [*state.away, *paused] if streak.away_pauses else paused)


def widest(window: Window) -> int:
    """How many days or weeks a window may be stretched to."""
    return min(AT_MOST * window.n, MAX_WINDOW_DAYS // STEPS[window.kind])


def window_of(plan: Plan, badge: Badge, state: MemberState, day: int) -> Window:
    """The window of a badge on a day: of one that stretches, days and weeks wholly away do not use it up."""
    window = badge.window
    assert window is not None
    if not badge.stretches or not (state.away or state.pauses):
        return window
    rest = Rest(days_off_of(plan, state.facts.country), [*state.away, *spans_paused(state, zone_of(plan, state))])
    step, left, width = STEPS[window.kind], window.n, 0
    first = period_of(PeriodKind.WEEK, day, plan.rulebook.week_starts) if step > 1 else day
    while left > 0 and width < widest(window):
        last = first + step - 1
        if rest.is_off(first, last) or not rest.is_excused(first, last):
            left -= 1
        width, first = width + 1, first - step
    return Window(window.kind, width)
