"""What waited until somebody agrees: paid now, on the day of the act, as far as its bounds leave room; or declined.

Nobody decides about their own: neither who gave it nor who gets it. A verdict on what does not wait (any more) changes
nothing.
"""

from engine.core.administer import post_by_hand
from engine.core.badges import grant_badges
from engine.core.challenges import bring_to_challenges
from engine.core.desk import Desk
from engine.core.entries import Act, AnyEntry, Awarded, Thanked, Verdict
from engine.core.facts import ActFacts
from engine.core.holds import waits_until
from engine.core.journal import JournalEntry
from engine.core.late import is_late
from engine.core.lines.ledger import Held, HoldChanged, HoldNow
from engine.core.lines.refusals import Reason
from engine.core.membership import takes_part_at
from engine.core.pay import Payment, RulePayment
from engine.core.retry import what_was_judged
from engine.core.rules import Approval
from engine.core.thanks import pay_thanks


def judge_verdict(desk: Desk, verdict: Verdict) -> None:
    """Settle all that the entry at the verdict's position has waiting."""
    position = verdict.position
    if not waits_until(desk.draft, position, desk.recorded):
        desk.refuse(-1, -1, Reason.NOT_HELD)
        return
    journal, logged = desk.draft.journal_of(position), desk.draft.logged(position)
    entry = None if logged is None else what_was_judged(desk.draft, logged)
    if journal is None or entry is None:
        desk.refuse(-1, -1, Reason.NOT_HELD)
        return
    held = held_in(journal)
    if is_their_own(verdict, entry, [journal.people[line.who].id for line in held], desk.plan.rulebook.approval):
        desk.refuse(-1, -1, Reason.OWN_APPROVAL)
        return
    agreed = verdict.verdict == "approve"
    desk.write(HoldChanged(position, HoldNow.APPROVED if agreed else HoldNow.DECLINED))
    paid: dict[int, int] = {}
    for line in held:
        person = journal.people[line.who]
        if desk.draft.member(person.id).erased:
            continue
        who = desk.who_then(person)
        if isinstance(entry, Act | Thanked) and not takes_part_at(desk.members[who], entry.time):
            desk.refuse(who, -1, Reason.NOT_TAKING_PART)
            continue
        if agreed:
            _pay(desk, entry, line, who)
            paid[who] = line.day
        else:
            desk.refuse(who, line.cause, Reason.DECLINED, base=line.amount)
    for who, day in paid.items():
        grant_badges(desk, day, who, [])
    if desk.plan.challenges and not isinstance(entry, Awarded):
        bring_to_challenges(desk)


def held_in(journal: JournalEntry) -> list[Held]:
    """What an entry had waiting."""
    return [line for line in journal.lines if isinstance(line, Held)]


def is_their_own(verdict: Verdict, entry: AnyEntry, receivers: list[str], approval: Approval | None) -> bool:
    """Whether whoever decides gave it or gets it, as far as the rulebook in force minds that; without one it does."""
    not_by = ("giver", "receiver") if approval is None else approval.not_by
    decider = verdict.decider
    if "receiver" in not_by and decider in receivers:
        return True
    if "giver" not in not_by:
        return False
    match entry:
        case Awarded():
            return bool(verdict.by and verdict.by == entry.by) or (decider is not None and decider == entry.by_member)
        case Thanked():
            return decider == entry.giver
        case Act():
            return decider is not None and decider == entry.subject
        case _:
            return False


def _pay(desk: Desk, entry: AnyEntry, held: Held, who: int) -> None:
    """Pay what was agreed to by the rulebook of now; what it does not know any more pays nothing."""
    day = desk.plan.days[held.day]
    match entry:
        case Awarded():
            post_by_hand(desk, who, entry.currency, held.amount, held.day)
            return
        case Act():
            rule = next((r for r in desk.plan.rulebook.rules if r.code == held.cause and entry.type in r.on), None)
            if rule is not None:
                desk.late = is_late(desk, day)
                payment = RulePayment(ActFacts(desk, entry.type, entry.time, entry.data, -1), rule, who, entry.subject)
                payment.agree(held)
                payment.pay(held.base)
                return
        case Thanked():
            thanks = desk.plan.rulebook.thanks
            if thanks is not None and thanks.code == held.cause:
                desk.late = is_late(desk, day)
                part = Payment(desk, who, thanks.code, day)
                part.agree(held)
                pay_thanks(part, held.base, held.percent)
                return
        case _:
            pass
    desk.refuse(who, held.cause, Reason.UNKNOWN_NAME)
