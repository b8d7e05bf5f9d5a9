"""Sulka's own plain JSON event, for senders that know nothing of CloudEvents.

{"id": "share-1", "type": "content.shared", "subject": "email:person@example.org", "data": {"channel": "linkedin"}}
"""

from typing import Final

from engine.core.faults import shown
from engine.sources.events import (
    MAX_ID_LENGTH,
    MAX_KEY_LENGTH,
    MAX_SOURCE_LENGTH,
    MAX_SUBJECT_LENGTH,
    MAX_TYPE_LENGTH,
    IncomingEvent,
    JsonValue,
    RefusedEvent,
)
from engine.sources.fields import FieldReader

FIELDS: Final = ("id", "type", "subject", "time", "key", "data", "source")
_KNOWN: Final = frozenset(FIELDS)


def read_plain_event(value: JsonValue, pointer: str = "") -> IncomingEvent | RefusedEvent:
    """The event, or everything that is wrong with it.

    `id`, `type` and `subject` are needed; a missing `time` means now, a missing `source` the token's own.
    """
    if not isinstance(value, dict):
        reader = FieldReader({}, pointer)
        reader.fault("", "wrong-type", shown(value), "an object with id, type and subject")
        return reader.refused()
    reader = FieldReader(value, pointer)
    if "specversion" in value:
        cure = "Send it with Content-Type: application/cloudevents+json (an array: application/cloudevents-batch+json)."
        reader.fault("specversion", "unknown-field", "a CloudEvent", "a plain event", cure)
        return reader.refused()
    for name in value.keys() - _KNOWN:
        reader.unknown(name, FIELDS)
    reader.faults.sort(key=lambda fault: fault.pointer)
    id = reader.text("id", limit=MAX_ID_LENGTH, required=True)
    type = reader.text("type", limit=MAX_TYPE_LENGTH, required=True)
    subject = reader.text("subject", limit=MAX_SUBJECT_LENGTH, required=True)
    time = reader.time("time")
    key = reader.text("key", limit=MAX_KEY_LENGTH)
    source = reader.text("source", limit=MAX_SOURCE_LENGTH)
    data = reader.data("data")
    if reader.faults or id is None or type is None:
        return reader.refused()
    return IncomingEvent(
        id=id, source=source, type=type, subject=subject, time=time, key=key, data=data, pointer=pointer
    )
