"""The rulebook as the core judges by it: checked, compiled, without a trace of TOML.

`engine.rulebook` builds these values from files; nothing here reads, checks or explains a file. Every number that
decides (zone, grace, days back) is in here, so that a rulebook's digest names everything that a decision depends on
beside the log and the states.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from engine.core.days_off import DaysOff
from engine.core.questions import Formulas, Value
from engine.core.rules import (
    Anniversary,
    Approval,
    Badge,
    Board,
    Boost,
    Cap,
    Challenge,
    Currency,
    Level,
    Metric,
    Recognition,
    Removal,
    Rule,
    Text,
    Thanks,
)
from engine.core.streak import Streak

LANGUAGE_VERSION = 1
"""Raised when the same text would be judged otherwise; part of every rulebook's digest."""

POINTS = "points"
"""The currency and the metric that are built in."""

THANKS = "thanks"
"""The event type under which metrics, groups and caps see a thanks between members."""

ACT_FIELD_VALUES = 20
"""A field of type `members` names at most so many people."""


class FieldType(StrEnum):
    """What an event's field may hold (DESIGN §5)."""

    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes-no"
    NUMBER = "number"
    TIME = "time"
    MEMBER = "member"
    MEMBERS = "members"
    CONTENT = "content"
    KEY = "key"
    TEXT = "text"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an event type. `default` stands in when a sender leaves the field out."""

    name: str
    type: FieldType
    optional: bool = False
    default: Value | None = None
    choices: tuple[str, ...] = ()


class EventType(msgspec.Struct, frozen=True, kw_only=True):
    """What may be sent, why, how long it is shown, to whom, and who may say it."""

    type: str
    title: Text
    purpose: str
    keep_days: int
    seen_by: tuple[Literal["member", "team", "everyone"], ...]
    said_by: tuple[Literal["tool", "member"], ...]
    fields: Mapping[str, Field]
    ordered: tuple[Field, ...] = ()
    """The fields by name; this and what follows is made from `fields`, once and not for each event."""
    people: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    apart: tuple[Field, ...] = ()
    """The fields of which the log holds a digest or a key in place of what was sent."""

    def __post_init__(self) -> None:
        ordered = tuple(field for _, field in sorted(self.fields.items()))
        made = {
            "ordered": ordered,
            "people": tuple(field.name for field in ordered if field.type in {FieldType.MEMBER, FieldType.MEMBERS}),
            "times": tuple(field.name for field in ordered if field.type is FieldType.TIME),
            "apart": tuple(field for field in ordered if field.type in {FieldType.KEY, FieldType.TEXT}),
        }
        for name, value in made.items():
            msgspec.structs.force_setattr(self, name, value)


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that people become known for."""

    id: str
    title: Text


NameKind = Literal[
    "metric",
    "slot",
    "rule",
    "badge",
    "level",
    "board",
    "recognition",
    "currency",
    "thanks",
    "challenge",
    "boost",
    "streak",
]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What a code of the journal means in this rulebook."""

    kind: NameKind
    id: str
    title: Text | None = None


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in force. Tuples are sorted by id; `names` says what each code means.

    `digest` covers the text of all files, `LANGUAGE_VERSION`, and the versions of what decides with them.
    """

    digest: bytes
    zone: str
    week_starts: int
    grace_ms: int
    days_back: int
    country: str
    languages: tuple[str, ...]
    packs: tuple[str, ...]
    topics: tuple[Topic, ...]
    events: Mapping[str, EventType]
    groups: Mapping[str, tuple[str, ...]]
    metrics: tuple[Metric, ...]
    points: Metric
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    currencies: tuple[Currency, ...]
    badges: tuple[Badge, ...]
    levels: tuple[Level, ...]
    boards: tuple[Board, ...]
    recognitions: tuple[Recognition, ...]
    thanks: Thanks | None
    removals: tuple[Removal, ...]
    formulas: Mapping[str, Formulas]
    names: Mapping[int, Name]
    challenges: tuple[Challenge, ...] = ()
    boosts: tuple[Boost, ...] = ()
    approval: Approval | None = None
    anniversaries: tuple[Anniversary, ...] = ()
    streaks: tuple[Streak, ...] = ()
    days_off: Mapping[str, DaysOff] = {}
    """By country; that of the organization is for everybody whose country has none."""
