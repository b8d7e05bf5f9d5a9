"""Rules found by the equalities of their conditions, so that an event costs as much as the rules that can match it.

All rules of a type that ask the same fields share one table from the fields' values to the rules. Metrics, which are
few and ask little, are looked at once for each combination of the values that they ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final, final

from engine.core.conditions import Facts, Reader, ReadyCondition, ready_condition, tests_of
from engine.core.questions import Operator, Reading, Scope, Test
from engine.core.ready import ReadyMetric
from engine.core.rules import Rule

MOST_COMBINATIONS: Final = 1_000
"""So many combinations of values are remembered for the metrics of a type; texts that anybody can say are endless."""

TOLD: Final = frozenset({Scope.EVENT, Scope.MEMBER})
"""What an event says and what is set of its subject: the same values always mean the same."""

INDEXED_VALUES: Final = 64
"""A rule whose equalities allow more combinations than this is looked at on every event of its type."""


@final
@dataclass(frozen=True)
class Counts:
    """The metrics in which an act counts: `ones` count one for it, `others` by value or by a field's number.

    `codes` are those of `ones`, and `badged` those of them that badges read.
    """

    ones: tuple[ReadyMetric, ...]
    codes: tuple[int, ...]
    badged: tuple[ReadyMetric, ...]
    others: tuple[ReadyMetric, ...]


@final
@dataclass(frozen=True)
class ReadyRule:
    """A rule with what is left of its condition once its equalities are known to hold, None where nothing is left."""

    rule: Rule
    condition: ReadyCondition | None


class RuleIndex:
    """The rules of one type of event, found by equalities, given in order of their ids."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        tables: dict[tuple[Reading, ...], dict[tuple[object, ...], list[ReadyRule]]] = {}
        for rule in rules:
            equalities = _equalities(rule)
            known = frozenset(test for test, _ in equalities)
            ready = ReadyRule(rule, ready_condition(rule.condition, known))
            table = tables.setdefault(tuple(test.reading for test, _ in equalities), {})
            for values in product(*(allowed for _, allowed in equalities)):
                table.setdefault(values, []).append(ready)
        self._tables = tuple((tuple(map(Reader, readings)), table) for readings, table in tables.items())

    def candidates(self, facts: Facts) -> list[ReadyRule]:
        """The rules whose equalities hold for these facts."""
        found: list[ReadyRule] = []
        for readers, table in self._tables:
            found.extend(table.get(tuple([_hashable(reader.value(facts)) for reader in readers]), ()))
        if len(found) > 1:
            found.sort(key=_rank)
        return found


class MetricIndex:
    """The metrics of one type of event."""

    def __init__(self, metrics: Iterable[ReadyMetric]) -> None:
        self._metrics = tuple(metrics)
        conditions = [ready.metric.condition for ready in self._metrics if ready.metric is not None]
        readings = {test.reading: None for condition in conditions for test in tests_of(condition)}
        self._readers = tuple(map(Reader, readings))
        self._known: dict[tuple[object, ...], Counts] = {}
        self._is_told = all(reading.scope in TOLD for reading in readings) and not any(c.formula for c in conditions)

    def counting(self, facts: Facts) -> Counts:
        """Those whose conditions hold."""
        if not self._is_told:
            return self._looked_at(facts)
        values = tuple([_kept(reader.value(facts)) for reader in self._readers])
        found = self._known.get(values)
        if found is None:
            if len(self._known) >= MOST_COMBINATIONS:
                self._known.clear()
            found = self._known[values] = self._looked_at(facts)
        return found

    def _looked_at(self, facts: Facts) -> Counts:
        holding = [m for m in self._metrics if m.condition is None or m.condition.holds(facts)]
        ones = [m for m in holding if m.counts_one]
        return Counts(
            ones=tuple(ones),
            codes=tuple([m.code for m in ones]),
            badged=tuple([m for m in ones if m.badges]),
            others=tuple([m for m in holding if not m.counts_one]),
        )


def _kept(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _rank(ready: ReadyRule) -> int:
    return ready.rule.rank


def _hashable(value: object) -> object:
    return None if isinstance(value, list) else value


def _equalities(rule: Rule) -> list[tuple[Test, tuple[object, ...]]]:
    """Each line that says which values a name may equal, as long as the combinations stay few."""
    found: dict[Reading, tuple[Test, tuple[object, ...]]] = {}
    combinations = 1
    for test in rule.condition.all_of:
        allowed = _allowed(test)
        if allowed and test.reading not in found and combinations * len(allowed) <= INDEXED_VALUES:
            found[test.reading] = (test, allowed)
            combinations *= len(allowed)
    return sorted(found.values(), key=lambda item: (item[0].reading.scope, item[0].reading.name))


def _allowed(test: Test) -> tuple[object, ...]:
    if test.reading.scope not in {Scope.EVENT, Scope.MEMBER, Scope.CONTENT}:
        return ()
    if test.operator is Operator.IS:
        return (test.operand,)
    if test.operator is Operator.ANY_OF and isinstance(test.operand, tuple):
        return tuple(dict.fromkeys(test.operand))
    return ()
