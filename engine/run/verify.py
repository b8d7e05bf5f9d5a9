"""Verifying: the log, judged again from nothing, must give what the store holds, to the byte.

The engine's epoch is taken first, so that nothing is committed meanwhile; pending jobs are finished; then the raw
keys of both are compared and each difference is named. Nothing that is checked is changed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.core.journal import chain_digest, decode_journal, log_digest
from engine.run.loop import Engine
from engine.run.plans import PlanSource
from engine.store.commit import JOURNAL_BLOCK, Committer
from engine.store.connect import store_answers
from engine.store.keys import Keys
from engine.store.log import Append, Log
from engine.store.pages import PageWriter
from engine.store.scripts import StoreDamaged
from engine.store.states import StateReader

COPY_ENTRIES = 1_000
MOST_DIFFERENCES = 1_000
"""So many are named; a damaged store does not need more."""

JUDGED: tuple[str, ...] = ("states", "recent:", "journal", "index", "board:", "units:", "final", "pages:", "aside")
"""What follows from the log alone, by the beginning of the key's name."""

KIND_OF: Mapping[str, str] = {
    "states": "state",
    "recent:": "recent state",
    "journal": "journal",
    "index": "index",
    "board:": "board",
    "units:": "units of a board",
    "final": "closed board",
    "pages:": "pages of a closed board",
    "aside": "aside",
}

_blocks = msgspec.msgpack.Decoder(list[msgspec.Raw])


class Difference(msgspec.Struct, frozen=True, order=True):
    """Something that is not what the log says. `place` is a key's name and field: opaque ids, no names of people."""

    kind: str
    place: str
    found: str
    expected: str


class Verified(msgspec.Struct, frozen=True):
    """What was compared, and every difference."""

    entries: int
    rows: int
    differences: tuple[Difference, ...]


