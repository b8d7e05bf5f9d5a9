"""What a member missed who comes again: found by their own index, so however long they were away.

Of the wall the newest positions; what was let onto it meanwhile by an answer stands further back, and is not told.
"""

from typing import Final

import msgspec

from engine.core.states import MemberState
from engine.run.live.heard import MOST_HEARD, MOST_ON_WALL, Heard
from engine.store.keys import WALL_KINDS
from engine.store.ledger import Ledger
from engine.store.wall import WallIndex

MOST_MISSED: Final = MOST_HEARD
"""So many entries of their own a member is told afterwards."""


class Missed:
    """See the module."""

    def __init__(self, *, ledger: Ledger, wall_index: WallIndex, most: int = MOST_MISSED) -> None:
        self._ledger, self._wall_index, self._most = ledger, wall_index, most

    async def between(self, member: str, state: MemberState, after: int, to: int) -> Heard:
        """What there was after a position, up to the one at which this is their state; lost if it is too much."""
        heard = Heard(position=to)
        positions = await self._own(member, state, after)
        if after > to or len(positions) > self._most:
            heard.lose()
            return heard
        entries = await self._ledger.entries(positions)
        for position in positions:
            heard.add_own(member, position, entries[position])
        wall = [at for kind in WALL_KINDS for at in await self._wall_index.newest(kind, to=to, count=MOST_ON_WALL)]
        heard.add_of_others([(at, at) for at in sorted(set(wall)) if at > after], moved=True)
        return msgspec.structs.replace(heard, position=to)

    async def _own(self, member: str, state: MemberState, after: int) -> list[int]:
        """The positions after one that concern the member, in order; some more than are told, where there are more."""
        found: list[int] = []
        async for block in self._ledger.blocks_of(member, state, before=None):
            newer = [position for position in block if position > after]
            found.extend(newer)
            if len(newer) < len(block) or len(found) > self._most:
                break
        return sorted(found)
