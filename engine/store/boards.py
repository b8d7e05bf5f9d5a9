"""Reading boards: pages, one's own place, a team, units; open boards from sorted sets, final ones from their pages.

Every answer carries the position of the log entry up to which it holds.
"""

from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.core.rules import UnitKind
from engine.store.ask import Argument, ask
from engine.store.bearers import BearerChanged
from engine.store.board_answers import (
    PAGE_ROWS,
    Asking,
    BoardPage,
    Cursor,
    RowsAnswer,
    Standing,
    closed_from,
    cursor_after,
    joined_in,
    member_from,
    names_in,
    numbers_in,
    organization_from,
    place_before,
    rows_answer,
    rows_of_units,
    sliced,
)
from engine.store.final import FinalBoards
from engine.store.keys import Keys, Place
from engine.store.ranks import LEAST_JOINED, BoardRow, ranked_whole
from engine.store.scripts import Reply, number, script
from engine.store.trips import SharedTrips

MOST_IN_TEAM: Final = 1_000
"""A team of more has no board of its own."""

MOST_KNOWN: Final = 256
"""So many boards' keys are kept ready."""

NO_ONE: Final = Asking("", lambda _state, _place: 0)


class TeamTooLarge(Exception):
    """A team is so large that it is no team any more: see it among the teams, or the rows around one's own place."""

    def __init__(self, *, members: int) -> None:
        self.members = members
        super().__init__(f"A team of {members} has no board of its own; up to {MOST_IN_TEAM} have.")


