"""Answers over a real connection, as they leave the process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from cli.one_write import OneWrite

Application = Callable[[Any, Any, Any], Awaitable[None]]
REQUEST = b"GET / HTTP/1.1\r\nhost: sulka\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}


@asynccontextmanager
async def connection_to(app: Application) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(app, http=OneWrite, lifespan="off", log_level="warning")
    config.load()
    state = uvicorn.server.ServerState()

    def protocol() -> asyncio.Protocol:
        return OneWrite(config, state, {})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()
        server.close()
        await asyncio.gather(*state.tasks)


async def test_head_and_body_of_an_answer_arrive_together() -> None:
    async def app(_: Any, __: Any, send: Any) -> None:  # noqa: ANN401 - of ASGI
        await send(START)
        await send({"type": "http.response.body", "body": b"body"})

    async with connection_to(app) as (reader, writer):
        writer.write(REQUEST)
        first = await reader.read(65_536)

    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert first.endswith(b"\r\n\r\nbody")


async def test_a_head_whose_body_takes_its_time_is_sent_ahead() -> None:
    head_seen = asyncio.Event()

    async def app(_: Any, __: Any, send: Any) -> None:  # noqa: ANN401 - of ASGI
        await send(START)
        await head_seen.wait()
        await send({"type": "http.response.body", "body": b"body"})

    async with connection_to(app) as (reader, writer):
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        head_seen.set()
        body = await reader.readexactly(4)

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"body"


async def test_an_answer_without_a_body_is_sent_before_its_connection_ends() -> None:
    async def app(_: Any, __: Any, send: Any) -> None:  # noqa: ANN401 - of ASGI
        await send({**START, "headers": [(b"content-length", b"0"), (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b""})

    async with connection_to(app) as (reader, writer):
        writer.write(REQUEST)
        everything = await reader.read()

    assert everything.startswith(b"HTTP/1.1 200 OK\r\n")
    assert everything.endswith(b"\r\n\r\n")
