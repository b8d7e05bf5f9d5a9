"""Server-sent events over ASGI: how they are written, kept alive and ended. Source: WHATWG HTML, 9.2.

The framework's own have no keep-alive, and wait for ever for who does not read. What is told is none of this module's
business: it asks for it whenever something was heard.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from math import inf
from typing import Final, TypeAlias

import msgspec
import structlog
from litestar.types import Receive, Scope, Send

from engine.run.errors import RunError
from engine.run.live.listener import Listener
from engine.run.live.seats import Pace
from engine.store.errors import StoreError

log = structlog.get_logger()

EVENT_STREAM: Final = "text/event-stream"
LAST_EVENT_ID: Final = "last-event-id"
RETRY_MS: Final = 2_000
"""So long a client waits before it comes again."""

HEADERS: Final = (
    (b"content-type", EVENT_STREAM.encode()),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
)

_encoder = msgspec.json.Encoder()


class Flush(msgspec.Struct, frozen=True):
    """Events that belong together; whoever has seen the last of them has been told all up to `position`.

    Until then the client's position is `before`: a line that breaks between them loses none. Where nothing is heard,
    the next flush comes after `wait_seconds`.
    """

    before: int
    position: int
    events: Sequence[tuple[str, msgspec.Struct]]
    wait_seconds: float


Tell: TypeAlias = Callable[[], Awaitable[Flush | None]]
"""What there is to tell now; None ends the stream."""


class EventStream:
    """One stream: an ASGI application that answers one request. `room` is held from its beginning to its end."""

    def __init__(self, listener: Listener, tell: Tell, pace: Pace, room: AbstractAsyncContextManager[None]) -> None:
        self._listener, self._tell, self._pace, self._room = listener, tell, pace, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - of every application
        """Tell until the client goes, or there is an end from our side."""
        async with self._room:
            # What goes wrong up to here has an answer of its own: the head has not left yet.
            first = await self._tell()
            leaving = asyncio.create_task(self._until_gone(receive))
            try:
                await self._send(send, {"type": "http.response.start", "status": 200, "headers": HEADERS})
                await self._write(send, b"retry: %d\n\n" % RETRY_MS)
                await self._tell_all(first, send)
                await self._write(send, b"", more=False)
            except TimeoutError:
                log.info("a stream ends: nobody reads it")
            finally:
                leaving.cancel()

    async def _tell_all(self, flush: Flush | None, send: Send) -> None:
        """Tell as it comes, until there is an end; where nothing is new, only what keeps the line open."""
        listener, pace, clock = self._listener, self._pace, asyncio.get_running_loop().time
        written_at = -inf
        while flush is not None:
            if flush.events or clock() - written_at >= pace.keep_alive:
                await self._write(send, written(flush))
                written_at = clock()
            await listener.rest(pace.flush)
            await listener.wait(min(flush.wait_seconds, written_at + pace.keep_alive - clock()))
            flush = None if listener.has_ended else await self._next()

    async def _next(self) -> Flush | None:
        try:
            return await self._tell()
        except (StoreError, RunError) as error:
            # Whoever comes again goes on where they were. That the store is away, others say once for all.
            log.info("a stream ends", kind=type(error).__name__)
            return None

    async def _write(self, send: Send, body: bytes, *, more: bool = True) -> None:
        await self._send(send, {"type": "http.response.body", "body": body, "more_body": more})

    async def _send(self, send: Send, message: dict[str, object]) -> None:
        """Send, but don't wait for ever for who does not read."""
        async with asyncio.timeout(self._pace.slow):
            await send(message)  # type: ignore[arg-type]  # the two messages of an answer

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._listener.end()


def written(flush: Flush) -> bytes:
    """A flush as it goes over the line; without events a comment that keeps the line open, with the position."""
    if not flush.events:
        return b":\nid: %d\n\n" % flush.position
    last = len(flush.events) - 1
    return b"".join(
        b"id: %d\nevent: %s\ndata: %s\n\n"
        % (flush.position if number == last else flush.before, name.encode(), _encoder.encode(event))
        for number, (name, event) in enumerate(flush.events)
    )
