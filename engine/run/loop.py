"""The engine of one organization: reads the log in order, decides, commits, tells.

One engine at a time works a log: it takes an epoch at the start, and every commit holds only while that epoch is the
newest and the position is the one that the batch began at. While a batch commits, the next one is decided on the
states that the last left in memory; when a commit fails, all of that is thrown away.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter

import structlog

from engine.core.entries import Logged, RulebookPublished
from engine.core.plan import Plan
from engine.run.batch import BatchDecider, Decided, Desks, JudgementFailed
from engine.run.plans import Plans
from engine.store.commit import Committer, Seat
from engine.store.errors import StalePosition
from engine.store.log import Log
from engine.store.pages import PageWriter
from engine.store.states import StateReader

log = structlog.get_logger()

WAIT_MS = 1_000
"""How long one look for new entries may wait; a stop is seen after it."""

SMALLEST_BATCH = 10


class Engine:
    """See the module. Build it with `engine.bootstrap`."""

    def __init__(
        self,
        *,
        entries: Log,
        committer: Committer,
        reader: StateReader,
        plans: Plans,
        pages: PageWriter,
        batch_entries: int,
        commit_milliseconds: int,
        cached_states: int,
        one_by_one: int = 0,
        told: Callable[[Decided], None] | None = None,
    ) -> None:
        self._log, self._committer, self._plans, self._pages = entries, committer, plans, pages
        self._most, self._commit_seconds = batch_entries, commit_milliseconds / 1_000
        self._size = batch_entries
        self._desks = Desks(cached_states)
        self._decider = BatchDecider(self._desks, reader.read_all)
        self._one_by_one = one_by_one
        self._asides: dict[int, str] = {}
        self._told = told
        self._plan: Plan | None = None

    async def run(self, stop: asyncio.Event, *, until: int | None = None) -> int:
        """Work until told to stop, or until the entry at `until` is judged; the last position that was committed.

        Raises:
            StaleEpoch: A newer engine has taken over; this one must end.
            StoreUnavailable: The outcome of the last commit is unknown; start again.
        """
        seat = await self._committer.take_epoch()
        await self._pages.finish_all()
        decided_to, tail = seat.position, seat.tail
        pending: asyncio.Task[None] | None = None
        committed_to = seat.position
        try:
            while not stop.is_set() and (until is None or decided_to < until):
                batch = await self._next(decided_to, tail, settled=pending is None)
                if pending is not None and (batch is None or pending.done()):
                    await pending
                    pending, committed_to = None, decided_to
                    self._desks.trim()
                if batch is None:
                    continue
                if pending is not None:
                    await pending
                pending = asyncio.create_task(self._commit(seat, batch))
                decided_to, tail = batch.last, batch.tail
                if batch.changes.closed:
                    await pending
                    pending, committed_to = None, decided_to
                    await self._pages.finish_all()
        except StalePosition:
            self._desks.forget()
            self._plan = None
            raise
        finally:
            if pending is not None:
                await pending
                committed_to = decided_to
        return committed_to

    async def _next(self, after: int, tail: bytes, *, settled: bool) -> Decided | None:
        entries = await self._entries(after, wait=settled)
        if not entries:
            return None
        plan = await self._plan_for(entries[0])
        try:
            decided = await self._decider.decide(plan, entries, tail, settled=settled, aside=self._asides)
        except JudgementFailed as failure:
            log.exception("entry went aside", position=failure.position, kind=type(failure.cause).__name__)
            self._asides[failure.position] = type(failure.cause).__name__
            return await self._next(after, tail, settled=settled)
        if decided is not None and any(isinstance(e.entry, RulebookPublished) for e in entries):
            self._plan = None
        return decided

    async def _entries(self, after: int, *, wait: bool) -> list[Logged]:
        count = 1 if after < self._one_by_one else self._size
        entries = await self._log.read(after, count)
        if not entries and wait:
            await self._log.wait(after, WAIT_MS)
        return entries

    async def _plan_for(self, first: Logged) -> Plan:
        if self._plan is None:
            self._plan = await self._plans.in_force(self._desks.states)
        if not self._plan.rulebook.digest and isinstance(first.entry, RulebookPublished):
            return await self._plans.published(first.entry, self._desks.states)
        return self._plan

    async def _commit(self, seat: Seat, batch: Decided) -> None:
        began = perf_counter()
        await self._committer.commit(seat, batch)
        took = perf_counter() - began
        if took > self._commit_seconds:
            self._size = max(SMALLEST_BATCH, self._size // 2)
        else:
            self._size = min(self._most, self._size + SMALLEST_BATCH)
        for position in batch.asides:
            self._asides.pop(position, None)
        if self._told is not None:
            self._told(batch)
