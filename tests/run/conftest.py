import pytest
from redis.asyncio import Redis

from tests.run.site import Site
from tests.store.conftest import organization, read, server_url, write

__all__ = ["organization", "read", "server_url", "site", "write"]


@pytest.fixture
def site(organization: str, write: Redis, read: Redis) -> Site:
    return Site(organization, write, read)
