"""How long a streak is, the slow way: every run is tried that begins with any of its periods.

Periods are numbers in a row. `expects` says of a period whether anything is expected in it ("yes"), only an act would
count ("if active"), or not even that ("no").
"""

from collections.abc import Callable, Iterable
from typing import Any

Plain = dict[str, Any]


def _run(streak: Plain, active: set[int], begins: int, ends: int, expects: Callable[[int], str]) -> tuple[int, int]:
    """The length, and the credit for freezes, of the run from one period to another; (0, -1) where it ends before."""
    earn = streak.get("earn", 0)
    cost, length, credit = earn or 1, 0, streak.get("start", 0) * (earn or 1)
    for period in range(begins, ends + 1):
        wanted = expects(period)
        if period in active and wanted != "no":
            length, credit = length + 1, min(credit + (1 if earn else 0), streak.get("most", 0) * cost)
        elif wanted == "yes" and period < ends:  # the last one may still be filled
            credit -= cost
            if credit < 0:
                return 0, -1
    return length, credit


def length_at(streak: Plain, active: Iterable[int], now: int, expects: Callable[[int], str]) -> tuple[int, int]:
    """The length of a streak in this period, and the freezes that are left."""
    periods = {period for period in active if expects(period) != "no" and period <= now}
    length, credit = max((_run(streak, periods, begins, now, expects) for begins in periods), default=(0, -1))
    at_first = min(streak.get("start", 0), streak.get("most", 0))
    return length, credit // (streak.get("earn", 0) or 1) if length else at_first


def best_until(streak: Plain, active: Iterable[int], now: int, expects: Callable[[int], str]) -> int:
    """The longest that it ever was."""
    return max((length_at(streak, active, period, expects)[0] for period in active if period <= now), default=0)


def going_on(streak: Plain, active: Iterable[int], expects: Callable[[int], str]) -> set[int]:
    """The periods with which it goes on."""
    periods = {period for period in active if expects(period) != "no"}
    return {period for period in periods if length_at(streak, periods, period, expects)[0] > 1}
