"""States once weeks have been cut anew: what the lines of that entry set, and what follows for each member."""

from engine.core.draft import Draft
from engine.core.keys import place_key, score_key, unit_sum_key
from engine.core.lines.counts import PartsRecounted, UnitRecounted
from engine.core.periods import PeriodKind, period_of, weekday
from engine.core.plan import Plan
from engine.core.scores import WEEK, is_of_week, note_parts, open_periods, places_of, score_in
from engine.core.states import MemberState, OrganizationState

OPEN_DAYS = 15
"""No open week began earlier than the week of this many days ago: seven of the longest grace, and one for the zone."""


def catch_up(plan: Plan, state: MemberState, organization: OrganizationState, today: int) -> None:
    """Work out a member's scores by the new cut, before anything else of an entry is done to the member.

    Does not ask which weeks are open, since that may change within the entry: scores of closed ones are pruned.
    """
    state.cuts = organization.cuts
    for place in [place for place in places_of(state) if is_of_week(place)]:
        del state.scores[score_key(place)]
    for key in [key for key in state.unit_sums if is_of_week(key)]:
        del state.unit_sums[key]
    starts = weekday(organization.open_from[WEEK]) - 1
    first = period_of(PeriodKind.WEEK, today - OPEN_DAYS, starts)
    for board in plan.boards.values():
        if board.metric.of_period is PeriodKind.WEEK:
            _score_anew(board.code, plan, state, starts)
        if PeriodKind.WEEK not in board.periods:
            continue
        for period in open_periods(PeriodKind.WEEK, first, today, starts):
            score = score_in(board, state, WEEK, period, starts)
            if score:
                state.scores[score_key(place_key(board.code, WEEK, period))] = score
    if state.has_moved:
        note_parts(plan, state, [place for place in places_of(state) if is_of_week(place)])


def _score_anew(code: int, plan: Plan, state: MemberState, starts: int) -> None:
    """Scores that count weeks: also those of months, quarters, years and ever are other ones by another cut."""
    for place in places_of(state):
        of, kind, period = (int(part) for part in place.split(":"))
        if of == code:
            state.scores[score_key(place)] = score_in(plan.boards[code], state, kind, period, starts)


def set_recounted(plan: Plan, draft: Draft, line: UnitRecounted | PartsRecounted, today: int) -> None:
    """Put what was counted anew for the weeks of the new cut in the place of what stood there by the old one."""
    match line:
        case UnitRecounted():
            _set_unit(draft, line)
        case PartsRecounted():
            _set_parts(plan, draft, line, today)


def _set_unit(draft: Draft, line: UnitRecounted) -> None:
    touched, state = draft.touched_unit(line.by, line.unit)
    sums = state.sums
    for place in [place for place in sums if is_of_week(place)]:
        del sums[place]
    for place, total, contributors in line.sums:
        touched[place] = None
        if total or contributors:
            sums[place] = (total, contributors)


def _set_parts(plan: Plan, draft: Draft, line: PartsRecounted, today: int) -> None:
    state = draft.change_member(line.member)
    catch_up(plan, state, draft.organization(), today)
    for key in [key for key in state.unit_sums if is_of_week(key)]:
        del state.unit_sums[key]
    if not state.has_moved:
        state.has_moved = True
        note_parts(plan, state, [place for place in places_of(state) if not is_of_week(place)])
    for place, by, unit, amount in line.parts:
        state.unit_sums[unit_sum_key(place, by, unit)] = amount
