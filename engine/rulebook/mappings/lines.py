"""`if.`, `if_any`, `unless.` and `undone_by.` of a mapping file: nested names to the lines of a condition."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.rulebook.did_you_mean import shown
from engine.rulebook.mappings.located import read_names, read_template
from engine.rulebook.report import Place, Report
from engine.rulebook.words.sources import Link, Map
from engine.sources.mapping.conditions import Condition, Line, Operand, Operator

MOST_LINES: Final = 50
MOST_OPERANDS: Final = 1_000

WAYS: Final[Mapping[str, Operator]] = {
    "at_least": Operator.AT_LEAST,
    "at_most": Operator.AT_MOST,
    "has_any": Operator.HAS_ANY,
    "has_all": Operator.HAS_ALL,
    "begins": Operator.BEGINS,
    "present": Operator.PRESENT,
}
_BOUNDS: Final = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
_LISTS: Final = frozenset({Operator.HAS_ANY, Operator.HAS_ALL})


def read_condition(words: Map | Link, place: Place, report: Report) -> Condition:
    """Which messages are wanted; what is wrong is reported and left out."""
    rows = [read_lines(row, place.at("if_any", number), report) for number, row in enumerate(words.if_any)]
    for number, row in enumerate(words.if_any):
        if not row:
            found = "This row is empty: it always holds."
            report.wrong(place.at("if_any", number), "empty", found, cure="Take it out.")
    return Condition(
        all_of=read_lines(words.if_, place.at("if"), report),
        none_of=read_lines(words.unless, place.at("unless"), report),
        rows=tuple(rows) if all(rows) else (),
    )


def read_lines(table: Mapping[str, object], place: Place, report: Report) -> tuple[Line, ...]:
    """The lines of one table."""
    lines = tuple(_lines(table, [], place, report))
    if len(lines) > MOST_LINES:
        expected = f"At most {MOST_LINES} are possible."
        report.wrong(place, "too-many", f"{len(lines)} lines stand here.", expected=expected)
        return ()
    return lines


def _lines(table: Mapping[str, object], names: list[str], place: Place, report: Report) -> Iterator[Line]:
    for name, value in table.items():
        inner = place.at(name)
        way = WAYS.get(name) if names else None
        if way is not None and not isinstance(value, dict):
            line = _compared(names, way, value, inner, report)
        elif isinstance(value, dict):
            if not value:
                report.wrong(inner, "empty", f"{name} is compared with nothing.", cure="Take it out.")
            yield from _lines(value, [*names, name], inner, report)
            continue
        else:
            line = _compared([*names, name], Operator.ANY_OF, value, inner, report)
        if line is not None:
            yield line


def _compared(names: list[str], way: Operator, value: object, place: Place, report: Report) -> Line | None:
    path = read_names(names, place, report)
    if way is Operator.PRESENT:
        if not isinstance(value, bool):
            found = f".present is {shown(value)}."
            report.wrong(place, "wrong-value", found, expected="true or false is expected.")
            return None
        return None if path is None else Line(path, Operator.PRESENT if value else Operator.ABSENT)
    if way in _LISTS and not isinstance(value, list):
        report.wrong(
            place,
            "wrong-type",
            f"{place.label} is {shown(value)}.",
            expected="A list [ … ] is expected here.",
            cure=f"Write: [{shown(value)}]" if isinstance(value, str | int) else "",
        )
        return None
    items = value if isinstance(value, list) else [value]
    if not 1 <= len(items) <= MOST_OPERANDS:
        found, expected = f"This list has {len(items)} entries.", f"1 to {MOST_OPERANDS} are possible."
        report.wrong(place, "empty" if not items else "too-many", found, expected=expected)
        return None
    operands: list[Operand] = []
    for number, item in enumerate(items):
        operand = _operand(way, item, place.at(number) if isinstance(value, list) else place, report)
        if operand is None:
            return None
        operands.append(operand)
    return None if path is None else Line(path, way, tuple(operands))


def _operand(way: Operator, value: object, place: Place, report: Report) -> Operand | None:
    expected = "A text, a whole number, true or false is expected here."
    match value:
        case bool() if way not in _BOUNDS and way is not Operator.BEGINS:
            return value
        case int() if not isinstance(value, bool) and way is not Operator.BEGINS:
            return value
        case str() if way is Operator.BEGINS and value:
            return value
        case str() if way not in _BOUNDS and value:
            template = read_template(value, place, report)
            if template is None or template.holes:
                return template
            return "".join(part for part in template.parts if isinstance(part, str))
        case "":
            expected = "Where nothing stands, .present = false holds."
        case _ if way in _BOUNDS:
            expected = "A whole number is expected here."
        case _ if way is Operator.BEGINS:
            expected = "A text, or a list of texts, is expected here."
        case _:
            pass
    report.wrong(place, "wrong-value", f"{place.label} is {shown(value)}.", expected=expected)
    return None
