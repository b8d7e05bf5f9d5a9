"""Balances from before: what a member had when Sulka began to count for them, carried over once for good."""

from engine.core.desk import Desk, value_key
from engine.core.entries import OpeningBalance
from engine.core.lines.counts import OnceUsed
from engine.core.lines.ledger import CARRIED, Posted
from engine.core.lines.refusals import Reason
from engine.core.periods import local_day
from engine.core.states import MemberState


def carry_over(desk: Desk, entry: OpeningBalance) -> None:
    """Post the balance on its own day; of one import once, however long ago that was."""
    who = desk.who(entry.member)
    currency = desk.plan.currency(entry.currency)
    if currency is None:
        desk.refuse(who, CARRIED, Reason.UNKNOWN_NAME)
        return
    if is_carried(desk.members[who], entry.origin, currency):
        desk.refuse(who, CARRIED, Reason.CARRIED_BEFORE, base=entry.amount)
        return
    desk.use_once(OnceUsed(who, CARRIED, carried_key(entry.origin, currency)))
    day = min(local_day(entry.time, desk.plan.rulebook.zone), desk.today)
    # Not `desk.post`: nobody is told of a level that was reached elsewhere.
    desk.write(Posted(who, CARRIED, currency, entry.amount, day, entry.amount))


def is_carried(state: MemberState, origin: str, currency: int) -> bool:
    """Whether this import has brought the member something of this currency."""
    return carried_key(origin, currency) in state.once.get(CARRIED, ())


def carried_key(origin: str, currency: int) -> str:
    """How an import's balance in a currency is remembered."""
    return value_key(f"{origin}:{currency}")
