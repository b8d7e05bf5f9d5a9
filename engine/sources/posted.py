"""A request's content type, headers and bytes -> its events. The one way in for events that are posted."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from engine.core.faults import shown
from engine.sources.cloudevents import HEADER_PREFIX, attributes_of_headers, read_event
from engine.sources.events import (
    MAX_BODY_BYTES,
    MAX_EVENTS,
    BodyTooLarge,
    Fault,
    IncomingEvent,
    JsonValue,
    NotUnderstood,
    RefusedEvent,
    WrongContentType,
)
from engine.sources.json_guard import decode
from engine.sources.plain import read_plain_event

JSON: Final = "application/json"
CLOUD_EVENT: Final = "application/cloudevents+json"
CLOUD_EVENT_BATCH: Final = "application/cloudevents-batch+json"

Read = Callable[[JsonValue, str], IncomingEvent | RefusedEvent]


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """The events of one request in their order; of an array, the good ones stand beside those that were refused."""

    is_array: bool
    items: tuple[IncomingEvent | RefusedEvent, ...]
    beside: tuple[JsonValue, ...] = ()
    """What was taken out of each event's own fields, where that was asked for."""


def read_posted(headers: Mapping[str, str], body: bytes, *, beside: str | None = None) -> Posted:
    """The events that a request carries: plain JSON (an event or an array), or CloudEvents in any of their modes.

    Names of headers are in lower case. `beside` names a field that stands beside those of the event and is handed
    on unread.

    Raises:
        WrongContentType: Neither of these kinds, or not in UTF-8.
        BodyTooLarge: More than `MAX_BODY_BYTES`.
        NotUnderstood: Nothing can be taken: no JSON, too many events, or the only event has faults.
    """
    media_type = _media_type(headers.get("content-type"))
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(found_bytes=len(body))
    taken: list[JsonValue] = []
    cloud, plain = _without(beside, read_event, taken), _without(beside, read_plain_event, taken)
    posted = _read(headers, body, media_type, cloud, plain)
    return msgspec.structs.replace(posted, beside=tuple(taken))


def _without(name: str | None, read: Read, taken: list[JsonValue]) -> Read:
    """The same reader for events beside whose fields stands another one."""
    if name is None:
        return read

    def read_the_rest(value: JsonValue, pointer: str) -> IncomingEvent | RefusedEvent:
        rest = value
        if isinstance(value, dict):
            rest = {field: each for field, each in value.items() if field != name}
        taken.append(value.get(name) if isinstance(value, dict) else None)
        return read(rest, pointer)

    return read_the_rest


def _read(headers: Mapping[str, str], body: bytes, media_type: str, cloud: Read, plain: Read) -> Posted:
    match media_type:
        case "application/cloudevents+json":
            return _single(decode(body), cloud, f"an array is sent as {CLOUD_EVENT_BATCH}")
        case "application/cloudevents-batch+json":
            return _array(decode(body), cloud)
        case _ if f"{HEADER_PREFIX}specversion" in headers:
            attributes = attributes_of_headers(headers)
            content = decode(body) if body else None
            return _single({**attributes, "datacontenttype": media_type, "data": content}, cloud)
        case _:
            value = decode(body)
            return _array(value, plain) if isinstance(value, list) else _single(value, plain)


def _media_type(content_type: str | None) -> str:
    """The type without its parameters; a `charset` must be UTF-8."""
    if content_type is None:
        raise WrongContentType(found=None)
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            raise WrongContentType(found=content_type)
    if media_type not in {JSON, CLOUD_EVENT, CLOUD_EVENT_BATCH}:
        raise WrongContentType(found=content_type)
    return media_type


def _single(value: JsonValue, read: Read, cure_for_array: str | None = None) -> Posted:
    if isinstance(value, list) and cure_for_array:
        raise NotUnderstood((_wrong_shape(value, "one event", cure_for_array),))
    item = read(value, "")
    if isinstance(item, RefusedEvent):
        raise NotUnderstood(item.faults)
    return Posted(is_array=False, items=(item,))


def _array(value: JsonValue, read: Read) -> Posted:
    if not isinstance(value, list):
        raise NotUnderstood((_wrong_shape(value, "an array of events", f"one event is sent as {CLOUD_EVENT}"),))
    if len(value) > MAX_EVENTS:
        fault = Fault(
            pointer="",
            code="too-many-events",
            found=f"{len(value)} events",
            expected=f"at most {MAX_EVENTS}",
            cure="Send them in several requests; sending some twice is harmless.",
        )
        raise NotUnderstood((fault,))
    return Posted(is_array=True, items=tuple(read(item, f"/{number}") for number, item in enumerate(value)))


def _wrong_shape(value: JsonValue, expected: str, hint: str) -> Fault:
    cure = f"{hint[0].upper()}{hint[1:]}."
    return Fault(pointer="", code="wrong-type", found=shown(value), expected=expected, cure=cure)
