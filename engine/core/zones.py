"""Time zones as tables of offsets, from the pinned tzdata package and never from the machine.

What decides points must not depend on the machine's zone files: the rulebook's digest covers tzdata's version,
so the files that are read are those of the package. Reading them is the one thing here that is not arithmetic;
the answer is the same for as long as the package is, and each zone is read once.

Does not belong here: days, weeks and other periods (`periods`).
"""

import io
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from engine.core.errors import CoreError

FIRST_SECOND: Final = int(datetime(1969, 1, 1, tzinfo=UTC).timestamp())
LAST_SECOND: Final = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())
"""Offsets change only between these two: nobody can promise a zone's rules for longer, and tables end."""

DAY_SECONDS: Final = 86_400
BEFORE_ALL_MS: Final = -(2**53)


class UnknownZone(CoreError):
    """No time zone of tzdata has this name."""

    def __init__(self, *, found: str, nearest: str | None) -> None:
        self.found, self.nearest = found, nearest
        hint = f'Did you mean "{nearest}"?' if nearest else 'Write it like "Europe/Helsinki".'
        super().__init__(f'No time zone is called "{found[:60]}". {hint}')


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """From `starts_ms[i]` on the clock is `offsets_ms[i]` ahead of UTC; the first start is before all times.

    Local days never run backwards: where a clock was turned back from a new day into the day before
    (Newfoundland did so at 00:01 until 2011), the turn is put off until both clocks show the new day. Otherwise
    a day would be two pieces, and an act could lie in a period that has ended.
    """

    name: str
    starts_ms: tuple[int, ...]
    offsets_ms: tuple[int, ...]


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """All names that `zone_named` knows."""
    return frozenset((resources.files("tzdata") / "zones").read_text("utf-8").split())


@lru_cache(maxsize=1024)
def zone_named(name: str) -> Zone:
    """The table of a zone; read once for each name.

    Raises:
        UnknownZone: The tzdata package has no such zone. Capitals count.
    """
    if name not in zone_names():
        nearest = get_close_matches(name[:60], zone_names(), n=1)
        raise UnknownZone(found=name, nearest=nearest[0] if nearest else None)
    content = (resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).read_bytes()
    offset_at = _offset_reader(ZoneInfo.from_file(io.BytesIO(content), key=name))
    starts, offsets = [BEFORE_ALL_MS], [offset_at(FIRST_SECOND) * 1000]
    for second, before, after in _changes(_explicit_changes(content), offset_at):
        starts.append(_put_off(second, before, after) * 1000)
        offsets.append(after * 1000)
    return Zone(name=name, starts_ms=tuple(starts), offsets_ms=tuple(offsets))


def _offset_reader(info: ZoneInfo) -> Callable[[int], int]:
    def offset_at(second: int) -> int:
        offset = datetime.fromtimestamp(second, info).utcoffset()
        return 0 if offset is None else offset.days * DAY_SECONDS + offset.seconds

    return offset_at


def _explicit_changes(content: bytes) -> tuple[int, ...]:
    """The moments that a TZif file lists, in seconds; after the last one its closing rule holds.

    The first block has 32-bit times; the second, which all files of tzdata have, 64-bit ones.
    Source: RFC 9636 §3.
    """
    counts = ">4s1s15x6l"
    size = struct.calcsize(counts)
    _, _, utc, std, leap, times, types, chars = struct.unpack_from(counts, content)
    second_block = size + times * 5 + types * 6 + chars + leap * 8 + std + utc
    times = struct.unpack_from(counts, content, second_block)[5]
    return struct.unpack_from(f">{times}q", content, second_block + size)


def _changes(explicit: tuple[int, ...], offset_at: Callable[[int], int]) -> Iterator[tuple[int, int, int]]:
    """Each change of offset as (second, offset before, offset after), in order."""
    before = offset_at(FIRST_SECOND)
    known = [second for second in explicit if FIRST_SECOND < second < LAST_SECOND]
    for second in known:
        after = offset_at(second)
        if after != before:
            yield second, before, after
        before = after
    # A closing rule changes the clock twice a year, months apart, so a look at the first of each month finds
    # every change, and halving finds its second.
    at = known[-1] if known else FIRST_SECOND
    for month_start in _month_starts(after=at):
        after = offset_at(month_start)
        if after != before:
            low, high = at, month_start
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(middle) == before else (low, middle)
            yield high, before, after
        at, before = month_start, after


def _month_starts(*, after: int) -> Iterator[int]:
    first = datetime.fromtimestamp(after, UTC)
    month, last = first.year * 12 + first.month, 2101 * 12
    for number in range(month, last + 1):
        yield int(datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC).timestamp())


def _put_off(second: int, before: int, after: int) -> int:
    day_left = (second - 1 + before) // DAY_SECONDS
    if (second + after) // DAY_SECONDS >= day_left:
        return second
    return day_left * DAY_SECONDS - after
