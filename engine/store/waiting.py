"""Events that wait for someone: kept apart under a keyed digest of the unknown alias, for 14 days at most.

They get here by `engine.store.log.Append.waits_for`. They leave by being let in (the same mark and digest appended
with `lets_in`, together with `taken_row`), dropped, or forgotten.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Final, cast

from redis.asyncio import Redis

from engine.store.ask import ask, ask_all
from engine.store.connect import store_answers
from engine.store.keys import Keys
from engine.store.log import Row

KEPT_DAYS: Final = 14
DAY_MS: Final = 86_400_000
MOST_FORGOTTEN: Final = 1_000
"""So many are forgotten in one go."""


class Waiting:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def of(self, whom: str) -> dict[bytes, bytes]:
        """What waits for this alias (its keyed digest in hex), by mark."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.waiting_for(whom)))
        return {bytes.fromhex(mark.decode()): payload for mark, payload in found.items()}

    async def awaited(self) -> set[str]:
        """For whom anything may be waiting: keyed digests of aliases in hex."""
        found: set[str] = set()
        with store_answers():
            async for name, _ in self._read.zscan_iter(self._keys.waiting, count=MOST_FORGOTTEN):
                found.add(cast("bytes", name).decode().partition(":")[0])
        return found

    def taken_row(self, whom: str, mark: bytes) -> Row:
        """The row that takes an event out, for the append that lets it in."""
        return Row(self._keys.waiting_for(whom), mark.hex(), None)

    async def drop(self, whom: str) -> None:
        """Forget all that waits for this alias."""
        await ask(self._write, "UNLINK", self._keys.waiting_for(whom))

    async def forget(self, now: int) -> int:
        """Forget what has waited for 14 days; how much that was. Call until it says 0."""
        latest = now - KEPT_DAYS * DAY_MS
        found = await ask(self._write, "ZRANGEBYSCORE", self._keys.waiting, "-inf", latest, "LIMIT", 0, MOST_FORGOTTEN)
        names = [name.decode() for name in cast("list[bytes]", found)]
        await self.take_out(names)
        return len(names)

    async def take_out(self, names: Sequence[str]) -> None:
        """Forget these, each called `<whom>:<mark in hex>`."""
        for start in range(0, len(names), MOST_FORGOTTEN):
            part = names[start : start + MOST_FORGOTTEN]
            pairs = [name.split(":") for name in part]
            await ask_all(self._write, [("HDEL", self._keys.waiting_for(whom), mark) for whom, mark in pairs])
            await ask(self._write, "ZREM", self._keys.waiting, *part)

    async def everything(self) -> AsyncIterator[tuple[str, bytes | None]]:
        """All that waits, called `<whom>:<mark in hex>`; None where only the name is left."""
        with store_answers():
            async for name, _ in self._read.zscan_iter(self._keys.waiting, count=MOST_FORGOTTEN):
                called = cast("bytes", name).decode()
                whom, _, mark = called.partition(":")
                yield called, cast("bytes | None", await ask(self._read, "HGET", self._keys.waiting_for(whom), mark))

    async def count(self) -> int:
        """How many events came to wait in the last 14 days."""
        return cast("int", await ask(self._read, "ZCARD", self._keys.waiting))
