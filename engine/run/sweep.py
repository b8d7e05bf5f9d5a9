"""Now and then, events that wait for somebody who is known by now are let in. Sweeping once more changes nothing."""

from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from engine.run.jobs import start_job
from engine.run.outcomes import When
from engine.run.waiting_room import WaitingRoom
from engine.store.log import Log

EVERY_SECONDS = 600


class Sweep:
    """See the module. `now_ms` is the door's clock."""

    def __init__(self, *, room: WaitingRoom, log: Log, now_ms: Callable[[], int]) -> None:
        self._room, self._log, self._now_ms = room, log, now_ms

    def start(self, every_seconds: int = EVERY_SECONDS) -> AsyncIOScheduler:
        """A running scheduler, whose first look is now; shut it down to stop."""
        return start_job("sweep", self.look, every_seconds, at_once=True)

    async def look(self) -> int:
        """Let in what may come in; how many events did. While history is open, its own calls do that in their time."""
        if (await self._log.door()).history:
            return 0
        return await self._room.let_in_rest(When(self._now_ms()))
