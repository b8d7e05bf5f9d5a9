"""Conditions made ready to run: each becomes one function that says which line does not hold."""

from collections.abc import Callable
from typing import Protocol

from engine.core.rulebook import Condition, Formula, FormulaFault, Operator, Reading, Scope, Test, Value

HOLDS = -1
FORMULA_LINE = 10_000
"""The line number that stands for the formula of a condition."""


class Facts(Protocol):
    """What a condition can ask of an event, its subject and its content; an absent value is None."""

    data: dict[str, Value]

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


def read(reading: Reading, facts: Facts) -> Value | None:
    """The value of a name, None where it is absent."""
    match reading.scope:
        case Scope.EVENT:
            return facts.data.get(reading.name)
        case Scope.CLOCK:
            return facts.clock(reading.name)
        case Scope.MEMBER:
            return facts.member_fact(reading.name)
        case Scope.CONTENT:
            return facts.content_fact(reading.name)
        case Scope.METRIC:
            return facts.metric(reading)


def compile_condition(condition: Condition) -> Predicate:
    """A function that gives `HOLDS`, or the number of the first line that does not hold.

    Lines are numbered in the order all_of, none_of, choices (one number a group); `FORMULA_LINE` is the formula.
    """
    all_of = tuple(_test(test) for test in condition.all_of)
    none_of = tuple(_test(test) for test in condition.none_of)
    choices = tuple(tuple(tuple(_test(test) for test in row) for row in group) for group in condition.choices)
    formula = condition.formula
    after_all, after_none = len(all_of), len(all_of) + len(none_of)

    def failing_line(facts: Facts) -> int:
        for number, test in enumerate(all_of):
            if not test(facts):
                return number
        for number, test in enumerate(none_of):
            if test(facts):
                return after_all + number
        for number, group in enumerate(choices):
            if not any(all(test(facts) for test in row) for row in group):
                return after_none + number
        if formula is not None and facts.formula(formula) is not True:
            return FORMULA_LINE
        return HOLDS

    return failing_line


def _test(test: Test) -> Callable[[Facts], bool]:
    reading, operand = test.reading, test.operand
    if reading.scope is Scope.EVENT and test.operator is Operator.IS:
        name = reading.name
        return lambda facts: facts.data.get(name) == operand
    compare = _comparison(test.operator, operand)
    return lambda facts: compare(read(reading, facts))


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
