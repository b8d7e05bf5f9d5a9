"""Now and then, what has run out is deleted, and events that wait for somebody who is known by now are let in.

What runs out are texts, bodies of deliveries and codes that link accounts.

Sweeping once more changes nothing.
"""

from collections.abc import Callable

from engine.run.linking import MINUTE_MS
from engine.run.outcomes import When
from engine.run.waiting_room import WaitingRoom
from engine.store.deliveries import Deliveries
from engine.store.directory import Directory
from engine.store.links import Links
from engine.store.log import Log

EVERY_SECONDS = 600

MOST_SLICES = 50
"""So many slices of texts (`engine.store.directory.MOST_READ`) are looked through at once; the next look goes on."""


class Sweep:
    """See the module. `now_ms` is the door's clock."""

    def __init__(
        self,
        *,
        room: WaitingRoom,
        log: Log,
        directory: Directory,
        deliveries: Deliveries,
        links: Links,
        now_ms: Callable[[], int],
    ) -> None:
        self._room, self._log, self._directory, self._now_ms = room, log, directory, now_ms
        self._deliveries, self._links = deliveries, links
        self._cursor = 0
        """Where among the texts the next look goes on; a process that starts goes through them from the first."""

    async def look(self) -> int:
        """Let in what may come in; how many events did. While history is open, its own calls do that in their time."""
        if (await self._log.door()).history:
            return 0
        await self._forget_texts()
        now = self._now_ms()
        await self._links.forget(now, now // MINUTE_MS)
        for source in await self._directory.sources():
            await self._deliveries.forget(source, self._now_ms())
        return await self._room.let_in_rest(When(self._now_ms()))

    async def _forget_texts(self) -> None:
        """Once through all texts, or as far as one look goes."""
        for _ in range(MOST_SLICES):
            self._cursor = await self._directory.forget_texts(self._now_ms(), self._cursor)
            if not self._cursor:
                return
