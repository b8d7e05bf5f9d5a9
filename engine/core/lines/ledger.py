"""The lines about points and currencies: what was posted, and what waits until somebody agrees."""

from enum import IntEnum
from typing import Final

from engine.core.lines.line import Line

BY_HAND: Final = -1
"""The cause of a posting or badge that a person gave; the log entry says the rest."""

CARRIED: Final = -2
"""The cause of a posting that was carried over from before, and where `MemberState.once` remembers its import."""


class HoldNow(IntEnum):
    """What became of what waits; stored by number."""

    TAKEN_BACK = 0
    GIVEN_BACK = 1
    APPROVED = 2
    DECLINED = 3


class Posted(Line, tag=4, frozen=True, array_like=True, gc=False):
    """A posting of the ledger: `amount` of a currency (the points' code for points), caused by a rule or other word.

    What has run its time is caused by its currency, on a day of the month in which it was earned.
    `base` and `percent` say how it was worked out before limits; `held_by` is the slot that made it smaller, or -1.
    """

    who: int
    cause: int
    currency: int
    amount: int
    day: int
    base: int = 0
    percent: int = 100
    held_by: int = -1


class Boosted(Line, tag=28, frozen=True, array_like=True, gc=False):
    """A remark: the posting of points that follows was worked out with this boost, at so many percent of its base."""

    who: int
    boost: int
    percent: int


class Held(Line, tag=29, frozen=True, array_like=True, gc=False):
    """So many points would have been paid, and wait until somebody agrees, up to `until` (milliseconds).

    `base`, `percent` and the boost say how they were worked out, as those of a posting do; `day` is that of the act.
    """

    who: int
    cause: int
    amount: int
    day: int
    base: int
    percent: int
    until: int
    boost: int = -1
    boost_percent: int = 100


class HoldChanged(Line, tag=30, frozen=True, array_like=True, gc=False):
    """What waits since the entry at this position was decided, or its act was taken or given back."""

    position: int
    now: HoldNow
