"""HTTP requests as fast as one process can send them: a raw HTTP/1.1 client over connections that stay open.

The load runs in a process of its own (`in_own_process`), so that its CPU can be told apart from that of what is
measured. It reads answers that say their length, which all of ours do; any other one is refused, never guessed.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Final, cast

import msgspec
import uvloop

END_OF_HEAD: Final = b"\r\n\r\n"
LENGTH: Final = b"\r\ncontent-length:"
WITHOUT_BODY: Final = frozenset({204, 304})
ANSWER_SECONDS: Final = 30.0
"""An answer that takes longer ends the load with an error."""


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests to send, and how.

    They go out in their order, each connection taking the next one when its answer is there. They are sent once, and
    the load ends with the last; with `again` they begin anew until the seconds are over, which bound both. With
    `per_second` none goes out before its turn. `stages` are numbers of requests: so many go out, and only when all of
    them are answered the next ones do.
    """

    host: str
    port: int
    requests: Sequence[bytes]
    connections: int
    seconds: float
    again: bool = False
    per_second: float | None = None
    stages: Sequence[int] = ()


class LoadFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. A latency counts from a request's turn, so that waiting for a connection shows.

    `cpu_seconds` is the load's own; `sample` is the body of the last answer.
    """

    answers: int
    seconds: float
    cpu_seconds: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float
    most_ms: float
    sample: bytes = b""

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    @property
    def cpu(self) -> float:
        """How much of one core the load itself took."""
        return self.cpu_seconds / self.seconds


class NotSpoken(Exception):
    """An answer that is not HTTP/1.1 with a Content-Length on a connection that stays open."""


def request(
    method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, host: str = "sulka"
) -> bytes:
    """The bytes of a request; a body is JSON unless the headers say otherwise."""
    said = {"host": host, **(headers or {})}
    if body is not None:
        said = {"content-type": "application/json", **said, "content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + (body or b"")


class Connection(asyncio.Protocol):
    """One open connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._waiter: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        """A connection to this server."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    async def ask(self, request_bytes: bytes) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            ConnectionError: It was closed; whether the request was done is not known.
            NotSpoken: The answer has no length, or says that the connection ends.
        """
        assert self._transport is not None
        if self._transport.is_closing():
            raise ConnectionResetError
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request_bytes)
        return await self._waiter

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its classes

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            answer = self._take()
        except NotSpoken as error:
            self._end(error)
            return
        if answer is not None and self._waiter is not None:
            waiter, self._waiter = self._waiter, None
            if not waiter.done():
                waiter.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionResetError("the server closed the connection"))

    def _end(self, error: Exception) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)
        self.close()

    def _take(self) -> Answer | None:
        """The answer in the buffer once it is whole."""
        end = self._buffer.find(END_OF_HEAD)
        if end < 0:
            return None
        head = bytes(self._buffer[: end + 2]).lower()
        if not head.startswith(b"http/1.1 ") or b"\r\nconnection: close\r\n" in head:
            raise NotSpoken(head)
        status = int(head[9:12])
        length = 0 if status in WITHOUT_BODY else _length(head)
        start = end + len(END_OF_HEAD)
        if len(self._buffer) < start + length:
            return None
        answer = Answer(status, bytes(self._buffer[start : start + length]))
        del self._buffer[: start + length]
        return answer


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    if at < 0:
        raise NotSpoken(head)
    start = at + len(LENGTH)
    return int(head[start : head.index(b"\r\n", start)])


async def drive(plan: LoadPlan) -> LoadFigures:
    """Send the requests from this process."""
    load = _Load(plan)
    cpu = time.process_time()
    async with asyncio.timeout(plan.seconds + ANSWER_SECONDS):
        for turns in _stages(plan):
            # A server closes connections that are idle, so none is kept from one stage to the next.
            connections = [await Connection.open(plan.host, plan.port) for _ in range(plan.connections)]
            load.began = load.began or time.perf_counter()
            try:
                await asyncio.gather(*(load.work(connection, turns) for connection in connections))
            finally:
                for connection in connections:
                    connection.close()
    return load.figures(time.perf_counter() - load.began, time.process_time() - cpu)


class _Load:
    def __init__(self, plan: LoadPlan) -> None:
        self._plan = plan
        self._latencies: list[float] = []
        self._statuses: Counter[int] = Counter()
        self._last: deque[Answer] = deque(maxlen=1)
        self._sent = 0
        self.began = 0.0

    async def work(self, connection: Connection, turns: Iterator[bytes]) -> None:
        """One connection, until the requests or the seconds are over; all connections share the turns."""
        plan, end = self._plan, self.began + self._plan.seconds
        for each in turns:
            due = time.perf_counter()
            if plan.per_second is not None:
                due = self.began + self._sent / plan.per_second
                self._sent += 1
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if due >= end:
                return
            answer = await connection.ask(each)
            self._latencies.append(time.perf_counter() - due)
            self._statuses[answer.status] += 1
            self._last.append(answer)

    def figures(self, seconds: float, cpu_seconds: float) -> LoadFigures:
        """What came out of it."""
        ordered = sorted(self._latencies) or [0.0]
        return LoadFigures(
            answers=len(self._latencies),
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            statuses=dict(self._statuses),
            p50_ms=percentile_ms(ordered, 50),
            p99_ms=percentile_ms(ordered, 99),
            most_ms=ordered[-1] * 1_000,
            sample=self._last[0].body if self._last else b"",
        )


def _stages(plan: LoadPlan) -> Iterator[Iterator[bytes]]:
    """The requests in turn, stage by stage."""
    if plan.stages:
        requests = iter(plan.requests)
        for count in plan.stages:
            yield islice(requests, count)
    else:
        yield cycle(plan.requests) if plan.again else iter(plan.requests)


def percentile_ms(ordered_seconds: Sequence[float], percent: int) -> float:
    """A percentile of sorted seconds, in milliseconds: the value that so many percent do not exceed."""
    at = -(-len(ordered_seconds) * percent // 100) - 1
    return ordered_seconds[max(0, at)] * 1_000


async def in_own_process(plan: LoadPlan) -> LoadFigures:
    """Send the requests from a process of its own.

    Raises:
        ChildProcessError: It ended without figures; what it said is part of the message.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.http_load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate(msgspec.msgpack.encode(plan))
    if process.returncode:
        raise ChildProcessError(said.decode(errors="replace"))
    return msgspec.msgpack.decode(out, type=LoadFigures)


def main() -> None:
    """The process: a plan comes in, figures go out."""
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=LoadPlan)
    sys.stdout.buffer.write(msgspec.msgpack.encode(uvloop.run(drive(plan))))


if __name__ == "__main__":
    main()
