"""What the log alone says of the rows that the door writes with its entries. Pure."""

from enum import IntEnum
from typing import Final

from engine.core.entries import (
    ActiveSet,
    HistoryEnded,
    HistoryOpened,
    Logged,
    MemberErased,
    MemberSet,
    MembershipChanged,
    Retried,
    RulebookPublished,
    Tick,
    VisibilityChosen,
)
from engine.run.people import NOBODY, membership_after
from engine.store.directory import MembershipRow, encode_record

NEVER_MARKED: Final = (
    *(HistoryOpened, HistoryEnded, Tick, RulebookPublished),
    *(MembershipChanged, VisibilityChosen, MemberErased, ActiveSet),
)
"""Entries that the door appends without a mark."""

Allowed = dict[bytes, set[bytes | None]]
"""By field, the values that a row may have, None for no row."""


class Seat(IntEnum):
    """Whether a mark may lead to a position: there is no entry, one without a mark, one that another mark has."""

    NONE = 0
    FREE = 1
    NEVER = 2
    TAKEN = 3


class Told:
    """What the log says of the rows. Entries up to `before` were there when the rows were read."""

    def __init__(self, before: int) -> None:
        self.before = before
        self.memberships: Allowed = {}
        self.known: Allowed = {}
        self.retries: Allowed = {}
        self.published: list[tuple[Logged, int]] = []
        """Each publication, with the recorded time of the entry before it."""
        self.seats = bytearray((Seat.NONE,))
        """By position, whether a mark may lead there."""
        self._chosen: dict[str, MembershipRow] = {}
        self._last_try: dict[int, int] = {}
        self._recorded = 0

    def hear(self, logged: Logged) -> None:
        """The next entry."""
        entry, position = logged.entry, logged.position
        self.seats.append(Seat.NEVER if isinstance(entry, NEVER_MARKED) else Seat.FREE)
        match entry:
            case MemberSet():
                self._say(self.known, entry.member.encode(), b"", position)
            case MembershipChanged() | VisibilityChosen() | MemberErased() | ActiveSet():
                row = membership_after(self._chosen.get(entry.member, NOBODY), entry)
                self._chosen[entry.member] = row
                self._say(self.memberships, entry.member.encode(), encode_record(row), position)
                if isinstance(entry, MemberErased):
                    self._say(self.known, entry.member.encode(), None, position)
            case RulebookPublished():
                self.published.append((logged, self._recorded))
            case Retried():
                # What is noted is which entry was tried again: the first, or the try before this one.
                tried = self._last_try.get(entry.position, entry.position)
                self._last_try[entry.position] = position
                self._say(self.retries, str(tried).encode(), b"1", position)
            case _:
                pass
        self._recorded = logged.recorded

    def _say(self, of: Allowed, field: bytes, value: bytes | None, position: int) -> None:
        if position <= self.before:
            of[field] = {value}
        else:
            of.setdefault(field, {None}).add(value)
