"""Days off of a country, as a table: made when rules are compiled, so that judging asks nobody."""

from dataclasses import dataclass
from typing import Final, final

from engine.core.periods import weekday

SATURDAY: Final = 6


@final
@dataclass(frozen=True)
class DaysOff:
    """`table` has a 1 for each day off from `first` on. Before and after it, weekends are days off and nothing else."""

    first: int
    table: bytes

    def has(self, day: int) -> bool:
        """Whether a day is off."""
        at = day - self.first
        if 0 <= at < len(self.table):
            return self.table[at] == 1
        return weekday(day) >= SATURDAY


WEEKENDS: Final = DaysOff(0, b"")
"""Saturdays and Sundays."""
