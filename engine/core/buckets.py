"""Buckets: a number by day and, further back, by month or year. A `Track` of amounts, none zero, that sum up to it."""

from collections.abc import Iterable
from typing import Final

from engine.core.states import Buckets
from engine.core.tracks import begin_record, end_record, first_key, keys_of, locate

WIDTH: Final = 1

NO_BUCKET: Final = 2**53
"""Above all others."""


def add_to(buckets: Buckets, bucket: int, amount: int) -> None:
    """Add to a bucket; one that comes to nothing goes."""
    at = len(buckets) - 1
    found = buckets[at] if at >= 0 else bucket - 1
    if found < bucket:  # the newest, as a rule: at once
        if amount:
            if at >= 0:
                buckets[at] = bucket - found
            buckets.append(amount)
            buckets.append(bucket)
        return
    if found > bucket:
        at, found = locate(buckets, WIDTH, bucket)
        if found != bucket or at < 0:
            if not amount:
                return
            at = begin_record(buckets, WIDTH, at, found, bucket)
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


def buckets_with(amounts: Iterable[tuple[int, int]]) -> Buckets:
    """The buckets that hold these amounts."""
    buckets: Buckets = []
    for bucket, amount in amounts:
        add_to(buckets, bucket, amount)
    return buckets
