"""A history of its own, judged by the real core over nothing: for examples of rule files, and for trying an event.

It knows no member, content or entry but those that were rehearsed. Pure: nothing is read or written.
"""

from collections.abc import Iterable

from engine.core.changes import Input, Top
from engine.core.decide import decide
from engine.core.draft import Draft
from engine.core.entries import (
    AnyEntry,
    ChallengesSettled,
    HistoryCounted,
    HistoryDone,
    HistoryLooked,
    Logged,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    RulebookPublished,
    Tick,
    encode_entry,
)
from engine.core.evolve import evolve
from engine.core.journal import Decision, JournalEntry
from engine.core.keys import ORGANIZATION, PAST, member_key
from engine.core.lines.past import PastBegan
from engine.core.needs import needs
from engine.core.plan import Plan
from engine.core.states import MemberState, OrganizationState, State
from engine.core.stored import decode_state


class Rehearsal:
    """Entries one after the other, judged by one plan; the first is that plan's publication."""

    def __init__(self, plan: Plan, recorded: int) -> None:
        self.plan = plan
        self._logged: list[Logged] = []
        self._decisions: list[Decision] = []
        self._states: dict[str, State | None] = {}
        book = plan.rulebook
        self.judge(RulebookPublished(book.digest, (), book.zone, book.week_starts, book.days_back), recorded)

    def join(self, member: str, facts: MemberFacts, recorded: int) -> None:
        """Make a member known who takes part from then on."""
        self.judge(MemberSet(member, facts), recorded)
        self.judge(MembershipChanged(member, "join", recorded), recorded)

    @property
    def position(self) -> int:
        """The place of the entry that was judged last."""
        return len(self._logged)

    def settle(self, recorded: int) -> list[Decision]:
        """What follows from challenges by itself, until nobody is owed anything."""
        found: list[Decision] = []
        while self._is_owed():
            found.append(self.judge(ChallengesSettled(), recorded))
        return found

    def count_past(self, plan: Plan, codes: tuple[int, ...], members: Iterable[str], recorded: int) -> list[Decision]:
        """Go on by a plan in which these codes are new, and count by them what happened before; what came of it."""
        self.plan = plan
        publication = len(self._logged) + 1
        logged = Logged(position=publication, recorded=recorded, entry=Tick(), payload=b"")
        began = Decision(lines=(PastBegan(told=False, codes=codes),))
        self._logged.append(logged)
        self._states.setdefault(PAST, decode_state(PAST, None))
        self._keep(logged, began)
        entries: list[AnyEntry] = []
        entries += [HistoryCounted(publication, told=False, position=n, codes=codes) for n in range(1, publication)]
        entries += [HistoryLooked(publication, told=False, member=member, codes=codes) for member in members]
        return [self.judge(entry, recorded) for entry in (*entries, HistoryDone(publication, told=False))]

    def member(self, member: str) -> MemberState:
        """What is known of a member who was rehearsed, to look at."""
        state = self._states[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    def judge(self, entry: AnyEntry, recorded: int) -> Decision:
        """What the entry leads to after all those before."""
        position = len(self._decisions) + 1
        logged = Logged(position=position, recorded=recorded, entry=entry, payload=encode_entry(entry))
        self._logged.append(logged)
        inputs: dict[str, Input] = {}
        while missing := needs(self.plan, Draft(self._states, inputs), logged):
            for key in missing:
                if key.startswith("j:"):
                    inputs[key] = journal_of(self._decisions[int(key[2:]) - 1])
                elif key.startswith("e:"):
                    inputs[key] = self._logged[int(key[2:]) - 1]
                elif key.startswith("t:"):
                    inputs[key] = Top(())
                else:
                    self._states[key] = decode_state(key, None)
        decision = decide(self.plan, self._states, inputs, logged)
        self._keep(logged, decision)
        return decision

    def _keep(self, logged: Logged, decision: Decision) -> None:
        self._states = evolve(self.plan, self._states, (logged.position, logged.recorded), decision)
        self._decisions.append(decision)

    def _is_owed(self) -> bool:
        organization = self._states[ORGANIZATION]
        assert isinstance(organization, OrganizationState)
        return bool(organization.owed)


def journal_of(decision: Decision) -> JournalEntry:
    """The decision as the journal would hold it, outside of any chain."""
    return JournalEntry(b"", b"", b"", decision.people, decision.lines, late=decision.late)
