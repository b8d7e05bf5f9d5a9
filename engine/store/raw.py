"""The raw rows of an organization, for comparing two stores to the byte."""

from collections.abc import AsyncIterator, Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.connect import store_answers
from engine.store.keys import Keys
from engine.store.rows import JOURNAL_BLOCK

ROWS_AT_ONCE = 1_000

_blocks = msgspec.msgpack.Decoder(list[msgspec.Raw])


class RawRows:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def names(self, starts: tuple[str, ...]) -> set[str]:
        """The names of all keys that begin so, without the organization's tag."""
        found: set[str] = set()
        with store_answers():
            async for key in self._read.scan_iter(match=f"{self._keys.prefix}*", count=ROWS_AT_ONCE):
                name = cast("bytes", key).decode().removeprefix(self._keys.prefix)
                if name.startswith(starts):
                    found.add(name)
        return found

    async def rows(self, name: str) -> dict[bytes, bytes]:
        """Fields and values of a hash, or members and scores of a sorted set; of another type its name."""
        key = self._keys.prefix + name
        rows: dict[bytes, bytes] = {}
        kind = cast("bytes", await ask(self._read, "TYPE", key))
        with store_answers():
            if kind in {b"hash", "hash"}:
                async for field, value in self._read.hscan_iter(key, count=ROWS_AT_ONCE):
                    rows[cast("bytes", field)] = cast("bytes", value)
            elif kind in {b"zset", "zset"}:
                async for member, score in self._read.zscan_iter(key, count=ROWS_AT_ONCE):
                    rows[cast("bytes", member)] = repr(score).encode()
            elif kind not in {b"none", "none"}:
                rows[b""] = str(kind).encode()
        return rows

    async def journal(self, entries: int) -> AsyncIterator[bytes]:
        """The encoded entries of the journal in order, up to the first row that is missing or unreadable."""
        for block in range((entries + JOURNAL_BLOCK - 1) // JOURNAL_BLOCK):
            row = cast("bytes | None", await ask(self._read, "HGET", self._keys.journal, block))
            try:
                held: Sequence[msgspec.Raw] = _blocks.decode(row) if row is not None else ()
            except msgspec.DecodeError:
                return
            if not held:
                return
            for entry in held:
                yield bytes(entry)
