"""Buckets: a number by day and, further back, by month or year. A `Track` of amounts, none zero, that sum up to it."""

from typing import Final

from engine.core.states import Buckets
from engine.core.tracks import end_record, first_key, keys_of, locate, record_at

WIDTH: Final = 1

NO_BUCKET: Final = 2**53
"""Above all others."""


def add_to(buckets: Buckets, bucket: int, amount: int) -> None:
    """Add to a bucket; one that comes to nothing goes."""
    at = record_at(buckets, WIDTH, bucket)
    left = buckets[at - 1] + amount
    if left:
        buckets[at - 1] = left
    else:
        end_record(buckets, WIDTH, at, bucket)


def amount_in(buckets: Buckets, bucket: int) -> int:
    """What a bucket holds."""
    at, found = locate(buckets, WIDTH, bucket)
    return buckets[at - 1] if at > 0 and found == bucket else 0


def sum_of(buckets: Buckets) -> int:
    """The sum of a number of all time."""
    total = 0  # a loop: compiled, it is quicker than `sum`
    for at in range(0, len(buckets), WIDTH + 1):
        total += buckets[at]
    return total


def sum_between(buckets: Buckets, bounds: tuple[int, int, int, int, int]) -> int:
    """The sum of the buckets of a period or window, as `engine.core.days.buckets_of` names them."""
    if not buckets:
        return 0
    first, last, first_month, last_month, year = bounds
    lowest = first_month if first_month <= last_month else first
    at, total = len(buckets) - 1, 0
    bucket = buckets[at]
    while bucket >= lowest:
        if first <= bucket <= last or first_month <= bucket <= last_month or bucket == year:
            total += buckets[at - 1]
        at -= WIDTH + 1
        if at < 0:
            break
        bucket -= buckets[at]
    return total


def buckets_held(buckets: Buckets) -> int:
    """How many buckets there are."""
    return len(buckets) // (WIDTH + 1)


def first_of(buckets: Buckets) -> int:
    """The lowest bucket; `NO_BUCKET` of none."""
    return first_key(buckets, WIDTH) if buckets else NO_BUCKET


def last_below(buckets: Buckets, bound: int) -> int:
    """The highest bucket below a bound; `-NO_BUCKET` where there is none."""
    at, found = locate(buckets, WIDTH, bound - 1)
    return found if at >= 0 else -NO_BUCKET


def amounts_of(buckets: Buckets) -> list[tuple[int, int]]:
    """Each bucket with what it holds, from the lowest on."""
    return list(zip(keys_of(buckets, WIDTH), buckets[:: WIDTH + 1], strict=True))
