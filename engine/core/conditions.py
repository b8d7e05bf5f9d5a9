"""Conditions made ready to run: which line of them does not hold for an event."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, final

from engine.core.questions import Condition, Formula, FormulaFault, Operator, Reading, Scope, Test, Value

HOLDS: Final = -1
FORMULA_LINE: Final = 10_000
"""The line number that stands for the formula of a condition."""

# Looking a member up in its enumeration takes longer than the question that it decides.
_EVENT: Final = Scope.EVENT
_MEMBER: Final = Scope.MEMBER
_CONTENT: Final = Scope.CONTENT
_METRIC: Final = Scope.METRIC
_IS: Final = Operator.IS
_ANY_OF: Final = Operator.ANY_OF
_AT_LEAST: Final = Operator.AT_LEAST
_AT_MOST: Final = Operator.AT_MOST
_HAS_ANY: Final = Operator.HAS_ANY
_HAS_ALL: Final = Operator.HAS_ALL
_PRESENT: Final = Operator.PRESENT


class Facts(ABC):
    """What a condition can ask of an event, its subject and its content; an absent value is None."""

    __slots__ = ("data", "known")

    def __init__(self, data: dict[str, Value]) -> None:
        self.data = data
        self.known: dict[AnyRow, bool] = {}
        """What has been found out about rows that many conditions share."""

    @abstractmethod
    def clock(self, name: str) -> int:
        """`weekday` (1 to 7) or `hour` of the act in the organization's zone."""

    @abstractmethod
    def member_fact(self, name: str) -> Value | None:
        """A fact of the subject."""

    @abstractmethod
    def content_fact(self, name: str) -> Value | None:
        """A fact of the event's content."""

    @abstractmethod
    def metric(self, reading: Reading) -> int:
        """A metric of the subject in a window, this event included."""

    @abstractmethod
    def formula(self, formula: Formula) -> bool | int | FormulaFault:
        """What a formula says of this event."""


@final
class Reader:
    """Gives the value of a name."""

    __slots__ = ("name", "reading", "scope")

    def __init__(self, reading: Reading) -> None:
        self.reading, self.name, self.scope = reading, reading.name, reading.scope

    def value(self, facts: Facts) -> Value | None:
        """The value for these facts, None where it is absent."""
        if self.scope is _EVENT:
            return facts.data.get(self.name)
        if self.scope is _METRIC:
            return facts.metric(self.reading)
        if self.scope is _MEMBER:
            return facts.member_fact(self.name)
        if self.scope is _CONTENT:
            return facts.content_fact(self.name)
        return facts.clock(self.name)


@final
class Line:
    """A test."""

    __slots__ = ("_number", "_operand", "_operator", "_reader", "_values")

    def __init__(self, test: Test) -> None:
        operand = test.operand
        self._reader, self._operator, self._operand = Reader(test.reading), test.operator, operand
        self._values: frozenset[object] = frozenset(operand if isinstance(operand, tuple) else (operand,))
        self._number = operand if isinstance(operand, int) else 0

    def holds(self, facts: Facts) -> bool:
        """Whether it holds for these facts; on an absent value only `ABSENT` does."""
        value, operator = self._reader.value(facts), self._operator
        if operator is _IS:
            return value is not None and value == self._operand
        if operator is _ANY_OF:
            return not isinstance(value, list) and value in self._values
        if operator is _PRESENT:
            return value is not None
        if operator is _AT_LEAST:
            return isinstance(value, int) and value >= self._number
        if operator is _AT_MOST:
            return isinstance(value, int) and value <= self._number
        if operator is _HAS_ANY:
            return isinstance(value, list) and not self._values.isdisjoint(value)
        if operator is _HAS_ALL:
            return isinstance(value, list) and self._values.issubset(value)
        return value is None


@final
class AnyRow:
    """A group of rows, one of which has to hold: each a list of tests that hold together."""

    __slots__ = ("_changes", "_rows")

    def __init__(self, group: tuple[tuple[Test, ...], ...]) -> None:
        self._rows = tuple(tuple(Line(test) for test in row) for row in group)
        self._changes = any(test.reading.scope is _METRIC for row in group for test in row)

    def holds(self, facts: Facts) -> bool:
        """Whether one holds. What no payment can change is asked once an event, since whole files share their rows."""
        if self._changes:
            return self._any_holds(facts)
        found = facts.known.get(self)
        if found is None:
            found = facts.known[self] = self._any_holds(facts)
        return found

    def _any_holds(self, facts: Facts) -> bool:
        for row in self._rows:
            for line in row:  # loops, since a generator costs more than most rows
                if not line.holds(facts):
                    break
            else:
                return True
        return False


any_row = lru_cache(maxsize=1_000)(AnyRow)
"""The same for the same group, so that what was found out about it is found again."""


@final
class ReadyCondition:
    """A condition.

    Lines are numbered in the order all_of, none_of, choices (one number a group); `FORMULA_LINE` is the formula.
    Lines of all_of that are `known` to hold are not looked at.
    """

    __slots__ = ("_all_of", "_choices", "_formula", "_none_of")

    def __init__(self, condition: Condition, known: frozenset[Test] = frozenset()) -> None:
        after_all, after_none = len(condition.all_of), len(condition.all_of) + len(condition.none_of)
        self._all_of = [(at, Line(test)) for at, test in enumerate(condition.all_of) if test not in known]
        self._none_of = [(after_all + at, Line(test)) for at, test in enumerate(condition.none_of)]
        self._choices: list[tuple[int, AnyRow]] = [
            (after_none + at, any_row(group)) for at, group in enumerate(condition.choices)
        ]
        self._formula = condition.formula

    def is_empty(self) -> bool:
        """Whether nothing is left that could fail."""
        return not (self._all_of or self._none_of or self._choices) and self._formula is None

    def holds(self, facts: Facts) -> bool:
        """Whether it holds for these facts."""
        return self.failing_line(facts) == HOLDS

    def failing_line(self, facts: Facts) -> int:
        """The number of the first line that does not hold, or `HOLDS`."""
        for number, line in self._all_of:
            if not line.holds(facts):
                return number
        for number, line in self._none_of:
            if line.holds(facts):
                return number
        for number, group in self._choices:
            if not group.holds(facts):
                return number
        if self._formula is not None and facts.formula(self._formula) is not True:
            return FORMULA_LINE
        return HOLDS


def ready_condition(condition: Condition, known: frozenset[Test] = frozenset()) -> ReadyCondition | None:
    """A condition made ready; None where it always holds."""
    ready = ReadyCondition(condition, known)
    return None if ready.is_empty() else ready


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every line of a condition that is a test."""
    yield from condition.all_of
    yield from condition.none_of
    for group in condition.choices:
        for row in group:
            yield from row
