"""The desk at which one entry is judged.

Every line that is written is applied at once, so that the next question (the next rule's limit, a badge's metric)
sees it.
"""

from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from engine.core.days import Day
from engine.core.draft import Draft
from engine.core.entries import Logged
from engine.core.evolve import Applier
from engine.core.journal import AnyLine, Decision, Person
from engine.core.lines.badges import LevelChanged
from engine.core.lines.counts import Counted, OnceUsed, SlotUse, Used
from engine.core.lines.entries import AboutNoted, KeyNoted
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.turning import YearsReached
from engine.core.membership import takes_part_at
from engine.core.memory import remember_about, remember_key
from engine.core.plan import Plan
from engine.core.ready import ReadyMetric
from engine.core.states import MemberState

RAW_VALUE: Final = 8
"""A value up to this length is its own key; a longer one is kept as a digest of the same length."""

DIGEST_BYTES: Final = RAW_VALUE * 3 // 4

_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


def value_key(value: object) -> str:
    """The key under which counts per value are kept: bounded, the same for equal values."""
    text = "|".join(sorted(value)) if isinstance(value, list) else str(value)
    if len(text) <= RAW_VALUE:
        return text
    digest = b2a_base64(blake2b(text.encode(), digest_size=DIGEST_BYTES).digest(), newline=False)
    return digest.translate(_URL_SAFE).decode("ascii")


class Desk(Applier):
    """One entry, the rulebook and the draft; collects the lines of the decision, each applied as it is written."""

    __slots__ = ("_now", "late", "lines", "logged")

    def __init__(self, plan: Plan, draft: Draft, logged: Logged) -> None:
        super().__init__(plan, draft, logged.position, logged.recorded)
        self.logged = logged
        self.lines: list[AnyLine] = []
        self.late = False
        self._now: dict[str, int] = {}

    def write(self, line: AnyLine) -> None:
        """Add a line to the decision, in force at once."""
        self.lines.append(line)
        self.apply(line)

    def count(self, who: int, metrics: tuple[ReadyMetric, ...], codes: tuple[int, ...], day: Day, amount: int) -> None:
        """Count for metrics, of these codes, that are not counted by value."""
        self.lines.append(Counted(who, day.number, amount, codes))
        self.apply_count(who, metrics, day, amount)

    def count_value(self, who: int, metric: ReadyMetric, day: Day, value: str) -> None:
        """Count one for a value of a metric."""
        self.lines.append(Counted(who, day.number, 1, (metric.code,), value))
        self.apply_value(who, metric, day, 1, value)

    def note_key(self, key: bytes, shelf: str, taken: int) -> None:
        """Remember, by the `thing_key` of now, that the entry is the event of this key; it was taken back so often."""
        self.lines.append(KeyNoted(key))
        remember_key(self.draft, shelf, self.position, taken)

    def note_about(self, content: str, who: int, about: str) -> None:
        """Remember, by their `about_key` of now, that the entry is about this content and person."""
        self.lines.append(AboutNoted(content, who))
        remember_about(self.draft, about, self.position)

    def use_once(self, line: OnceUsed) -> None:
        """Mark that a rule was paid for these values."""
        self.lines.append(line)
        self.apply_once(line)

    def use(self, who: int, points: int, slots: Sequence[SlotUse]) -> None:
        """Use up slots."""
        self.lines.append(Used(who, self.today, points, tuple(slots)))
        self.apply_use(who, points, slots, self.today)

    def who(self, member: str) -> int:
        """The place of a member, with their units of now, in the entry's table of people."""
        place = self._now.get(member)
        return self._at_desk(member, self.draft.member(member)) if place is None else place

    def _at_desk(self, member: str, state: MemberState) -> int:
        facts = state.facts
        place = self.who_then(Person(member, facts.team, facts.department, facts.country))
        self._now[member] = place
        return place

    def seat(self, person: Person) -> int:
        """The place of a person who is at the desk with these units, whatever those of now are."""
        place = self._now[person.id] = self.who_then(person)
        return place

    def who_takes_part(self, member: str, time: int) -> int | None:
        """The place of a member who takes part at this time; None, and no place, for anybody else."""
        place = self._now.get(member)
        if place is not None:
            return place if takes_part_at(self.members[place], time) else None
        state = self.draft.member(member)
        return self._at_desk(member, state) if takes_part_at(state, time) else None

    def who_then(self, person: Person) -> int:
        """The place of a person with the units that another entry says."""
        for place, known in enumerate(self.people):  # few, mostly none: quicker to go through than to hash
            if known == person:
                return place
        return self.add_person(person)

    def refuse(
        self,
        who: int,
        cause: int,
        reason: Reason,
        *,
        slot: int = -1,
        base: int = 0,
        percent: int = 100,
        line: int = -1,
        period: int = 0,
    ) -> None:
        """Remark why something did not happen."""
        self.lines.append(Refused(who, cause, reason, slot, base, percent, line, period))

    def post(self, posting: Posted) -> None:
        """Write a posting, and the change of level that it brings."""
        who, currency, amount = posting.who, posting.currency, posting.amount
        self.lines.append(posting)
        self.apply_post(who, posting.cause, currency, amount, posting.day)
        plan = self.plan
        if currency != plan.points or not plan.levels:
            return
        points = self.members[who].balances.get(currency, 0)
        level, level_before = plan.level_at(points), plan.level_at(points - amount)
        if level != level_before:
            self.write(LevelChanged(who, level, amount > 0))

    def next_to_ask(self) -> int:
        """The number of the next recognition of this entry that asks first."""
        return 1 + sum(1 for line in self.lines if isinstance(line, Recognised | YearsReached) and line.asks)

    def finish(self) -> Decision:
        """Close the entry; the decision as data."""
        self.apply_end()
        return Decision(people=tuple(self.people), lines=tuple(self.lines), late=self.late)
