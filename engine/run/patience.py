"""Waiting for the engine, but not for ever."""

import asyncio
from typing import Final

from engine.store.states import StateReader

LOOK_SECONDS: Final = 0.01


async def is_judged(reader: StateReader, position: int, within_seconds: float) -> bool:
    """Wait until the entry at this position is judged and committed; whether it is.

    The clock is looked at here: a time-out from outside cancels whatever it meets, and a read whose answer has just
    come swallows that (`asyncio.wait_for` before Python 3.12), after which nothing would end the waiting.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + within_seconds
    while await reader.judged() < position:
        if loop.time() >= until:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True
