"""Weeks that are cut anew, because a rulebook begins them on another day.

Weeks that have ended close at once, with their winners. The week that runs is none any more: its days lie in weeks of
the new cut, and of those all are open that have a day after the last closed week. So every act stands on the board of
a week that will have winners, and no week closes twice. What units brought together is counted anew from the journal,
in the entry that changes the cut. A member's scores follow from their own numbers: they are worked out anew when an
entry next touches the member (`engine.core.weeks`), and for the boards by a job of the store, before anything else is
judged.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from engine.core.changes import Recut
from engine.core.close import close, ended_weeks
from engine.core.codes import Naming, assign
from engine.core.days import KINDS
from engine.core.desk import Desk
from engine.core.entries import RulebookPublished
from engine.core.keys import place_key
from engine.core.lines.counts import PartsRecounted, UnitRecounted
from engine.core.periods import PeriodKind, next_period, period_of, previous_period, weekday
from engine.core.plan import Plan
from engine.core.recount import Recount, recount_key
from engine.core.rules import Board
from engine.core.scores import WEEK, open_periods, units_of
from engine.core.states import OrganizationState


def cuts_anew(organization: OrganizationState, entry: RulebookPublished) -> bool:
    """Whether a rulebook begins weeks on another day than those that are open."""
    return bool(organization.open_from) and weekday(organization.open_from[WEEK]) - 1 != entry.week_starts


def first_open_week(plan: Plan, organization: OrganizationState, entry: RulebookPublished, recorded: int) -> int:
    """The first week of the new cut that is open: it has the day after the last week that is closed by then."""
    ended = ended_weeks(plan, organization, recorded)
    day = next_period(PeriodKind.WEEK, ended[-1][1]) if ended else organization.weeks_from
    return period_of(PeriodKind.WEEK, day, entry.week_starts)


def recount_to_read(
    plan: Plan, organization: OrganizationState, codes: Mapping[str, int], entry: RulebookPublished, recorded: int
) -> str:
    """The recount that is needed, as it is asked for."""
    first = first_open_week(plan, organization, entry, recorded)
    return recount_key(first, [board.metric.code for board in _weekly(_kept(plan, codes, entry))])


def cut_anew(desk: Desk, entry: RulebookPublished, codes: Mapping[str, int]) -> tuple[int, ...]:
    """Close the weeks that have ended and drop those that run; the first open periods by the new cut.

    `codes` are those that are known before the rulebook.
    """
    for number, period in ended_weeks(desk.plan, desk.organization, desk.logged.recorded):
        close(desk, number, period)
    plan, open_from = desk.plan, desk.organization.open_from
    first = period_of(PeriodKind.WEEK, desk.organization.weeks_from, entry.week_starts)
    boards = _kept(plan, codes, entry)
    dropped = open_periods(PeriodKind.WEEK, open_from[WEEK], desk.today, plan.rulebook.week_starts)
    last = previous_period(PeriodKind.WEEK, open_from[WEEK])
    opened = (*open_from[:WEEK], first, *open_from[WEEK + 1 :])
    desk.draft.note_recut(
        Recut(
            number=desk.organization.cuts + 1,
            week_starts=entry.week_starts,
            fills=tuple(
                (place, board.metric) for board in boards for place in _places(board, opened, desk.today, entry)
            ),
            gone=tuple(
                place_key(board.code, WEEK, week) for week in dropped for board in _weekly(plan.rulebook.boards)
            ),
            last=tuple(place_key(board.code, WEEK, last) for board in _weekly(plan.rulebook.boards)),
        )
    )
    return opened


def write_recount(desk: Desk, entry: RulebookPublished, codes: Mapping[str, int], recount: Recount) -> None:
    """Say what units, and members who have moved, brought to the weeks of the new cut; the cut is in force by now."""
    boards = _weekly(_kept(desk.plan, codes, entry))
    units: dict[tuple[str, str], dict[str, list[int]]] = {}
    moved: list[PartsRecounted] = []
    for member, parts in groupby(recount.parts, key=lambda part: part.person.id):
        brought: dict[tuple[str, str, str], int] = {}
        for part in parts:
            for board in (board for board in boards if board.metric.code == part.code):
                place = place_key(board.code, WEEK, part.week)
                for by, unit in units_of(board, part.person):
                    brought[place, by, unit] = brought.get((place, by, unit), 0) + part.amount
        for (place, by, unit), amount in brought.items():
            sums = units.setdefault((by, unit), {}).setdefault(place, [0, 0])
            sums[0] += amount
            sums[1] += amount != 0
        if member in recount.moved:
            moved.append(PartsRecounted(member, tuple((*key, amount) for key, amount in brought.items() if amount)))
    for by, unit in sorted(units):
        rows = sorted(units[by, unit].items())
        desk.write(UnitRecounted(by, unit, tuple((place, sums[0], sums[1]) for place, sums in rows)))
    for line in moved:
        desk.write(line)


def units_to_read(plan: Plan, recount: Recount) -> Iterator[tuple[str, str]]:
    """The units that a recount may change."""
    seen: dict[tuple[str, str], None] = {}
    for part in recount.parts:
        for board in _weekly(plan.rulebook.boards):
            if board.metric.code == part.code:
                seen.update(dict.fromkeys(units_of(board, part.person)))
    yield from seen


def _kept(plan: Plan, codes: Mapping[str, int], entry: RulebookPublished) -> list[Board]:
    """The boards of the rulebook in force that the new one has, too."""
    fresh = assign(codes, (Naming(name, formerly or None) for name, formerly in entry.names))
    named = {codes.get(name, fresh.get(name)) for name, _ in entry.names}
    return [board for board in plan.rulebook.boards if board.code in named]


def _weekly(boards: tuple[Board, ...] | list[Board]) -> list[Board]:
    return [board for board in boards if PeriodKind.WEEK in board.periods]


def _places(board: Board, open_from: tuple[int, ...], today: int, entry: RulebookPublished) -> Iterator[str]:
    """The open places of a board whose rows are other ones by the new cut: weeks, and all of what counts weeks."""
    for kind in board.periods:
        if kind is not PeriodKind.WEEK and board.metric.of_period is not PeriodKind.WEEK:
            continue
        number = KINDS.index(kind)
        for period in open_periods(kind, open_from[number], today, entry.week_starts):
            yield place_key(board.code, number, period)
