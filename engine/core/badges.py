"""Badges: granted when an act brings a metric to a tier, withdrawn when a retraction takes that away."""

from collections.abc import Iterable

from engine.core.conditions import HOLDS, Facts
from engine.core.desk import Desk
from engine.core.journal import BadgeGranted, BadgeWithdrawn
from engine.core.numbers import value_in
from engine.core.periods import PeriodKind, Window, local_clock, period_of, weekday, window_days
from engine.core.rulebook import Badge, Formula, FormulaFault, Metric, Reading, Value


class PersonFacts:
    """What a badge's condition can ask: its holder, and nothing of the event."""

    def __init__(self, desk: Desk, holder: str, day: int) -> None:
        self.desk, self.holder, self.day = desk, holder, day
        self.data: dict[str, Value] = {}

    def clock(self, name: str) -> int:
        """The day of the act, the hour of the recording."""
        if name == "weekday":
            return weekday(self.day)
        return local_clock(self.desk.logged.recorded, self.desk.plan.rulebook.zone)[1]

    def member_fact(self, name: str) -> Value | None:
        """A fact of the holder."""
        value: Value | None = getattr(self.desk.draft.member(self.holder).facts, name)
        return value

    def content_fact(self, name: str) -> Value | None:  # noqa: ARG002 - a badge has no content
        """Nothing: a badge has no content."""
        return None

    def metric(self, reading: Reading) -> int:
        """A metric of the holder."""
        assert reading.window is not None
        plan = self.desk.plan
        metric = plan.metrics[reading.metric]
        holder = self.desk.draft.member(self.holder)
        return value_in(holder, metric, reading.window, self.day, plan.rulebook.week_starts)

    def formula(self, formula: Formula) -> bool | int | FormulaFault:
        """A fault: badges have no formulas."""
        return FormulaFault(f"a badge can't ask {formula.source}")


def grant_badges(desk: Desk, day: int, who: int, counted: Iterable[tuple[Metric, str]]) -> None:
    """Grant what the counted metrics, and the points, of this person have reached on this day."""
    plan = desk.plan
    todo: dict[tuple[int, str], Badge] = {}
    for metric, value in (*counted, (plan.rulebook.points, "")):
        for badge, failing_line in plan.badges_of.get(metric.code, ()):
            if failing_line(_facts(desk, who, day)) == HOLDS:
                todo[badge.code, value if badge.each else ""] = badge
    for (code, value), badge in sorted(todo.items()):
        _grant(desk, day, who, badge, code, value)


def _facts(desk: Desk, who: int, day: int) -> Facts:
    return PersonFacts(desk, desk.person(who).id, day)


def _grant(desk: Desk, day: int, who: int, badge: Badge, code: int, value: str) -> None:
    assert badge.metric is not None
    assert badge.window is not None
    week_starts = desk.plan.rulebook.week_starts
    reached = value_in(desk.member(who), badge.metric, badge.window, day, week_starts, value)
    for tier, step in enumerate(badge.tiers):
        if reached < step.at:
            return
        place = tier if badge.repeats is None else period_of(badge.repeats, day, week_starts)
        if (code, value, place) not in desk.member(who).badges:
            desk.write(BadgeGranted(who, code, place, day, value))


def _outlives_days(metric: Metric, window: Window) -> bool:
    """Whether a window can still be read when its days have been folded into months."""
    whole = {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR}
    return (window.kind == "ever" or window.kind in whole) and (metric.of_period is None or metric.of_period in whole)


def withdraw_badges(desk: Desk, day: int, who: int, counted: Iterable[tuple[int, str]]) -> None:
    """Take away the badges whose metric, in the window in which they were granted, no longer reaches their tier.

    Looks only at windows that contain the day of what was taken back: no badge is lost because time went on.
    """
    plan = desk.plan
    week_starts = plan.rulebook.week_starts
    for metric, value in sorted({*counted, (plan.points, "")}):
        for badge, _ in plan.badges_of.get(metric, ()):
            assert badge.metric is not None
            assert badge.window is not None
            of_value = value if badge.each else ""
            state = desk.member(who)
            for (code, held_value, step), (granted, _) in sorted(state.badges.items()):
                if code != badge.code or held_value != of_value:
                    continue
                first, last = window_days(badge.window, granted, week_starts)
                if first < desk.today - badge.metric.keep_days and not _outlives_days(badge.metric, badge.window):
                    continue
                tier = badge.tiers[step if badge.repeats is None else 0]
                now = value_in(state, badge.metric, badge.window, granted, week_starts, of_value)
                if first <= day <= last and now < tier.at:
                    desk.write(BadgeWithdrawn(who, code, step, held_value))
