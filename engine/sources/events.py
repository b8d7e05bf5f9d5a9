"""What comes out of the sources: events, or the faults for which they were not taken; and the bounds of both.

Does not belong here: what an event type or a subject means (the rulebook and the directory know), and HTTP status.
"""

from decimal import Decimal
from typing import Final, TypeAlias

import msgspec

from engine.core.faults import FaultCode

MAX_BODY_BYTES: Final = 1_048_576
MAX_DEPTH: Final = 16
MAX_EVENTS: Final = 1_000
MAX_ID_LENGTH: Final = 200
MAX_SOURCE_LENGTH: Final = 200
MAX_TYPE_LENGTH: Final = 100
MAX_SUBJECT_LENGTH: Final = 200
MAX_KEY_LENGTH: Final = 200
MAX_DATA_FIELDS: Final = 50
MAX_FAULTS: Final = 20
"""Of one event, and of the text of one body: enough to mend it, and not a way to make long answers."""

JsonValue: TypeAlias = str | int | Decimal | bool | list["JsonValue"] | dict[str, "JsonValue"] | None
"""Numbers are exact: an `int` where the value is whole (1.0 and 1e2 are), else a `Decimal`. Never a float."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend. `pointer` is an RFC 6901 pointer into the body, "" for all of it; `near` what was meant."""

    pointer: str
    code: FaultCode
    found: str
    expected: str
    near: str | None = None
    cure: str | None = None


class IncomingTime(msgspec.Struct, frozen=True, kw_only=True):
    """A moment: milliseconds since 1970 in UTC, the text that was sent, and its `instant`.

    That is one text for each moment, to the last digit that was sent: its second in UTC, and the fraction.
    """

    utc_ms: int
    sent: str
    instant: str


class IncomingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a sender means it; nothing is known yet about its type and its subject.

    `pointer` says where in the body it stands. An absent `time` means now, an absent `source` the token's own.
    """

    id: str
    source: str | None
    type: str
    subject: str | None
    time: IncomingTime | None
    key: str | None
    data: dict[str, JsonValue]
    pointer: str


class RefusedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that can't be read, with all that is wrong with it; `id` where at least that could be read."""

    id: str | None
    pointer: str
    faults: tuple[Fault, ...]


class SourcesError(Exception):
    """A request from a sender was not understood."""


class NotUnderstood(SourcesError):
    """Nothing of a body was taken; the faults say why, all of them at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        where = first.pointer or "the body"
        super().__init__(f"{len(faults)} fault(s); the first at {where}: {first.found}. Expected {first.expected}.")


class BodyTooLarge(SourcesError):
    """A body is larger than the door reads. Send its events in several requests."""

    def __init__(self, *, found_bytes: int) -> None:
        self.found_bytes, self.limit_bytes = found_bytes, MAX_BODY_BYTES
        super().__init__(f"The body has {found_bytes} bytes; at most {MAX_BODY_BYTES} are read at once.")


EVENT_TYPES: Final = ("application/json", "application/cloudevents+json", "application/cloudevents-batch+json")
"""As what events may be posted."""


class WrongContentType(SourcesError):
    """A body is of a kind that isn't read here."""

    def __init__(self, *, found: str | None, expected: tuple[str, ...] = EVENT_TYPES) -> None:
        self.found, self.expected = found, expected
        said = f'Content-Type is "{found[:100]}"' if found else "There is no Content-Type"
        super().__init__(f"{said}; read are {', '.join(self.expected)}, in UTF-8. With curl: curl --json")
