"""The lines of the journal that time itself brings to a member, and their answers to who asks first."""

from engine.core.lines.line import Line


class YearsReached(Line, tag=40, frozen=True, array_like=True, gc=False):
    """So many years with the organization, named once.

    `month` is the month of the anniversary, as year * 12 + month - 1; `asks` as that of a winner.
    """

    who: int
    recognition: int
    years: int
    month: int
    asks: int = 0


class AnswerSet(Line, tag=41, frozen=True, array_like=True, gc=False):
    """Whether the recognition that was asked about at this position, under this number, may be shown."""

    who: int
    position: int
    asks: int
    shown: bool


class LotBegun(Line, tag=42, frozen=True, array_like=True, gc=False):
    """What somebody had of a currency before it had an end is counted as earned in this month."""

    who: int
    currency: int
    month: int
    amount: int


class ExpiryAnnounced(Line, tag=43, frozen=True, array_like=True, gc=False):
    """So much of a currency, earned in this month, can be used up to and including a day; from here on that is said."""

    who: int
    currency: int
    month: int
    amount: int
    last_day: int
