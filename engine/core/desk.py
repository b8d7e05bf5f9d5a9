"""The desk at which one entry is judged.

Every line that is written is applied at once, so that the next question (the next rule's limit, a badge's metric)
sees it.
"""

from hashlib import blake2b

from engine.core.draft import Draft
from engine.core.entries import Logged
from engine.core.evolve import Applier
from engine.core.journal import AnyLine, Decision, LevelChanged, Person, Posted, Reason, Refused
from engine.core.plan import Plan
from engine.core.states import MemberState

RAW_VALUE = 12
"""A value up to this length is its own key; a longer one is kept as a digest of the same length."""


def value_key(value: object) -> str:
    """The key under which counts per value are kept: bounded, the same for equal values."""
    text = "|".join(sorted(value)) if isinstance(value, list) else str(value)
    if len(text) <= RAW_VALUE:
        return text
    return blake2b(text.encode(), digest_size=RAW_VALUE // 2).hexdigest()


class Desk:
    """One entry, the rulebook and the draft; collects the lines of the decision."""

    def __init__(self, plan: Plan, draft: Draft, logged: Logged) -> None:
        self.plan, self.draft, self.logged = plan, draft, logged
        self.lines: list[AnyLine] = []
        self.late = False
        self._applier = Applier(plan, draft, logged.position, logged.recorded)
        self._places: dict[Person, int] = {}
        self._now: dict[str, int] = {}

    @property
    def today(self) -> int:
        """The day of the recorded time."""
        return self._applier.today

    def write(self, line: AnyLine) -> None:
        """Add a line to the decision, in force at once."""
        self.lines.append(line)
        self._applier.apply(line)

    def who(self, member: str) -> int:
        """The place of a member, with their units of now, in the entry's table of people."""
        place = self._now.get(member)
        if place is None:
            facts = self.draft.member(member).facts
            place = self.who_then(Person(member, facts.team, facts.department, facts.country))
            self._now[member] = place
        return place

    def who_then(self, person: Person) -> int:
        """The place of a person with the units that another entry says."""
        place = self._places.get(person)
        if place is None:
            place = self._places[person] = len(self._applier.people)
            self._applier.people.append(person)
        return place

    def member(self, who: int) -> MemberState:
        """The state of a person of the table."""
        return self.draft.member(self._applier.people[who].id)

    def person(self, who: int) -> Person:
        """A row of the table of people."""
        return self._applier.people[who]

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
        self.write(Refused(who, cause, reason, slot, base, percent, line, period))

    def post(self, posting: Posted) -> None:
        """Write a posting, and the change of level that it brings."""
        before = self.member(posting.who).series.get((self.plan.points, ""))
        points_before = before.total if before is not None else 0
        self.write(posting)
        if posting.currency != self.plan.points or not self.plan.levels:
            return
        level_before, level = self._level(points_before), self._level(points_before + posting.amount)
        if level != level_before:
            self.write(LevelChanged(posting.who, level, posting.amount > 0))

    def _level(self, points: int) -> int:
        reached = -1
        for level in self.plan.levels:
            if points >= level.at:
                reached = level.code
        return reached

    def finish(self) -> Decision:
        """Close the entry; the decision as data."""
        self._applier.finish()
        return Decision(people=tuple(self._applier.people), lines=tuple(self.lines), late=self.late)
