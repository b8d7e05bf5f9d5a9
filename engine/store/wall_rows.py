"""What a batch adds to the index of the wall (`wall.py`): judged by the lines of its journal alone. Pure."""

from collections.abc import Iterator, Mapping

from engine.core.journal import AnyLine, BadgeGranted, JournalEntry, Reason, Recognised, Refused, ThanksNoted
from engine.core.plan import Plan
from engine.store.keys import Keys, WallKind
from engine.store.rows import Rows

FOR_THE_WALL = frozenset({Recognised, BadgeGranted, ThanksNoted, Refused})

BEYOND_ALLOWANCE = frozenset({Reason.ALLOWANCE, Reason.SAME_PAIR})
"""A thanks that pays nothing any more is a thanks all the same."""


def add_wall(rows: Rows, judged: Mapping[int, JournalEntry], plan: Plan, keys: Keys) -> None:
    """Add to a batch's rows the positions that are for the wall; absolute values, judged by the lines alone."""
    thanks = plan.rulebook.thanks
    thanks_code = None if thanks is None else thanks.code
    for position, entry in judged.items():
        if FOR_THE_WALL.isdisjoint(map(type, entry.lines)):
            continue
        for kind in dict.fromkeys(_kinds(entry, thanks_code)):
            rows.under(keys.wall(kind), "zset").put.extend((position, str(position)))


def _kinds(entry: JournalEntry, thanks_code: int | None) -> Iterator[WallKind]:
    for line in entry.lines:
        # Every line of every entry comes by here: most are told apart by their class alone.
        kind = kind_of(line, thanks_code) if type(line) in FOR_THE_WALL else None
        if kind is not None:
            yield kind


def kind_of(line: AnyLine, thanks_code: int | None) -> WallKind | None:
    """What a line gives the wall. A thanks to somebody who took no part gives it nothing that is ever shown."""
    match line:
        case Recognised():
            return "recognition"
        case BadgeGranted():
            return "badge"
        case ThanksNoted() if not line.undone:
            return "thanks"
        case Refused() if line.cause == thanks_code and line.reason in BEYOND_ALLOWANCE:
            return "thanks"
        case _:
            return None
