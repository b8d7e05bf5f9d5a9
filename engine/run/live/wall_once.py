"""What is new on the wall, read once for all who listen at the same moment."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final, TypeAlias

from engine.core.receipts.words import Language
from engine.run.wall import Wall, WallRow
from engine.store.keys import WALL_KINDS

KEPT_SECONDS: Final = 1.0
"""So long is told what was read: whoever hides is not told of any more after that."""

Rows: TypeAlias = list[WallRow]


class WallOnce:
    """See the module."""

    def __init__(self, wall: Wall, clock: Callable[[], float] = monotonic) -> None:
        self._wall, self._clock = wall, clock
        self._until = 0.0
        self._reading: dict[tuple[int, Language], asyncio.Task[Rows]] = {}

    async def at(self, position: int, language: Language, now: int) -> Rows:
        """What the wall shows of one position."""
        if self._clock() >= self._until:
            self._reading, self._until = {}, self._clock() + KEPT_SECONDS
        key = (position, language)
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._wall.at((position,), WALL_KINDS, language, now))
        # One listener who goes does not take the answer from the others.
        return await asyncio.shield(self._reading[key])
