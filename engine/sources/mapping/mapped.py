"""What a mapping makes of a delivery: events, what is taken back, links of accounts, and what it could not read."""

import msgspec

from engine.sources.events import JsonValue


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `id` tells it from all others of this source; a `time` of None means now.

    `subject` is a member id or an alias `kind:value`. `data` fits the fields of the event's type, moments as RFC 3339
    texts; fields that nothing was sent for are left out. `key` names the thing, so that it can be taken back.
    """

    id: str
    type: str
    subject: str
    time: int | None
    data: dict[str, JsonValue]
    key: str | None


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """The thing of this key is taken back. `id` is that of the message that says so."""

    key: str
    id: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An account says the code that a member was given."""

    alias: str
    code: str


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A map or link wanted the payload and could not read it; nothing was made by it.

    `pointer` is an RFC 6901 pointer into the payload; where a header is meant it is "".
    """

    map: str
    pointer: str
    found: str
    expected: str


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """All that a delivery holds, in the order of the file. Both empty: no map wanted it."""

    made: tuple[Event | Undone | Link, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
