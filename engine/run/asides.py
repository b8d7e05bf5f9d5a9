"""Entries that went aside: which there are, and trying one again once what was wrong is mended.

A retry is an entry of its own that names the first. The core judges each once, whatever is asked for; the row that
goes with the retry in the same write lets the door say so at once. A retry that goes aside, too, can be retried in its
turn.
"""

import msgspec

from engine.core.entries import Retried
from engine.core.keys import retried_key
from engine.core.receipts.types import type_of
from engine.run.errors import ChangedMeanwhile, NotAside, RetriedBefore
from engine.run.logged import logged_at
from engine.run.outcomes import When
from engine.run.recorder import Once, Recorder
from engine.store.ledger import Ledger
from engine.store.states import StateReader


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that could not be judged. `code` is the kind of fault, `recorded` when the entry came."""

    position: int
    code: str
    type: str
    recorded: int
    retried: bool


class Asides:
    """See the module."""

    def __init__(self, *, ledger: Ledger, reader: StateReader, recorder: Recorder) -> None:
        self._ledger, self._reader, self._recorder = ledger, reader, recorder

    async def page(self, *, before: int | None, count: int) -> tuple[list[Aside], int | None]:
        """At most `count` below a position, the newest first; and where the next page begins, if there is one."""
        codes = await self._ledger.asides(before=before, count=count + 1)
        shown = list(codes)[:count]
        logged, retried = await logged_at(self._reader, shown), await self._ledger.retried(shown)
        asides = [
            Aside(
                position=position,
                code=codes[position],
                type=type_of(logged[position].entry),
                recorded=logged[position].recorded,
                retried=position in retried,
            )
            for position in shown
        ]
        return asides, shown[-1] if len(codes) > count else None

    async def is_still_aside(self, position: int) -> bool:
        """Whether the entry of this position went aside and no retry of it has been judged."""
        if not await self._ledger.is_aside(position):
            return False
        return (await self._reader.read([retried_key(position)]))[retried_key(position)] is None

    async def retry(self, position: int, when: When) -> int:
        """Have the entry that went aside here judged again; the position of the retry, the same when asked twice.

        Raises:
            NotAside, RetriedBefore, LogFull: Nothing was changed.
            StoreUnavailable: With the outcome unknown, ask again.
        """
        if not await self._ledger.is_aside(position):
            raise NotAside(position=position)
        aside = (await logged_at(self._reader, [position]))[position].entry
        entry = aside if isinstance(aside, Retried) else Retried(position)
        once = Once(speaker="sulka.retried", id=str(position), content=entry)
        try:
            appended = await self._recorder.append(entry, when, rows=(self._ledger.retried_row(position),), once=once)
        except ChangedMeanwhile:
            raise RetriedBefore(position=position) from None
        return appended.position
