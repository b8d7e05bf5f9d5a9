"""Running the examples of rule files: each `[[case]]` is a small history, judged by the real core.

Days without a date lie in the week that begins on Monday 2026-11-23; an act without a time happens at noon. Everybody
in a case has joined long before. Pure: nothing is stored, no clock is read.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from engine.core.admission import Admitted, Offered, People, admit
from engine.core.entries import (
    AnyEntry,
    ContentFacts,
    ContentKnown,
    MemberFacts,
    MembershipChanged,
    Thanked,
    Turned,
    Verdict,
)
from engine.core.journal import Decision
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.ledger import Held, Posted
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.turning import YearsReached
from engine.core.periods import day_bounds_ms, local_day
from engine.core.plan import Plan
from engine.core.rehearsal import Rehearsal
from engine.core.rest import zone_of
from engine.core.rulebook import THANKS, Rulebook
from engine.core.rules import Badge
from engine.core.runs import standing_of
from engine.core.turning import is_due
from engine.rulebook.words.cases import Case, Expect

ME = "me"
EPOCH = date(1970, 1, 1)
FIRST_MONDAY = date(2026, 11, 23)
NOON = "12:00"
MINUTE_MS = 60_000
LONG_BEFORE_DAYS = 400
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ROW_WORDS = frozenset({"day", "at", "type", "who"})
APPROVAL = "approval"
"""The type of a row that says what HR decides about an earlier one."""
NEW = "new"
"""The type of a row from which on some words are there, which count the rows before."""
TURNED = "turned"
"""The type of a row that is no act: days go by."""

BOUNDS = frozenset(
    {
        Reason.LIMIT_TIMES,
        Reason.LIMIT_POINTS,
        Reason.CAP,
        Reason.FADED,
        Reason.ONCE,
        Reason.CURRENCY_LIMIT,
        Reason.CURRENCY_ENDED,
        Reason.ALLOWANCE,
        Reason.SAME_PAIR,
        Reason.TO_ONESELF,
    }
)
"""What `refused` counts: bounds that held something back, not conditions that did not hold."""


class CaseFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A case that came out otherwise. `key` is the word of `expect`, or `given` with the number of a row."""

    says: str
    key: str
    expected: str
    found: str


def run_case(rulebook: Rulebook, case: Case) -> tuple[CaseFailure, ...]:
    """What came out otherwise than expected; empty when the case holds."""
    history = _History(_only(rulebook, case.rules), case)
    for number, row in enumerate(case.given):
        problem = history.play(row)
        if problem is not None:
            return (CaseFailure(says=case.says, key=f"given {number + 1}", expected=problem[1], found=problem[0]),)
    return tuple(_differences(history, case.says, case.expect))


def _only(rulebook: Rulebook, rules: list[str]) -> Rulebook:
    """The rulebook by which these rules alone pay: streaks are counted, and bring no points."""
    if not rules:
        return rulebook
    kept = tuple(rule for rule in rulebook.rules if rule.id in rules)
    streaks = tuple(dataclasses.replace(streak, points=0) for streak in rulebook.streaks)
    return msgspec.structs.replace(rulebook, rules=kept, streaks=streaks)


def _without(rulebook: Rulebook, new: set[str]) -> Rulebook:
    """The rulebook before some of its words were there: a metric that others read counts nothing yet."""
    return msgspec.structs.replace(
        rulebook,
        rules=tuple(rule for rule in rulebook.rules if rule.id not in new),
        badges=tuple(badge for badge in rulebook.badges if badge.id not in new),
        metrics=tuple(
            dataclasses.replace(metric, on=()) if metric.id in new else metric for metric in rulebook.metrics
        ),
    )


def _words_of(row: Mapping[str, object]) -> list[object]:
    words = row.get("words")
    return words if isinstance(words, list) else []


def _differences(history: "_History", says: str, expect: Expect) -> list[CaseFailure]:
    found: list[tuple[str, object, object]] = []
    if expect.points is not None:
        found.append(("points", expect.points, sum(history.points(row, expect.who) for row in history.all_rows)))
    if expect.last is not None:
        found.append(("last", expect.last, history.points(history.rows[-1], expect.who)))
    if expect.badges is not None:
        found.append(("badges", sorted(expect.badges), sorted(history.badges(expect.who))))
    for currency, wanted in (expect.balance or {}).items():
        found.append((f"balance.{currency}", wanted, history.balance(currency, expect.who)))
    if expect.recognised is not None:
        named = sorted(history.recognised(expect.who, {name.partition("/")[0] for name in expect.recognised}))
        found.append(("recognised", sorted(expect.recognised), named))
    if expect.refused is not None:
        found.append(("refused", expect.refused, sum(history.held_back(row, expect.who) for row in history.all_rows)))
    if expect.held is not None:
        found.append(("held", expect.held, sum(history.waiting(row, expect.who) for row in history.rows)))
    for id_, length in (expect.streaks or {}).items():
        found.append((f"streaks.{id_}", length, history.streak(id_, expect.who)))
    return [
        CaseFailure(says=says, key=key, expected=_shown(wanted), found=_shown(came))
        for key, wanted, came in found
        if wanted != came
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) if value else "none"
    return str(value)


