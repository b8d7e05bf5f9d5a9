"""Counting what happened before a metric, rule or badge was new: once for each act, by what was new alone.

An act is counted on its own day, for the units that its journal names; of everything else the facts are those of now,
and so are the numbers of metrics that a condition asks for. Acts that counted for nothing then, that were taken back,
or whose people take no part at their time any more, count for nothing here.
"""

from typing import Final

from engine.core.acts import count_metrics, pay_rule
from engine.core.badges import PersonFacts, grant_badges
from engine.core.challenges import bring_to_challenges
from engine.core.desk import Desk
from engine.core.draft import Draft
from engine.core.entries import (
    Act,
    HistoryCounted,
    HistoryDone,
    HistoryLooked,
    Retried,
    RulebookPublished,
    Thanked,
)
from engine.core.facts import ActFacts
from engine.core.journal import JournalEntry, Person
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.past import PastBegan, PastCounted, PastDone, PastLooked
from engine.core.lines.refusals import Reason, Refused
from engine.core.membership import takes_part_at
from engine.core.memory import times_taken
from engine.core.past_badges import reached_steps
from engine.core.past_kept import MOST_WORKS, work_for, works_of
from engine.core.plan import TypePlan
from engine.core.questions import Value
from engine.core.rulebook import THANKS
from engine.core.states import MemberState

COUNTED_FOR_NOTHING: Final = frozenset(
    {Reason.NOT_TAKING_PART, Reason.KEY_AGAIN, Reason.TAKEN_BACK_BEFORE, Reason.TOO_MANY_ABOUT}
)
"""Refusals, without a cause, of an act as a whole."""

UNITS: Final = frozenset({"team", "department", "country"})
"""Facts that a journal says of then."""


class PastFacts(ActFacts):
    """The facts of an act of before, by what was new; its subject has the units of then."""

    __slots__ = ("_then",)

    def __init__(
        self, desk: Desk, act: Act | Thanked, part: TypePlan, who: int, known: tuple[Person, MemberState] | None = None
    ) -> None:
        """`who` is the subject's place; `known` is what is known of them, where they have none (yet)."""
        super().__init__(desk, type_of_act(act), act.time, data_of(act), who)
        self.plan = part
        self._then = desk.people[who] if who >= 0 else None
        if known is not None:
            self._then, self.member = known

    def member_fact(self, name: str) -> Value | None:
        """A fact of the subject."""
        if name in UNITS and self._then is not None:
            value: Value | None = getattr(self._then, name)
            return value
        return super().member_fact(name)


def begin_past(desk: Desk, entry: RulebookPublished, known: dict[str, int], fresh: dict[str, int]) -> None:
    """Note which of the names that are new count what happened before; a name with another past is not new."""
    before = frozenset(known.values())
    for told in (False, True):
        names = [name for name, tells in entry.past if tells == told and name in fresh]
        codes = sorted(fresh[name] for name in names if fresh[name] not in before)
        if not codes:
            continue
        if len(works_of(desk.draft)) >= MOST_WORKS:
            desk.refuse(-1, -1, Reason.TOO_MUCH_PAST)
            continue
        desk.write(PastBegan(told, tuple(codes)))


def judge_counted(desk: Desk, entry: HistoryCounted) -> None:
    """Count an act of before. They come in order, so one that does not was counted already."""
    position = entry.position
    work = work_for(desk.draft, entry.publication, told=entry.told)
    is_next = work is not None and work.reached < position < entry.publication
    is_retried = isinstance(desk.logged.entry, Retried) and 0 < position < desk.logged.position
    if not is_next and not is_retried:
        desk.refuse(-1, -1, Reason.COUNTED_BEFORE)
        return
    journal, act = desk.draft.journal_of(position), act_of_before(desk.draft, position)
    counts = journal is not None and not _counted_for_nothing(journal) and not times_taken(desk.draft, position)
    part = desk.plan.part_of_type(type_of_act(act), entry.codes) if act is not None and counts else None
    if journal is None or act is None or part is None:
        desk.write(PastCounted(entry.publication, entry.told, position))
        return
    who = _seat_subject(desk, act, part, journal)
    desk.write(PastCounted(entry.publication, entry.told, position, who))
    if who >= 0 or subject_of(act) is None:
        _count(PastFacts(desk, act, part, who))


