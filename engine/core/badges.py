"""Badges: granted when an act brings a metric to a tier, withdrawn when a retraction takes that away."""

from collections.abc import Iterable
from operator import itemgetter

from engine.core.conditions import Facts
from engine.core.desk import Desk
from engine.core.held import has_step, held_steps, steps_of
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn
from engine.core.numbers import most_in, value_in
from engine.core.periods import PeriodKind, local_clock, weekday
from engine.core.questions import Formula, FormulaFault, Reading, Value
from engine.core.ready import ReadyBadge, ReadyMetric
from engine.core.rest import window_of
from engine.core.rules import Metric
from engine.core.states import MemberState
from engine.core.windows import Window, window_days


class PersonFacts(Facts):
    """What a badge's condition can ask: its holder, and nothing of the event."""

    def __init__(self, desk: Desk, holder: str, day: int) -> None:
        super().__init__({})
        self.desk, self.holder, self.day = desk, holder, day

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


def grant_badges(desk: Desk, day: int, who: int, counted: Iterable[tuple[ReadyMetric, str]]) -> None:
    """Grant what the counted metrics, and the points, of this person have reached on this day."""
    state = desk.members[who]
    todo: dict[tuple[int, str], tuple[ReadyBadge, list[int]]] = {}
    for metric, of_value in (*counted, (desk.plan.ready_points, "")):
        if not metric.badges:
            continue
        most = most_in(state, metric, of_value)
        for ready in metric.badges:
            if most < ready.least:
                continue
            value = of_value if ready.badge.each else ""
            missing = _missing(desk, ready, state, day, value)
            if not missing or most < _asked(ready, missing[0]):
                continue
            if ready.condition is None or ready.condition.holds(PersonFacts(desk, desk.people[who].id, day)):
                todo[ready.badge.code, value] = (ready, missing)
    for (_, value), (ready, missing) in sorted(todo.items(), key=itemgetter(0)) if len(todo) > 1 else todo.items():
        _grant(desk, day, who, ready, missing, value)


def _missing(desk: Desk, ready: ReadyBadge, state: MemberState, day: int, value: str) -> list[int]:
    """The steps of a badge that are not held: its tiers or, of one that repeats, the period of this day."""
    held = steps_of(state, ready.badge.code, value)
    steps = ready.steps if ready.repeats < 0 else (desk.plan.days[day].periods[ready.repeats],)
    return [step for step in steps if not has_step(held, step)]


def _asked(ready: ReadyBadge, step: int) -> int:
    return ready.badge.tiers[step if ready.repeats < 0 else 0].at


def _grant(desk: Desk, day: int, who: int, ready: ReadyBadge, missing: list[int], value: str) -> None:
    badge = ready.badge
    assert badge.metric is not None
    assert badge.window is not None
    state, plan = desk.members[who], desk.plan
    window = window_of(plan, badge, state, day)
    reached = value_in(state, badge.metric, window, day, plan.rulebook.week_starts, value)
    for step in missing:
        if reached >= _asked(ready, step):
            desk.write(BadgeGranted(who, badge.code, step, day, value))


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
        for badge in (ready.badge for ready in plan.ready_metric(metric).badges):
            assert badge.metric is not None
            assert badge.window is not None
            of_value = value if badge.each else ""
            state = desk.members[who]
            for code, held_value, step, granted, _ in held_steps(state, badge.code, of_value):
                window = window_of(plan, badge, state, granted)
                first, last = window_days(window, granted, week_starts)
                if first < desk.today - badge.metric.keep_days and not _outlives_days(badge.metric, badge.window):
                    continue
                tier = badge.tiers[step if badge.repeats is None else 0]
                now = value_in(state, badge.metric, window, granted, week_starts, of_value)
                if first <= day <= last and now < tier.at:
                    desk.write(BadgeWithdrawn(who, code, step, held_value))
