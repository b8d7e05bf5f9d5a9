"""Servers and clients for every test that needs a real store.

A server is shared by the tests of one worker and never flushed: each test has an organization of its own.
"""

import os
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from engine.store.connect import read_client, write_client
from engine.store.embedded import EmbeddedServer

REDIS_URL = "SULKA_TEST_REDIS_URL"


@pytest.fixture(scope="session", params=["embedded", "redis"])
def server_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that keeps the promise: the embedded one, and the one that the environment names."""
    if request.param == "redis":
        if REDIS_URL not in os.environ:
            pytest.skip(f"{REDIS_URL} names no server (append-only file on, appendfsync always)")
        yield os.environ[REDIS_URL]
        return
    with EmbeddedServer.start(tmp_path_factory.mktemp("store") / "server") as server:
        yield server.url


@pytest.fixture
def organization() -> str:
    """An organization that no other test has ever used."""
    return f"org-{secrets.token_hex(8)}"


@pytest.fixture
async def write(server_url: str) -> AsyncIterator[Redis]:
    async with write_client(server_url) as client:
        yield client


@pytest.fixture
async def read(server_url: str) -> AsyncIterator[Redis]:
    async with read_client(server_url) as client:
        yield client
