"""Verifying: the log, judged again from nothing, must give what the store holds, to the byte.

The engine's epoch is taken first, so that nothing is committed meanwhile; pending jobs are finished; then the raw
keys of both are compared and each difference is named. What the door keeps beside the log follows
(`engine.run.beside`). Nothing that is checked is changed.
"""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from engine.core.chain import chain_digest, decode_journal, log_digest
from engine.run.beside import BesideTheLog
from engine.run.difference import Difference, shown
from engine.run.loop import Engine
from engine.run.plans import PlanSource
from engine.run.published import Changed
from engine.store.commit import Committer
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.ledger import Ledger
from engine.store.log import Append, Log
from engine.store.pages import PageWriter
from engine.store.raw import RawRows
from engine.store.states import StateReader

COPY_ENTRIES = 1_000
MOST_DIFFERENCES = 1_000
"""So many are named; a damaged store does not need more."""

JUDGED: tuple[str, ...] = (
    *("states", "recent:", "journal", "index", "aside", "wall:"),
    *("board:", "units:", "final", "pages:", "ranks:", "team:", "recut"),
)
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
    "ranks:": "ranks of a closed board",
    "team:": "members of a team",
    "recut": "boards to be filled",
    "aside": "aside",
    "wall:": "index of the wall",
}


class Verified(msgspec.Struct, frozen=True):
    """What was compared, and every difference. `changed`: publications made with other versions than today's."""

    entries: int
    rows: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...] = ()


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One store as verifying needs it."""

    log: Log
    reader: StateReader
    committer: Committer
    pages: PageWriter
    raw: RawRows
    ledger: Ledger


class Verifier:
    """Compares one organization with a replay into an empty store."""

    def __init__(
        self,
        *,
        keys: Keys,
        stored: Side,
        empty: Side,
        plans: PlanSource,
        on_progress: Callable[[int, int], None] = lambda _done, _whole: None,
    ) -> None:
        """`plans` reads states in the empty store, and rulebooks in the other."""
        self._keys, self._stored, self._empty = keys, stored, empty
        self._plans, self._on_progress = plans, on_progress

    async def verify(self) -> Verified:
        """Take the engine's epoch, replay, compare."""
        differences: list[Difference] = []
        try:
            await self._stored.committer.take_epoch()
        except StoreDamaged as damage:
            differences.append(Difference("journal", "its end", damage.found, "the entry that the chain names"))
        judged = await self._stored.reader.judged()
        await self._stored.pages.finish_all()
        differences.extend(await self._check_chain(judged))
        rows = 0
        try:
            await self._replay(judged)
        except StoreDamaged as damage:
            differences.append(Difference("replay", "it ended", damage.found, "a log that can be judged again"))
        else:
            rows = await self._compare(differences)
        beside = await BesideTheLog(log=self._stored.log, raw=self._stored.raw).check()
        differences.extend(beside.differences)
        found = tuple(sorted(set(differences)))[:MOST_DIFFERENCES]
        return Verified(entries=judged, rows=rows + beside.rows, differences=found, changed=beside.changed)

    async def _check_chain(self, judged: int) -> list[Difference]:
        """Each journal entry names the one before and the bytes of its own log entry."""
        found: list[Difference] = []
        previous: bytes | None = None
        position = 0
        async for encoded in self._stored.raw.journal(judged):
            position += 1
            found.extend(await self._check_entry(position, encoded, previous))
            previous = chain_digest(encoded)
        if position < judged:
            found.append(Difference("journal", f"entry {position + 1}", "nothing", "an entry"))
        return found

    async def _check_entry(self, position: int, encoded: bytes, previous: bytes | None) -> list[Difference]:
        try:
            entry = decode_journal(encoded)
            logged = await self._stored.log.entry(position)
        except (msgspec.DecodeError, StoreDamaged):
            return [Difference("journal", f"entry {position}", "unreadable", "an entry")]
        found: list[Difference] = []
        if previous is not None and entry.previous != previous:
            found.append(Difference("journal", f"entry {position - 1}", previous.hex(), entry.previous.hex()))
        if logged is None:
            return [*found, Difference("log", f"entry {position}", "nothing", "an entry")]
        digest = log_digest(position, logged.recorded, logged.payload)
        if digest != entry.log_digest:
            found.append(Difference("log", f"entry {position}", digest.hex(), entry.log_digest.hex()))
        return found

    async def _replay(self, judged: int) -> None:
        done = 0
        while done < judged:
            entries = await self._stored.log.read(done, min(COPY_ENTRIES, judged - done))
            if not entries:
                raise StoreDamaged(found=f"entry {done + 1} of the log is missing")
            # Recorded times never decrease, so none is changed on the way.
            await self._empty.log.append(
                [Append(mark=None, digest=None, payload=logged.payload, recorded=logged.recorded) for logged in entries]
            )
            done += len(entries)
            self._on_progress(done // 2, judged)
        engine = Engine(
            keys=self._keys,
            entries=self._empty.log,
            committer=self._empty.committer,
            reader=self._empty.reader,
            plans=self._plans,
            after_close=self._empty.pages.finish_all,
            asides=await self._stored.ledger.all_asides(),
        )
        await engine.run(asyncio.Event(), until=judged)
        self._on_progress(judged, judged)

    async def _compare(self, differences: list[Difference]) -> int:
        stored, empty = self._stored.raw, self._empty.raw
        rows = 0
        for name in sorted(await stored.names(JUDGED) | await empty.names(JUDGED)):
            found, expected = await stored.rows(name), await empty.rows(name)
            rows += len(expected)
            kind = next(KIND_OF[start] for start in JUDGED if name.startswith(start))
            for field in sorted(found.keys() | expected.keys()):
                if found.get(field) != expected.get(field):
                    place = f"{name} {field.decode(errors='replace')}"
                    differences.append(Difference(kind, place, shown(found.get(field)), shown(expected.get(field))))
        return rows
