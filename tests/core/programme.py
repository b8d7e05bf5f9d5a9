"""A small programme, built from the core's own types: sharing with fade and limits, caps, coins, badges, a board."""

from engine.core.periods import PeriodKind
from engine.core.plan import Plan
from engine.core.questions import Condition, Operator, Reading, Scope, Test, Value
from engine.core.rulebook import EventType, Field, FieldType, Name, NameKind, Rulebook
from engine.core.rules import (
    Badge,
    Board,
    Cap,
    Currency,
    Fade,
    Level,
    Limit,
    Metric,
    Once,
    Recognition,
    Rule,
    Slot,
    Text,
    Tier,
    Use,
)
from engine.core.windows import Window, parse_window

POINTS = Metric(
    code=0,
    id="points",
    on=(),
    measure="sum",
    windows=(Window("week"), Window("month"), Window("ever")),
    keep_days=76,
)
TOPIC_ACTS = Metric(
    code=1, id="topic_acts", on=("content.shared",), measure="each", of="topics", windows=(Window("ever"),)
)
WEEK = Slot(code=10, per=parse_window("week"))
DAY_BY_CHANNEL = Slot(code=11, per=parse_window("day"), by="channel")
SHARING_CAP = Slot(code=12, per=parse_window("week"))
COINS_YEAR = Slot(code=14, per=parse_window("year"))
SHARE = 20
BADGE = 40
LEVEL = 60
COINS = 50


def text(english: str, finnish: str | None = None) -> Text:
    """Words in one or two languages."""
    return Text({"en": english} if finnish is None else {"en": english, "fi": finnish})


def field(
    name: str, type_: FieldType, *, optional: bool = False, default: Value | None = None, choices: tuple[str, ...] = ()
) -> Field:
    """A field of an event type."""
    return Field(name=name, type=type_, optional=optional, default=default, choices=choices)


def event_types() -> dict[str, EventType]:
    """What may be sent."""
    fields = (
        field("channel", FieldType.CHOICE, choices=("linkedin", "x", "bluesky", "blog")),
        field("own_words", FieldType.YES_NO, default=False),
        field("content", FieldType.CONTENT, optional=True),
        field("topics", FieldType.CHOICES, choices=("hiring", "technology"), default=[]),
        field("helper", FieldType.MEMBER, optional=True),
        field("minutes", FieldType.NUMBER, optional=True),
    )
    shared = EventType(
        type="content.shared",
        title=text("Shared company content", "Jakoi yrityksen sisältöä"),
        purpose="Recognise voluntary sharing",
        keep_days=90,
        seen_by=("member",),
        said_by=("tool", "member"),
        fields={each.name: each for each in fields},
    )
    return {shared.type: shared}


def share_rule() -> Rule:
    """Ten points for a share in own words, fading in a week, one a day and channel, once for a content and channel."""
    own_words = Test(reading=Reading(scope=Scope.EVENT, name="own_words"), operator=Operator.IS, operand=True)
    return Rule(
        code=SHARE,
        id="share-in-own-words",
        rank=0,
        title=text("Share in your own words", "Jako omin sanoin"),
        on=("content.shared",),
        condition=Condition(all_of=(own_words,)),
        points=10,
        fade=Fade(use=Use(slot=WEEK), percents=(100, 100, 50, 25, 0)),
        limits=(Limit(use=Use(slot=DAY_BY_CHANNEL), times=1),),
        counts=(Use(slot=WEEK), Use(slot=DAY_BY_CHANNEL)),
        once=Once(fields=("content", "channel"), forget_days=90),
    )


def names() -> dict[int, Name]:
    """What the codes mean."""
    rows: tuple[tuple[int, NameKind, str, Text], ...] = (
        (SHARE, "rule", "share-in-own-words", text("Share in your own words", "Jako omin sanoin")),
        (BADGE, "badge", "expert", text("{topic}: expert path", "{topic}: asiantuntijan polku")),
        (LEVEL, "level", "voice", text("Voice", "Ääni")),
        (COINS, "currency", "coins", text("Coins", "Kolikot")),
    )
    return {code: Name(kind=kind, id=id_, title=title) for code, kind, id_, title in rows}


def rulebook() -> Rulebook:
    """The whole programme."""
    board = Board(
        code=30,
        id="advocates",
        title=text("Advocates"),
        metric=POINTS,
        periods=(PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.EVER),
        by=("members", "teams"),
    )
    expert = Badge(
        code=BADGE,
        id="expert",
        title=text("{topic}: expert path", "{topic}: asiantuntijan polku"),
        metric=TOPIC_ACTS,
        window=Window("ever"),
        each=True,
        tiers=(Tier(at=3, name=text("starter", "alku")), Tier(at=10, name=text("regular", "vakio"))),
    )
    winners = Recognition(
        code=31,
        id="week",
        title=text("Advocate of the week"),
        at_end_of=PeriodKind.WEEK,
        board=board,
        places=3,
        most=10,
        at_least=1,
    )
    return Rulebook(
        digest=b"d" * 16,
        zone="Europe/Helsinki",
        week_starts=0,
        grace_ms=86_400_000,
        days_back=45,
        country="FI",
        languages=("en", "fi"),
        packs=(),
        topics=(),
        events=event_types(),
        groups={},
        metrics=(TOPIC_ACTS,),
        points=POINTS,
        rules=(share_rule(),),
        caps=(Cap(slot=SHARING_CAP, points=60, on=("content.shared",), label="sharing"),),
        currencies=(
            Currency(
                code=COINS, id="coins", title=text("Coins", "Kolikot"), per_point=1, limits=((COINS_YEAR, 4_800),)
            ),
        ),
        badges=(expert,),
        levels=(Level(code=LEVEL, id="voice", title=text("Voice", "Ääni"), at=20),),
        boards=(board,),
        recognitions=(winners,),
        thanks=None,
        removals=(),
        formulas={},
        names=names(),
    )


def plan() -> Plan:
    """The programme made ready."""
    return Plan(rulebook())
