"""The index of the wall: at which positions the journal has a winner, a thanks or a badge, newest first.

It holds positions only. Who is shown, and with which words, is decided when somebody reads, so that hiding, leaving
and erasing need no write here.
"""

from typing import cast

from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.keys import Keys, WallKind


class WallIndex:
    """Reads the index."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def newest(self, kind: WallKind, *, to: int | None, count: int) -> list[int]:
        """At most `count` positions up to and including `to`, the newest first."""
        top = "+inf" if to is None else to
        found = await ask(self._read, "ZREVRANGEBYSCORE", self._keys.wall(kind), top, "-inf", "LIMIT", 0, count)
        return [int(position) for position in cast("list[bytes]", found)]
