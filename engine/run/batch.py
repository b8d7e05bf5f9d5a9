"""Deciding a batch: entries in, one draft's changes and the journal's bytes out, nothing written yet."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from engine.core.chain import Chain, decode_journal
from engine.core.changes import Changes, Input
from engine.core.draft import Draft
from engine.core.entries import Act, Logged, Retried, RulebookPublished
from engine.core.journal import JournalEntry
from engine.core.keys import ORGANIZATION, is_of_an_era
from engine.core.needs import needs
from engine.core.plan import Plan
from engine.core.states import OrganizationState, State
from engine.run.asking import Asking, keep, up_to_a_change
from engine.run.judging import Judging

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
    for_the_wall: dict[int, JournalEntry]
    asides: dict[int, str]


class Desks:
    """What is in memory between batches: states as the last batch left them, and the journal of what is in flight."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.states: dict[str, State | None] = {}
        self.in_flight: dict[int, dict[int, bytes]] = {}
        """The journal of each batch that is not known to be on disk, by the first of its positions."""
        self.complete: set[int] = set()
        """Positions of entries all of whose needs are known to be in memory."""
        self.alone: set[str] = set()
        """Members in memory with their units, at the latest with what is being read, whose acts need nobody else."""

    @property
    def is_full(self) -> bool:
        """Whether more states are in memory than should be."""
        return len(self.states) > self._most

    def journal(self, position: int) -> JournalEntry | None:
        """The journal of an entry that is in flight."""
        for batch in self.in_flight.values():
            if position in batch:
                return decode_journal(batch[position])
        return None

    def committed(self, first: int) -> None:
        """The batch that begins here is on disk: its journal is read there from now on."""
        self.in_flight.pop(first, None)

    def make_room(self) -> None:
        """Forget what is remembered of entries, which is rarely asked for again; if that is not enough, everything.

        Nothing may be in flight or being read: what is on disk counts.
        """
        kept = {key: state for key, state in self.states.items() if not is_of_an_era(key)}
        if len(kept) > self._most // 2:
            self.forget()
            return
        self.states.clear()
        self.states.update(kept)
        self.complete.clear()

    def forget(self) -> None:
        """Throw everything away: what is on disk counts."""
        self.states.clear()
        self.in_flight.clear()
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
        add_nothing = len(in_order) == len(entries)
        if not add_nothing:
            change = entries[len(in_order)].position
            complete = {position for position in complete if position < change}
        self._desks.complete = complete
        return add_nothing

    async def warm(self, plan: Plan, entries: Sequence[Logged]) -> set[int]:
        """Read what all these entries need together: a few round trips, where each entry alone would take some.

        May go on while entries before them are decided: what is in memory by then is newer than what was read. Gives
        the positions of those which had everything, as far as the entries before don't change what they need.
        """
        desks = self._desks
        asking = Asking(plan, desks.states, desks.alone, entries)
        for _ in range(PREFETCH_ROUNDS):
            wanted = asking.ask()
            if not wanted:
                break
            keep(desks.states, (await self._read(wanted))[0])
        return asking.complete

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
        desks = self._desks
        inputs: dict[str, Input] = {}
        draft = Draft(desks.states, inputs, owned=True)
        chain = Chain(plan.rulebook.digest, tail)
        judging = Judging(plan, draft, chain, aside)
        first = entries[0].position
        desks.in_flight[first] = chain.encoded
        number = 0
        while number < len(entries):
            if number % LETS_OTHERS_GO_ON == 0:
                await asyncio.sleep(0)
            pause = min(number - number % LETS_OTHERS_GO_ON + LETS_OTHERS_GO_ON, len(entries))
            number = judging.judge_complete(entries, number, pause, desks.complete)
            if number == pause:
                continue
            logged = entries[number]
            if chain.encoded and judging.closes(logged):
                break  # it begins a batch, for the store to freeze the boards
            if not await self._fill(plan, draft, inputs, logged, may_read_boards=settled and not chain.encoded):
                break
            decision = judging.judge(logged)
            number += 1
            if not isinstance(logged.entry, Act):
                desks.alone.difference_update([person.id for person in decision.people])
            if isinstance(logged.entry, CHANGE_THE_PLAN):
                break
        if not chain.encoded:
            return None
        return Decided(
            first=first,
            last=first + number - 1,
            tail=chain.tail,
            changes=draft.take_changes(),
            journal=chain.encoded,
            for_the_wall=judging.for_the_wall,
            asides=judging.asides,
        )

    async def _read_into(self, inputs: dict[str, Input], missing: list[str]) -> None:
        wanted: list[str] = []
        for key in missing:
            in_flight = self._desks.journal(int(key[2:])) if key.startswith("j:") else None
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
