"""Leaderboards: the top, a page, around me, my team, units."""

from contextlib import suppress
from functools import partial
from typing import Literal, TypeAlias

import msgspec
from litestar import get

from api.board_questions import (
    Asked,
    asked_in,
    cursor_meant,
    cursor_said,
    refuse_before,
    refuse_other_cut,
    running,
    running_names,
    times_of,
)
from api.calls import allow, parts_of, principal_of
from api.documented import DOCUMENTED, RECOGNITION, Answer, Documented
from api.parts import Parts
from api.problems import Call, Problem
from api.v1.board_forms import (
    ADVOCATES,
    PAGE,
    ROWS,
    Around,
    AroundWhom,
    BoardInfo,
    BoardName,
    BoardView,
    By,
    Own,
    PeriodName,
    Row,
    RowsCursor,
    RowsLimit,
)
from engine.core.periods import period_name, weekday
from engine.core.rulebook import Rulebook
from engine.core.rules import Board
from engine.core.scores import WEEK, score_in
from engine.core.states import MemberState
from engine.store.bearers import Bearer
from engine.store.board_answers import Asking, BoardPage, Cursor, Standing
from engine.store.boards import NO_ONE, TeamTooLarge
from engine.store.directory import Role
from engine.store.keys import Place

READERS: tuple[Role, ...] = ("hr", "member")
HUNDREDTHS = 100

Words: TypeAlias = tuple[str, str | None, str]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What to show of a board, and to whom.

    `bearer` is the token that says to whom where it was not looked up for this request; members' boards alone do that.
    """

    around: Around | None
    member: str | None
    limit: int
    after: Cursor | None
    bearer: Bearer | None = None


@get(
    "/leaderboards",
    guards=[allow(*READERS)],
    opt={
        DOCUMENTED: Documented(
            tag=RECOGNITION, gives=(Answer(description="All there are.", kind=list[BoardInfo], example=[ADVOCATES]),)
        )
    },
)
async def leaderboards(request: Call) -> list[BoardInfo]:
    """All leaderboards."""
    parts = parts_of(request)
    book = (await parts.plans.in_force({})).rulebook
    return [
        BoardInfo(
            id=board.id,
            title=board.title.said_in(book.languages[0]),
            periods=board.periods,
            by=board.by,
            current=running_names(book, board, parts.now_ms()),
        )
        for board in book.boards
    ]


@get(
    "/leaderboards/{board:str}",
    guards=[allow(*READERS)],
    opt={
        DOCUMENTED: Documented(
            tag=RECOGNITION,
            gives=(Answer(description="A page of it, as it is at one position.", kind=BoardView, example=PAGE),),
        )
    },
)
async def leaderboard(
    request: Call,
    board: BoardName,
    period: PeriodName = None,
    by: By = "members",
    around: AroundWhom = None,
    limit: RowsLimit = ROWS,
    cursor: RowsCursor = None,
) -> BoardView:
    """One leaderboard: from the top, from a cursor, around me or my team alone; of members or of units.

    All of an answer holds at its `position`. Whoever pages on while others move sees each row that stays exactly once.
    Only members who chose so are shown; units of fewer than five who joined are not.
    """
    member = principal_of(request).member
    view = View(around=around, member=member, limit=limit, after=cursor_meant(cursor))
    return await board_shown(parts_of(request), (board, period, by), view)


async def board_shown(parts: Parts, words: Words, view: View) -> BoardView:
    """What these words (board, period, by whom) ask for, as that view shows it.

    Raises:
        Problem: What is asked for does not exist, or is not for this caller.
        BearerChanged: See `View.bearer`; nothing is told.
    """
    if view.around is not None:
        _check_around(view, words[2])
    book = await parts.remembered.rulebook()
    with suppress(Problem):  # it may be about a newer rulebook
        shown, is_current = await _answer(parts, book, words, view)
        if is_current:
            return shown
    book = await parts.remembered.renew()
    return (await _answer(parts, book, words, view))[0]


async def _answer(parts: Parts, book: Rulebook, words: Words, view: View) -> tuple[BoardView, bool]:
    """What is shown, and whether this rulebook is the one by which the store's rows were made."""
    now = parts.now_ms()
    asked = asked_in(book, *words, now)
    await _refuse_before_the_beginning(parts, book, asked, now)
    page = await _read(parts, book, asked, view)
    if not page.is_final:
        refuse_other_cut(book, asked, now)
    return _shown(book, asked, page, now), page.organization.rulebook == book.digest


