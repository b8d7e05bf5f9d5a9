"""What one listener has heard of the journal and was not told yet: bounded, each thing once. Pure."""

from typing import Final, TypeAlias

import msgspec

from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.ledger import Posted
from engine.core.lines.members import Erased
from engine.core.lines.past import told_lines
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import AnswerSet, YearsReached
from engine.store.wall_rows import may_be_for_the_wall

MOST_HEARD: Final = 200
"""So much of one kind waits to be told to one listener; who falls behind further reads anew."""

MOST_ON_WALL: Final = 10
"""So many positions for the wall wait, the newest; the wall itself has the others."""


class OwnLine(msgspec.Struct, frozen=True):
    """A line about the listener, with the rulebook whose words it is told in."""

    position: int
    rulebook: bytes
    said: AnyLine


OnWall: TypeAlias = tuple[int, int]
"""(at, position): the entry at which it was heard, and the one that the wall shows; a later answer lets it."""


class Heard(msgspec.Struct):
    """See the module. `moved`: somebody's place on a board may be another. `is_lost`: something was left out."""

    position: int = 0
    lines: list[OwnLine] = []
    receipts: list[int] = []
    wall: list[OnWall] = []
    moved: bool = False
    is_lost: bool = False
    is_erased: bool = False

    def add_of_others(self, wall: list[OnWall], *, moved: bool) -> None:
        """Hear what may be on the wall, and whether somebody's points moved."""
        self.wall = [*self.wall, *wall][-MOST_ON_WALL:]
        self.moved = self.moved or moved

    def add_own(self, member: str, position: int, entry: JournalEntry) -> None:
        """Hear what of an entry is the member's."""
        self.position = position
        own = {number for number, person in enumerate(entry.people) if person.id == member}
        if not own:
            return
        told = list(told_lines(entry.lines))
        if len(told) < len(entry.lines) and not any(getattr(line, "who", None) in own for line in told):
            return  # what happened before is counted silently
        self.receipts.append(position)
        for line in told:
            match line:
                case Posted() | BadgeGranted() | BadgeWithdrawn() | LevelChanged() if line.who in own:
                    self.lines.append(OwnLine(position, entry.rulebook, line))
                case Recognised() | YearsReached() if line.who in own:
                    self.lines.append(OwnLine(position, entry.rulebook, line))
                case Erased() if line.who in own:
                    self.is_erased = True
                case _:
                    pass
        if max(len(self.lines), len(self.receipts)) > MOST_HEARD:
            self.lose()

    def lose(self) -> None:
        """Leave out what was heard; who listens has to read anew."""
        self.lines, self.receipts, self.is_lost = [], [], True

    def after(self, position: int) -> "Heard":
        """Only what came after a position."""
        return Heard(
            position=max(self.position, position),
            lines=[line for line in self.lines if line.position > position],
            receipts=[at for at in self.receipts if at > position],
            wall=[each for each in self.wall if each[0] > position],
            moved=self.moved,
            is_lost=self.is_lost,
            is_erased=self.is_erased,
        )

    def then(self, later: "Heard") -> "Heard":
        """What was heard first and what was heard afterwards, as one."""
        both = Heard(
            position=max(self.position, later.position),
            lines=[*self.lines, *later.lines],
            receipts=[*self.receipts, *later.receipts],
            wall=[*self.wall, *later.wall][-MOST_ON_WALL:],
            moved=self.moved or later.moved,
            is_lost=self.is_lost or later.is_lost,
            is_erased=self.is_erased or later.is_erased,
        )
        if max(len(both.lines), len(both.receipts)) > MOST_HEARD:
            both.lose()
        return both

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.receipts or self.wall or self.moved or self.is_lost or self.is_erased)


def on_wall(position: int, entry: JournalEntry) -> list[OnWall]:
    """What the wall may show from an entry on."""
    answered = [line.position for line in entry.lines if isinstance(line, AnswerSet) and line.shown]
    return [(position, each) for each in (*([position] if may_be_for_the_wall(entry) else []), *answered)]


def moves(entry: JournalEntry) -> bool:
    """Whether an entry may move somebody's place on a board."""
    return any(type(line) is Posted for line in entry.lines)
