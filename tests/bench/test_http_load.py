"""The client of the measurements reads what servers send, however it is cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bench.http_load import Answer, Connection, LoadPlan, NotSpoken, drive, in_own_process, percentile_ms, request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nserver: x\r\n\r\nhello"


@asynccontextmanager
async def answering(answer: Callable[[bytes], list[bytes]]) -> AsyncIterator[int]:
    """The port of a server that sends these pieces for each request."""
    handlers: set[asyncio.Task[object]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        while head := await reader.read(65_536):
            for piece in answer(head):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*handlers)


async def asked(port: int, *requests: bytes) -> list[Answer]:
    connection = await Connection.open("127.0.0.1", port)
    try:
        return [await connection.ask(each) for each in requests]
    finally:
        connection.close()


@pytest.mark.parametrize("piece", [1, 7, 40, 1_000])
async def test_an_answer_is_read_whole_however_it_is_cut(piece: int) -> None:
    async with answering(lambda _: [OK[at : at + piece] for at in range(0, len(OK), piece)]) as port:
        answers = await asked(port, request("GET", "/"), request("GET", "/"))

    assert answers == [Answer(200, b"hello")] * 2


async def test_an_answer_without_a_body_ends_with_its_head() -> None:
    async with answering(lambda _: [b"HTTP/1.1 204 No Content\r\nserver: x\r\n\r\n"]) as port:
        answers = await asked(port, request("GET", "/"), request("GET", "/"))

    assert answers == [Answer(204, b"")] * 2


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
    ],
)
async def test_an_answer_of_another_form_is_refused_and_never_guessed(head: bytes) -> None:
    async with answering(lambda _: [head]) as port:
        with pytest.raises(NotSpoken):
            await asked(port, request("GET", "/"))


async def test_a_connection_that_ends_is_an_error() -> None:
    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    async with server:
        with pytest.raises(ConnectionError):
            await asked(server.sockets[0].getsockname()[1], request("GET", "/"))


def test_a_body_says_its_length_and_its_type() -> None:
    sent = request("POST", "/v1/events", headers={"authorization": "Bearer x"}, body=b"{}")

    assert sent == (
        b"POST /v1/events HTTP/1.1\r\ncontent-type: application/json\r\nhost: sulka\r\n"
        b"authorization: Bearer x\r\ncontent-length: 2\r\n\r\n{}"
    )


async def test_each_request_is_sent_once_over_all_connections() -> None:
    seen: list[bytes] = []

    def answer(head: bytes) -> list[bytes]:
        seen.append(head)
        return [OK]

    requests = [request("GET", f"/{number}") for number in range(50)]
    async with answering(answer) as port:
        figures = await drive(LoadPlan(host="127.0.0.1", port=port, requests=requests, connections=4, seconds=20))

    assert sorted(seen) == sorted(requests)
    assert (figures.answers, figures.statuses, figures.sample) == (50, {200: 50}, b"hello")


async def test_a_stage_goes_out_when_the_one_before_is_answered_and_not_earlier() -> None:
    seen: list[int] = []

    def answer(head: bytes) -> list[bytes]:
        seen.append(int(head.split()[1].removeprefix(b"/")))
        return [OK]

    requests = [request("GET", f"/{number}") for number in range(60)]
    async with answering(answer) as port:
        plan = LoadPlan(
            host="127.0.0.1", port=port, requests=requests, connections=8, seconds=20, stages=[1, 20, 0, 1, 38]
        )
        figures = await drive(plan)

    assert [sorted(seen[:1]), sorted(seen[1:21]), sorted(seen[21:22]), sorted(seen[22:])] == [
        [0],
        [*range(1, 21)],
        [21],
        [*range(22, 60)],
    ]
    assert figures.answers == 60


async def test_a_load_of_its_own_process_keeps_to_its_pace_and_says_its_own_cpu() -> None:
    sent = [request("GET", "/")]
    async with answering(lambda _: [OK]) as port:
        plan = LoadPlan(
            host="127.0.0.1", port=port, requests=sent, connections=2, seconds=0.5, again=True, per_second=100
        )
        figures = await in_own_process(plan)

    assert figures.answers == 50
    assert figures.seconds >= 0.49
    assert 0 < figures.cpu_seconds < figures.seconds
    assert 0 < figures.p50_ms <= figures.p99_ms <= figures.most_ms


async def test_a_load_that_fails_says_why() -> None:
    async with answering(lambda _: [OK]) as port:
        free = port
    plan = LoadPlan(host="127.0.0.1", port=free, requests=[request("GET", "/")], connections=1, seconds=1)

    with pytest.raises(ChildProcessError, match="Connect"):
        await in_own_process(plan)


def test_a_percentile_is_one_of_the_values() -> None:
    ordered = [number / 1_000 for number in range(1, 101)]

    assert [percentile_ms(ordered, percent) for percent in (50, 99, 100)] == [50.0, 99.0, 100.0]
    assert percentile_ms([0.004], 99) == 4.0
