"""Closing periods: winners once, boards final, in a fixed order, before the entry that came after is judged."""

from typing import Final

from engine.core.badges import PersonFacts
from engine.core.changes import Top
from engine.core.conditions import ready_condition
from engine.core.desk import Desk
from engine.core.keys import top_key
from engine.core.lines.periods import Closed, EraBegan, Recognised
from engine.core.periods import PeriodKind, next_period, period_bounds_days, period_end_ms
from engine.core.plan import KINDS, Plan
from engine.core.questions import Condition
from engine.core.rules import Recognition
from engine.core.scores import WEEK
from engine.core.states import OrganizationState

TOP_ROWS: Final = 100
"""Winners are looked for among so many of the first; enough when fewer than all of them are left out."""

MOST_CLOSINGS: Final = 2_000
"""So many periods close before one entry; the rest before the next."""


def due_closings(plan: Plan, organization: OrganizationState, recorded: int) -> list[tuple[int, int]]:
    """The periods to close, as (kind, period): end and grace lie at or before `recorded`.

    Where no board or recognition has periods of a kind, only the last of them is named: it closes those before.
    """
    if not organization.open_from or recorded < plan.opened(organization.open_from)[0]:
        return []
    book = plan.rulebook
    due: list[tuple[int, int]] = []
    for number, kind in enumerate(KINDS):
        if kind == "ever":
            continue
        is_used = kind in plan.board_kinds or kind in plan.recognitions_at
        period = organization.open_from[number]
        found: list[tuple[int, int]] = []
        while period_end_ms(kind, period, book.zone) + book.grace_ms <= recorded:
            found.append((number, period))
            period = next_period(kind, period)
        due.extend(found if is_used else found[-1:])
    return due[:MOST_CLOSINGS]


def ended_weeks(plan: Plan, organization: OrganizationState, recorded: int) -> list[tuple[int, int]]:
    """The open weeks that have ended, whether or not their grace has: as (kind, period)."""
    found: list[tuple[int, int]] = []
    period = organization.open_from[WEEK]
    while period_end_ms(PeriodKind.WEEK, period, plan.rulebook.zone) <= recorded:
        found.append((WEEK, period))
        period = next_period(PeriodKind.WEEK, period)
    return found


def tops_to_read(plan: Plan, due: list[tuple[int, int]]) -> list[str]:
    """The boards whose tops decide the winners of these closings."""
    return [
        top_key(recognition.board.code, number, period)
        for number, period in due
        for recognition in plan.recognitions_at.get(KINDS[number], ())
    ]


def era_due(organization: OrganizationState, today: int) -> bool:
    """Whether what is remembered for `days_back` days goes to a new shelf with this entry."""
    return bool(organization.open_from) and today - organization.era_began >= organization.days_back


def close_due(desk: Desk) -> None:
    """Begin an era, name winners and close, as far as the recorded time says so."""
    organization = desk.organization
    if not organization.open_from:
        return
    if era_due(organization, desk.today):
        desk.write(EraBegan(organization.era + 1, desk.today))
    for number, period in due_closings(desk.plan, organization, desk.recorded):
        close(desk, number, period)


def close(desk: Desk, number: int, period: int) -> None:
    """Name the winners of a period, and close it."""
    for recognition in desk.plan.recognitions_at.get(KINDS[number], ()):
        _name_winners(desk, recognition, number, period)
    desk.write(Closed(number, period))


def _name_winners(desk: Desk, recognition: Recognition, number: int, period: int) -> None:
    top = desk.draft.top(top_key(recognition.board.code, number, period))
    last_day = period_bounds_days(KINDS[number], period)[1]
    for member, place, score in winners(desk, recognition, top, last_day):
        asks = desk.next_to_ask() if recognition.asks_first else 0
        desk.write(Recognised(desk.who(member), recognition.code, period, place, score, asks))


def winners(desk: Desk, recognition: Recognition, top: Top, day: int) -> list[tuple[str, int, int]]:
    """(member, place, score) of those who win: all of a tie or, where that would be more than `most`, none of it."""
    left_out = ready_condition(Condition(all_of=recognition.leave_out))
    rows = [
        (member, score)
        for member, score in top.rows
        if score >= recognition.at_least and (left_out is None or not left_out.holds(PersonFacts(desk, member, day)))
    ]
    won: list[tuple[str, int, int]] = []
    start = 0
    while start < len(rows) and start < recognition.places:
        tied = [row for row in rows[start:] if row[1] == rows[start][1]]
        if len(won) + len(tied) > recognition.most:
            break
        won.extend((member, start + 1, score) for member, score in tied)
        start += len(tied)
    return won
