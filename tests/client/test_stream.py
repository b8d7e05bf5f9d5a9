"""A stream whose line is cut by what stands between: the client comes again with patience, or says what it met."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sulka_client import AnswerNotUnderstood, AsyncSulka, Patience

PATIENCE = Patience(tries=3, first_seconds=1, most_seconds=8)


@asynccontextmanager
async def server(*answers: bytes) -> AsyncIterator[str]:
    """Gives one of these answers to each request, then the last one for ever; its address."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as serving:
        yield f"http://127.0.0.1:{serving.sockets[0].getsockname()[1]}"


def saying(kind: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + body


async def read(address: str) -> list[float]:
    """The pauses that were made until the stream gave up."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with AsyncSulka(address, "t", patience=PATIENCE, sleep=sleep, chance=lambda: 1.0) as sulka:
        with pytest.raises(AnswerNotUnderstood):
            async for _ in sulka.stream():
                pass
    return pauses


async def test_a_page_in_place_of_a_stream_is_said_and_not_asked_for_without_end() -> None:
    async with server(saying("text/html", b"<p>Sign in</p>")) as address:
        assert await read(address) == [1.0, 2.0]


async def test_a_line_that_ends_before_anything_was_said_is_taken_up_after_a_pause() -> None:
    ended, page = saying("text/event-stream"), saying("text/html")

    async with server(ended, ended, page) as address:
        assert await read(address) == [1.0, 1.0, 1.0, 2.0]


async def test_where_sulka_says_when_to_come_again_that_holds() -> None:
    async with server(saying("text/event-stream; charset=utf-8", b"retry: 250\n\n"), saying("text/html")) as address:
        assert await read(address) == [0.25, 1.0, 2.0]
