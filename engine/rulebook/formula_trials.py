"""Formulas tried at load on sample values: one that can only fail, or can never hold, is refused.

A formula is said to never hold only where the samples stand for every case there is: all choices, both answers of a
yes-or-no, the numbers around those that the formula names. Elsewhere silence is right.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, combinations, product
from typing import Final

import msgspec

from engine.core.questions import FormulaFault, Scope, Value
from engine.rulebook.did_you_mean import listed, nearest
from engine.rulebook.formula_text import FormulaMistake, Token, chains, mistake_at
from engine.rulebook.formulas import CompiledFormula, FormulaSet, Read

MOST_TRIALS = 500
MOST_SUBSETS_OF = 4
"""Of a list, every combination of so many values that the formula names is tried."""

_CLOCK: Final = {"weekday": range(1, 8), "hour": range(24)}
_SMALL: Final = range(31)
_LARGE: Final = (100, 1_000, 10_000, 100_000, 1_000_000)
_DAY_MS: Final = 86_400_000
_SOME_MONDAY_MS: Final = 1_767_571_200_000
_GAPS_MS: Final = (0, 1, 3_600_000, _DAY_MS, 8 * _DAY_MS, 40 * _DAY_MS, 400 * _DAY_MS)
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%"})
_LOOKS_INTO: Final = frozenset({"contains", "startsWith", "endsWith", "matches", "size"})
_OTHER: Final = "another-value"

Samples = Mapping[str, Sequence[Value]]
"""All that a name can hold, where that is known: of a text its choices, of a list of texts those of its items."""


class _Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Values to try for one name; `complete` when they stand for every value that it can have."""

    values: tuple[Value | None, ...]
    complete: bool


def try_formula(formula: CompiledFormula, samples: Samples) -> FormulaMistake | None:
    """What is wrong with a formula that compiles: a value that can't come, only faults, or never a yes (a point).

    `samples` says what the names can hold that are limited, by their own choices or by the lines beside the formula;
    for all others values are made up.
    """
    strange = _strange_value(formula, samples)
    if strange is not None:
        return strange
    tried = [_tried(read, formula, samples) for read in formula.reads]
    results = list(_results(formula, [each.values for each in tried]))
    if not results:
        return None  # The lines beside the formula leave some name no value at all: a mistake of theirs.
    reasons = [result.reason for result in results if isinstance(result, FormulaFault)]
    start = formula.tokens[0].start
    if len(reasons) == len(results):
        found = f"This formula can only fail: {reasons[0]}."
        cure = "Whatever the values, it gives no result."
        return mistake_at(formula.source, start, "formula-only-fails", found, cure)
    everything = _combinations(tried) <= MOST_TRIALS and all(each.complete for each in tried)
    if not everything or any(result for result in results if not isinstance(result, FormulaFault)):
        return None
    if formula.result == "bool":
        found, cure = "This formula can never hold.", "Whatever the values, it says no."
        return mistake_at(formula.source, start, "formula-never-holds", found, cure)
    found, cure = "This formula can never pay.", "Whatever the values, it gives 0 points."
    return mistake_at(formula.source, start, "formula-never-pays", found, cure)


def _results(formula: CompiledFormula, values: list[tuple[Value | None, ...]]) -> Iterator[bool | int | FormulaFault]:
    bindings = FormulaSet((formula,))
    for row in _rows(values):
        yield formula.evaluate(bindings.bind(row))


def _rows(values: list[tuple[Value | None, ...]]) -> Iterator[tuple[Value | None, ...]]:
    """All combinations, or so many of them, spread over the whole."""
    total = 1
    for each in values:
        total *= len(each)
    if total <= MOST_TRIALS:
        yield from product(*values)
        return
    for number in range(MOST_TRIALS):
        # A prime step passes through every place of every name.
        at = number * 2_654_435_761 % total
        row: list[Value | None] = []
        for each in values:
            at, place = divmod(at, len(each))
            row.append(each[place])
        yield tuple(row)


def _combinations(tried: Sequence[_Tried]) -> int:
    total = 1
    for each in tried:
        total *= len(each.values)
    return total


def _tried(read: Read, formula: CompiledFormula, samples: Samples) -> _Tried:
    known = samples.get(read.name)
    absent = (None,) if read.presence else ()
    if not read.value:
        return _Tried(values=(_made_up(read), None), complete=True)
    match read.kind:
        case "bool":
            return _Tried(values=(*(known or (True, False)), *absent), complete=True)
        case "string":
            values, complete = _texts(formula, known)
            return _Tried(values=(*values, *absent), complete=complete)
        case "list of strings":
            lists, complete = _lists(formula, known)
            return _Tried(values=(*lists, *absent), complete=complete)
        case "int":
            numbers, complete = _numbers(read, formula, known)
            return _Tried(values=(*numbers, *absent), complete=complete)
        case "time":
            # With a second time the gap between both decides, which no list of moments has all of.
            alone = sum(other.kind == "time" for other in formula.reads) == 1 and not _has(formula, _ARITHMETIC)
            return _Tried(values=(*_moments(formula), *absent), complete=alone)


