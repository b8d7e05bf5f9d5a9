"""Text to TOML values, going on after each line that is not TOML.

A line that can't be read is reported in plain words and left out, and the rest is read as if it were not there, so
that one visit shows all mistakes. `statements` cuts a text into lines that belong together and says what is wrong
with one of them; here they are put together.
"""

import re
import tomllib
from typing import Final

import msgspec

from engine.rulebook.positions import Spot
from engine.rulebook.statements import Fault, Statement, explain, long_name, may_have_long_name, split
from engine.rulebook.words.file import SINGLE_WORDS, WORD_TYPES
from engine.rulebook.words.sources import MAPPING_WORDS, ONE_SOURCE

MOST_FAULTS = 50
"""After so many unreadable lines the rest of a file is not looked at."""

_MANY: Final = (frozenset(WORD_TYPES) | frozenset(MAPPING_WORDS)) - {*SINGLE_WORDS, ONE_SOURCE}
_ONE_BRACKET: Final = re.compile(r"(\s*)\[\s*(\w+)\s*\]")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

Toml = dict[str, object]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What could be read of a file. `text` has empty lines in place of those that could not.

    `torn` has the lines of the headings below which something was left out: what is missing there may be there.
    """

    text: str
    values: Toml
    faults: tuple[Fault, ...] = ()
    torn: frozenset[int] = frozenset()


def read_toml(text: str) -> Document:
    """The values of a file and what could not be read; never raises."""
    text = text.removeprefix("\ufeff")
    values = "" if may_have_long_name(text) else _parse(text)
    if isinstance(values, dict) and not any(isinstance(values.get(word), dict) for word in _MANY):
        return Document(text=text, values=values)
    return _read_around_faults(text)


def _read_around_faults(text: str) -> Document:
    lines = text.split("\n")
    statements = split(lines)
    faults: list[Fault] = []
    torn: set[int] = set()
    heading, skipping = 0, False
    for statement in statements:
        if statement.is_heading:
            heading, skipping = statement.line, False
            if (word := _has_one_bracket(statement)) is not None:
                faults.append(_one_bracket(statement, word))
                lines[statement.line - 1] = _ONE_BRACKET.sub(r"\1[[\2]]", statement.lines[0], count=1)
                continue
        too_long = long_name(statement)
        broken = too_long is not None or not isinstance(_parse(statement.text), dict)
        if broken:
            faults.append(too_long or explain(statement, _place(statement.text)))
            skipping = statement.is_heading
        if broken or skipping:
            torn.add(heading)
            _leave_out(lines, statement)
    while len(faults) < MOST_FAULTS:
        rest = "\n".join(lines)
        values = _parse(rest)
        if isinstance(values, dict):
            return Document(text=rest, values=values, faults=tuple(faults), torn=frozenset(torn))
        fault, left_out = _conflict(statements, lines, values)
        faults.append(fault)
        for statement in left_out:
            _leave_out(lines, statement)
        if not left_out:
            break
    return Document(text="", values={}, faults=tuple(faults), torn=frozenset({0}))


def _has_one_bracket(statement: Statement) -> str | None:
    """The word of a heading with one bracket that should have two."""
    found = _ONE_BRACKET.match(statement.lines[0])
    if found is None or found[2] not in _MANY or not isinstance(_parse(statement.text), dict):
        return None
    return found[2]


def _one_bracket(statement: Statement, word: str) -> Fault:
    found, cure = f"{word} is not a list of tables.", f"Write [[{word}]], with two brackets, on a line of its own."
    return Fault(statement.line, statement.indent + 1, "wrong-type", found, cure)


def _parse(text: str) -> Toml | str:
    """The values, or what tomllib says; it says it with ValueError and, when nested too deep, RecursionError."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return "too deep"
    except ValueError as error:
        return str(error)


def _place(text: str) -> Spot:
    message = _parse(text)
    found = _PLACE.search(message) if isinstance(message, str) else None
    if found is None or found[1] is None:
        lines = text.rstrip("\n").split("\n")
        return Spot(len(lines), len(lines[-1]) + 1)
    return Spot(int(found[1]), int(found[2]))


def _leave_out(lines: list[str], statement: Statement) -> None:
    for row in range(statement.line - 1, statement.line - 1 + statement.height):
        lines[row] = ""


def _conflict(statements: list[Statement], lines: list[str], message: str) -> tuple[Fault, list[Statement]]:
    """Lines that are good by themselves but can't stand together: something is said twice."""
    found = _PLACE.search(message)
    line = int(found[1]) if found and found[1] else len(lines)
    kept = [statement for statement in statements if lines[statement.line - 1]]
    at_fault = next((s for s in reversed(kept) if s.line <= line), kept[-1] if kept else None)
    if at_fault is None:
        return Fault(1, 1, "syntax", "This file can't be read.", "Compare it with a shipped rule file."), []
    left_out = [at_fault]
    if at_fault.is_heading:
        below = kept[kept.index(at_fault) + 1 :]
        for statement in below:
            if statement.is_heading:
                break
            left_out.append(statement)
    name = at_fault.name
    earlier = _first_with(kept, at_fault)
    where = f" It stands in line {earlier} already." if earlier else ""
    return (
        Fault(
            at_fault.line, at_fault.indent + 1, "said-twice", f"{name} is said twice.{where}", "Keep one of the two."
        ),
        left_out,
    )


def _first_with(kept: list[Statement], at_fault: Statement) -> int:
    """The line that says the same name before, under the same heading; 0 when none does."""
    found = 0
    for statement in kept:
        if statement is at_fault:
            return found
        if at_fault.is_heading:
            if statement.is_heading and statement.name == at_fault.name:
                found = statement.line
        elif statement.is_heading:
            found = 0
        elif statement.name == at_fault.name:
            found = statement.line
    return found
