"""Which board, which period, whose places, from where on: what a question about a leaderboard means."""

import base64
import binascii
from functools import lru_cache
from typing import Final

import msgspec

from api.examples import rfc3339
from api.problems import Problem
from engine.core.periods import (
    WEEKDAYS,
    Period,
    PeriodKind,
    PeriodNotUnderstood,
    local_day,
    parse_period,
    period_bounds_days,
    period_bounds_ms,
    period_name,
    period_of,
    weekday,
)
from engine.core.plan import KINDS
from engine.core.rulebook import Rulebook
from engine.core.rules import Board, UnitKind
from engine.store.board_answers import Cursor
from engine.store.keys import Place

MOST_CURSOR: Final = 400
"""So many characters a cursor has at most."""

MOST_SCORE: Final = 2**53

_encoder = msgspec.msgpack.Encoder()
_cursors = msgspec.msgpack.Decoder(Cursor)


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """When a period begins and ends, when its boards are final, as answers say it. None for ever."""

    ends_ms: int | None = None
    starts: str | None = None
    ends: str | None = None
    final_from: str | None = None


@lru_cache(maxsize=256)
def times_of(period: Period, zone: str, grace_ms: int) -> Times:
    """The times of a period; asked with every read of a board."""
    if period.kind is PeriodKind.EVER:
        return Times()
    starts, ends = period_bounds_ms(period.kind, period.index, zone)
    return Times(ends_ms=ends, starts=rfc3339(starts), ends=rfc3339(ends), final_from=rfc3339(ends + grace_ms))


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, found in a rulebook. `unit` is None for members."""

    board: Board
    period: Period
    unit: UnitKind | None

    @property
    def place(self) -> Place:
        """Where the store has it."""
        return Place(self.board.code, KINDS.index(self.period.kind), self.period.index)


def asked_in(book: Rulebook, id_: str, period: str | None, by: str, now: int) -> Asked:
    """What these words mean by this rulebook.

    Raises:
        Problem: There is no such board or period, or it ranks nobody so; with the list of right ones.
    """
    board = next((board for board in book.boards if board.id == id_), None)
    if board is None:
        known = ", ".join(board.id for board in book.boards) or "none yet"
        raise Problem("not-found", f'No leaderboard is called "{id_[:100]}". There are: {known}.')
    return Asked(board=board, period=_period(book, board, period, now), unit=_unit(board, by))


def running(book: Rulebook, kind: PeriodKind, now: int) -> Period:
    """The period of this kind that lies around now."""
    return Period(kind, period_of(kind, local_day(now, book.zone), book.week_starts))


def running_names(book: Rulebook, board: Board, now: int) -> dict[str, str]:
    """What the running periods of a board are called."""
    return {kind.value: period_name(kind, running(book, kind, now).index) for kind in board.periods}


def _period(book: Rulebook, board: Board, name: str | None, now: int) -> Period:
    if name is None or name in set(board.periods):
        return running(book, board.periods[0] if name is None else PeriodKind(name), now)
    try:
        period = parse_period(name)
    except PeriodNotUnderstood as error:
        raise _no_period(book, board, str(error), now) from None
    if period.kind not in board.periods:
        raise _no_period(book, board, f"{board.id} has no {period.kind}.", now)
    if period_bounds_days(period.kind, period.index)[0] > local_day(now, book.zone):
        raise _no_period(book, board, f"{name} has not begun.", now)
    return period


def refuse_before(book: Rulebook, asked: Asked, began: int, now: int) -> None:
    """Refuse a period that was over before the organization began.

    Raises:
        Problem: With what there is since when.
    """
    period = asked.period
    ends = times_of(period, book.zone, book.grace_ms).ends_ms
    if ends is not None and ends <= began:
        first = period_name(PeriodKind.DAY, local_day(began, book.zone))
        name = period_name(period.kind, period.index)
        why = f"{name} was over before anything was recorded here: that began on {first}."
        raise _no_period(book, asked.board, why, now)


def refuse_other_cut(book: Rulebook, asked: Asked, now: int) -> None:
    """Refuse a week that is not final and begins on another day than weeks do now.

    Raises:
        Problem: With the weeks that there are.
    """
    period, begins = asked.period, weekday(asked.period.index) - 1
    if period.kind is PeriodKind.WEEK and begins != book.week_starts:
        name, day, today = period_name(period.kind, period.index), WEEKDAYS[begins], WEEKDAYS[book.week_starts]
        why = f"{name} begins on {day.title()} and never became final; weeks begin on {today.title()} now."
        raise _no_period(book, asked.board, why, now)


def _no_period(book: Rulebook, board: Board, why: str, now: int) -> Problem:
    names = ", ".join(running_names(book, board, now).values())
    return Problem("not-found", f"{why} This board has: {', '.join(board.periods)}; running now: {names}.")


def _unit(board: Board, by: str) -> UnitKind | None:
    match by:
        case "members" if by in board.by:
            return None
        case "teams" | "departments" | "countries" if by in board.by:
            return by
        case _:
            raise Problem("not-found", f'{board.id} ranks nobody by "{by[:100]}"; it has: {", ".join(board.by)}.')


def cursor_said(cursor: Cursor | None) -> str | None:
    """A cursor as a page gives it."""
    return None if cursor is None else base64.urlsafe_b64encode(_encoder.encode(cursor)).decode().rstrip("=")


def cursor_meant(said: str | None) -> Cursor | None:
    """The cursor that a page gave so.

    Raises:
        Problem: No page gave it.
    """
    if said is None:
        return None
    if len(said) > MOST_CURSOR:
        raise _no_cursor()
    try:
        cursor = _cursors.decode(base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise _no_cursor() from None
    if not (0 <= cursor.offset <= MOST_SCORE and 0 <= cursor.score <= MOST_SCORE):
        raise _no_cursor()
    return cursor


def _no_cursor() -> Problem:
    return Problem("not-understood", "The cursor is not one that a page gave; begin again without it.")
