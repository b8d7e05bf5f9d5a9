"""What a rulebook counts, pays and ranks by, compiled: rules with their limits, metrics, badges, boards.

Every event reads these again and again, so they are plain classes, which the compiled core reads as C does a struct.
"""

from dataclasses import dataclass
from typing import Literal, final

from engine.core.periods import PeriodKind
from engine.core.questions import ALWAYS, Condition, Formula, Test
from engine.core.windows import Window


@final
@dataclass(frozen=True)
class Text:
    """What people read, by language code ("en", "fi")."""

    by_language: dict[str, str]

    def said_in(self, language: str) -> str:
        """The words in this language, else in English, else in whichever the file has."""
        words = self.by_language
        return words.get(language) or words.get("en") or next(iter(words.values()), "")


@final
@dataclass(frozen=True, kw_only=True)
class Slot:
    """A count of paid acts (and of their points) kept per payee, for one `per` and one `by`.

    Limits, fades, caps and currency limits with the same counter, `per` and `by` share one slot. `forget_days` is
    counted from the first use and says when a count with `per = "ever"` may go; None keeps it.
    """

    code: int
    per: Window
    by: str | None = None
    forget_days: int | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Use:
    """A slot as a rule uses it; `dated` names the time field whose period counts instead of the act's own."""

    slot: Slot
    dated: str | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most so many paid acts, or so many points, in one period of the slot."""

    use: Use
    times: int | None = None
    points: int | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Fade:
    """The n-th paid act of a period pays `percents[n - 1]`; the last percentage stays."""

    use: Use
    percents: tuple[int, ...]


@final
@dataclass(frozen=True, kw_only=True)
class Once:
    """Paid once for the same values of these fields (`subject` is one); None forgets never."""

    fields: tuple[str, ...]
    forget_days: int | None


@final
@dataclass(frozen=True, kw_only=True)
class Pays:
    """Who gets the points: the subject, the people of a field, or who invited the subject."""

    who: Literal["subject", "field", "invited_by"] = "subject"
    field: str = ""
    self_ok: bool = False
    says_who: bool = True


@final
@dataclass(frozen=True, kw_only=True)
class Rule:
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


@final
@dataclass(frozen=True, kw_only=True)
class Cap:
    """At most `points` per period over what the events of `on` paid one person; empty `on` means all points."""

    slot: Slot
    points: int
    on: tuple[str, ...]
    label: str


@final
@dataclass(frozen=True, kw_only=True)
class Currency:
    """Another currency; `limits` are (slot, most in its period). `worth` is for people: ("eur", "0.02")."""

    code: int
    id: str
    title: Text
    per_point: int = 0
    limits: tuple[tuple[Slot, int], ...] = ()
    worth: tuple[str, str] | None = None
    expires_months: int | None = None
    """What was earned in a month can be used until the end of the month so many later; None for always."""
    last_day: int | None = None
    """The last day on which it can be earned and, where that was announced in time, used."""
    announce_days: int = 0
    """So long before its end people are told, at least."""

    @property
    def runs_out(self) -> bool:
        """Whether what is left of it ends one day."""
        return self.expires_months is not None or self.last_day is not None


@final
@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number counted per member from events.

    `measure`: count of events; sum of the number field `of`; distinct values of the field or period word `of`;
    each value of `of` counted by itself. `windows` are those that anything in force reads; `keep_days` says how far
    back day buckets are needed, days_back included (0: months and total do), `keep_months` whether months are needed
    further back, or years do.
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
    keep_months: bool = True


@final
@dataclass(frozen=True, kw_only=True)
class Tier:
    """A step of a badge; a badge without tiers has one, without a name."""

    at: int
    name: Text | None = None
    id: str = ""


@final
@dataclass(frozen=True, kw_only=True)
class Badge:
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
    challenge: Text | None = None
    """The title of the challenge that gives it, where one does."""
    on_wall: bool = True
    streak: int = -1
    """The streak of which so many in a row bring it, in place of a metric."""
    stretches: bool = False
    """Whether days and weeks that the holder was wholly away do not use up the window."""


@final
@dataclass(frozen=True, kw_only=True)
class Level:
    """A step of the points of all time."""

    code: int
    id: str
    title: Text
    at: int


UnitKind = Literal["teams", "departments", "countries"]
By = Literal["members", "teams", "departments", "countries"]


@final
@dataclass(frozen=True, kw_only=True)
class Board:
    """A leaderboard of a metric (points included) over its periods, for members and units."""

    code: int
    id: str
    title: Text
    metric: Metric
    periods: tuple[PeriodKind, ...]
    by: tuple[By, ...]


@final
@dataclass(frozen=True, kw_only=True)
class Recognition:
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
    asks_first: bool = False


@final
@dataclass(frozen=True, kw_only=True)
class Anniversary:
    """Years with the organization, named once for each of `years`."""

    code: int
    id: str
    title: Text
    text: Text | None = None
    years: tuple[int, ...]
    asks_first: bool = False


@final
@dataclass(frozen=True, kw_only=True)
class Thanks:
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


@final
@dataclass(frozen=True, kw_only=True)
class Boost:
    """Other points for the acts of some days, both inclusive: so many percent of what a rule pays."""

    code: int
    id: str
    title: Text
    on: tuple[str, ...]
    condition: Condition = ALWAYS
    first_day: int
    last_day: int
    percent: int


@final
@dataclass(frozen=True, kw_only=True)
class Approval:
    """What would bring one person more than `over` points at once waits until somebody agrees, for `within_ms`."""

    over: int
    approver: Literal["hr", "admin"]
    not_by: tuple[Literal["giver", "receiver"], ...]
    within_ms: int


@final
@dataclass(frozen=True, kw_only=True)
class Removal:
    """An event that takes back everything about its content and subject."""

    on: str
    within_days: int
    badges_stay: bool


Whose = Literal["member", "team", "department", "country", "everyone"]


@final
@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A goal between two days, both inside, for each member, each unit of a kind, or everyone together.

    Who brought at least `own_share` of the metric is rewarded: with a badge (by its code) and so many of a currency.
    It is over `closes_ms`, the end of its last day and the grace after it.
    """

    code: int
    id: str
    title: Text
    text: Text | None = None
    whose: Whose
    metric: Metric
    first_day: int
    last_day: int
    closes_ms: int
    goal: int
    own_share: int = 1
    badge: int | None = None
    amount: int = 0
    currency: int | None = None
    """None for points."""

    @property
    def least(self) -> int:
        """What a member has to bring to be rewarded."""
        return self.goal if self.whose == "member" else self.own_share
