"""What must be read before an entry can be judged. Asked again after each reading, until nothing is missing."""

from engine.core.challenges import goals_of
from engine.core.close import due_closings, ended_weeks, era_due, tops_to_read
from engine.core.draft import Draft
from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    ChallengesSettled,
    Corrected,
    HistoryCounted,
    HistoryDone,
    HistoryLooked,
    Logged,
    MemberErased,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RecognitionAnswered,
    Retracted,
    Retried,
    RulebookPublished,
    Thanked,
    Turned,
    Verdict,
    VisibilityChosen,
)
from engine.core.goals import BLOCK, last_block, standing_of_member
from engine.core.holds import paid_at, waits_until
from engine.core.journal import Person
from engine.core.keys import (
    CODES,
    HOLDS,
    ORGANIZATION,
    PAST,
    UNITS,
    about_key,
    afterwards_key,
    approved_key,
    content_key,
    goal_key,
    journal_key,
    list_key,
    logged_key,
    member_key,
    retried_key,
    taken_key,
    thing_key,
    thing_keys,
    unit_key,
)
from engine.core.lines.challenges import LISTED, ChallengeCounted
from engine.core.lines.entries import EntryTaken
from engine.core.lines.ledger import Held
from engine.core.lines.refusals import Reason
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.past import act_of_before
from engine.core.past_kept import counted_afterwards
from engine.core.plan import Plan, TypePlan
from engine.core.recut import cuts_anew, recount_to_read, units_to_read
from engine.core.retract import asks_whose
from engine.core.retry import entry_to_retry, named_by
from engine.core.rulebook import THANKS
from engine.core.rules import Challenge
from engine.core.states import AboutState, CodesState, GoalState, ListState, MemberState, OrganizationState, ThingState


def needs(plan: Plan, draft: Draft, logged: Logged) -> list[str]:
    """The keys that are missing; empty when the entry can be judged."""
    if not draft.knows(ORGANIZATION):
        return [ORGANIZATION]
    asker = _Asker(plan, draft, logged)
    asker.ask_closings()
    asker.ask_entry(logged.entry)
    return list(asker.missing)


def needs_of_entry(plan: Plan, draft: Draft, logged: Logged) -> list[str]:
    """The same without what the periods need that close before the entry."""
    if not draft.knows(ORGANIZATION):
        return [ORGANIZATION]
    asker = _Asker(plan, draft, logged)
    asker.ask_entry(logged.entry)
    return list(asker.missing)


def needs_nobody_else(of_type: TypePlan, recorded: int) -> bool:
    """Whether an act of this type and time needs only its subject, their inviter, and what `own_keys` names."""
    return not of_type.pays_fields and of_type.removal is None and recorded >= of_type.challenges_close_ms


def own_keys(of_type: TypePlan, era: int, act: Act) -> list[str]:
    """What an act of this era needs beside people and earlier acts, whether it is known or not."""
    keys: list[str] = []
    content = act.data.get(of_type.content_field) if of_type.content_field is not None else None
    if isinstance(content, str):
        keys.append(content_key(content))
        if act.subject is not None:
            keys.append(about_key(era, content, act.subject))
    if act.key is not None:
        keys.extend(thing_keys(era, act.key))
    if of_type.may_wait:
        keys.append(HOLDS)
    return keys


def unit_keys(of: MemberFacts | Person) -> list[str]:
    """The units of somebody."""
    keys: list[str] = []
    if of.team is not None:
        keys.append(unit_key("teams", of.team))
    if of.department is not None:
        keys.append(unit_key("departments", of.department))
    if of.country is not None:
        keys.append(unit_key("countries", of.country))
    return keys


def era_at(plan: Plan, organization: OrganizationState, recorded: int) -> int:
    """The era in which an entry of this time is judged."""
    return organization.era + era_due(organization, plan.local_day(recorded))


