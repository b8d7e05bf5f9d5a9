"""The lines about the log's entries: their keys, what became of them later, under which rulebook they are judged."""

from engine.core.lines.line import Line


class RulebookSet(Line, tag=16, frozen=True, array_like=True, gc=False):
    """The rulebook in force from the next entry on, and the codes given to its new names.

    `open_from` are the first open periods by place in `KINDS`, where they change: with the first rulebook, and with
    one whose weeks start on another day.
    """

    digest: bytes
    codes: tuple[tuple[str, int], ...]
    days_back: int
    open_from: tuple[int, ...] = ()


class HistorySet(Line, tag=22, frozen=True, array_like=True, gc=False):
    """History mode opened or ended."""

    open: bool


class KeyNoted(Line, tag=18, frozen=True, array_like=True, gc=False):
    """This entry is the event of this key."""

    key: bytes


class KeyTaken(Line, tag=19, frozen=True, array_like=True, gc=False):
    """The key was taken back; `target` is the entry, or 0 when its event has not come yet."""

    key: bytes
    target: int


class AboutNoted(Line, tag=20, frozen=True, array_like=True, gc=False):
    """This entry is about a content and a member."""

    content: str
    who: int


class EntryTaken(Line, tag=21, frozen=True, array_like=True, gc=False):
    """The entry at this position was taken back, for the first time or once more."""

    position: int


class EntryGivenBack(Line, tag=27, frozen=True, array_like=True, gc=False):
    """What took back the entry at this position was taken back itself."""

    position: int


class EntryRetried(Line, tag=26, frozen=True, array_like=True, gc=False):
    """The entry that went aside at this position is judged here, once and for ever."""

    position: int
