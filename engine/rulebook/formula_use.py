"""Formulas of rule files: what they may read, tried on what the lines beside them leave possible."""

import re
from collections.abc import Iterable
from typing import Final

from engine.core.periods import PeriodKind
from engine.core.questions import Reading, Scope, Value
from engine.core.rulebook import EventType, FieldType
from engine.core.windows import Window, WindowNotUnderstood, parse_window
from engine.rulebook.cel import Kind as FormulaKind
from engine.rulebook.cel import Result
from engine.rulebook.conditions import Line, Sight
from engine.rulebook.did_you_mean import joined
from engine.rulebook.formula_text import FormulaMistake
from engine.rulebook.formula_trials import try_formula
from engine.rulebook.formulas import CompiledFormula, FormulaScope, compile_formula
from engine.rulebook.names import Kind, Readable, event_field
from engine.rulebook.never import domains
from engine.rulebook.predicates import Parts
from engine.rulebook.report import Place

_KINDS: Final[dict[Kind, FormulaKind]] = {
    Kind.YES_NO: "bool",
    Kind.KNOWN: "bool",
    Kind.NUMBER: "int",
    Kind.WEEKDAY: "int",
    Kind.MONTH: "int",
    Kind.CHOICES: "list of strings",
    Kind.TIME: "time",
}
_METRIC: Final = re.compile(r"metrics\.([a-z0-9_]+)\.([a-z0-9_]+)")


def read_formula(
    source: str, place: Place, sight: Sight, parts: Parts, result: Result, never: str
) -> CompiledFormula | None:
    """The formula made ready; None where it is reported."""
    readables = _readables(source, sight)
    scope = FormulaScope({name: (readable.reading, kind) for name, (readable, kind) in readables.items()})
    compiled = compile_formula(source, scope=scope, result=result)
    if isinstance(compiled, FormulaMistake):
        _report(compiled, source, place, sight)
        return None
    for read in compiled.reads:
        window = read.reading.window
        if read.reading.scope is Scope.METRIC and window is not None:
            if not sight.scope.metrics[read.reading.name].may_be_read(window, place, sight.scope.report):
                return None
            sight.scope.reads(read.reading.name, window)
    wrong = try_formula(compiled, _samples(readables, parts))
    if wrong is None:
        return compiled
    if wrong.code != "formula-value" or not _asks_beside(wrong, source, place, sight, parts, readables, never):
        _report(wrong, source, place, sight)
    return None


def _readables(source: str, sight: Sight) -> dict[str, tuple[Readable, FormulaKind]]:
    found: dict[str, tuple[Readable, FormulaKind]] = {}
    shared = _shared_fields(sight.events)
    for name in shared:
        readable = event_field(name, sight.events)
        type_ = sight.events[0].fields[name].type
        kind: FormulaKind = "list of strings" if type_ is FieldType.MEMBERS else _KINDS.get(readable.kind, "string")
        if type_ is not FieldType.TEXT:
            found[f"event.{name}"] = readable, kind
    facts = [*sight.scope.clock_facts.values(), *sight.scope.member_facts.values()]
    if sight.events and all(_has_content(event) for event in sight.events):
        facts.extend(sight.scope.content_facts.values())
    for readable in facts:
        if readable.reading.scope in sight.sees:
            found[readable.label] = readable, _KINDS.get(readable.kind, "string")
    if Scope.METRIC in sight.sees:
        for name, readable in _metric_readables(source, sight):
            found[name] = readable, "int"
    return found


def _has_content(event: EventType) -> bool:
    return any(field.type is FieldType.CONTENT for field in event.fields.values())


def _shared_fields(events: tuple[EventType, ...]) -> list[str]:
    if not events:
        return []
    first, *others = events
    return [
        name
        for name, field in first.fields.items()
        if all(name in other.fields and other.fields[name].type is field.type for other in others)
    ]


def _metric_readables(source: str, sight: Sight) -> Iterable[tuple[str, Readable]]:
    """Every metric in every period, and in those other windows that the formula names."""
    asked = {(id_, word) for id_, word in _METRIC.findall(source) if word not in set(PeriodKind)}
    named = [(id_, kind.value) for id_ in sight.scope.metrics for kind in PeriodKind]
    for id_, word in (*named, *sorted(asked)):
        window = _window(word)
        if id_ in sight.scope.metrics and window is not None:
            reading = Reading(scope=Scope.METRIC, name=id_, metric=sight.scope.metrics[id_].code, window=window)
            label = f"metrics.{id_}.{word}"
            yield label, Readable(label=label, noun="metric", reading=reading, kind=Kind.NUMBER, least=0, always=True)


def _window(word: str) -> Window | None:
    try:
        return parse_window(word)
    except WindowNotUnderstood:
        return None


def _samples(readables: dict[str, tuple[Readable, FormulaKind]], parts: Parts) -> dict[str, list[Value]]:
    """What each name can be, beside the lines of the condition."""
    left = domains(parts.all_of, parts.none_of)
    samples: dict[str, list[Value]] = {}
    for name, (readable, _) in readables.items():
        domain = left.get(readable.reading)
        values = domain.values() if domain is not None else None
        if values is not None:
            samples[name] = sorted(values, key=lambda value: (isinstance(value, str), str(value)))
        elif readable.closed:
            samples[name] = list(readable.closed)
    return samples


def _offset(wrong: FormulaMistake, source: str) -> int:
    lines = source.split("\n")
    return sum(len(line) + 1 for line in lines[: wrong.line - 1]) + wrong.column - 1


def _report(wrong: FormulaMistake, source: str, place: Place, sight: Sight) -> None:
    sight.scope.report.wrong(
        place, wrong.code, wrong.found, cure=wrong.cure, near=wrong.near, spot=place.character(_offset(wrong, source))
    )


def _asks_beside(
    wrong: FormulaMistake,
    source: str,
    place: Place,
    sight: Sight,
    parts: Parts,
    readables: dict[str, tuple[Readable, FormulaKind]],
    never: str,
) -> bool:
    """Whether the formula asks for a choice that exists, but that the lines beside it leave out."""
    offset = _offset(wrong, source)
    said = re.match(r"""["']([^"']*)["']""", source[offset:])
    for readable, _ in readables.values():
        lines = [line for line in parts.all_of if line.test.reading == readable.reading]
        if said is None or not lines or said[1] not in readable.closed or readable.label not in wrong.found:
            continue
        line = lines[0]
        allows = joined(_values(line))
        found = f'{never}: if.{readable.label} allows {allows}, the formula asks for "{said[1]}".'
        cure = f'Add "{said[1]}" to line {line.place.key.line}, or take it out of the formula.'
        sight.scope.report.wrong(place, "never-holds", found, cure=cure, spot=place.character(offset))
        return True
    return False


def _values(line: Line) -> list[str]:
    operand = line.test.operand
    return [str(value) for value in operand] if isinstance(operand, tuple) else [str(operand)]
