"""Deciding a batch: entries in, one draft's changes and the journal's bytes out, nothing written yet."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from engine.core.chain import Chain
from engine.core.changes import Changes, Input
from engine.core.close import due_closings
from engine.core.decide import judge
from engine.core.draft import Draft
from engine.core.entries import Act, Logged, Retried, RulebookPublished
from engine.core.journal import Decision, JournalEntry
from engine.core.keys import ORGANIZATION
from engine.core.needs import needs
from engine.core.plan import Plan
from engine.core.states import OrganizationState, State
from engine.run.asking import ask_together, keep, needing_nothing, up_to_a_change

Reader = Callable[[list[str]], Awaitable[tuple[dict[str, State | None], dict[str, Input]]]]
"""Reads states and inputs by their keys."""

PREFETCH_ROUNDS = 4
"""The organization, then a person, then their units or inviter; the last one finds who has everything."""

LETS_OTHERS_GO_ON = 10
"""After so many entries the commit before, and what is read ahead, may take their next step."""

CHANGE_THE_PLAN = (RulebookPublished, Retried)
"""After these another rulebook may be in force (a publication, too, may have gone aside), so a batch ends with them."""

BEGIN_A_BATCH = ("t:", "r:")
"""These are read as the commits before have left them."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that has been decided: positions `first` to `last`, ready to be committed on top of `first - 1`.

    `changes` are to be written down before the next batch is decided: it goes on in the same states.
    """

    first: int
    last: int
    tail: bytes
    changes: Changes
    journal: dict[int, bytes]
    asides: dict[int, str]


class JudgementFailed(Exception):
    """A bug of ours: this entry could not be judged. It has to go aside, and what is in memory is worth nothing."""

    def __init__(self, position: int, cause: BaseException) -> None:
        self.position, self.cause = position, cause
        super().__init__(f"entry {position} could not be judged: {type(cause).__name__}")


class Desks:
    """What is in memory between batches: states as the last batch left them, and the journal of what is in flight."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.states: dict[str, State | None] = {}
        self.journal: dict[int, JournalEntry] = {}
        self.complete: set[int] = set()
        """Positions of acts all of whose needs are known to be in memory."""
        self.alone: set[str] = set()
        """Members in memory with their units, at the latest with what is being read, whose acts need nobody else."""

    @property
    def is_full(self) -> bool:
        """Whether more states are in memory than should be."""
        return len(self.states) > self._most

    def committed(self, last: int) -> None:
        """What was in flight is on disk up to this position: its journal is read there from now on."""
        for position in [position for position in self.journal if position <= last]:
            del self.journal[position]

    def forget(self) -> None:
        """Throw everything away: what is on disk counts."""
        self.states.clear()
        self.journal.clear()
        self.complete.clear()
        self.alone.clear()


class BatchDecider:
    """Decides entries in order on top of what is in memory."""

    def __init__(self, desks: Desks, read: Reader) -> None:
        self._desks, self._read = desks, read

    async def prefetch(self, plan: Plan, entries: Sequence[Logged], complete: set[int] | None = None) -> bool:
        """Read what all these entries need, and note which of them have everything. Nothing before them is undecided.

        What an entry needs only because of one before it is read when its turn comes. `complete` is what `warm` gave,
        if no entry before these could add to what they need. Gives whether none of these can add to what later ones
        need.
        """
        complete = await self.warm(plan, entries) if complete is None else complete
        organization = self._desks.states[ORGANIZATION]
        assert isinstance(organization, OrganizationState)
        in_order = up_to_a_change(plan, organization, entries)
        self._desks.complete = needing_nothing(plan, in_order, complete)
        return len(in_order) == len(entries)

    async def warm(self, plan: Plan, entries: Sequence[Logged]) -> set[int]:
        """Read what all these entries need together: a few round trips, where each entry alone would take some.

        May go on while entries before them are decided: what is in memory by then is newer than what was read. Gives
        the positions of those which had everything, as far as the entries before don't change what they need.
        """
        desks, asking = self._desks, entries
        complete: set[int] = set()
        for _ in range(PREFETCH_ROUNDS):
            wanted, asking = ask_together(plan, desks.states, desks.alone, asking, complete)
            if not wanted:
                break
            keep(desks.states, (await self._read(wanted))[0])
        return complete

    async def decide(
        self, plan: Plan, entries: Sequence[Logged], tail: bytes, *, settled: bool, aside: Mapping[int, str]
    ) -> Decided | None:
        """Decide as many of the entries as one batch may hold; None when the first has to wait for what is in flight.

        A batch ends before an entry that closes periods (it has to see on disk what was decided before it, so it is
        the first of its batch, and waits until everything is `settled` if it reads boards), before a rulebook that cuts
        weeks anew (it reads the journal), and after any rulebook.

        Raises:
            JudgementFailed: One entry can't be judged; forget everything once nothing is in flight.
        """
        inputs: dict[str, Input] = {}
        draft = Draft(self._desks.states, inputs, owned=True)
        chain = Chain(plan.rulebook.digest, tail)
        asides: dict[int, str] = {}
        for number, logged in enumerate(entries):
            position = logged.position
            if number % LETS_OTHERS_GO_ON == 0:
                await asyncio.sleep(0)
            closes = bool(due_closings(plan, draft.organization(), logged.recorded))
            if closes and chain.encoded:
                break  # it begins a batch, for the store to freeze the boards
            if (closes or position not in self._desks.complete) and not await self._fill(
                plan, draft, inputs, logged, may_read_boards=settled and not chain.encoded
            ):
                break
            if position in aside:
                asides[position] = aside[position]
            decision = Decision() if position in aside else _judge(plan, draft, logged)
            if not isinstance(logged.entry, Act):
                self._desks.alone.difference_update([person.id for person in decision.people])
            self._desks.journal[position] = chain.add(logged, decision, aside=position in aside)
            if isinstance(logged.entry, CHANGE_THE_PLAN):
                break
        if not chain.encoded:
            return None
        return Decided(
            first=min(chain.encoded),
            last=max(chain.encoded),
            tail=chain.tail,
            changes=draft.take_changes(),
            journal=chain.encoded,
            asides=asides,
        )

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
            keep(self._desks.states, states)
            inputs.update(found)

    async def _fill(
        self, plan: Plan, draft: Draft, inputs: dict[str, Input], logged: Logged, *, may_read_boards: bool
    ) -> bool:
        """Read what the entry needs; False when it has to wait for boards to be on disk."""
        while missing := needs(plan, draft, logged):
            if not may_read_boards and any(key.startswith(BEGIN_A_BATCH) for key in missing):
                return False
            await self._read_into(inputs, missing)
        return True


def _judge(plan: Plan, draft: Draft, logged: Logged) -> Decision:
    try:
        return judge(plan, draft, logged)
    except Exception as error:
        raise JudgementFailed(logged.position, error) from error
