"""Rules found by the equalities of their conditions, so that an event costs as much as the rules that can match it.

All rules of a type that ask the same fields share one table from the fields' values to the rules.
"""

from collections.abc import Iterable
from itertools import product

import msgspec

from engine.core.conditions import Facts, Predicate, compile_condition, reader
from engine.core.rulebook import Operator, Reading, Rule, Scope, Test

INDEXED_VALUES = 64
"""A rule whose equalities allow more combinations than this is looked at on every event of its type."""


class ReadyRule(msgspec.Struct, frozen=True):
    """A rule with what is left of its condition, once its equalities are known to hold, as a function.

    None where nothing is left.
    """

    rule: Rule
    failing_line: Predicate | None


class RuleIndex:
    """The rules of one type of event, found by equalities, given in order of their ids."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        tables: dict[tuple[Reading, ...], dict[tuple[object, ...], list[ReadyRule]]] = {}
        for rule in rules:
            equalities = _equalities(rule)
            known = frozenset(test for test, _ in equalities)
            ready = ReadyRule(rule, compile_condition(rule.condition, known=known))
            table = tables.setdefault(tuple(test.reading for test, _ in equalities), {})
            for values in product(*(allowed for _, allowed in equalities)):
                table.setdefault(values, []).append(ready)
        self._tables = tuple((tuple(map(reader, readings)), table) for readings, table in tables.items())

    def candidates(self, facts: Facts) -> list[ReadyRule]:
        """The rules whose equalities hold for these facts."""
        found: list[ReadyRule] = []
        for readers, table in self._tables:
            found.extend(table.get(tuple([_hashable(value_of(facts)) for value_of in readers]), ()))
        if len(found) > 1:
            found.sort(key=_rank)
        return found


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
