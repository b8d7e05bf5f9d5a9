"""The value of a condition line against the name it is compared with."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from engine.core.periods import WEEKDAYS
from engine.core.questions import Operator
from engine.core.zones import zone_names
from engine.rulebook.closed_lists import COUNTRIES, LANGUAGES
from engine.rulebook.did_you_mean import joined, listed, nearest, shown, with_article
from engine.rulebook.names import Kind, Readable
from engine.rulebook.report import Place, Report
from engine.rulebook.words.parts import LONGEST_STRING

Scalar = str | int | bool
Operand = str | int | bool | tuple[str, ...] | tuple[int, ...]

MOST_OPERANDS: Final = 1_000
LARGEST: Final = 2**53

OPERATORS: Final[Mapping[str, Operator]] = {
    "at_least": Operator.AT_LEAST,
    "at_most": Operator.AT_MOST,
    "has_any": Operator.HAS_ANY,
    "has_all": Operator.HAS_ALL,
    "present": Operator.PRESENT,
}
_EQUALS: Final = frozenset({Operator.IS, Operator.ANY_OF})
_BOUNDS: Final = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
_HAS: Final = frozenset({Operator.HAS_ANY, Operator.HAS_ALL})
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

_POSSIBLE: Final[Mapping[Kind, frozenset[Operator]]] = {
    Kind.YES_NO: frozenset({Operator.IS}),
    Kind.NUMBER: _EQUALS | _BOUNDS,
    Kind.WEEKDAY: _EQUALS | _BOUNDS,
    Kind.MONTH: _EQUALS | _BOUNDS,
    Kind.CHOICE: _EQUALS,
    Kind.WORD: _EQUALS,
    Kind.COUNTRY: _EQUALS,
    Kind.LANGUAGE: _EQUALS,
    Kind.ZONE: _EQUALS,
    Kind.CHOICES: _HAS,
    Kind.TIME: frozenset(),
    Kind.PERSON: frozenset(),
    Kind.OPAQUE: frozenset(),
    Kind.KNOWN: frozenset({Operator.IS}),
}
_WRITTEN: Final = {
    Operator.IS: "= value",
    Operator.ANY_OF: "= [one, another]",
    Operator.AT_LEAST: ".at_least",
    Operator.AT_MOST: ".at_most",
    Operator.HAS_ANY: ".has_any",
    Operator.HAS_ALL: ".has_all",
}


def fits(operator: Operator, readable: Readable, place: Place, report: Report) -> bool:
    """Whether a name may be compared so; reported where it may not."""
    possible = _POSSIBLE[readable.kind]
    if operator in {Operator.PRESENT, Operator.ABSENT}:
        if readable.kind is not Kind.KNOWN:
            return True
    elif operator in possible:
        return True
    if operator in _EQUALS and readable.kind is Kind.CHOICES:
        found, cure = f"{readable.label} is a list of several.", f"Write: {readable.label}.has_any = [ … ]"
    elif operator is Operator.ANY_OF:
        found, cure = f"{readable.label} is {readable.kind}: a list says nothing more.", ""
    else:
        word = "=" if operator is Operator.IS else _WRITTEN.get(operator, ".present")
        found, cure = f"{word} does not fit {readable.label}, {readable.kind}.", ""
    ways = [_WRITTEN[way] for way in Operator if way in possible]
    if readable.kind is not Kind.KNOWN:
        ways.append(".present")
    report.wrong(place, "wrong-operator", found, expected=f"Possible: {joined(ways, 'or')}.", cure=cure)
    return False


def read_operand(operator: Operator, value: object, readable: Readable, place: Place, report: Report) -> Operand | None:
    """The operand as the core compares it; None where it is reported."""
    if operator in {Operator.IS, Operator.AT_LEAST, Operator.AT_MOST}:
        return _scalar(value, readable, place, report)
    if not isinstance(value, list):
        cure = f"Write: [{shown(value)}]" if isinstance(value, str | int) else ""
        report.wrong(
            place,
            "wrong-type",
            f"{readable.label} has {shown(value)}.",
            expected="A list [ … ] is expected here.",
            cure=cure,
        )
        return None
    if not value or len(value) > MOST_OPERANDS:
        report.wrong(
            place,
            "empty" if not value else "too-many",
            f"This list has {len(value)} entries.",
            expected=f"1 to {MOST_OPERANDS} are possible.",
        )
        return None
    read = [_scalar(item, readable, place.at(number), report) for number, item in enumerate(value)]
    if any(item is None for item in read):
        return None
    texts = tuple(dict.fromkeys(item for item in read if isinstance(item, str)))
    return texts or tuple(dict.fromkeys(item for item in read if isinstance(item, int)))


def _scalar(value: object, readable: Readable, place: Place, report: Report) -> Scalar | None:
    match readable.kind:
        case Kind.YES_NO | Kind.KNOWN:
            if isinstance(value, bool):
                return value
            _wrong("true or false", value, readable, place, report)
            return None
        case Kind.NUMBER:
            return _number(value, readable, place, report)
        case Kind.WEEKDAY:
            if isinstance(value, str) and value in WEEKDAYS:
                return WEEKDAYS.index(value) + 1
            if isinstance(value, str):
                _not_one_of(value, readable, WEEKDAYS, place, report)
                return None
            return _number(value, readable, place, report)
        case Kind.MONTH:
            return _month(value, readable, place, report)
        case _:
            return _text(value, readable, place, report)


def _wrong(wanted: str, value: object, readable: Readable, place: Place, report: Report) -> None:
    report.wrong(
        place,
        "wrong-value",
        f"{readable.label} is {readable.kind}, but {shown(value)} stands here.",
        expected=f"{wanted[0].upper()}{wanted[1:]} is expected.",
    )


def _number(value: object, readable: Readable, place: Place, report: Report) -> int | None:
    if isinstance(value, float):
        found = f"{readable.label} has {shown(value)}."
        report.wrong(place, "not-whole", found, expected="A whole number is expected: there are no decimals.")
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        _wrong("a whole number", value, readable, place, report)
        return None
    least, most = readable.least, readable.most
    if (least is not None and value < least) or (most is not None and value > most) or abs(value) >= LARGEST:
        bounds = (
            f"from {least} to {most}"
            if most is not None
            else f"of at least {least}"
            if least is not None
            else "below 2^53"
        )
        found = f"{readable.label} has {shown(value)}: that can never be."
        report.wrong(place, "out-of-range", found, expected=f"A number {bounds} is expected.")
        return None
    return value


def _month(value: object, readable: Readable, place: Place, report: Report) -> int | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.year * 12 + value.month - 1
    found = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        _wrong('a month like "2026-01"', value, readable, place, report)
        return None
    return int(found[1]) * 12 + int(found[2]) - 1


def _text(value: object, readable: Readable, place: Place, report: Report) -> str | None:
    if not isinstance(value, str):
        _wrong("a text between quotes", value, readable, place, report)
        return None
    if not value or len(value) > LONGEST_STRING:
        code, found = ("empty", "This text is empty.") if not value else ("too-long", "This text is too long.")
        report.wrong(place, code, found, expected=f"1 to {LONGEST_STRING} characters are possible.")
        return None
    closed = _closed(readable)
    if closed is None or value in closed:
        return value
    _not_one_of(value, readable, closed, place, report)
    return None


def _closed(readable: Readable) -> tuple[str, ...] | frozenset[str] | None:
    match readable.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return readable.closed
        case Kind.COUNTRY:
            return COUNTRIES
        case Kind.LANGUAGE:
            return LANGUAGES
        case Kind.ZONE:
            return zone_names()
        case _:
            return None


def _not_one_of(
    value: str, readable: Readable, closed: tuple[str, ...] | frozenset[str], place: Place, report: Report
) -> None:
    match readable.kind:
        case Kind.COUNTRY:
            upper = value.strip().upper()
            near, expected = upper if upper in closed else "", 'Two capital letters (ISO 3166), like "FI" or "SE".'
        case Kind.LANGUAGE:
            near, expected = "", 'Two small letters (ISO 639-1), like "en" or "fi".'
        case Kind.ZONE:
            near, expected = nearest(value, closed), 'A name like "Europe/Helsinki".'
        case _:
            plural = readable.noun if readable.noun.endswith("s") else f"{readable.noun}s"
            near, expected = nearest(value, closed), f"{plural.capitalize()}: {listed(closed)}. Capitals count."
    code = (
        f"unknown-{readable.noun.replace(' ', '-')}"
        if readable.kind in _NAMED_CODES or readable.noun == "topic"
        else "unknown-choice"
    )
    found = f"{shown(value)} is not {with_article(_noun_of(readable))}."
    report.wrong(place, code, found, near=near, expected=expected)


_NAMED_CODES: Final = frozenset({Kind.COUNTRY, Kind.LANGUAGE, Kind.WEEKDAY})


def _noun_of(readable: Readable) -> str:
    return f"{readable.noun} of {readable.owner}" if readable.owner and readable.noun != "topic" else readable.noun
