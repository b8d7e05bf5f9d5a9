import pytest
from redis.asyncio import Redis

from tests.api.house import House
from tests.run.site import Site
from tests.store.conftest import organization, read, server_url, write

__all__ = ["house", "organization", "read", "server_url", "site", "write"]


@pytest.fixture
def site(organization: str, write: Redis, read: Redis) -> Site:
    return Site(organization, write, read)


@pytest.fixture
async def house(organization: str, write: Redis, read: Redis) -> House:
    """An organization with the programme in force, its members and what reads them."""
    house = House(organization, write, read)
    await house.publish()
    return house
