"""The lines of the journal about what happened before a word of the rulebook was new, and is counted after all."""

from engine.core.line import Line


class PastBegan(Line, tag=44, frozen=True, array_like=True, gc=False):
    """What happened before this publication is to be counted by these codes, which are new with it."""

    told: bool
    codes: tuple[int, ...]


class PastCounted(Line, tag=45, frozen=True, array_like=True, gc=False):
    """The entry at this position is counted here, by what was new with a publication; the lines that follow say how."""

    publication: int
    told: bool
    position: int


class PastLooked(Line, tag=46, frozen=True, array_like=True, gc=False):
    """A remark: the badges that follow are due because of what happened before a publication."""

    publication: int
    told: bool


class PastDone(Line, tag=47, frozen=True, array_like=True, gc=False):
    """All that happened before a publication is counted."""

    publication: int
    told: bool
