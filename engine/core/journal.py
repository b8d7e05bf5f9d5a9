"""The journal: one entry for each position, saying what its log entry led to, as codes and amounts.

Its lines are effects (changes, as data) and remarks (why something did not happen). Applying the lines of every
entry in order gives the states; a retraction posts the negatives of its target's lines. Codes are those of
`engine.core.codes`; `who` is a place in the entry's table of people. Stored as MessagePack arrays, tag first; new
fields go to the end with a default. Without `gc`, which looks for cycles: data has none, and there is much of it.
The lines stand by subject in `engine.core.lines`.
"""

import msgspec

from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import ChallengeCounted, ChallengeReached, ChallengeSettled, ChallengeStood
from engine.core.lines.counts import Counted, OnceUsed, PartsRecounted, ThanksNoted, UnitRecounted, Used
from engine.core.lines.entries import (
    AboutNoted,
    EntryGivenBack,
    EntryRetried,
    EntryTaken,
    HistorySet,
    KeyNoted,
    KeyTaken,
    RulebookSet,
)
from engine.core.lines.ledger import Boosted, Held, HoldChanged, Posted
from engine.core.lines.members import ContentSet, Erased, FactsSet, MembershipSet, VisibilitySet
from engine.core.lines.past import PastBegan, PastCounted, PastDone, PastLooked
from engine.core.lines.periods import Closed, EraBegan, Recognised
from engine.core.lines.refusals import Refused
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached

DIGEST_BYTES = 16


class Person(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Someone whom an entry concerns, with their units at that moment."""

    id: str
    team: str | None = None
    department: str | None = None
    country: str | None = None


AnyLine = (
    Counted
    | Used
    | OnceUsed
    | Posted
    | BadgeGranted
    | BadgeWithdrawn
    | LevelChanged
    | Recognised
    | Closed
    | EraBegan
    | FactsSet
    | MembershipSet
    | VisibilitySet
    | Erased
    | ContentSet
    | RulebookSet
    | ThanksNoted
    | KeyNoted
    | KeyTaken
    | AboutNoted
    | EntryTaken
    | HistorySet
    | Refused
    | UnitRecounted
    | PartsRecounted
    | EntryRetried
    | EntryGivenBack
    | ChallengeCounted
    | ChallengeStood
    | ChallengeReached
    | ChallengeSettled
    | Boosted
    | Held
    | HoldChanged
    | YearsReached
    | AnswerSet
    | LotBegun
    | ExpiryAnnounced
    | StreakActed
    | StreakWentOn
    | PastBegan
    | PastCounted
    | PastLooked
    | PastDone
)


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What one entry led to. `late` says that the act's period had closed already."""

    people: tuple[Person, ...] = ()
    lines: tuple[AnyLine, ...] = ()
    late: bool = False


class JournalEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A decision in the chain. `aside` says that the engine could not process the entry, and nothing happened."""

    rulebook: bytes
    log_digest: bytes
    previous: bytes
    people: tuple[Person, ...] = ()
    lines: tuple[AnyLine, ...] = ()
    late: bool = False
    aside: bool = False