def judge_looked(desk: Desk, entry: HistoryLooked) -> None:
    """Grant the badges that are due; where none is, the member has not even a place in the entry."""
    member, plan = entry.member, desk.plan
    if desk.draft.member(member).erased:
        return
    due = [
        step
        for step in reached_steps(plan, desk.draft.member(member), entry.codes, desk.today)
        if step.badge.condition is None or step.badge.condition.holds(PersonFacts(desk, member, step.day))
    ]
    if not due:
        return
    desk.write(PastLooked(entry.publication, entry.told))
    who = desk.who(member)
    for step in due:
        desk.write(BadgeGranted(who, step.badge.badge.code, step.step, step.day, step.value))


def judge_done(desk: Desk, entry: HistoryDone) -> None:
    """The work is over, once."""
    if work_for(desk.draft, entry.publication, told=entry.told) is not None:
        desk.write(PastDone(entry.publication, entry.told))


def act_of_before(draft: Draft, position: int) -> Act | Thanked | None:
    """The act or thanks at a position, or that was tried again there; what counts another afterwards is none itself."""
    logged = draft.logged(position)
    if logged is not None and isinstance(logged.entry, Retried) and 0 < logged.entry.position < position:
        logged = draft.logged(logged.entry.position)
    entry = None if logged is None else logged.entry
    return entry if isinstance(entry, Act | Thanked) else None


def type_of_act(act: Act | Thanked) -> str:
    """The type under which metrics and rules see it."""
    return act.type if isinstance(act, Act) else THANKS


def subject_of(act: Act | Thanked) -> str | None:
    """Who did it."""
    return act.subject if isinstance(act, Act) else act.giver


def data_of(act: Act | Thanked) -> dict[str, Value]:
    """What conditions can ask of it."""
    if isinstance(act, Act):
        return act.data
    return {} if act.receiver is None else {"receiver": act.receiver}


def _counted_for_nothing(journal: JournalEntry) -> bool:
    return journal.aside or any(
        isinstance(line, Refused) and line.cause < 0 and line.reason in COUNTED_FOR_NOTHING for line in journal.lines
    )


def _seat_subject(desk: Desk, act: Act | Thanked, part: TypePlan, journal: JournalEntry) -> int:
    """The place of who acted, with the units of then; -1, and no place, where what was new brings them nothing."""
    subject = subject_of(act)
    if subject is None:
        return -1
    then = next((person for person in journal.people if person.id == subject), None)
    state = desk.draft.member(subject)
    if then is None or not takes_part_at(state, act.time):
        return -1
    return desk.seat(then) if _may_bring(PastFacts(desk, act, part, -1, (then, state))) else -1


def _count(facts: PastFacts) -> None:
    """Count, pay and grant by what was new."""
    desk, who = facts.desk, facts.subject
    counted = count_metrics(facts) if who >= 0 else []
    for ready in facts.plan.rules.candidates(facts):
        if ready.condition is None or ready.condition.holds(facts):
            pay_rule(facts, ready.rule)
    if who >= 0:
        grant_badges(desk, facts.day, who, counted)
    if desk.recorded < facts.plan.challenges_close_ms:
        bring_to_challenges(desk)


def _may_bring(facts: PastFacts) -> bool:
    """Whether any metric counts the act or, where none does, any rule's condition holds."""
    counting = facts.plan.metrics.counting(facts)
    return bool(counting.ones or counting.others) or any(
        ready.condition is None or ready.condition.holds(facts) for ready in facts.plan.rules.candidates(facts)
    )
