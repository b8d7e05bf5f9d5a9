"""What of a body does not fit its form: where, what stands there and what belongs there, in plain words.

msgspec judges, but tells the first mistake only and in its own words; here is looked up what it stumbled over, and all
of it. What a pattern means stands beside it, as `extra` of its `Meta`.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import inspect

from api.problems import Fault
from engine.core.faults import MOST_SHOWN, shown
from engine.run.member_fields import unfit
from engine.sources.events import MAX_FAULTS
from engine.sources.json_guard import escaped

WORDS: Final = "words"
"""What belongs into a field, where lengths and types alone don't say it; a key of `Meta.extra`."""

MOST_NAME: Final = 100

Form = Mapping[str, inspect.Field]


@lru_cache
def form_of(kind: type[msgspec.Struct]) -> Form:
    """The fields of a form by the names that bodies use."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    return {field.encode_name: field for field in described.fields}


def faults_of(value: Mapping[str, Any], kind: type[msgspec.Struct]) -> tuple[Fault, ...]:
    """What of these fields does not fit: as many faults as are told, `MAX_FAULTS`."""
    return tuple(islice(_faults(value, kind), MAX_FAULTS))


def _faults(value: Mapping[str, Any], kind: type[msgspec.Struct]) -> Iterator[Fault]:
    form = form_of(kind)
    for name in value:
        if name not in form:
            yield _unknown(name, form)
    for field in msgspec.structs.fields(kind):
        name, described = field.encode_name, form[field.encode_name].type
        if name not in value:
            if field.required:
                yield Fault(f"/{name}", "missing", "nothing", belongs(described))
        elif not _fits(value[name], field.type):
            found = list(islice(_misfits(described, value[name], f"/{name}"), MAX_FAULTS))
            yield from found or [Fault(f"/{name}", "wrong-value", shown(value[name]), belongs(described))]


def unfit_facts(said: Mapping[str, object]) -> list[Fault]:
    """What of a person's fields has the right form and can't be all the same, such as a country that there is not."""
    texts = [(f"/{field}", field, value) for field, value in said.items() if isinstance(value, str)]
    aliases = said.get("aliases")
    if isinstance(aliases, list | tuple):
        texts += [(f"/aliases/{place}", "alias", alias) for place, alias in enumerate(aliases)]
    return [
        Fault(pointer, wrong.code, shown(text), wrong.expected, wrong.near)
        for pointer, field, text in texts
        if (wrong := unfit(field, text)) is not None
    ]


def _unknown(name: str, form: Form) -> Fault:
    near = next(iter(get_close_matches(name[:MOST_NAME].lower(), form, n=1)), None)
    return Fault(f"/{escaped(name)}", "unknown-field", f'a field "{name[:MOST_NAME]}"', f"only {', '.join(form)}", near)


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401 - any annotation
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _misfits(kind: inspect.Type, value: Any, pointer: str) -> Iterator[Fault]:  # noqa: ANN401 - any JSON value
    """Everything in a value that is not of this kind; nothing where it fits."""
    match _bare(kind), value:
        case inspect.UnionType() as union, _:
            if value is not None or not union.includes_none:
                yield from _misfits(_one_of(union), value, pointer)
        case (inspect.AnyType() | inspect.CustomType(), _) | (inspect.BoolType(), bool()):
            return
        case inspect.StrType() as text, str():
            yield from _misfit_of_text(kind, text, value, pointer)
        case inspect.IntType() as number, int() if not isinstance(value, bool):
            if (number.ge is not None and value < number.ge) or (number.le is not None and value > number.le):
                yield Fault(pointer, "wrong-value", shown(value), belongs(kind))
        case inspect.LiteralType() as choice, str():
            if value not in choice.values:
                near = next(iter(get_close_matches(value[:MOST_NAME], map(str, choice.values), n=1)), None)
                yield Fault(pointer, "wrong-value", shown(value), belongs(kind), near)
        case inspect.VarTupleType() as items, list():
            if items.max_length is not None and len(value) > items.max_length:
                yield Fault(pointer, "too-many", shown(value), belongs(kind))
            else:
                for place, item in enumerate(value):
                    yield from _misfits(items.item_type, item, f"{pointer}/{place}")
        case inspect.DictType() as fields, dict():
            yield from _misfits_of_fields(kind, fields, value, pointer)
        case _:
            yield Fault(pointer, "wrong-type", shown(value), belongs(kind))


def _misfit_of_text(kind: inspect.Type, text: inspect.StrType, value: str, pointer: str) -> Iterator[Fault]:
    least, most = text.min_length or 0, text.max_length
    if not value and least:
        yield Fault(pointer, "empty", shown(value), belongs(kind))
    elif most is not None and len(value) > most:
        found = shown(value) if len(value) <= MOST_SHOWN else f"{len(value)} characters"
        yield Fault(pointer, "too-long", found, belongs(kind))
    elif len(value) < least or (text.pattern is not None and re.search(text.pattern, value) is None):
        yield Fault(pointer, "wrong-value", shown(value), belongs(kind))


def _misfits_of_fields(
    kind: inspect.Type, fields: inspect.DictType, value: dict[str, Any], pointer: str
) -> Iterator[Fault]:
    if not value and fields.min_length:
        yield Fault(pointer, "empty", shown(value), belongs(kind))
    elif fields.max_length is not None and len(value) > fields.max_length:
        yield Fault(pointer, "too-many", shown(value), belongs(kind))
    else:
        for name, item in value.items():
            yield from _misfits(fields.key_type, name, f"{pointer}/{escaped(name)}")
            yield from _misfits(fields.value_type, item, f"{pointer}/{escaped(name)}")


def belongs(kind: inspect.Type) -> str:
    """What a field of this kind holds, in words."""
    words = _words(kind)
    if words is not None:
        return words
    match _bare(kind):
        case inspect.UnionType() as union:
            return belongs(_one_of(union))
        case inspect.StrType() as text:
            return f"a text{_span(text.min_length, text.max_length, ' characters')}"
        case inspect.IntType() as number:
            return f"a whole number{_span(number.ge, number.le, '')}"
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType() as choice:
            return f"one of {', '.join(map(str, choice.values))}"
        case inspect.VarTupleType() as items:
            return f"a list{_span(items.min_length, items.max_length, '')}, each {belongs(items.item_type)}"
        case inspect.DictType() as fields:
            # `object` is a custom type to msgspec.
            holds_anything = isinstance(fields.value_type, inspect.AnyType | inspect.CustomType)
            each = "" if holds_anything else f", each {belongs(fields.value_type)}"
            return f"an object{_span(fields.min_length, fields.max_length, ' fields')}{each}"
        case other:
            raise TypeError(other)  # a kind that no form of ours has


def _span(least: float | None, most: float | None, unit: str) -> str:
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f" of at most {most:,}{unit}"
        case _, None:
            return f" of at least {least:,}{unit}"
        case _:
            return f" of {least:,} to {most:,}{unit}"


def _words(kind: inspect.Type) -> str | None:
    """The words beside a pattern, through all layers of a description."""
    while isinstance(kind, inspect.Metadata):
        if kind.extra is not None and WORDS in kind.extra:
            return str(kind.extra[WORDS])
        kind = kind.type
    return None


def _bare(kind: inspect.Type) -> inspect.Type:
    return _bare(kind.type) if isinstance(kind, inspect.Metadata) else kind


def _one_of(union: inspect.UnionType) -> inspect.Type:
    """What a field holds that may be null, too."""
    (one,) = (each for each in union.types if not isinstance(each, inspect.NoneType))
    return one
