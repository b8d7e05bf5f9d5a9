"""The journal's lines about streaks: which periods have acts in them, and what going on brought."""

from typing import TypeAlias

from engine.core.lines.line import Line

PeriodOf: TypeAlias = tuple[int, int]
"""(streak, first day of a period)"""


class StreakActed(Line, tag=32, frozen=True, array_like=True, gc=False):
    """So many more acts lie in these periods of streaks, counted in the member's own zone."""

    who: int
    amount: int
    periods: tuple[PeriodOf, ...]


class StreakWentOn(Line, tag=33, frozen=True, array_like=True, gc=False):
    """A streak went on with the period that begins on `first`: `length` of them in a row by then.

    `amount` are the points that it brought, posted for `day`; `slots` are those of the caps that they use up. Each
    period goes on once; `undone` takes that back, its amount too.
    """

    who: int
    streak: int
    first: int
    day: int
    length: int
    amount: int = 0
    slots: tuple[tuple[int, int], ...] = ()
    undone: bool = False
