"""What the log holds: one entry for everything that changes what people get.

An entry is stored as a MessagePack array, tag first; new fields go to the end with a default, so that every entry
ever written stays readable. Position and recorded time are not inside: they are the entry's id in the stream
(`position-recorded`). Nothing here names a person: members are random ids, texts are keys of records kept apart.
Times are whole milliseconds since 1970 in UTC.
"""

from typing import Final, Literal

import msgspec

from engine.core.questions import Value

RESERVED_PREFIX = "sulka."
"""Event types that only the call that owns them may append."""


class MemberFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What rules may know of a member. `started_on` is a month, as year * 12 + month - 1."""

    country: str | None = None
    team: str | None = None
    department: str | None = None
    time_zone: str | None = None
    language: str | None = None
    started_on: int | None = None
    is_leader: bool = False
    invited_by: str | None = None


class ContentFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What rules may know of a piece of content."""

    published: int | None = None
    topics: tuple[str, ...] = ()
    kind: str | None = None
    evergreen: bool = False
    requires_label: bool = False


class Entry(msgspec.Struct, frozen=True, array_like=True, tag_field="entry", gc=False):
    """The base of all entries."""


class Blank(Entry, tag=0, frozen=True, array_like=True, gc=False):
    """An event of which nobody who takes part was left; it holds nothing but its place."""


class Act(Entry, tag=1, frozen=True, array_like=True, gc=False):
    """An event: what `subject` did. `key` is the keyed digest of the thing that a retraction may name.

    `subject` is None when only other people of the event take part; absent fields are absent from `data`.
    """

    type: str
    time: int
    source: str
    subject: str | None
    data: dict[str, Value]
    key: bytes | None = None
    said_by_member: bool = False


class Thanked(Entry, tag=2, frozen=True, array_like=True, gc=False):
    """`sulka.thanks`: the giver thanks the receiver; the words are a text record.

    `receiver` is None when they take no part; `pair` is a keyed digest of them that is always there, so that what
    the giver sees and gets says nothing about it.
    """

    giver: str
    receiver: str | None
    pair: str
    time: int
    text: str | None = None


class Retracted(Entry, tag=3, frozen=True, array_like=True, gc=False):
    """`sulka.retracted`: takes back the event with this key, or all about a content and a member.

    `source` is who takes back where that is a source, and whose key it is where a member names a tool's.
    """

    by: Literal["source", "member", "hr"]
    time: int
    key: bytes | None = None
    content: str | None = None
    member: str | None = None
    badges_stay: bool = False
    reason: str | None = None
    source: str | None = None


class Awarded(Entry, tag=4, frozen=True, array_like=True, gc=False):
    """`sulka.award`: HR gives points, another currency or a badge, with a reason (a text record)."""

    member: str
    time: int
    points: int = 0
    currency: str | None = None
    badge: str | None = None
    value: str = ""
    tier: int = 0
    reason: str | None = None
    by: str = ""
    by_member: str | None = None
    """Who gives it: the token by the first digits of its digest, and the member for whom it speaks, if it says so."""


class Corrected(Entry, tag=5, frozen=True, array_like=True, gc=False):
    """`sulka.correction`: HR changes a balance by an amount of either sign, with a reason (a text record)."""

    member: str
    time: int
    amount: int
    currency: str | None = None
    reason: str | None = None


class MemberSet(Entry, tag=6, frozen=True, array_like=True, gc=False):
    """`sulka.member.set`: facts of a member, new or changed: all of them, or those that `only` names.

    The log orders what is said at the same moment, so that nobody has to know the other facts to change one.
    """

    member: str
    facts: MemberFacts
    only: tuple[str, ...] | None = None

    def facts_after(self, before: MemberFacts) -> MemberFacts:
        """The member's facts from here on."""
        if self.only is None:
            return self.facts
        said = {name: getattr(self.facts, name) for name in self.only if name in MemberFacts.__struct_fields__}
        return msgspec.structs.replace(before, **said)


class MembershipChanged(Entry, tag=7, frozen=True, array_like=True, gc=False):
    """`sulka.member.*`: what the member chose. Days (since 1970) are those of `away`, both inclusive."""

    member: str
    change: Literal["join", "pause", "resume", "leave", "away"]
    time: int
    first_day: int = 0
    last_day: int = 0


class VisibilityChosen(Entry, tag=8, frozen=True, array_like=True, gc=False):
    """`sulka.member.visibility`: where the member wants to be shown."""

    member: str
    boards: bool
    wall: bool
    badges: bool


class MemberErased(Entry, tag=9, frozen=True, array_like=True, gc=False):
    """`sulka.member.erased`: hidden everywhere for good; totals stay true."""

    member: str


class ContentKnown(Entry, tag=10, frozen=True, array_like=True, gc=False):
    """`sulka.content.known`: the facts of a piece of content, new or changed."""

    content: str
    facts: ContentFacts


