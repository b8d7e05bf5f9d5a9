"""The rulebook as the core judges by it: checked, compiled, without a trace of TOML.

`engine.rulebook` builds these values from files; nothing here reads, checks or explains a file. Every number that
decides (zone, grace, days back) is in here, so that a rulebook's digest names everything that a decision depends on
beside the log and the states.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from engine.core.periods import PeriodKind, Window
from engine.core.questions import (
    ALWAYS,
    Condition,
    Formula,
    Formulas,
    Test,
    Value,
)

LANGUAGE_VERSION = 1
"""Raised when the same text would be judged otherwise; part of every rulebook's digest."""

POINTS = "points"
"""The currency and the metric that are built in."""

THANKS = "thanks"
"""The event type under which metrics, groups and caps see a thanks between members."""

ACT_FIELD_VALUES = 20
"""A field of type `members` names at most so many people."""


class Text(msgspec.Struct, frozen=True):
    """What people read, by language code ("en", "fi")."""

    by_language: dict[str, str]

    def said_in(self, language: str) -> str:
        """The words in this language, else in English, else in whichever the file has."""
        words = self.by_language
        return words.get(language) or words.get("en") or next(iter(words.values()), "")


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


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A count of paid acts (and of their points) kept per payee, for one `per` and one `by`.

    Limits, fades, caps and currency limits with the same counter, `per` and `by` share one slot. `forget_days` is
    counted from the first use and says when a count with `per = "ever"` may go; None keeps it.
    """

    code: int
    per: Window
    by: str | None = None
    forget_days: int | None = None


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A slot as a rule uses it; `dated` names the time field whose period counts instead of the act's own."""

    slot: Slot
    dated: str | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many paid acts, or so many points, in one period of the slot."""

    use: Use
    times: int | None = None
    points: int | None = None


class Fade(msgspec.Struct, frozen=True, kw_only=True):
    """The n-th paid act of a period pays `percents[n - 1]`; the last percentage stays."""

    use: Use
    percents: tuple[int, ...]


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """Paid once for the same values of these fields (`subject` is one); None forgets never."""

    fields: tuple[str, ...]
    forget_days: int | None


class Pays(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets the points: the subject, the people of a field, or who invited the subject."""

    who: Literal["subject", "field", "invited_by"] = "subject"
    field: str = ""
    self_ok: bool = False
    says_who: bool = True


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule; `rank` is its place among all rules by id. `also` are amounts of other currencies by code."""

    code: int
    id: str
    rank: int
    title: Text
    text: Text | None = None
    on: tuple[str, ...]
    condition: Condition
    pays: Pays = Pays()
    points: int | Formula
    also: tuple[tuple[int, int], ...] = ()
    fade: Fade | None = None
    limits: tuple[Limit, ...] = ()
    counts: tuple[Use, ...] = ()
    """Every slot that one paid act of this rule uses up: those of its limits and fade, and its counter's others."""
    once: Once | None = None


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """At most `points` per period over what the events of `on` paid one person; empty `on` means all points."""

    slot: Slot
    points: int
    on: tuple[str, ...]
    label: str


class Currency(msgspec.Struct, frozen=True, kw_only=True):
    """Another currency; `limits` are (slot, most in its period). `worth` is for people: ("eur", "0.02")."""

    code: int
    id: str
    title: Text
    per_point: int = 0
    limits: tuple[tuple[Slot, int], ...] = ()
    worth: tuple[str, str] | None = None


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A number counted per member from events.

    `measure`: count of events; sum of the number field `of`; distinct values of the field or period word `of`;
    each value of `of` counted by itself. `windows` are those that anything in force reads; `keep_days` says how far
    back day buckets are needed, days_back included (0: months and total do).
    """

    code: int
    id: str
    title: Text | None = None
    on: tuple[str, ...]
    condition: Condition = ALWAYS
    measure: Literal["count", "sum", "distinct", "each"] = "count"
    of: str = ""
    of_period: PeriodKind | None = None
    windows: tuple[Window, ...] = ()
    keep_days: int = 0


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a badge; a badge without tiers has one, without a name."""

    at: int
    name: Text | None = None
    id: str = ""


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """A badge for a metric's value in a window, or given by hand (`metric` is None)."""

    code: int
    id: str
    title: Text
    text: Text | None = None
    metric: Metric | None = None
    window: Window | None = None
    each: bool = False
    tiers: tuple[Tier, ...]
    condition: Condition = ALWAYS
    repeats: PeriodKind | None = None


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the points of all time."""

    code: int
    id: str
    title: Text
    at: int


UnitKind = Literal["teams", "departments", "countries"]
By = Literal["members", "teams", "departments", "countries"]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A leaderboard of a metric (points included) over its periods, for members and units."""

    code: int
    id: str
    title: Text
    metric: Metric
    periods: tuple[PeriodKind, ...]
    by: tuple[By, ...]


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """Winners of a board's period, named once when it closes."""

    code: int
    id: str
    title: Text
    text: Text | None = None
    at_end_of: PeriodKind
    board: Board
    places: int
    most: int
    at_least: int
    leave_out: tuple[Test, ...] = ()


class Thanks(msgspec.Struct, frozen=True, kw_only=True):
    """Thanks between members: who gets what, and how often it pays."""

    code: int
    id: str
    title: Text
    giver: int
    receiver: int
    allowance: Limit | None = None
    same_pair: Limit | None = None
    mutual_days: int = 0
    mutual_percent: int = 100


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """An event that takes back everything about its content and subject."""

    on: str
    within_days: int
    badges_stay: bool


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that people become known for."""

    id: str
    title: Text


NameKind = Literal["metric", "slot", "rule", "badge", "level", "board", "recognition", "currency", "thanks"]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What a code of the journal means in this rulebook."""

    kind: NameKind
    id: str
    title: Text | None = None


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in force. Tuples are sorted by id; `names` says what each code means.

    `digest` covers the text of all files, `LANGUAGE_VERSION`, and the versions of tzdata and CEL.
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
