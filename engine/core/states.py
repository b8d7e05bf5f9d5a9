"""States: what must be known of a member, unit, content or organization to decide the next entry.

A state is changed only by applying the lines of the journal (`engine.core.evolve`) and is stored as MessagePack, just
as it lies in memory. Its maps keep the order in which they grew: the same log gives the same bytes, however often a
state was put down and read back between. Days are counted since 1970 in the organization's zone; amounts are whole and
below 2**53.
"""

from typing import Final, TypeAlias

import msgspec

from engine.core.entries import ContentFacts, MemberFacts
from engine.core.tracks import Track

INDEX_BLOCK: Final = 16
"""So many positions of a member share one row of the index."""

ABOUT_LIMIT: Final = 1_000
"""So many entries about one content and one member can be taken back together; more count for nothing."""

VALUES_LIMIT: Final = 256
"""So many distinct values of one metric are kept per member; further ones are not counted."""


Buckets: TypeAlias = Track
"""A number by day and, further back, by `month_bucket` or by year, as `engine.core.buckets` reads it.

Years are enough where nothing asks for months.
"""

Uses: TypeAlias = Track
"""What was used of a limit by period, as `engine.core.uses` reads it."""

Steps: TypeAlias = Track
"""The steps of a badge that are held, as `engine.core.held` reads them."""

Lots: TypeAlias = Track
"""What is left of a currency by month, as `engine.core.lots` reads it."""

FIRST_YEAR: Final = 1_900
FIRST_DAY: Final = 10_000
"""Buckets below the first are months (there are 1,200 in a century), those between the two years, by their own numbers,
and those from the second on days (this one lies in 1997)."""


class MemberState(msgspec.Struct, array_like=True, gc=False):
    """All that decides about a member; what the keys of a map are made of stands beside it.

    Pauses and absences are flat: from, to, from, to … Without `gc`, which looks for cycles: a state has none.
    """

    facts: MemberFacts = MemberFacts()
    status: str = ""
    joined_at: int = 0
    pauses: list[int] = []
    away: list[int] = []
    boards_shown: bool = False
    wall_shown: bool = False
    badges_shown: bool = False
    erased: bool = False
    balances: dict[int, int] = {}
    """currency -> amount"""
    series: dict[int, Buckets] = {}
    """metric -> its number"""
    valued: dict[int, dict[str, Buckets]] = {}
    """metric -> value -> its number: distinct values, and each value by itself"""
    uses: dict[int, Uses] = {}
    """slot -> what was used of it, of slots that are kept by nothing and where that was absent"""
    valued_uses: dict[int, dict[str, Uses]] = {}
    """slot -> `value_key` of what it is kept by -> what was used of it"""
    since: dict[str, int] = {}
    """`since_key` -> of a count for ever that is forgotten, the day of its first use; of a slot or challenge that the
    rulebook does not know any more, the day when that was first seen"""
    once: dict[int, dict[str, int]] = {}
    """rule -> `value_key` of what it was paid for -> the day when that may be forgotten, 0 for never"""
    badges: dict[int, Steps] = {}
    """badge -> its steps that are held, of badges that are not for each value"""
    valued_badges: dict[int, dict[str, Steps]] = {}
    """badge -> the value that it is for -> its steps that are held"""
    thanked_by: dict[str, int] = {}
    scores: dict[int, int] = {}
    """`score_key` -> the score on that board, in periods that were open when the member was last active in them"""
    has_moved: bool = False
    """Whether the member has changed units while having scores; each unit's part is then kept by itself."""
    unit_sums: dict[str, int] = {}
    """`unit_sum_key` -> what a member who has moved brought to this unit"""
    entries: int = 0
    open_positions: Track = []
    """Those of the last `INDEX_BLOCK` entries that have no row of the index yet, which is written when it is full; a
    track of nothing but keys."""
    pruned_on: int = 0
    cuts: int = 0
    """How often weeks had been cut anew when the scores were worked out."""
    challenges: dict[str, list[int]] = {}
    """`goal_key` -> what the member brought, and where they stand: unlisted, listed, or the position of the entry that
    rewarded them; gone some weeks after the challenge"""
    lots: dict[int, Lots] = {}
    """currency that runs out -> what is left of it, by the month in which it was earned"""
    anniversaries: dict[int, list[int]] = {}
    """recognition -> the years that were named"""
    asked: list[int] = []
    """Flat: position, number and answer of each recognition that asks first, as `engine.core.asking_first` reads it"""
    streaks: dict[int, Track] = {}
    """streak -> the periods with acts in them that may still change, as `engine.core.runs` reads them"""
    runs: dict[int, list[int]] = {}
    """streak -> what all periods before those came to, as `engine.core.runs` reads it"""


