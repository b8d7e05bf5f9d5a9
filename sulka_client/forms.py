"""What calls take and give. Made from the OpenAPI document by `make client`: change the API, not this file."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec


class EventResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one event."""

    id: str | None
    """Its sender's id; null where that could not be read"""
    status: Literal[
        "accepted", "conflict", "duplicate", "foreign-source", "full", "no-history", "refused", "waiting", "tried"
    ]
    """accepted, duplicate (it came before), waiting (nobody knows whom yet): the event is safe. conflict: the id
    came with other content; refused: the errors say why; foreign-source: it names another source; full,
    no-history: nothing of the request was taken; tried: it would be taken
    """
    position: int | None = None
    """Its place in the log, of a duplicate that of the first; null where none"""


class EventsAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All events are safe on disk."""

    accepted: int
    """So many are new"""
    duplicates: int
    """So many came before; nothing was changed by them"""
    waiting: int
    """So many name somebody whom nobody knows yet"""
    results: Sequence[EventResult]
    """Of each event, in their order"""


class ColleagueView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A colleague who thanked the member, or did what a rule paid the member for."""

    id: str
    """The member's id: random, and Sulka's own"""
    name: str
    """As colleagues know the person"""


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one entry of the log meant for the member."""

    position: int
    """The entry's place in the log"""
    time: str
    """When the act was; of somebody else's that is not told, the first moment of its day"""
    type: str
    """The event's type, or what Sulka itself logs: sulka.thanks, sulka.award, sulka.correction, sulka.retracted,
    sulka.member.set, .visibility, .join, .pause, .resume, .leave, .away; sulka.closed where only a period closed;
    empty where the act is not told or no longer shown
    """
    title: str
    """In the language of the reader"""
    points: int
    """What it changed in points; negative where something was taken back"""
    sentences: Sequence[str]
    """What came of it and why, step by step"""
    who: ColleagueView | None
    """Who thanked, or did what a rule paid for; null where that was the member, where the rule does not say, where
    nobody of that name is left, and for HR
    """
    words: str | None
    """What somebody wrote: a reason, a thanks; null once it is erased"""
    late: bool
    """Whether it came in after its period had closed"""


class ActAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The act is on disk."""

    event: EventsAnswer
    """As for an event that a tool posts"""
    receipt: ReceiptView | None
    """With Prefer: wait, what came of it; null if it was not judged in time"""


class ActBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act that the member says themselves."""

    type: str
    """What I did: a type that members may say themselves (GET /v1/event-types)"""
    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """My own id of the act: under it it counts once; left out, a new act"""
    time: str | msgspec.UnsetType | None = msgspec.UNSET
    """When it was, with seconds and offset; left out, now"""
    key: str | msgspec.UnsetType | None = msgspec.UNSET
    """What I call the act, to take it back later"""
    data: Mapping[str, Any] = {}
    """The fields of this type, as GET /v1/event-types/{type} names them"""


