"""RFC 3339 times -> milliseconds."""

import re
from datetime import datetime, timedelta
from typing import Final

from engine.sources.events import IncomingTime

MAX_TIME_LENGTH: Final = 64
LAST_MS: Final = 253_402_300_799_999
"""The last millisecond of the year 9999 in UTC."""

# Seconds and a full offset are mandatory, as CloudEvents 1.0.2 asks.
_RFC_3339: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt]((?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are reckoned by hand, so that leap seconds can be read
_MILLISECOND: Final = timedelta(milliseconds=1)
_LEAP_SECOND: Final = "60"


def parse_time(text: str) -> IncomingTime | None:
    """The moment that an RFC 3339 text of the years 1970 to 9999 (UTC) names, or None; what is under 1 ms is cut off.

    A leap second (:60, in UTC the last second of a month) counts as the last millisecond before it, so that an act
    stays in the day, week and month whose last second it was done in.
    """
    found = _RFC_3339.fullmatch(text) if len(text) <= MAX_TIME_LENGTH else None
    if found is None:
        return None
    day, hour_and_minute, second, fraction, sign, offset_hours, offset_minutes = found.groups()
    is_leap = second == _LEAP_SECOND
    try:
        local = datetime.fromisoformat(f"{day}T{hour_and_minute}{'59' if is_leap else second}")
    except ValueError:
        return None
    utc_ms = (local - _EPOCH) // _MILLISECOND
    if is_leap:
        utc_ms += 999
    elif fraction:
        utc_ms += int(fraction[:3].ljust(3, "0"))
    if sign:
        offset_ms = (int(offset_hours) * 60 + int(offset_minutes)) * 60_000
        utc_ms += offset_ms if sign == "-" else -offset_ms
    if not 0 <= utc_ms <= LAST_MS or (is_leap and not _ends_a_month(utc_ms)):
        return None
    leap = "+1" if is_leap else ""
    instant = f"{utc_ms // 1000}{leap}.{fraction.rstrip('0') if fraction else ''}"
    return IncomingTime(utc_ms=utc_ms, sent=text, instant=instant)


def time_of(utc_ms: int) -> IncomingTime:
    """The moment of these milliseconds, of the years 1970 to 9999, as `parse_time` would have read it."""
    moment = _EPOCH + utc_ms * _MILLISECOND
    fraction = f"{utc_ms % 1000:03d}".rstrip("0")
    sent = f"{moment:%Y-%m-%dT%H:%M:%S}.{utc_ms % 1000:03d}Z"
    return IncomingTime(utc_ms=utc_ms, sent=sent, instant=f"{utc_ms // 1000}.{fraction}")


def _ends_a_month(utc_ms: int) -> bool:
    next_ms = utc_ms + 1
    return next_ms % 86_400_000 == 0 and (_EPOCH + next_ms * _MILLISECOND).day == 1
