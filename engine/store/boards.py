"""Reading boards: pages, one's own place, units; open boards from sorted sets, final ones from their pages.

Every answer carries the position of the log entry up to which it holds. Rows of a final board whose member has hidden
or been erased since are left out when read; the ranks of the others stay.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.core.rulebook import UnitKind
from engine.core.states import MemberState, UnitsState, decode_state, member_key
from engine.store.ask import ask
from engine.store.keys import Keys, Place
from engine.store.ranks import BoardRow, ranked, ranked_whole, unit_rows
from engine.store.scripts import Reply, number, script
from engine.store.states import StateReader

PAGE_ROWS: Final = 100
PAGES_SEARCHED: Final = 50
"""So many pages of a final board are looked through for a member whose score has changed since."""

_pages = msgspec.msgpack.Decoder(list[BoardRow])


class Closed(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a closed board: `flagged` until its pages are written, its rows, and who had joined then."""

    state: Literal["flagged", "paged"]
    count: int
    joined: list[tuple[str, str, int]] = []


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row that was seen; `offset` rows lie before the next one on a final board."""

    offset: int
    score: int
    member: str


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a board, `count` altogether. `following` is where the next page begins, if there is one."""

    position: int
    is_final: bool
    count: int
    rows: tuple[BoardRow, ...]
    following: Cursor | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A member's own place. Hidden (`shown` False): 1 + those above. `to_next` points reach the next higher score."""

    position: int
    row: BoardRow
    shown: bool
    to_next: int | None


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """A member's own place (None without a score) and the rows around it."""

    own: Standing | None
    page: BoardPage


