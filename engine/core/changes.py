"""What a draft is given beside states, and what it leaves to be committed: data alone; see `engine.core.draft`."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from engine.core.entries import Logged
from engine.core.journal import JournalEntry
from engine.core.recount import Recount
from engine.core.rules import Metric
from engine.core.states import MemberState, State, UnitState


class Top(msgspec.Struct, frozen=True):
    """The first rows of a members' board as shown, best first: (member, score)."""

    rows: tuple[tuple[str, int], ...]


Input = JournalEntry | Top | Logged | Recount | None
"""What is asked for beside states; None where a journal entry does not exist."""


class Recut(msgspec.Struct, frozen=True, kw_only=True):
    """What boards need when weeks are cut anew, by `place_key`; `number` says how often that has been."""

    number: int
    week_starts: int
    fills: tuple[tuple[str, Metric], ...]
    """Boards to be filled from the states of all members, before anything else is judged."""
    gone: tuple[str, ...]
    """Boards of weeks that are none any more."""
    last: tuple[str, ...]
    """The last boards that became final by the old cut: no later week moves on from their ranks."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft leaves to be committed, to be read before anything else is judged on it.

    `boards` and `units` are what to write anew, by place.
    """

    states: Mapping[str, State]
    boards: Mapping[str, Mapping[str, MemberState]]
    """`place_key` -> members"""
    units: Mapping[tuple[str, str], tuple[Collection[str], UnitState]]
    """(by, unit) -> `place_key`s, and what holds there"""
    index: Mapping[tuple[str, int], Sequence[int]]
    """(member, block) -> positions"""
    closed: tuple[tuple[int, int], ...]
    """(kind, period)"""
    eras_gone: tuple[int, ...]
    teams: Mapping[tuple[str, str], bool] = {}
    """(team, member) -> whether the member is in it"""
    recut: Recut | None = None
