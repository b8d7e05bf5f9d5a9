"""Answers of the real server arrive whole, however large they are and however the connection ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from bench.http_load import Connection, request
from cli.one_write import OneWrite

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@asynccontextmanager
async def serving(*pieces: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> AsyncIterator[int]:
    """The port of a server that answers with these pieces."""

    async def app(scope: object, receive: object, send: Send) -> None:
        length = (b"content-length", str(sum(map(len, pieces))).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length, *headers]})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    server = uvicorn.Server(uvicorn.Config(app, port=0, http=OneWrite, lifespan="off", log_level="warning"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn says it by a flag only
        await asyncio.sleep(0)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def test_head_and_body_come_in_one_piece() -> None:
    async with serving(b"hello") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("GET", "/"))

        first = await reader.read(65_536)

        assert first.startswith(b"HTTP/1.1 200 OK\r\n")
        assert first.endswith(b"\r\n\r\nhello")
        writer.close()
        await writer.wait_closed()


async def test_two_requests_sent_at_once_get_their_answers_in_order() -> None:
    async with serving(b"hello") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("GET", "/") * 2)

        answers = [await reader.readuntil(b"\r\n\r\nhello") for _ in range(2)]

        assert all(answer.startswith(b"HTTP/1.1 200 OK\r\n") for answer in answers)
        writer.close()
        await writer.wait_closed()


async def test_an_answer_far_larger_than_what_a_connection_holds_arrives_whole() -> None:
    pieces = [bytes([number]) * 1_000_000 for number in range(1, 9)]
    async with serving(*pieces) as port:
        connection = await Connection.open("127.0.0.1", port)

        answer = await connection.ask(request("GET", "/"))

        assert answer.body == b"".join(pieces)
        connection.close()


@pytest.mark.parametrize("sent", [request("GET", "/", headers={"connection": "close"}), b"no HTTP\r\n\r\n"])
async def test_what_is_written_before_the_connection_ends_arrives(sent: bytes) -> None:
    async with serving(b"hello") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        whole = await reader.read()

        assert whole.startswith((b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 400 Bad Request\r\n"))
        assert whole.endswith((b"hello", b"Invalid HTTP request received."))
        writer.close()
        await writer.wait_closed()