class _Asker:
    def __init__(self, plan: Plan, draft: Draft, logged: Logged) -> None:
        self.plan, self.draft, self.logged = plan, draft, logged
        self.missing: dict[str, None] = {}
        self.era = era_at(plan, draft.organization(), logged.recorded)

    def ask(self, key: str) -> bool:
        """Whether the key is there; it is noted as missing if not."""
        if self.draft.knows(key):
            return True
        self.missing[key] = None
        return False

    def ask_closings(self) -> None:
        self._ask_tops(due_closings(self.plan, self.draft.organization(), self.logged.recorded))

    def _ask_tops(self, due: list[tuple[int, int]]) -> None:
        for key in tops_to_read(self.plan, due):
            if self.ask(key):
                for member, _ in self.draft.top(key).rows:
                    self.ask(member_key(member))

    def ask_entry(self, entry: AnyEntry) -> None:
        match entry:
            case Act():
                self._ask_act(entry)
            case Thanked():
                challenges = self.plan.of_type(THANKS).challenges
                self._ask_person(entry.giver, THANKS, challenges)
                if entry.receiver is not None:
                    self._ask_person(entry.receiver, None, challenges)
                self._ask_holds()
            case Retracted():
                self._ask_retracted(entry)
            case MemberSet() | MembershipChanged() | VisibilityChosen() | MemberErased() | ActiveSet():
                self.ask(UNITS)
                self.ask(member_key(entry.member))
            case Turned() | RecognitionAnswered():
                self.ask(member_key(entry.member))
            case OpeningBalance():
                self._ask_person(entry.member, None)
            case Awarded() | Corrected():
                self._ask_person(entry.member, None)
                self._ask_holds()
            case Verdict():
                self._ask_verdict(entry)
            case RulebookPublished():
                self._ask_rulebook(entry)
                if entry.past:
                    self.ask(PAST)
            case HistoryCounted():
                self._ask_counted(entry)
            case HistoryLooked():
                self.ask(member_key(entry.member))
            case HistoryDone():
                self.ask(PAST)
            case Retried():
                self._ask_retried(entry.position)
            case ChallengesSettled():
                self._ask_owed()
            case _:
                pass

    def _ask_rulebook(self, entry: RulebookPublished) -> None:
        plan, organization, recorded = self.plan, self.draft.organization(), self.logged.recorded
        if not self.ask(CODES) or not cuts_anew(organization, entry):
            return
        self._ask_tops(ended_weeks(plan, organization, recorded))
        codes = self.draft.get(CODES)
        assert isinstance(codes, CodesState)
        key = recount_to_read(plan, organization, codes.codes, entry, recorded)
        if self.ask(key):
            recount = self.draft.recount(key)
            for by, unit in units_to_read(plan, recount):
                self.ask(unit_key(by, unit))
            for member in sorted(recount.moved):
                self.ask(member_key(member))

    def _ask_retried(self, position: int) -> None:
        known = [self.ask(key) for key in (retried_key(position), journal_key(position), logged_key(position))]
        if all(known):
            entry = entry_to_retry(self.draft, position)
            if not isinstance(entry, Reason):
                self.ask_entry(entry)

    def _ask_act(self, act: Act) -> None:
        plan = self.plan.of_type(act.type)
        self._ask_people_of(act)
        for key in own_keys(plan, self.era, act):
            self.ask(key)
        content = act.data.get(plan.content_field) if plan.content_field is not None else None
        if plan.removal is not None and isinstance(content, str) and act.subject is not None:
            self._ask_about(content, act.subject)

    def _ask_people_of(self, act: Act) -> None:
        plan = self.plan.of_type(act.type)
        if act.subject is not None:
            self._ask_person(act.subject, act.type, plan.challenges)
        for field in plan.pays_fields:
            value = act.data.get(field)
            for member in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
                self._ask_person(str(member), None, plan.challenges)

    def _ask_counted(self, entry: HistoryCounted) -> None:
        position, shelves = entry.position, (self.era, self.era - 1)
        if not 0 < position < self.logged.position:
            self.ask(PAST)
            return
        for key in (PAST, afterwards_key(self.era, position), *(taken_key(shelf, position) for shelf in shelves)):
            self.ask(key)
        if not self._ask_journal_and_goals(position) or not self._ask_whose(position):
            return
        act = act_of_before(self.draft, position)
        if isinstance(act, Act):
            self._ask_people_of(act)
            content = act.data.get(self.plan.of_type(act.type).content_field or "")
            if isinstance(content, str):
                self.ask(content_key(content))
        elif act is not None:
            self._ask_person(act.giver, THANKS, self.plan.of_type(THANKS).challenges)
        if act is not None:
            self._ask_holds()

    def _ask_holds(self) -> None:
        if self.plan.rulebook.approval is not None:
            self.ask(HOLDS)

    def _ask_verdict(self, entry: Verdict) -> None:
        position = entry.position
        if self.ask(HOLDS) and waits_until(self.draft, position, self.logged.recorded):
            self._ask_whose(position)
            self._ask_journal_and_goals(position)

    def _ask_journal_and_goals(self, position: int) -> bool:
        """Whether the journal of an entry is there, once its people are asked for with what they may bring to."""
        if not self._ask_journal(position):
            return False
        journal = self.draft.journal_of(position)
        for person in journal.people if journal is not None else ():
            for goal in goals_of(self.plan.rulebook.challenges, person, self.logged.recorded):
                self._ask_goal(goal)
        return True

    def _ask_person(self, member: str, type_: str | None, challenges: tuple[Challenge, ...] = ()) -> None:
        if not self.ask(member_key(member)):
            return
        state = self.draft.get(member_key(member))
        if not isinstance(state, MemberState):
            return
        self._ask_units(state.facts)
        if challenges:
            for goal in goals_of(challenges, state.facts, self.logged.recorded):
                self._ask_goal(goal)
        inviter = state.facts.invited_by
        if type_ is not None and inviter is not None and self.plan.of_type(type_).pays_inviter:
            self._ask_person(inviter, None, challenges)

    def _ask_goal(self, goal: str) -> None:
        """A challenge, and where its list ends."""
        if self.ask(goal):
            state = self.draft.get(goal)
            if isinstance(state, GoalState) and state.listed:
                self.ask(list_key(state.shelf, goal, last_block(state)))

    def _ask_owed(self) -> None:
        """Those whom the first challenge that owes it is to reward next."""
        owed = self.draft.organization().owed
        if not owed or not self.ask(owed[0]):
            return
        self._ask_goal(owed[0])
        state = self.draft.get(owed[0])
        assert isinstance(state, GoalState)
        key = list_key(state.shelf, owed[0], state.settled // BLOCK)
        if self.ask(key):
            block = self.draft.get(key)
            for member in block.members[state.settled % BLOCK :] if isinstance(block, ListState) else ():
                self._ask_person(member, None)

    def _ask_brought(self, line: ChallengeCounted, person: Person) -> None:
        """What taking back needs of what an entry brought to a challenge that is not over."""
        challenge = self.plan.challenges.get(line.challenge)
        if challenge is None or self.logged.recorded >= challenge.closes_ms:
            return
        goal = goal_key(line.challenge, line.unit)
        self._ask_goal(goal)
        state = self.draft.get(member_key(person.id)) if self.draft.knows(member_key(person.id)) else None
        rewarded = standing_of_member(state, goal) if isinstance(state, MemberState) else 0
        if rewarded > LISTED and self.ask(journal_key(rewarded)):
            journal = self.draft.journal_of(rewarded)
            for each in journal.people if journal is not None else ():
                if each.id == person.id:
                    self._ask_units(each)

    def _ask_units(self, of: MemberFacts | Person) -> None:
        for key in unit_keys(of):
            self.ask(key)

    def _ask_retracted(self, entry: Retracted) -> None:
        if entry.key is not None:
            shelves = (self.era, self.era - 1)
            known = [self.ask(thing_key(shelf, entry.key)) for shelf in shelves]
            if all(known):
                for shelf in shelves:
                    thing = self.draft.get(thing_key(shelf, entry.key))
                    if isinstance(thing, ThingState):
                        if thing.position:
                            self._ask_target(thing.position)
                            self._ask_what_it_took(thing.position)
                            if asks_whose(entry):
                                self._ask_whose(thing.position)
                        return
        elif entry.content is not None and entry.member is not None:
            self._ask_person(entry.member, None)
            self._ask_about(entry.content, entry.member)

    def _ask_what_it_took(self, position: int) -> None:
        journal = self.draft.journal_of(position) if self.draft.knows(journal_key(position)) else None
        for line in journal.lines if journal is not None else ():
            if isinstance(line, EntryTaken):
                self._ask_target(line.position)

    def _ask_whose(self, position: int) -> bool:
        """Whether the entry is there and, where it names another, that one, too."""
        while position:
            if not self.ask(logged_key(position)):
                return False
            target = self.draft.logged(position)
            position = 0 if target is None else named_by(target)
        return True

    def _ask_about(self, content: str, member: str) -> None:
        for shelf in (self.era, self.era - 1):
            key = about_key(shelf, content, member)
            if self.ask(key):
                about = self.draft.get(key)
                for position in about.positions if isinstance(about, AboutState) else ():
                    self._ask_target(position)

    def _ask_target(self, position: int) -> None:
        for shelf in (self.era, self.era - 1):
            self.ask(taken_key(shelf, position))
        self._ask_what_it_led_to(position)
        if position < self.draft.organization().past_before:
            known = [self.ask(afterwards_key(shelf, position)) for shelf in (self.era, self.era - 1)]
            for counted in counted_afterwards(self.draft, position, self.era) if all(known) else ():
                self._ask_what_it_led_to(counted)

    def _ask_what_it_led_to(self, position: int) -> None:
        if not self._ask_journal(position):
            return
        journal = self.draft.journal_of(position)
        if journal is not None and any(isinstance(line, Held) for line in journal.lines):
            keys = (HOLDS, *(approved_key(shelf, position) for shelf in (self.era, self.era - 1)))
            known = [self.ask(key) for key in keys]
            if all(known) and (paid := paid_at(self.draft, position, self.era)):
                self._ask_journal(paid)

    def _ask_journal(self, position: int) -> bool:
        """Whether the journal of an entry is there, once its people are asked for."""
        if not self.ask(journal_key(position)):
            return False
        journal = self.draft.journal_of(position)
        for person in journal.people if journal is not None else ():
            self.ask(member_key(person.id))
            self._ask_units(person)
        if journal is not None:
            for line in journal.lines:
                if isinstance(line, ChallengeCounted):
                    self._ask_brought(line, journal.people[line.who])
        if journal is not None and any(isinstance(line, StreakActed | StreakWentOn) for line in journal.lines):
            for person in journal.people:  # what another entry brought to the same period goes from the units of now
                self._ask_person(person.id, None)
        return True
