"""The forms of what there is to read of one person, for the person and for HR, with examples."""

from typing import Annotated, Literal

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.fields import A_POSITION, MOST_EXACT, Amount, Count, Day, LogPosition, MemberId, Moment
from engine.core.receipts.badges import MOST_HELD

MOST_PAGE = 50

PageLimit = Annotated[int, QueryParameter(ge=1, le=MOST_PAGE, description="So many on one page")]
PageCursor = Annotated[
    str | None,
    QueryParameter(
        description="From the page before", schema_extra={"pattern": "^[0-9]{1,15}[.][0-9]{1,15}$", "maxLength": 31}
    ),
]
LedgerCursor = Annotated[int | None, QueryParameter(ge=1, le=MOST_EXACT, description="From the page before")]
AtPosition = Annotated[
    int,
    PathParameter(
        description="A place in the log, as a ledger gives it", schema_extra=A_POSITION, examples=[Example(value=12)]
    ),
]

Position = Annotated[LogPosition, Meta(description="A place in the log; its receipt says what it meant")]
UpTo = Annotated[Count, Meta(description="The last entry of the log that all these numbers contain")]
Titled = Annotated[str, Meta(description="In the language of the reader")]
Value = Annotated[str, Meta(description="The topic or other value that it is for; empty where there is none")]
NextPage = Annotated[str | None, Meta(description="Send it as ?cursor= for the next page; null on the last one")]


class BadgeView(msgspec.Struct, frozen=True):
    """A badge that the member has."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Titled
    value: Value
    position: Position


class LevelView(msgspec.Struct, frozen=True):
    """A step of the points of all time."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Titled
    at: Annotated[Count, Meta(description="From so many points on")]


Points = Annotated[Amount, Meta(description="The balance of points")]
Balances = Annotated[dict[str, Amount], Meta(description="All balances by the id of their currency, points among them")]
Level = Annotated[LevelView | None, Meta(description="The level of these points; null below the first")]
NextLevel = Annotated[LevelView | None, Meta(description="The next level; null on the last")]
Badges = Annotated[tuple[BadgeView, ...], Meta(description="What the member has of today's programme")]


