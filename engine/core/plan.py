"""A rulebook made ready to judge by: what to look at for each type of event, without looking at the rest.

Rules are found by the equalities of their conditions: all rules of a type that ask the same fields share one table
from the fields' values to the rules. So an event costs as much as the rules that can match it, not as much as all.
"""

from collections.abc import Iterable
from itertools import product
from typing import TypeVar

import msgspec

from engine.core.conditions import Facts, Predicate, compile_condition, read
from engine.core.periods import PeriodKind
from engine.core.rulebook import (
    POINTS,
    Badge,
    Board,
    Cap,
    Metric,
    Operator,
    Reading,
    Recognition,
    Removal,
    Rule,
    Rulebook,
    Scope,
    Slot,
    Test,
)

KINDS: tuple[PeriodKind, ...] = tuple(PeriodKind)
"""Periods by the numbers that journal and states use."""

Key = TypeVar("Key")
Item = TypeVar("Item")

INDEXED_VALUES = 64
"""A rule whose equalities allow more combinations than this is looked at on every event of its type."""


class ReadyRule(msgspec.Struct, frozen=True):
    """A rule with its condition as a function."""

    rule: Rule
    failing_line: Predicate


class RuleIndex:
    """The rules of one type of event, found by equalities, given in order of their ids."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._tables: dict[tuple[Reading, ...], dict[tuple[object, ...], list[ReadyRule]]] = {}
        for rule in rules:
            ready = ReadyRule(rule, compile_condition(rule.condition))
            equalities = _equalities(rule)
            table = self._tables.setdefault(tuple(reading for reading, _ in equalities), {})
            for values in product(*(allowed for _, allowed in equalities)):
                table.setdefault(values, []).append(ready)

    def candidates(self, facts: Facts) -> list[ReadyRule]:
        """The rules whose equalities hold for these facts."""
        found: list[ReadyRule] = []
        for readings, table in self._tables.items():
            values = tuple(_hashable(read(reading, facts)) for reading in readings)
            found.extend(table.get(values, ()))
        found.sort(key=_rank)
        return found


def _rank(ready: ReadyRule) -> int:
    return ready.rule.rank


def _hashable(value: object) -> object:
    return None if isinstance(value, list) else value


def _equalities(rule: Rule) -> list[tuple[Reading, tuple[object, ...]]]:
    """Each name that must equal one of some values, as long as the combinations stay few."""
    found: dict[Reading, tuple[object, ...]] = {}
    combinations = 1
    for test in rule.condition.all_of:
        allowed = _allowed(test)
        if allowed and test.reading not in found and combinations * len(allowed) <= INDEXED_VALUES:
            found[test.reading] = allowed
            combinations *= len(allowed)
    return sorted(found.items(), key=lambda item: (item[0].scope, item[0].name))


def _allowed(test: Test) -> tuple[object, ...]:
    if test.reading.scope not in {Scope.EVENT, Scope.MEMBER, Scope.CONTENT}:
        return ()
    if test.operator is Operator.IS:
        return (test.operand,)
    if test.operator is Operator.ANY_OF and isinstance(test.operand, tuple):
        return tuple(dict.fromkeys(test.operand))
    return ()


class TypePlan(msgspec.Struct, frozen=True):
    """What an event of one type can touch."""

    metrics: tuple[tuple[Metric, Predicate], ...]
    rules: RuleIndex
    caps: tuple[Cap, ...]
    removal: Removal | None
    pays_fields: tuple[str, ...]
    pays_inviter: bool


class Plan:
    """A rulebook with everything looked up beforehand. Build it once for each rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.points = rulebook.points.code
        self.metrics: dict[int, Metric] = {metric.code: metric for metric in (*rulebook.metrics, rulebook.points)}
        self.slots: dict[int, Slot] = {slot.code: slot for slot in _slots(rulebook)}
        self.codes: dict[tuple[str, str], int] = {(name.kind, name.id): code for code, name in rulebook.names.items()}
        self.boards_of: dict[int, tuple[Board, ...]] = _group((board.metric.code, board) for board in rulebook.boards)
        self.badges_of: dict[int, tuple[tuple[Badge, Predicate], ...]] = _group(
            (badge.metric.code, (badge, compile_condition(badge.condition)))
            for badge in rulebook.badges
            if badge.metric is not None
        )
        self.badges: dict[int, Badge] = {badge.code: badge for badge in rulebook.badges}
        self.recognitions_at: dict[PeriodKind, tuple[Recognition, ...]] = _group(
            (recognition.at_end_of, recognition) for recognition in rulebook.recognitions
        )
        self.board_kinds: frozenset[PeriodKind] = frozenset(kind for board in rulebook.boards for kind in board.periods)
        self.levels = tuple(sorted(rulebook.levels, key=lambda level: level.at))
        self.caps_on_all: tuple[Cap, ...] = tuple(cap for cap in rulebook.caps if not cap.on)
        self._types: dict[str, TypePlan] = {}
        self.first_ends: dict[tuple[int, ...], int] = {}
        """Open periods -> when the first of them may close; `engine.core.close` remembers it here."""

    def of_type(self, type_: str) -> TypePlan:
        """What an event of this type can touch; a type that no rule knows touches nothing."""
        found = self._types.get(type_)
        if found is None:
            found = self._types[type_] = self._plan(type_)
        return found

    def currency(self, id_: str | None) -> int | None:
        """The code of a currency, points without a name; None where this rulebook has no such currency."""
        return self.points if id_ is None or id_ == POINTS else self.codes.get(("currency", id_))

    def _plan(self, type_: str) -> TypePlan:
        book = self.rulebook
        rules = [rule for rule in book.rules if type_ in rule.on]
        return TypePlan(
            metrics=tuple(
                (metric, compile_condition(metric.condition)) for metric in book.metrics if type_ in metric.on
            ),
            rules=RuleIndex(rules),
            caps=tuple(cap for cap in book.caps if not cap.on or type_ in cap.on),
            removal=next((removal for removal in book.removals if removal.on == type_), None),
            pays_fields=tuple(dict.fromkeys(rule.pays.field for rule in rules if rule.pays.who == "field")),
            pays_inviter=any(rule.pays.who == "invited_by" for rule in rules),
        )


def _slots(rulebook: Rulebook) -> Iterable[Slot]:
    for rule in rulebook.rules:
        yield from (use.slot for use in rule.counts)
    yield from (cap.slot for cap in rulebook.caps)
    for currency in rulebook.currencies:
        yield from (slot for slot, _ in currency.limits)
    if rulebook.thanks is not None:
        limits = (rulebook.thanks.allowance, rulebook.thanks.same_pair)
        yield from (limit.use.slot for limit in limits if limit is not None)


def _group(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    grouped: dict[Key, list[Item]] = {}
    for key, item in pairs:
        grouped.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in grouped.items()}
