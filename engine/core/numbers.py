"""Numbers read from a member's state: metrics in windows, and what a slot has left."""

from functools import lru_cache
from typing import Final

from engine.core.buckets import amount_in, amounts_of, buckets_held, sum_between, sum_of
from engine.core.days import FIRST_MONTH, MONTHS, OF_MONTHS, Day, buckets_of, month_bucket
from engine.core.keys import since_key
from engine.core.periods import PeriodKind, period_of
from engine.core.ready import ReadyMetric, is_by_value
from engine.core.rules import Metric, Slot
from engine.core.states import FIRST_DAY, FIRST_YEAR, Buckets, MemberState
from engine.core.uses import NOTHING_USED, used_at, uses_of
from engine.core.windows import Window, WindowKind, window_days

NO_BOUND: Final = 2**53
"""No amount is as large."""

ROLLING: Final = frozenset({"last_days", "last_weeks"})


def value_in(state: MemberState, metric: Metric, window: Window, day: int, week_starts: int, value: str = "") -> int:
    """A metric in the window that ends with this day's period; for `each`, of one value."""
    if not is_by_value(metric):
        buckets = state.series.get(metric.code)
        if buckets is None:
            return 0
        if metric.of_period is not None:
            return _periods_in(buckets, metric.of_period, window, day, week_starts)
        return sum_in(buckets, window, day, week_starts)
    values = state.valued.get(metric.code)
    if values is None:
        return 0
    if metric.measure == "distinct":
        return sum(1 for buckets in values.values() if sum_in(buckets, window, day, week_starts) > 0)
    buckets = values.get(value)
    return 0 if buckets is None else sum_in(buckets, window, day, week_starts)


def sum_in(buckets: Buckets, window: Window, day: int, week_starts: int) -> int:
    """The sum of a number in the window that ends with this day's period."""
    if window.kind == "ever":
        return sum_of(buckets)
    if window.kind == "day":
        return amount_in(buckets, day)
    return sum_between(buckets, _buckets_in(window.kind, window.n, day, week_starts))


def sum_on(buckets: Buckets, day: Day, kind: int) -> int:
    """The sum of a number in the period of this kind, by its place in `KINDS`, that the day lies in."""
    return sum_between(buckets, day.buckets[kind])


def most_in(state: MemberState, ready: ReadyMetric, value: str) -> int:
    """What a metric, or one value of a metric that is counted by value, can at most be in any window; quickly said.

    Where amounts may be negative, a window can hold more than all time.
    """
    metric = ready.metric
    if metric is None or not ready.only_grows:
        return NO_BOUND
    if ready.by_value:
        values = state.valued.get(ready.code)
        if values is None:
            return 0
        if metric.measure == "distinct":
            return len(values)
        buckets = values.get(value)
    else:
        buckets = state.series.get(ready.code)
    if buckets is None:
        return 0
    return sum_of(buckets) if metric.of_period is None else buckets_held(buckets)


@lru_cache(maxsize=4096)
def _bounds(kind: WindowKind, n: int, day: int, week_starts: int) -> tuple[int, int]:
    return window_days(Window(kind, n), day, week_starts)


@lru_cache(maxsize=4096)
def _buckets_in(kind: WindowKind, n: int, day: int, week_starts: int) -> tuple[int, int, int, int, int]:
    return buckets_of(kind, *window_days(Window(kind, n), day, week_starts))


def _periods_in(buckets: Buckets, kind: PeriodKind, window: Window, day: int, week_starts: int) -> int:
    """How many different days, weeks, months … of the window have something in them."""
    is_ever = window.kind == "ever"
    first, last = (FIRST_DAY, NO_BOUND) if is_ever else _bounds(window.kind, window.n, day, week_starts)
    amounts = amounts_of(buckets)
    seen = {
        period_of(kind, bucket, week_starts)
        for bucket, n in amounts
        if n > 0 and bucket >= FIRST_DAY and first <= bucket <= last
    }
    if kind in OF_MONTHS:
        first_month, last_month = (-NO_BOUND, FIRST_YEAR - 1) if is_ever else (month_bucket(first), month_bucket(last))
        months = [month for month, n in amounts if n > 0 and first_month <= month <= last_month]
        seen.update([_period_of_month(kind, month + FIRST_MONTH) for month in months])
    return len(seen)


def _period_of_month(kind: PeriodKind, month: int) -> int:
    if kind is PeriodKind.MONTH:
        return month
    return month // 3 if kind is PeriodKind.QUARTER else month // MONTHS


def is_forgotten(slot: Slot, first_day: int, today: int) -> bool:
    """Whether a count for ever that began on this day has been kept as long as its `forget_days` say."""
    return slot.per.kind == "ever" and slot.forget_days is not None and first_day + slot.forget_days < today


def used_in(state: MemberState, slot: Slot, day: Day, today: int, value: str) -> tuple[int, int]:
    """How often, and for how many points, a slot was used in the period of this day, as remembered today.

    For a rolling window it is the most of all windows that contain the day, so that an act which comes late fits
    into every one of them.
    """
    used = uses_of(state, slot.code, value)
    if used is None:
        return NOTHING_USED
    kind, period = slot.per.kind, day.of(slot)
    if kind not in ROLLING:
        first_day = state.since.get(since_key(slot.code, value), today) if slot.forget_days is not None else today
        return NOTHING_USED if is_forgotten(slot, first_day, today) else used_at(used, period)
    step, width = 7 if kind == "last_weeks" else 1, slot.per.n
    buckets = [used_at(used, period + step * offset) for offset in range(1 - width, width)]
    sums = [
        (sum(b[0] for b in buckets[start : start + width]), sum(b[1] for b in buckets[start : start + width]))
        for start in range(width)
    ]
    return max(times for times, _ in sums), max(points for _, points in sums)
