"""Formulas: the last resort of a rule file, in CEL, for conditions and for points.

A formula is compiled once, against the names that its event type has, each with its own type. At run time all
formulas of an event type read one set of bound values, in which there is only what these formulas read.

A value that is absent makes a formula that needs it a fault, unless it asks first: `event.channel.present` is true
or false for every name of an event, a member or a content.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

import msgspec

from engine.core.questions import FormulaFault, Reading, Scope, Value
from engine.rulebook.cel import (
    Kind,
    Program,
    Result,
    environment_of,
    evaluate,
    moment,
    reason_of,
    result_in_words,
    result_is,
)
from engine.rulebook.formula_complaints import mistake_from
from engine.rulebook.formula_text import FormulaMistake, Token, chains, mistake_at, read_text
from engine.rulebook.words.parts import MOST_POINTS

__all__ = ["CompiledFormula", "FormulaMistake", "FormulaScope", "FormulaSet", "compile_formula"]

_PRESENT: Final = ".present"
_YES_NO: Final[Kind] = "bool"
_MAY_BE_ABSENT: Final = frozenset({Scope.EVENT, Scope.MEMBER, Scope.CONTENT})
_IN_WORDS: Final[Mapping[Result, str]] = {
    "bool": "A condition must hold or not, as in event.minutes >= 30.",
    "int": "Points must come out as a whole number, as in event.minutes / 10.",
}


class FormulaScope(msgspec.Struct, frozen=True):
    """The names that a formula may read (`event.channel`, `metrics.acts.last_16_weeks`), and what each one is."""

    names: Mapping[str, tuple[Reading, Kind]]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A name that a formula reads: its value, whether it is present, or both."""

    name: str
    reading: Reading
    kind: Kind
    value: bool
    presence: bool


class CompiledFormula:
    """A formula that can be evaluated; `readings` are the names that it reads, sorted."""

    __slots__ = ("program", "readings", "reads", "result", "source", "tokens")

    def __init__(
        self, *, source: str, result: Result, reads: tuple[Read, ...], program: Program, tokens: tuple[Token, ...]
    ) -> None:
        self.source, self.result, self.reads, self.tokens = source, result, reads, tokens
        self.readings = tuple(read.name for read in reads)
        self.program = program

    def evaluate(self, bound: object) -> bool | int | FormulaFault:
        """Whether the condition holds, or the points (0 to 10⁹). Never raises.

        `bound` comes from the `FormulaSet` of the event that is judged.
        """
        if isinstance(bound, FormulaFault):
            return bound
        value = evaluate(self.program, bound)
        if self.result == "bool":
            return value if isinstance(value, bool) else FormulaFault(reason_of(value))
        if not isinstance(value, int):
            return FormulaFault(reason_of(value))
        if 0 <= value <= MOST_POINTS:
            return value
        return FormulaFault("points below zero" if value < 0 else f"more than {MOST_POINTS:,} points")


def compile_formula(source: str, *, scope: FormulaScope, result: Result) -> CompiledFormula | FormulaMistake:
    """The formula made ready, or what is wrong with it first."""
    tokens = read_text(source)
    if isinstance(tokens, FormulaMistake):
        return tokens
    reads = _reads(tokens, scope)
    program = environment_of(_variables(reads)).compile(source)
    if isinstance(program, tuple):
        return mistake_from(source, tokens, program, scope.names)
    if not result_is(program, result):
        found = f"This formula gives {result_in_words(program)}."
        return mistake_at(source, tokens[0].start, "formula-result", found, _IN_WORDS[result])
    return CompiledFormula(source=source, result=result, reads=reads, program=program, tokens=tokens)


class FormulaSet:
    """All formulas of one event type: what they read together, bound once for each event and person."""

    __slots__ = ("_environment", "_reads", "names", "readings")

    def __init__(self, formulas: Iterable[CompiledFormula]) -> None:
        self._reads = _united(read for formula in formulas for read in formula.reads)
        self._environment = environment_of(_variables(self._reads))
        self.names = tuple(read.name for read in self._reads)
        self.readings = tuple(read.reading for read in self._reads)

    def bind(self, values: Sequence[Value | None]) -> object:
        """Values in the order of `readings`, an absent one as None, times in milliseconds. Never raises."""
        bound: dict[str, object] = {}
        for read, value in zip(self._reads, values, strict=True):
            if read.presence:
                bound[read.name + _PRESENT] = value is not None
            if not read.value:
                continue
            if value is None:
                if _says_presence(read.reading):
                    bound[read.name] = False
                continue
            usable = moment(value) if read.kind == "time" and isinstance(value, int) else value
            if usable is not None:
                bound[read.name] = usable
        try:
            return self._environment.bind(bound)
        except RuntimeError as error:
            return FormulaFault(reason_of(error))


def _says_presence(reading: Reading) -> bool:
    """`content.present` is a fact of its own, which nothing but a known content has."""
    return reading.scope is Scope.CONTENT and reading.name == "present"


def _reads(tokens: Sequence[Token], scope: FormulaScope) -> tuple[Read, ...]:
    return _united(read for dotted in chains(tokens) for read in [_read(dotted.parts, scope)] if read is not None)


def _read(parts: tuple[str, ...], scope: FormulaScope) -> Read | None:
    """The longest beginning of a dotted name that the scope has: what follows is a function."""
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in scope.names:
            reading, kind = scope.names[name]
            asks = parts[length : length + 1] == ("present",) and reading.scope in _MAY_BE_ABSENT
            return Read(name=name, reading=reading, kind=kind, value=not asks, presence=asks)
    return None


def _united(reads: Iterable[Read]) -> tuple[Read, ...]:
    """One read a name, sorted by name."""
    by_name: dict[str, Read] = {}
    for read in reads:
        known = by_name.get(read.name, read)
        by_name[read.name] = msgspec.structs.replace(
            read, value=known.value or read.value, presence=known.presence or read.presence
        )
    return tuple(by_name[name] for name in sorted(by_name))


def _variables(reads: Iterable[Read]) -> tuple[tuple[str, Kind], ...]:
    return tuple(
        chain.from_iterable(
            (((read.name, read.kind),) if read.value else ())
            + (((read.name + _PRESENT, _YES_NO),) if read.presence else ())
            for read in reads
        )
    )
