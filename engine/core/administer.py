"""Entries that set something: members and what they choose, content, rulebooks, awards and corrections by hand."""

from engine.core.badges import grant_badges
from engine.core.carried import carry_over
from engine.core.codes import Naming, assign
from engine.core.desk import Desk
from engine.core.entries import (
    ActiveSet,
    Awarded,
    ContentKnown,
    Corrected,
    HistoryEnded,
    HistoryOpened,
    MemberErased,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RulebookPublished,
    VisibilityChosen,
)
from engine.core.held import has_step, steps_of
from engine.core.keys import CODES
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.entries import HistorySet, RulebookSet
from engine.core.lines.ledger import BY_HAND, Posted
from engine.core.lines.members import ContentSet, Erased, FactsSet, MembershipSet, VisibilitySet
from engine.core.lines.refusals import Reason
from engine.core.past import begin_past
from engine.core.pay import HUNDRED, Payment
from engine.core.periods import local_day, period_of
from engine.core.plan import KINDS
from engine.core.recut import cut_anew, cuts_anew, recount_to_read, write_recount
from engine.core.states import CodesState

Administration = (
    ActiveSet
    | Awarded
    | ContentKnown
    | Corrected
    | HistoryEnded
    | HistoryOpened
    | MemberErased
    | MembershipChanged
    | MemberSet
    | OpeningBalance
    | RulebookPublished
    | VisibilityChosen
)


def judge_administration(desk: Desk, entry: Administration) -> None:
    """Do what the entry says; the door has refused what can't be done."""
    match entry:
        case MemberSet():
            who = desk.who(entry.member)
            desk.write(FactsSet(who, entry.facts_after(desk.members[who].facts)))
        case MembershipChanged():
            who = desk.who(entry.member)
            desk.write(MembershipSet(who, entry.change, entry.time, entry.first_day, entry.last_day))
        case ActiveSet():
            change = "activate" if entry.active else "deactivate"
            desk.write(MembershipSet(desk.who(entry.member), change, entry.time))
        case VisibilityChosen():
            desk.write(VisibilitySet(desk.who(entry.member), entry.boards, entry.wall, entry.badges))
        case MemberErased():
            desk.write(Erased(desk.who(entry.member)))
        case ContentKnown():
            desk.write(ContentSet(entry.content, entry.facts))
        case RulebookPublished():
            _publish(desk, entry)
        case HistoryOpened() | HistoryEnded():
            desk.write(HistorySet(isinstance(entry, HistoryOpened)))
        case Awarded():
            _award(desk, entry)
        case Corrected():
            _correct(desk, entry)
        case OpeningBalance():
            carry_over(desk, entry)


def _publish(desk: Desk, entry: RulebookPublished) -> None:
    state = desk.draft.get(CODES)
    assert isinstance(state, CodesState)
    known = dict(state.codes)
    fresh = assign(known, (Naming(name, formerly or None) for name, formerly in entry.names))
    codes, before = tuple(sorted(fresh.items())), tuple(desk.organization.open_from)
    if not before:
        today = local_day(desk.logged.recorded, entry.zone)
        open_from = tuple(period_of(kind, today, entry.week_starts) for kind in KINDS)
        desk.write(RulebookSet(entry.digest, codes, entry.days_back, open_from))
    elif not cuts_anew(desk.organization, entry):
        desk.write(RulebookSet(entry.digest, codes, entry.days_back))
    else:
        recount = desk.draft.recount(recount_to_read(desk.plan, desk.organization, known, entry, desk.logged.recorded))
        desk.write(RulebookSet(entry.digest, codes, entry.days_back, cut_anew(desk, entry, known)))
        write_recount(desk, entry, known, recount)
    if before and entry.past:
        begin_past(desk, entry, known, fresh)


def _award(desk: Desk, entry: Awarded) -> None:
    who = desk.who(entry.member)
    day = local_day(entry.time, desk.plan.rulebook.zone)
    if entry.points and not _has_ended(desk, who, entry, day) and not _waits(desk, who, entry, day):
        post_by_hand(desk, who, entry.currency, entry.points, day)
        grant_badges(desk, day, who, [])
    if entry.badge is None:
        return
    code = desk.plan.codes.get(("badge", entry.badge))
    if code is None:
        desk.refuse(who, BY_HAND, Reason.UNKNOWN_NAME)
        return
    if has_step(steps_of(desk.members[who], code, entry.value), entry.tier):
        desk.refuse(who, code, Reason.ONCE)
        return
    desk.write(BadgeGranted(who, code, entry.tier, day, entry.value))


def _has_ended(desk: Desk, who: int, entry: Awarded, day: int) -> bool:
    """Whether the last day of a currency is over; a correction may still put right what was earned before it."""
    code = desk.plan.currency(entry.currency)
    currency = None if code is None else desk.plan.running_out.get(code)
    if currency is None or currency.last_day is None or day <= currency.last_day:
        return False
    desk.refuse(who, BY_HAND, Reason.CURRENCY_ENDED, slot=currency.code, base=entry.points)
    return True


def _correct(desk: Desk, entry: Corrected) -> None:
    day = local_day(entry.time, desk.plan.rulebook.zone)
    post_by_hand(desk, desk.who(entry.member), entry.currency, entry.amount, day)


def _waits(desk: Desk, who: int, entry: Awarded, day: int) -> bool:
    """Whether so many points wait until somebody else agrees; other currencies never do."""
    if entry.points <= desk.plan.waits_over or desk.plan.currency(entry.currency) != desk.plan.points:
        return False
    return Payment(desk, who, BY_HAND, desk.plan.days[day]).waits(entry.points, entry.points, HUNDRED)


def post_by_hand(desk: Desk, who: int, id_: str | None, amount: int, day: int) -> None:
    """Post what a person gave, in a currency that this rulebook has."""
    currency = desk.plan.currency(id_)
    if currency is None:
        desk.refuse(who, BY_HAND, Reason.UNKNOWN_NAME)
        return
    desk.post(Posted(who, BY_HAND, currency, amount, day, amount))
