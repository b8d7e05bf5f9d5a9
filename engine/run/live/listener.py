"""One who listens: what they have heard, and whether they go on listening."""

import asyncio
from contextlib import suppress

from engine.core.journal import JournalEntry
from engine.run.live.heard import Heard, OnWall


class Listener:
    """See the module. What it has heard waits here, bounded, until it is taken."""

    def __init__(self, member: str) -> None:
        self.member = member
        self._heard = Heard()
        self._something, self._end = asyncio.Event(), asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self._end.is_set()

    def end(self) -> None:
        """Listen no more."""
        self._end.set()
        self._something.set()

    def hear(self, position: int, entry: JournalEntry) -> None:
        """Hear an entry about the member."""
        self._heard.add_own(self.member, position, entry)
        self._something.set()

    def hear_of_others(self, position: int, wall: list[OnWall], *, moved: bool) -> None:
        """Hear what went on among others up to a position."""
        self._heard.position = position
        self._heard.add_of_others(wall, moved=moved)
        if wall or moved:
            self._something.set()

    def lose(self, position: int) -> None:
        """Leave out what came up to a position."""
        self._heard.position = position
        self._heard.lose()
        self._something.set()

    def begin(self, position: int, before: Heard) -> None:
        """Go on from a position; of what was heard meanwhile only what came after it."""
        self._heard = before.then(self._heard.after(position))
        self._tell_if_any()

    def take(self) -> Heard:
        """What was heard since it was last asked."""
        heard, self._heard = self._heard, Heard(position=self._heard.position)
        self._tell_if_any()
        return heard

    async def wait(self, seconds: float) -> None:
        """Return when something is heard or there is an end, at the latest after so many seconds."""
        await _wait(self._something, seconds)

    async def rest(self, seconds: float) -> None:
        """Return after so many seconds, or with the end."""
        await _wait(self._end, seconds)

    def _tell_if_any(self) -> None:
        if self._heard.is_empty and not self.has_ended:
            self._something.clear()
        else:
            self._something.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
