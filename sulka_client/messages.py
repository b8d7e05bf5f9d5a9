"""The messages of a stream of server-sent events, from bytes as they come. Pure. Source: WHATWG HTML, 9.2.6."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

MOST_BYTES: Final = 1_048_576
"""So long a message may be; Sulka's are far shorter."""

LINE_END: Final = re.compile(rb"\r\n|\n|\r")


class Message(msgspec.Struct, frozen=True):
    """One message. Without `data` it is none to act upon: it only moves the id."""

    id: str | None
    event: str
    data: bytes


class TooLong(Exception):
    """A message is longer than any of Sulka's."""


class Messages:
    """Takes bytes, gives messages. `retry_ms` is what the server said last of when to come again."""

    def __init__(self) -> None:
        self.retry_ms: int | None = None
        self._rest = b""
        self._id: str | None = None
        self._event, self._data = "", list[bytes]()

    def take(self, received: bytes) -> Iterator[Message]:
        """The messages that are whole now.

        Raises:
            TooLong: It does not end.
        """
        self._rest += received
        while (end := LINE_END.search(self._rest)) is not None:
            if end[0] == b"\r" and end.end() == len(self._rest):
                return  # its other half may come
            line, self._rest = self._rest[: end.start()], self._rest[end.end() :]
            if line:
                self._field(line)
            elif self._data or self._id is not None:
                yield Message(self._id, self._event or "message", b"\n".join(self._data))
                self._id, self._event, self._data = None, "", []
        if len(self._rest) + sum(map(len, self._data)) > MOST_BYTES:
            raise TooLong

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._data.append(value)
            case b"event":
                self._event = value.decode(errors="replace")
            case b"id" if b"\0" not in value:
                self._id = value.decode(errors="replace")
            case b"retry" if value.isdigit():
                self.retry_ms = int(value)
            case _:
                pass