class AsideView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry that went aside."""

    position: int
    """Its place in the log"""
    code: str
    """The kind of fault, as the program calls it"""
    type: str
    """The type of the event, or sulka.… for what Sulka itself logs"""
    recorded_at: str
    """When it came"""
    retried: bool
    """Whether it was tried again; that is an entry of its own"""


class AsidesPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went aside, the newest first."""

    open: int
    """So many, on all pages, were not tried again"""
    asides: Sequence[AsideView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class AwardBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Points (or another currency) or a badge, by hand."""

    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""
    member: str
    """A member id or an alias kind:value, email:anna@example.org"""
    reason: str
    """In words, for the person whom it concerns"""
    points: int | msgspec.UnsetType | None = msgspec.UNSET
    """So many, where no badge is given"""
    currency: str | msgspec.UnsetType | None = msgspec.UNSET
    """The id of a currency of the rule files; left out, points"""
    badge: str | msgspec.UnsetType | None = msgspec.UNSET
    """The id of a badge of the rule files, where no points are given"""
    value: str = ""
    """The topic or the like that the badge is for; empty where there is none"""
    tier: int = 0
    """Which tier of the badge, counted from 0"""


class HeldView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A badge that the member has."""

    title: str
    """With its tier, topic or period"""
    value: str
    """The topic or other value that it is for; empty where there is none"""
    since: str
    """The day of the act that brought it"""
    position: int
    """A place in the log; its receipt says what it meant"""


class StepView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What brings the badge, or its next tier, in words. Nothing runs out, and nobody is compared."""

    title: str
    """With its tier or topic"""
    value: str
    """The topic or other value that it is for; empty where there is none"""
    at: int | None
    """How many it takes; null where a person gives it"""
    so_far: int | None
    """How many there are now; null where nothing is counted"""
    sentences: Sequence[str]
    """The same in words"""


class BadgeStory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A badge, what the member has of it, and what more there is."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    text: str | None
    """What it stands for"""
    held: Sequence[HeldView]
    """What the member has, the newest first"""
    times: int
    """How often the member has it, in all"""
    steps: Sequence[StepView]
    """What more there is; empty where there is nothing more"""


class BadgeTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="badge"):
    """A badge is mine, or, taken back with what it was for, is not any more."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    value: str
    """The topic or other value that it is for; empty where there is none"""
    held: bool
    """Whether I have it now"""
    position: int
    """A place in the log; its receipt says what it meant"""


class BadgeView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A badge that the member has."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    value: str
    """The topic or other value that it is for; empty where there is none"""
    position: int
    """A place in the log; its receipt says what it meant"""


class BadgesView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All badges of the programme in its order, then those that it has no more."""

    badges: Sequence[BadgeStory]
    """In the programme's order"""
    position: int
    """The last entry of the log that all these numbers contain"""


PeriodKind: TypeAlias = Literal["day", "ever", "month", "quarter", "week", "year"]


class BoardInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A leaderboard."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the organization"""
    periods: Sequence[PeriodKind]
    """Its kinds of period; the first one is shown unasked"""
    by: Sequence[Literal["countries", "departments", "members", "teams"]]
    """Who is ranked on it"""
    current: Mapping[str, str]
    """The name of the running period of each kind"""


class Own(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The member's own place; who is hidden sees it alone: 1 + those above."""

    rank: int
    """Competition rank: 1, 2, 2, 4"""
    score: int
    """What the board counts"""
    tied: int
    """So many others share the rank"""
    shown: bool
    """Whether others see this member on the board"""
    to_next: int | None
    """What is missing to the next higher score; null on top"""
    moved: int | None
    """Places won since the period before; null for who was not on that board"""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row. Rows of one rank stand by name; pages go on by id within a rank."""

    rank: int
    """Competition rank: 1, 2, 2, 4"""
    id: str
    """The member's id, or the name of the unit"""
    name: str
    """As people read it"""
    score: int | float
    """What the board counts; of a unit an average a member, with two decimals"""
    tied: int
    """So many others share the rank"""
    moved: int | None
    """Places won since the period before; null for who was not on that board"""


class BoardView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows of a board in a period."""

    board: str
    """Its id"""
    title: str
    """In the language of the organization"""
    by: Literal["countries", "departments", "members", "teams"]
    """Who is ranked"""
    period: str
    """Its name: 2026-W48, 2026-11, 2026-Q4, 2026, 2026-11-23 or ever"""
    starts: str | None
    """Its first moment; null for ever"""
    ends: str | None
    """The first moment after it; null for ever"""
    state: Literal["final", "open", "provisional"]
    """open: it runs; provisional: it has ended, late acts still come; final: for good"""
    final_from: str | None
    """From when on acts come too late for it; null for ever"""
    next_reset: str | None
    """When the running period of this kind ends and all begin anew; null for ever"""
    count: int
    """So many rows there are in all"""
    rows: Sequence[Row]
    """From the top, from the cursor, or around me"""
    own: Own | None
    """My own place; null without a score, and for HR"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""
    position: int
    """The entry of the log up to which all this holds"""


class MistakeView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to mend, and where."""

    file: str
    """The path of the file"""
    line: int
    """Counted from 1"""
    column: int
    """Counted from 1"""
    code: str
    """What kind of mistake, in a word that stays the same"""
    found: str
    """What stands there"""
    expected: str
    """What may stand there"""
    cure: str
    """What to write instead; empty where that is plain"""
    did_you_mean: str
    """What was probably meant; empty where nothing is near"""
    off: bool
    """Whether it is in a pack that is off: then it stops no publication"""


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every mistake of all files at once."""

    mistakes: Sequence[MistakeView]
    """None that is not off: the files can be published, if their cases hold"""


class Choices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the member has chosen."""

    status: Literal["joined", "left", "not joined", "paused"]
    """Whether the member's acts count now"""
    joined_at: str | None
    """Since when they take part; null for who never joined"""
    boards: Literal["hidden", "shown"]
    """Whether others see me on boards; my own place I always see"""
    wall: Literal["hidden", "shown"]
    """Whether others see what I am recognised for on the wall"""
    badges: Literal["hidden", "shown"]
    """Whether others see my badges, on the wall too"""
    position: int
    """The entry of the log up to which this holds"""


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event by CloudEvents 1.0.2; of extension attributes `key` is read, others are ignored."""

    specversion: Literal["1.0"]
    """The version of CloudEvents"""
    id: str
    """Your own id of the event, one for ever: what comes again under it with the same content is once"""
    source: str
    """The token's own source; another one is refused"""
    type: str
    """What happened: a type that the rule files know (GET /v1/event-types)"""
    subject: str | msgspec.UnsetType | None = msgspec.UNSET
    """Left out where the fields of the event alone name people"""
    time: str | msgspec.UnsetType | None = msgspec.UNSET
    """When it happened, with seconds and offset; left out, now. At most 5 minutes ahead, and as old as the
    rulebook's days_back (45)
    """
    key: str | msgspec.UnsetType | None = msgspec.UNSET
    """The thing itself, such as one star of one person: by it the event can be taken back"""
    datacontenttype: str | msgspec.UnsetType | None = msgspec.UNSET
    """application/json, which need not be said"""
    dataschema: str | msgspec.UnsetType | None = msgspec.UNSET
    """The sender's own; it is not looked at"""
    data: Mapping[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    """The fields of this type, as GET /v1/event-types/{type} names them"""


class ContentBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What rules may know of a piece of content; the whole, new or changed."""

    id: str
    """What the content is called by whoever sends events about it; no |"""
    published: str | msgspec.UnsetType | None = msgspec.UNSET
    """When it came out, with seconds and offset; left out, it has no age"""
    topics: Sequence[str] = ()
    """What it is about, as rule files call it"""
    kind: str | msgspec.UnsetType | None = msgspec.UNSET
    """What it is, as rule files call it: a post, a job"""
    evergreen: bool = False
    """Whether it stays worth sharing"""
    requires_label: bool = False
    """Whether sharing it has to be labelled as advertising"""


class CorrectionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount of either sign that is added to a balance."""

    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""
    member: str
    """A member id or an alias kind:value, email:anna@example.org"""
    reason: str
    """In words, for the person whom it concerns"""
    amount: int
    """What is added: not 0, negative to take away"""
    currency: str | msgspec.UnsetType | None = msgspec.UNSET
    """The id of a currency of the rule files; left out, points"""


FieldType: TypeAlias = Literal[
    "choice", "choices", "content", "key", "member", "members", "number", "text", "time", "yes-no"
]


class FieldView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field of an event type."""

    name: str
    """As it stands in data"""
    type: FieldType
    """choice: one of the choices; choices: a list of them; yes-no: true or false; number: a whole one; time: RFC
    3339; member, members: ids or aliases; content: its id; key: short, kept as a digest; text: words, kept apart
    and erasable
    """
    optional: bool
    """Whether it may be left out"""
    choices: Sequence[str]
    """What may stand there; empty where that is no closed list"""


class EventTypeView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A type of event that may be sent."""

    type: str
    """What stands in the event's type"""
    title: str
    """In the language of the organization"""
    purpose: str
    """What these events are gathered for, as HR wrote it"""
    said_by: Sequence[Literal["member", "tool"]]
    """tool: by POST /v1/events; member: by the member's own POST /v1/me/acts"""
    keep_days: int
    """So many days the act is shown to people, and its texts exist"""
    fields: Sequence[FieldView]
    """What data may hold"""
    example: Mapping[str, Any]
    """An event of this type that can be posted as it is"""


class Fate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an event; nothing of what it led to."""

    id: str
    """Its sender's id"""
    status: Literal["accepted", "aside", "judged", "waiting"]
    """accepted: on disk, judged in a moment; judged: done; waiting: nobody knows the person yet; aside: a bug of
    ours kept it from being judged, which is recorded
    """
    position: int | None
    """Its place in the log; null while it waits"""


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with the request's body."""

    pointer: str
    """Where: a JSON pointer (RFC 6901) into the body, empty for all of it"""
    code: str
    """What kind of fault, in a word that stays the same, as docs/api.md lists them; of rule files, what kind of
    mistake
    """
    found: str
    """What stands there, shortened"""
    expected: str
    """What may stand there"""
    did_you_mean: str | None = None
    """What was probably meant"""
    cure: str | None = None
    """What to do, where that is not plain"""


class History(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How it stands with history now."""

    open: bool
    """Whether calls that append say their own time"""
    position: int
    """The place in the log of the entry that says so"""


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Receipts, the newest first."""

    receipts: Sequence[ReceiptView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class LevelView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of the points of all time."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    at: int
    """From so many points on"""


class LevelTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="level"):
    """My level is another one."""

    level: LevelView | None
    """The level now; null below the first"""
    up: bool
    """Whether it is a higher one than before"""
    position: int
    """A place in the log; its receipt says what it meant"""


class Live(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The process answers."""

    status: Literal["live"]
    """Always the same"""


class LookView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody opened a part of my record.

    The same token with the same reason stands here once a day for each part.
    """

    at: str
    """When it was opened first that day"""
    role: Literal["admin", "hr", "member", "source"]
    """hr or admin"""
    token: str
    """What the token is called that it was opened with"""
    opened: Literal["badges", "export", "ledger", "receipts", "record"]
    """Which part of it; export is all of it, as a file that an operator wrote"""
    reason: str | None
    """What was written; null once the words are erased"""


class LooksView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who has looked, the newest first."""

    looks: Sequence[LookView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class MadeUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be true of the made-up member; the rest stays as it is for somebody who joined today."""

    country: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 3166-1, two capitals"""
    team: str | msgspec.UnsetType | None = msgspec.UNSET
    """The team, as people call it"""
    department: str | msgspec.UnsetType | None = msgspec.UNSET
    """The department, as people call it"""
    time_zone: str | msgspec.UnsetType | None = msgspec.UNSET
    """The zone in which the person lives, Europe/Helsinki"""
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 639-1, two letters"""
    started_on: str | msgspec.UnsetType | None = msgspec.UNSET
    """The month of starting, 2024-03"""
    is_leader: bool = False
    """Whether the person leads others"""
    invited_by: str | msgspec.UnsetType | None = msgspec.UNSET
    """Who invited them: any word, since they are made up, too"""


class Me(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member's own page. All numbers hold up to the log entry at `position`."""

    id: str
    """The member's id: random, and Sulka's own"""
    name: str
    """As colleagues read it on boards and the wall"""
    points: int
    """The balance of points"""
    balances: Mapping[str, int]
    """All balances by the id of their currency, points among them"""
    level: LevelView | None
    """The level of these points; null below the first"""
    next_level: LevelView | None
    """The next level; null on the last"""
    badges: Sequence[BadgeView]
    """What the member has of today's programme"""
    position: int
    """The last entry of the log that all these numbers contain"""
    choices: Choices
    """Whether I take part, and where I am shown"""


class MemberKnown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The member is known, and that is on disk."""

    id: str
    """The member's id: random, and Sulka's own"""
    position: int
    """The entry's place in the log"""


class MemberPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change; what is left out stays, null takes a value away. `aliases` are all aliases from then on."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    """As colleagues know the person"""
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    """Becomes the alias email:<address>, too"""
    aliases: Sequence[str] | msgspec.UnsetType = msgspec.UNSET
    """How senders name the person: kind:value, at most 20"""
    country: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 3166-1, two capitals"""
    team: str | msgspec.UnsetType | None = msgspec.UNSET
    """The team, as people call it"""
    department: str | msgspec.UnsetType | None = msgspec.UNSET
    """The department, as people call it"""
    time_zone: str | msgspec.UnsetType | None = msgspec.UNSET
    """The zone in which the person lives, Europe/Helsinki"""
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 639-1, two letters"""
    started_on: str | msgspec.UnsetType | None = msgspec.UNSET
    """The month of starting, 2024-03"""
    is_leader: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether the person leads others"""
    invited_by: str | msgspec.UnsetType | None = msgspec.UNSET
    """Who invited the person: the id or an alias of another member"""


class MemberRecordView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member's record for HR, up to the log entry at `position`. It does not say who takes part."""

    id: str
    """The member's id: random, and Sulka's own"""
    name: str
    """As colleagues read it on boards and the wall"""
    points: int
    """The balance of points"""
    balances: Mapping[str, int]
    """All balances by the id of their currency, points among them"""
    level: LevelView | None
    """The level of these points; null below the first"""
    next_level: LevelView | None
    """The next level; null on the last"""
    badges: Sequence[BadgeView]
    """What the member has of today's programme"""
    position: int
    """The last entry of the log that all these numbers contain"""
    country: str | None
    """ISO 3166-1, two capitals"""
    team: str | None
    """As the directory has it"""
    department: str | None
    """As the directory has it"""
    is_leader: bool
    """As the directory has it"""


class MembershipBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the member chooses now."""

    change: Literal["away", "join", "leave", "pause", "resume"]
    """join: acts count from now on; pause: nothing counts until resume; leave: nothing counts any more and nobody
    sees me, points stay; away: acts count, streaks wait, and no reason is asked
    """
    first_day: str | msgspec.UnsetType | None = msgspec.UNSET
    """With "away" alone: the first day, itself included"""
    last_day: str | msgspec.UnsetType | None = msgspec.UNSET
    """With "away" alone: the last day, itself included; at most 366 days in all"""


class MyRetractionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of mine to take back: my act with this `key`, or all my acts about a `content`."""

    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""
    key: str | msgspec.UnsetType | None = msgspec.UNSET
    """The key under which the act was sent: what is taken back"""
    source: str | msgspec.UnsetType | None = msgspec.UNSET
    """The tool that reported the act under that key; left out, I said it myself"""
    content: str | msgspec.UnsetType | None = msgspec.UNSET
    """What the content is called by whoever sends events about it; no |"""
    reason: str | msgspec.UnsetType | None = msgspec.UNSET
    """In words, for the person whom it concerns"""
    badges_stay: bool = False
    """Whether badges stay whose condition no longer holds"""


class NewMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member to make known.

    They take part only when they join themselves.

        The same again gives the same member, known by the aliases; where there are none, `id` (your own) says
    that it is     the same request.
    """

    country: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 3166-1, two capitals"""
    team: str | msgspec.UnsetType | None = msgspec.UNSET
    """The team, as people call it"""
    department: str | msgspec.UnsetType | None = msgspec.UNSET
    """The department, as people call it"""
    time_zone: str | msgspec.UnsetType | None = msgspec.UNSET
    """The zone in which the person lives, Europe/Helsinki"""
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    """ISO 639-1, two letters"""
    started_on: str | msgspec.UnsetType | None = msgspec.UNSET
    """The month of starting, 2024-03"""
    is_leader: bool = False
    """Whether the person leads others"""
    name: str
    """As colleagues know the person"""
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    """Becomes the alias email:<address>, too"""
    aliases: Sequence[str] = ()
    """How senders name the person: kind:value, at most 20"""
    invited_by: str | msgspec.UnsetType | None = msgspec.UNSET
    """Who invited the person: the id or an alias of another member"""
    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""


class PersonView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who chose to be shown on the wall."""

    id: str
    """The member's id: random, and Sulka's own"""
    name: str
    """As colleagues know the person"""


class PlainEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event in plain JSON."""

    id: str
    """Your own id of the event, one for ever: what comes again under it with the same content is once"""
    type: str
    """What happened: a type that the rule files know (GET /v1/event-types)"""
    subject: str
    """Who did it: a member id or an alias kind:value. Nobody known yet: the event waits for 14 days"""
    time: str | msgspec.UnsetType | None = msgspec.UNSET
    """When it happened, with seconds and offset; left out, now. At most 5 minutes ahead, and as old as the
    rulebook's days_back (45)
    """
    key: str | msgspec.UnsetType | None = msgspec.UNSET
    """The thing itself, such as one star of one person: by it the event can be taken back"""
    source: str | msgspec.UnsetType | None = msgspec.UNSET
    """The token's own source, which is filled in; another one is refused"""
    data: Mapping[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    """Left out, there are none"""
    facts: MadeUp | msgspec.UnsetType | None = msgspec.UNSET
    """With try=true alone: what is true of the made-up member"""


class PointsTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="points"):
    """My points have changed."""

    balance: int
    """All of them now"""
    change: int
    """By so many since this was last told; negative where some were taken back"""
    position: int
    """The last entry of the log that all these numbers contain"""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was wrong, with all of it at once, and what to do (RFC 9457). Nothing was changed unless it says so."""

    type: str
    """Which problem, for ever the same; where it is explained"""
    title: str
    """The problem in words; the same for each of its type"""
    status: int
    """The HTTP status of this answer"""
    detail: str
    """What is the matter this time, and what to do"""
    errors: Sequence[Fault] = ()
    """Every fault of the body; left out where there is none"""
    results: Sequence[EventResult] = ()
    """Of an array of events, what became of each, in their order; those that are safe are kept"""


class VersionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A publication."""

    number: int
    """The first one is 1"""
    digest: str
    """What names the rulebook: a hash of its texts and of what reads them"""
    published_at: str
    """Since when it is in force, until the next one"""
    by: str
    """What the token is called that published it"""


class PublishAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in force now."""

    version: VersionView
    """Which publication"""
    position: int | None
    """Its place in the log; null where the same files were in force already"""


class RankTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="rank"):
    """My own place on a leaderboard, when the stream begins and when it has moved."""

    board: str
    """As the rule files call it"""
    title: str
    """In the language of the organization"""
    period: str
    """The name of the period that runs: 2026-W48"""
    own: Own | None
    """My place; null while I have no score"""
    position: int
    """The last entry of the log that all these numbers contain"""


class Ready(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The store answers."""

    status: Literal["ready"]
    """Always the same"""
    position: int
    """Where the log ends"""
    judged: int
    """How far the engine has come; behind for long, it does not run"""
    asides: int
    """Entries that a bug of ours kept from being judged; they wait to be tried again"""


class ReceiptTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="receipt"):
    """There is something new among my receipts."""

    position: int
    """Of the newest: GET /v1/me/receipts/{position} says it in words"""
    count: int
    """So many since this was last told"""


class RecognitionTold(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="recognition"
):
    """I am recognised for a period that closed."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    period: str
    """The period, 2026-W48"""
    place: int
    """The place in it, shared by who tied"""
    position: int
    """A place in the log; its receipt says what it meant"""


class RecognitionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing on the wall."""

    kind: Literal["badge", "recognition", "thanks"]
    """A winner of a closed period, a thanks, or a badge"""
    id: str
    """The id of the recognition, badge or thanks in the rule files"""
    title: str
    """In the language of the reader"""
    text: str | None
    """What it stands for; null where the rule files do not say"""
    at: str
    """When it was recorded"""
    member: PersonView
    """Whose it is"""
    giver: PersonView | None
    """Who thanked; null for the others"""
    words: str | None
    """The words of a thanks, as long as they exist"""
    period: str | None
    """The period that was won, 2026-W48; null for the others"""
    place: int | None
    """The place in that period, shared by who tied; null for the others"""


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It is on disk; the engine judges it next."""

    position: int
    """Its place in the log; of what came before under its id, that of then"""


class ResetTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="reset"):
    """More has happened than is told: read anew what you show. Where I stand comes next."""

    position: int
    """The last entry of the log that all these numbers contain"""


class RetractionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to take back: the event with this `key` (HR says whose: `source`), or all of a `content` and a `member`."""

    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""
    key: str | msgspec.UnsetType | None = msgspec.UNSET
    """The key under which the act was sent: what is taken back"""
    source: str | msgspec.UnsetType | None = msgspec.UNSET
    """From HR, whose key it is; from a source its own, which need not be said"""
    content: str | msgspec.UnsetType | None = msgspec.UNSET
    """What the content is called by whoever sends events about it; no |"""
    member: str | msgspec.UnsetType | None = msgspec.UNSET
    """A member id or an alias kind:value, email:anna@example.org"""
    reason: str | msgspec.UnsetType | None = msgspec.UNSET
    """In words, for the person whom it concerns"""
    badges_stay: bool = False
    """Whether badges stay whose condition no longer holds"""


class RulebookBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All rule files, whole."""

    files: Mapping[str, str]
    """The texts by their path, such as organization.toml, starter/sharing.toml and sources/slack.toml"""


class RulebookView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in force, as it was written."""

    version: VersionView
    """Which publication"""
    files: Mapping[str, str]
    """The texts by their path"""


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The thanks is on its way, whoever takes part."""

    status: Literal["sent"]
    """Always the same"""
    position: int
    """Its place in the log"""


class SourceBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sender of events."""

    name: str
    """What it is called in tokens and events: lower-case letters and digits, ._-"""
    title: str
    """What it is, for people"""


class SourceMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sender; create a token for it next."""

    name: str
    """What it is called in tokens and events: lower-case letters and digits, ._-"""
    title: str
    """What it is, for people"""


class StandingTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="standing"):
    """Where I stand as the stream begins, and after each reset."""

    points: int
    """The balance of points"""
    level: LevelView | None
    """The level of these points; null below the first"""
    position: int
    """The last entry of the log that all these numbers contain"""


class ThanksBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thanks to a colleague."""

    to: str
    """Whom: a member id or an alias kind:value, email:anna@example.org"""
    text: str
    """What for, in words that the colleague reads"""
    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token to create; one for a member or a source says whose."""

    role: Literal["admin", "hr", "member", "source"]
    """What the token may do; admin may do all that hr may"""
    name: str
    """What the token is called where somebody reads who has looked"""
    member: str | msgspec.UnsetType | None = msgspec.UNSET
    """The member's id, for the role member alone"""
    source: str | msgspec.UnsetType | None = msgspec.UNSET
    """The sender's name, for the role source alone"""


class TokenMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The token, shown this once: only its digest is kept."""

    token: str
    """Send it as Authorization: Bearer …; 256 random bits"""
    role: Literal["admin", "hr", "member", "source"]
    """What it may do"""
    name: str
    """What the token is called where somebody reads who has looked"""


class TriedBadge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A badge that would be granted."""

    id: str
    """As the rule files call it"""
    title: str
    """With its tier, in the language of the reader"""
    value: str
    """The topic or the like that it is for; empty where there is none"""


class TriedShare(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one person would get."""

    subject: str
    """Their name, as it was sent"""
    points: int
    """The points that would be paid"""
    balances: Mapping[str, int]
    """What would be paid, by the id of the currency"""
    badges: Sequence[TriedBadge]
    """The badges that would be granted"""
    lines: Sequence[str]
    """The lines of the receipt, in words"""


class Tried(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an event would lead to."""

    subject: str
    """Their name, as it was sent"""
    points: int
    """The points that would be paid"""
    balances: Mapping[str, int]
    """What would be paid, by the id of the currency"""
    badges: Sequence[TriedBadge]
    """The badges that would be granted"""
    lines: Sequence[str]
    """The lines of the receipt, in words"""
    id: str
    """The event's own id"""
    others: Sequence[TriedShare]
    """People whom it names, or who invited, and what they would get"""


class TryAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Each event was tried by itself, on somebody made up, and nothing was stored."""

    tried: Sequence[Tried]
    """Of each event, in their order"""


class VisibilityBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the member wants to be shown; a place that is left out stays as it is. All are hidden at first."""

    boards: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see me on boards; my own place I always see"""
    wall: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see what I am recognised for on the wall"""
    badges: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see my badges, on the wall too"""


class WallTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="wall"):
    """Something new is on the wall. Where much comes at once, the newest; GET /v1/recognitions has all."""

    recognitions: Sequence[RecognitionView]
    """The newest last"""
    position: int
    """The last entry of the log that all these numbers contain"""


class WallView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is on the wall, the newest first. A page may be short, and is the last one only without a cursor."""

    recognitions: Sequence[RecognitionView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class Whoami(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a token speaks for."""

    role: Literal["admin", "hr", "member", "source"]
    """What the token may do"""
    name: str
    """What the token is called"""
    member: str | None
    """Whose it is, for the role member alone"""
    source: str | None
    """Which sender has it, for the role source alone"""


ProblemType: TypeAlias = Literal[
    "busy",
    "content-conflict",
    "damaged",
    "does-not-fit",
    "foreign-source",
    "internal",
    "no-token",
    "not-allowed",
    "not-found",
    "not-json",
    "not-understood",
    "too-large",
    "too-many-streams",
    "wrong-content-type",
    "wrong-method",
    "wrong-state",
]


StreamEvent: TypeAlias = (
    StandingTold | PointsTold | BadgeTold | LevelTold | RankTold | RecognitionTold | WallTold | ReceiptTold | ResetTold
)
