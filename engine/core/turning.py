"""What a day brings to a member without an act of theirs: years that are named, currency that has run its time.

Whether anything is due is a question of rulebook, state and day alone; once it was judged, nothing is due any more.
"""

from typing import Final

from engine.core.asking_first import answer_to
from engine.core.desk import Desk
from engine.core.entries import RecognitionAnswered, Turned
from engine.core.lines.ledger import Posted
from engine.core.lines.refusals import Reason
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached
from engine.core.lots import Lot, lots_of, missing_from
from engine.core.periods import PeriodKind, month_of, period_bounds_days
from engine.core.plan import Plan
from engine.core.rules import Anniversary, Currency
from engine.core.states import MemberState

MOST_MONTHS_LATE: Final = 3
"""An anniversary whose month went by (nobody looked, the member paused, the word is new) is named so long after."""

MONTHS: Final = 12


def is_due(plan: Plan, state: MemberState, day: int) -> bool:
    """Whether this day, or one before, brings the member anything that it has not brought yet."""
    if state.erased or not plan.turns:
        return False
    if _years_due(plan, state, day):
        return True
    for code, currency in plan.running_out.items():
        if missing_from(state, code) > 0:
            return True
        for lot in lots_of(state, code):
            if _has_run_out(currency, lot, day) or _is_to_be_told(currency, lot, day):
                return True
    return False


def judge_turned(desk: Desk, entry: Turned) -> None:
    """Everything that is due for the member; nothing where nothing is, and not even their place in the entry."""
    day = min(entry.day, desk.today)
    if not is_due(desk.plan, desk.draft.member(entry.member), day):
        return
    who = desk.who(entry.member)
    for currency in desk.plan.running_out.values():
        _turn_currency(desk, who, currency, day)
    for anniversary, years, month in _years_due(desk.plan, desk.members[who], day):
        asks = desk.next_to_ask() if anniversary.asks_first else 0
        desk.write(YearsReached(who, anniversary.code, years, month, asks))


def judge_answered(desk: Desk, entry: RecognitionAnswered) -> None:
    """The last answer holds; one about nothing that was asked changes nothing."""
    who = desk.who(entry.member)
    if answer_to(desk.members[who], entry.position, entry.asks) is None:
        desk.refuse(who, -1, Reason.NOTHING_ASKED)
        return
    desk.write(AnswerSet(who, entry.position, entry.asks, entry.shown))


def _turn_currency(desk: Desk, who: int, currency: Currency, day: int) -> None:
    state, code = desk.members[who], currency.code
    missing = missing_from(state, code)
    if missing > 0:
        desk.write(LotBegun(who, code, month_of(day), missing))
    for lot in lots_of(state, code):
        if _has_run_out(currency, lot, day):
            _, last_of_month = period_bounds_days(PeriodKind.MONTH, lot.month)
            desk.post(Posted(who, code, code, -lot.amount, last_of_month, -lot.amount))
        elif _is_to_be_told(currency, lot, day):
            last_day = max(_last_day(currency, lot.month), day + currency.announce_days)
            desk.write(ExpiryAnnounced(who, code, lot.month, lot.amount, last_day))


def _last_day(currency: Currency, month: int) -> int:
    """The last day by the rulebook on which what was earned in a month can be used."""
    days: list[int] = []
    if currency.expires_months is not None:
        days.append(period_bounds_days(PeriodKind.MONTH, month + currency.expires_months)[1])
    if currency.last_day is not None:
        days.append(currency.last_day)
    return min(days)


def _has_run_out(currency: Currency, lot: Lot, day: int) -> bool:
    """Nothing ends unless it was announced, nor before a day that a later rulebook has moved away."""
    return 0 < lot.last_day < day and _last_day(currency, lot.month) <= lot.last_day


def _is_to_be_told(currency: Currency, lot: Lot, day: int) -> bool:
    """Whether the announcement's time has come; a second time where the day has moved away since the first."""
    last_day = _last_day(currency, lot.month)
    return lot.last_day < last_day and day >= last_day - currency.announce_days


def _years_due(plan: Plan, state: MemberState, day: int) -> list[tuple[Anniversary, int, int]]:
    """The anniversaries to name: years and month, of those who take part now and did in that month or since."""
    started = state.facts.started_on
    if started is None or state.status != "joined" or state.erased:
        return []
    month, joined = month_of(day), month_of(plan.local_day(state.joined_at))
    found: list[tuple[Anniversary, int, int]] = []
    for anniversary in plan.rulebook.anniversaries:
        named = state.anniversaries.get(anniversary.code, ())
        for years in anniversary.years:
            reached = started + MONTHS * years
            if max(joined, month - MOST_MONTHS_LATE) <= reached <= month and years not in named:
                found.append((anniversary, years, reached))
    return found
