"""States: what must be known of a member, unit, content or organization to decide the next entry.

A state is changed only by applying the lines of the journal (`engine.core.evolve`) and is stored as MessagePack, just
as it lies in memory. Its maps keep the order in which they grew: the same log gives the same bytes, however often a
state was put down and read back between. Days are counted since 1970 in the organization's zone; amounts are whole and
below 2**53.
"""

from typing import Final, NamedTuple, TypeAlias

import msgspec

from engine.core.entries import ContentFacts, MemberFacts
from engine.core.keys import UseKey, since_key
from engine.core.tracks import Track

INDEX_BLOCK: Final = 16
"""So many positions of a member share one row of the index."""

ABOUT_LIMIT: Final = 1_000
"""So many entries about one content and one member can be taken back together; more count for nothing."""

VALUES_LIMIT: Final = 256
"""So many distinct values of one metric are kept per member; further ones are not counted."""


class HeldBadge(NamedTuple):
    """A badge that a member holds: since when, and the position of the entry that brought it."""

    badge: int
    value: str
    step: int
    day: int
    position: int


Buckets: TypeAlias = Track
"""A number by day and, further back, by `month_bucket`, as `engine.core.buckets` reads it."""

FIRST_DAY: Final = 10_000
"""Buckets below are months (there are 1,200 in a century), those from here on days (this one lies in 1997)."""


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
    uses: dict[int, dict[UseKey, tuple[int, int]]] = {}
    """slot -> `use_key` -> (times, points)"""
    since: dict[str, int] = {}
    """`since_key` -> of a count for ever that is forgotten, the day of its first use; of a slot that the rulebook does
    not know any more, the day when that was first seen"""
    once: dict[str, int] = {}
    """`once_key` -> the day when it may be forgotten, 0 for never"""
    badges: dict[str, tuple[int, int]] = {}
    """`badge_key` -> (day, position)"""
    thanked_by: dict[str, int] = {}
    scores: dict[str, int] = {}
    """`place_key` -> the score on that board, in periods that were open when the member was last active in them"""
    has_moved: bool = False
    """Whether the member has changed units while having scores; each unit's part is then kept by itself."""
    unit_sums: dict[str, int] = {}
    """`unit_sum_key` -> what a member who has moved brought to this unit"""
    entries: int = 0
    open_positions: list[int] = []
    """Those of the last `INDEX_BLOCK` entries that have no row of the index yet, which is written when it is full."""
    pruned_on: int = 0
    cuts: int = 0
    """How often weeks had been cut anew when the scores were worked out."""

    def held_badges(self) -> list[HeldBadge]:
        """All badges, by code, value and step."""
        held: list[HeldBadge] = []
        for key, (day, position) in self.badges.items():
            badge, step, value = key.split("/", 2)
            held.append(HeldBadge(int(badge), value, int(step), day, position))
        return sorted(held)


def drop_use(state: MemberState, slot: int, key: UseKey) -> None:
    """Forget a count of a slot, if there is one."""
    used = state.uses.get(slot)
    if used is not None:
        used.pop(key, None)
        if not used:
            del state.uses[slot]
    state.since.pop(since_key(slot, key), None)


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
    history: bool = False
    cuts: int = 0
    """How often weeks have been cut anew, by rulebooks that begin them on another day."""
    weeks_from: int = 0
    """The day after the last week that was closed, however weeks were cut then."""


State = (
    MemberState
    | UnitState
    | UnitsState
    | ContentState
    | ThingState
    | AboutState
    | TakenState
    | RetriedState
    | CodesState
    | OrganizationState
)
