"""Metrics and badges made ready to judge by: with everything looked up that an event would look up again and again."""

from dataclasses import dataclass
from typing import Final, final

from engine.core.conditions import ReadyCondition, ready_condition
from engine.core.days import KIND_NUMBERS
from engine.core.rules import Badge, Board, Metric

BY_VALUE: Final = frozenset({"distinct", "each"})


def is_by_value(metric: Metric) -> bool:
    """Whether a metric is counted apart for each value."""
    return metric.of_period is None and metric.measure in BY_VALUE


def adds_up(metric: Metric) -> bool:
    """Whether a metric's number in a period is the sum of what was counted in it."""
    return metric.of_period is None and metric.measure in {"count", "sum"}


NO_DAYS: Final = -(10**6)
"""Instead of how many days back days are kept: nothing asks for days, so months or years are counted at once."""


@final
@dataclass(frozen=True)
class ReadyBadge:
    """A badge; `condition` is None where it always holds.

    `steps` are its tiers, none where it repeats; `least` is what the first of them asks. `repeats` is the number of its
    kind of period, -1 for none.
    """

    badge: Badge
    condition: ReadyCondition | None
    steps: tuple[int, ...]
    least: int
    repeats: int


@final
@dataclass(frozen=True)
class ReadyMetric:
    """A metric with its boards and badges. One that the rulebook does not know (any more) has no definition."""

    code: int
    metric: Metric | None
    keep_days: int = NO_DAYS
    keep_months: bool = True
    condition: ReadyCondition | None = None
    sum_of: str | None = None
    by_value: bool = False
    counts_one: bool = True
    """Whether an act counts one, neither by value nor by a field's number."""
    only_grows: bool = False
    """Whether every amount is one: a number goes down only where one of them is taken back."""
    adds_up: bool = True
    boards: tuple[Board, ...] = ()
    badges: tuple[ReadyBadge, ...] = ()


def ready_badge(badge: Badge) -> ReadyBadge:
    """A badge made ready."""
    return ReadyBadge(
        badge=badge,
        condition=ready_condition(badge.condition),
        steps=tuple(range(len(badge.tiers))) if badge.repeats is None else (),
        least=min((tier.at for tier in badge.tiers), default=0),
        repeats=KIND_NUMBERS[badge.repeats] if badge.repeats is not None else -1,
    )


def ready_metric(metric: Metric, boards: tuple[Board, ...], badges: tuple[Badge, ...]) -> ReadyMetric:
    """A metric made ready, with those boards and badges that read it."""
    return ReadyMetric(
        code=metric.code,
        metric=metric,
        keep_days=metric.keep_days or NO_DAYS,
        keep_months=metric.keep_months,
        condition=ready_condition(metric.condition),
        sum_of=metric.of if metric.measure == "sum" else None,
        by_value=is_by_value(metric),
        counts_one=not is_by_value(metric) and metric.measure != "sum",
        only_grows=metric.measure != "sum",
        adds_up=adds_up(metric),
        boards=tuple(board for board in boards if board.metric.code == metric.code),
        badges=tuple(ready_badge(b) for b in badges if b.metric is not None and b.metric.code == metric.code),
    )
