"""Commit: a batch's states, journal, boards and position in one write, by the one engine that may."""

from collections.abc import Mapping
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.core.chain import START_OF_CHAIN, chain_digest
from engine.store.ask import Argument, ask
from engine.store.errors import StaleEpoch, StalePosition, StoreDamaged
from engine.store.keys import Keys
from engine.store.packing import as_str, pack
from engine.store.rows import JOURNAL_BLOCK, Rows, journal_rows
from engine.store.scripts import Reply, Script, number, script

_encoder = msgspec.msgpack.Encoder()
_blocks = msgspec.msgpack.Decoder(list[msgspec.Raw])


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """The right to commit, as long as no newer engine takes it.

    `position` and `tail` are those of the last entry committed. `tries` counts the engines that started here without
    committing anything, this one included: above 2 the batch kills engines, so go on one entry at a time.
    """

    epoch: int
    position: int
    tail: bytes
    tries: int


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on the entries `first` to `last`, in the form that is written."""

    first: int
    last: int
    tail: bytes
    rows: Rows
    journal: Mapping[int, bytes]
    asides: Mapping[int, str] = {}


class Committer:
    """See the module."""

    def __init__(self, *, write: Redis, keys: Keys, commit_script: Script | None = None) -> None:
        self._write, self._keys = write, keys
        self._commit = commit_script or script("commit")
        self._open: tuple[int, list[bytes]] | None = None
        """After which position, and the journal entries of the row that is not full then."""

    async def take_epoch(self) -> Seat:
        """Become the one engine of this log; every older one is refused from now on.

        Raises:
            StoreDamaged: The journal does not end with the entry that the chain names.
            StoreUnavailable: An epoch may have been taken; take the next.
        """
        answer = await script("take_epoch").run(self._write, [self._keys.engine], [])
        epoch, position, tail, tries = cast("list[Reply]", answer)
        seat = Seat(
            epoch=number(epoch),
            position=number(position),
            tail=cast("bytes", tail) or START_OF_CHAIN,
            tries=number(tries),
        )
        await self._check_tail(seat)
        return seat

    async def commit(self, seat: Seat, batch: Batch) -> float:
        """Write the batch, all of it or nothing; for how many seconds it kept the server from its readers.

        Waiting for the disk is not counted: a smaller batch would not wait less.

        Raises:
            StaleEpoch, StalePosition, StoreDamaged: Nothing was changed.
            StoreUnavailable: With the outcome unknown it may be done; take a new epoch and see.
        """
        after = batch.first - 1
        block = await self._open_block(after)
        self._open = None
        rows, left = self._with_journal(batch, block)
        keys = self._keys
        boards = [keys.board(place) for place in batch.rows.closing]
        names = [keys.engine, keys.states, keys.final, keys.flagged, *rows, *batch.rows.gone, *boards]
        first_board = len(names) - len(boards) + 1
        arguments: list[Argument] = [
            seat.epoch,
            after,
            batch.last,
            batch.tail,
            pack(list(rows.values())),
            pack([[place.field, first_board + at] for at, place in enumerate(batch.rows.closing)]),
        ]
        answer = cast("list[Reply]", await self._commit.run(self._write, names, arguments))
        match answer:
            case [b"stale-epoch", _]:
                raise StaleEpoch(epoch=seat.epoch)
            case [b"stale-position", _]:
                raise StalePosition(position=after)
            case _:
                self._open = (batch.last, left)
                return number(answer[1]) / 1_000_000

    def _with_journal(self, batch: Batch, block: list[bytes]) -> tuple[dict[str, list[object]], list[bytes]]:
        """All rows by key, and the journal entries of the row that is open afterwards."""
        rows: dict[str, list[object]] = {key: [row.kind, row.put, row.drop] for key, row in batch.rows.by_key.items()}
        put, left = journal_rows(batch.first, batch.last, batch.journal, block)
        rows[self._keys.journal] = ["hash", put, []]
        if batch.asides:
            asides: list[object] = []
            for position, code in batch.asides.items():
                asides.extend((str(position), as_str(_encoder.encode([code, ""]))))
            rows[self._keys.aside] = ["hash", asides, []]
            rows[self._keys.aside_order] = ["zset", [each for at in batch.asides for each in (at, str(at))], []]
        return rows, left

    async def _open_block(self, after: int) -> list[bytes]:
        """The journal entries of the row that is not full after this position, to be added to."""
        if self._open is not None and self._open[0] == after:
            return self._open[1]
        if after % JOURNAL_BLOCK == 0:
            return []
        return (await self._block(after))[: after % JOURNAL_BLOCK]

    async def _block(self, position: int) -> list[bytes]:
        found = await ask(self._write, "HGET", self._keys.journal, (position - 1) // JOURNAL_BLOCK)
        held = [bytes(entry) for entry in _blocks.decode(cast("bytes", found))] if found is not None else []
        if len(held) < (position - 1) % JOURNAL_BLOCK + 1:
            raise StoreDamaged(found=f"entry {position} of the journal is missing")
        return held

    async def _check_tail(self, seat: Seat) -> None:
        if seat.position == 0:
            return
        block = await self._block(seat.position)
        if chain_digest(block[(seat.position - 1) % JOURNAL_BLOCK]) != seat.tail:
            raise StoreDamaged(found=f"entry {seat.position} of the journal is not the one that was committed last")