class Boards:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys
        self._trips = SharedTrips(read)
        self._final = FinalBoards(read=read, keys=keys)
        self._known: dict[Place, tuple[bytes, ...]] = {}

    async def page(
        self, place: Place, *, limit: int, after: Cursor | None = None, asking: Asking = NO_ONE
    ) -> BoardPage:
        """At most `limit` rows (≤ 100), from the top or after a row that was seen.

        Raises:
            BearerChanged: See `Asking.bearer`.
        """
        where: list[Argument] = ["offset", 0, ""] if after is None else ["after", after.score, after.id]
        return await self._read_rows(place, where, after or 0, min(limit, PAGE_ROWS), asking)

    async def around(self, place: Place, asking: Asking, *, limit: int) -> BoardPage:
        """The member's own place and the rows around it, half of them above.

        Raises:
            BearerChanged: See `Asking.bearer`.
        """
        return await self._read_rows(place, ["around", limit // 2, ""], None, min(limit, PAGE_ROWS), asking)

    async def team(self, place: Place, asking: Asking, *, limit: int, after: Cursor | None = None) -> BoardPage:
        """The rows of the member's team, ranked among themselves; none where fewer than five of it have joined.

        Raises:
            TeamTooLarge: It has more than 1,000 members.
        """
        keys = self._keys
        value = await ask(self._read, "HGET", keys.states, f"m:{asking.member}")
        team = member_from(asking.member, cast("bytes | None", value)).facts.team or ""
        names: list[str | bytes] = [*self._names(place)[:-1], keys.team(team)]
        answer = await self._trips.run(script("board_team"), names, [place.field, MOST_IN_TEAM])
        if number(answer[4]) > MOST_IN_TEAM:
            raise TeamTooLarge(members=number(answer[4]))
        closed = closed_from(answer[1])
        flat = cast("list[bytes]", answer[5])
        members = [member.decode() for member in flat[::4]]
        before = numbers_in(members, flat[2::4])
        found = numbers_in(members, flat[1::4])
        if closed is not None and closed.state == "paged":
            final = await self._final.some(place, closed, members)
            found = {id_: row.score for id_, row in final.items()}
            before = {id_: row.rank + row.moved for id_, row in final.items() if row.moved is not None}
        if joined_in("teams", answer[3], None).get(team, 0) < LEAST_JOINED:
            found = {}
        rows: Sequence[BoardRow] = ranked_whole(found, _among(before))
        own = _own_among(rows, asking.member)
        if closed is not None:
            rows, _ = await self._final.still_shown(rows)
        page, following = sliced(rows, limit, after)
        return BoardPage(
            position=number(answer[0]),
            organization=organization_from(answer[2]),
            is_final=closed is not None,
            count=len(rows),
            rows=page,
            following=following,
            own=own,
            names=names_in(members, flat[3::4]),
        )

    async def units(
        self, place: Place, by: UnitKind, *, limit: int = PAGE_ROWS, after: Cursor | None = None
    ) -> BoardPage:
        """Teams, departments or countries that may be shown; scores in hundredths."""
        last = await self._units(place_before(place), by)
        answer = await self._units(place, by)
        rows = rows_of_units(by, answer, {row.id: row.rank for row in rows_of_units(by, last, {})})
        page, following = sliced(rows, limit, after)
        return BoardPage(
            position=number(answer[0]),
            organization=organization_from(answer[2]),
            is_final=closed_from(answer[1]) is not None,
            count=len(rows),
            rows=page,
            following=following,
        )

    async def _units(self, place: Place, by: UnitKind) -> list[Reply]:
        keys = self._keys
        names = [keys.engine, keys.final, keys.units(place, by), keys.pages(place, by), keys.states]
        return await self._trips.run(script("board_units"), names, [place.field])

    async def _read_rows(
        self, place: Place, where: list[Argument], start: int | Cursor | None, limit: int, asking: Asking
    ) -> BoardPage:
        """Rows from a start, or around the own place (None)."""
        seen = await self._ask(place, where, limit, asking)
        state = seen.unknown
        if seen.is_paged:
            own = None
            if state is not None:
                at, own = await self._final.own(place, seen, asking, state)
                start = max(0, at - limit // 2) if start is None else start
            page = await self._final.page(place, seen, start or 0, limit)
            return msgspec.structs.replace(page, own=own)
        if state is not None:
            scores = [asking.score_on(state, each) for each in (place, place_before(place))]
            seen = await self._ask(place, where, limit, asking, *scores)
            if seen.is_paged:
                return await self._read_rows(place, where, start, limit, asking)
            seen = await self._with_hidden_movement(place, seen, scores[1])
        return await self._live_page(seen)

    async def _ask(
        self, place: Place, where: Sequence[Argument], limit: int, asking: Asking, *scores: int
    ) -> RowsAnswer:
        known: tuple[Argument, ...] = scores or ("", "")
        bearer = asking.bearer
        arguments = [place.field, *where, limit, asking.member, *known, bearer.digest if bearer else ""]
        answer = await self._trips.run(script("board_rows"), self._names(place), arguments)
        if bearer is not None and answer[10] != bearer.row:
            raise BearerChanged
        return rows_answer(answer, asking)

    def _names(self, place: Place) -> tuple[bytes, ...]:
        """The keys of `board_rows` and `board_team`, made once for each board and period that is asked for."""
        names = self._known.get(place)
        if names is None:
            keys, last = self._keys, place_before(place)
            made = (
                *(keys.engine, keys.final, keys.board(place), keys.board(last), keys.ranks(last)),
                *(keys.states, keys.directory, keys.tokens),
            )
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            names = self._known[place] = tuple(name.encode() for name in made)
        return names

    async def _live_page(self, seen: RowsAnswer) -> BoardPage:
        rows, names = seen.rows, seen.names
        if seen.closed is not None:
            rows, names = await self._final.still_shown(rows)
        return BoardPage(
            position=seen.position,
            organization=seen.organization,
            is_final=seen.closed is not None,
            count=seen.count,
            rows=rows,
            following=cursor_after(seen.rows, seen.start + len(seen.rows), seen.count),
            own=seen.own,
            names=names,
        )

    async def _with_hidden_movement(self, place: Place, seen: RowsAnswer, score_before: int) -> RowsAnswer:
        """With the movement of a member who was hidden in the period before, too, if its board has pages."""
        own = seen.own
        if own is None or own.row.moved is not None or score_before <= 0:
            return seen
        last = place_before(place)
        closed = closed_from(cast("bytes | None", await ask(self._read, "HGET", self._keys.final, last.field)))
        if closed is None or closed.state != "paged":
            return seen
        before = 1 + await self._final.above(last, closed.count, score_before)
        row = msgspec.structs.replace(own.row, moved=before - own.row.rank)
        return msgspec.structs.replace(seen, own=msgspec.structs.replace(own, row=row))


def _among(ranks: dict[str, int]) -> dict[str, int]:
    """Ranks of some on a board as ranks among themselves."""
    return {row.id: row.rank for row in ranked_whole({id_: -rank for id_, rank in ranks.items()}, {})}


def _own_among(rows: Sequence[BoardRow], member: str) -> Standing | None:
    row = next((row for row in rows if row.id == member), None)
    if row is None:
        return None
    higher = [other.score for other in rows if other.score > row.score]
    return Standing(row=row, shown=True, to_next=min(higher) - row.score if higher else None)
