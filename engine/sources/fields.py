"""Reads the fields of one event and gathers everything that is wrong with them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from engine.core.faults import FaultCode, shown
from engine.sources.events import (
    MAX_DATA_FIELDS,
    MAX_FAULTS,
    Fault,
    IncomingTime,
    JsonValue,
    RefusedEvent,
)
from engine.sources.json_guard import escaped
from engine.sources.times import parse_time

# Control characters and what Unicode keeps for no character. Source: CloudEvents 1.0.2 §type system, String.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_LONGEST_NAME_TO_GUESS_AT: Final = 40
_TIME_IN_WORDS: Final = "an RFC 3339 time of 1970 to 9999 with seconds and offset, like 2026-11-23T09:12:00+02:00"


class FieldReader:
    """The fields of one event. `null` means absent. Each method notes a fault, gives None, and lets reading go on."""

    __slots__ = ("faults", "fields", "pointer")

    def __init__(self, fields: dict[str, JsonValue], pointer: str) -> None:
        self.fields, self.pointer = fields, pointer
        self.faults: list[Fault] = []

    def text(self, name: str, *, limit: int, required: bool = False) -> str | None:
        """A text that is not empty, has at most `limit` characters, and none that can't be seen."""
        value = self.fields.get(name)
        if value is None:
            if required:
                self.fault(name, "missing", "nothing", f"a text of 1 to {limit} characters")
            return None
        if not isinstance(value, str):
            self.fault(name, "wrong-type", shown(value), "a text")
        elif not value:
            self.fault(name, "empty", "an empty text", f"1 to {limit} characters", self._left_out(required=required))
        elif len(value) > limit:
            self.fault(name, "too-long", f"{len(value)} characters", f"at most {limit}")
        elif not value.isprintable() and _UNFIT.search(value):
            self.fault(name, "wrong-characters", shown(value), "a text without control characters")
        else:
            return value
        return None

    def time(self, name: str) -> IncomingTime | None:
        """A moment, or None where it is absent."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(name, "wrong-type", shown(value), _TIME_IN_WORDS)
            return None
        time = parse_time(value)
        if time is None:
            self.fault(name, "not-a-time", shown(value), _TIME_IN_WORDS)
        return time

    def data(self, name: str) -> dict[str, JsonValue]:
        """An object of at most `MAX_DATA_FIELDS` fields; an absent one has none."""
        value = self.fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fault(name, "wrong-type", shown(value), 'an object, like {"channel": "linkedin"}')
            return {}
        if len(value) > MAX_DATA_FIELDS:
            self.fault(name, "too-many", f"{len(value)} fields", f"at most {MAX_DATA_FIELDS}")
        return value

    def unknown(self, name: str, known: Iterable[str]) -> None:
        """Note that an event has no such field."""
        nearest = None
        if len(name) <= _LONGEST_NAME_TO_GUESS_AT and len(self.faults) < MAX_FAULTS:
            nearest = next(iter(get_close_matches(name.lower(), known, n=1)), None)
        cure = None if nearest else 'What describes the act belongs into "data".'
        self.fault(name, "unknown-field", f'a field "{name[:100]}"', f"only {', '.join(known)}", cure, nearest)

    def fault(
        self, name: str, code: FaultCode, found: str, expected: str, cure: str | None = None, near: str | None = None
    ) -> None:
        """Note one fault of a field; beyond `MAX_FAULTS` they are no longer noted."""
        if len(self.faults) < MAX_FAULTS:
            pointer = f"{self.pointer}/{escaped(name)}" if name else self.pointer
            self.faults.append(Fault(pointer=pointer, code=code, found=found, expected=expected, near=near, cure=cure))

    def refused(self) -> RefusedEvent:
        """What is told about an event with faults."""
        faulty = {fault.pointer for fault in self.faults}
        id = self.fields.get("id")
        return RefusedEvent(
            id=id if isinstance(id, str) and f"{self.pointer}/id" not in faulty else None,
            pointer=self.pointer,
            faults=tuple(self.faults),
        )

    @staticmethod
    def _left_out(*, required: bool) -> str | None:
        return None if required else "Leave it out where there is nothing to say."
