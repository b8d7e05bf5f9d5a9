"""Scores: what a member, and the units that a member belongs to, have on the boards of open periods."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from engine.core.days import KIND_NUMBERS, KINDS, Day
from engine.core.entries import MemberFacts
from engine.core.journal import Person
from engine.core.keys import place_key, place_of_score, score_key, unit_sum_key
from engine.core.numbers import sum_on, value_in
from engine.core.periods import PeriodKind, next_period, period_bounds_days, period_of
from engine.core.plan import Plan
from engine.core.ready import ReadyMetric
from engine.core.rules import Board
from engine.core.states import Buckets, MemberState
from engine.core.windows import Window
from engine.core.workplace import Workplace

UNIT_FACTS: Final[tuple[tuple[str, str], ...]] = (
    ("teams", "team"),
    ("departments", "department"),
    ("countries", "country"),
)
"""Who is ranked together, and the fact that says to whom a member belongs."""

WINDOWS: Final = tuple(Window(kind.value) for kind in KINDS)

WEEK: Final = KIND_NUMBERS["week"]

AHEAD_DAYS: Final = 3
"""So far ahead an act may have counted already: a day by the clock of its sender, two where the zone has changed."""

FIRST_DAYS: Final = 0
"""Any day will do to ask for a number of all time."""


def score_in(board: Board, state: MemberState, kind: int, period: int, week_starts: int) -> int:
    """A member's score on a board in a period, from the numbers that the board counts."""
    day = FIRST_DAYS if KINDS[kind] is PeriodKind.EVER else period_bounds_days(KINDS[kind], period)[0]
    return value_in(state, board.metric, WINDOWS[kind], day, week_starts)


def score_at(plan: Plan, state: MemberState, place: str) -> int:
    """The same by `place_key`; as kept, else worked out."""
    score = state.scores.get(score_key(place))
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


def count_on_boards(at: Workplace, who: int, metric: ReadyMetric, buckets: Buckets, day: Day, amount: int) -> None:
    """Bring what a metric has just counted, in these buckets, to its boards, in the open periods of the day."""
    open_from, draft, state = at.organization.open_from, at.draft, at.members[who]
    if not open_from:
        return
    scores, boards, person, has_moved = state.scores, draft.boards, at.people[who], state.has_moved
    member = person.id
    for board in metric.boards:
        units: list[tuple[str, str, dict[str, None], dict[str, tuple[int, int]]]] = []
        for by, unit in units_of(board, person):
            touched, of_unit = draft.touched_unit(by, unit)
            units.append((by, unit, touched, of_unit.sums))
        for kind, period, place, key in day.places(board):
            if period < open_from[kind]:
                continue
            before = scores.get(key, 0)
            if not metric.adds_up:
                after = score_in(board, state, kind, period, at.plan.rulebook.week_starts)
            elif before:
                after = before + amount
            else:
                after = sum_on(buckets, day, kind)
            if after:
                scores[key] = after
            else:
                scores.pop(key, None)
            boards[place][member] = state
            for by, unit, touched, sums in units:
                touched[place] = None
                if has_moved:
                    change = _joins(state, unit_sum_key(place, by, unit), amount)
                else:
                    change = (after != 0) - (before != 0)
                known = sums.get(place)
                if known is not None and (contributors := known[1] + change):
                    sums[place] = (known[0] + amount, contributors)
                else:
                    _add_to_unit(sums, open_from, place, amount, change)


def units_of(board: Board, person: Person | MemberFacts) -> list[tuple[str, str]]:
    """The units of a person that a board ranks, as (by, unit)."""
    units: list[tuple[str, str]] = []
    for by in board.by:
        unit = unit_of(person, by)
        if unit is not None:
            units.append((by, unit))
    return units


def unit_of(person: Person | MemberFacts, by: str) -> str | None:
    """The unit of this kind that a person belongs to."""
    match by:
        case "teams":
            return person.team
        case "departments":
            return person.department
        case "countries":
            return person.country
        case _:
            return None


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
    if state.scores:
        note_other_units(plan, state, facts, open_from)


def note_other_units(plan: Plan, state: MemberState, other: MemberFacts | Person, open_from: list[int]) -> None:
    """Before something is brought to other units than those of now: the same."""
    if state.has_moved or all(getattr(other, f) == getattr(state.facts, f) for _, f in UNIT_FACTS):
        return
    state.has_moved = True
    note_parts(plan, state, [place for place in places_of(state) if not is_over(place, open_from)])


def places_of(state: MemberState) -> list[str]:
    """Where a member has scores."""
    return [place_of_score(key) for key in state.scores]


def note_parts(plan: Plan, state: MemberState, places: list[str]) -> None:
    """Keep the scores in these places as what the member's units of now were brought."""
    for place in places:
        board = plan.boards.get(int(place.partition(":")[0]))
        if board is None:
            continue
        for by, unit in units_of(board, state.facts):
            state.unit_sums[unit_sum_key(place, by, unit)] = state.scores[score_key(place)]


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
