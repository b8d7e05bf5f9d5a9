"""Reading the journal: one entry's decision, and a member's entries, the newest first."""

from collections.abc import Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.core.journal import JournalEntry
from engine.core.states import INDEX_BLOCK
from engine.store.ask import ask, ask_all
from engine.store.commit import JOURNAL_BLOCK
from engine.store.keys import Keys
from engine.store.log import Row
from engine.store.states import journal_in_block

_positions = msgspec.msgpack.Decoder(list[int])


class Ledger:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def entries(self, positions: Sequence[int]) -> dict[int, JournalEntry]:
        """The journal entries of those of these positions that are judged."""
        if not positions:
            return {}
        blocks = sorted({(position - 1) // JOURNAL_BLOCK for position in positions})
        rows = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.journal, *blocks))
        held = dict(zip(blocks, rows, strict=True))
        found: dict[int, JournalEntry] = {}
        for position in positions:
            entry = journal_in_block(position, held[(position - 1) // JOURNAL_BLOCK])
            if entry is not None:
                found[position] = entry
        return found

    async def entry(self, position: int) -> JournalEntry | None:
        """The journal entry of this position; None while it is not judged."""
        return (await self.entries([position])).get(position)

    async def positions_of(self, member: str, *, entries: int, before: int | None, count: int) -> list[int]:
        """Positions that concern a member, the newest first, below `before` where it is given.

        `entries` is how many there are, from the member's state.
        """
        found: list[int] = []
        block = (entries - 1) // INDEX_BLOCK
        while block >= 0 and len(found) < count:
            value = cast("bytes | None", await ask(self._read, "HGET", self._keys.index, f"{member}/{block}"))
            positions = _positions.decode(value) if value is not None else []
            found.extend(position for position in reversed(positions) if before is None or position < before)
            block -= 1
        return found[:count]

    async def open_asides(self) -> int:
        """How many entries went aside and were not tried again."""
        aside, retried = await ask_all(self._read, [("HLEN", self._keys.aside), ("HLEN", self._keys.retried)])
        return cast("int", aside) - cast("int", retried)

    async def is_aside(self, position: int) -> bool:
        """Whether the entry of this position went aside."""
        return await ask(self._read, "HEXISTS", self._keys.aside, position) == 1

    async def retried(self, positions: Sequence[int]) -> set[int]:
        """Those of these entries that were tried again."""
        if not positions:
            return set()
        found = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.retried, *positions))
        return {position for position, row in zip(positions, found, strict=True) if row is not None}

    def retried_row(self, position: int) -> Row:
        """The row that goes with the entry that tries this one again; "changed" where that has been done."""
        return Row(self._keys.retried, str(position), b"1", None)

    async def asides(self) -> dict[int, str]:
        """The positions whose entries went aside, and the code of why."""
        rows = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.aside))
        return {
            int(position): msgspec.msgpack.decode(value, type=tuple[str, str])[0] for position, value in rows.items()
        }
