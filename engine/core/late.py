"""Lateness: an act whose period has closed counts in totals and is marked."""

from engine.core.desk import Desk


def is_late(desk: Desk, day: int) -> bool:
    """Whether a period of any board that this day lies in has been closed."""
    open_from = desk.draft.organization().open_from
    if not open_from:
        return False
    periods = desk.plan.days[day].periods
    return any(periods[kind] < open_from[kind] for kind in desk.plan.board_kind_numbers)
