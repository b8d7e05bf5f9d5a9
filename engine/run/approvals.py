"""What waits until somebody agrees: which there is, and deciding about it, once, never about one's own.

What waits is a state of the core; whose it is and for what stands in the journal and the log. A verdict is an entry of
its own. The core looks at everything again when its turn comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from engine.core.entries import Act, AnyEntry, Awarded, Thanked, Verdict
from engine.core.journal import JournalEntry
from engine.core.keys import HOLDS, ORGANIZATION
from engine.core.lines.ledger import Held
from engine.core.receipts.speech import Speech
from engine.core.receipts.types import type_of
from engine.core.receipts.words import Language
from engine.core.rules import Approval
from engine.core.states import HoldsState, OrganizationState
from engine.core.verdicts import held_in, is_their_own
from engine.run.errors import DecidedBefore, Lapsed, NothingWaits, NotTheApprover, OtherContent, OwnApproval
from engine.run.logged import judged_at
from engine.run.outcomes import When
from engine.run.plans import PlanSource
from engine.run.recorder import Once, Recorder
from engine.store.directory import Directory, Role, TextRecord
from engine.store.ledger import Ledger
from engine.store.log import Row
from engine.store.states import StateReader


class WaitingPayment(msgspec.Struct, frozen=True, kw_only=True):
    """So many points for one person, by what they are for."""

    member: str
    title: str
    points: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry has waiting. `giver` is a member, `given_by` a token that gave an award."""

    position: int
    type: str
    giver: str | None
    given_by: str | None
    since: int
    until: int
    payments: tuple[WaitingPayment, ...]


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decides: the token by the first digits of its digest, and the member for whom it speaks, if any."""

    verdict: Literal["approve", "decline"]
    reason: str | None
    by: str
    role: Role
    decider: str | None


class Approvals:
    """See the module."""

    def __init__(
        self, *, ledger: Ledger, reader: StateReader, recorder: Recorder, plans: PlanSource, directory: Directory
    ) -> None:
        self._ledger, self._reader, self._recorder = ledger, reader, recorder
        self._plans, self._directory = plans, directory

    async def page(self, language: Language, now: int, *, after: int, count: int) -> tuple[list[Waiting], int | None]:
        """What waits after a position, of at most `count` entries, the oldest first; and the last of them, if more do.

        What would go to somebody who was erased meanwhile is left out.
        """
        until, now = await self._holds(now)
        open_ = sorted(position for position, end in until.items() if end > now and position > after)
        shown = open_[:count]
        journal, logged = await self._ledger.entries(shown), await judged_at(self._reader, shown)
        plans = {digest: await self._plans.of(digest) for digest in {entry.rulebook for entry in journal.values()}}
        speeches = {digest: Speech(plan, language) for digest, plan in plans.items()}
        erased = await self._erased(journal.values())
        found = [
            Waiting(
                position=at,
                type=type_of(logged[at].entry),
                giver=_giver(logged[at].entry),
                given_by=_token(logged[at].entry),
                since=logged[at].recorded,
                until=until[at],
                payments=payments,
            )
            for at in shown
            if (payments := _payments(journal[at], speeches[journal[at].rulebook], erased))
        ]
        return found, shown[-1] if len(open_) > count else None

    async def decide(self, position: int, ruling: Ruling, text: str | None, when: When) -> int:
        """Append the verdict on what this entry has waiting; its position. `text` is the key of the reason.

        Raises:
            NothingWaits, DecidedBefore, Lapsed, NotTheApprover, OwnApproval, LogFull: Nothing was changed.
            StoreUnavailable: With the outcome unknown, look at what waits, then decide what still does.
        """
        journal = await self._ledger.entry(position)
        held = [] if journal is None else held_in(journal)
        if journal is None or not held:
            raise NothingWaits(position=position)
        holds, _ = await self._holds(when.ms)
        until = holds.get(position, 0)
        if until <= 0:
            raise DecidedBefore(position=position)
        if until <= when.ms:
            raise Lapsed(position=position)
        entry = (await judged_at(self._reader, [position]))[position].entry
        receivers = [journal.people[line.who].id for line in held]
        verdict = Verdict(position, ruling.verdict, when.ms, ruling.by, ruling.decider, text)
        self._refuse(verdict, ruling, entry, receivers, (await self._plans.in_force({})).rulebook.approval)
        rows: tuple[Row, ...] = ()
        if text is not None and ruling.reason is not None:
            record = TextRecord(text=ruling.reason, member=receivers[0], created=when.ms)
            rows = (self._directory.text_row(text, record),)
        # By the position alone: whoever is second, with whatever verdict, is told so.
        once = Once(speaker="sulka.approval", id=str(position), content=ruling)
        try:
            appended = await self._recorder.append(verdict, when, rows=rows, once=once)
        except OtherContent:
            raise DecidedBefore(position=position) from None
        return appended.position

    def _refuse(
        self, verdict: Verdict, ruling: Ruling, entry: AnyEntry, receivers: Sequence[str], approval: Approval | None
    ) -> None:
        if approval is not None and approval.approver == "admin" and ruling.role != "admin":
            raise NotTheApprover
        if is_their_own(verdict, entry, list(receivers), approval):
            raise OwnApproval(position=verdict.position)

    async def _holds(self, now: int) -> tuple[Mapping[int, int], int]:
        """What waits, up to when; and what time it is, which while history is told is that of the last entry."""
        found = await self._reader.read([HOLDS, ORGANIZATION])
        holds, organization = found[HOLDS], found[ORGANIZATION]
        assert isinstance(holds, HoldsState)
        assert isinstance(organization, OrganizationState)
        return holds.until, organization.recorded if organization.history else now

    async def _erased(self, entries: Iterable[JournalEntry]) -> set[str]:
        members = {entry.people[line.who].id for entry in entries for line in held_in(entry)}
        rows = await self._directory.memberships(sorted(members))
        return {member for member, row in rows.items() if row.erased}


def _payments(journal: JournalEntry, speech: Speech, erased: set[str]) -> tuple[WaitingPayment, ...]:
    return tuple(
        WaitingPayment(member=member, title=speech.title(line.cause), points=line.amount)
        for line in held_in(journal)
        if (member := _member(journal, line)) not in erased
    )


def _member(journal: JournalEntry, line: Held) -> str:
    return journal.people[line.who].id


def _giver(entry: AnyEntry) -> str | None:
    match entry:
        case Thanked():
            return entry.giver
        case Act():
            return entry.subject
        case Awarded():
            return entry.by_member
        case _:
            return None


def _token(entry: AnyEntry) -> str | None:
    return entry.by or None if isinstance(entry, Awarded) else None
