"""What was used of limits, by period: a `Track` of how often and for how many points."""

from collections.abc import Iterable
from typing import Final

from engine.core.tracks import Track, begin_record, end_record, keys_of, locate

WIDTH: Final = 2

NOTHING_USED: Final = (0, 0)


def used_at(uses: Track, period: int) -> tuple[int, int]:
    """How often, and for how many points, something was used in a period."""
    at, found = locate(uses, WIDTH, period)
    return (uses[at - 2], uses[at - 1]) if at > 0 and found == period else NOTHING_USED


def add_use(uses: Track, period: int, times: int, points: int) -> None:
    """Add to what was used in a period; a count that comes to nothing goes."""
    at, found = locate(uses, WIDTH, period)
    if at < 0 or found != period:
        if times <= 0 and points <= 0:
            return
        at = begin_record(uses, WIDTH, at, found, period)
    times, points = uses[at - 2] + times, uses[at - 1] + points
    if times > 0 or points > 0:
        uses[at - 2], uses[at - 1] = times, points
    else:
        end_record(uses, WIDTH, at, period)


def forget_use(uses: Track, period: int) -> None:
    """Forget what was used in a period, if anything was."""
    at, found = locate(uses, WIDTH, period)
    if at > 0 and found == period:
        end_record(uses, WIDTH, at, period)


def periods_of(uses: Track) -> list[int]:
    """The periods in which something was used, from the first on."""
    return keys_of(uses, WIDTH)


def uses_with(used: Iterable[tuple[int, int, int]]) -> Track:
    """What was used, of (period, times, points)."""
    uses: Track = []
    for period, times, points in used:
        add_use(uses, period, times, points)
    return uses
