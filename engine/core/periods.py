"""Days, weeks, months, quarters and years of a zone: arithmetic on whole numbers.

A day is a number since 1970-01-01 on the zone's clock. A period is its kind and a number: of a day itself; of a
week its first day; of a month year * 12 + month - 1; of a quarter year * 4 + quarter - 1; of a year the year; of
`ever` 0.
Moments are milliseconds since 1970 in UTC, periods of moments half-open: start <= moment < end.

Does not belong here: which periods are closed, graces (`decide`), and the clock.
"""

import re
from bisect import bisect_right
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from engine.core.errors import CoreError
from engine.core.zones import zone_named

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
LONGEST_OFFSET_MS: Final = 26 * HOUR_MS
"""No clock is this far from UTC."""

EVER_DAYS: Final = (-1, 2_932_897)
"""From the day before 1970-01-01 to the day after 9999-12-31, since zones are up to a day off UTC."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9999


class PeriodKind(StrEnum):
    """The order is that of the codes in journal and states: append only."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"


_DAY: Final = PeriodKind.DAY
_WEEK: Final = PeriodKind.WEEK
_MONTH: Final = PeriodKind.MONTH
_QUARTER: Final = PeriodKind.QUARTER
_YEAR: Final = PeriodKind.YEAR


class Period(msgspec.Struct, frozen=True, array_like=True):
    kind: PeriodKind
    index: int


class PeriodNotUnderstood(CoreError):
    """A name is not that of a period. `column` counts from 1 and says where it stops making sense."""

    def __init__(self, *, found: str, column: int, expected: str) -> None:
        self.found, self.column, self.expected = found, column, expected
        super().__init__(f'"{found[:60]}" is not a period (column {column}). Expected {expected}.')


def local_day(ms: int, zone: str) -> int:
    """The day on which a moment lies.

    Raises:
        UnknownZone: Check names of zones at the door.
    """
    table = zone_named(zone)
    return (ms + table.offsets_ms[bisect_right(table.starts_ms, ms) - 1]) // DAY_MS


def local_clock(ms: int, zone: str) -> tuple[int, int]:
    """Weekday (1 = Monday … 7) and hour (0 … 23) of a moment; the weekday is that of its `local_day`."""
    table = zone_named(zone)
    local_ms = ms + table.offsets_ms[bisect_right(table.starts_ms, ms) - 1]
    return weekday(local_ms // DAY_MS), local_ms % DAY_MS // HOUR_MS


def local_minute(ms: int, zone: str) -> int:
    """The minute of its `local_day` that a clock on the wall shows at a moment (0 … 1439)."""
    table = zone_named(zone)
    return (ms + table.offsets_ms[bisect_right(table.starts_ms, ms) - 1]) % DAY_MS // MINUTE_MS


def weekday(day: int) -> int:
    """1 = Monday … 7 = Sunday."""
    return (day + 3) % 7 + 1


def day_bounds_ms(day: int, zone: str) -> tuple[int, int]:
    """The first moment of a day and that of the next: as a rule 23, 24 or 25 hours apart.

    They are the same where a zone left the day out, as Samoa did with 2011-12-30.
    """
    return _day_start_ms(day, zone), _day_start_ms(day + 1, zone)


def _day_start_ms(day: int, zone: str) -> int:
    table = zone_named(zone)
    starts, offsets = table.starts_ms, table.offsets_ms
    midnight = day * DAY_MS
    at = bisect_right(starts, midnight - LONGEST_OFFSET_MS) - 1
    while at + 1 < len(starts) and starts[at + 1] + offsets[at] <= midnight:
        at += 1
    # Where the clock jumps over midnight, the day begins with the jump.
    return max(starts[at], midnight - offsets[at])


def period_of(kind: PeriodKind, day: int, week_starts: int) -> int:
    """The number of the period that a day lies in; `week_starts` is 0 for Monday … 6 for Sunday."""
    # Asked several times an event; `match` looks each member up in its class, which takes three times as long.
    if kind is _DAY:
        return day
    if kind is _WEEK:
        return day - (day + 3 - week_starts) % 7
    if kind is _MONTH:
        return month_of(day)
    if kind is _QUARTER:
        return month_of(day) // 3
    if kind is _YEAR:
        return month_of(day) // 12
    return 0


def period_bounds_days(kind: PeriodKind, index: int) -> tuple[int, int]:
    """First and last day of a period, both inside."""
    match kind:
        case PeriodKind.DAY:
            return index, index
        case PeriodKind.WEEK:
            return index, index + 6
        case PeriodKind.MONTH:
            return _month_start(index), _month_start(index + 1) - 1
        case PeriodKind.QUARTER:
            return _month_start(index * 3), _month_start(index * 3 + 3) - 1
        case PeriodKind.YEAR:
            return _month_start(index * 12), _month_start(index * 12 + 12) - 1
        case PeriodKind.EVER:
            return EVER_DAYS


def period_bounds_ms(kind: PeriodKind, index: int, zone: str) -> tuple[int, int]:
    """First moment of a period and that of the next one."""
    first, last = period_bounds_days(kind, index)
    return _day_start_ms(first, zone), _day_start_ms(last + 1, zone)


def period_end_ms(kind: PeriodKind, index: int, zone: str) -> int:
    """The first moment after a period."""
    return _day_start_ms(period_bounds_days(kind, index)[1] + 1, zone)


def next_period(kind: PeriodKind, index: int) -> int:
    """The number of the period after this one. After `ever` comes 1, a period without a day in it."""
    return index + (7 if kind is PeriodKind.WEEK else 1)


def previous_period(kind: PeriodKind, index: int) -> int:
    """The number of the period before this one. Before `ever` lies -1, a period without a day in it."""
    return index - (7 if kind is PeriodKind.WEEK else 1)


def period_name(kind: PeriodKind, index: int) -> str:
    """`2026-11-23`, `2026-W48`, `2026-11`, `2026-Q4`, `2026` or `ever`.

    Weeks that start on Monday have their ISO 8601 name. Others are numbered in the same way (a week belongs to
    the year in which its fourth day lies) and say their start, `2026-W48-from-sunday`, so that a name means the
    same days whatever the rulebook's week start is when it is read.
    """
    match kind:
        case PeriodKind.DAY:
            month = month_of(index)
            return f"{month // 12:04}-{month % 12 + 1:02}-{index - _month_start(month) + 1:02}"
        case PeriodKind.WEEK:
            year = month_of(index + 3) // 12
            number = (index + 3 - _month_start(year * 12)) // 7 + 1
            start = weekday(index)
            return f"{year:04}-W{number:02}" + ("" if start == 1 else f"-from-{WEEKDAYS[start - 1]}")
        case PeriodKind.MONTH:
            return f"{index // 12:04}-{index % 12 + 1:02}"
        case PeriodKind.QUARTER:
            return f"{index // 4:04}-Q{index % 4 + 1}"
        case PeriodKind.YEAR:
            return f"{index:04}"
        case PeriodKind.EVER:
            return "ever"


_NAME = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|W(?P<week>\d\d)(?:-from-(?P<start>[a-z]+))?|Q(?P<quarter>\d)))?",
    re.ASCII,
)
_SHAPES = ("####-##-##", "####-Q#", "ever", *(f"####-W##-from-{name}" for name in WEEKDAYS[1:]))
_SHAPES_IN_WORDS = "a name like 2026-11-23, 2026-W48, 2026-11, 2026-Q4, 2026 or ever"


