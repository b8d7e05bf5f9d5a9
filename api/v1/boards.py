"""Leaderboards: the top, a page, around me, units."""

from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from api.calls import allow, parts_of, principal_of
from api.examples import rfc3339
from api.parts import Parts
from api.problems import Call, Problem
from engine.core.periods import (
    Period,
    PeriodKind,
    PeriodNotUnderstood,
    local_day,
    parse_period,
    period_bounds_ms,
    period_name,
    period_of,
    previous_period,
)
from engine.core.plan import KINDS
from engine.core.rulebook import Board, Rulebook, UnitKind
from engine.core.scores import score_in
from engine.store.boards import BoardPage, Cursor, Standing
from engine.store.keys import Place
from engine.store.ranks import BoardRow

MOST_ROWS = 100
HUNDREDTHS = 100


class BoardInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A leaderboard: over which periods, for whom, and what its current periods are called."""

    id: str
    title: str
    periods: tuple[str, ...]
    by: tuple[str, ...]
    current: dict[str, str]


class Row(msgspec.Struct, frozen=True):
    """A row. `tied` is how many others share the rank; the score of a unit is an average, with two decimals."""

    rank: int
    id: str
    name: str
    score: int | float
    tied: int


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """The member's own place; hidden members see it alone. `moved` is places won since the last period."""

    rank: int
    score: int
    tied: int
    shown: bool
    to_next: int | None
    moved: int | None


