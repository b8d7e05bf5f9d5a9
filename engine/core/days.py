"""A day as one rulebook sees it: the period of every kind that it lies in, worked out once and asked for often."""

from engine.core.periods import PeriodKind, period_of
from engine.core.rulebook import Board, Slot
from engine.core.states import place_key, use_key

KINDS: tuple[PeriodKind, ...] = tuple(PeriodKind)
"""Periods by the numbers that journal and states use."""

KIND_NUMBERS: dict[str, int] = {str(kind): number for number, kind in enumerate(KINDS)}

SLOT_KINDS: dict[str, int] = {**KIND_NUMBERS, "last_days": KIND_NUMBERS["day"], "last_weeks": KIND_NUMBERS["week"]}
"""The kind of period by which each window of a slot is cut: a rolling one into days or weeks."""

MOST_DAYS = 1_000
"""So many days are remembered at once; a log in order asks for a few."""


class Day:
    """`number` counts the days since 1970; `periods` are those it lies in, by place in `KINDS`."""

    __slots__ = ("_places", "_slots", "number", "periods")

    def __init__(self, number: int, week_starts: int) -> None:
        self.number = number
        self.periods = tuple(period_of(kind, number, week_starts) for kind in KINDS)
        self._places: dict[int, tuple[tuple[int, int, str], ...]] = {}
        self._slots: dict[int, tuple[int, str]] = {}

    def slot(self, slot: Slot) -> tuple[int, str]:
        """The bucket of a slot that a use on this day goes into: its number, and its `use_key` for no value.

        The key for a value is that key with the value behind it.
        """
        found = self._slots.get(slot.code)
        if found is None:
            period = self.periods[SLOT_KINDS[slot.per.kind]]
            found = self._slots[slot.code] = (period, use_key(slot.code, period, ""))
        return found

    def places(self, board: Board) -> tuple[tuple[int, int, str], ...]:
        """Each period of a board that this day lies in, as (kind, period, `place_key`)."""
        found = self._places.get(board.code)
        if found is None:
            numbers = [KIND_NUMBERS[kind] for kind in board.periods]
            found = self._places[board.code] = tuple(
                (number, self.periods[number], place_key(board.code, number, self.periods[number]))
                for number in numbers
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
