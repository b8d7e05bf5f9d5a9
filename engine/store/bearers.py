"""Tokens of people as they were when they were last looked up: whom to read for, never whom to let in.

Whoever reads by one looks the token up again in the same script, and tells nothing where it says something else.
"""

from typing import Final

import msgspec

from engine.store.directory import TokenRecord

MOST_BEARERS: Final = 10_000
"""So many are remembered; who came first is forgotten first."""


class Bearer(msgspec.Struct, frozen=True):
    """A token: its digest, its record, and the row as which the record lay in the store."""

    digest: str
    record: TokenRecord
    row: bytes


class BearerChanged(Exception):
    """A token is not what it was when it was last looked up. Nothing was told; look it up again."""


class Bearers:
    """See the module."""

    def __init__(self) -> None:
        self._seen: dict[str, Bearer] = {}

    def seen(self, digest: str) -> Bearer | None:
        """The token as it was seen last."""
        return self._seen.get(digest)

    def look(self, bearer: Bearer) -> None:
        """It was just looked up."""
        if bearer.digest not in self._seen and len(self._seen) >= MOST_BEARERS:
            del self._seen[next(iter(self._seen))]
        self._seen[bearer.digest] = bearer

    def forget(self, digest: str) -> None:
        """There is no such token any more."""
        self._seen.pop(digest, None)
