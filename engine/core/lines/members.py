"""The lines about what is known of members and contents, and what members choose."""

from engine.core.entries import ContentFacts, MemberFacts
from engine.core.lines.line import Line


class FactsSet(Line, tag=11, frozen=True, array_like=True, gc=False):
    """A member's facts."""

    who: int
    facts: MemberFacts


class MembershipSet(Line, tag=12, frozen=True, array_like=True, gc=False):
    """What the member chose, or what HR said of their working here ("activate", "deactivate"); `at` in milliseconds.

    For `away`: first and last day.
    """

    who: int
    change: str
    at: int
    first_day: int = 0
    last_day: int = 0


class VisibilitySet(Line, tag=13, frozen=True, array_like=True, gc=False):
    """Where the member wants to be shown."""

    who: int
    boards: bool
    wall: bool
    badges: bool


class Erased(Line, tag=14, frozen=True, array_like=True, gc=False):
    """The member is hidden for good."""

    who: int


class ContentSet(Line, tag=15, frozen=True, array_like=True, gc=False):
    """A content's facts."""

    content: str
    facts: ContentFacts
