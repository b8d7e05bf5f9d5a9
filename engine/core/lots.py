"""Lots: what is left of a currency that runs out, by the month in which it was earned.

A `Track` by month of two numbers: the amount, and the last day on which it can be used, 0 as long as that was not
announced. Lots sum up to the balance; of one below zero there are none.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from engine.core.states import Lots, MemberState
from engine.core.tracks import end_record, first_key, keys_of, locate, record_at

WIDTH: Final = 2


class Lot(NamedTuple):
    """What is left of a month, and its announced last day (0: none)."""

    month: int
    amount: int
    last_day: int


def lots_of(state: MemberState, currency: int) -> list[Lot]:
    """The lots of a currency, the oldest first."""
    lots = state.lots.get(currency)
    if lots is None:
        return []
    months = keys_of(lots, WIDTH)
    return [Lot(month, lots[3 * number], lots[3 * number + 1]) for number, month in enumerate(months)]


def announced(state: MemberState, currencies: Iterable[int]) -> list[tuple[int, int, int]]:
    """What ends and was announced, of these currencies: (last day, currency, amount), the first day first."""
    sums: dict[tuple[int, int], int] = {}
    for currency in currencies:
        for lot in lots_of(state, currency):
            if lot.last_day:
                sums[lot.last_day, currency] = sums.get((lot.last_day, currency), 0) + lot.amount
    return sorted((last_day, currency, amount) for (last_day, currency), amount in sums.items())


def missing_from(state: MemberState, currency: int) -> int:
    """What is there of a currency and in no lot: it was earned before the currency had an end."""
    balance = state.balances.get(currency, 0)
    return balance - _sum_of(state.lots.get(currency)) if balance > 0 else 0


def add_lot(state: MemberState, currency: int, month: int, amount: int) -> None:
    """Put an amount into the lot of a month."""
    lots = state.lots.get(currency)
    if lots is None:
        lots = state.lots[currency] = []
    at = record_at(lots, WIDTH, month)
    lots[at - 2] += amount


def announce(state: MemberState, currency: int, month: int, last_day: int) -> None:
    """Note until when a lot can be used, as people are told."""
    lots = state.lots.get(currency)
    if lots is None:
        return
    at, found = locate(lots, WIDTH, month)
    if at > 0 and found == month:
        lots[at - 1] = last_day


def post_to_lots(
    state: MemberState, currency: int, amount: int, month: int, *, of_month: bool, today_month: int
) -> None:
    """Follow a posting that the balance has already.

    What is added lies in its month. What is taken comes out of its own month first where it is `of_month`, as what is
    taken back or has run its time; else, and the rest of it, out of the oldest.
    """
    balance = state.balances.get(currency, 0)
    held = _sum_of(state.lots.get(currency))
    before = balance - amount
    if before > held:
        add_lot(state, currency, today_month, before - held)
        held = before
    if amount > 0:
        add_lot(state, currency, month, amount)
        held += amount
    elif of_month:
        held -= _take_from(state, currency, month, -amount)
    _take_oldest(state, currency, held - max(0, balance))


def _take_from(state: MemberState, currency: int, month: int, amount: int) -> int:
    """Take up to an amount out of a month's lot; what was taken."""
    lots = state.lots.get(currency)
    if not lots:
        return 0
    at, found = locate(lots, WIDTH, month)
    if at < 0 or found != month:
        return 0
    taken = min(lots[at - 2], amount)
    lots[at - 2] -= taken
    if not lots[at - 2]:
        end_record(lots, WIDTH, at, month)
        if not lots:
            del state.lots[currency]
    return taken


def _take_oldest(state: MemberState, currency: int, amount: int) -> None:
    while amount > 0 and (lots := state.lots.get(currency)):
        amount -= _take_from(state, currency, first_key(lots, WIDTH), amount)


def _sum_of(lots: Lots | None) -> int:
    return sum(lots[:: WIDTH + 1]) if lots else 0
