"""Lateness: an act whose period has closed counts in totals and is marked."""

from engine.core.days import Day
from engine.core.desk import Desk


def is_late(desk: Desk, day: Day) -> bool:
    """Whether a period of any board that this day lies in has been closed."""
    open_from = desk.organization.open_from
    return bool(open_from) and day.number < desk.plan.opened(open_from)[1]
