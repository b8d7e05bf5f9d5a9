"""Scores: what a member, and the units that a member belongs to, have on the boards of open periods."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from engine.core.days import KIND_NUMBERS, KINDS, Day
from engine.core.draft import Draft
from engine.core.entries import MemberFacts
from engine.core.journal import Person
from engine.core.keys import place_key, unit_sum_key
from engine.core.numbers import sum_in, value_in
from engine.core.periods import PeriodKind, next_period, period_bounds_days, period_of
from engine.core.plan import Plan
from engine.core.ready import ReadyMetric
from engine.core.rules import Board
from engine.core.states import Buckets, MemberState, OrganizationState
from engine.core.windows import Window

UNIT_FACTS: tuple[tuple[str, str], ...] = (
    ("teams", "team"),
    ("departments", "department"),
    ("countries", "country"),
)
"""Who is ranked together, and the fact that says to whom a member belongs."""

WINDOWS = tuple(Window(kind.value) for kind in KINDS)

WEEK = KIND_NUMBERS["week"]

AHEAD_DAYS = 3
"""So far ahead an act may have counted already: a day by the clock of its sender, two where the zone has changed."""

FIRST_DAYS = 0
"""Any day will do to ask for a number of all time."""


def score_in(board: Board, state: MemberState, kind: int, period: int, week_starts: int) -> int:
    """A member's score on a board in a period, from the numbers that the board counts."""
    day = FIRST_DAYS if KINDS[kind] is PeriodKind.EVER else period_bounds_days(KINDS[kind], period)[0]
    return value_in(state, board.metric, WINDOWS[kind], day, week_starts)


def score_at(plan: Plan, state: MemberState, place: str) -> int:
    """The same by `place_key`; as kept, else worked out."""
    score = state.scores.get(place)
    if score is not None:
        return score
    code, kind, period = (int(part) for part in place.split(":"))
    return score_in(plan.boards[code], state, kind, period, plan.rulebook.week_starts)


def is_over(place: str, open_from: list[int]) -> bool:
    """Whether the period of a `place_key`, or of what begins with one, is closed."""
    kind, period = _kind_and_period(place)
    return period < open_from[kind]


def is_of_week(place: str) -> bool:
    """Whether a `place_key`, or what begins with one, is of a week."""
    return _kind_and_period(place)[0] == WEEK


@lru_cache(maxsize=4096)
def _kind_and_period(place: str) -> tuple[int, int]:
    _, kind, period = place.partition("/")[0].split(":")
    return int(kind), int(period)


class Counting(Protocol):
    """What of an entry's work the boards ask for; see `engine.core.evolve.Applier`."""

    plan: Plan
    draft: Draft
    organization: OrganizationState
    people: list[Person]
    members: list[MemberState]


def count_on_boards(at: Counting, who: int, metric: ReadyMetric, buckets: Buckets, day: Day, amount: int) -> None:
    """Bring what a metric has just counted, in these buckets, to its boards, in the open periods of the day."""
    open_from, draft, state = at.organization.open_from, at.draft, at.members[who]
    if not open_from:
        return
    scores, person, has_moved = state.scores, at.people[who], state.has_moved
    for board in metric.boards:
        units = [(by, unit, *draft.touched_unit(by, unit)) for by, unit in units_of(board, person)]
        for kind, period, place in day.places(board):
            if period < open_from[kind]:
                continue
            before = scores.get(place, 0)
            if not metric.adds_up:
                after = score_in(board, state, kind, period, at.plan.rulebook.week_starts)
            elif before:
                after = before + amount
            else:
                after = sum_in(buckets, WINDOWS[kind], day.number, at.plan.rulebook.week_starts)
            if after:
                scores[place] = after
            else:
                scores.pop(place, None)
            draft.boards[place][person.id] = state
            came = (after != 0) - (before != 0)
            for by, unit, touched, of_unit in units:
                touched[place] = None
                change = _joins(state, unit_sum_key(place, by, unit), amount) if has_moved else came
                known = of_unit.sums.get(place)
                if known is not None and (contributors := known[1] + change):
                    of_unit.sums[place] = (known[0] + amount, contributors)
                else:
                    _add_to_unit(of_unit.sums, open_from, place, amount, change)


def units_of(board: Board, person: Person | MemberFacts) -> list[tuple[str, str]]:
    """The units of a person that a board ranks, as (by, unit)."""
    return [(by, unit) for by, fact in UNIT_FACTS if by in board.by and (unit := getattr(person, fact)) is not None]


def _joins(state: MemberState, key: str, amount: int) -> int:
    """Add to what a member who has changed units brought to one; the change in the number of its contributors."""
    before = state.unit_sums.get(key, 0)
    after = before + amount
    if after:
        state.unit_sums[key] = after
    else:
        state.unit_sums.pop(key, None)
    return (after != 0) - (before != 0)


def _add_to_unit(sums: dict[str, tuple[int, int]], open_from: list[int], place: str, amount: int, change: int) -> None:
    known = sums.get(place)
    if known is None:
        for other in [other for other in sums if is_over(other, open_from)]:
            del sums[other]
        total, contributors = amount, change
    else:
        total, contributors = known[0] + amount, known[1] + change
    if contributors or total:
        sums[place] = (total, contributors)
    else:
        sums.pop(place, None)


def note_move(plan: Plan, state: MemberState, facts: MemberFacts, open_from: list[int]) -> None:
    """Before a member's facts change: from the first change of units on, each unit's part is kept by itself."""
    if state.has_moved or not state.scores or all(getattr(facts, f) == getattr(state.facts, f) for _, f in UNIT_FACTS):
        return
    state.has_moved = True
    note_parts(plan, state, [place for place in state.scores if not is_over(place, open_from)])


def note_parts(plan: Plan, state: MemberState, places: list[str]) -> None:
    """Keep the scores in these places as what the member's units of now were brought."""
    for place in places:
        board = plan.boards.get(int(place.partition(":")[0]))
        if board is None:
            continue
        for by, unit in units_of(board, state.facts):
            state.unit_sums[unit_sum_key(place, by, unit)] = state.scores[place]


def open_places(plan: Plan, open_from: list[int], today: int) -> Iterator[str]:
    """Every board in every period that is open and has begun."""
    if not open_from:
        return
    for board in plan.boards.values():
        for kind in board.periods:
            number = KINDS.index(kind)
            for period in open_periods(kind, open_from[number], today, plan.rulebook.week_starts):
                yield place_key(board.code, number, period)


def open_periods(kind: PeriodKind, first: int, today: int, week_starts: int) -> Iterator[int]:
    """The periods from one on that may have rows by now."""
    last = period_of(kind, today + AHEAD_DAYS, week_starts)
    period = first
    while period <= last:
        yield period
        if kind is PeriodKind.EVER:
            break
        period = next_period(kind, period)