class _History:
    """Rulebook, people and contents, long before the first act; then what is played."""

    def __init__(self, rulebook: Rulebook, case: Case) -> None:
        self.rulebook, self.plan = rulebook, Plan(rulebook)
        new = {str(word) for row in case.given if row.get("type") == NEW for word in _words_of(row)}
        self.rows: list[Decision] = []
        self._followed: list[Decision] = []
        """What came of rows by itself."""
        self._positions: list[int] = []
        self._people: set[str] = {ME, *case.members, *(str(row.get("who", ME)) for row in case.given)}
        moments = [self._moment_of(row) for row in case.given]
        self._recorded = min(moments) - LONG_BEFORE_DAYS * 24 * 60 * MINUTE_MS
        self._rehearsal = Rehearsal(Plan(_without(rulebook, new)) if new else self.plan, self._recorded)
        self._still_new = new
        for content, known in case.contents.items():
            self._judge(ContentKnown(content, self._content_facts(known)))
        for member in sorted(self._people):
            facts = _member_facts(case.members.get(member, {}), rulebook.country)
            self._rehearsal.join(member, facts, self._recorded)
            for first, last in _absences(case.members.get(member, {})):
                self._judge(MembershipChanged(member, "away", self._recorded, first, last))

    def play(self, row: Mapping[str, object]) -> tuple[str, str] | None:
        """Judge one act; what was found and expected, where the row can't be an act."""
        time, who, type_ = self._moment_of(row), str(row.get("who", ME)), str(row.get("type", ""))
        if type_ == TURNED:
            self.rows.extend(self._turn(time))
            self._positions.append(0)  # nothing of it can wait
            return None
        self._recorded = max(self._recorded, time)
        if type_ == NEW:
            self._begin(_words_of(row))
            return None
        if type_ == APPROVAL:
            of = int(str(row.get("of", 0)))
            position = self._positions[of - 1] if 1 <= of <= len(self._positions) else 0
            agreed = row.get("verdict") == "approve"
            self._judge_row(Verdict(position, "approve" if agreed else "decline", time, by="case"))
            return None
        if type_ == THANKS:
            receiver = str(row.get("receiver", ""))
            if receiver not in self._people:
                return f'receiver "{receiver}"', "one of the case's members"
            self._judge_row(Thanked(who, receiver, receiver, time))
            return None
        data = {name: self._value(value) for name, value in row.items() if name not in ROW_WORDS}
        event = self.rulebook.events.get(type_)
        said_by_member = event is not None and "tool" not in event.said_by
        offered = Offered(
            type=type_, source="case", subject=who, time=time, data=data, key=None, said_by_member=said_by_member
        )
        people = People(resolve=lambda name: name if name in self._people else None, takes_part=lambda _, __: True)
        admitted = admit(self.rulebook, offered, people, self._recorded)
        if not isinstance(admitted, Admitted):
            return admitted[0].found, admitted[0].expected
        if admitted.unknown:
            return f'"{admitted.unknown[0]}"', "one of the case's members"
        self._judge_row(admitted.entry)
        return None

    @property
    def all_rows(self) -> list[Decision]:
        """The rows, and what followed from them."""
        return [*self.rows, *self._followed]

    def balance(self, currency: str, who: str | None) -> int:
        """What is there of a currency at the end, of everybody or of one."""
        code = self.plan.currency(currency)
        people = self._people if who is None else {who}
        balances = (self._rehearsal.member(member).balances for member in people)
        return 0 if code is None else sum(of.get(code, 0) for of in balances)

    def recognised(self, who: str | None, wanted: set[str]) -> set[str]:
        """The anniversaries that were named, as `id/years`: those of these ids, or all where there are none."""
        ids = {each.code: each.id for each in self.rulebook.anniversaries if not wanted or each.id in wanted}
        return {
            f"{ids[line.recognition]}/{line.years}"
            for decision in self.rows
            for line in decision.lines
            if isinstance(line, YearsReached)
            and line.recognition in ids
            and (who is None or decision.people[line.who].id == who)
        }

    def _turn(self, time: int) -> list[Decision]:
        """Let days go by until this moment: everybody gets on each day what is due. Before the first row none went."""
        last = self.plan.local_day(time)
        first = self.plan.local_day(self._recorded) if self.rows else last
        decisions: list[Decision] = []
        for day in range(first, last + 1):
            for who in sorted(self._people):
                if is_due(self.plan, self._rehearsal.member(who), day):
                    self._recorded = max(self._recorded, day_bounds_ms(day, self.rulebook.zone)[0])
                    decisions.append(self._judge(Turned(who, day)))
        self._recorded = max(self._recorded, time)
        return decisions or [Decision()]

    def _begin(self, words: list[object]) -> None:
        """From here on these are there, too, and all rows before are counted by them."""
        new = {str(word) for word in words} & self._still_new
        self._still_new -= new
        plan = Plan(_without(self.rulebook, self._still_new)) if self._still_new else self.plan
        codes = {word.code for _, word in self.rulebook.counting_past if word.id in new}
        self.rows.extend(self._rehearsal.count_past(plan, tuple(sorted(codes)), sorted(self._people), self._recorded))
        self._positions.append(0)

    def points(self, decision: Decision, who: str | None) -> int:
        """Points that a row posted, to everyone or to one."""
        return sum(
            line.amount
            for line in decision.lines
            if isinstance(line, Posted)
            and line.currency == self.plan.points
            and (who is None or decision.people[line.who].id == who)
        )

    def held_back(self, decision: Decision, who: str | None) -> int:
        """How often a bound held back everything that a rule would have paid."""
        return sum(
            1
            for line in decision.lines
            if isinstance(line, Refused)
            and line.reason in BOUNDS
            and (who is None or (line.who >= 0 and decision.people[line.who].id == who))
        )

    def waiting(self, decision: Decision, who: str | None) -> int:
        """How many payments of a row had to wait until somebody agrees."""
        return sum(
            1
            for line in decision.lines
            if isinstance(line, Held) and (who is None or decision.people[line.who].id == who)
        )

    def badges(self, who: str | None) -> set[str]:
        """The badges granted by the rows, as `id`, `id/tier` or `id:value/tier`."""
        return {
            _badge_name(self.plan.badges[line.badge], line)
            for decision in self.all_rows
            for line in decision.lines
            if isinstance(line, BadgeGranted) and (who is None or decision.people[line.who].id == who)
        }

    def _judge_row(self, entry: AnyEntry) -> None:
        self.rows.append(self._judge(entry))
        self._positions.append(self._rehearsal.position)
        self._followed += self._rehearsal.settle(self._recorded)

    def streak(self, id_: str, who: str | None) -> int:
        """How many in a row a person has on the day of the last row."""
        state = self._rehearsal.member(who or ME)
        streak = next(streak for streak in self.rulebook.streaks if streak.id == id_)
        today = local_day(self._recorded, zone_of(self.plan, state))
        return standing_of(self.plan, streak, state, today).length

    def _judge(self, entry: AnyEntry) -> Decision:
        return self._rehearsal.judge(entry, self._recorded)

    def _moment_of(self, row: Mapping[str, object]) -> int:
        day = row.get("day", "monday")
        at = str(row.get("at", NOON))
        if isinstance(day, datetime):
            return int(day.timestamp() * 1000)
        if not isinstance(day, date):
            word = str(day).lower()
            offset = WEEKDAYS.index(word) if word in WEEKDAYS else 0
            return self._moment(date.fromordinal(FIRST_MONDAY.toordinal() + offset), at)
        return self._moment(day, at)

    def _moment(self, day: date, at: str) -> int:
        hours, _, minutes = at.partition(":")
        start = day_bounds_ms((day - EPOCH).days, self.rulebook.zone)[0]
        return start + (int(hours) * 60 + int(minutes or 0)) * MINUTE_MS

    def _value(self, value: object) -> object:
        if isinstance(value, datetime):
            return int(value.timestamp() * 1000)
        if isinstance(value, date):
            return self._moment(value, NOON)
        return value

    def _content_facts(self, facts: Mapping[str, object]) -> ContentFacts:
        published = self._value(facts["published"]) if "published" in facts else None
        topics = facts.get("topics", ())
        kind = facts.get("kind")
        return ContentFacts(
            published=published if isinstance(published, int) else None,
            topics=tuple(str(topic) for topic in topics) if isinstance(topics, list) else (),
            kind=str(kind) if kind is not None else None,
            evergreen=facts.get("evergreen") is True,
            requires_label=facts.get("requires_label") is True,
        )


def _member_facts(facts: Mapping[str, object], country: str) -> MemberFacts:
    started = facts.get("started_on")
    words = {name: str(value) for name, value in facts.items() if isinstance(value, str) and name != "started_on"}
    return MemberFacts(
        country=words.get("country", country),
        team=words.get("team"),
        department=words.get("department"),
        time_zone=words.get("time_zone"),
        language=words.get("language"),
        started_on=started.year * 12 + started.month - 1 if isinstance(started, date) else None,
        is_leader=facts.get("is_leader") is True,
        invited_by=words.get("invited_by"),
    )


def _absences(facts: Mapping[str, object]) -> list[tuple[int, int]]:
    """First and last day of each, since 1970."""
    said = facts.get("away")
    days = [(day - EPOCH).days for day in said if isinstance(day, date)] if isinstance(said, list) else []
    return list(zip(days[::2], days[1::2], strict=True))


def _badge_name(badge: Badge, line: BadgeGranted) -> str:
    name = f"{badge.id}:{line.value}" if line.value else badge.id
    if badge.repeats is not None or len(badge.tiers) == 1:
        return name
    return f"{name}/{badge.tiers[line.step].id}"
