"""The cursor over the journal that tells listeners what is new: one in each process, only while somebody listens."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from engine.core.journal import JournalEntry
from engine.run.live.heard import moves, on_wall
from engine.run.live.listener import Listener
from engine.store.errors import StoreError
from engine.store.ledger import Ledger
from engine.store.states import StateReader

log = structlog.get_logger()

EVERY_SECONDS: Final = 0.25
ENTRIES_AT_ONCE: Final = 200
MOST_BEHIND: Final = 2_000
"""Where the engine is so far ahead of what was told, listeners read anew: it goes through a backlog."""


class Tail:
    """See the module."""

    def __init__(
        self,
        *,
        reader: StateReader,
        ledger: Ledger,
        every_seconds: float = EVERY_SECONDS,
        most_behind: int = MOST_BEHIND,
    ) -> None:
        self._reader, self._ledger, self._every_seconds = reader, ledger, every_seconds
        self._most_behind = most_behind
        self._listeners: dict[str, list[Listener]] = {}
        self._position = 0
        self._beginning = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None

    @property
    def is_followed(self) -> bool:
        """Whether the journal is being followed."""
        return self._following is not None and not self._following.done()

    async def listen(self, listener: Listener) -> None:
        """Let a listener hear all that is judged from now on; `leave` ends that.

        Raises:
            StoreError: Nobody listens.
        """
        async with self._beginning:
            if not self.is_followed:
                self._position = await self._reader.judged()
                self._following = asyncio.create_task(self._follow())
            self._listeners.setdefault(listener.member, []).append(listener)

    def leave(self, listener: Listener) -> None:
        """Listen no more; the last one to leave stops the cursor."""
        listener.end()
        others = [each for each in self._listeners.get(listener.member, []) if each is not listener]
        if others:
            self._listeners[listener.member] = others
        else:
            self._listeners.pop(listener.member, None)
        if not self._listeners and self._following is not None:
            self._following.cancel()
            self._following = None

    async def _follow(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._every_seconds)
                await self._catch_up(await self._reader.judged())
        except StoreError as error:
            # Whoever comes again goes on where they were.
            log.warning("streams end: the store gave no answer", kind=type(error).__name__)
            self._end_all()
        except Exception:
            log.exception("a bug ends the streams")
            self._end_all()

    async def _catch_up(self, judged: int) -> None:
        if not 0 <= judged - self._position <= self._most_behind:
            for listener in self._all():
                listener.lose(judged)
            self._position = judged
        while self._position < judged:
            entries = await self._read(self._position + 1, judged)
            self._position = min(judged, self._position + ENTRIES_AT_ONCE)
            self._tell(entries)

    async def _read(self, start: int, to: int) -> Mapping[int, JournalEntry]:
        return await self._ledger.entries(range(start, min(to + 1, start + ENTRIES_AT_ONCE)))

    def _tell(self, entries: Mapping[int, JournalEntry]) -> None:
        for position, entry in entries.items():
            for member in dict.fromkeys(person.id for person in entry.people):
                for listener in self._listeners.get(member, ()):
                    listener.hear(position, entry)
        wall = [each for position, entry in entries.items() for each in on_wall(position, entry)]
        moved = any(moves(entry) for entry in entries.values())
        for listener in self._all():
            listener.hear_of_others(self._position, wall, moved=moved)

    def _end_all(self) -> None:
        for listener in self._all():
            listener.end()

    def _all(self) -> list[Listener]:
        return [listener for listeners in self._listeners.values() for listener in listeners]
