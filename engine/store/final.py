"""Final boards: rows in pages of a hundred, found by place, by score or by member.

Pages never change. Rows whose member has hidden or been erased since are left out when read; the ranks of the others
stay.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from redis.asyncio import Redis

from engine.core.keys import member_key
from engine.core.membership import is_shown
from engine.core.states import MemberState
from engine.core.stored import decode_state
from engine.store.ask import ask, ask_all
from engine.store.board_answers import (
    PAGE_ROWS,
    Asking,
    BoardPage,
    Closed,
    Cursor,
    RowsAnswer,
    Standing,
    cursor_after,
    decode_page,
    names_in,
)
from engine.store.keys import Keys, Place
from engine.store.ranks import BoardRow, own_row

MOST_PAGES: Final = 1_000
"""So many pages are looked through for a member whose score has changed since the close, or for a team."""

PAGES_AT_ONCE: Final = 50

LAST_ID: Final = "\U0010ffff"
"""Comes after every member id."""


class FinalBoards:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def page(self, place: Place, seen: RowsAnswer, start: int | Cursor, limit: int) -> BoardPage:
        """At most `limit` rows from a place on, or after a row that was seen while the board was open or later."""
        closed = closed_of(seen)
        if isinstance(start, Cursor):
            start = await self._end_of(place, closed, start)
        rows = await self.rows(place, start, min(start + limit, closed.count))
        shown, names = await self.still_shown(rows)
        return BoardPage(
            position=seen.position,
            organization=seen.organization,
            is_final=True,
            count=closed.count,
            rows=shown,
            following=cursor_after(rows, start + len(rows), closed.count),
            names=names,
        )

    async def own(
        self, place: Place, seen: RowsAnswer, asking: Asking, state: MemberState
    ) -> tuple[int, Standing | None]:
        """How many rows lie before the member's own place, and that place; None without one.

        Where the member is not among the rows, their place is the one that their score would have today.
        """
        closed, score = closed_of(seen), asking.score_on(state, place)
        near = await self._first_not_before(place, closed, (score, asking.member))
        ranks = self._keys.ranks(place)
        is_kept, rank = await ask_all(self._read, [("EXISTS", ranks), ("HGET", ranks, asking.member)])
        at, row = 0, None
        if rank is not None or not is_kept:
            near = near if rank is None else int(cast("bytes", rank)) - 1
            at, row = await self._search(place, closed, asking.member, near)
        if row is None:
            above = await self.above(place, closed.count, score)
            at, is_known = above, score > 0 and closed.count <= MOST_PAGES * PAGE_ROWS
            if not is_known:
                return at, None
            tied = await self._first_not_before(place, closed, (score, "")) - above
            row = own_row(asking.member, score, above=above, tied=tied + 1, before=None)
            shown = False
        else:
            shown = True
        higher = await self.rows(place, row.rank - 2, row.rank - 1) if row.rank > 1 else []
        return at, Standing(row=row, shown=shown, to_next=higher[0].score - row.score if higher else None)

    async def above(self, place: Place, count: int, score: int) -> int:
        """How many rows have a higher score."""
        return await self._first_not_before(place, Closed("paged", count), (score, LAST_ID))

    async def some(self, place: Place, closed: Closed, members: Sequence[str]) -> dict[str, BoardRow]:
        """The rows of these members, among the first 100,000."""
        wanted = frozenset(members)
        found: dict[str, BoardRow] = {}
        for start in range(0, min(closed.count, MOST_PAGES * PAGE_ROWS), PAGES_AT_ONCE * PAGE_ROWS):
            rows = await self.rows(place, start, min(closed.count, start + PAGES_AT_ONCE * PAGE_ROWS))
            found.update((row.id, row) for row in rows if row.id in wanted)
        return found

    async def rows(self, place: Place, start: int, end: int) -> list[BoardRow]:
        """The rows from `start` to before `end`.

        Raises:
            StoreDamaged: One is missing.
        """
        if end <= start:
            return []
        first = start // PAGE_ROWS
        fields = range(first, (end - 1) // PAGE_ROWS + 1)
        pages = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.pages(place, "members"), *fields))
        rows = [row for page in pages for row in decode_page(page)]
        return rows[start - first * PAGE_ROWS : end - first * PAGE_ROWS]

    async def still_shown(self, rows: Sequence[BoardRow]) -> tuple[tuple[BoardRow, ...], dict[str, str]]:
        """Those of these rows whose members have not hidden since, and their names."""
        if not rows:
            return (), {}
        members = [row.id for row in rows]
        states, records = await ask_all(
            self._read,
            [
                ("HMGET", self._keys.states, *map(member_key, members)),
                ("HMGET", self._keys.directory, *members),
            ],
        )
        shown = {
            member
            for member, value in zip(members, cast("list[bytes | None]", states), strict=True)
            if isinstance(state := decode_state(member_key(member), value), MemberState) and is_shown(state)
        }
        names = names_in(members, cast("list[bytes | None]", records))
        return tuple(row for row in rows if row.id in shown), names

    async def _end_of(self, place: Place, closed: Closed, cursor: Cursor) -> int:
        """How many rows come up to the one that was seen; the board may have closed and moved since."""
        if 0 < cursor.offset <= closed.count:
            seen = (await self.rows(place, cursor.offset - 1, cursor.offset))[0]
            if (seen.score, seen.id) == (cursor.score, cursor.id):
                return cursor.offset
        return await self._first_not_before(place, closed, (cursor.score, cursor.id), is_included=True)

    async def _first_not_before(
        self, place: Place, closed: Closed, key: tuple[int, str], *, is_included: bool = False
    ) -> int:
        """How many rows of a final board come before (score, id), or up to it."""
        low, high = 0, closed.count
        while low < high:
            middle = (low + high) // 2
            row = (await self.rows(place, middle, middle + 1))[0]
            found = (row.score, row.id)
            if found > key or (is_included and found == key):
                low = middle + 1
            else:
                high = middle
        return low

    async def _search(self, place: Place, closed: Closed, member: str, near: int) -> tuple[int, BoardRow | None]:
        """Look for a member's row from a place outwards."""
        for first in outwards(near // PAGE_ROWS, -(-closed.count // PAGE_ROWS)):
            start = first * PAGE_ROWS
            rows = await self.rows(place, start, min(closed.count, start + PAGES_AT_ONCE * PAGE_ROWS))
            found = next(((start + at, row) for at, row in enumerate(rows) if row.id == member), None)
            if found is not None:
                return found
        return 0, None


def closed_of(seen: RowsAnswer) -> Closed:
    """What is kept of a board that has pages."""
    assert seen.closed is not None
    return seen.closed


def outwards(near: int, pages: int) -> Iterator[int]:
    """Where to begin looking, fifty pages each: around `near` first, then further away, at most a thousand pages."""
    low = high = max(0, min(near - PAGES_AT_ONCE // 2, pages - PAGES_AT_ONCE))
    if pages:
        yield low
    for _ in range(MOST_PAGES // PAGES_AT_ONCE // 2):
        high += PAGES_AT_ONCE
        if high < pages:
            yield high
        if low > 0:
            low = max(0, low - PAGES_AT_ONCE)
            yield low
