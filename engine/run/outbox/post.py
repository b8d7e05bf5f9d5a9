"""One POST to a receiver: to the address that was checked, without redirects, proxies, or more patience than is named.

Our own few lines over a socket and the parser of our HTTP server, because the address that is checked must be the one
that is connected to, under the name that the certificate is for.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import perf_counter
from typing import Final

import httptools
import msgspec

from engine.run.outbox.addresses import AddressRefused, Resolve, Target, addresses_for, resolve_by_system

PATIENCE_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
MOST_ADDRESSES: Final = 3
MOST_READ_BYTES: Final = 65_536
READ_BYTES: Final = 8_192
CLOSE_SECONDS: Final = 1.0
FINAL: Final = 200
"""Below it an answer says that the real one follows."""

SECOND_MS: Final = 1_000


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. `status` 0: nothing, and `why` says what happened in a word or two."""

    status: int
    ms: int
    retry_after_ms: int = 0
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300  # noqa: PLR2004 - as everybody knows them


class Poster:
    """See the module. `resolve` and `context` are handed in by tests that have names and certificates of their own."""

    def __init__(
        self,
        *,
        resolve: Resolve = resolve_by_system,
        context: ssl.SSLContext | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._resolve, self._patience_seconds = resolve, patience_seconds
        self._context = context

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send it once. Whatever happens is an answer."""
        began = perf_counter()
        reading = _Reading()
        why = ""
        try:
            async with asyncio.timeout(self._patience_seconds):
                addresses = await addresses_for(target, self._resolve)
                await self._exchange(target, addresses, _request(target, headers, body), reading)
        except AddressRefused:
            why = "address refused"
        except TimeoutError:
            why = "no answer in time"
        except ssl.SSLError:
            why = "no trusted connection"
        except (OSError, asyncio.IncompleteReadError):
            why = "no connection"
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            why = "not an HTTP answer"
        milliseconds = int((perf_counter() - began) * SECOND_MS)
        if reading.status < FINAL:
            return Answer(status=0, ms=milliseconds, why=why or "no answer")
        return Answer(status=reading.status, ms=milliseconds, retry_after_ms=reading.retry_after_ms())

    async def _exchange(self, target: Target, addresses: Sequence[str], request: bytes, reading: "_Reading") -> None:
        reader, writer = await self._connect(target, addresses[:MOST_ADDRESSES])
        try:
            writer.write(request)
            await writer.drain()
            read = 0
            while not reading.is_complete and read < MOST_READ_BYTES:
                data = await reader.read(READ_BYTES)
                if not data:
                    return
                read += len(data)
                reading.parser.feed_data(data)
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await writer.wait_closed()

    async def _connect(
        self, target: Target, addresses: Sequence[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To the first of them that takes a connection: not every machine reaches both kinds of address."""
        if target.is_tls and self._context is None:
            # Only when it is needed: it reads all certificates that this machine trusts.
            self._context = ssl.create_default_context()
        for number, address in enumerate(addresses, start=1):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection(
                        address,
                        target.port,
                        ssl=self._context if target.is_tls else None,
                        server_hostname=target.host if target.is_tls else None,
                    )
            except ssl.SSLError:
                raise
            except OSError:  # a time-out is one, too
                if number == len(addresses):
                    raise
        raise ConnectionError


class _Reading:
    """What the parser finds."""

    def __init__(self) -> None:
        self.status = 0
        self.is_complete = False
        self._retry_after = ""
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_message_complete(self) -> None:
        self.is_complete = self.status >= FINAL

    def retry_after_ms(self) -> int:
        """What the receiver asks for: seconds, or a date."""
        said = self._retry_after.strip()
        if said.isascii() and said.isdigit():
            return int(said[:9]) * SECOND_MS
        try:
            moment = parsedate_to_datetime(said)
        except (ValueError, IndexError, OverflowError):  # all three are raised for what is no date
            return 0
        if moment.tzinfo is None:
            return 0
        return max(0, int((moment - datetime.now(UTC)).total_seconds() * SECOND_MS))


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    host = target.origin.partition("://")[2]
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "User-Agent: Sulka",
        "Accept: */*",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
