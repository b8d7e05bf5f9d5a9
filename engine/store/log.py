"""The log of one organization: append once, read in order."""

from collections.abc import Sequence
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.core.entries import HistoryEnded, Logged, encode_entry
from engine.store.ask import Argument, ask
from engine.store.decoding import StreamRow, entries_in, logged_from
from engine.store.keys import Keys
from engine.store.packing import as_str, pack
from engine.store.scripts import Script, number, script

Status = Literal[
    "accepted", "duplicate", "conflict", "waiting", "full", "changed", "no-history", "not-empty", "members-full"
]

STATUSES: Final[tuple[Status, ...]] = (
    "accepted",
    "duplicate",
    "conflict",
    "waiting",
    "full",
    "changed",
    "no-history",
    "not-empty",
    "members-full",
)
"""By the numbers of `lua/append.lua`, from 1."""

MARK_BYTES: Final = 16
MOST_BLOCK_MS: Final = 2_000
"""The client gives up on an answer after 5 s."""

"""An entry's id, and its field and value, as the server sends them."""

LAST_OF_POSITION: Final = 2**64 - 1
"""The highest second half of a stream's id."""

MAKES_KNOWN: Final = 16
"""The flag of `lua/append.lua` for an item whose first row is the record of somebody new."""

AFTER_KEYS: Final = 6
"""The number of the first key of rows in `lua/append.lua`."""


class Row(msgspec.Struct, frozen=True):
    """A row of a hash that is written together with an entry; `value` None takes it away.

    Where `was` is given, the row must hold exactly that (None: nothing), else the entry is not appended and its
    status is "changed".
    """

    key: str
    field: str | bytes
    value: bytes | None
    was: bytes | msgspec.UnsetType | None = msgspec.UNSET


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to append.

    `mark` (16 bytes) is the sender's id of it and `digest` (16 bytes) what it says, both keyed; without a mark it is
    always new. `recorded` is the door's clock or, with `said_recorded`, what the caller said in history mode.
    `waits_for`, the keyed digest of an unknown alias in hex, keeps `payload` apart instead of appending it;
    `lets_in` appends what has waited until now. `days_back` comes with a published rulebook: marks are remembered
    for so long from then on.
    """

    mark: bytes | None
    digest: bytes | None
    payload: bytes
    recorded: int
    said_recorded: bool = False
    history: Literal["", "opens", "ends"] = ""
    waits_for: str | None = None
    lets_in: bool = False
    days_back: int = 0
    membership: tuple[str, bytes] | None = None
    rows: tuple[Row, ...] = ()


class Appended(msgspec.Struct, frozen=True):
    """What became of it.

    accepted: at `position`, recorded at `recorded`. duplicate: `position` is the first one. conflict: the same mark
    came with another digest. waiting: kept apart. full: the log has reached its limit. changed: a row holds something
    else than the caller thought. no-history: a recorded time was said, but history is not open. not-empty: history
    can be opened on an empty log only. members-full: somebody new, beyond the limit of members. All but the first
    leave everything as it was (waiting: the log).
    """

    status: Status
    position: int
    recorded: int


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log ends."""

    position: int
    recorded: int
    history: bool
    log_limit: int | None


