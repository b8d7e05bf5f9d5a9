"""Lateness: an act whose period has closed counts in totals and is marked."""

from engine.core.desk import Desk
from engine.core.periods import period_of
from engine.core.plan import KINDS


def is_late(desk: Desk, day: int) -> bool:
    """Whether a period of any board that this day lies in has been closed."""
    open_from = desk.draft.organization().open_from
    return bool(open_from) and any(
        period_of(kind, day, desk.plan.rulebook.week_starts) < open_from[KINDS.index(kind)]
        for kind in desk.plan.board_kinds
    )
