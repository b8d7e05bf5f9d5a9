"""What the server's answers hold: entries of the log, and states. Pure."""

from collections.abc import Sequence
from typing import TypeAlias, cast

import msgspec

from engine.core.entries import Logged, decode_payload
from engine.core.keys import is_of_an_era
from engine.core.states import State
from engine.core.stored import decode_state
from engine.store.errors import StoreDamaged

StreamRow: TypeAlias = list[object]
"""A row of a stream, as XRANGE gives it: its id, as bytes, and a list of field, value, …, as bytes."""


def id_and_fields(row: StreamRow) -> tuple[bytes, list[bytes]]:
    """The two parts of a row."""
    return cast("bytes", row[0]), cast("list[bytes]", row[1])


def entries_in(rows: Sequence[StreamRow], after: int) -> list[Logged]:
    """The entries of these rows, which follow a position.

    Raises:
        StoreDamaged: An entry is missing or unreadable.
    """
    entries: list[Logged] = []
    expected = after + 1
    for row in rows:
        logged = logged_from(row)
        if logged.position != expected:
            raise StoreDamaged(found=f"entry {expected} of the log is missing")
        entries.append(logged)
        expected += 1
    return entries


def logged_from(row: StreamRow) -> Logged:
    """The entry of a row of the stream.

    Raises:
        StoreDamaged: It can't be read.
    """
    id_, fields = id_and_fields(row)
    position, _, recorded = id_.decode().partition("-")
    if fields[0] != b"e":
        raise StoreDamaged(found=f"entry {position} of the log has a field that is none of Sulka's")
    payload = fields[1]
    try:
        return Logged(position=int(position), recorded=int(recorded), entry=decode_payload(payload), payload=payload)
    except msgspec.DecodeError as error:
        raise StoreDamaged(found=f"entry {position} of the log can't be read ({error})") from error


def add_states(states: dict[str, State | None], keys: list[str], values: list[bytes | None]) -> None:
    """Add what was found under these keys; what never was is a new state or None, as `decode_state` says.

    Raises:
        StoreDamaged: One can't be read.
    """
    for key, value in zip(keys, values, strict=True):
        # What an era remembers is mostly asked for to see that it is not there; its keys begin with a number.
        states[key] = None if value is None and is_of_an_era(key) else _decoded(key, value)


def _decoded(key: str, value: bytes | None) -> State | None:
    try:
        return decode_state(key, value)
    except (msgspec.DecodeError, ValueError, IndexError, TypeError) as error:
        raise StoreDamaged(found=f"the state {key} can't be read ({error})") from error