class Verifier:
    """Compares one organization with a replay into an empty server."""

    def __init__(
        self,
        *,
        keys: Keys,
        write: Redis,
        read: Redis,
        empty: Redis,
        plans_over: Callable[[StateReader], PlanSource],
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        """`empty` is a server of its own for the replay; `plans_over` gives plans that read states there."""
        self._keys, self._write, self._read, self._empty = keys, write, read, empty
        self._plans_over, self._on_progress = plans_over, on_progress

    async def verify(self) -> Verified:
        """Take the engine's epoch, replay, compare."""
        committer = Committer(write=self._write, keys=self._keys)
        differences: list[Difference] = []
        try:
            await committer.take_epoch()
        except StoreDamaged as damage:
            differences.append(Difference("journal", "its end", damage.found, "the entry that the chain names"))
        judged = await StateReader(read=self._read, keys=self._keys).judged()
        await PageWriter(write=self._write, keys=self._keys).finish_all()
        differences.extend(await self._check_chain(judged))
        rows = 0
        try:
            await self._replay(judged)
        except StoreDamaged as damage:
            differences.append(Difference("log", "an entry", damage.found, "an entry that can be judged"))
        else:
            rows = await self._compare(differences)
        differences.extend(await self._check_aliases())
        found = tuple(sorted(set(differences)))[:MOST_DIFFERENCES]
        return Verified(entries=judged, rows=rows, differences=found)

    async def _check_chain(self, judged: int) -> list[Difference]:
        """Each journal entry names the one before and the bytes of its own log entry."""
        log = Log(write=self._write, read=self._read, blocking=self._read, keys=self._keys)
        found: list[Difference] = []
        previous: bytes | None = None
        position = 0
        async for encoded in self._journal(judged):
            position += 1
            try:
                entry = decode_journal(encoded)
                logged = await log.entry(position)
            except (msgspec.DecodeError, StoreDamaged):
                found.append(Difference("journal", f"entry {position}", "unreadable", "an entry"))
                previous = chain_digest(encoded)
                continue
            if previous is not None and entry.previous != previous:
                found.append(Difference("journal", f"entry {position - 1}", previous.hex(), entry.previous.hex()))
            previous = chain_digest(encoded)
            if logged is None:
                found.append(Difference("log", f"entry {position}", "nothing", "an entry"))
                continue
            digest = log_digest(position, logged.recorded, logged.payload)
            if digest != entry.log_digest:
                found.append(Difference("log", f"entry {position}", digest.hex(), entry.log_digest.hex()))
        if position < judged:
            found.append(Difference("journal", f"entry {position + 1}", "nothing", "an entry"))
        return found

    async def _journal(self, judged: int) -> AsyncIterator[bytes]:
        for block in range((judged + JOURNAL_BLOCK - 1) // JOURNAL_BLOCK):
            with store_answers():
                row = await self._read.hget(self._keys.journal, str(block))
            if row is None:
                return
            try:
                entries = _blocks.decode(cast("bytes", row))
            except msgspec.DecodeError:
                return
            for entry in entries:
                yield bytes(entry)

    async def _replay(self, judged: int) -> None:
        source = Log(write=self._write, read=self._read, blocking=self._read, keys=self._keys)
        target = Log(write=self._empty, read=self._empty, blocking=self._empty, keys=self._keys)
        done = 0
        while done < judged:
            entries = await source.read(done, min(COPY_ENTRIES, judged - done))
            if not entries:
                raise StoreDamaged(found=f"entry {done + 1} of the log is missing")
            # Recorded times go in as they are: they never decrease, so none is changed on the way.
            await target.append(
                [Append(mark=None, digest=None, payload=logged.payload, recorded=logged.recorded) for logged in entries]
            )
            done += len(entries)
            self._on_progress(done // 2, judged)
        reader = StateReader(read=self._empty, keys=self._keys)
        with store_answers():
            asides = await self._read.hgetall(self._keys.aside)
        engine = Engine(
            keys=self._keys,
            entries=target,
            committer=Committer(write=self._empty, keys=self._keys),
            reader=reader,
            plans=self._plans_over(reader),
            after_close=PageWriter(write=self._empty, keys=self._keys).finish_all,
            asides={int(position): _code(cast("bytes", row)) for position, row in asides.items()},
        )
        await engine.run(asyncio.Event(), until=judged)
        self._on_progress(judged, judged)

    async def _compare(self, differences: list[Difference]) -> int:
        names = {name async for name in self._names(self._read)} | {name async for name in self._names(self._empty)}
        rows = 0
        for name in sorted(names):
            found, expected = await self._rows(self._read, name), await self._rows(self._empty, name)
            rows += len(expected)
            kind = next(KIND_OF[start] for start in JUDGED if name.startswith(start))
            for field in sorted(found.keys() | expected.keys()):
                if found.get(field) != expected.get(field):
                    place = f"{name} {field.decode(errors='replace')}"
                    differences.append(Difference(kind, place, _shown(found.get(field)), _shown(expected.get(field))))
        return rows

    async def _names(self, client: Redis) -> AsyncIterator[str]:
        with store_answers():
            async for key in client.scan_iter(match=f"{self._keys.prefix}*", count=COPY_ENTRIES):
                name = cast("bytes", key).decode().removeprefix(self._keys.prefix)
                if name.startswith(JUDGED):
                    yield name

    async def _rows(self, client: Redis, name: str) -> dict[bytes, bytes]:
        key = self._keys.prefix + name
        rows: dict[bytes, bytes] = {}
        with store_answers():
            kind = await client.type(key)
            if kind == b"hash":
                async for field, value in client.hscan_iter(key, count=COPY_ENTRIES):
                    rows[cast("bytes", field)] = cast("bytes", value)
            elif kind == b"zset":
                async for member, score in client.zscan_iter(key, count=COPY_ENTRIES):
                    rows[cast("bytes", member)] = repr(score).encode()
            elif kind != b"none":
                rows[b""] = cast("bytes", kind)
        return rows

    async def _check_aliases(self) -> list[Difference]:
        """Every alias leads to a member whom the directory knows."""
        with store_answers():
            aliases = await self._read.hgetall(self._keys.aliases)
            members = {cast("bytes", member) for member in await self._read.hkeys(self._keys.directory)}
        return [
            Difference(
                "alias", f"member {cast('bytes', member).decode(errors='replace')}", "no such member", "a member"
            )
            for member in aliases.values()
            if cast("bytes", member) not in members
        ]


def _code(row: bytes) -> str:
    return str(msgspec.msgpack.decode(row)[0])


def _shown(value: bytes | None) -> str:
    """A digest: enough to tell two values apart, and nothing of what they say."""
    return "nothing" if value is None else chain_digest(value).hex()[:16]
