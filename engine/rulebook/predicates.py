"""Whole conditions: lines, rows and formulas put together, and whether they can ever hold."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from engine.core.questions import Condition, Test
from engine.rulebook.conditions import Line, Sight, read_lines
from engine.rulebook.did_you_mean import joined
from engine.rulebook.formulas import CompiledFormula
from engine.rulebook.never import clash, in_words
from engine.rulebook.report import Place

Rows = tuple[tuple[Line, ...], ...]


class Conditional(Protocol):
    """A word that says conditions."""

    @property
    def if_(self) -> dict[str, object]: ...
    @property
    def if_any(self) -> list[dict[str, object]]: ...
    @property
    def unless(self) -> dict[str, object]: ...


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of a condition; `choices` has one group of rows for each `if_any`."""

    all_of: tuple[Line, ...] = ()
    none_of: tuple[Line, ...] = ()
    choices: tuple[Rows, ...] = ()

    def and_also(self, other: "Parts") -> "Parts":
        """Both must hold; the lines of `other` come first."""
        return Parts(
            all_of=other.all_of + self.all_of,
            none_of=other.none_of + self.none_of,
            choices=other.choices + self.choices,
        )


NOTHING = Parts()


def read_parts(words: Conditional, place: Place, sight: Sight) -> Parts:
    """The lines that a word says."""
    if not (words.if_ or words.if_any or words.unless):
        return NOTHING
    rows: list[tuple[Line, ...]] = []
    for number, row in enumerate(words.if_any):
        if not row:
            sight.scope.report.wrong(
                place.at("if_any", number), "empty", "This row is empty: it always holds.", cure="Take it out."
            )
        rows.append(read_lines(row, place.at("if_any", number), sight))
    # A row with a mistake has no lines, and would hold always.
    choices = (tuple(rows),) if rows and all(rows) else ()
    return Parts(
        all_of=read_lines(words.if_, place.at("if"), sight),
        none_of=read_lines(words.unless, place.at("unless"), sight),
        choices=choices,
    )


def check_possible(parts: Parts, place: Place, sight: Sight, never: str) -> bool:
    """Whether the condition can hold; reported where it can't. `never` is `This rule could never pay`."""
    lines = clash(parts.all_of, parts.none_of)
    if lines:
        _report(lines, place, sight, never, _why(lines))
        return False
    for rows in parts.choices:
        clashes = [clash((*parts.all_of, *row), parts.none_of) for row in rows]
        if all(clashes):
            own = [line for row in rows for line in row]
            _report(own[-1:], place, sight, never, "no row of if_any can hold with the other lines.")
            return False
    return True


def _why(lines: Sequence[Line]) -> str:
    said = in_words(lines)
    return f"{said} leaves nothing." if len(lines) == 1 else f"{said} can't hold together."


def _report(lines: Sequence[Line], place: Place, sight: Sight, never: str, why: str) -> None:
    here = [line for line in lines if line.place.file is place.file and line.place.path[:2] == place.path[:2]]
    at = here[-1].place if here else place
    elsewhere = sorted({line.place.key.line for line in lines if line not in here})
    where = f"Line {joined(map(str, elsewhere))} of this file asks for the other. " if here and elsewhere else ""
    sight.scope.report.wrong(
        at, "never-holds", f"{never}: {why}", cure=f"{where}Change one of them, or take it out.", spot=at.key
    )


def core_condition(parts: Parts, formula: CompiledFormula | None = None) -> Condition:
    """The condition as the core judges it."""
    return Condition(
        all_of=_tests(parts.all_of),
        none_of=_tests(parts.none_of),
        choices=tuple(tuple(_tests(row) for row in rows) for rows in parts.choices),
        formula=formula,
    )


def _tests(lines: tuple[Line, ...]) -> tuple[Test, ...]:
    return tuple(line.test for line in lines)