class RulebookPublished(Entry, tag=11, frozen=True, array_like=True, gc=False):
    """`sulka.rulebook.published`: in force from the next entry on. `names` are (name, formerly or "")."""

    digest: bytes
    names: tuple[tuple[str, str], ...]
    zone: str
    week_starts: int
    days_back: int
    past: tuple[tuple[str, bool], ...] = ()
    """The names that count what happened before, where they are new; and whether that is told."""


class Tick(Entry, tag=12, frozen=True, array_like=True, gc=False):
    """`sulka.tick`: time has passed a boundary and nothing else came."""


class HistoryOpened(Entry, tag=13, frozen=True, array_like=True, gc=False):
    """`sulka.history.opened`: the calls that append say their own recorded time until it ends."""


class HistoryEnded(Entry, tag=14, frozen=True, array_like=True, gc=False):
    """`sulka.history.ended`: from here on the door's clock counts."""


class Retried(Entry, tag=15, frozen=True, array_like=True, gc=False):
    """`sulka.retried`: judge the entry that went aside at this position now, under its own time."""

    position: int


class Verdict(Entry, tag=16, frozen=True, array_like=True, gc=False):
    """`sulka.approval`: what waits since the entry at this position is agreed to or not, with a reason (a text record).

    `by` and `decider` say who decides, as `by` and `by_member` of an award do.
    """

    position: int
    verdict: Literal["approve", "decline"]
    time: int
    by: str
    decider: str | None = None
    reason: str | None = None


class ChallengesSettled(Entry, tag=19, frozen=True, array_like=True, gc=False):
    """`sulka.challenge.settled`: reward the next of those whom a challenge owes it; which, the states say.

    One too many does nothing, so whoever sees that something is owed may append it.
    """


class Turned(Entry, tag=20, frozen=True, array_like=True, gc=False):
    """`sulka.member.turned`: on this day (since 1970, organization's zone) something is due for a member."""

    member: str
    day: int


class RecognitionAnswered(Entry, tag=21, frozen=True, array_like=True, gc=False):
    """`sulka.member.answered`: whether a recognition that asks first may be shown; the last answer holds."""

    member: str
    position: int
    asks: int
    shown: bool


class HistoryCounted(Entry, tag=23, frozen=True, array_like=True, gc=False):
    """`sulka.history.counted`: the act at `position` is judged by these names (codes), new with a publication.

    `publication` is the position of that, `told` whether people are told of it as of anything else.
    """

    publication: int
    told: bool
    position: int
    codes: tuple[int, ...]


class HistoryLooked(Entry, tag=24, frozen=True, array_like=True, gc=False):
    """`sulka.history.looked`: the member gets what is due of these badges, new with a publication."""

    publication: int
    told: bool
    member: str
    codes: tuple[int, ...]


class HistoryDone(Entry, tag=25, frozen=True, array_like=True, gc=False):
    """`sulka.history.done`: all that happened before a publication is counted by what was new with it."""

    publication: int
    told: bool


class ActiveSet(Entry, tag=26, frozen=True, array_like=True, gc=False):
    """`sulka.member.active`: whether somebody works here, as HR says it; without it nothing of theirs counts.

    Coming back is no joining: whoever had joined is then somebody who has left.
    """

    member: str
    active: bool
    time: int


class OpeningBalance(Entry, tag=27, frozen=True, array_like=True, gc=False):
    """`sulka.history.balance`: what somebody had before Sulka counted, on the day of `time`.

    `origin` names the import that says it: of one import, a member's balance in a currency comes once for good.
    """

    member: str
    time: int
    amount: int
    origin: str
    currency: str | None = None


AnyEntry = (
    Blank
    | Act
    | Thanked
    | Retracted
    | Awarded
    | Corrected
    | MemberSet
    | MembershipChanged
    | VisibilityChosen
    | MemberErased
    | ContentKnown
    | RulebookPublished
    | Tick
    | HistoryOpened
    | HistoryEnded
    | Retried
    | Verdict
    | ChallengesSettled
    | Turned
    | RecognitionAnswered
    | HistoryCounted
    | HistoryLooked
    | HistoryDone
    | ActiveSet
    | OpeningBalance
)


class Logged(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry with its place in the log; `payload` is what is on disk, to the byte."""

    position: int
    recorded: int
    entry: AnyEntry
    payload: bytes


_encoder = msgspec.msgpack.Encoder()
decode_payload: Final = msgspec.msgpack.Decoder(AnyEntry).decode
"""What an entry's bytes say.

Raises:
    msgspec.DecodeError: The bytes are no entry; the log is damaged.
"""


def encode_entry(entry: AnyEntry) -> bytes:
    """The bytes that the log holds."""
    return _encoder.encode(entry)


def decode_entry(position: int, recorded: int, payload: bytes) -> Logged:
    """An entry with its place, by its bytes. Raises as `decode_payload` does."""
    return Logged(position=position, recorded=recorded, entry=decode_payload(payload), payload=payload)
