"""How far the log, the engine and what stands aside are: a few numbers, read in one go for whoever watches."""

from collections.abc import Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask, ask_all
from engine.store.decoding import StreamRow, id_and_fields
from engine.store.keys import Keys
from engine.store.log import entry_command


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """`next_recorded` is when the first entry that is not judged came in (milliseconds); None where all are judged.

    `waiting` counts everything that was kept apart in the last 14 days; what was let in meanwhile is still in it.
    """

    position: int
    judged: int
    history: bool
    aside: int
    waiting: int
    next_recorded: int | None


def together(vitals: Sequence[Vitals]) -> Vitals:
    """Those of several organizations: sums, and of what waits since when the oldest."""
    # While history is open, entries are recorded in the past on purpose.
    since = [each.next_recorded for each in vitals if each.next_recorded is not None and not each.history]
    return Vitals(
        position=sum(each.position for each in vitals),
        judged=sum(each.judged for each in vitals),
        history=any(each.history for each in vitals),
        aside=sum(each.aside for each in vitals),
        waiting=sum(each.waiting for each in vitals),
        next_recorded=min(since, default=None),
    )


class VitalsReader:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def read(self) -> Vitals:
        """The numbers now.

        Raises:
            StoreUnavailable: The store does not answer.
        """
        keys = self._keys
        judged_row, door_row, aside, waiting = await ask_all(
            self._read,
            [
                ("HGET", keys.engine, "position"),
                ("HMGET", keys.door, "position", "history"),
                ("HLEN", keys.aside),
                ("ZCARD", keys.waiting),
            ],
        )
        judged = int(cast("bytes | None", judged_row) or 0)
        position, history = cast("list[bytes | None]", door_row)
        rows = cast("list[StreamRow]", await ask(self._read, *entry_command(keys, judged + 1)))
        return Vitals(
            position=int(position or 0),
            judged=judged,
            history=history == b"1",
            aside=cast("int", aside),
            waiting=cast("int", waiting),
            next_recorded=int(id_and_fields(rows[0])[0].partition(b"-")[2]) if rows else None,
        )
