from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.api.desk import Desk
from tests.api.house import House
from tests.store.conftest import organization, read, server_url, write

__all__ = ["desk", "house", "organization", "read", "server_url", "write"]


@pytest.fixture
async def house(organization: str, write: Redis, read: Redis) -> House:
    """An organization with the programme in force."""
    house = House(organization, write, read)
    await house.publish()
    return house


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    """The API over that organization."""
    async with Desk(house) as desk:
        yield desk
