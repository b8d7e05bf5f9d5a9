"""What calls take and give. Made from the OpenAPI document by `make client`: change the API, not this file."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec


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


class Choices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the member has chosen."""

    status: Literal["inactive", "joined", "left", "not joined", "paused"]
    """Whether the member's acts count now; inactive: they do not work here any more, as HR says"""
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


class ExpiringView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So much of a currency can be used up to and including a day."""

    currency: str
    """As the rule files call it"""
    amount: int
    """What is left of it now"""
    last_day: str
    """The last day on which it can be used"""


class LevelView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of the points of all time."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    at: int
    """From so many points on"""


class StreakView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Periods in a row, as they stand now in the member's own zone. Colleagues are never shown them."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    every: Literal["day", "month", "week"]
    """What is counted"""
    length: int
    """How many in a row; the period that runs may still be empty"""
    best: int
    """The most that there ever were"""
    freezes: int
    """How many periods may stay empty and it goes on all the same"""
    has_now: bool
    """Whether the period that runs has an act in it"""
    sentences: Sequence[str]
    """The same in words"""


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
    streaks: Sequence[StreakView]
    """Every streak of today's programme, by id"""
    position: int
    """The last entry of the log that all these numbers contain"""
    expiring: Sequence[ExpiringView]
    """What can be used up to a day that was announced, the first day first"""
    choices: Choices
    """Whether I take part, and where I am shown"""


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
    sulka.member.set, .visibility, .join, .pause, .resume, .leave, .away, .turned, .answered, .active;
    sulka.history.balance; sulka.history.counted, .looked where something new counts what was before; sulka.closed
    where only a period closed; empty where the act is not told or no longer shown
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


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Receipts, the newest first."""

    receipts: Sequence[ReceiptView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


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


class BadgesView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All badges of the programme in its order, then those that it has no more."""

    badges: Sequence[BadgeStory]
    """In the programme's order"""
    position: int
    """The last entry of the log that all these numbers contain"""


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


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It is on disk; the engine judges it next."""

    position: int
    """Its place in the log; of what came before under its id, that of then"""


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The thanks is on its way, whoever takes part."""

    status: Literal["sent"]
    """Always the same"""
    position: int
    """Its place in the log"""


class ThanksBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thanks to a colleague."""

    to: str
    """Whom: a member id or an alias kind:value, email:anna@example.org"""
    text: str
    """What for, in words that the colleague reads"""
    id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Your own id of this request: sent again under it, it is once"""


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


class VisibilityBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the member wants to be shown; a place that is left out stays as it is. All are hidden at first."""

    boards: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see me on boards; my own place I always see"""
    wall: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see what I am recognised for on the wall"""
    badges: Literal["hidden", "shown"] | msgspec.UnsetType | None = msgspec.UNSET
    """Whether others see my badges, on the wall too"""


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


class LevelTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="level"):
    """My level is another one."""

    level: LevelView | None
    """The level now; null below the first"""
    up: bool
    """Whether it is a higher one than before"""
    position: int
    """A place in the log; its receipt says what it meant"""


class PointsTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="points"):
    """My points have changed."""

    balance: int
    """All of them now"""
    change: int
    """By so many since this was last told; negative where some were taken back"""
    position: int
    """The last entry of the log that all these numbers contain"""


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


class ReceiptTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="receipt"):
    """There is something new among my receipts."""

    position: int
    """Of the newest: GET /v1/me/receipts/{position} says it in words"""
    count: int
    """So many since this was last told"""


class RecognitionTold(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="recognition"
):
    """I am recognised: for a period that closed, or for years with the organization."""

    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    period: str | None
    """The period, 2026-W48; null for years"""
    place: int | None
    """The place in it, shared by who tied; null for years"""
    years: int | None
    """So many years; null for a period"""
    asked: bool
    """Whether others see it only if I say so (POST /v1/me/recognitions)"""
    position: int
    """A place in the log; its receipt says what it meant"""


class ResetTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="reset"):
    """More has happened than is told: read anew what you show. Where I stand comes next."""

    position: int
    """The last entry of the log that all these numbers contain"""


class StandingTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="standing"):
    """Where I stand as the stream begins, and after each reset."""

    points: int
    """The balance of points"""
    level: LevelView | None
    """The level of these points; null below the first"""
    position: int
    """The last entry of the log that all these numbers contain"""


class PersonView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who chose to be shown on the wall."""

    id: str
    """The member's id: random, and Sulka's own"""
    name: str
    """As colleagues know the person"""


class RecognitionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing on the wall."""

    kind: Literal["badge", "recognition", "thanks"]
    """A winner of a closed period or an anniversary, a thanks, or a badge"""
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
    years: int | None
    """The years of an anniversary; null for the others"""


class WallTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="wall"):
    """Something new is on the wall. Where much comes at once, the newest; GET /v1/recognitions has all."""

    recognitions: Sequence[RecognitionView]
    """The newest last"""
    position: int
    """The last entry of the log that all these numbers contain"""


class NoticesView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What I chose."""

    email: Literal["never", "weekly"]
    """weekly: one mail a week with what it brought me, none for a week that brought nothing; never, unless I choose.
    Nothing reminds me to do anything
    """
    quiet_from: int
    """The first hour of my clock at which no mail comes"""
    quiet_to: int
    """The first hour at which one may come again; the same: no quiet hours"""
    has_address: bool
    """Whether HR has given Sulka an e-mail address of mine"""


class NoticesBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What I want to be told by mail; what is left out stays as it is."""

    email: Literal["never", "weekly"] | msgspec.UnsetType | None = msgspec.UNSET
    """weekly: one mail a week with what it brought me, none for a week that brought nothing; never, unless I choose.
    Nothing reminds me to do anything
    """
    quiet_from: int | msgspec.UnsetType | None = msgspec.UNSET
    """The first hour of my clock at which no mail comes"""
    quiet_to: int | msgspec.UnsetType | None = msgspec.UNSET
    """The first hour at which one may come again; the same: no quiet hours"""


class AskedView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recognition that nobody else sees until I say so."""

    position: int
    """A place in the log; its receipt says what it meant"""
    number: int
    """Which of those named at this position, from 1"""
    at: str
    """When it was recorded"""
    id: str
    """As the rule files call it"""
    title: str
    """In the language of the reader"""
    text: str | None
    """What it stands for; null where the rule files do not say"""
    period: str | None
    """The period that was won, 2026-W48; null for an anniversary"""
    place: int | None
    """The place in that period; null for an anniversary"""
    years: int | None
    """The years of an anniversary; null for a period"""
    answer: Literal["hidden", "shown", "waiting"]
    """What I said last; waiting and hidden look the same to everybody else"""


class AskedList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What I was asked, the newest first."""

    recognitions: Sequence[AskedView]
    """The newest first"""


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """My answer about one recognition. The last one holds."""

    position: int
    """As GET /v1/me/recognitions gives it"""
    number: int
    """Which of those named at this position, from 1"""
    show: Literal["hidden", "shown"]
    """Whether others may see it on the wall"""


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer is on disk."""

    answer: Literal["hidden", "shown"]
    """What holds from now on"""
    position: int
    """Its place in the log"""


class LinkCode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code to say from the account, shown this once."""

    code: str
    """8 letters and digits, none of which looks like another one"""
    expires_at: str
    """Until when it links; a new code ends this one at once"""


class LinkView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account that is mine."""

    alias: str
    """How its tool calls me, kind:value"""
    kept_by: Literal["hr", "me"]
    """hr: what my employer calls me, which HR keeps; me: I can take it away"""


class LinkList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All accounts that are mine."""

    links: Sequence[LinkView]
    """As they came to be known"""


class Unlinked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The account is no longer mine."""

    position: int
    """The entry's place in the log"""


class LinkBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account says the code of a member."""

    alias: str
    """The account from which the code was said, as events of it name people"""
    code: str
    """The code as the member says it; capitals, spaces and hyphens say nothing"""


class Linked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The account is linked."""

    alias: str
    """The account, as it was sent"""


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


