"""A metric as the words that read it see it."""

from typing import Final

import msgspec

from engine.core.periods import PeriodKind
from engine.core.rulebook import EventType
from engine.core.rules import Metric
from engine.core.windows import Window, window_name
from engine.rulebook.report import Place, Report

MOST_DAYS: Final = 180

LEAST_DAYS: Final = 7
"""However few `days_back` are, so many days before a window are kept apart: weeks that have begun may be cut anew."""

_WIDTHS: Final = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


class MetricSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A metric as other words see it. `metric` has no windows yet: those show when everything is read."""

    metric: Metric
    events: tuple[EventType, ...] = ()

    @property
    def code(self) -> int:
        """Its code."""
        return self.metric.code

    def may_be_read(self, window: Window, place: Place, report: Report, *, each: bool = False) -> bool:
        """Whether it may be read in a window; reported where it may not."""
        if self.metric.measure == "each" and not each:
            cure = f'A badge may ask for it: each = "{self.metric.of}". Here, use a metric without each.'
            found = f"{self.metric.id} counts each of its {self.metric.of} by itself: it is not one number."
            report.wrong(place, "metric-counts-each", found, cure=cure, spot=place.key)
            return False
        by_days = self.metric.of_period in {PeriodKind.DAY, PeriodKind.WEEK}
        if by_days and (window.kind == "ever" or width_days(window) > MOST_DAYS):
            report.wrong(
                place,
                "too-far-back",
                f"{self.metric.id} counts different {self.metric.of}s, and {window_name(window)} is too long for that.",
                expected=f"At most {MOST_DAYS} days are possible.",
                cure='Read it over "quarter" or "last_25_weeks", or count different months.',
                spot=place.key,
            )
            return False
        return True


def width_days(window: Window) -> int:
    """The most days that a window has; 0 for ever."""
    match window.kind:
        case "last_days":
            return window.n
        case "last_weeks":
            return 7 * window.n
        case kind:
            return _WIDTHS.get(kind, 0)
