"""Entries one after another, judged by the core over plain dictionaries."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.core.changes import Input, Top
from engine.core.decide import decide
from engine.core.draft import Draft
from engine.core.entries import (
    Act,
    AnyEntry,
    Logged,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    RulebookPublished,
    VisibilityChosen,
    encode_entry,
)
from engine.core.evolve import evolve
from engine.core.journal import Decision, JournalEntry
from engine.core.keys import member_key
from engine.core.lines.ledger import Posted
from engine.core.needs import needs
from engine.core.numbers import value_in
from engine.core.plan import KINDS, Plan
from engine.core.questions import Value
from engine.core.states import MemberState, OrganizationState, State
from engine.core.stored import decode_state
from engine.core.windows import Window
from tests.core.programme import plan as small_plan

HELSINKI = ZoneInfo("Europe/Helsinki")


def at(words: str) -> int:
    """Milliseconds of a moment in Helsinki, written like 2026-11-23 09:12."""
    return int(datetime.fromisoformat(words).replace(tzinfo=HELSINKI).timestamp() * 1000)


class History:
    """A log that is judged as it grows. It begins with the rulebook's publication."""

    def __init__(self, plan: Plan | None = None, *, begins: str = "2026-11-23 08:00") -> None:
        self.plan = plan if plan is not None else small_plan()
        self.states: dict[str, State | None] = {}
        self.logged: list[Logged] = []
        self.decisions: list[Decision] = []
        self.recorded = at(begins)
        self.add(RulebookPublished(self.plan.rulebook.digest, (), self.plan.rulebook.zone, 0, 45))

    def add(self, entry: AnyEntry, recorded: int | None = None) -> Decision:
        """Append an entry and judge it."""
        self.recorded = max(self.recorded, recorded if recorded is not None else self.recorded)
        logged = Logged(position=len(self.logged) + 1, recorded=self.recorded, entry=entry, payload=encode_entry(entry))
        inputs: dict[str, Input] = {}
        while missing := needs(self.plan, Draft(self.states, inputs), logged):
            for key in missing:
                self._read(key, inputs)
        decision = decide(self.plan, self.states, inputs, logged)
        self.states = evolve(self.plan, self.states, (logged.position, logged.recorded), decision)
        self.logged.append(logged)
        self.decisions.append(decision)
        return decision

    def join(self, *members: str, team: str | None = None, shown: bool = True) -> None:
        """Members who are known, have joined, and are shown on boards."""
        for member in members:
            self.add(MemberSet(member, MemberFacts(country="FI", team=team)))
            self.add(MembershipChanged(member, "join", self.recorded))
            if shown:
                self.add(VisibilityChosen(member, boards=True, wall=True, badges=True))

    def share(
        self,
        member: str = "anna",
        when: str | None = None,
        *,
        key: bytes | None = None,
        recorded: str | None = None,
        **data: Value,
    ) -> Decision:
        """A share in own words on LinkedIn; it comes in as it happens unless `recorded` says otherwise."""
        time = at(when) if when is not None else self.recorded
        fields: dict[str, Value] = {"channel": "linkedin", "own_words": True, "topics": [], **data}
        came = at(recorded) if recorded is not None else time
        return self.add(Act("content.shared", time, "hub", member, fields, key), came)

    def member(self, member: str = "anna") -> MemberState:
        """A member's state."""
        state = self.states[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    def points(self, member: str = "anna") -> int:
        """The balance of points."""
        return self.member(member).balances.get(self.plan.points, 0)

    def paid(self, decision: Decision) -> int:
        """Points that a decision posted."""
        return sum(
            line.amount for line in decision.lines if isinstance(line, Posted) and line.currency == self.plan.points
        )

    def open_week(self) -> int:
        """The first week that is not closed."""
        organization = self.states["o"]
        assert isinstance(organization, OrganizationState)
        return organization.open_from[1]

    def journal_of(self, position: int) -> JournalEntry:
        """The journal of an entry, without its place in the chain."""
        decision = self.decisions[position - 1]
        return JournalEntry(
            self.plan.rulebook.digest, b"", b"", people=decision.people, lines=decision.lines, late=decision.late
        )

    def _read(self, key: str, inputs: dict[str, Input]) -> None:
        match key[:2]:
            case "j:":
                inputs[key] = self.journal_of(int(key[2:]))
            case "e:":
                inputs[key] = self.logged[int(key[2:]) - 1]
            case "t:":
                inputs[key] = self._top(key)
            case _:
                self.states[key] = decode_state(key, None)

    def _top(self, key: str) -> Top:
        _, _, kind, period = key.split(":")
        window = Window(str(KINDS[int(kind)]))  # type: ignore[arg-type]  # every kind is a window's
        rows = [
            (name[2:], value_in(state, self.plan.rulebook.points, window, int(period), 0))
            for name, state in self.states.items()
            if isinstance(state, MemberState) and state.boards_shown and not state.erased
        ]
        return Top(tuple(sorted((row for row in rows if row[1] > 0), key=lambda row: (-row[1], row[0]))[:100]))
