"""Trying an event: what the rules would make of it for somebody made up. Nothing is stored, nothing of anybody read.

The door offers the event as it would be appended, with people who exist for this one event: each name is somebody who
joined on the day of the act, has no history and no team, and lives in the organization's country. So the answer says
nothing of anybody who is known, and it is the same whoever that is.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.core.admission import People
from engine.core.entries import AnyEntry, MemberFacts, decode_entry
from engine.core.journal import Decision
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.ledger import Posted
from engine.core.periods import day_bounds_ms, local_day
from engine.core.plan import Plan
from engine.core.receipts.receipt import Beside, Speaker
from engine.core.receipts.words import Language
from engine.core.rehearsal import Rehearsal, journal_of
from engine.core.rulebook import POINTS, Rulebook
from engine.run.door import Door
from engine.run.errors import HistoryNotOpen
from engine.run.newest import NewestRulebook
from engine.run.outcomes import Outcome, Sender, When
from engine.run.people import look_up, normalized
from engine.sources.events import IncomingEvent, RefusedEvent
from engine.store.arrivals import Arrivals
from engine.store.log import Log

SUBJECT = "0"


class TriedBadge(msgspec.Struct, frozen=True, kw_only=True):
    """A badge that would be granted."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Annotated[str, Meta(description="With its tier, in the language of the reader")]
    value: Annotated[str, Meta(description="The topic or the like that it is for; empty where there is none")]


class TriedShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one person would get."""

    subject: Annotated[str, Meta(description="Their name, as it was sent")]
    points: Annotated[int, Meta(description="The points that would be paid")]
    balances: Annotated[dict[str, int], Meta(description="What would be paid, by the id of the currency")]
    badges: Annotated[tuple[TriedBadge, ...], Meta(description="The badges that would be granted")]
    lines: Annotated[tuple[str, ...], Meta(description="The lines of the receipt, in words")]


class Tried(TriedShare, frozen=True, kw_only=True):
    """What an event would lead to."""

    id: Annotated[str, Meta(description="The event's own id")]
    others: Annotated[
        tuple[TriedShare, ...], Meta(description="People whom it names, or who invited, and what they would get")
    ]


class Trying:
    """See the module."""

    def __init__(self, *, arrivals: Arrivals, newest: NewestRulebook, door: Door, log: Log) -> None:
        self._arrivals, self._newest, self._door, self._log = arrivals, newest, door, log
        self._plan: Plan | None = None

    async def rulebook(self, when: When) -> Rulebook:
        """The newest rulebook, by which the door would take an event now.

        Raises:
            HistoryNotOpen: A recorded time was said, but none may be said.
        """
        if when.said and not (await self._log.door()).history:
            raise HistoryNotOpen
        return (await look_up(self._arrivals, self._newest, lambda _: ()))[0]

    async def judge(
        self,
        rulebook: Rulebook,
        items: Sequence[tuple[IncomingEvent | RefusedEvent, Sender, MemberFacts]],
        when: When,
        language: Language,
    ) -> list[Tried | Outcome]:
        """What each event would lead to, by itself; or why it would not be taken, as the door says it."""
        if self._plan is None or self._plan.rulebook is not rulebook:
            self._plan = Plan(rulebook)
        speaker = Speaker(self._plan, language)
        tried: list[Tried | Outcome] = []
        for item, sender, facts in items:
            tried.append(self._try(speaker, item, sender, facts, when))
            # A thousand events take a second: others get their turn in between.
            await asyncio.sleep(0)
        return tried

    def _try(
        self, speaker: Speaker, item: IncomingEvent | RefusedEvent, sender: Sender, facts: MemberFacts, when: When
    ) -> Tried | Outcome:
        cast = _Cast()
        offered = self._door.offer(item, sender, speaker.plan.rulebook, cast.people(item), when)
        if isinstance(offered, Outcome) or not isinstance(item, IncomingEvent) or item.subject is None:
            assert isinstance(offered, Outcome), "the door takes no event without a subject"
            return offered
        entry = decode_entry(1, when.ms, offered.payload).entry
        inviter = None if facts.invited_by is None else cast.resolve(facts.invited_by)
        decision = self._rehearse(
            speaker.plan, entry, cast, msgspec.structs.replace(facts, invited_by=inviter), item, when
        )
        mine, *others = (
            _share(speaker, decision, entry, id_, cast.names, when)
            for id_ in cast.names
            if id_ == SUBJECT or any(person.id == id_ for person in decision.people)
        )
        return Tried(id=item.id, others=tuple(others), **msgspec.structs.asdict(mine))

    def _rehearse(
        self, plan: Plan, entry: AnyEntry, cast: "_Cast", facts: MemberFacts, item: IncomingEvent, when: When
    ) -> Decision:
        """Everybody joins as the day of the act begins; periods that have ended since then are closed."""
        book = plan.rulebook
        act_ms = when.ms if item.time is None else item.time.utc_ms
        day_begins, _ = day_bounds_ms(local_day(act_ms, book.zone), book.zone)
        begins = min(day_begins, when.ms)
        rehearsal = Rehearsal(plan, begins)
        for id_ in cast.names:
            rehearsal.join(id_, facts if id_ == SUBJECT else MemberFacts(country=book.country), begins)
        return rehearsal.judge(entry, when.ms)


class _Cast:
    """The people of one event: each name is somebody, two spellings of an alias are one."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def people(self, item: IncomingEvent | RefusedEvent) -> People:
        """Those whom the event names; the subject comes first."""
        if isinstance(item, IncomingEvent) and item.subject is not None:
            self.resolve(item.subject)
        return People(self.resolve, lambda _, __: True)

    def resolve(self, name: str) -> str:
        """The made-up member of this name."""
        id_ = self._ids.setdefault(normalized(name), str(len(self._ids)))
        self.names.setdefault(id_, name)
        return id_


def _share(
    speaker: Speaker, decision: Decision, entry: AnyEntry, member: str, names: Mapping[str, str], when: When
) -> TriedShare:
    plan = speaker.plan
    receipt = speaker.receipt(member, (1, when.ms), entry, journal_of(decision), Beside(names=names))
    mine = {who for who, person in enumerate(decision.people) if person.id == member}
    amounts: Counter[int] = Counter()
    badges: list[TriedBadge] = []
    for line in decision.lines:
        match line:
            case Posted() if line.who in mine:
                amounts[line.currency] += line.amount
            case BadgeGranted() if line.who in mine:
                id_ = plan.badges[line.badge].id
                badges.append(TriedBadge(id=id_, title=speaker.badge_title(line), value=line.value))
            case _:
                pass
    others = {each.id: amounts[each.code] for each in plan.rulebook.currencies if amounts[each.code]}
    return TriedShare(
        subject=names[member],
        points=receipt.points,
        balances={POINTS: receipt.points, **others},
        badges=tuple(badges),
        lines=receipt.sentences,
    )
