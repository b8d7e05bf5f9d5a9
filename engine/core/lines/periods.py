"""The lines about periods that end: what closed, who won, what is forgotten."""

from engine.core.lines.line import Line


class Recognised(Line, tag=8, frozen=True, array_like=True, gc=False):
    """A winner of a period that closed.

    `asks` numbers those of an entry whom the rulebook asks first, from 1; nobody else sees them until they say yes.
    """

    who: int
    recognition: int
    period: int
    place: int
    score: int
    asks: int = 0


class Closed(Line, tag=9, frozen=True, array_like=True, gc=False):
    """A period is over, its grace included; its boards are final. `kind` as in `KINDS`."""

    kind: int
    period: int


class EraBegan(Line, tag=10, frozen=True, array_like=True, gc=False):
    """What is remembered for `days_back` days goes to a new shelf; the shelf before the last is thrown away."""

    era: int
    day: int
