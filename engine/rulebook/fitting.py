"""Values of a file against the types of its words: every name, type and bound that does not fit, all at once.

msgspec stops at the first mistake and says it in its own words, so the types are walked here; the values that fit
are converted by msgspec afterwards.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import inspect

from engine.rulebook.did_you_mean import joined, listed, nearest, shown, with_article
from engine.rulebook.report import Place, Report
from engine.rulebook.words.parts import ID_PATTERN, Said

LONGEST_KEY = 60
NO_STAND_INS: Mapping[str, object] = MappingProxyType({})
Shape = inspect.Type
SaidT = TypeVar("SaidT", bound=Said)


class Unfit(msgspec.Struct, frozen=True):
    """Stands for a value that has been reported."""


UNFIT = Unfit()


@lru_cache(maxsize=64)
def shape_of(type_: type[Said]) -> inspect.StructType:
    """The shape of a word."""
    shape = inspect.type_info(type_)
    assert isinstance(shape, inspect.StructType)
    return shape


def fit(
    type_: type[SaidT], value: object, place: Place, report: Report, stand_ins: Mapping[str, object] = NO_STAND_INS
) -> SaidT | None:
    """The table as the word's own type; None when something that it can't be without is missing or wrong.

    `stand_ins` take the place of what is missing or wrong, once that is reported, so that the rest is looked at, too.
    """
    fitted = (
        _fit_struct(shape_of(type_), value, place, report, stand_ins)
        if stand_ins
        else _fit(shape_of(type_), value, place, report)
    )
    return None if isinstance(fitted, Unfit) else msgspec.convert(fitted, type_)


def _fit(shape: Shape, value: object, place: Place, report: Report) -> object:
    match shape:
        case inspect.Metadata():
            return _fit(shape.type, value, place, report)
        case inspect.StructType():
            return _fit_struct(shape, value, place, report)
        case inspect.UnionType():
            return _fit_union(shape, value, place, report)
        case inspect.LiteralType():
            return _fit_literal(shape, value, place, report)
        case inspect.StrType():
            return _fit_text(shape, value, place, report)
        case inspect.IntType():
            return _fit_number(shape, value, place, report)
        case inspect.BoolType():
            return value if isinstance(value, bool) else _wrong_type("true or false", value, place, report)
        case inspect.DateType():
            fits = isinstance(value, date) and not isinstance(value, datetime)
            return value if fits else _wrong_type("a day like 2027-03-01, without quotes,", value, place, report)
        case inspect.ListType():
            return _fit_list(shape, value, place, report)
        case inspect.DictType():
            return _fit_dict(shape, value, place, report)
        case _:
            return value


def _fit_struct(
    shape: inspect.StructType,
    value: object,
    place: Place,
    report: Report,
    stand_ins: Mapping[str, object] = NO_STAND_INS,
) -> object:
    if not isinstance(value, dict):
        return _wrong_type("a table { … }", value, place, report)
    fields = {field.encode_name: field for field in shape.fields}
    fitted: dict[str, object] = {}
    for name, inner in value.items():
        field = fields.get(name)
        if field is None:
            _unknown_word(name, fields, place, report)
            continue
        result = _fit(field.type, inner, place.at(name), report)
        if not isinstance(result, Unfit):
            fitted[name] = result
    for name, field in fields.items():
        if field.required and name not in value and not place.file.is_torn(place.path[:2]):
            _missing(name, field, place, report)
        if field.required and name not in fitted:
            fitted[name] = stand_ins.get(name, UNFIT)
    return UNFIT if UNFIT in fitted.values() else fitted


def _unknown_word(name: str, known: dict[str, inspect.Field], place: Place, report: Report) -> None:
    near = nearest(name, known)
    report.wrong(
        place,
        "unknown-word",
        f"{shown(name)} is not a word of {_title(place)}.",
        near=near,
        expected=f"Its words: {listed(known)}.",
        spot=place.at(name).key,
    )


def _missing(name: str, field: inspect.Field, place: Place, report: Report) -> None:
    report.wrong(
        place,
        "missing",
        f"{_title(place)} has no {name}.",
        expected=_description(field.type),
        cure=f"Add, for example: {name} = {_example(field.type)}",
        spot=place.key,
    )


def _title(place: Place) -> str:
    """`[[rule]] "click"` for a table by itself, `fade` for one inside."""
    if len(place.path) > 2 or (len(place.path) == 2 and isinstance(place.path[1], str)):  # noqa: PLR2004 - word and number
        return place.label
    word = place.path[0] if place.path else "a rule file"
    return f"[[{word}]]" if len(place.path) == 2 else f"[{word}]" if place.path else "a rule file"  # noqa: PLR2004


def _fit_union(shape: inspect.UnionType, value: object, place: Place, report: Report) -> object:
    options = [option for option in shape.types if not isinstance(option, inspect.NoneType)]
    for option in options:
        if len(options) == 1 or _is_like(option, value):
            return _fit(option, value, place, report)
    names = joined((_type_name(option) for option in options), "or")
    return _wrong_type(names, value, place, report)


def _is_like(shape: Shape, value: object) -> bool:
    match shape:
        case inspect.Metadata():
            return _is_like(shape.type, value)
        case inspect.StrType() | inspect.LiteralType():
            return isinstance(value, str)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.ListType():
            return isinstance(value, list)
        case inspect.DictType() | inspect.StructType():
            return isinstance(value, dict)
        case _:
            return False


def _type_name(shape: Shape) -> str:
    match shape:
        case inspect.Metadata():
            return _type_name(shape.type)
        case inspect.StrType() | inspect.LiteralType():
            return "a text"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number"
        case inspect.ListType():
            return "a list [ … ]"
        case _:
            return "a table { … }"


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return "a yes-no value"
        case str():
            return "a text"
        case int():
            return "a number"
        case float():
            return "a decimal number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _wrong_type(wanted: str, value: object, place: Place, report: Report) -> Unfit:
    report.wrong(
        place,
        "wrong-type",
        f"{place.label} is {shown(value)}, {_kind_of(value)}.",
        expected=f"{wanted[0].upper()}{wanted[1:]} is expected here.",
        cure=_unquoted(wanted, value, place),
    )
    return UNFIT


def _unquoted(wanted: str, value: object, place: Place) -> str:
    name = place.path[-1] if place.path else ""
    if isinstance(value, str) and "number" in wanted and value.strip().isdecimal():
        return f"Without quotes: {name} = {shown(int(value))}" if len(value) < LONGEST_KEY else ""
    if isinstance(value, str) and wanted.startswith("true") and value.lower() in {"yes", "true"}:
        return f"Write: {name} = true"
    if isinstance(value, str) and wanted.startswith("true") and value.lower() in {"no", "false"}:
        return f"Write: {name} = false"
    if "list" in wanted and not isinstance(value, dict | list):
        return f"Write: {name} = [{shown(value)}]"
    return ""


def _fit_literal(shape: inspect.LiteralType, value: object, place: Place, report: Report) -> object:
    if value in shape.values and isinstance(value, str):
        return value
    if not isinstance(value, str):
        return _wrong_type("a text", value, place, report)
    words = [str(word) for word in shape.values]
    report.wrong(
        place,
        "unknown-value",
        f"{shown(value)} is not possible for {place.label}.",
        near=nearest(value, words),
        expected=f"Possible: {listed(words)}.",
    )
    return UNFIT


def _fit_text(shape: inspect.StrType, value: object, place: Place, report: Report) -> object:
    if not isinstance(value, str):
        return _wrong_type("a text between quotes", value, place, report)
    if shape.min_length and not value.strip():
        report.wrong(place, "empty", f"{place.label} is empty.", cure="Write something between the quotes.")
        return UNFIT
    if shape.max_length is not None and len(value) > shape.max_length:
        found = f"{place.label} has {len(value)} characters."
        report.wrong(place, "too-long", found, expected=f"At most {shape.max_length} are possible.", cure="Shorten it.")
        return UNFIT
    if shape.pattern is not None and re.search(shape.pattern, value, re.ASCII) is None:
        _wrong_pattern(shape.pattern, value, place, report)
        return UNFIT
    return value


def _wrong_pattern(pattern: str, value: str, place: Place, report: Report) -> None:
    if "a-z0-9][" in pattern:
        expected = "Small letters a to z, digits, - and _, at most 60, a letter or digit first."
        cure = f'Write, for example: "{id_like(value)}"'
        report.wrong(
            place, "wrong-id", f"{shown(value)} can't be {with_article(place.label)}.", expected=expected, cure=cure
        )
    elif "." in pattern and "a-z" in pattern:
        expected = "Small letters a to z, digits and _, with a dot between two words."
        report.wrong(
            place,
            "wrong-id",
            f"{shown(value)} can't be the type of an event.",
            expected=expected,
            cure='Like "content.shared".',
        )
    else:
        expected = "An amount between quotes, with a point for cents."
        report.wrong(place, "wrong-amount", f"{shown(value)} is not an amount.", expected=expected, cure='Like "0.02".')


def id_like(text: str) -> str:
    """An id made of the letters of a text."""
    plain = text.lower().translate(str.maketrans("äåöéüß", "aaoeus"))
    made = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:LONGEST_KEY].rstrip("-_")
    return made if re.search(ID_PATTERN, made) else "my-id"


def _fit_number(shape: inspect.IntType, value: object, place: Place, report: Report) -> object:
    if isinstance(value, float):
        found = f"{place.label} is {shown(value)}, a decimal number."
        report.wrong(place, "not-whole", found, expected="A whole number is expected here: there are no decimals.")
        return UNFIT
    if not isinstance(value, int) or isinstance(value, bool):
        return _wrong_type("a whole number", value, place, report)
    least, most = shape.ge, shape.le
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = f"from {_grouped(least)} to {_grouped(most)}" if most is not None else f"of at least {_grouped(least)}"
        found = f"{place.label} is {shown(value)}."
        report.wrong(place, "out-of-range", found, expected=f"A whole number {bounds} is expected here.")
        return UNFIT
    return value


def _grouped(number: float | None) -> str:
    return f"{int(number or 0):,}"


def _fit_list(shape: inspect.ListType, value: object, place: Place, report: Report) -> object:
    if not isinstance(value, list):
        return _wrong_type("a list [ … ]", value, place, report)
    if len(value) < (shape.min_length or 0):
        report.wrong(place, "empty", f"{place.label} is empty.", expected="At least one entry is expected.")
        return UNFIT
    if shape.max_length is not None and len(value) > shape.max_length:
        found = f"{place.label} has {len(value)} entries."
        report.wrong(place, "too-many", found, expected=f"At most {shape.max_length} are possible.")
        return UNFIT
    fitted = [_fit(shape.item_type, item, place.at(number), report) for number, item in enumerate(value)]
    return UNFIT if any(isinstance(item, Unfit) for item in fitted) else fitted


def _fit_dict(shape: inspect.DictType, value: object, place: Place, report: Report) -> object:
    if not isinstance(value, dict):
        return _wrong_type("a table { … }", value, place, report)
    if shape.max_length is not None and len(value) > shape.max_length:
        found = f"{place.label} has {len(value)} entries."
        report.wrong(place, "too-many", found, expected=f"At most {shape.max_length} are possible.")
        return UNFIT
    fitted: dict[str, object] = {}
    for name, inner in value.items():
        if len(name) > LONGEST_KEY:
            report.wrong(
                place.at(name),
                "too-long",
                f"A name has {len(name)} characters.",
                expected=f"At most {LONGEST_KEY} are possible.",
            )
            return UNFIT
        fitted[name] = _fit(shape.value_type, inner, place.at(name), report)
    return UNFIT if any(isinstance(item, Unfit) for item in fitted.values()) else fitted


def _description(shape: Shape) -> str:
    if isinstance(shape, inspect.Metadata) and shape.extra_json_schema:
        return str(shape.extra_json_schema.get("description", ""))
    return ""


def _example(shape: Shape) -> str:
    examples = (
        shape.extra_json_schema.get("examples")
        if isinstance(shape, inspect.Metadata) and shape.extra_json_schema
        else None
    )
    if examples:
        return toml_of(examples[0])
    if isinstance(shape, inspect.UnionType):
        return _example(shape.types[0])
    return "…"


def toml_of(value: object) -> str:
    """A value as one would write it in a rule file."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{name} = {toml_of(inner)}" for name, inner in value.items()) + " }"
        case list():
            return "[" + ", ".join(toml_of(item) for item in value) + "]"
        case bool() | str():
            return shown(value)
        case _:
            return str(value)
