"""Reading the journal: one entry's decision, and a member's entries, the newest first."""

from collections.abc import AsyncIterator, Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.core.journal import JournalEntry
from engine.core.states import INDEX_BLOCK, MemberState
from engine.core.tracks import ONLY_KEYS, keys_of
from engine.store.ask import ask, ask_all
from engine.store.connect import store_answers
from engine.store.keys import Keys
from engine.store.log import Row
from engine.store.rows import JOURNAL_BLOCK
from engine.store.states import journal_in_block

ROWS_AT_ONCE: Final = 1_000

_positions = msgspec.msgpack.Decoder(list[int])

BLOCKS_AT_ONCE: Final = 4
"""So many rows of the index are read in one go."""


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

    async def blocks_of(self, member: str, state: MemberState, *, before: int | None) -> AsyncIterator[list[int]]:
        """Positions that concern a member, whose state this is, the newest first, below `before` where it is given.

        In the pieces in which they are kept, so that who looks for something can stop.
        """
        yield _below(before, keys_of(state.open_positions, ONLY_KEYS))
        block = state.entries // INDEX_BLOCK - 1
        if before is not None:
            block = await self._block_before(member, block, before)
        for last in range(block, -1, -BLOCKS_AT_ONCE):
            blocks = range(last, max(-1, last - BLOCKS_AT_ONCE), -1)
            found = await ask(self._read, "HMGET", self._keys.index, *[f"{member}/{number}" for number in blocks])
            for value in cast("list[bytes | None]", found):
                positions = _positions.decode(value) if value is not None else []
                yield _below(before, positions)

    async def _block_before(self, member: str, last: int, before: int) -> int:
        """The last block that begins below a position; -1 where none does. Blocks are halved, not walked through."""
        low, high = -1, last
        while low < high:
            middle = (low + high + 1) // 2
            positions = await self._block(member, middle)
            low, high = (middle, high) if positions and positions[0] < before else (low, middle - 1)
        return low

    async def _block(self, member: str, block: int) -> list[int]:
        value = cast("bytes | None", await ask(self._read, "HGET", self._keys.index, f"{member}/{block}"))
        return _positions.decode(value) if value is not None else []

    async def asides(self, *, before: int | None, count: int) -> dict[int, str]:
        """At most `count` positions below one whose entries went aside, the newest first, and the code of why."""
        top = "+inf" if before is None else f"({before}"
        found = await ask(self._read, "ZREVRANGEBYSCORE", self._keys.aside_order, top, "-inf", "LIMIT", 0, count)
        positions = [int(position) for position in cast("list[bytes]", found)]
        if not positions:
            return {}
        codes = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.aside, *positions))
        return {at: _code(row) for at, row in zip(positions, codes, strict=True) if row is not None}

    async def all_asides(self) -> dict[int, str]:
        """All of them: for whoever judges the whole log again."""
        with store_answers():
            rows = self._read.hscan_iter(self._keys.aside, count=ROWS_AT_ONCE)
            return {int(position): _code(row) async for position, row in rows}


def _code(row: bytes) -> str:
    return msgspec.msgpack.decode(row, type=tuple[str, str])[0]


def _below(before: int | None, positions: Sequence[int]) -> list[int]:
    """The newest first."""
    return [position for position in reversed(positions) if before is None or position < before]
