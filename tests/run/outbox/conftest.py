from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.run.outbox.office import Office
from tests.run.outbox.receiving import Receiver
from tests.store.conftest import organization, read, server_url, write

__all__ = ["office", "organization", "read", "receiver", "server_url", "write"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
def office(organization: str, write: Redis, read: Redis, receiver: Receiver) -> Office:
    return Office(organization, write, read, receiver.origin)
