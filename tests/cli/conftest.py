from tests.api.conftest import desk, house
from tests.store.conftest import organization, read, server_url, write

__all__ = ["desk", "house", "organization", "read", "server_url", "write"]
