"""The lines of the journal about what happened before a word of the rulebook was new, and is counted after all."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from engine.core.lines.line import Line

OneLine = TypeVar("OneLine", bound=Line)


class PastBegan(Line, tag=44, frozen=True, array_like=True, gc=False):
    """What happened before this publication is to be counted by these codes, which are new with it."""

    told: bool
    codes: tuple[int, ...]


class PastCounted(Line, tag=45, frozen=True, array_like=True, gc=False):
    """The entry at this position is counted here, by what was new with a publication; the lines that follow say how.

    `who` is the place of its subject, with the units of then; -1 where it brings them nothing.
    """

    publication: int
    told: bool
    position: int
    who: int = -1


class PastLooked(Line, tag=46, frozen=True, array_like=True, gc=False):
    """A remark: the badges that follow are due because of what happened before a publication."""

    publication: int
    told: bool


class PastDone(Line, tag=47, frozen=True, array_like=True, gc=False):
    """All that happened before a publication is counted."""

    publication: int
    told: bool


def told_lines(lines: Sequence[OneLine]) -> Iterator[OneLine]:
    """The lines of a journal entry up to the first that is about the past and silent: of what follows nobody is told.

    Receipts and the own record say it all the same.
    """
    for line in lines:
        if is_silent((line,)):
            return
        yield line


def is_silent(lines: Sequence[Line]) -> bool:
    """Whether a journal entry counts something of the past of which nobody is told."""
    return any(isinstance(line, PastCounted | PastLooked) and not line.told for line in lines)