class Log:
    """See the module. `write` never retries, `read` may, `blocking` is used for nothing but waiting."""

    def __init__(
        self, *, write: Redis, read: Redis, blocking: Redis, keys: Keys, append_script: Script | None = None
    ) -> None:
        self._write, self._read, self._blocking, self._keys = write, read, blocking, keys
        self._script = append_script or script("append")

    async def append(self, items: Sequence[Append]) -> list[Appended]:
        """Append these in order, all in one write; each has its own outcome.

        Raises:
            StoreUnavailable: With the outcome unknown, send the same items with the same marks again.
            StoreDamaged: Nothing was changed.
        """
        if not items:
            return []
        row_keys: dict[str, int] = {}
        packed = pack([self._packed(item, row_keys) for item in items])
        keys = self._keys
        fixed = [keys.log, keys.door, keys.marks, keys.waiting, f"{keys.waiting}:"]
        arguments: list[Argument] = [packed, encode_entry(HistoryEnded())]
        answer = await self._script.run(self._write, [*fixed, *row_keys], arguments)
        numbers = [number(value) for value in cast("list[int]", answer)]
        return [
            Appended(STATUSES[status - 1], position, recorded)
            for status, position, recorded in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        ]

    def _packed(self, item: Append, row_keys: dict[str, int]) -> list[object]:
        rows = item.rows
        if item.membership is not None:
            member, value = item.membership
            rows = (*rows, Row(self._keys.membership, member, value))
        flags = item.said_recorded + 2 * (item.history == "opens") + 4 * (item.history == "ends") + 8 * item.lets_in
        if rows and rows[0].key == self._keys.directory and rows[0].was is None and rows[0].value is not None:
            flags += MAKES_KNOWN
        return [
            as_str(item.mark or b""),
            as_str(item.digest or b""),
            as_str(item.payload),
            item.recorded,
            flags,
            item.waits_for or "",
            item.days_back,
            [
                [
                    row_keys.setdefault(row.key, len(row_keys) + AFTER_KEYS),
                    as_str(row.field) if isinstance(row.field, bytes) else row.field,
                    _or_false(row.value),
                    row.was is not msgspec.UNSET,
                    _or_false(None if row.was is msgspec.UNSET else row.was),
                ]
                for row in rows
            ],
        ]

    async def read(self, after: int, count: int) -> list[Logged]:
        """At most `count` entries that follow this position, in order.

        Raises:
            StoreDamaged: An entry is missing or unreadable.
        """
        found = await ask(self._read, "XRANGE", self._keys.log, f"{after + 1}-0", "+", "COUNT", count)
        return entries_in(cast("list[StreamRow]", found), after)

    async def entry(self, position: int) -> Logged | None:
        """The entry at this position; None beyond the end."""
        found = await ask(self._read, *entry_command(self._keys, position))
        rows = cast("list[StreamRow]", found)
        return logged_from(rows[0]) if rows else None

    async def wait(self, after: int, block_ms: int) -> bool:
        """Wait for an entry that follows this position; whether there is one. At most `MOST_BLOCK_MS`."""
        block = max(1, min(block_ms, MOST_BLOCK_MS))
        start = f"{after}-{LAST_OF_POSITION}"
        return bool(await ask(self._blocking, "XREAD", "COUNT", 1, "BLOCK", block, "STREAMS", self._keys.log, start))

    async def door(self) -> Door:
        """Where the log ends now."""
        row = await ask(self._read, "HMGET", self._keys.door, "position", "recorded", "history", "log_limit")
        position, recorded, history, limit = cast("list[bytes | None]", row)
        return Door(
            position=int(position or 0),
            recorded=int(recorded or 0),
            history=history == b"1",
            log_limit=None if limit is None else int(limit),
        )

    async def limit(self, entries: int | None, *, members: int | None = None) -> None:
        """Refuse entries beyond so many with the status "full", further members with "members-full"; None: no limit."""
        for name, limit in (("log_limit", entries), ("members_limit", members)):
            if limit is None:
                await ask(self._write, "HDEL", self._keys.door, name)
            else:
                await ask(self._write, "HSET", self._keys.door, name, limit)

    async def find(self, mark: bytes) -> int | None:
        """The position of the entry with this mark; 0 while it waits, None where it never came or was long ago."""
        newest = int(cast("bytes | None", await ask(self._read, "HGET", self._keys.door, "shelf")) or 0)
        for shelf in (newest, newest - 1):
            value = cast("bytes | None", await ask(self._read, "HGET", f"{self._keys.marks}{shelf}", mark))
            if value is not None:
                return int.from_bytes(value[:8], "big")
        return None


def entry_command(keys: Keys, position: int) -> tuple[Argument, ...]:
    """The command that reads one entry of the log."""
    return ("XRANGE", keys.log, f"{position}-0", f"{position}-{LAST_OF_POSITION}")


def _or_false(value: bytes | None) -> msgspec.Raw | bool:
    return False if value is None else as_str(value)
