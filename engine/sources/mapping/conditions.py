"""Which payloads a map wants: lines, each a path compared with something. A line on what is not there is false."""

from enum import StrEnum

import msgspec

from engine.sources.events import JsonValue
from engine.sources.mapping.paths import Path, View
from engine.sources.mapping.reading import items_of, number_of, text_of, yes_no_of
from engine.sources.mapping.templates import Template

Operand = str | int | bool | Template


class Operator(StrEnum):
    """How a line compares. `ABSENT` alone holds where nothing stands."""

    ANY_OF = "any_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    BEGINS = "begins"
    PRESENT = "present"
    ABSENT = "absent"


class Line(msgspec.Struct, frozen=True):
    """One line. Equality is `ANY_OF` one; bounds have one number; whether something is there needs no operand."""

    path: Path
    operator: Operator
    operands: tuple[Operand, ...] = ()

    def holds(self, view: View) -> bool:
        """Whether it holds for this payload."""
        found = self.path.find(view)
        if found is None:
            return self.operator is Operator.ABSENT
        match self.operator:
            case Operator.PRESENT:
                return True
            case Operator.ABSENT:
                return False
            case Operator.ANY_OF:
                return any(_same(found, operand, view) for operand in self.operands)
            case Operator.AT_LEAST | Operator.AT_MOST:
                return self._is_within(number_of(found))
            case Operator.BEGINS:
                text = text_of(found)
                return text is not None and text.startswith(tuple(map(str, self.operands)))
            case Operator.HAS_ANY:
                items = items_of(found)
                return any(_same(item, operand, view) for operand in self.operands for item in items)
            case Operator.HAS_ALL:
                items = items_of(found)
                return all(any(_same(item, operand, view) for item in items) for operand in self.operands)

    def _is_within(self, number: int | None) -> bool:
        bound = self.operands[0]
        if number is None or not isinstance(bound, int):
            return False
        return number >= bound if self.operator is Operator.AT_LEAST else number <= bound


def _same(found: JsonValue, operand: Operand, view: View) -> bool:
    """Whether they say the same: a number and a text that says it do."""
    match operand:
        case bool():
            return yes_no_of(found) is operand
        case int():
            return number_of(found) == operand
        case str():
            return text_of(found) == operand
        case Template():
            return operand.is_there(view) and text_of(found) == operand.text(view)


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """All of `all_of`, none of `none_of`, and where there are rows all lines of at least one."""

    all_of: tuple[Line, ...] = ()
    none_of: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()

    def holds(self, view: View) -> bool:
        """Whether this payload is wanted."""
        for line in self.all_of:
            if not line.holds(view):
                return False
        if any(line.holds(view) for line in self.none_of):
            return False
        return not self.rows or any(all(line.holds(view) for line in row) for row in self.rows)

    def but(self, lines: tuple[Line, ...]) -> "Condition":
        """The same with these lines in place of those that ask the same paths."""
        asked = {line.path for line in lines}
        kept = tuple(line for line in self.all_of if line.path not in asked)
        return Condition(all_of=(*lines, *kept), none_of=self.none_of, rows=self.rows)
