"""A whole rule file: which words it may have, and which of them stand where."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta

from engine.rulebook.words.awards import Badge, Leaderboard, Level, Recognition, Thanks
from engine.rulebook.words.cases import Case
from engine.rulebook.words.challenges import Challenge
from engine.rulebook.words.later import Reward
from engine.rulebook.words.occasions import Approval, Boost
from engine.rulebook.words.organization import Calendar, Event, Group, Organization, Topic
from engine.rulebook.words.parts import Said
from engine.rulebook.words.rules import Cap, Currency, Defaults, Metric, Removal, Rule
from engine.rulebook.words.streaks import Streak

ORGANIZATION_FILE: Final = "organization.toml"
ORGANIZATION_WORDS: Final = ("organization", "topic", "event", "group", "calendar")
MOST_ENTRIES: Final = 20_000


class RuleFile(Said, frozen=True, kw_only=True):
    """Rules of a recognition programme. See docs/rules-for-hr.md."""

    organization: Annotated[
        Organization | None,
        Meta(description="Zone, languages, packs in force.", examples=[{"time_zone": "Europe/Helsinki"}]),
    ] = None
    topic: Annotated[
        list[Topic],
        Meta(max_length=1_000, description="Subjects that people become known for.", examples=[[{"id": "hiring"}]]),
    ] = []
    event: Annotated[
        list[Event],
        Meta(max_length=1_000, description="What can happen.", examples=[[{"type": "content.shared"}]]),
    ] = []
    group: Annotated[
        list[Group],
        Meta(max_length=1_000, description="Names for several events.", examples=[[{"id": "acts"}]]),
    ] = []
    calendar: Annotated[
        list[Calendar],
        Meta(max_length=300, description="Days off.", examples=[[{"country": "FI"}]]),
    ] = []
    defaults: Annotated[
        Defaults | None,
        Meta(description="Conditions for all rules of this file.", examples=[{"on": "@sharing"}]),
    ] = None
    metric: Annotated[
        list[Metric], Meta(max_length=MOST_ENTRIES, description="Numbers.", examples=[[{"id": "acts"}]])
    ] = []
    rule: Annotated[
        list[Rule], Meta(max_length=MOST_ENTRIES, description="Who is paid.", examples=[[{"id": "click"}]])
    ] = []
    cap: Annotated[list[Cap], Meta(max_length=1_000, description="Bounds over rules.", examples=[[{"on": "*"}]])] = []
    currency: Annotated[
        list[Currency], Meta(max_length=100, description="Other currencies.", examples=[[{"id": "coins"}]])
    ] = []
    removal: Annotated[
        list[Removal],
        Meta(max_length=100, description="What takes back.", examples=[[{"on": "content.removed"}]]),
    ] = []
    badge: Annotated[
        list[Badge], Meta(max_length=MOST_ENTRIES, description="Badges.", examples=[[{"id": "own-voice"}]])
    ] = []
    level: Annotated[
        list[Level], Meta(max_length=1_000, description="Levels.", examples=[[{"id": "voice", "at": 150}]])
    ] = []
    leaderboard: Annotated[
        list[Leaderboard], Meta(max_length=1_000, description="Boards.", examples=[[{"id": "advocates"}]])
    ] = []
    recognition: Annotated[
        list[Recognition],
        Meta(max_length=1_000, description="Who is named.", examples=[[{"id": "ambassador"}]]),
    ] = []
    thanks: Annotated[list[Thanks], Meta(max_length=10, description="Thanks.", examples=[[{"id": "thanks"}]])] = []
    case: Annotated[
        list[Case],
        Meta(
            max_length=MOST_ENTRIES,
            description="Examples that run as tests.",
            examples=[[{"says": "A like pays nothing"}]],
        ),
    ] = []
    streak: Annotated[
        list[Streak], Meta(max_length=100, description="Periods in a row.", examples=[[{"id": "weekly"}]])
    ] = []
    challenge: Annotated[
        list[Challenge], Meta(max_length=1_000, description="Goals between two days.", examples=[[{"id": "may"}]])
    ] = []
    boost: Annotated[
        list[Boost],
        Meta(max_length=1_000, description="More points for some days.", examples=[[{"id": "hiring"}]]),
    ] = []
    approval: Annotated[
        list[Approval],
        Meta(max_length=10, description="What waits.", examples=[[{"over": {"points": 100}}]]),
    ] = []
    reward: Annotated[
        list[Reward], Meta(max_length=1_000, description="Later: bought.", examples=[[{"id": "lunch"}]])
    ] = []


WORD_TYPES: Final[Mapping[str, type[Said]]] = MappingProxyType(
    {
        "organization": Organization,
        "topic": Topic,
        "event": Event,
        "group": Group,
        "calendar": Calendar,
        "defaults": Defaults,
        "metric": Metric,
        "rule": Rule,
        "cap": Cap,
        "currency": Currency,
        "removal": Removal,
        "badge": Badge,
        "level": Level,
        "leaderboard": Leaderboard,
        "recognition": Recognition,
        "thanks": Thanks,
        "case": Case,
        "streak": Streak,
        "challenge": Challenge,
        "boost": Boost,
        "approval": Approval,
        "reward": Reward,
    }
)
SINGLE_WORDS: Final = ("organization", "defaults")
