"""Lateness: an act whose period has closed counts in totals and is marked."""

from engine.core.days import Day
from engine.core.desk import Desk


def is_late(desk: Desk, day: Day) -> bool:
    """Whether a period of any board that this day lies in has been closed."""
    open_from = desk.organization.open_from
    if not open_from:
        return False
    for kind in desk.plan.board_kind_numbers:  # noqa: SIM110 - asked of every act: a generator costs more than the loop
        if day.periods[kind] < open_from[kind]:
            return True
    return False
