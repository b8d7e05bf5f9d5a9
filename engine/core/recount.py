"""What the journal says was counted since a day, for weeks that are cut anew: by unit, and of people who have moved.

A member's own numbers lie in buckets of a day and fit any week. What a unit's members brought together is kept by
week alone, and an act counts for the units of its own entry: only the journal still knows it by day.
"""

from collections.abc import Iterable

import msgspec

from engine.core.entries import MemberFacts
from engine.core.journal import JournalEntry, Person
from engine.core.lines.counts import Counted
from engine.core.lines.ledger import Posted
from engine.core.lines.members import FactsSet

WEEK_DAYS = 7
DAY_MS = 86_400_000

SLACK_DAYS = 3
"""An entry was recorded so long before the day that it counts on at most: zones are 26 hours apart, clocks minutes."""

Units = tuple[str | None, str | None, str | None]


class Part(msgspec.Struct, frozen=True, gc=False):
    """What a person with these units counted for a metric (or was posted, for a currency's code) in a week."""

    person: Person
    code: int
    week: int
    amount: int


class Recount(msgspec.Struct, frozen=True):
    """All parts since a day, by member; `moved` are members whose units changed meanwhile."""

    parts: tuple[Part, ...]
    moved: frozenset[str]


def recount_key(first_day: int, codes: Iterable[int]) -> str:
    """How the recount of these metrics since this day, the first of a week, is asked for."""
    return f"r:{first_day}:{','.join(str(code) for code in sorted(set(codes)))}"


class Counting:
    """Goes through the journal, in order, and adds up."""

    def __init__(self, key: str) -> None:
        """`key` is that of `recount_key`."""
        _, first_day, codes = key.split(":")
        self._first_day = int(first_day)
        self._codes = frozenset(int(code) for code in codes.split(",") if code)
        self._amounts: dict[tuple[Person, int, int], int] = {}
        self._units: dict[str, set[Units]] = {}

    @property
    def recorded_from(self) -> int:
        """Nothing that was recorded before this moment counted on the day or later."""
        return (self._first_day - SLACK_DAYS) * DAY_MS

    def add(self, entry: JournalEntry) -> None:
        """Add what an entry counted."""
        for line in entry.lines:
            match line:
                case Counted():
                    for metric in line.metrics:
                        self._count(entry.people[line.who], metric, line.day, line.amount)
                case Posted():
                    self._count(entry.people[line.who], line.currency, line.day, line.amount)
                case FactsSet():
                    self._units.setdefault(entry.people[line.who].id, set()).add(_units(line.facts))
                case _:
                    pass

    def result(self) -> Recount:
        """What was counted so far."""
        parts = [Part(*key, amount) for key, amount in self._amounts.items()]
        parts.sort(key=lambda part: (part.person.id, part.code, part.week))
        moved = frozenset(part.person.id for part in parts if self._units[part.person.id] != {_units(part.person)})
        return Recount(tuple(parts), moved)

    def _count(self, person: Person, code: int, day: int, amount: int) -> None:
        if code not in self._codes or day < self._first_day:
            return
        key = (person, code, day - (day - self._first_day) % WEEK_DAYS)
        self._amounts[key] = self._amounts.get(key, 0) + amount
        self._units.setdefault(person.id, set()).add(_units(person))


def _units(of: MemberFacts | Person) -> Units:
    return (of.team, of.department, of.country)
