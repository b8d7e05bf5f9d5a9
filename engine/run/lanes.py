"""Many organizations in one process: work for each of them, begun when there is one, and begun again alone.

What goes wrong in one lane is said and ends that lane; it comes back after a while, longer each time. The others go on.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection
from time import monotonic
from typing import Final

import structlog

from engine.store.errors import StaleEpoch, StalePosition, StoreError
from engine.store.organizations import MAIN

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0
"""How often to look which organizations there are."""

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 15.0
GOOD_SECONDS: Final = 60.0
"""A lane that has worked for so long begins again with the first pause."""

Work = Callable[[str, asyncio.Event], Awaitable[object]]
"""Works for the organization of this name until the event is set."""


class Lanes:
    """See the module."""

    def __init__(
        self,
        open_names: Callable[[], Awaitable[Collection[str]]],
        work: Work,
        *,
        on_stop: Callable[[str], None] = lambda _: None,
        gives_way: tuple[type[Exception], ...] = (StaleEpoch, StalePosition),
        look_seconds: float = LOOK_SECONDS,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """`open_names` gives the organizations to work for. `on_stop` hears whose work is to stop, should it wait.

        `gives_way` is how work ends that another process has taken over.
        """
        self._open_names, self._work, self._on_stop = open_names, work, on_stop
        self._gives_way = gives_way
        self._look_seconds, self._first_pause = look_seconds, first_pause_seconds
        self._are_known = True
        self._stops: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Keep a lane for each organization until told to stop; then all of them finish what they have begun."""
        try:
            while not stop.is_set():
                await self._look()
                await _until(stop, self._look_seconds)
        finally:
            for name in list(self._tasks):
                self._end(name)
            await asyncio.gather(*self._tasks.values())

    async def _look(self) -> None:
        names = await self._names()
        for name in [name for name, task in self._tasks.items() if task.done()]:
            del self._tasks[name], self._stops[name]
        for name in self._tasks:
            if name not in names:
                self._end(name)
        for name in names:
            if name not in self._tasks:
                self._stops[name] = asyncio.Event()
                self._tasks[name] = asyncio.create_task(self._keep(name, self._stops[name]))

    async def _names(self) -> Collection[str]:
        """Those to work for; where that can't be read, those of before and the one that is always there."""
        try:
            names = await self._open_names()
        except StoreError as error:
            if self._are_known:
                log.warning("which organizations there are can't be read", kind=type(error).__name__, why=str(error))
            self._are_known = False
            return {MAIN: None, **dict.fromkeys(self._tasks)}
        self._are_known = True
        return names

    def _end(self, name: str) -> None:
        self._stops[name].set()
        self._on_stop(name)

    async def _keep(self, name: str, stop: asyncio.Event) -> None:
        """Work for an organization, again and again, until it is to stop."""
        pause = self._first_pause
        while not stop.is_set():
            began = monotonic()
            await self._work_or_say(name, stop)
            if monotonic() - began >= GOOD_SECONDS:
                pause = self._first_pause
            await _until(stop, pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _work_or_say(self, name: str, stop: asyncio.Event) -> None:
        try:
            await self._work(name, stop)
        except self._gives_way as error:
            log.info("another process has taken over, as sulka verify does; this one begins again", of=name)
            _forget(error)
        except StoreError as error:
            log.error("the store can't be used", of=name, kind=type(error).__name__, why=str(error))  # noqa: TRY400 - says all
            _forget(error)
        except Exception as error:
            log.exception("a bug ends the work for an organization", of=name)
            _forget(error)


def _forget(error: BaseException) -> None:
    """What the fault holds of the lane that has ended goes with it: where lanes work, nothing collects cycles."""
    seen: list[BaseException] = []
    waits: list[BaseException | None] = [error]
    while waits:
        one = waits.pop()
        if one is None or any(one is other for other in seen):
            continue
        seen.append(one)
        waits += [one.__cause__, one.__context__]
    for one in seen:
        if one.__traceback__ is not None:
            traceback.clear_frames(one.__traceback__)
        one.__traceback__ = one.__cause__ = one.__context__ = None


async def _until(stop: asyncio.Event, seconds: float) -> None:
    """Return when told to stop, or after these seconds."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
