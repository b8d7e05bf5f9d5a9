"""States' short lists by what they hold."""

from collections.abc import Iterable

from engine.core.buckets import add_to
from engine.core.states import Buckets, Uses
from engine.core.uses import add_use


def buckets_with(amounts: Iterable[tuple[int, int]]) -> Buckets:
    """The buckets that hold these amounts."""
    buckets: Buckets = []
    for bucket, amount in amounts:
        add_to(buckets, bucket, amount)
    return buckets


def uses_with(used: Iterable[tuple[int, int, int]]) -> Uses:
    """What was used, of (period, times, points)."""
    uses: Uses = []
    for period, times, points in used:
        add_use(uses, period, times, points)
    return uses
