"""Deciding a batch: entries in, one draft's changes and the journal's bytes out, nothing written yet."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from engine.core.close import due_closings
from engine.core.decide import judge
from engine.core.draft import Changes, Draft, Input
from engine.core.entries import Logged, RulebookPublished
from engine.core.journal import (
    Decision,
    JournalEntry,
    chain_digest,
    encode_journal,
    log_digest,
)
from engine.core.needs import needs
from engine.core.plan import Plan
from engine.core.states import State

Reader = Callable[[list[str]], Awaitable[tuple[dict[str, State | None], dict[str, Input]]]]
"""Reads states and inputs by their keys."""


PREFETCH_ROUNDS = 3
"""A person leads to their units or inviter, a retraction to its entry: each takes a round."""

NOT_PREFETCHED = ("t:", "j:", "e:")
"""Boards, journals and entries may change with the entries before in the same batch."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that has been decided: positions `first` to `last`, ready to be committed on top of `first - 1`."""

    first: int
    last: int
    tail: bytes
    changes: Changes
    journal: dict[int, bytes]
    decisions: dict[int, Decision]
    asides: dict[int, str]
    recorded: int


class JudgementFailed(Exception):
    """A bug of ours: this entry could not be judged. It has to go aside."""

    def __init__(self, position: int, cause: BaseException) -> None:
        self.position, self.cause = position, cause
        super().__init__(f"entry {position} could not be judged: {type(cause).__name__}")


class Desks:
    """What is in memory between batches: states as the last batch left them, and the journal of what is in flight."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.states: dict[str, State | None] = {}
        self.journal: dict[int, JournalEntry] = {}

    def forget(self) -> None:
        """Throw everything away: what is on disk counts."""
        self.states.clear()
        self.journal.clear()

    def trim(self) -> None:
        """Called when nothing is in flight: keep memory bounded."""
        self.journal.clear()
        if len(self.states) > self._most:
            self.states.clear()


class BatchDecider:
    """Decides entries in order on top of what is in memory."""

    def __init__(self, desks: Desks, read: Reader) -> None:
        self._desks, self._read = desks, read

    async def decide(
        self, plan: Plan, entries: list[Logged], tail: bytes, *, settled: bool, aside: Mapping[int, str]
    ) -> Decided | None:
        """Decide as many of the entries as one batch may hold; None when the first has to wait for what is in flight.

        A batch ends before an entry that closes periods (it has to see on disk what was decided before it, so it is
        the first of its batch, and waits until everything is `settled` if it reads boards), and after a rulebook.

        Raises:
            JudgementFailed: One entry can't be judged; nothing of the batch is kept.
        """
        draft = Draft(self._desks.states, {})
        decided: dict[int, Decision] = {}
        journal: dict[int, bytes] = {}
        asides: dict[int, str] = {}
        inputs: dict[str, Input] = {}
        draft.inputs = inputs
        await self._prefetch(plan, draft, inputs, entries)
        for logged in entries:
            if decided and self._closes(plan, draft, logged):
                break
            if not await self._fill(plan, draft, inputs, logged, may_read_boards=settled and not decided):
                break
            decision, entry_aside = self._judge(plan, draft, logged, aside)
            if entry_aside is not None:
                asides[logged.position] = entry_aside
            encoded = encode_journal(
                JournalEntry(
                    rulebook=plan.rulebook.digest,
                    log_digest=log_digest(logged.position, logged.recorded, logged.payload),
                    previous=tail,
                    people=decision.people,
                    lines=decision.lines,
                    late=decision.late,
                    aside=entry_aside is not None,
                )
            )
            tail = chain_digest(encoded)
            journal[logged.position], decided[logged.position] = encoded, decision
            inputs[f"j:{logged.position}"] = self._remember(logged.position, plan, decision)
            if isinstance(logged.entry, RulebookPublished):
                break
        if not decided:
            return None
        changes = draft.take_changes()
        self._desks.states.update(changes.states)
        last = max(decided)
        return Decided(
            first=min(decided),
            last=last,
            tail=tail,
            changes=changes,
            journal=journal,
            decisions=decided,
            asides=asides,
            recorded=next(logged.recorded for logged in entries if logged.position == last),
        )

    def _closes(self, plan: Plan, draft: Draft, logged: Logged) -> bool:
        """Whether periods close before this entry: it then begins a batch, for the store to freeze their boards."""
        return bool(due_closings(plan, draft.organization(), logged.recorded))

    def _judge(self, plan: Plan, draft: Draft, logged: Logged, aside: Mapping[int, str]) -> tuple[Decision, str | None]:
        if logged.position in aside:
            return Decision(), aside[logged.position]
        try:
            return judge(plan, draft, logged), None
        except Exception as error:
            raise JudgementFailed(logged.position, error) from error

    def _remember(self, position: int, plan: Plan, decision: Decision) -> JournalEntry:
        entry = JournalEntry(
            rulebook=plan.rulebook.digest, log_digest=b"", previous=b"", people=decision.people, lines=decision.lines
        )
        self._desks.journal[position] = entry
        return entry

    async def _prefetch(self, plan: Plan, draft: Draft, inputs: dict[str, Input], entries: list[Logged]) -> None:
        """Read what all entries need together: one round trip for a batch, where each entry alone would take some.

        What an entry needs only because of one before it is read when its turn comes.
        """
        asking = entries
        for _ in range(PREFETCH_ROUNDS):
            wanted: dict[str, None] = {}
            unsatisfied: list[Logged] = []
            for logged in asking:
                missing = [key for key in needs(plan, draft, logged) if not key.startswith(NOT_PREFETCHED)]
                if missing:
                    unsatisfied.append(logged)
                    wanted.update(dict.fromkeys(missing))
            if not wanted:
                return
            await self._read_into(inputs, list(wanted))
            asking = unsatisfied

    async def _read_into(self, inputs: dict[str, Input], missing: list[str]) -> None:
        wanted: list[str] = []
        for key in missing:
            in_flight = self._desks.journal.get(int(key[2:])) if key.startswith("j:") else None
            if in_flight is not None:
                inputs[key] = in_flight
            else:
                wanted.append(key)
        if wanted:
            states, found = await self._read(wanted)
            self._desks.states.update(states)
            inputs.update(found)

    async def _fill(
        self, plan: Plan, draft: Draft, inputs: dict[str, Input], logged: Logged, *, may_read_boards: bool
    ) -> bool:
        """Read what the entry needs; False when it has to wait for boards to be on disk."""
        while missing := needs(plan, draft, logged):
            if any(key.startswith("t:") for key in missing) and not may_read_boards:
                return False
            await self._read_into(inputs, missing)
        return True