class UnitState(msgspec.Struct, array_like=True, gc=False):
    """What a unit's members brought together in open periods: `place_key` -> (sum, contributors)."""

    sums: dict[str, tuple[int, int]] = {}


class UnitsState(msgspec.Struct):
    """How many members of each (by, unit) have joined."""

    joined: dict[tuple[str, str], int] = {}


class ContentState(msgspec.Struct, array_like=True, gc=False):
    """What is known of a piece of content."""

    facts: ContentFacts


class ThingState(msgspec.Struct, array_like=True, gc=False):
    """An event's key: the entry that stands for it now (0: none) and how often it was taken back.

    `waits` says that the retraction came before its event.
    """

    position: int = 0
    taken: int = 0
    waits: bool = False


class AboutState(msgspec.Struct, array_like=True, gc=False):
    """The entries about a content and a member, in order."""

    positions: list[int]


class TakenState(msgspec.Struct, array_like=True, gc=False):
    """Whether an entry is taken back, and by how many: it comes back only with the last of them."""

    taken: bool = True
    times: int = 1


class RetriedState(msgspec.Struct, array_like=True, gc=False):
    """An entry that went aside and was judged after all: by the retry at this position. Kept for ever."""

    position: int


class GoalState(msgspec.Struct, array_like=True, gc=False):
    """A challenge of a unit, of everyone, or of members: the sum, and how many are listed to be rewarded.

    `reached` is when the goal was reached, by recorded time; 0 while it is not. Of those who are listed, the first
    `settled` have been looked at. `shelf` is the era with which the list goes.
    """

    sum: int = 0
    reached: int = 0
    listed: int = 0
    settled: int = 0
    shelf: int = 0


class ListState(msgspec.Struct, array_like=True, gc=False):
    """Some of the members who are listed to be rewarded by a challenge, in order."""

    members: list[str]


class HoldsState(msgspec.Struct, array_like=True, gc=False):
    """What waits until somebody agrees: position -> up to when, negative while its act is taken back.

    What has lapsed is thrown away when something else begins to wait.
    """

    until: dict[int, int] = {}


class ApprovedState(msgspec.Struct, array_like=True, gc=False):
    """What an entry had waiting was agreed to and paid by the entry at this position."""

    position: int


class PastWork(msgspec.Struct, array_like=True, gc=False):
    """What happened before a publication, being counted by these codes: done up to and with the entry at `reached`."""

    publication: int
    told: bool
    codes: list[int]
    reached: int = 0


class PastState(msgspec.Struct, array_like=True, gc=False):
    """All such work that is not done, in order of the publications."""

    works: list[PastWork] = []


class AfterwardsState(msgspec.Struct, array_like=True, gc=False):
    """Flat, of some entries that lie together: the position, and that of an entry which counted it afterwards."""

    pairs: list[int] = []


class CodesState(msgspec.Struct):
    """The codes given to all names so far."""

    codes: dict[str, int] = {}


class OrganizationState(msgspec.Struct, array_like=True):
    """What concerns everybody: the rulebook in force, and which periods are open."""

    rulebook: bytes = b""
    recorded: int = 0
    open_from: list[int] = []
    """By place in `KINDS`: the first period that is not closed; empty before the first rulebook."""
    era: int = 0
    era_began: int = 0
    days_back: int = 0
    """The most that any rulebook had so far: an era lasts so many days, and does not become shorter for what lies on
    the shelf of a later one."""
    history: bool = False
    cuts: int = 0
    """How often weeks have been cut anew, by rulebooks that begin them on another day."""
    weeks_from: int = 0
    """The day after the last week that was closed, however weeks were cut then."""
    owed: list[str] = []
    """The `goal_key` of each challenge whose listed members are to be rewarded, in the order in which that came."""
    pasts: int = 0
    """How many publications count what happened before them, now."""
    past_before: int = 0
    """The entries before this position may have been counted afterwards."""


State = (
    MemberState
    | UnitState
    | UnitsState
    | ContentState
    | ThingState
    | AboutState
    | TakenState
    | RetriedState
    | GoalState
    | ListState
    | HoldsState
    | ApprovedState
    | PastState
    | AfterwardsState
    | CodesState
    | OrganizationState
)
