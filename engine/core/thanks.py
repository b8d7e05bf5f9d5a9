"""Thanks between members: both are paid, within the giver's allowance, once a pair, less when it goes both ways.

The giver is paid the same whether or not the receiver takes part: nothing the giver can see tells. A thanks that pays
nothing is handed over like any other.
"""

from collections.abc import Iterable

from engine.core.acts import judge_facts
from engine.core.badges import grant_badges
from engine.core.desk import Desk, value_key
from engine.core.entries import Thanked
from engine.core.facts import ActFacts
from engine.core.late import is_late
from engine.core.lines.counts import ThanksNoted
from engine.core.lines.refusals import Reason
from engine.core.membership import takes_part_at
from engine.core.pay import HUNDRED, Payment
from engine.core.prune import DAY_MS
from engine.core.questions import Value
from engine.core.rulebook import THANKS
from engine.core.rules import Limit, Thanks


def judge_thanked(desk: Desk, entry: Thanked) -> None:
    """Count the thanks for the giver, and pay both within the bounds."""
    giver = desk.who(entry.giver)
    if not takes_part_at(desk.members[giver], entry.time):
        desk.refuse(giver, -1, Reason.NOT_TAKING_PART)
        return
    data: dict[str, Value] = {} if entry.receiver is None else {"receiver": entry.receiver}
    facts = ActFacts(desk, THANKS, entry.time, data, giver)
    desk.late = is_late(desk, facts.on)
    thanks = desk.plan.rulebook.thanks
    if thanks is None or not _has_room_for(desk, facts, thanks, entry, giver):
        _hand_over(desk, entry, -1 if thanks is None else thanks.code)
    else:
        _pay_both(desk, facts, thanks, entry, giver)
    judge_facts(facts)


def _has_room_for(desk: Desk, facts: ActFacts, thanks: Thanks, entry: Thanked, giver: int) -> bool:
    payment = Payment(desk, giver, thanks.code, facts.on)
    return all(_has_room(payment, limit, value, reason) for limit, value, reason in _bounds(thanks, entry))


def _hand_over(desk: Desk, entry: Thanked, cause: int) -> None:
    receiver = _receiver(desk, entry)
    if receiver is not None:
        desk.refuse(receiver, cause, Reason.WITHOUT_POINTS)


def _pay_both(desk: Desk, facts: ActFacts, thanks: Thanks, entry: Thanked, giver: int) -> None:
    payment = Payment(desk, giver, thanks.code, facts.on)
    percent = _percent(desk, thanks, entry, giver)
    for limit, value, _ in _bounds(thanks, entry):
        if limit is not None:
            payment.count(limit.use.slot, payment.day, value, 1)
    payment.use(0)
    pay_thanks(payment, thanks.giver, percent)
    receiver = _receiver(desk, entry)
    if receiver is None:
        return
    pay_thanks(Payment(desk, receiver, thanks.code, facts.on), thanks.receiver, percent)
    desk.write(ThanksNoted(receiver, entry.giver, entry.time))
    grant_badges(desk, facts.day, receiver, [])


def _receiver(desk: Desk, entry: Thanked) -> int | None:
    """The place of the receiver; None where they take no part."""
    return None if entry.receiver is None else desk.who_takes_part(entry.receiver, entry.time)


def _bounds(thanks: Thanks, entry: Thanked) -> Iterable[tuple[Limit | None, str, Reason]]:
    return ((thanks.allowance, "", Reason.ALLOWANCE), (thanks.same_pair, value_key(entry.pair), Reason.SAME_PAIR))


def _has_room(payment: Payment, limit: Limit | None, value: str, reason: Reason) -> bool:
    if limit is None or limit.times is None:
        return True
    slot = limit.use.slot
    times, _ = payment.used(slot, payment.day, value)
    if times < limit.times:
        return True
    payment.refuse(reason, slot.code, 0, HUNDRED, payment.day.of(slot))
    return False


def _percent(desk: Desk, thanks: Thanks, entry: Thanked, giver: int) -> int:
    if not thanks.mutual_days or entry.receiver is None:
        return HUNDRED
    thanked_at = desk.members[giver].thanked_by.get(entry.receiver)
    if thanked_at is None or abs(entry.time - thanked_at) > thanks.mutual_days * DAY_MS:
        return HUNDRED
    return thanks.mutual_percent


def pay_thanks(payment: Payment, base: int, percent: int) -> None:
    """Pay one of the two as much as the caps leave."""
    amount = payment.part(base, percent)
    if amount <= 0:
        return
    caps = payment.plan.of_type(THANKS).caps
    amount = payment.fits_caps(caps, amount, base, percent)
    if amount and not payment.waits(amount, base, percent):
        payment.post_points(caps, amount, base, percent)
        payment.use(amount)