class ExpiringView(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a currency can be used up to and including a day."""

    currency: Annotated[str, Meta(description="As the rule files call it")]
    amount: Annotated[Count, Meta(description="What is left of it now")]
    last_day: Annotated[Day, Meta(description="The last day on which it can be used")]


Expiring = Annotated[
    tuple[ExpiringView, ...], Meta(description="What can be used up to a day that was announced, the first day first")
]


class StreakView(msgspec.Struct, frozen=True):
    """Periods in a row, as they stand now in the member's own zone. Colleagues are never shown them."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Titled
    every: Annotated[Literal["day", "week", "month"], Meta(description="What is counted")]
    length: Annotated[Count, Meta(description="How many in a row; the period that runs may still be empty")]
    best: Annotated[Count, Meta(description="The most that there ever were")]
    freezes: Annotated[Count, Meta(description="How many periods may stay empty and it goes on all the same")]
    has_now: Annotated[bool, Meta(description="Whether the period that runs has an act in it")]
    sentences: Annotated[tuple[str, ...], Meta(description="The same in words")]


Streaks = Annotated[tuple[StreakView, ...], Meta(description="Every streak of today's programme, by id")]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A member with points, balances, level, badges and streaks, up to the log entry at `position`."""

    id: MemberId
    name: Annotated[str, Meta(description="As colleagues read it on boards and the wall")]
    points: Points
    balances: Balances
    level: Level
    next_level: NextLevel
    badges: Badges
    streaks: Streaks
    position: UpTo


class ColleagueView(msgspec.Struct, frozen=True):
    """A colleague who thanked the member, or did what a rule paid the member for."""

    id: MemberId
    name: Annotated[str, Meta(description="As colleagues know the person")]


WHEN = "When the act was; of somebody else's that is not told, the first moment of its day"
TYPES = (
    "The event's type, or what Sulka itself logs: sulka.thanks, sulka.award, sulka.correction, sulka.retracted, "
    "sulka.member.set, .visibility, .join, .pause, .resume, .leave, .away, .turned, .answered, .active; "
    "sulka.history.balance; sulka.history.counted, .looked where something new counts what was before; "
    "sulka.closed where only a period closed; "
    "empty where the act is not told or no longer shown"
)
WHO = (
    "Who thanked, or did what a rule paid for; null where that was the member, where the rule does not say, "
    "where nobody of that name is left, and for HR"
)


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of the log meant for the member."""

    position: Annotated[LogPosition, Meta(description="The entry's place in the log")]
    time: Annotated[Moment, Meta(description=WHEN)]
    type: Annotated[str, Meta(description=TYPES)]
    title: Titled
    points: Annotated[Amount, Meta(description="What it changed in points; negative where something was taken back")]
    sentences: Annotated[tuple[str, ...], Meta(description="What came of it and why, step by step")]
    who: Annotated[ColleagueView | None, Meta(description=WHO)]
    words: Annotated[str | None, Meta(description="What somebody wrote: a reason, a thanks; null once it is erased")]
    late: Annotated[bool, Meta(description="Whether it came in after its period had closed")]


class LedgerPage(msgspec.Struct, frozen=True):
    """Receipts, the newest first."""

    receipts: Annotated[tuple[ReceiptView, ...], Meta(description="The newest first")]
    cursor: NextPage


class HeldView(msgspec.Struct, frozen=True, kw_only=True):
    """A badge that the member has."""

    title: Annotated[str, Meta(description="With its tier, topic or period")]
    value: Value
    since: Annotated[Day, Meta(description="The day of the act that brought it")]
    position: Position


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """What brings the badge, or its next tier, in words. Nothing runs out, and nobody is compared."""

    title: Annotated[str, Meta(description="With its tier or topic")]
    value: Value
    at: Annotated[Count | None, Meta(description="How many it takes; null where a person gives it")]
    so_far: Annotated[Amount | None, Meta(description="How many there are now; null where nothing is counted")]
    sentences: Annotated[tuple[str, ...], Meta(description="The same in words")]


class BadgeStory(msgspec.Struct, frozen=True, kw_only=True):
    """A badge, what the member has of it, and what more there is."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Titled
    text: Annotated[str | None, Meta(description="What it stands for")]
    held: Annotated[
        tuple[HeldView, ...], Meta(max_length=MOST_HELD, description="What the member has, the newest first")
    ]
    times: Annotated[Count, Meta(description="How often the member has it, in all")]
    steps: Annotated[tuple[StepView, ...], Meta(description="What more there is; empty where there is nothing more")]


class BadgesView(msgspec.Struct, frozen=True):
    """All badges of the programme in its order, then those that it has no more."""

    badges: Annotated[tuple[BadgeStory, ...], Meta(description="In the programme's order")]
    position: UpTo


SHARED = ReceiptView(
    position=12,
    time="2026-11-23T07:12:00.000Z",
    type="content.shared",
    title="Shared company content",
    points=10,
    sentences=("Share in your own words: 10 points.", "Coins: 10.", "Said by hub."),
    who=None,
    words=None,
    late=False,
)
HELD_BACK = ReceiptView(
    position=13,
    time="2026-11-23T07:12:00.000Z",
    type="content.shared",
    title="Shared company content",
    points=0,
    sentences=(
        "Share in your own words: one a day counts (linkedin); yours of 9:12 was it.",
        "You did nothing wrong.",
        "Mon 23 Nov was full.",
        "Said by hub.",
    ),
    who=None,
    words=None,
    late=False,
)
AWARDED = ReceiptView(
    position=17,
    time="2026-11-23T07:12:00.000Z",
    type="sulka.award",
    title="Given by hand",
    points=50,
    sentences=("Given by hand: +50 points.", "Your level is now Contributor."),
    who=None,
    words="Spoke at the fair",
    late=False,
)
LEDGER = LedgerPage((AWARDED, HELD_BACK, SHARED), None)
FEATHER = "A feather in the cap"
STANDING = Standing(
    id="k7w2mq9xhd4a",
    name="Anna Example",
    points=60,
    balances={"points": 60, "coins": 30},
    level=LevelView("contributor", "Contributor", 50),
    next_level=LevelView("voice", "Voice", 150),
    badges=(BadgeView("feather-in-the-cap", FEATHER, "", 10),),
    streaks=(),
    position=18,
)
BADGES = BadgesView(
    (
        BadgeStory(
            id="feather-in-the-cap",
            title=FEATHER,
            text="For something that no rule could foresee.",
            held=(HeldView(title=FEATHER, value="", since="2026-11-23", position=10),),
            times=1,
            steps=(),
        ),
        BadgeStory(
            id="own-voice",
            title="Own voice",
            text="Five shares in your own words.",
            held=(),
            times=0,
            steps=(
                StepView(
                    title="Own voice",
                    value="",
                    at=5,
                    so_far=4,
                    sentences=("It takes 5 in all: Shares in own words.", "You have 4 so far."),
                ),
            ),
        ),
    ),
    18,
)
