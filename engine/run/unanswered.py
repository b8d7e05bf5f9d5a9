"""What a recognition that asks first keeps from everybody but the member, in what HR reads of them. Pure."""

import msgspec

from engine.core.asking_first import SHOWN, answer_to
from engine.core.entries import Logged, RecognitionAnswered
from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import YearsReached
from engine.core.receipts.stance import NAMED, lines_of
from engine.core.states import MemberState
from engine.run.asked import asks


class Story(msgspec.Struct, frozen=True):
    """An entry as it was logged and judged."""

    logged: Logged
    journal: JournalEntry


def without_unanswered(member: str, state: MemberState, position: int, story: Story) -> Story | None:
    """The story without what the member has not said yes to; None where nothing of it is left, or it is an answer."""
    if isinstance(story.logged.entry, RecognitionAnswered):
        return None

    if not any(asks(line) for line in story.journal.lines):
        return story
    lines = tuple(
        _as_told(line)
        for line in story.journal.lines
        if not asks(line) or answer_to(state, position, asks(line)) == SHOWN
    )
    left = msgspec.structs.replace(story.journal, lines=lines)
    names_them = any(getattr(story.logged.entry, name, None) == member for name in NAMED if name != "member")
    return Story(story.logged, left) if names_them or lines_of(member, left) else None


def _as_told(line: AnyLine) -> AnyLine:
    """To others it is a recognition like any other."""
    return msgspec.structs.replace(line, asks=0) if isinstance(line, Recognised | YearsReached) else line
