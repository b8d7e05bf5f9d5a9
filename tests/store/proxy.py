"""A proxy between client and server that can lose an answer on the way back, after the server has done the work."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import hiredis

CHUNK_BYTES = 64 * 1024
SET_UP = frozenset({b"AUTH", b"CLIENT", b"HELLO", b"SELECT"})
"""What a client says by itself on a new connection: no test counts it or means to lose the answer to it."""

Request = tuple[bytes, ...]


class ReplyDroppingProxy:
    """Forwards bytes to the server behind `url`; after `drop_next_reply` one answer is lost and its connection cut.

    The answer is lost only when the server has sent it whole, so the command was carried out. Answers to other
    requests that share its last chunk are lost with it, as they would be on a broken line. `on_request` sees every
    request, name first, before the server does; where it raises, nothing of that chunk gets there. `on_drop` is told
    when an answer was lost.
    """

    def __init__(
        self,
        url: str,
        *,
        on_request: Callable[[Request], None] | None = None,
        on_drop: Callable[[], None] | None = None,
    ) -> None:
        self._target = urlsplit(url)
        self._on_request, self._on_drop = on_request, on_drop
        self._armed, self._armed_for = False, b""
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.connections_seen = 0
        self.replies_dropped = 0

    @property
    def url(self) -> str:
        assert self._server is not None, "the proxy runs inside `async with`"
        port = self._server.sockets[0].getsockname()[1]
        login = f"{self._target.netloc.rpartition('@')[0]}@" if "@" in self._target.netloc else ""
        database = "" if self._target.scheme == "unix" else self._target.path
        return f"redis://{login}127.0.0.1:{port}{database}"

    def drop_next_reply(self, command: bytes = b"") -> None:
        """Lose the answer to the next request from now on, or to the next one called `command`."""
        self._armed, self._armed_for = True, command.upper()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections_seen += 1
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the proxy closes: asyncio would report the end of its own handler as an error
        finally:
            writer.transport.abort()
            self._connections.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._target.scheme == "unix":
            server_reader, server_writer = await asyncio.open_unix_connection(unquote(self._target.path))
        else:
            host, port = self._target.hostname or "localhost", self._target.port or 6379
            server_reader, server_writer = await asyncio.open_connection(host, port)
        lose: deque[bool] = deque()
        ways = {
            asyncio.create_task(self._forward_requests(reader, server_writer, lose)),
            asyncio.create_task(self._forward_replies(server_reader, writer, lose)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Before the wait below, which the end of the proxy may cut short.
            server_writer.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _forward_requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lose: deque[bool]
    ) -> None:
        parser = hiredis.Reader(notEnoughData=Ellipsis)
        while chunk := await reader.read(CHUNK_BYTES):
            parser.feed(chunk)
            while (request := parser.gets()) is not Ellipsis:
                if self._on_request is not None and request[0].upper() not in SET_UP:
                    self._on_request(tuple(request))
                lose.append(self._is_to_lose(request[0].upper()))
            writer.write(chunk)
            await writer.drain()

    def _is_to_lose(self, name: bytes) -> bool:
        if not self._armed or name in SET_UP or self._armed_for not in {b"", name}:
            return False
        self._armed = False
        return True

    async def _forward_replies(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lose: deque[bool]
    ) -> None:
        parser = hiredis.Reader(notEnoughData=Ellipsis)
        while chunk := await reader.read(CHUNK_BYTES):
            parser.feed(chunk)
            while parser.gets() is not Ellipsis:
                if lose.popleft():
                    self.replies_dropped += 1
                    if self._on_drop is not None:
                        self._on_drop()
                    return
            writer.write(chunk)
            await writer.drain()
