"""Conditions made ready to run: each becomes one function that says which line does not hold."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

from engine.core.questions import Condition, Formula, FormulaFault, Operator, Reading, Scope, Test, Value

HOLDS = -1
FORMULA_LINE = 10_000
"""The line number that stands for the formula of a condition."""


class Facts(Protocol):
    """What a condition can ask of an event, its subject and its content; an absent value is None."""

    data: dict[str, Value]
    known: dict[object, bool]
    """What has been found out about rows that many conditions share."""

    def clock(self, name: str) -> int:
        """`weekday` (1 to 7) or `hour` of the act in the organization's zone."""

    def member_fact(self, name: str) -> Value | None:
        """A fact of the subject."""

    def content_fact(self, name: str) -> Value | None:
        """A fact of the event's content."""

    def metric(self, reading: Reading) -> int:
        """A metric of the subject in a window, this event included."""

    def formula(self, formula: Formula) -> bool | int | FormulaFault:
        """What a formula says of this event."""


Predicate = Callable[[Facts], int]


def reader(reading: Reading) -> Callable[[Facts], Value | None]:
    """What gives the value of a name, None where it is absent."""
    name = reading.name
    match reading.scope:
        case Scope.EVENT:
            return lambda facts: facts.data.get(name)
        case Scope.CLOCK:
            return lambda facts: facts.clock(name)
        case Scope.MEMBER:
            return lambda facts: facts.member_fact(name)
        case Scope.CONTENT:
            return lambda facts: facts.content_fact(name)
        case Scope.METRIC:
            return lambda facts: facts.metric(reading)


def compile_condition(condition: Condition, *, known: frozenset[Test] = frozenset()) -> Predicate | None:
    """A function that gives `HOLDS`, or the number of the first line that does not hold; None where all always hold.

    Lines are numbered in the order all_of, none_of, choices (one number a group); `FORMULA_LINE` is the formula.
    Lines of all_of that are `known` to hold are not looked at.
    """
    after_all, after_none = len(condition.all_of), len(condition.all_of) + len(condition.none_of)
    lines = (
        *((at, _test(test)) for at, test in enumerate(condition.all_of) if test not in known),
        *((after_all + at, _fails(_test(test))) for at, test in enumerate(condition.none_of)),
        *((after_none + at, _any_row(group)) for at, group in enumerate(condition.choices)),
    )
    formula = condition.formula
    if not lines and formula is None:
        return None

    def failing_line(facts: Facts) -> int:
        for number, holds in lines:
            if not holds(facts):
                return number
        if formula is not None and facts.formula(formula) is not True:
            return FORMULA_LINE
        return HOLDS

    return failing_line


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every line of a condition that is a test."""
    yield from condition.all_of
    yield from condition.none_of
    for group in condition.choices:
        for row in group:
            yield from row


def _fails(test: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    return lambda facts: not test(facts)


@lru_cache(maxsize=1_000)
def _any_row(group: tuple[tuple[Test, ...], ...]) -> Callable[[Facts], bool]:
    rows = tuple(tuple(_test(test) for test in row) for row in group)
    changes = any(test.reading.scope is Scope.METRIC for row in group for test in row)

    def any_row(facts: Facts) -> bool:
        for row in rows:
            for holds in row:  # loops, since a generator costs more than most rows
                if not holds(facts):
                    break
            else:
                return True
        return False

    def any_row_once(facts: Facts) -> bool:
        found = facts.known.get(any_row)
        if found is None:
            found = facts.known[any_row] = any_row(facts)
        return found

    # Whole files of rules share their rows (`[defaults]`): what no payment can change is asked once an event.
    return any_row if changes else any_row_once


def _test(test: Test) -> Callable[[Facts], bool]:
    reading, operand = test.reading, test.operand
    if reading.scope is Scope.EVENT and test.operator is Operator.IS:
        name = reading.name
        return lambda facts: facts.data.get(name) == operand
    compare, value_of = _comparison(test.operator, operand), reader(reading)
    return lambda facts: compare(value_of(facts))


def _comparison(operator: Operator, operand: object) -> Callable[[Value | None], bool]:
    match operator:
        case Operator.IS:
            return lambda value: value is not None and value == operand
        case Operator.ANY_OF:
            allowed = frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
            return lambda value: not isinstance(value, list) and value in allowed
        case Operator.AT_LEAST:
            least = _number(operand)
            return lambda value: isinstance(value, int) and value >= least
        case Operator.AT_MOST:
            most = _number(operand)
            return lambda value: isinstance(value, int) and value <= most
        case Operator.HAS_ANY:
            wanted = frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
            return lambda value: isinstance(value, list) and not wanted.isdisjoint(value)
        case Operator.HAS_ALL:
            needed = frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
            return lambda value: isinstance(value, list) and needed.issubset(value)
        case Operator.PRESENT:
            return lambda value: value is not None
        case Operator.ABSENT:
            return lambda value: value is None


def _number(operand: object) -> int:
    return operand if isinstance(operand, int) else 0
