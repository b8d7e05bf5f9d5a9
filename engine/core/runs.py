"""How long a streak is: a function of the periods that have acts in them, whatever the order in which those came in.

The periods are gone through once, from the first on. A run may begin with any of them; each that goes on is kept as
its length and its credit for freezes, of which a longer one with at least as much credit makes a shorter one needless.
So an act that comes late never makes a streak shorter, though a run that began earlier may have used up its freezes.

`MemberState.streaks` has the periods that may still change, `MemberState.runs` what all before them came to.
"""

from typing import Final, NamedTuple, final

from engine.core.periods import next_period, period_bounds_days, period_of
from engine.core.plan import Plan
from engine.core.rest import Rest, rest_of
from engine.core.states import MemberState
from engine.core.streak import Streak
from engine.core.tracks import end_record, keys_of, locate, record_at

WIDTH: Final = 3
"""Of a period: how many acts lie in it; 0, or one more than the points that going on brought; for which day those were
posted, counted from its first."""

PAIR: Final = 2
THROUGH: Final = 0
BEST: Final = 1
FIRST_RUN: Final = 2
"""Where in `runs` stand: the last day that was folded in; the most ever reached; each run's length and credit."""

GOES_ON: Final = 2
"""A streak goes on from its second period."""


class Standing(NamedTuple):
    """A streak as it stands on a day: its length, the most ever reached, freezes left, whether this period counts."""

    length: int
    best: int
    freezes: int
    has_now: bool


@final
class Runs:
    """Goes through the periods of one streak of one member."""

    __slots__ = ("_kind", "_rest", "_streak", "_week_starts", "best", "following", "front")

    def __init__(self, plan: Plan, streak: Streak, state: MemberState) -> None:
        self._streak, self._kind = streak, streak.every
        self._week_starts = plan.rulebook.week_starts
        self._rest: Rest = rest_of(plan, streak, state)
        base = state.runs.get(streak.code)
        self.best = 0 if base is None else base[BEST]
        self.front: list[int] = [] if base is None else base[FIRST_RUN:]
        """Lengths fall and credits rise."""
        self.following: int | None = None if base is None else self.period(base[THROUGH] + 1)
        """The first period that was not gone through."""

    def period(self, day: int) -> int:
        """The period that a day lies in."""
        return period_of(self._kind, day, self._week_starts)

    def pass_to(self, period: int) -> None:
        """Go through the empty periods before this one."""
        while self.front and self.following is not None and self.following < period:
            first, last = period_bounds_days(self._kind, self.following)
            if not self._rest.is_excused(first, last):
                self._miss()
            self.following = next_period(self._kind, self.following)
        if self.following is None or self.following < period:
            self.following = period

    def act_in(self, period: int) -> bool:
        """Go through a period that has an act in it; whether it counts: one of days off alone does not."""
        if self.following is not None and period < self.following:
            return False
        self.pass_to(period)
        self.following = next_period(self._kind, period)
        if self._rest.is_off(*period_bounds_days(self._kind, period)):
            return False
        self._keep()
        self.best = max(self.best, self.front[0])
        return True

    def _keep(self) -> None:
        streak = self._streak
        grown: list[int] = []
        most = streak.most * streak.cost
        for at in range(0, len(self.front), PAIR):
            _add_run(grown, self.front[at] + 1, min(self.front[at + 1] + streak.gain, most))
        _add_run(grown, 1, min(streak.start * streak.cost + streak.gain, most))
        self.front = grown

    def _miss(self) -> None:
        cost = self._streak.cost
        left: list[int] = []
        for at in range(0, len(self.front), PAIR):
            if self.front[at + 1] >= cost:
                left += (self.front[at], self.front[at + 1] - cost)
        self.front = left


def _add_run(front: list[int], length: int, credit: int) -> None:
    """Add a run that began later than all others, unless one of those has as much credit."""
    if not front or credit > front[-1]:
        front += (length, credit)


def acts_in(state: MemberState, streak: int, first: int) -> int:
    """How many acts lie in the period that begins on this day."""
    return _of_record(state, streak, first)[0]


def acts_of(state: MemberState, streak: int) -> list[tuple[int, int]]:
    """The periods that may still change, by their first day, and how many acts lie in each."""
    track = state.streaks.get(streak, [])
    return [(first, track[at * (WIDTH + 1)]) for at, first in enumerate(keys_of(track, WIDTH))]


def settled_in(state: MemberState, streak: int, first: int) -> tuple[int, int] | None:
    """The points that going on with a period brought, and for which day they were posted; None where it did not."""
    _, settled, offset = _of_record(state, streak, first)
    return (settled - 1, first + offset) if settled else None


def _of_record(state: MemberState, streak: int, first: int) -> tuple[int, int, int]:
    track = state.streaks.get(streak)
    if track is None:
        return 0, 0, 0
    at, found = locate(track, WIDTH, first)
    return (track[at - 3], track[at - 2], track[at - 1]) if at > 0 and found == first else (0, 0, 0)


