"""Every row of one member on the boards of an organization, open or final, whether or not it may be shown."""

from collections.abc import AsyncIterator
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask, ask_all
from engine.store.connect import store_answers
from engine.store.keys import Keys, Place, place_of
from engine.store.ranks import BoardRow

PAGES_AT_ONCE: Final = 50
KEYS_AT_ONCE: Final = 1_000

_pages = msgspec.msgpack.Decoder(list[BoardRow])


class OnBoard(msgspec.Struct, frozen=True):
    """A row of a board in a period."""

    place: Place
    row: BoardRow
    is_final: bool


class BoardRows:
    """See the module. Reads all pages of all final boards: for what is seldom asked."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def of(self, member: str) -> list[OnBoard]:
        """All rows of the member, in the order of board and period."""
        found: list[OnBoard] = []
        async for name in self._names("board:"):
            row = await self._open_row(place_of(name), member)
            if row is not None:
                found.append(OnBoard(place_of(name), row, is_final=False))
        async for name in self._names("pages:"):
            code, by, kind, period = name.split(":")
            if by != "members":
                continue
            row = await self._final_row(f"{self._keys.prefix}pages:{name}", member)
            if row is not None:
                found.append(OnBoard(Place(int(code), int(kind), int(period)), row, is_final=True))
        return sorted(found, key=lambda each: (each.place.code, each.place.kind, each.place.period))

    async def open_places(self, member: str) -> list[Place]:
        """The open boards that have the member."""
        return [
            place_of(name)
            async for name in self._names("board:")
            if await ask(self._read, "ZSCORE", self._keys.board(place_of(name)), member) is not None
        ]

    async def _names(self, start: str) -> AsyncIterator[str]:
        before = f"{self._keys.prefix}{start}"
        names: set[str] = set()
        with store_answers():
            async for key in self._read.scan_iter(match=f"{before}*", count=KEYS_AT_ONCE):
                names.add(cast("bytes", key).decode().removeprefix(before))
        for name in sorted(names):
            yield name

    async def _open_row(self, place: Place, member: str) -> BoardRow | None:
        key = self._keys.board(place)
        score = cast("float | None", await ask(self._read, "ZSCORE", key, member))
        if score is None:
            return None
        points = int(score)
        counts = await ask_all(
            self._read, [("ZCOUNT", key, f"({points}", "+inf"), ("ZCOUNT", key, str(points), str(points))]
        )
        above, equal = cast("tuple[int, int]", counts)
        return BoardRow(above + 1, member, points, equal - 1)

    async def _final_row(self, key: str, member: str) -> BoardRow | None:
        count = cast("int", await ask(self._read, "HLEN", key))
        for start in range(0, count, PAGES_AT_ONCE):
            pages = cast(
                "list[bytes | None]",
                await ask(self._read, "HMGET", key, *range(start, min(start + PAGES_AT_ONCE, count))),
            )
            for page in pages:
                if page is not None and member.encode() in page:
                    return next((row for row in _pages.decode(page) if row.id == member), None)
        return None