def _made_up(read: Read) -> Value:
    match read.kind:
        case "bool":
            return True
        case "string":
            return _OTHER
        case "list of strings":
            return []
        case "int" | "time":
            return 1


def _texts(formula: CompiledFormula, known: Sequence[Value] | None) -> tuple[list[str], bool]:
    """The values that the formula names and one that it does not: all others are the same to it."""
    named = [text.said for text in formula.tokens if text.kind == "text"]
    looks_into = _has(formula, _LOOKS_INTO)
    if known is None:
        return [*dict.fromkeys(named), _OTHER], not looks_into
    choices = [value for value in known if isinstance(value, str)]
    if looks_into:
        return choices, True
    others = [value for value in choices if value not in named]
    return [*(value for value in choices if value in named), *others[:1]], True


def _lists(formula: CompiledFormula, known: Sequence[Value] | None) -> tuple[list[list[str]], bool]:
    values, complete = _texts(formula, known)
    everything = [value for value in known or () if isinstance(value, str)] or values
    subsets = chain.from_iterable(
        combinations(values[:MOST_SUBSETS_OF], size) for size in range(min(len(values), MOST_SUBSETS_OF) + 1)
    )
    lists = [list(subset) for subset in subsets]
    if everything not in lists:
        lists.append(everything)
    counts = _has(formula, _LOOKS_INTO | {"["})
    return lists, complete and len(values) <= MOST_SUBSETS_OF and not counts


def _numbers(read: Read, formula: CompiledFormula, known: Sequence[Value] | None) -> tuple[list[int], bool]:
    """The numbers around those that the formula names; where there is room, all small and some large ones too."""
    if known is not None:
        return [value for value in known if isinstance(value, int)], True
    if read.reading.scope is Scope.CLOCK:
        return list(_CLOCK[read.reading.name]), True
    named = [int(token.text, 0) for token in formula.tokens if token.kind == "whole" and len(token.text) < 17]  # noqa: PLR2004
    least = 0 if read.reading.scope is Scope.METRIC else -1
    around = {number + step for number in (0, 1, *named) for step in (-1, 0, 1)} | {_LARGE[-1]}
    if len(formula.reads) == 1:
        around |= {*_SMALL, *_LARGE, *(-number for number in named)}
    usable = sorted(number for number in around if number >= least)
    return usable, not _has(formula, _ARITHMETIC) and sum(other.kind == "int" for other in formula.reads) == 1


def _moments(formula: CompiledFormula) -> list[int]:
    """Moments on both sides of those that the formula names, and some with gaps from an instant to a year."""
    moments = {_SOME_MONDAY_MS + gap for gap in _GAPS_MS}
    for token in formula.tokens:
        if token.kind == "text" and re.match(r"\d{4}-\d\d-\d\dT", token.said):
            named = _in_ms(token.said)
            moments |= {named - 1, named, named + 1} if named is not None else set()
    return sorted(moments)


def _in_ms(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000)


def _has(formula: CompiledFormula, words: frozenset[str]) -> bool:
    return any(token.text in words for token in formula.tokens if token.kind in {"name", "sign"})


def _strange_value(formula: CompiledFormula, samples: Samples) -> FormulaMistake | None:
    """A text that is compared with a name which can't hold it."""
    tokens = formula.tokens
    for name in chains(tokens):
        full = ".".join(name.parts)
        known = samples.get(full)
        if known is None or not all(isinstance(value, str) for value in known):
            continue
        choices = [value for value in known if isinstance(value, str)]
        for text in _compared(tokens, name.start, name.end):
            if text.said not in choices:
                found = f"{text.text} is not a value that {full} can have here."
                cure = f"Possible: {listed(choices)}. Capitals count."
                near = nearest(text.said, choices)
                return mistake_at(formula.source, text.start, "formula-value", found, cure, near)
    return None


def _compared(tokens: Sequence[Token], start: int, end: int) -> Iterator[Token]:
    """The texts beside a name: `name == "x"`, `"x" == name`, `"x" in name`, `name in ["x", "y"]`."""
    before = [token for token in tokens if token.start < start][-2:]
    after = [token for token in tokens if token.start >= end]
    if len(before) == 2 and before[0].kind == "text" and before[1].text in {"==", "!=", "in"}:  # noqa: PLR2004
        yield before[0]
    if len(after) < 2:  # noqa: PLR2004
        return
    if after[0].text in {"==", "!="} and after[1].kind == "text":
        yield after[1]
    if after[0].text == "in" and after[1].text == "[":
        for token in after[2:]:
            if token.text == "]":
                return
            if token.kind == "text":
                yield token
