"""Somebody who listens to the stream: over ASGI itself, since a client in between would gather the whole answer."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

import msgspec

from engine.run.live.missed import MOST_MISSED, Missed
from engine.run.live.seats import MOST_A_PROCESS, Pace, Seats
from engine.run.live.tail import MOST_BEHIND, Tail
from tests.api.desk import Desk, app_over

AT_ONCE = Pace(flush=0, keep_alive=30, rank=0, slow=30)
PATIENCE_SECONDS = 20


def listen_at_once(
    desk: Desk,
    pace: Pace = AT_ONCE,
    *,
    most: int = MOST_A_PROCESS,
    most_behind: int = MOST_BEHIND,
    most_missed: int = MOST_MISSED,
) -> None:
    """Tell without waiting, within these bounds."""
    parts = desk.house.parts
    desk.house.parts = msgspec.structs.replace(
        parts,
        seats=Seats(most=most, pace=pace),
        tail=Tail(reader=parts.reader, ledger=parts.ledger, every_seconds=0.01, most_behind=most_behind),
        missed=Missed(ledger=parts.ledger, wall_index=parts.wall_index, most=most_missed),
    )
    desk.use(app_over(desk.house.all_parts))


class Told(msgspec.Struct, frozen=True):
    """One event as a client reads it; of a comment the id alone."""

    id: int
    event: str
    data: dict[str, Any]


class Stream:
    """An open stream. `reads` False is a client that takes nothing of what is sent after the head."""

    def __init__(
        self, desk: Desk, by: str, *, after: object = None, reads: bool = True, secret: str | None = None
    ) -> None:
        bearer = f"Bearer {secret or desk.secret(by)}"
        headers = [(b"authorization", bearer.encode()), (b"host", b"sulka")]
        if after is not None:
            headers.append((b"last-event-id", str(after).encode()))
        self._scope = {
            "type": "http",
            "method": "GET",
            "path": "/v1/stream",
            "raw_path": b"/v1/stream",
            "query_string": b"",
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "client": ("127.0.0.1", 1),
            "server": ("sulka", 80),
            "asgi": {"version": "3.0", "spec_version": "2.3"},
        }
        self._app: Any = desk.app
        self._reads = reads
        self._gone = asyncio.Event()
        self._asked = False
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._blocks: list[bytes] = []
        self.status = 0
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        head = await self._next()
        self.status = head["status"]
        self.headers = {name.decode(): value.decode() for name, value in head["headers"]}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        await self.ended()

    def leave(self) -> None:
        """Close the connection."""
        self._gone.set()

    async def ended(self) -> None:
        """Return when the answer is over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._task

    async def body(self) -> bytes:
        """All of an answer that has an end."""
        await self.ended()
        return b"".join([self._sent.get_nowait()["body"] for _ in range(self._sent.qsize())])

    async def block(self) -> bytes | None:
        """What comes next, up to an empty line; None at the end."""
        while not self._blocks:
            message = await self._next()
            if not message["more_body"]:
                return None
            self._blocks = [block for block in message["body"].split(b"\n\n") if block]
        return self._blocks.pop(0)

    async def told(self) -> Told | None:
        """The next event; None at the end. Comments and the like are passed over."""
        while (block := await self.block()) is not None:
            lines = dict(line.decode().split(": ", 1) for line in block.splitlines() if not line.startswith(b":"))
            if "data" in lines:
                data = json.loads(lines["data"])
                assert data.pop("event") == lines["event"]
                return Told(int(lines["id"]), lines["event"], data)
        return None

    async def until(self, event: str) -> list[Told]:
        """All events up to the next of this name, itself last."""
        found: list[Told] = []
        while not found or found[-1].event != event:
            told = await self.told()
            assert told is not None, f"the stream ended before {event}: {found}"
            found.append(told)
        return found

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._sent.get()

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self._sent.put_nowait(message)
        if not self._reads and message["type"] == "http.response.body":
            await self._gone.wait()
