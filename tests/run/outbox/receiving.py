"""A receiver of webhooks: a real HTTP server on loopback that takes, refuses, delays, redirects or says nothing."""

import asyncio
import base64
import hmac
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import msgspec

ACCEPTED = b"HTTP/1.1 204 No Content\r\n\r\n"


class Received(msgspec.Struct, frozen=True):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:  # noqa: ANN401 - decoded JSON
        return msgspec.json.decode(self.body)

    @property
    def member(self) -> str | None:
        found: str | None = self.json["data"].get("member")
        return found

    def is_signed_by(self, secret: str) -> bool:
        """As a receiver would find out, by the text of Standard Webhooks."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
        return expected in self.headers["webhook-signature"].split(" ")


Behave = Callable[[Received], bytes]


def answering(status: int, *headers: str) -> bytes:
    """An answer of this status."""
    lines = (f"HTTP/1.1 {status} Said", *headers, "Content-Length: 2")
    return "\r\n".join(lines).encode() + b"\r\n\r\nok"


class Receiver:
    """See the module. `behave` makes the answer of each request; empty bytes close the connection."""

    def __init__(self, *, context: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.arrived: list[Received] = []
        """Those that were answered with 2xx."""
        self.behave: Behave = lambda _: ACCEPTED
        self.says_nothing = False
        self.most_at_once = 0
        self._now = 0
        self._context = context
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/hook?token=t"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            received = await _read(reader)
            self.received.append(received)
            if self.says_nothing:
                await reader.read()
                return
            answer = self.behave(received)
            if answer.startswith(b"HTTP/1.1 2"):
                self.arrived.append(received)
            writer.write(answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._now -= 1
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ")
    assert method == "POST"
    return Received(path, headers, await reader.readexactly(int(headers["content-length"])))
