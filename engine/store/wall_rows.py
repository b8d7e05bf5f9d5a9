"""What a batch adds to the index of the wall (`wall.py`): judged by the lines of its journal alone. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.counts import ThanksNoted
from engine.core.lines.past import told_lines
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.turning import YearsReached
from engine.core.plan import Plan
from engine.store.keys import Keys, WallKind
from engine.store.rows import Rows

_FOR_THE_WALL: Final = frozenset({Recognised, YearsReached, BadgeGranted, ThanksNoted})
_REFUSED: Final[type] = Refused
_ALLOWANCE: Final = Reason.ALLOWANCE
_SAME_PAIR: Final = Reason.SAME_PAIR

BEYOND_ALLOWANCE: Final = frozenset({_ALLOWANCE, _SAME_PAIR})
"""A thanks that pays nothing any more is a thanks all the same."""


def add_wall(rows: Rows, judged: Mapping[int, JournalEntry], plan: Plan, keys: Keys) -> None:
    """Add to a batch's rows the positions that are for the wall, of those that may be; absolute values."""
    thanks = plan.rulebook.thanks
    thanks_code = None if thanks is None else thanks.code
    for position, entry in judged.items():
        for kind in dict.fromkeys(_kinds(entry, thanks_code)):
            rows.under(keys.wall(kind), "zset").put.extend((position, str(position)))


def may_be_for_the_wall(entry: JournalEntry) -> bool:
    """Whether a line of the entry may give the wall something."""
    return any(_may_be(line) for line in entry.lines)


def _may_be(line: AnyLine) -> bool:
    """Most lines are told apart by their class alone."""
    kind = type(line)
    if kind is _REFUSED:
        assert isinstance(line, Refused)
        return line.reason is _ALLOWANCE or line.reason is _SAME_PAIR
    return kind in _FOR_THE_WALL


def _kinds(entry: JournalEntry, thanks_code: int | None) -> Iterator[WallKind]:
    for line in told_lines(entry.lines):
        kind = kind_of(line, thanks_code) if _may_be(line) else None
        if kind is not None:
            yield kind


def kind_of(line: AnyLine, thanks_code: int | None) -> WallKind | None:
    """What a line gives the wall. A thanks to somebody who took no part gives it nothing that is ever shown."""
    match line:
        case Recognised() | YearsReached():
            return "recognition"
        case BadgeGranted():
            return "badge"
        case ThanksNoted() if not line.undone:
            return "thanks"
        case Refused() if line.cause == thanks_code and line.reason in BEYOND_ALLOWANCE:
            return "thanks"
        case _:
            return None