class WallView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is on the wall, the newest first. A page may be short, and is the last one only without a cursor."""

    recognitions: Sequence[RecognitionView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class RewardView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it brings to each who did their share."""

    badge: str | None
    """The title of a badge; null for none"""
    points: int
    """So many points, or of the currency; 0 for none"""
    currency: str | None
    """The title of a currency; null for points"""


class UnitGoalView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one unit is."""

    unit: str
    """The team, department or country"""
    sum: int
    """What its members brought together"""
    reached_at: str | None
    """When the goal was reached; null before"""


class ChallengeView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One challenge, as the reader may see it."""

    id: str
    """Its id in the rule files"""
    title: str
    """In the language of the reader"""
    text: str | None
    """What it is about; null where the rule files do not say"""
    whose: Literal["country", "department", "everyone", "member", "team"]
    """Who reaches it together"""
    stage: Literal["coming", "over", "running"]
    """Over: nothing counts for it any more"""
    first_day: str
    """The first day whose acts count"""
    last_day: str
    """The last day whose acts count"""
    goal: int
    """Reached at this number"""
    unit: str | None
    """My team, department or country; null where it is not of units"""
    sum: int | None
    """What was brought so far; null where fewer than five of my unit have joined, and to HR by unit"""
    reached_at: str | None
    """When my unit, or everyone, reached the goal; null before"""
    own: int | None
    """What I brought; null to HR, and where I have no such unit"""
    own_share: int
    """Whoever brought so much is rewarded when the goal is reached"""
    rewarded: bool
    """Whether I have the reward; false to HR"""
    reward: RewardView
    """What it brings to each who did their share"""
    units: Sequence[UnitGoalView]
    """To HR: units of which at least five have joined, by name, at most 500; else empty"""


class ChallengesView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Challenges that run, are coming, or ended in the last 32 days; the first to end first."""

    challenges: Sequence[ChallengeView]
    """The first to end first"""
    position: int
    """The last entry of the log that all these numbers contain"""


class CellFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong in a row."""

    column: str
    """Which column; empty where it is about the whole row"""
    found: str
    """What stands there, shortened"""
    expected: str
    """What may stand there"""


class RowFate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one row."""

    line: int
    """Where the row begins in the table; 0 for somebody who has no row"""
    fate: Literal["changed", "new", "refused", "unchanged"]
    """A row that is refused changed nothing; the others are in"""
    member: str | None
    """Whose row it is; null where that is not known"""
    changes: Sequence[str]
    """The columns that are new"""
    faults: Sequence[CellFault]
    """All that is wrong with a row that is refused"""


class Imported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the table."""

    new: int
    """So many people were not known before"""
    changed: int
    """Of so many something is new"""
    unchanged: int
    """Of so many all is as it was"""
    refused: int
    """So many rows can't be used, and changed nothing"""
    elsewhere: int
    """So many more are known; nothing happened to them"""
    rows: Sequence[RowFate]
    """Every row, in the order of the table"""


class NightFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong in a row; what stands there is in the table alone."""

    column: str
    """Which column; empty where it is about the whole row"""
    expected: str
    """What may stand there"""


class NightRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one row that was not unchanged."""

    line: int
    """Where the row begins in the table; 0 for somebody who has no row"""
    fate: Literal["changed", "gone", "new", "refused", "unchanged"]
    """gone: known and not in the table, so they do not work here any more"""
    member: str | None
    """Whose row it is; null where that is not known"""
    changes: Sequence[str]
    """The columns that are new"""
    faults: Sequence[NightFault]
    """All that is wrong with a row that is refused"""


class NightView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the table of one night."""

    day: str
    """The day, in the organization's zone"""
    at: str
    """When it was read"""
    why_nothing: str | None
    """Why nothing was changed; null where it was brought in"""
    new: int
    """So many people were not known before"""
    changed: int
    """Of so many something is new"""
    unchanged: int
    """Of so many all is as it was"""
    refused: int
    """So many rows can't be used, and changed nothing"""
    gone: int
    """Known and not in the table, so they do not work here any more"""
    absent: int
    """So many work here, are not in the table, and stay"""
    rows: Sequence[NightRow]
    """Refused rows first, none that were unchanged"""
    untold: int
    """So many more rows that are not listed"""


