"""Waiting until everything in the log is judged, whether or not an engine runs somewhere."""

import asyncio
from collections.abc import Callable
from typing import Final

from engine.run.loop import Engine
from engine.run.patience import is_judged
from engine.store.errors import StaleEpoch, StalePosition
from engine.store.log import Log
from engine.store.states import StateReader

PATIENCE_SECONDS: Final = 2.0
"""Longer than an engine takes to start again; one that has judged nothing meanwhile does not run."""


async def settle(
    log: Log, reader: StateReader, engine: Callable[[], Engine], *, patience_seconds: float = PATIENCE_SECONDS
) -> int:
    """Return when all entries that are in the log now are judged; the last one's position.

    By the engine that runs; where none does, by one of our own, which takes over and ends. Should one start at that
    moment, it takes over in turn, and is waited for.
    """
    position = (await log.door()).position
    while True:
        before = await reader.judged()
        if await is_judged(reader, position, patience_seconds):
            return position
        if await reader.judged() > before:
            continue
        try:
            await engine().run(asyncio.Event(), until=position)
        except (StaleEpoch, StalePosition):
            continue
