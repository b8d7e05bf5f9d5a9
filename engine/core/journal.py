"""The journal: one entry for each position, saying what its log entry led to, as codes and amounts.

Its lines are effects (changes, as data) and remarks (why something did not happen). Applying the lines of every
entry in order gives the states; a retraction posts the negatives of its target's lines. Codes are those of
`engine.core.codes`; `who` is a place in the entry's table of people. Stored as MessagePack arrays, tag first; new
fields go to the end with a default. Without `gc`, which looks for cycles: data has none, and there is much of it.
Lines that belong to one word alone stand in a module of that word, as `engine.core.streak_lines`.
"""

from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from engine.core.entries import ContentFacts, MemberFacts
from engine.core.line import Line
from engine.core.lines_challenges import ChallengeCounted, ChallengeReached, ChallengeSettled, ChallengeStood
from engine.core.lines_past import PastBegan, PastCounted, PastDone, PastLooked
from engine.core.lines_turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached
from engine.core.streak_lines import StreakActed, StreakWentOn

DIGEST_BYTES = 16

BY_HAND: Final = -1
"""The cause of a posting or badge that a person gave; the log entry says the rest."""

CARRIED: Final = -2
"""The cause of a posting that was carried over from before, and where `MemberState.once` remembers its import."""


class Reason(IntEnum):
    """Why something did not happen; stored by number, so numbers are never reused."""

    LIMIT_TIMES = 1
    LIMIT_POINTS = 2
    CAP = 3
    FADED = 4
    ONCE = 5
    TO_ONESELF = 6
    CURRENCY_LIMIT = 7
    FORMULA_FAULT = 8
    TAKEN_BACK_BEFORE = 9
    NOT_TAKING_PART = 10
    TOO_MANY_ABOUT = 11
    TOO_MANY_VALUES = 12
    ALLOWANCE = 13
    SAME_PAIR = 14
    CONDITION = 15
    NOTHING_TO_TAKE_BACK = 16
    ALREADY_TAKEN_BACK = 17
    NOT_THEIRS = 18
    KEY_AGAIN = 19
    UNKNOWN_NAME = 20
    RETRIED_BEFORE = 21
    NOT_ASIDE = 22
    WITHOUT_POINTS = 23
    DECLINED = 24
    NOT_HELD = 25
    OWN_APPROVAL = 26
    TOO_MANY_HELD = 27
    NOTHING_ASKED = 34
    CURRENCY_ENDED = 35
    COUNTED_BEFORE = 38
    TOO_MUCH_PAST = 39
    CARRIED_BEFORE = 41


class HoldNow(IntEnum):
    """What became of what waits; stored by number."""

    TAKEN_BACK = 0
    GIVEN_BACK = 1
    APPROVED = 2
    DECLINED = 3


class Person(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Someone whom an entry concerns, with their units at that moment."""

    id: str
    team: str | None = None
    department: str | None = None
    country: str | None = None


class Counted(Line, tag=1, frozen=True, array_like=True, gc=False):
    """Each of these metrics changed by `amount` on a day (since 1970, organization's zone); of a `value`, only one."""

    who: int
    day: int
    amount: int
    metrics: tuple[int, ...]
    value: str = ""


SlotUse: TypeAlias = tuple[int, int, int, str]
"""(slot, period, times, value): how often a paid act counts in a slot, for one value of what it is kept by."""


class Used(Line, tag=2, frozen=True, array_like=True, gc=False):
    """Counts of paid acts changed in these slots, and of points by `points` in each; `day` is that of the entry."""

    who: int
    day: int
    points: int
    slots: tuple[SlotUse, ...]


class OnceUsed(Line, tag=3, frozen=True, array_like=True, gc=False):
    """A rule was paid for these values; `forget_day` 0 means never. `undone` takes the mark away."""

    who: int
    rule: int
    values: str
    forget_day: int = 0
    undone: bool = False


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


class BadgeGranted(Line, tag=5, frozen=True, array_like=True, gc=False):
    """A badge; `step` is its tier, or its period when it repeats."""

    who: int
    badge: int
    step: int
    day: int
    value: str = ""


class BadgeWithdrawn(Line, tag=6, frozen=True, array_like=True, gc=False):
    """A badge whose condition a retraction took away."""

    who: int
    badge: int
    step: int
    value: str = ""


class LevelChanged(Line, tag=7, frozen=True, array_like=True, gc=False):
    """The level by points of all time is now this one (-1: none); for people to read, no state of its own."""

    who: int
    level: int
    up: bool


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


class RulebookSet(Line, tag=16, frozen=True, array_like=True, gc=False):
    """The rulebook in force from the next entry on, and the codes given to its new names.

    `open_from` are the first open periods by place in `KINDS`, where they change: with the first rulebook, and with
    one whose weeks start on another day.
    """

    digest: bytes
    codes: tuple[tuple[str, int], ...]
    days_back: int
    open_from: tuple[int, ...] = ()


class ThanksNoted(Line, tag=17, frozen=True, array_like=True, gc=False):
    """`who` was thanked by `giver` at `time` (remembered for the mutual rule)."""

    who: int
    giver: str
    time: int
    undone: bool = False


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


class HistorySet(Line, tag=22, frozen=True, array_like=True, gc=False):
    """History mode opened or ended."""

    open: bool


class Refused(Line, tag=23, frozen=True, array_like=True, gc=False):
    """A remark: what did not happen and why.

    `cause` is the rule or other word, `slot` what held it, `line` the number of the condition line that did not hold.
    """

    who: int
    cause: int
    reason: Reason
    slot: int = -1
    base: int = 0
    percent: int = 100
    line: int = -1
    period: int = 0


class UnitRecounted(Line, tag=24, frozen=True, array_like=True, gc=False):
    """What a unit brought together in the weeks that are open by a new cut: (`place_key`, sum, contributors)."""

    by: str
    unit: str
    sums: tuple[tuple[str, int, int], ...]


class PartsRecounted(Line, tag=25, frozen=True, array_like=True, gc=False):
    """What a member who has changed units brought to each of them in those weeks: (`place_key`, by, unit, amount)."""

    member: str
    parts: tuple[tuple[str, str, str, int], ...]


class EntryRetried(Line, tag=26, frozen=True, array_like=True, gc=False):
    """The entry that went aside at this position is judged here, once and for ever."""

    position: int


class EntryGivenBack(Line, tag=27, frozen=True, array_like=True, gc=False):
    """What took back the entry at this position was taken back itself."""

    position: int


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
