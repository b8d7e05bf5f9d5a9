"""A rulebook made ready to judge by: what to look at for each type of event, without looking at the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar, final

from engine.core.boosts import ReadyBoost, ready_boosts
from engine.core.days import KINDS, Days
from engine.core.index import MetricIndex, RuleIndex
from engine.core.numbers import NO_BOUND, ROLLING
from engine.core.periods import PeriodKind, day_bounds_ms, local_day, period_bounds_days, period_end_ms
from engine.core.ready import ReadyBadge, ReadyMetric, ready_badge, ready_metric
from engine.core.rulebook import POINTS, FieldType, Rulebook
from engine.core.rules import Badge, Board, Cap, Challenge, Currency, Metric, Recognition, Removal, Slot
from engine.core.streak import Streak
from engine.core.windows import MAX_WINDOW_DAYS

__all__ = ["KINDS", "Plan", "TypePlan"]

MONTH_DAYS: Final = 31

NO_DAY: Final = -(10**9)
"""Before every day that an act can be of."""

MOST_PARTS: Final = 200
"""So many parts of the rulebook, by type of event, are remembered ready at once."""

Key = TypeVar("Key")
Item = TypeVar("Item")


@final
@dataclass(frozen=True)
class TypePlan:
    """What an event of one type can touch."""

    metrics: MetricIndex
    rules: RuleIndex
    caps: tuple[Cap, ...]
    removal: Removal | None
    content_field: str | None
    """The first field of type `content`: what the act is about."""
    pays_fields: tuple[str, ...]
    pays_inviter: bool
    challenges: tuple[Challenge, ...]
    """Those to which it can bring something, and when the last of them is over (0: there is none)."""
    challenges_close_ms: int
    boosts: tuple[ReadyBoost, ...]
    may_wait: bool
    """Whether what an act brings may have to be agreed to."""
    streaks: tuple[Streak, ...] = ()


class Plan:
    """A rulebook with everything looked up beforehand. Build it once for each rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.points = rulebook.points.code
        self.metrics: dict[int, Metric] = {metric.code: metric for metric in (*rulebook.metrics, rulebook.points)}
        self.keep_days: dict[int, int] = {code: metric.keep_days for code, metric in self.metrics.items()}
        self.ready_metrics: dict[int, ReadyMetric] = {
            code: ready_metric(metric, rulebook.boards, rulebook.badges) for code, metric in self.metrics.items()
        }
        self.slots: dict[int, Slot] = {slot.code: slot for slot in _slots(rulebook)}
        self.ready_points = self.ready_metrics[self.points]
        self.counts_points = (self.ready_points,)
        self.forgotten_slots: frozenset[int] = frozenset(
            code for code, slot in self.slots.items() if slot.per.kind == "ever" and slot.forget_days is not None
        )
        self.plain_slots: frozenset[int] = frozenset(
            code
            for code, slot in self.slots.items()
            if code not in self.forgotten_slots and slot.per.kind not in ROLLING
        )
        """Those of which one count says what is used."""
        self.codes: dict[tuple[str, str], int] = {(name.kind, name.id): code for code, name in rulebook.names.items()}
        self.boards: dict[int, Board] = {board.code: board for board in rulebook.boards}
        self.badges: dict[int, Badge] = {badge.code: badge for badge in rulebook.badges}
        self.recognitions_at: dict[PeriodKind, tuple[Recognition, ...]] = _group(
            (recognition.at_end_of, recognition) for recognition in rulebook.recognitions
        )
        self.board_kinds: frozenset[PeriodKind] = frozenset(kind for board in rulebook.boards for kind in board.periods)
        self.challenges: dict[int, Challenge] = {each.code: each for each in rulebook.challenges}
        self.challenges_of: dict[int, tuple[Challenge, ...]] = _group(
            (each.metric.code, each) for each in rulebook.challenges
        )
        """By the metric that they count."""
        self.levels = tuple(sorted(rulebook.levels, key=lambda level: level.at))
        self.caps_on_all: tuple[Cap, ...] = tuple(cap for cap in rulebook.caps if not cap.on)
        self.days = Days(rulebook.week_starts)
        approval = rulebook.approval
        self.waits_over: int = NO_BOUND if approval is None else approval.over
        """What would bring one person more points at once waits until somebody agrees."""
        self._types: dict[str, TypePlan] = {}
        self.currencies: dict[int, Currency] = {currency.code: currency for currency in rulebook.currencies}
        self.earned_by_points = tuple(currency for currency in rulebook.currencies if currency.per_point)
        self.running_out: dict[int, Currency] = {c.code: c for c in rulebook.currencies if c.runs_out}
        self.turns = bool(self.running_out or rulebook.anniversaries)
        """Whether a day alone can bring a member something."""
        self.streaks: dict[int, Streak] = {streak.code: streak for streak in rulebook.streaks}
        self.streak_badges: dict[int, tuple[ReadyBadge, ...]] = _group(
            (badge.streak, ready_badge(badge)) for badge in rulebook.badges if badge.streak >= 0
        )
        self.rest_days = max(
            MONTH_DAYS if rulebook.streaks else 0,
            MAX_WINDOW_DAYS if any(badge.stretches for badge in rulebook.badges) else 0,
        )
        """So many days longer absences and pauses are kept."""
        self._parts: dict[tuple[str, tuple[int, ...]], TypePlan | None] = {}
        self._day = (0, 0, 0)
        self._opened: tuple[list[int], tuple[int, int]] = ([], (0, 0))

    def of_type(self, type_: str) -> TypePlan:
        """What an event of this type can touch; a type that no rule knows touches nothing."""
        found = self._types.get(type_)
        if found is None:
            found = self._types[type_] = self._plan(type_)
        return found

    def part_of_type(self, type_: str, codes: tuple[int, ...]) -> TypePlan | None:
        """The same by the metrics and rules of these codes alone, whose badges are of them too; None of nothing."""
        known = (type_, codes)
        if known not in self._parts:
            if len(self._parts) >= MOST_PARTS:
                self._parts.clear()
            self._parts[known] = self._part(self.of_type(type_), type_, frozenset(codes))
        return self._parts[known]

    def ready_metric(self, code: int) -> ReadyMetric:
        """A metric by its code; of one that this rulebook does not know, only months and totals are kept."""
        return self.ready_metrics.get(code) or ReadyMetric(code, None)

    def currency(self, id_: str | None) -> int | None:
        """The code of a currency, points without a name; None where this rulebook has no such currency."""
        return self.points if id_ is None or id_ == POINTS else self.codes.get(("currency", id_))

    def local_day(self, ms: int) -> int:
        """The day of a moment in the organization's zone; the last answer is remembered, for a log goes on in time."""
        first, following, day = self._day
        if not first <= ms < following:
            day = local_day(ms, self.rulebook.zone)
            self._day = (*day_bounds_ms(day, self.rulebook.zone), day)
        return day

    def opened(self, open_from: list[int]) -> tuple[int, int]:
        """When the first of the open periods may close, grace included, and the first day all of whose boards are open.

        Remembered, since every entry asks; in milliseconds, and as a day's number.
        """
        if self._opened[0] != open_from:
            zone, grace = self.rulebook.zone, self.rulebook.grace_ms
            periods = [(kind, n) for kind, n in zip(KINDS, open_from, strict=True) if kind is not PeriodKind.EVER]
            ends = [period_end_ms(kind, period, zone) for kind, period in periods]
            first_days = [period_bounds_days(kind, n)[0] for kind, n in periods if kind in self.board_kinds]
            self._opened = (list(open_from), (min(ends) + grace, max(first_days, default=NO_DAY)))
        return self._opened[1]

    def level_at(self, points: int) -> int:
        """The code of the level that so many points reach, -1 for none."""
        code = -1
        for level in self.levels:  # few, and compiled quicker than a search
            if points < level.at:
                break
            code = level.code
        return code

    def _plan(self, type_: str) -> TypePlan:
        book = self.rulebook
        rules = [rule for rule in book.rules if type_ in rule.on]
        challenges = tuple(
            [each for each in book.challenges if each.metric.code == self.points or type_ in each.metric.on]
        )
        return TypePlan(
            metrics=MetricIndex(self.ready_metrics[metric.code] for metric in book.metrics if type_ in metric.on),
            rules=RuleIndex(rules),
            caps=tuple(cap for cap in book.caps if not cap.on or type_ in cap.on),
            content_field=self._content_field(type_),
            removal=next((removal for removal in book.removals if removal.on == type_), None),
            pays_fields=tuple(dict.fromkeys(rule.pays.field for rule in rules if rule.pays.who == "field")),
            pays_inviter=any(rule.pays.who == "invited_by" for rule in rules),
            challenges=challenges,
            challenges_close_ms=max([each.closes_ms for each in challenges], default=0),
            boosts=ready_boosts(book.boosts, type_),
            may_wait=book.approval is not None,
            streaks=tuple(streak for streak in book.streaks if type_ in streak.on),
        )

    def _part(self, whole: TypePlan, type_: str, codes: frozenset[int]) -> TypePlan | None:
        book = self.rulebook
        metrics = [_with_badges(self.ready_metrics[m.code], codes) for m in book.metrics if type_ in m.on]
        metrics = [metric for metric in metrics if metric.code in codes]
        rules = [rule for rule in book.rules if type_ in rule.on and rule.code in codes]
        if not metrics and not rules:
            return None
        return replace(whole, metrics=MetricIndex(metrics), rules=RuleIndex(rules))

    def _content_field(self, type_: str) -> str | None:
        event = self.rulebook.events.get(type_)
        fields = event.fields.values() if event is not None else ()
        return next((field.name for field in fields if field.type is FieldType.CONTENT), None)


def _slots(rulebook: Rulebook) -> Iterable[Slot]:
    for rule in rulebook.rules:
        yield from (use.slot for use in rule.counts)
    yield from (cap.slot for cap in rulebook.caps)
    for currency in rulebook.currencies:
        yield from (slot for slot, _ in currency.limits)
    if rulebook.thanks is not None:
        limits = (rulebook.thanks.allowance, rulebook.thanks.same_pair)
        yield from (limit.use.slot for limit in limits if limit is not None)


def _with_badges(metric: ReadyMetric, codes: frozenset[int]) -> ReadyMetric:
    return replace(metric, badges=tuple([ready for ready in metric.badges if ready.badge.code in codes]))


def _group(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    grouped: dict[Key, list[Item]] = {}
    for key, item in pairs:
        grouped.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in grouped.items()}