class Boards:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys
        self._states = StateReader(read=read, keys=keys)

    async def page(self, place: Place, *, limit: int, after: Cursor | None = None) -> BoardPage:
        """At most `limit` rows (≤ 100), from the top or after a row that was seen."""
        limit = max(1, min(limit, PAGE_ROWS))
        where: list[str | bytes | int] = ["offset", 0, ""] if after is None else ["after", after.score, after.member]
        answer = await self._run("board_page", place, [*where, limit])
        closed = closed_from(answer[1])
        if closed is not None and closed.state == "paged":
            start = 0 if after is None else after.offset
            return await self._final_page(place, number(answer[0]), closed, start, limit)
        return live_page(answer, pairs_of(answer[7:]), closed)

    async def around(self, place: Place, member: str, *, own_score: int, limit: int) -> Around:
        """The member's own place and the rows around it, half of them above; with limit 0 no rows.

        `own_score` is the member's score by their state, for a board that does not show them.
        """
        limit = min(limit, PAGE_ROWS)
        answer = await self._run("board_around", place, [member, own_score, limit // 2, limit])
        closed = closed_from(answer[1])
        if closed is not None and closed.state == "paged":
            return await self._final_around(place, number(answer[0]), closed, member, own_score, limit)
        score, shown, above, tied = (number(value) for value in answer[7:11])
        page = live_page(answer, pairs_of(answer[12:]), closed)
        if score <= 0:
            return Around(own=None, page=page)
        higher = answer[11]
        own = Standing(
            position=page.position,
            row=BoardRow(above + 1, member, score, tied - shown),
            shown=bool(shown),
            to_next=None if higher == b"" else number(higher) - score,
        )
        return Around(own=own, page=page)

    async def standing(self, place: Place, member: str, *, own_score: int) -> Standing | None:
        """The member's own place alone; None without a score."""
        return (await self.around(place, member, own_score=own_score, limit=0)).own

    async def among(self, place: Place, members: Sequence[str]) -> BoardPage:
        """The rows of these members, ranked among themselves."""
        answer = await self._run("board_among", place, list(members))
        closed = closed_from(answer[1])
        if closed is not None and closed.state == "paged":
            wanted = frozenset(members)
            scores = {row.id: row.score for row in await self._all_rows(place, closed) if row.id in wanted}
            rows = await self._still_shown(ranked_whole(scores))
        else:
            scores = {member: number(score) for member, score in zip(members, answer[2:], strict=True) if score != b""}
            rows = tuple(ranked_whole(scores))
        return BoardPage(position=number(answer[0]), is_final=closed is not None, count=len(rows), rows=rows)

    async def units(self, place: Place, by: UnitKind) -> BoardPage:
        """All teams, departments or countries that may be shown; scores in hundredths."""
        keys = self._keys
        names = [keys.engine, keys.final, keys.units(place, by), keys.states]
        answer = cast("list[Reply]", await script("board_units").run(self._read, names, [place.field]))
        closed = closed_from(answer[1])
        if closed is not None and closed.state == "paged":
            pages = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", keys.pages(place, by)))
            rows = [row for number_ in sorted(pages, key=int) for row in _pages.decode(pages[number_])]
        else:
            rows = rows_of_units(by, answer[2], answer[3:], closed)
        return BoardPage(position=number(answer[0]), is_final=closed is not None, count=len(rows), rows=tuple(rows))

    async def _run(self, name: str, place: Place, arguments: Sequence[str | bytes | int]) -> list[Reply]:
        keys = [self._keys.engine, self._keys.final, self._keys.board(place)]
        return cast("list[Reply]", await script(name).run(self._read, keys, [place.field, *arguments]))

    async def _final_page(self, place: Place, position: int, closed: Closed, start: int, limit: int) -> BoardPage:
        rows = await self._final_rows(place, start, min(start + limit, closed.count))
        end = start + len(rows)
        return BoardPage(
            position=position,
            is_final=True,
            count=closed.count,
            rows=await self._still_shown(rows),
            following=Cursor(end, rows[-1].score, rows[-1].id) if rows and end < closed.count else None,
        )

    async def _final_around(
        self, place: Place, position: int, closed: Closed, member: str, own_score: int, limit: int
    ) -> Around:
        at = await self._first_not_before(place, closed, (own_score, member))
        found = await self._search(place, closed, member, at)
        if found is not None:
            at, row = found
            shown = True
        else:
            above = await self._first_not_before(place, closed, (own_score, LAST_ID))
            tied = await self._first_not_before(place, closed, (own_score, "")) - above
            at, row, shown = above, BoardRow(above + 1, member, own_score, tied), False
        higher = await self._final_rows(place, row.rank - 2, row.rank - 1) if row.rank > 1 else []
        own = Standing(position=position, row=row, shown=shown, to_next=higher[0].score - row.score if higher else None)
        page = await self._final_page(place, position, closed, max(0, at - limit // 2), limit)
        return Around(own=own if row.score > 0 else None, page=page)

    async def _first_not_before(self, place: Place, closed: Closed, key: tuple[int, str]) -> int:
        """How many rows of a final board come before (score, id)."""
        low, high = 0, closed.count
        while low < high:
            middle = (low + high) // 2
            row = (await self._final_rows(place, middle, middle + 1))[0]
            if (row.score, row.id) > key:
                low = middle + 1
            else:
                high = middle
        return low

    async def _search(self, place: Place, closed: Closed, member: str, near: int) -> tuple[int, BoardRow] | None:
        first = max(0, near // PAGE_ROWS - PAGES_SEARCHED // 2) * PAGE_ROWS
        rows = await self._final_rows(place, first, min(closed.count, first + PAGES_SEARCHED * PAGE_ROWS))
        return next(((first + at, row) for at, row in enumerate(rows) if row.id == member), None)

    async def _all_rows(self, place: Place, closed: Closed) -> list[BoardRow]:
        return await self._final_rows(place, 0, closed.count)

    async def _final_rows(self, place: Place, start: int, end: int) -> list[BoardRow]:
        """The rows from `start` to before `end`; none is missing."""
        if end <= start:
            return []
        first = start // PAGE_ROWS
        fields = range(first, (end - 1) // PAGE_ROWS + 1)
        pages = await ask(self._read, "HMGET", self._keys.pages(place, "members"), *fields)
        rows = [row for page in cast("list[bytes]", pages) for row in _pages.decode(page)]
        return rows[start - first * PAGE_ROWS : end - first * PAGE_ROWS]

    async def _still_shown(self, rows: Sequence[BoardRow]) -> tuple[BoardRow, ...]:
        if not rows:
            return ()
        states = await self._states.read([member_key(row.id) for row in rows])
        shown = {key for key, state in states.items() if isinstance(state, MemberState) and state.is_shown}
        return tuple(row for row in rows if member_key(row.id) in shown)


LAST_ID: Final = "\U0010ffff"
"""Comes after every member id."""


def closed_from(value: Reply) -> Closed | None:
    """What `final` says of a board; None while it is open."""
    return msgspec.msgpack.decode(value, type=Closed) if isinstance(value, bytes) and value else None


def live_page(answer: Sequence[Reply], pairs: list[tuple[str, int]], closed: Closed | None) -> BoardPage:
    """The page of an answer of `board_page` or `board_around`."""
    position, count, start, above, tied_first, tied_last = (number(answer[at]) for at in (0, 2, 3, 4, 5, 6))
    rows = ranked(pairs, start=start, above_first=above, tied_first=tied_first, tied_last=tied_last)
    end = start + len(rows)
    return BoardPage(
        position=position,
        is_final=closed is not None,
        count=count,
        rows=tuple(rows),
        following=Cursor(end, rows[-1].score, rows[-1].id) if rows and end < count else None,
    )


def rows_of_units(by: str, joined_now: Reply, flat: Sequence[Reply], closed: Closed | None) -> list[BoardRow]:
    """The rows of an answer of `board_units`; of a closed board by those who had joined when it closed."""
    if closed is not None:
        joined = {unit: count for kind, unit, count in closed.joined if kind == by}
    else:
        state = decode_state("n", cast("bytes", joined_now) or None)
        joined = _joined(state.joined, by) if isinstance(state, UnitsState) else {}
    names, values = cast("list[bytes]", flat[::2]), cast("list[bytes]", flat[1::2])
    sums = {
        name.decode(): msgspec.msgpack.decode(value, type=tuple[int, int])[0]
        for name, value in zip(names, values, strict=True)
    }
    return unit_rows(sums, joined)


def _joined(joined: Mapping[tuple[str, str], int], by: str) -> dict[str, int]:
    return {unit: count for (kind, unit), count in joined.items() if kind == by}


def pairs_of(flat: Sequence[Reply]) -> list[tuple[str, int]]:
    """Member, score, member, score … as pairs."""
    members = cast("list[bytes]", flat[::2])
    return [(member.decode(), number(score)) for member, score in zip(members, flat[1::2], strict=True)]
