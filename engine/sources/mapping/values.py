"""What a field of an event is filled with, and as which kind of value: its declared type says."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from engine.core.admission import MOST_CONTENT_ID, MOST_KEY, MOST_LISTED, MOST_NUMBER
from engine.core.rulebook import ACT_FIELD_VALUES, Field, FieldType
from engine.sources.events import MAX_SUBJECT_LENGTH, JsonValue
from engine.sources.mapping.paths import View
from engine.sources.mapping.reading import bounded, items_of, moment_of, number_of, text_of, yes_no_of
from engine.sources.mapping.templates import Template

MANY: Final = frozenset({FieldType.CHOICES, FieldType.MEMBERS})
NOT_IN_CONTENT: Final = "|"
A_TIME: Final = "a time: RFC 3339, or seconds or milliseconds since 1970"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Constant(msgspec.Struct, frozen=True):
    """Always the same."""

    value: JsonValue


class Looked(msgspec.Struct, frozen=True):
    """What a table has for the text; where it has nothing, `default`. Of a list, items that it has not are left out."""

    source: Template
    table: Mapping[str, JsonValue]
    default: JsonValue = None


Source = Constant | Looked | Template


def fill(field: Field, source: Source, view: View) -> JsonValue:
    """The value of a field; None where nothing was sent for it and it can do without.

    Raises:
        Gap: Nothing was sent for it and it is needed, or what was sent can't be read.
    """
    if isinstance(source, Constant):
        return source.value
    template = source.source if isinstance(source, Looked) else source
    many = field.type in MANY
    value = _value(template, view, many=many)
    if isinstance(source, Looked):
        value = _items_in(source, value) if many else _one_in(source, value, view)
    if value is None:
        if field.optional or field.default is not None:
            return None
        raise template.gap(view, expected_of(field))
    fitted = fitting(field, value)
    if fitted is None:
        raise template.gap(view, expected_of(field))
    return fitted


def fitting(field: Field, value: JsonValue) -> JsonValue:
    """The value as this field holds it; None where it can't be read as one."""
    match field.type:
        case FieldType.YES_NO:
            return yes_no_of(value)
        case FieldType.NUMBER:
            number = number_of(value)
            return None if number is None or abs(number) > MOST_NUMBER else number
        case FieldType.TIME:
            moment = moment_of(value)
            return None if moment is None else rfc_3339(moment)
        case FieldType.CHOICE:
            return _choice(field, value)
        case FieldType.CHOICES:
            return _all_of([_choice(field, item) for item in items_of(value)], MOST_LISTED)
        case FieldType.MEMBERS:
            return _all_of([_name(item) for item in items_of(value)], ACT_FIELD_VALUES)
        case FieldType.MEMBER:
            return _name(value)
        case FieldType.TEXT:
            text = text_of(value)
            return None if text is None or len(text) > MOST_KEY else text
        case FieldType.KEY:
            text = text_of(value)
            return None if text is None else bounded(text, MOST_KEY)
        case FieldType.CONTENT:
            text = text_of(value)
            return None if text is None else bounded(text, MOST_CONTENT_ID, without=NOT_IN_CONTENT)


def _all_of(items: list[str | None], most: int) -> JsonValue:
    """The items, each once; None where one of them is none, or where they are too many."""
    kept = list(dict.fromkeys(items))
    return None if None in kept or len(kept) > most else list(kept)


def _name(value: JsonValue) -> str | None:
    text = text_of(value)
    return None if text is None or len(text) > MAX_SUBJECT_LENGTH or not text.isprintable() else text


def rfc_3339(utc_ms: int) -> str:
    """A moment as every door takes it."""
    return (_EPOCH + timedelta(milliseconds=utc_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(template: Template, view: View, *, many: bool) -> JsonValue:
    """None where a hole has nothing."""
    if template.whole is not None:
        return template.whole.find(view)
    if not template.is_there(view):
        return None
    return list(template.texts(view)) if many else template.text(view)


def _items_in(looked: Looked, value: JsonValue) -> JsonValue:
    texts = [text_of(item) for item in items_of(value)]
    return [looked.table[text] for text in texts if text is not None and text in looked.table] or looked.default


def _one_in(looked: Looked, value: JsonValue, view: View) -> JsonValue:
    text = text_of(value)
    if text is not None and text in looked.table:
        return looked.table[text]
    if value is not None and looked.default is None:
        raise looked.source.gap(view, "one of " + ", ".join(sorted(looked.table)))
    return looked.default


def _choice(field: Field, value: JsonValue) -> str | None:
    """One of the choices, whatever its capitals: people fill in forms by hand."""
    text = text_of(value)
    if text is None or text in field.choices:
        return text
    alike = [choice for choice in field.choices if choice.casefold() == text.strip().casefold()]
    return alike[0] if len(alike) == 1 else None


def expected_of(field: Field) -> str:
    """What this field wants, in words."""
    return f"{_kind_of(field)} for {field.name}"


def _kind_of(field: Field) -> str:
    match field.type:
        case FieldType.YES_NO:
            return "true or false"
        case FieldType.NUMBER:
            return "a whole number"
        case FieldType.TIME:
            return A_TIME
        case FieldType.CHOICE:
            return "one of " + ", ".join(field.choices)
        case FieldType.CHOICES:
            return f"at most {MOST_LISTED} of " + ", ".join(field.choices)
        case FieldType.MEMBERS:
            return f"a list of at most {ACT_FIELD_VALUES} accounts"
        case FieldType.MEMBER:
            return f"an account of at most {MAX_SUBJECT_LENGTH} letters"
        case FieldType.TEXT:
            return f"a text of at most {MOST_KEY} letters"
        case FieldType.KEY | FieldType.CONTENT:
            return "a text"