class Nights(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last nights."""

    imports: Sequence[NightView]
    """The newest first"""


class MemberKnown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The member is known, and that is on disk."""

    id: str
    """The member's id: random, and Sulka's own"""
    position: int
    """The entry's place in the log"""


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
    active: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether the person works here. false: nothing counts any more, boards and wall show them no more, their tokens
    end; points and receipts stay. true: they can join again, themselves
    """


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
    streaks: Sequence[StreakView]
    """Every streak of today's programme, by id"""
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


class ApprovalPayment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So much for one person."""

    member: str
    """The member's id: random, and Sulka's own"""
    title: str
    """What it is for: the rule, thanks or award, by its title"""
    points: int
    """So many, as far as that is known today"""


class ApprovalView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one entry has waiting. One verdict is about all of it."""

    position: int
    """The place of the entry in the log, by which it is decided"""
    type: str
    """The type of the event, sulka.award or sulka.thanks"""
    giver: str | None
    """The member who did it, thanked, or for whom the token speaks that gave it"""
    given_by: str | None
    """The token that gave an award, by the first digits that sulka token list shows"""
    since: str
    """When it came"""
    until: str
    """Up to when it can be agreed to; then it is gone from this list"""
    payments: Sequence[ApprovalPayment]
    """Who would get what"""


class ApprovalsPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What waits, the oldest first."""

    approvals: Sequence[ApprovalView]
    """The oldest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class VerdictBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is decided."""

    verdict: Literal["approve", "decline"]
    """approve: it is paid, as far as there is room; decline: not"""
    reason: str | msgspec.UnsetType | None = msgspec.UNSET
    """Why, in words that the member reads; needed to decline"""


class PastView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened before a publication, being counted by what was new with it."""

    publication: int
    """The place of the publication in the log"""
    told: bool
    """Whether people are told of it, as past = count-and-tell says"""
    reached: int
    """The place of the last act that is counted; 0 before the first"""


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


class RulebookView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in force, as it was written."""

    version: VersionView
    """Which publication"""
    files: Mapping[str, str]
    """The texts by their path"""
    past: Sequence[PastView]
    """What of the past is being counted now; empty when all of it is"""


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


class RulebookBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All rule files, whole."""

    files: Mapping[str, str]
    """The texts by their path, such as organization.toml, starter/sharing.toml and sources/slack.toml"""


class PublishAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in force now."""

    version: VersionView
    """Which publication"""
    position: int | None
    """Its place in the log; null where the same files were in force already"""


class DeliveryFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something in a delivery could not be taken."""

    map: str
    """The id of the map, or the type of the event that did not fit"""
    pointer: str
    """Where: a JSON pointer into the payload, or into the event"""
    found: str
    """What stands there, shortened"""
    expected: str
    """What may stand there"""


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of what a delivery held; all of it is safe. Nobody learns from it who takes part."""

    accepted: int
    """So many were taken"""
    duplicates: int
    """So many came before"""
    waiting: int
    """So many wait for somebody whom nobody knows yet"""
    ignored: int
    """1 where no mapping wanted it; what is read and not used"""
    unreadable: int
    """So many wait because they could not be read"""


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One delivery, and what became of it."""

    id: str
    """What it is called here"""
    received_at: str
    """When it came"""
    verdict: Literal["accepted", "duplicate", "failed", "handshake", "ignored", "not-authentic", "unreadable"]
    """accepted; duplicate: it came before; ignored: no mapping wanted it; unreadable: it waits until it is replayed;
    not-authentic: it was refused; handshake: the sender tried the address; failed: the sender was told to mend it
    or to send it again
    """
    reason: str | None
    """Why, as a word that stays the same"""
    look_at: str | None
    """What to look at where it was refused; the sender is not told"""
    took_ms: int
    """Milliseconds until it was dealt with"""
    sent_id: str | None
    """The sender's own id of it"""
    type: str | None
    """What the sender calls what happened"""
    secret: str | None
    """The id of the secret that it was signed with"""
    counts: WebhookAnswer
    """What the sender was told"""
    unlogged: int
    """So many refused ones came shortly before, too many to be noted one by one"""
    kept_until: str | None
    """Until when its body is kept, to be replayed; null: it is not"""
    faults: Sequence[DeliveryFault]
    """What could not be taken, and why"""


class DeliveriesPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Deliveries, the newest first."""

    deliveries: Sequence[DeliveryView]
    """The newest first"""
    cursor: str | None
    """Send it as ?cursor= for the next page; null on the last one"""


class TakenView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a delivery that was replayed or tried."""

    delivery: str
    """What it is called here"""
    verdict: Literal["accepted", "duplicate", "failed", "handshake", "ignored", "not-authentic", "unreadable"]
    """As in the list of deliveries"""
    reason: str | None
    """Why, as a word that stays the same"""
    counts: WebhookAnswer
    """What became of what it holds"""
    faults: Sequence[DeliveryFault]
    """What could not be taken, and why"""


class SourceBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sender of events; with a `profile` one that delivers its own format."""

    name: str
    """What it is called in tokens and events: lower-case letters and digits, ._-"""
    title: str
    """What it is, for people"""
    profile: (
        Literal[
            "standard",
            "github",
            "gitea",
            "gitlab",
            "slack",
            "discourse",
            "linkedin",
            "sha256",
            "bearer",
            "zapier",
            "basic",
        ]
        | msgspec.UnsetType
        | None
    ) = msgspec.UNSET
    """How its deliveries are signed; left out, it posts events with a token instead"""
    mapping: str | msgspec.UnsetType | None = msgspec.UNSET
    """Which file of rules/sources reads its deliveries, without .toml; left out, the profile's own"""
    secret: str | msgspec.UnsetType | None = msgspec.UNSET
    """The secret that the sender signs with; left out, one is made, where the sender takes ours"""


class SecretMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A secret that counts from now on."""

    id: str
    """By what the secret is called here"""
    secret: str | None
    """The secret, shown this once; null where it was sent"""


class SourceMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sender. One without a profile needs a token next; one with a profile has an address of its own."""

    name: str
    """What it is called in tokens and events: lower-case letters and digits, ._-"""
    title: str
    """What it is, for people"""
    profile: str | None = None
    """How its deliveries are signed"""
    mapping: str | None = None
    """Which file of rules/sources reads them"""
    address: str | None = None
    """Where it delivers, behind the address of this service"""
    secret: SecretMade | None = None
    """Its first secret"""


class SecretView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A secret that counts, without the secret."""

    id: str
    """By what the secret is called here"""
    added_at: str
    """Since when it counts"""


class SourceView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sender that is known."""

    name: str
    """What it is called in tokens and events: lower-case letters and digits, ._-"""
    title: str
    """What it is, for people"""
    created_at: str
    """Since when it is known"""
    profile: str | None
    """How its deliveries are signed; null: it posts with a token"""
    mapping: str | None
    """Which file of rules/sources reads them; null with no profile"""
    address: str | None
    """Where it delivers, behind the address of this service"""
    secrets: Sequence[SecretView]
    """Those that count, the newest first"""


class SecretBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A further secret."""

    secret: str | msgspec.UnsetType | None = msgspec.UNSET
    """The secret that the sender signs with; left out, one is made, where the sender takes ours"""


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token to create; one for a member or a source says whose."""

    role: Literal["admin", "hr", "member", "source"]
    """What the token may do; admin may do all that hr may"""
    name: str
    """What the token is called where somebody reads who has looked"""
    member: str | msgspec.UnsetType | None = msgspec.UNSET
    """The member's id; needed for the role member, and of hr and admin it says whose it is"""
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


class History(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How it stands with history now."""

    open: bool
    """Whether calls that append say their own time"""
    position: int
    """The place in the log of the entry that says so"""


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


class SubscriptionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription, and how it is doing."""

    id: str
    """The subscription's id"""
    title: str
    """What it is for, for people"""
    format: Literal["slack", "standard-webhooks", "teams"]
    """standard-webhooks: signed JSON for a program; slack, teams: what the wall shows, for people, to the address of
    an incoming webhook of that channel
    """
    url: str
    """Where to; of slack and teams the origin alone, since the rest is a secret, and never a query"""
    kinds: Sequence[str]
    """What it is told"""
    language: str
    """In which language slack and teams are written to"""
    created_at: str
    """Since when there is this subscription"""
    state: Literal["active", "disabled", "failing"]
    """active; failing: it takes nothing and is asked with one message at a time; or disabled"""
    why: Literal["", "by-hand", "five-days", "gone"] | None
    """Why it is disabled: gone (it answered 410), five-days (nothing arrived for so long), by-hand; else null"""
    failing_since: str | None
    """The first failure since something arrived; null: none"""
    last_success: str | None
    """When something arrived last; null: never"""
    told_up_to: int
    """Up to this entry of the log all is delivered, given up or waiting to be tried again"""
    waiting: int
    """Messages that are tried again, or wait for others of the same member"""
    given_up: int
    """Messages that it would not take; a replay sends them again"""
    secrets: int
    """How many secrets sign now"""


class SubscriptionList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All subscriptions."""

    subscriptions: Sequence[SubscriptionView]
    """The oldest first"""


class SubscriptionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receiver to tell from now on."""

    title: str
    """What it is for, for people"""
    format: Literal["slack", "standard-webhooks", "teams"] = "standard-webhooks"
    """standard-webhooks: signed JSON for a program; slack, teams: what the wall shows, for people, to the address of
    an incoming webhook of that channel
    """
    url: str
    """Where to: https and a public address, unless the operator has allowed the origin"""
    kinds: Sequence[
        Literal[
            "badge.granted",
            "badge.withdrawn",
            "challenge.reached",
            "currency.expiring",
            "level.changed",
            "points.posted",
            "recognition.named",
            "rulebook.published",
            "streak.continued",
            "thanks.received",
        ]
    ]
    """What to tell; slack and teams take recognition.named, badge.granted and thanks.received alone"""
    language: Literal["en", "fi"] = "en"
    """In which language slack and teams are written to"""


class SubscriptionMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription, with a secret where one was made."""

    subscription: SubscriptionView
    """How it is now"""
    secret: str | None
    """The secret that signs, shown this once; null where none was made"""


class SubscriptionPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What should be different; what is left out stays."""

    title: str | msgspec.UnsetType = msgspec.UNSET
    """What it is for, for people"""
    url: str | msgspec.UnsetType = msgspec.UNSET
    """Where to: https and a public address, unless the operator has allowed the origin"""
    kinds: (
        Sequence[
            Literal[
                "badge.granted",
                "badge.withdrawn",
                "challenge.reached",
                "currency.expiring",
                "level.changed",
                "points.posted",
                "recognition.named",
                "rulebook.published",
                "streak.continued",
                "thanks.received",
            ]
        ]
        | msgspec.UnsetType
    ) = msgspec.UNSET
    """What to tell; slack and teams take recognition.named, badge.granted and thanks.received alone"""
    language: Literal["en", "fi"] | msgspec.UnsetType = msgspec.UNSET
    """In which language slack and teams are written to"""
    state: Literal["active", "disabled"] | msgspec.UnsetType = msgspec.UNSET
    """active: all that waits goes out at once; disabled: nothing does, and it is kept"""
    new_secret: bool = False
    """Whether to make another secret; the one before signs beside it for 24 hours"""


class Dropped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It is told nothing more."""

    id: str
    """The subscription's id"""


class Tested(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the receiver answered."""

    arrived: bool
    """Whether it has the message: an answer of 2xx"""
    status: int | None
    """Its HTTP status; null: no answer"""
    ms: int
    """How many milliseconds it took"""
    why: str | None
    """Why there was no answer; else null"""


class ReplayBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From where on to send once more; one of the two."""

    position: int | msgspec.UnsetType | None = msgspec.UNSET
    """From this entry of the log on"""
    since: str | msgspec.UnsetType | None = msgspec.UNSET
    """From what was recorded at this moment on"""


class MessageGivenUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that the receiver would not take."""

    message: str
    """Its id"""
    position: int
    """The entry of the log that led to it"""
    at: str
    """Since when it is not tried any more"""


class MessageWaiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that has not arrived."""

    message: str
    """Its id"""
    position: int
    """The entry of the log that led to it"""
    tries: int
    """How often it was tried; 0: it waits for another one of its member"""
    next_at: str | None
    """When it is tried again; null: as soon as the one before it is"""


class Try(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try."""

    at: str
    """When"""
    message: str
    """The id that the message has at every try and replay"""
    type: str
    """What it told; chat: all that a channel was told together"""
    position: int
    """The entry of the log that led to it"""
    arrived: bool
    """Whether the receiver has it"""
    status: int | None
    """Its HTTP status; null: no answer"""
    ms: int
    """How many milliseconds it took"""
    why: str | None
    """Why there was no answer; else null"""
    next_at: str | None
    """When it is tried again; null: not"""


class SubscriptionDeliveries(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was sent, what waits, and what was given up."""

    tries: Sequence[Try]
    """The newest first; the last 200 are kept"""
    waiting: Sequence[MessageWaiting]
    """The first 200 of them, in order"""
    given_up: Sequence[MessageGivenUp]
    """The newest 200 of them"""


class OrganizationBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organization to add."""

    name: str
    """What it is called in its tokens and in addresses, for ever"""
    title: str
    """What it is, for people"""
    log_entries: int | msgspec.UnsetType | None = msgspec.UNSET
    """Log entries at most; null: as the installation's setting says"""
    members: int | msgspec.UnsetType | None = msgspec.UNSET
    """People who are known at most; null: no limit"""


class Organization(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organization, and nothing of what is in it."""

    name: str
    """What it is called in its tokens and in addresses, for ever"""
    title: str
    """What it is, for people"""
    created: str
    """When it was added"""
    log_entries: int | None
    """Log entries at most; null: as the installation's setting says"""
    members: int | None
    """People who are known at most; null: no limit"""
    closed: bool
    """Nobody gets in and nothing is judged; nothing is lost, it can be opened again"""


class OrganizationMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It is there. Its first token is shown this once: only its digest is kept."""

    organization: Organization
    """As it was added"""
    token: str
    """Of its first administrator, who makes all others"""


class OrganizationList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All organizations but the first one, by name."""

    organizations: Sequence[Organization]
    """By name"""


class OrganizationChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be otherwise; what is left out stays."""

    title: str | msgspec.UnsetType = msgspec.UNSET
    """What it is, for people"""
    log_entries: int | msgspec.UnsetType | None = msgspec.UNSET
    """Log entries at most; null: as the installation's setting says"""
    members: int | msgspec.UnsetType | None = msgspec.UNSET
    """People who are known at most; null: no limit"""
    closed: bool | msgspec.UnsetType = msgspec.UNSET
    """Nobody gets in and nothing is judged; nothing is lost, it can be opened again"""


class Live(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The process answers."""

    status: Literal["live"]
    """Always the same"""


class Ready(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The store answers."""

    status: Literal["ready"]
    """Always the same"""
    position: int
    """Where the log ends; of several organizations the sum, as all of these"""
    judged: int
    """How far the engine has come; behind for long, it does not run"""
    asides: int
    """Entries that a bug of ours kept from being judged; they wait to be tried again"""
    furthest_behind: int
    """Entries that are not judged yet in the organization that has most of them"""


ProblemType: TypeAlias = Literal[
    "busy",
    "content-conflict",
    "damaged",
    "does-not-fit",
    "foreign-source",
    "internal",
    "no-token",
    "not-allowed",
    "not-authentic",
    "not-found",
    "not-json",
    "not-understood",
    "too-large",
    "too-many-streams",
    "too-often",
    "wrong-content-type",
    "wrong-method",
    "wrong-state",
]


StreamEvent: TypeAlias = (
    StandingTold | PointsTold | BadgeTold | LevelTold | RankTold | RecognitionTold | WallTold | ReceiptTold | ResetTold
)
