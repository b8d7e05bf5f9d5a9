"""Lines that can never hold together, found by looking at what each name may still be."""

from collections.abc import Iterable, Sequence

from engine.core.questions import Operator, Reading
from engine.rulebook.conditions import Line
from engine.rulebook.did_you_mean import joined, shown
from engine.rulebook.names import Kind, Readable


class Domain:
    """What one name may still be, after some lines."""

    def __init__(self, readable: Readable) -> None:
        self._readable = readable
        self.allowed: set[str | int | bool] | None = None
        self.excluded: set[str | int | bool] = set()
        self.least, self.most = readable.least, readable.most
        self.needs: set[str] = set()
        self.one_of: list[set[str]] = []
        self.present: bool | None = True if readable.always else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        if self.present is False:
            return self.needs_a_value
        if not self.needs_a_value and self.present is not True:
            return False
        if self.least is not None and self.most is not None and self.least > self.most:
            return True
        if self.needs & _texts(self.excluded) or any(not group - _texts(self.excluded) for group in self.one_of):
            return True
        values = self.values()
        return values is not None and not values

    needs_a_value: bool = False

    def values(self) -> set[str | int | bool] | None:
        """All that is still possible, where that is a list."""
        if self._readable.kind is Kind.CHOICES:
            return None
        possible = self.allowed
        if possible is None and self._readable.kind is Kind.YES_NO:
            possible = {True, False}
        if possible is None and self._readable.closed:
            possible = set(self._readable.closed)
        if possible is None:
            return None
        least, most = self.least, self.most
        return {
            value
            for value in possible - self.excluded
            if not isinstance(value, int) or ((least is None or value >= least) and (most is None or value <= most))
        }

    def narrow(self, line: Line) -> None:
        """The line must hold."""
        operand = line.test.operand
        values: set[str | int | bool] = set(operand) if isinstance(operand, tuple) else {operand}
        match line.test.operator:
            case Operator.IS | Operator.ANY_OF:
                self.allowed = values if self.allowed is None else self.allowed & values
            case Operator.AT_LEAST if isinstance(operand, int):
                self.least = operand if self.least is None else max(self.least, operand)
            case Operator.AT_MOST if isinstance(operand, int):
                self.most = operand if self.most is None else min(self.most, operand)
            case Operator.HAS_ANY:
                self.one_of.append(_texts(values))
            case Operator.HAS_ALL:
                self.needs |= _texts(values)
            case Operator.ABSENT:
                self.present = False
                return
            case _:
                pass
        self.needs_a_value = True

    def exclude(self, line: Line) -> None:
        """The line must not hold; an absent value is one way."""
        operand = line.test.operand
        values: set[str | int | bool] = set(operand) if isinstance(operand, tuple) else {operand}
        match line.test.operator:
            case Operator.IS | Operator.ANY_OF | Operator.HAS_ANY:
                self.excluded |= values
            case Operator.AT_LEAST if isinstance(operand, int):
                self.most = operand - 1 if self.most is None else min(self.most, operand - 1)
            case Operator.AT_MOST if isinstance(operand, int):
                self.least = operand + 1 if self.least is None else max(self.least, operand + 1)
            case Operator.PRESENT:
                self.present = False
            case Operator.ABSENT:
                self.needs_a_value = True
            case _:
                pass


def _texts(values: Iterable[object]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def domains(all_of: Sequence[Line], none_of: Sequence[Line]) -> dict[Reading, Domain]:
    """What each name may be when all of these lines hold and none of those."""
    found: dict[Reading, Domain] = {}
    for line in (*all_of, *none_of):
        found.setdefault(line.test.reading, Domain(line.readable))
    for line in all_of:
        found[line.test.reading].narrow(line)
    for line in none_of:
        found[line.test.reading].exclude(line)
    return found


def clash(all_of: Sequence[Line], none_of: Sequence[Line]) -> tuple[Line, ...]:
    """The lines on the first name that nothing is left of; empty when all may hold together."""
    for reading, domain in domains(all_of, none_of).items():
        if domain.is_empty:
            return tuple(line for line in (*all_of, *none_of) if line.test.reading == reading)
    return ()


def in_words(lines: Sequence[Line]) -> str:
    """`if.channel is linkedin and unless.channel is linkedin`."""
    return joined(_line_in_words(line) for line in dict.fromkeys(lines))


def _line_in_words(line: Line) -> str:
    names = [
        str(key) for key in line.place.path[2 if isinstance(line.place.path[1], int) else 1 :] if isinstance(key, str)
    ]
    last = names[-1] if names[-1:] in (["at_least"], ["at_most"], ["has_any"], ["has_all"], ["present"]) else ""
    name = ".".join(names[:-1] if last else names)
    operand = line.test.operand
    values = joined((_plain(value) for value in operand), "or") if isinstance(operand, tuple) else _plain(operand)
    match line.test.operator:
        case Operator.IS | Operator.ANY_OF:
            return f"{name} = {values}"
        case Operator.AT_LEAST:
            return f"{name} of at least {values}"
        case Operator.AT_MOST:
            return f"{name} of at most {values}"
        case Operator.HAS_ANY:
            return f"{name} with any of {values}"
        case Operator.HAS_ALL:
            return f"{name} with all of {values}"
        case Operator.PRESENT:
            return f"{name} present"
        case Operator.ABSENT:
            return f"{name} absent"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else shown(value)