def is_folded(state: MemberState, streak: int, first: int) -> bool:
    """Whether the period that begins on this day is among those that can't change any more."""
    base = state.runs.get(streak)
    return base is not None and first <= base[THROUGH]


def add_acts(state: MemberState, streak: int, first: int, amount: int) -> None:
    """Add to the acts of a period; one that can't change any more stays as it is."""
    if is_folded(state, streak, first) or (amount < 0 and not acts_in(state, streak, first)):
        return
    track = state.streaks.setdefault(streak, [])
    at = record_at(track, WIDTH, first)
    track[at - 3] += amount
    _drop_if_empty(state, streak, first)


def settle(state: MemberState, streak: int, first: int, settled: int, day: int) -> None:
    """Remember what going on with a period brought, as `WIDTH` says; 0 forgets it."""
    if is_folded(state, streak, first) or streak not in state.streaks:
        return
    track = state.streaks[streak]
    at = record_at(track, WIDTH, first)
    track[at - 2], track[at - 1] = settled, day - first if settled else 0
    _drop_if_empty(state, streak, first)


def _drop_if_empty(state: MemberState, streak: int, first: int) -> None:
    track = state.streaks[streak]
    at, _ = locate(track, WIDTH, first)
    if not track[at - 3] and not track[at - 2]:
        end_record(track, WIDTH, at, first)
    if not track:
        del state.streaks[streak]


def _active(state: MemberState, streak: int) -> list[int]:
    """The first days of the periods with acts in them, ascending."""
    track = state.streaks.get(streak)
    if track is None:
        return []
    return [first for at, first in enumerate(keys_of(track, WIDTH)) if track[at * (WIDTH + 1)] > 0]


def going_on(plan: Plan, streak: Streak, state: MemberState) -> dict[int, int]:
    """The periods with which the streak goes on, and how many in a row they are then."""
    runs = Runs(plan, streak, state)
    found: dict[int, int] = {}
    for first in _active(state, streak.code):
        period = runs.period(first)
        if runs.act_in(period) and runs.front[0] >= GOES_ON:
            found[period] = runs.front[0]
    return found


def is_settled(plan: Plan, streak: Streak, state: MemberState, period: int) -> bool:
    """Whether going on with a period has brought its points already, by whatever first day it had then."""
    track = state.streaks.get(streak.code)
    if track is None:
        return False
    runs = Runs(plan, streak, state)
    return any(
        track[at * (WIDTH + 1) + 1] > 0 and runs.period(first) == period
        for at, first in enumerate(keys_of(track, WIDTH))
    )


def best_of(plan: Plan, streak: Streak, state: MemberState) -> int:
    """The most periods in a row that were ever reached."""
    return _through(plan, streak, state).best


def standing_of(plan: Plan, streak: Streak, state: MemberState, today: int) -> Standing:
    """The streak on a day of the member's zone: that day's period may still be empty without ending it."""
    runs = _through(plan, streak, state)
    now = runs.period(today)
    has_now = any(runs.period(first) == now for first in _active(state, streak.code))
    runs.pass_to(now)
    length = runs.front[0] if runs.front else 0
    freezes = runs.front[1] // streak.cost if runs.front else min(streak.start, streak.most)
    return Standing(length, runs.best, freezes, has_now)


def _through(plan: Plan, streak: Streak, state: MemberState) -> Runs:
    runs = Runs(plan, streak, state)
    for first in _active(state, streak.code):
        runs.act_in(runs.period(first))
    return runs


def fold(plan: Plan, streak: Streak, state: MemberState, horizon: int) -> None:
    """Fold the periods that end before a day into what they came to: they can't change any more.

    What was folded stays so, also where a rulebook lets acts come later than the one before.
    """
    track, base = state.streaks.get(streak.code), state.runs.get(streak.code)
    runs = Runs(plan, streak, state)
    until = runs.period(horizon)
    through = period_bounds_days(streak.every, until)[0] - 1
    if (track is None and not runs.front) or (base is not None and through <= base[THROUGH]):
        return
    for first in _active(state, streak.code):
        if runs.period(first) < until:
            runs.act_in(runs.period(first))
    runs.pass_to(until)
    if runs.best:
        state.runs[streak.code] = [through, runs.best, *runs.front]
    if track is None:
        return
    for first in keys_of(track, WIDTH):
        if runs.period(first) < until:
            at, _ = locate(track, WIDTH, first)
            end_record(track, WIDTH, at, first)
    if not track:
        del state.streaks[streak.code]


def forget(state: MemberState, streak: int, horizon: int) -> None:
    """Forget a streak that the rulebook does not know any more, when all of it lies before a day."""
    track = state.streaks.get(streak, [])
    base = state.runs.get(streak)
    if (not track or track[-1] < horizon) and (base is None or base[THROUGH] < horizon):
        state.streaks.pop(streak, None)
        state.runs.pop(streak, None)
