"""The engine of one organization: reads the log in order, decides, commits.

One engine at a time works a log: it takes an epoch at the start, and every commit holds only while that epoch is the
newest and the position is the one that the batch began at. While a batch commits, the next one is decided on the
states that the last left in memory; when a commit fails, all of that is thrown away and the engine ends, to be
started again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import perf_counter

import structlog

from engine.core.entries import ChallengesSettled, Logged, RulebookPublished
from engine.core.keys import ORGANIZATION
from engine.core.plan import Plan
from engine.core.states import OrganizationState
from engine.run.batch import CHANGE_THE_PLAN, BatchDecider, Desks
from engine.run.judging import JudgementFailed
from engine.run.plans import PlanSource
from engine.store.commit import Batch, Committer, Seat
from engine.store.keys import Keys
from engine.store.log import Log
from engine.store.rows import rows_of
from engine.store.states import StateReader
from engine.store.wall_rows import add_wall

log = structlog.get_logger()

WAIT_MS = 500
"""How long one look for new entries may wait; a stop is seen after it."""

SMALLEST_BATCH = 10

READ_AHEAD = 1_000
"""So many entries are read at once, with what they need: a read that waits behind a commit is time lost."""

MOST_TRIES = 2
"""An engine that finds this many before it ended on the same batch goes on one entry at a time."""


async def nothing_more() -> None:
    """What follows a close where nothing does."""


async def follow_nothing(_judged: int) -> None:
    """What follows from what is owed where nothing does."""


def tell_no_one(_entries: int, _seconds: float) -> None:
    """What hears of commits where nobody watches."""


class Engine:
    """See the module."""

    def __init__(
        self,
        *,
        keys: Keys,
        entries: Log,
        committer: Committer,
        reader: StateReader,
        plans: PlanSource,
        batch_entries: int = 100,
        commit_milliseconds: int = 4,
        cached_states: int = 200_000,
        after_close: Callable[[], Awaitable[object]] = nothing_more,
        asides: Mapping[int, str] | None = None,
        on_commit: Callable[[int, float], None] = tell_no_one,
        wait: Callable[[int], Awaitable[bool]] | None = None,
        on_owed: Callable[[int], Awaitable[object]] = follow_nothing,
    ) -> None:
        """`after_close` does what a commit leaves to be done; it is called at the start, too.

        It writes the pages of boards that have become final, and fills those of weeks that were cut anew. `asides` are
        positions that a replay skips, with their codes. `on_commit` hears of every commit: how many entries, how many
        seconds. `wait` waits for an entry after a position, and says whether there is one. `on_owed` hears of the last
        position that is judged while a challenge owes rewards, at the start and after every commit.
        """
        self._keys, self._log, self._committer, self._plans = keys, entries, committer, plans
        self._most, self._commit_seconds = batch_entries, commit_milliseconds / 1_000
        self._size = batch_entries
        self._desks = Desks(cached_states)
        self._decider = BatchDecider(self._desks, reader.read_all)
        self._after_close, self._on_commit, self._on_owed = after_close, on_commit, on_owed
        self._wait = wait or partial(entries.wait, block_ms=WAIT_MS)
        self._reader = reader
        self._lets_follow = True
        """Not any more once what followed could not be judged: more of the same would go aside without an end."""
        self._asides: dict[int, str] = dict(asides or {})
        self._one_by_one_until = 0
        self._plan: Plan | None = None
        self._ahead: list[Logged] = []
        """The next entries of the log, read but not decided."""
        self._warming: asyncio.Task[tuple[list[Logged], set[int]]] | None = None
        """Reads those after them, while they are decided; gives them with the positions of those that have all."""
        self._adds_nothing = False
        """Whether no entry read ahead can add to what those after them need."""

    async def run(self, stop: asyncio.Event, *, until: int | None = None) -> int:
        """Work until told to stop, or until the entry at `until` is committed; the last position committed.

        Raises:
            StaleEpoch, StalePosition: Another engine has moved on; this one has changed nothing and must end.
            StoreUnavailable: The outcome of the last commit is unknown; start again.
            StoreDamaged: What is stored can't be right; nothing was changed.
        """
        await self._forget()
        seat = await self._committer.take_epoch()
        if seat.tries > MOST_TRIES:
            self._one_by_one_until = seat.position + self._most
        await self._after_close()
        await self._follow(seat.position)
        decided_to, tail = seat.position, seat.tail
        committing: asyncio.Task[None] | None = None
        try:
            while not stop.is_set() and (until is None or decided_to < until):
                batch = await self._next(decided_to, tail, settled=committing is None)
                if committing is not None:
                    await committing
                    committing = None
                if batch is None:
                    continue
                committing = asyncio.create_task(self._commit(seat, batch))
                decided_to, tail = batch.last, batch.tail
                if batch.rows.leaves_work:
                    await committing
                    committing = None
                    await self._after_close()
        finally:
            await self._stop_warming()
            if committing is not None:
                await committing
        return decided_to

    async def _next(self, after: int, tail: bytes, *, settled: bool) -> Batch | None:
        """The next batch, ready to be written; None when there is none, or it has to wait."""
        entries = await self._entries(after, settled=settled)
        if not entries:
            return None
        entries = entries[: _before_first_rulebook(entries)] if await self._is_genesis() else entries
        plan = await self._plan_for(entries[0])
        try:
            decided = await self._decider.decide(plan, entries, tail, settled=settled, aside=self._asides)
        except JudgementFailed as failure:
            log.exception("entry goes aside", position=failure.position)
            self._asides[failure.position] = type(failure.cause).__name__
            await self._forget()
            return None
        if decided is None:
            return None
        if isinstance(entries[decided.last - decided.first].entry, CHANGE_THE_PLAN):
            self._plan = None
            self._desks.complete.clear()
        if any(isinstance(entries[position - decided.first].entry, ChallengesSettled) for position in decided.asides):
            self._lets_follow = False
        rows = rows_of(decided.changes, plan, self._keys)
        add_wall(rows, decided.for_the_wall, plan, self._keys)
        return Batch(
            first=decided.first,
            last=decided.last,
            tail=decided.tail,
            rows=rows,
            journal=decided.journal,
            asides=decided.asides,
        )

    async def _forget(self) -> None:
        """Nothing in memory counts: the next entries and states are read anew, once nothing is in flight."""
        await self._stop_warming()
        self._desks.forget()
        self._plan = None
        self._ahead = []

    async def _stop_warming(self) -> None:
        """What is being read ahead would be old when it comes."""
        warming, self._warming = self._warming, None
        if warming is not None:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)

    async def _entries(self, after: int, *, settled: bool) -> list[Logged]:
        """The next entries for one batch, what they need read ahead; none where there are none, or it has to wait."""
        count = 1 if after < self._one_by_one_until else self._size
        entries = self._read_before(after, count)
        if entries:
            return entries
        if self._desks.is_full:
            if not settled:
                return []
            await self._stop_warming()
            self._desks.make_room()
        await self._read_ahead(after, wait=settled)
        return self._read_before(after, count)

    def _read_before(self, after: int, count: int) -> list[Logged]:
        start = after + 1 - self._ahead[0].position if self._ahead else 0
        return self._ahead[start : start + count] if start >= 0 else []

    async def _read_ahead(self, after: int, *, wait: bool) -> None:
        self._ahead, complete = await self._read_after(after)
        if not self._ahead and wait:
            if not await self._wait(after):
                return
            self._ahead = await self._log.read(after, READ_AHEAD)
        if self._ahead:
            if self._plan is None:
                self._plan = await self._plans.in_force(self._desks.states)
            self._adds_nothing = await self._decider.prefetch(self._plan, self._ahead, complete)
            if len(self._ahead) == READ_AHEAD:
                self._warming = asyncio.create_task(self._warm(self._plan, self._ahead[-1].position))

    async def _warm(self, plan: Plan, after: int) -> tuple[list[Logged], set[int]]:
        entries = await self._log.read(after, READ_AHEAD)
        return entries, await self._decider.warm(plan, entries) if entries else set()

    async def _read_after(self, after: int) -> tuple[list[Logged], set[int] | None]:
        """The entries after this position, and which of them are known to have all that they need."""
        warming, self._warming = self._warming, None
        if warming is not None:
            entries, complete = await warming
            if entries and entries[0].position == after + 1:
                return entries, complete if self._adds_nothing else None
        return await self._log.read(after, READ_AHEAD), None

    async def _is_genesis(self) -> bool:
        if self._plan is None:
            self._plan = await self._plans.in_force(self._desks.states)
        return not self._plan.rulebook.digest

    async def _plan_for(self, first: Logged) -> Plan:
        """The plan in force; the first rulebook judges its own publication, for the periods begin in its zone."""
        if self._plan is None:
            self._plan = await self._plans.in_force(self._desks.states)
        if not self._plan.rulebook.digest and isinstance(first.entry, RulebookPublished):
            return await self._plans.published(first.entry, self._desks.states)
        return self._plan

    async def _commit(self, seat: Seat, batch: Batch) -> None:
        began = perf_counter()
        blocked_seconds = await self._committer.commit(seat, batch)
        self._on_commit(batch.last - batch.first + 1, perf_counter() - began)
        if blocked_seconds > self._commit_seconds:
            self._size = max(SMALLEST_BATCH, self._size // 2)
        else:
            self._size = min(self._most, self._size + SMALLEST_BATCH)
        self._desks.committed(batch.first)
        for position in batch.asides:
            self._asides.pop(position, None)
        await self._follow(batch.last)

    async def _follow(self, judged: int) -> None:
        """Let what is owed follow. What is in memory may be ahead of what is judged: an entry too many does nothing."""
        if not self._lets_follow:
            return
        organization = self._desks.states.get(ORGANIZATION)
        if organization is None:
            organization = (await self._reader.read([ORGANIZATION]))[ORGANIZATION]
        if isinstance(organization, OrganizationState) and organization.owed:
            await self._on_owed(judged)


def _before_first_rulebook(entries: list[Logged]) -> int:
    """How many entries go together before the first rulebook, which begins a batch however batches fall."""
    for number, logged in enumerate(entries):
        if number and isinstance(logged.entry, RulebookPublished):
            return number
    return len(entries)