def parse_period(name: str) -> Period:
    """The period that `period_name` calls so.

    Raises:
        PeriodNotUnderstood: With the column from which on it is none.
    """
    if name == "ever":
        return Period(PeriodKind.EVER, 0)
    found = _NAME.fullmatch(name)
    if found is None:
        column = 1 + max(_fitting(name, shape) for shape in _SHAPES)
        raise PeriodNotUnderstood(found=name, column=column, expected=_SHAPES_IN_WORDS)
    year = _within(found, "year", FIRST_YEAR, LAST_YEAR)
    if found["quarter"]:
        return Period(PeriodKind.QUARTER, year * 4 + _within(found, "quarter", 1, 4) - 1)
    if found["week"]:
        return Period(PeriodKind.WEEK, _parsed_week(found, year))
    if not found["month"]:
        return Period(PeriodKind.YEAR, year)
    month = year * 12 + _within(found, "month", 1, 12) - 1
    if not found["day"]:
        return Period(PeriodKind.MONTH, month)
    first, last = period_bounds_days(PeriodKind.MONTH, month)
    return Period(PeriodKind.DAY, first + _within(found, "day", 1, last - first + 1) - 1)


def _parsed_week(found: re.Match[str], year: int) -> int:
    start = found["start"]
    if start is not None and start not in WEEKDAYS[1:]:
        from_monday = f"{found['year']}-W{found['week']}"
        expected = f"one of {', '.join(WEEKDAYS[1:])}; weeks from Monday are written {from_monday}"
        raise PeriodNotUnderstood(found=found.string, column=found.start("start") + 1, expected=expected)
    week_starts = WEEKDAYS.index(start) if start else 0
    first, of_next_year = (_first_week(of, week_starts) for of in (year, year + 1))
    return first + 7 * (_within(found, "week", 1, (of_next_year - first) // 7) - 1)


def _first_week(year: int, week_starts: int) -> int:
    """Week 1 is the one that 4 January lies in."""
    return period_of(PeriodKind.WEEK, _month_start(year * 12) + 3, week_starts)


def _within(found: re.Match[str], part: str, lowest: int, highest: int) -> int:
    number = int(found[part])
    if lowest <= number <= highest:
        return number
    expected = f"a {part} from {lowest} to {highest}"
    raise PeriodNotUnderstood(found=found.string, column=found.start(part) + 1, expected=expected)


def _fitting(name: str, shape: str) -> int:
    """How many characters of a name fit a shape, in which `#` is a digit."""
    for at, (has, wants) in enumerate(zip(name, shape, strict=False)):
        if has != wants and not (wants == "#" and has in "0123456789"):
            return at
    return min(len(name), len(shape))


@lru_cache(maxsize=4096)
def month_of(day: int) -> int:
    """The month that a day lies in: year * 12 + month - 1."""
    # Plain arithmetic, because `datetime` ends with the year 9999 in UTC.
    # Counted from 1 March of the year 0, the leap day is the last day of its year: years are then cut off by
    # division. Source: E. M. Reingold, N. Dershowitz, Calendrical Calculations, ch. 2.
    century, of_century = divmod(4 * (day + 719_468) + 3, 146_097)
    year, of_year = divmod(of_century // 4 * 4 + 3, 1_461)
    months_since_march = (5 * (of_year // 4) + 2) // 153
    return (100 * century + year) * 12 + months_since_march + 2


@lru_cache(maxsize=4096)
def _month_start(month: int) -> int:
    year, months_since_march = divmod(month - 2, 12)
    leap_days = year // 4 - year // 100 + year // 400
    return 365 * year + leap_days + (153 * months_since_march + 2) // 5 - 719_468
