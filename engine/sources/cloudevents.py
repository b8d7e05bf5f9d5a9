"""CloudEvents 1.0.2: attributes and data -> events.

Reading is in two steps of one pass: what the standard asks of every CloudEvent, then what Sulka asks beside it (the
data are an object of fields, the extension `key` is short). Source: CloudEvents 1.0.2 and its JSON format 1.0.2.
"""

import binascii
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import msgspec

from engine.core.faults import shown
from engine.sources.events import (
    MAX_ID_LENGTH,
    MAX_KEY_LENGTH,
    MAX_SOURCE_LENGTH,
    MAX_SUBJECT_LENGTH,
    MAX_TYPE_LENGTH,
    Fault,
    IncomingEvent,
    IncomingTime,
    JsonValue,
    NotUnderstood,
    RefusedEvent,
)
from engine.sources.fields import FieldReader

SPEC_VERSION: Final = "1.0"
MAX_URI_LENGTH: Final = 1_000
MAX_EXTENSION_LENGTH: Final = 1_000
HEADER_PREFIX: Final = "ce-"

_CORE: Final = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64"}
)
_NAME: Final = re.compile(r"[a-z0-9]+")
# The characters of RFC 3986; a finer check would refuse senders without helping anyone.
_URI_REFERENCE: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+\-]+/[\w!#$&^.+\-]+(?:\s*;.*)?", re.ASCII)
_INT_32: Final = range(-(2**31), 2**31)


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Any event that the standard allows; `data` is bytes where it was sent as base64."""

    id: str
    source: str
    type: str
    subject: str | None
    time: IncomingTime | None
    datacontenttype: str | None
    dataschema: str | None
    extensions: dict[str, str | int | bool]
    data: JsonValue | bytes


def read_cloud_event(value: JsonValue, pointer: str = "") -> CloudEvent | RefusedEvent:
    """The event by the rules of the standard alone, or everything that is wrong with it."""
    if not isinstance(value, dict):
        return _not_an_object(value, pointer)
    reader = FieldReader(value, pointer)
    return _read(reader) or reader.refused()


def read_event(value: JsonValue, pointer: str = "") -> IncomingEvent | RefusedEvent:
    """The event as Sulka takes it, or everything that is wrong with it."""
    if not isinstance(value, dict):
        return _not_an_object(value, pointer)
    reader = FieldReader(value, pointer)
    read = _read(reader)
    data = _fields_of_data(reader)
    key = reader.text("key", limit=MAX_KEY_LENGTH)
    if read is None or reader.faults:
        return reader.refused()
    return IncomingEvent(
        id=read.id,
        source=read.source,
        type=read.type,
        subject=read.subject,
        time=read.time,
        key=key,
        data=data,
        pointer=pointer,
    )


def attributes_of_headers(headers: Mapping[str, str]) -> dict[str, JsonValue]:
    """The attributes of binary mode, from headers with lower-case names.

    Raises:
        NotUnderstood: A value is not percent-encoded UTF-8, or a header names what is no attribute.
    """
    attributes: dict[str, JsonValue] = {}
    faults: list[Fault] = []
    for header, value in headers.items():
        if not header.startswith(HEADER_PREFIX):
            continue
        name = header.removeprefix(HEADER_PREFIX)
        if name in {"data", "data_base64", "datacontenttype"}:
            cure = "In binary mode the body is the data, and Content-Type its type."
            faults.append(_header_fault(header, "no header of CloudEvents", "the attributes of an event", cure))
            continue
        try:
            attributes[name] = _decoded(value)
        except UnicodeDecodeError:
            faults.append(_header_fault(header, shown(value), "percent-encoded UTF-8", None))
    if faults:
        raise NotUnderstood(tuple(faults))
    return attributes


def _header_fault(header: str, found: str, expected: str, cure: str | None) -> Fault:
    return Fault(
        pointer="", code="wrong-characters", found=f"header {header[:100]}: {found}", expected=expected, cure=cure
    )


def _decoded(value: str) -> str:
    """Source: HTTP protocol binding 1.0.2 §3.1.3.2: quotes of old senders go, then percent-encoding."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return unquote(value, errors="strict")


def _not_an_object(value: JsonValue, pointer: str) -> RefusedEvent:
    reader = FieldReader({}, pointer)
    reader.fault("", "wrong-type", shown(value), "a CloudEvent, which is an object")
    return reader.refused()


def _read(reader: FieldReader) -> CloudEvent | None:
    _check_version(reader)
    id = reader.text("id", limit=MAX_ID_LENGTH, required=True)
    source = _uri(reader, "source", limit=MAX_SOURCE_LENGTH, required=True)
    type = reader.text("type", limit=MAX_TYPE_LENGTH, required=True)
    subject = reader.text("subject", limit=MAX_SUBJECT_LENGTH)
    time = reader.time("time")
    dataschema = _uri(reader, "dataschema", limit=MAX_URI_LENGTH)
    datacontenttype = _media_type(reader)
    extensions = _extensions(reader)
    data = _data(reader)
    if reader.faults or id is None or source is None or type is None:
        return None
    return CloudEvent(
        id=id,
        source=source,
        type=type,
        subject=subject,
        time=time,
        datacontenttype=datacontenttype,
        dataschema=dataschema,
        extensions=extensions,
        data=data,
    )


def _check_version(reader: FieldReader) -> None:
    version = reader.fields.get("specversion")
    if version is None:
        reader.fault("specversion", "missing", "nothing", f'"{SPEC_VERSION}"')
    elif version != SPEC_VERSION:
        reader.fault("specversion", "wrong-version", shown(version), f'"{SPEC_VERSION}"')


def _uri(reader: FieldReader, name: str, *, limit: int, required: bool = False) -> str | None:
    value = reader.text(name, limit=limit, required=required)
    if value is None:
        return None
    if not _URI_REFERENCE.fullmatch(value):
        reader.fault(name, "not-a-uri", shown(value), "a URI reference (RFC 3986), other characters percent-encoded")
    elif name == "dataschema" and not _SCHEME.match(value):
        reader.fault(name, "not-a-uri", shown(value), "a whole URI, with its scheme")
    return value


def _media_type(reader: FieldReader) -> str | None:
    value = reader.text("datacontenttype", limit=MAX_URI_LENGTH)
    if value is not None and not _MEDIA_TYPE.fullmatch(value):
        reader.fault("datacontenttype", "not-a-media-type", shown(value), "a media type, like application/json")
    return value


def _extensions(reader: FieldReader) -> dict[str, str | int | bool]:
    extensions: dict[str, str | int | bool] = {}
    for name in reader.fields.keys() - _CORE:
        value = reader.fields[name]
        if not _NAME.fullmatch(name):
            expected = "lower-case letters and digits in names of attributes"
            reader.fault(name, "unknown-field", f'an attribute "{name[:100]}"', expected)
        elif isinstance(value, str):
            if len(value) > MAX_EXTENSION_LENGTH:
                reader.fault(name, "too-long", f"{len(value)} characters", f"at most {MAX_EXTENSION_LENGTH}")
            extensions[name] = value
        elif isinstance(value, int) and (isinstance(value, bool) or value in _INT_32):
            extensions[name] = value
        elif value is not None:
            reader.fault(name, "wrong-type", shown(value), "a text, true, false or a whole number of 32 bits")
    return extensions


def _data(reader: FieldReader) -> JsonValue | bytes:
    data, encoded = reader.fields.get("data"), reader.fields.get("data_base64")
    if encoded is None:
        return data
    if "data" in reader.fields:
        reader.fault("data_base64", "contradiction", "data beside data_base64", "one of them")
    if not isinstance(encoded, str):
        reader.fault("data_base64", "wrong-type", shown(encoded), "a text in base64")
        return None
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError):
        reader.fault("data_base64", "not-base64", shown(encoded), "base64 (RFC 4648 §4)")
        return None


def _fields_of_data(reader: FieldReader) -> dict[str, JsonValue]:
    if reader.fields.get("data_base64") is not None:
        cure = 'Send the fields as JSON in "data".'
        reader.fault("data_base64", "wrong-type", "data in base64", "an object of fields", cure)
        return {}
    return reader.data("data")