class BoardView(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a board in a period. `state` provisional: it has ended, late acts still come; final: for good."""

    board: str
    title: str
    by: str
    period: str
    starts: str | None
    ends: str | None
    state: Literal["open", "provisional", "final"]
    count: int
    rows: tuple[Row, ...]
    own: Own | None
    cursor: str | None
    position: int


@get("/leaderboards", guards=[allow("hr", "member")])
async def leaderboards(request: Call) -> list[BoardInfo]:
    """All leaderboards."""
    parts = parts_of(request)
    book = (await parts.plans.in_force({})).rulebook
    return [
        BoardInfo(
            id=board.id,
            title=board.title.said_in(book.languages[0]),
            periods=tuple(board.periods),
            by=board.by,
            current={kind.value: period_name(kind, _current(book, kind, parts.now_ms())) for kind in board.periods},
        )
        for board in book.boards
    ]


@get("/leaderboards/{board:str}", guards=[allow("hr", "member")])
async def leaderboard(
    request: Call,
    board: FromPath[str],
    period: Annotated[str | None, QueryParameter(description="2026-W48, or week for the current one")] = None,
    by: Annotated[str, QueryParameter(description="members, teams, departments or countries")] = "members",
    around: Annotated[Literal["me"] | None, QueryParameter(description="The rows around me")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS)] = 20,
    cursor: Annotated[str | None, QueryParameter(description="From the page before")] = None,
) -> BoardView:
    """One leaderboard: from the top, from a cursor, or around me; of members or of units."""
    parts, member = parts_of(request), principal_of(request).member
    book = (await parts.plans.in_force({})).rulebook
    found = _board(book, board)
    where = _period(book, found, period, parts.now_ms())
    place = Place(found.code, KINDS.index(where.kind), where.index)
    own: Own | None = None
    if by != "members":
        page = await parts.boards.units(place, _unit(found, by))
    elif around is not None:
        if member is None:
            raise Problem("not-allowed", "Only a member has a place of their own; leave `around` out.")
        near = await parts.boards.around(
            place, member, own_score=await _score(parts, found, member, place), limit=limit
        )
        page, own = near.page, await _own(parts, found, member, place, near.own)
    else:
        page = await parts.boards.page(place, limit=limit, after=_cursor(cursor))
        if member is not None:
            score = await _score(parts, found, member, place)
            standing = await parts.boards.standing(place, member, own_score=score)
            own = await _own(parts, found, member, place, standing)
    return await _view(parts, book, found, by, where, page, own)


def _board(book: Rulebook, id_: str) -> Board:
    found = next((board for board in book.boards if board.id == id_), None)
    if found is None:
        known = ", ".join(board.id for board in book.boards) or "none yet"
        raise Problem("not-found", f'No leaderboard is called "{id_[:100]}". There are: {known}.')
    return found


def _period(book: Rulebook, board: Board, name: str | None, now: int) -> Period:
    kinds = ", ".join(board.periods)
    if name is None or name in set(board.periods):
        kind = board.periods[0] if name is None else PeriodKind(name)
        return Period(kind, _current(book, kind, now))
    try:
        period = parse_period(name)
    except PeriodNotUnderstood as error:
        raise Problem("not-found", f"{error} This board has: {kinds}.") from None
    if period.kind not in board.periods:
        raise Problem("not-found", f"{board.id} has no {period.kind}; it has: {kinds}.")
    return period


def _current(book: Rulebook, kind: PeriodKind, now: int) -> int:
    return period_of(kind, local_day(now, book.zone), book.week_starts)


def _unit(board: Board, by: str) -> UnitKind:
    match by:
        case "teams" | "departments" | "countries" if by in board.by:
            return by
        case _:
            raise Problem("not-found", f'{board.id} ranks nobody by "{by[:100]}"; it has: {", ".join(board.by)}.')


async def _score(parts: Parts, board: Board, member: str, place: Place) -> int:
    book = (await parts.plans.in_force({})).rulebook
    return score_in(board, await parts.members.state(member), place.kind, place.period, book.week_starts)


async def _own(parts: Parts, board: Board, member: str, place: Place, standing: Standing | None) -> Own | None:
    """The own place with its movement: against the place in the period before."""
    if standing is None:
        return None
    moved: int | None = None
    if KINDS[place.kind] is not PeriodKind.EVER:
        before = Place(place.code, place.kind, previous_period(KINDS[place.kind], place.period))
        score = await _score(parts, board, member, before)
        last = await parts.boards.standing(before, member, own_score=score)
        moved = None if last is None else last.row.rank - standing.row.rank
    row = standing.row
    return Own(
        rank=row.rank, score=row.score, tied=row.tied, shown=standing.shown, to_next=standing.to_next, moved=moved
    )


async def _view(
    parts: Parts, book: Rulebook, board: Board, by: str, where: Period, page: BoardPage, own: Own | None
) -> BoardView:
    names: dict[str, str] = {}
    if by == "members":
        records = await parts.directory.members([row.id for row in page.rows])
        names = {member: record.name for member, record in records.items()}
    is_ever = where.kind is PeriodKind.EVER
    starts, ends = (0, 0) if is_ever else period_bounds_ms(where.kind, where.index, book.zone)
    over = not is_ever and parts.now_ms() >= ends
    return BoardView(
        board=board.id,
        title=board.title.said_in(book.languages[0]),
        by=by,
        period=period_name(where.kind, where.index),
        starts=None if is_ever else rfc3339(starts),
        ends=None if is_ever else rfc3339(ends),
        state="final" if page.is_final else "provisional" if over else "open",
        count=page.count,
        rows=_rows(page.rows, names, by),
        own=own,
        cursor=None if page.following is None else _said(page.following),
        position=page.position,
    )


def _rows(rows: tuple[BoardRow, ...], names: dict[str, str], by: str) -> tuple[Row, ...]:
    """As the board has them; the rows of one tie stand by name."""
    found = [
        Row(
            row.rank,
            row.id,
            names.get(row.id, row.id),
            row.score if by == "members" else row.score / HUNDREDTHS,
            row.tied,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (row.rank, row.name)))


def _said(cursor: Cursor) -> str:
    return f"{cursor.offset}.{cursor.score}.{cursor.member}"


def _cursor(said: str | None) -> Cursor | None:
    if said is None:
        return None
    offset, _, rest = said.partition(".")
    score, _, member = rest.partition(".")
    if not (offset.isascii() and offset.isdigit() and score.isascii() and score.isdigit() and member):
        raise Problem("not-understood", "The cursor is not one that a page gave; begin again without it.")
    if len(said) > MOST_ROWS * 2:
        raise Problem("not-understood", "The cursor is not one that a page gave; begin again without it.")
    return Cursor(int(offset), int(score), member)
