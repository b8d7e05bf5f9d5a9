"""The job that turns closed boards into pages: compact, ranked once, and the sorted set goes.

A closed board does not change any more, so the job may be stopped anywhere and run again, by several at once too.
Boards become final in the order of their periods, for each row says how it moved since the period before. The ranks
of a period are kept until the next one is final.
"""

from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.board_answers import (
    PAGE_ROWS,
    Closed,
    closed_from,
    place_before,
    rows_answer,
    rows_of_units,
)
from engine.store.keys import UNIT_KINDS, Keys, Place, place_of
from engine.store.ranks import BoardRow
from engine.store.recut import BoardFiller
from engine.store.scripts import Reply, script

PAGES_IN_ONE_WRITE: Final = 20

_encoder = msgspec.msgpack.Encoder()


class PageWriter:
    """See the module."""

    def __init__(self, *, write: Redis, keys: Keys) -> None:
        self._write, self._keys = write, keys
        self._filler = BoardFiller(write=write, keys=keys)

    async def finish_all(self) -> int:
        """Write the pages of every board that is closed and has none; how many boards there were.

        Then the boards of weeks that were cut anew are filled.

        Raises:
            StoreUnavailable: Call again.
        """
        fields = cast("list[bytes]", await ask(self._write, "HKEYS", self._keys.flagged))
        places = [place_of(field.decode()) for field in fields]
        for place in sorted(places, key=lambda place: (place.kind, place.period, place.code)):
            await self.finish(place)
        await self._filler.fill()
        return len(fields)

    async def finish(self, place: Place) -> bool:
        """Write the pages of this board and let its set go; False where it is not closed or was done already."""
        flagged = cast("bytes | None", await ask(self._write, "HGET", self._keys.final, place.field))
        closed = closed_from(flagged)
        if flagged is None or closed is None or closed.state == "paged":
            return False
        keys, last = self._keys, place_before(place)
        gone = [keys.board(place), *(keys.units(place, by) for by in UNIT_KINDS), keys.ranks(last)]
        try:
            await self._write_members(place, flagged, closed)
            for by in UNIT_KINDS:
                await self._write_units(place, by, flagged)
        except _DoneByAnother:
            return False
        names = [keys.final, keys.flagged, *gone]
        paged = _encoder.encode(Closed("paged", closed.count, closed.joined))
        return await script("finish_board").run(self._write, names, [place.field, flagged, paged]) == 1

    async def _write_members(self, place: Place, flagged: bytes, closed: Closed) -> None:
        pages: list[Argument] = []
        ranks: list[Argument] = []
        for start in range(0, closed.count, PAGE_ROWS):
            rows = await self._rows(place, flagged, start)
            pages.extend((start // PAGE_ROWS, _encoder.encode(rows)))
            for row in rows:
                ranks.extend((row.id, row.rank))
            if len(pages) == 2 * PAGES_IN_ONE_WRITE or start + PAGE_ROWS >= closed.count:
                await self._write_pages(place, "members", flagged, pages, ranks)
                pages, ranks = [], []

    async def _rows(self, place: Place, flagged: bytes, start: int) -> tuple[BoardRow, ...]:
        keys, last = self._keys, place_before(place)
        names = [keys.engine, keys.final, keys.board(place), keys.board(last), keys.ranks(last)]
        arguments: list[Argument] = [place.field, "offset", start, "", PAGE_ROWS, "", "", "", ""]
        call = script("board_rows").run(self._write, [*names, keys.states, keys.directory, keys.tokens], arguments)
        answer = cast("list[Reply]", await call)
        if answer[1] != flagged:
            raise _DoneByAnother
        return rows_answer(answer, None).rows

    async def _write_units(self, place: Place, by: str, flagged: bytes) -> None:
        keys = self._keys
        names = [keys.engine, keys.final, keys.units(place, by), keys.pages(place, by), keys.states]
        answer = cast("list[Reply]", await script("board_units").run(self._write, names, [place.field]))
        if answer[1] != flagged:
            raise _DoneByAnother
        rows = rows_of_units(by, answer, {})
        for start in range(0, len(rows), PAGE_ROWS):
            page = _encoder.encode(rows[start : start + PAGE_ROWS])
            await self._write_pages(place, by, flagged, [start // PAGE_ROWS, page], [])

    async def _write_pages(
        self, place: Place, by: str, flagged: bytes, pages: list[Argument], ranks: list[Argument]
    ) -> None:
        """Not with a bare HSET: a job that was overtaken would bring ranks back that are gone."""
        names = [self._keys.final, self._keys.pages(place, by), self._keys.ranks(place)]
        arguments: list[Argument] = [place.field, flagged, len(pages), *pages, *ranks]
        if await script("write_pages").run(self._write, names, arguments) != 1:
            raise _DoneByAnother


class _DoneByAnother(Exception):
    """The set is gone, because its pages are written."""