async def _refuse_before_the_beginning(parts: Parts, book: Rulebook, asked: Asked, now: int) -> None:
    """Of a period that runs there is nothing to ask."""
    ends = times_of(asked.period, book.zone, book.grace_ms).ends_ms
    if ends is None or ends > now:
        return
    began = await parts.beginning.ms()
    if began is not None:
        refuse_before(book, asked, began, now)


def _check_around(view: View, by: str) -> None:
    if view.member is None:
        raise Problem("not-allowed", "Only a member has a place of their own; leave `around` out.")
    if by != "members":
        raise Problem("not-understood", "`around` shows members; leave it out, or `by`.")
    if view.around == "me" and view.after is not None:
        raise Problem("not-understood", "Around me there is one page; leave `cursor` or `around` out.")


async def _read(parts: Parts, book: Rulebook, asked: Asked, view: View) -> BoardPage:
    boards, place, limit, after = parts.boards, asked.place, view.limit, view.after
    if asked.unit is not None:
        return await boards.units(place, asked.unit, limit=limit, after=after)
    asking = msgspec.structs.replace(NO_ONE, bearer=view.bearer)
    if view.member is not None:
        asking = Asking(view.member, partial(_score, asked.board, book.week_starts), view.bearer)
    match view.around:
        case None:
            return await boards.page(place, limit=limit, after=after, asking=asking)
        case "me":
            return await boards.around(place, asking, limit=limit)
        case "team":
            try:
                return await boards.team(place, asking, limit=limit, after=after)
            except TeamTooLarge as error:
                raise Problem("not-found", f"{error} Ask by=teams, or around=me.") from None


def _score(board: Board, week_starts: int, state: MemberState, place: Place) -> int:
    """By the cut of the week itself, which may have become final before weeks were cut anew."""
    starts = weekday(place.period) - 1 if place.kind == WEEK else week_starts
    return score_in(board, state, place.kind, place.period, starts)


def _shown(book: Rulebook, asked: Asked, page: BoardPage, clock: int) -> BoardView:
    period, zone = asked.period, book.zone
    now = page.organization.recorded if page.organization.history else clock
    times = times_of(period, zone, book.grace_ms)
    return BoardView(
        board=asked.board.id,
        title=asked.board.title.said_in(book.languages[0]),
        by=asked.unit or "members",
        period=period_name(period.kind, period.index),
        starts=times.starts,
        ends=times.ends,
        state=_state(asked, page, times.ends_ms, now),
        final_from=times.final_from,
        next_reset=times_of(running(book, period.kind, now), zone, book.grace_ms).ends,
        count=page.count,
        rows=_rows(page, is_of_units=asked.unit is not None),
        own=None if page.own is None else _own(page.own),
        cursor=cursor_said(page.following),
        position=page.position,
    )


def _state(asked: Asked, page: BoardPage, ends: int | None, now: int) -> Literal["open", "provisional", "final"]:
    open_from = page.organization.open_from
    if ends is None:
        return "open"
    if page.is_final or (open_from and asked.period.index < open_from[asked.place.kind]):
        return "final"
    return "provisional" if now >= ends else "open"


def _rows(page: BoardPage, *, is_of_units: bool) -> tuple[Row, ...]:
    """The rows of one rank by name. Without the members who have no record: they were erased a moment ago."""
    if is_of_units:
        found = [Row(row.rank, row.id, row.id, row.score / HUNDREDTHS, row.tied, row.moved) for row in page.rows]
    else:
        found = [
            Row(row.rank, row.id, page.names[row.id], row.score, row.tied, row.moved)
            for row in page.rows
            if row.id in page.names
        ]
    found.sort(key=lambda row: (row.rank, row.name.casefold(), row.id))
    return tuple(found)


def _own(own: Standing) -> Own:
    row = own.row
    return Own(rank=row.rank, score=row.score, tied=row.tied, shown=own.shown, to_next=own.to_next, moved=row.moved)
