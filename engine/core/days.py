"""A day as one rulebook sees it: the period of every kind that it lies in, worked out once and asked for often."""

from typing import Final

from engine.core.keys import place_key, score_key
from engine.core.periods import PeriodKind, month_of, period_bounds_days, period_of
from engine.core.rules import Board, Slot
from engine.core.states import FIRST_DAY

KINDS: Final[tuple[PeriodKind, ...]] = tuple(PeriodKind)
"""Periods by the numbers that journal and states use."""

KIND_NUMBERS: Final[dict[str, int]] = {str(kind): number for number, kind in enumerate(KINDS)}

SLOT_KINDS: Final[dict[str, int]] = {
    **KIND_NUMBERS,
    "last_days": KIND_NUMBERS["day"],
    "last_weeks": KIND_NUMBERS["week"],
}
"""The kind of period by which each window of a slot is cut: a rolling one into days or weeks."""

FIRST_MONTH: Final = 2020 * 12
"""Buckets of months are counted from January 2020, so that they are small."""

MONTHS: Final = 12

OF_MONTHS: Final = frozenset({"month", "quarter", "year"})
"""Windows and periods that months add up to."""

FIRST_BUCKET: Final = -(2**53)
LAST_DAY: Final = 2**53

NO_YEAR: Final = FIRST_DAY - 1
"""No act is of this year."""

MOST_DAYS: Final = 1_000
"""So many days are remembered at once; a log in order asks for a few."""


def month_bucket(day: int) -> int:
    """The bucket of the month that a day lies in."""
    return month_of(day) - FIRST_MONTH


def year_of(month: int) -> int:
    """The bucket of the year that the month of a bucket lies in: that year itself."""
    return (month + FIRST_MONTH) // MONTHS


def buckets_of(kind: str, first: int, last: int) -> tuple[int, int, int, int, int]:
    """The buckets of a period or window: first and last day, first and last month where months add up to it, and year.

    `NO_YEAR` where it is none.
    """
    if kind == "ever":
        return FIRST_DAY, LAST_DAY, FIRST_BUCKET, FIRST_DAY - 1, NO_YEAR
    if kind not in OF_MONTHS:
        return first, last, 0, -1, NO_YEAR
    month = month_bucket(first)
    return first, last, month, month_bucket(last), year_of(month) if kind == "year" else NO_YEAR


class Day:
    """`number` counts the days since 1970; `periods` are those it lies in, by place in `KINDS`.

    `month` and `year` are the buckets of those. `buckets` are those of each of its periods, by `buckets_of`.
    """

    __slots__ = ("_places", "buckets", "month", "number", "periods", "year")

    def __init__(self, number: int, week_starts: int) -> None:
        self.number, self.month = number, month_bucket(number)
        self.year = year_of(self.month)
        self.periods = tuple(period_of(kind, number, week_starts) for kind in KINDS)
        self.buckets = [
            buckets_of(kind, *period_bounds_days(kind, period))
            for kind, period in zip(KINDS, self.periods, strict=True)
        ]
        self._places: dict[int, tuple[tuple[int, int, str, int], ...]] = {}

    def of(self, slot: Slot) -> int:
        """The period of a slot that a use on this day goes into; of one that rolls, its bucket."""
        return self.periods[SLOT_KINDS[slot.per.kind]]

    def places(self, board: Board) -> tuple[tuple[int, int, str, int], ...]:
        """Each period of a board that this day lies in, as (kind, period, `place_key`, `score_key`)."""
        found = self._places.get(board.code)
        if found is None:
            numbers = [KIND_NUMBERS[kind] for kind in board.periods]
            named = [(number, place_key(board.code, number, self.periods[number])) for number in numbers]
            found = self._places[board.code] = tuple(
                [(number, self.periods[number], place, score_key(place)) for number, place in named]
            )
        return found


class Days:
    """The days that a rulebook has been asked about."""

    def __init__(self, week_starts: int) -> None:
        self._week_starts = week_starts
        self._known: dict[int, Day] = {}

    def __getitem__(self, number: int) -> Day:
        """This day."""
        found = self._known.get(number)
        if found is None:
            if len(self._known) >= MOST_DAYS:
                self._known.clear()
            found = self._known[number] = Day(number, self._week_starts)
        return found
