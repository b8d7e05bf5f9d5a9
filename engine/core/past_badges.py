"""New badges for what happened before them: which steps a member's numbers have reached, on which days.

An act of before that is counted afterwards brings its badges itself. What remains are badges for numbers that are
older than they, and those for which an act counted that came while the past was being counted. Where months or years
are all that is kept of days, a step is of the last of those days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from engine.core.buckets import amounts_of
from engine.core.days import FIRST_MONTH
from engine.core.held import has_step, steps_of
from engine.core.numbers import value_in
from engine.core.periods import PeriodKind, period_bounds_days
from engine.core.plan import Plan
from engine.core.ready import ReadyBadge, is_by_value
from engine.core.rest import window_of
from engine.core.rules import Metric
from engine.core.states import FIRST_DAY, FIRST_YEAR, Buckets, MemberState

EVER: Final = "ever"


@final
@dataclass(frozen=True)
class ReachedStep:
    """A step of a badge, for this value where it is for each, and the day on which it was reached."""

    badge: ReadyBadge
    value: str
    step: int
    day: int


def badges_to_look_at(plan: Plan, codes: Iterable[int]) -> list[ReadyBadge]:
    """The badges of these codes."""
    new = frozenset(codes)
    metrics = [plan.ready_metrics[code] for code in sorted(plan.ready_metrics)]
    return [ready for metric in metrics for ready in metric.badges if ready.badge.code in new]


def reached_steps(plan: Plan, state: MemberState, codes: Iterable[int], today: int) -> list[ReachedStep]:
    """The steps of these badges that a member's numbers have reached and that are not held, their conditions aside."""
    return [
        reached
        for ready in badges_to_look_at(plan, codes)
        for value in _values_of(state, ready)
        for reached in _reached(plan, state, ready, value, today)
    ]


def _values_of(state: MemberState, ready: ReadyBadge) -> list[str]:
    metric = ready.badge.metric
    assert metric is not None
    return sorted(state.valued.get(metric.code, ())) if ready.badge.each else [""]


def _reached(plan: Plan, state: MemberState, ready: ReadyBadge, value: str, today: int) -> list[ReachedStep]:
    badge = ready.badge
    assert badge.metric is not None
    assert badge.window is not None
    held, found = steps_of(state, badge.code, value), dict[int, ReachedStep]()
    for day in _days_of(state, badge.metric, value, today, is_ever=badge.window.kind == EVER):
        window = window_of(plan, badge, state, day)
        number = value_in(state, badge.metric, window, day, plan.rulebook.week_starts, value)
        steps = ready.steps if ready.repeats < 0 else (plan.days[day].periods[ready.repeats],)
        for step in steps:
            tier = badge.tiers[step if ready.repeats < 0 else 0]
            if number >= tier.at and step not in found and not has_step(held, step):
                found[step] = ReachedStep(ready, value, step, day)
    return list(found.values())


def _days_of(state: MemberState, metric: Metric, value: str, today: int, *, is_ever: bool) -> list[int]:
    """The days on which a number can have reached something: those on which it grew; of all time, today."""
    if is_ever:
        return [today]
    tracks: Iterable[Buckets]
    if not is_by_value(metric):
        tracks = [state.series.get(metric.code, [])]
    else:
        values = state.valued.get(metric.code, {})
        tracks = [values.get(value, [])] if value else list(values.values())
    return sorted({_last_day(bucket) for track in tracks for bucket, _ in amounts_of(track)})


def _last_day(bucket: int) -> int:
    """The last day of a bucket."""
    if bucket >= FIRST_DAY:
        return bucket
    kind, period = (PeriodKind.YEAR, bucket) if bucket >= FIRST_YEAR else (PeriodKind.MONTH, bucket + FIRST_MONTH)
    return period_bounds_days(kind, period)[1]
