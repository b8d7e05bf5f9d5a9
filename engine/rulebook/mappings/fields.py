"""`data.…` of a map against the fields of the event that it makes."""

from collections.abc import Mapping
from typing import Final

from engine.core.rulebook import EventType, Field, FieldType
from engine.rulebook.did_you_mean import joined, listed, nearest, shown
from engine.rulebook.mappings.located import read_template
from engine.rulebook.report import Place, Report
from engine.sources.events import JsonValue
from engine.sources.mapping.values import MANY, Constant, Looked, Source, fitting

MOST_ROWS: Final = 1_000
_WORDS: Final = ("from", "map", "default")


def read_data(
    data: Mapping[str, object], event: EventType | None, place: Place, report: Report
) -> tuple[tuple[str, Source], ...]:
    """A source for each field; `event` is None where the message itself says its type, and fields can't be known."""
    found: list[tuple[str, Source]] = []
    for name, value in data.items():
        inner = place.at(name)
        field = None if event is None else event.fields.get(name)
        if event is not None and field is None:
            expected = f"Fields: {listed(event.fields)}." if event.fields else "It has no fields."
            report.wrong(
                inner,
                "unknown-field",
                f"{shown(name)} is not a field of {event.type}.",
                near=nearest(name, event.fields),
                expected=expected,
                spot=inner.key,
            )
            continue
        source = _source(field, value, inner, report)
        if source is not None:
            found.append((name, source))
    return tuple(found)


def check_complete(data: Mapping[str, object], event: EventType, place: Place, report: Report) -> None:
    """Report the fields that the event needs and nothing fills."""
    if place.file.is_torn(place.path):
        return
    missing = [
        name
        for name, field in event.fields.items()
        if not field.optional and field.default is None and name not in data
    ]
    for name in missing:
        cure = f'Add, for example: data.{name} = "{{…}}"'
        report.wrong(place, "missing", f"{event.type} needs {name}.", cure=cure, spot=place.key)


def _source(field: Field | None, value: object, place: Place, report: Report) -> Source | None:
    if isinstance(value, dict):
        return _looked(field, value, place, report)
    if isinstance(value, str):
        template = read_template(value, place, report)
        if template is None or template.holes:
            return template
        value = "".join(part for part in template.parts if isinstance(part, str))
    constant = _constant(field, value, place, report)
    return None if constant is None else Constant(constant)


def _looked(field: Field | None, words: Mapping[str, object], place: Place, report: Report) -> Source | None:
    for word in words:
        if word not in _WORDS:
            inner = place.at(word)
            report.wrong(
                inner,
                "unknown-word",
                f"{shown(word)} is not a word of {place.label}.",
                near=nearest(word, _WORDS),
                expected=f"Its words: {listed(_WORDS)}.",
                spot=inner.key,
            )
    text, table = words.get("from"), words.get("map")
    if not isinstance(text, str) or not isinstance(table, dict) or not 1 <= len(table) <= MOST_ROWS:
        found = f"{place.label} has no from with a text, or no map with 1 to {MOST_ROWS} rows."
        cure = 'Write, for example: { from = "{network}", map = { LinkedIn = "linkedin" } }'
        report.wrong(place, "missing", found, cure=cure)
        return None
    template = read_template(text, place.at("from"), report, always="it would always give the same.")
    rows = {name: _constant(_item(field), each, place.at("map", name), report) for name, each in table.items()}
    default = words.get("default")
    fallback = None if default is None else _constant(field, default, place.at("default"), report)
    if template is None or None in rows.values():
        return None
    return Looked(template, {str(name): each for name, each in rows.items()}, fallback)


def _item(field: Field | None) -> Field | None:
    """One item of a field with many, as a field."""
    if field is None or field.type not in MANY:
        return field
    type_ = FieldType.CHOICE if field.type is FieldType.CHOICES else FieldType.MEMBER
    return Field(name=field.name, type=type_, choices=field.choices)


def _constant(field: Field | None, value: object, place: Place, report: Report) -> JsonValue:
    """A value that is always the same, as the field holds it; None where it is reported."""
    known = _json(value)
    if known is not None and field is None:
        return known
    if known is not None and field is not None and _is_kind(field, known):
        fitted = fitting(field, known)
        if fitted is not None:
            return fitted
    if field is not None and field.choices and isinstance(value, str):
        report.wrong(
            place,
            "unknown-choice",
            f"{shown(value)} is not possible for {field.name}.",
            near=nearest(value, field.choices),
            expected=f"Possible: {listed(field.choices)}. Capitals count.",
        )
        return None
    report.wrong(place, "wrong-value", f"{place.label} is {shown(value)}.", expected=_expected(field))
    return None


def _expected(field: Field | None) -> str:
    if field is None:
        return "A text, a whole number, true, false or a list of texts is expected here."
    match field.type:
        case FieldType.YES_NO:
            return "true or false, without quotes, is expected here."
        case FieldType.TIME:
            return 'A time comes from the message: "{…}".'
        case FieldType.CHOICE | FieldType.CHOICES:
            return f"It is a field of the type {field.type}: {joined(field.choices, 'or')}."
        case _:
            return f"It is a field of the type {field.type}."


def _json(value: object) -> JsonValue:
    match value:
        case bool() | str() | int():
            return value
        case list() if all(isinstance(item, str) for item in value):
            return [str(item) for item in value]
        case _:
            return None


def _is_kind(field: Field, value: JsonValue) -> bool:
    """Whether someone who writes a file means this kind of value; forms may be laxer."""
    match field.type:
        case FieldType.YES_NO:
            return isinstance(value, bool)
        case FieldType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldType.CHOICES | FieldType.MEMBERS:
            return isinstance(value, list)
        case FieldType.TIME:
            return False
        case FieldType.CHOICE:
            return isinstance(value, str) and value in field.choices
        case FieldType.MEMBER | FieldType.CONTENT | FieldType.KEY | FieldType.TEXT:
            return isinstance(value, str)
