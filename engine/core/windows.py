"""Windows: spans of days around a given day, in which numbers are asked for and limits hold."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, final

from engine.core.errors import CoreError
from engine.core.periods import PeriodKind, period_bounds_days, period_of

MAX_WINDOW_DAYS: Final = 180
"""Day buckets of a metric are kept as far back as this; wider windows are months and years."""

WindowKind = Literal["day", "week", "month", "quarter", "year", "ever", "last_days", "last_weeks"]


@final
@dataclass(frozen=True)
class Window:
    """A span of days around a given day. `n` counts the days or weeks of `last_days` and `last_weeks`; else 1."""

    kind: WindowKind
    n: int = 1


class WindowNotUnderstood(CoreError):
    """A word is not in the list of windows; `cure` says what may have been meant."""

    def __init__(self, *, found: str, expected: str, cure: str | None) -> None:
        self.found, self.expected, self.cure = found, expected, cure
        hint = f" {cure}" if cure else ""
        super().__init__(f'"{found[:60]}" is not a window. Expected {expected}.{hint}')


_ROLLING: Final = re.compile(r"last_([1-9][0-9]{0,2})_(days|weeks)")
_WINDOWS_IN_WORDS: Final = (
    f"day, week, month, quarter, year, ever, last_N_days (N up to {MAX_WINDOW_DAYS}) "
    f"or last_N_weeks (N up to {MAX_WINDOW_DAYS // 7})"
)


def parse_window(word: str) -> Window:
    """The window that rule files call so, as in `week`, `last_30_days`, `last_16_weeks`.

    Raises:
        WindowNotUnderstood: With the nearest word where there is one.
    """
    if word in set(PeriodKind):
        return Window(PeriodKind(word).value)
    rolling = _ROLLING.fullmatch(word)
    if rolling is None:
        names = [*PeriodKind, "last_30_days", "last_4_weeks"]
        nearest = get_close_matches(word[:40].lower(), names, n=1)
        cure = f'Did you mean "{nearest[0]}"?' if nearest else None
        raise WindowNotUnderstood(found=word, expected=_WINDOWS_IN_WORDS, cure=cure)
    n = int(rolling[1])
    if n * (7 if rolling[2] == "weeks" else 1) > MAX_WINDOW_DAYS:
        cure = "For a longer time write quarter, year or ever."
        raise WindowNotUnderstood(found=word, expected=_WINDOWS_IN_WORDS, cure=cure)
    return Window("last_weeks" if rolling[2] == "weeks" else "last_days", n)


def window_name(window: Window) -> str:
    """The word that `parse_window` reads."""
    match window.kind:
        case "last_days":
            return f"last_{window.n}_days"
        case "last_weeks":
            return f"last_{window.n}_weeks"
        case kind:
            return kind


def window_days(window: Window, day: int, week_starts: int) -> tuple[int, int]:
    """First and last day of a window, both inside.

    A window of a period is that whole period, after this day too. The last N days end with this day; the last
    N weeks are calendar weeks and end with the last day of this day's week.
    """
    match window.kind:
        case "last_days":
            return day - window.n + 1, day
        case "last_weeks":
            first = period_of(PeriodKind.WEEK, day, week_starts)
            return first - 7 * (window.n - 1), first + 6
        case kind:
            period = PeriodKind(kind)
            return period_bounds_days(period, period_of(period, day, week_starts))
