from tests.store.conftest import organization, read, server_url, write

__all__ = ["organization", "read", "server_url", "write"]
