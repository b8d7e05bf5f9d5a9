"""A streak as it is compiled: periods in a row in which a member has acted."""

from dataclasses import dataclass
from typing import final

from engine.core.periods import PeriodKind
from engine.core.rules import Text


@final
@dataclass(frozen=True, kw_only=True)
class Streak:
    """See the module. `country` is None where each member's own calendar counts.

    A freeze bridges a period that stayed empty: `start` of them at first, one more with every `earn` periods kept (0:
    never), at most `most`. They are counted in credit, of which a freeze costs `earn`, so that part of one is kept.
    """

    code: int
    id: str
    title: Text
    on: tuple[str, ...]
    every: PeriodKind
    working: bool = False
    """Whether days off are left out: a period of nothing else counts neither for nor against."""
    country: str | None = None
    away_pauses: bool = False
    start: int = 0
    most: int = 0
    earn: int = 0
    points: int = 0

    @property
    def cost(self) -> int:
        """The credit that a freeze costs."""
        return max(self.earn, 1)

    @property
    def gain(self) -> int:
        """The credit that a kept period brings."""
        return 1 if self.earn else 0
