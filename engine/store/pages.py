"""The job that turns closed boards into pages: compact, ranked once, and the sorted set goes.

A closed board does not change any more, so the job may be stopped anywhere and run again, by several at once too.
"""

from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.boards import PAGE_ROWS, Closed, closed_from, live_page, pairs_of, rows_of_units
from engine.store.keys import UNIT_KINDS, Keys, Place, place_of
from engine.store.ranks import BoardRow
from engine.store.scripts import Reply, script

PAGES_IN_ONE_WRITE: Final = 20

_encoder = msgspec.msgpack.Encoder()


class PageWriter:
    """See the module."""

    def __init__(self, *, write: Redis, keys: Keys) -> None:
        self._write, self._keys = write, keys

    async def finish_all(self) -> int:
        """Write the pages of every board that is closed and has none; how many boards there were.

        Raises:
            StoreUnavailable: Call again.
        """
        fields = cast("list[bytes]", await ask(self._write, "HKEYS", self._keys.flagged))
        for field in sorted(fields):
            await self.finish(place_of(field.decode()))
        return len(fields)

    async def finish(self, place: Place) -> bool:
        """Write the pages of this board and let its set go; False where it is not closed or was done already."""
        flagged = cast("bytes | None", await ask(self._write, "HGET", self._keys.final, place.field))
        closed = closed_from(flagged)
        if flagged is None or closed is None or closed.state == "paged":
            return False
        gone = [self._keys.board(place), *(self._keys.units(place, by) for by in UNIT_KINDS)]
        try:
            await self._write_members(place, flagged, closed)
            for by in UNIT_KINDS:
                await self._write_units(place, by, flagged, closed)
        except _DoneByAnother:
            return False
        names = [self._keys.final, self._keys.flagged, *gone]
        paged = _encoder.encode(Closed("paged", closed.count, closed.joined))
        return await script("finish_board").run(self._write, names, [place.field, flagged, paged]) == 1

    async def _write_members(self, place: Place, flagged: bytes, closed: Closed) -> None:
        name = self._keys.pages(place, "members")
        pages: list[Argument] = []
        for start in range(0, closed.count, PAGE_ROWS):
            pages.extend((start // PAGE_ROWS, _encoder.encode(await self._rows(place, flagged, start))))
            if len(pages) == 2 * PAGES_IN_ONE_WRITE or start + PAGE_ROWS >= closed.count:
                await ask(self._write, "HSET", name, *pages)
                pages = []

    async def _rows(self, place: Place, flagged: bytes, start: int) -> tuple[BoardRow, ...]:
        keys = [self._keys.engine, self._keys.final, self._keys.board(place)]
        arguments: list[Argument] = [place.field, "offset", start, "", PAGE_ROWS]
        answer = cast("list[Reply]", await script("board_page").run(self._write, keys, arguments))
        if answer[1] != flagged:
            raise _DoneByAnother
        return live_page(answer, pairs_of(answer[7:]), None).rows

    async def _write_units(self, place: Place, by: str, flagged: bytes, closed: Closed) -> None:
        keys = [self._keys.engine, self._keys.final, self._keys.units(place, by), self._keys.states]
        answer = cast("list[Reply]", await script("board_units").run(self._write, keys, [place.field]))
        if answer[1] != flagged:
            raise _DoneByAnother
        rows = rows_of_units(by, None, answer[3:], closed)
        for start in range(0, len(rows), PAGE_ROWS):
            page = _encoder.encode(rows[start : start + PAGE_ROWS])
            await ask(self._write, "HSET", self._keys.pages(place, by), start // PAGE_ROWS, page)


class _DoneByAnother(Exception):
    """The set is gone, because its pages are written."""
