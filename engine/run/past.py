"""Counting what happened before: appends the entries by which new words of the rulebook count acts of long ago.

What is to be counted, by what, and how far that has come, the states say (`engine.core.past_kept`), so that whoever is
killed goes on where the last committed entry was. An entry's mark is the publication and the old position, and the
core counts each once whatever comes twice. Acts that were taken back, be it after the publication, are left out here,
where nothing in the states may remember that any more.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, final

import msgspec
import structlog

from engine.core.entries import (
    Act,
    AnyEntry,
    HistoryCounted,
    HistoryDone,
    HistoryLooked,
    Logged,
    Retried,
    Thanked,
    encode_entry,
)
from engine.core.keys import PAST, member_key
from engine.core.lines.entries import EntryGivenBack, EntryTaken
from engine.core.past import type_of_act
from engine.core.past_badges import badges_to_look_at, reached_steps
from engine.core.plan import Plan
from engine.core.states import MemberState, PastState, PastWork
from engine.run.patience import is_judged
from engine.run.plans import PlanSource
from engine.sources.digests import mark
from engine.store.directory import Directory
from engine.store.log import Append, Log
from engine.store.states import StateReader

log = structlog.get_logger()

SPEAKER: Final = "sulka.history"
"""Whose ids the marks are: a name that no sender can have."""

NO_SECRET: Final = b""
"""The mark of a position tells nothing that its entry does not say."""

PAGE: Final = 200
"""So many entries of the log are looked at in one step, and so many of ours at most wait to be judged before the next:
what comes in at the doors meanwhile never waits for more."""

MOST_PAGES: Final = 500
"""So many steps at most are made in one look; the next goes on."""

PATIENCE_SECONDS: Final = 5.0
"""So long a step waits for the engine; where that has more to do, the next look goes on."""


@final
class _Walk(msgspec.Struct):
    """How far this process has come with one work: entries of the log, then members."""

    after: int
    seen: int
    """Up to here the journal was gone through for what took something back."""
    taken: Counter[int] = msgspec.field(default_factory=Counter)
    """position -> how often it was taken back and not given back"""
    cursor: int = 0
    has_looked: bool = False


@final
class PastCounter:
    """A look goes on where the last one left off; `now_ms` is the door's clock; `page` and `pages` bound it."""

    def __init__(
        self,
        *,
        entries: Log,
        reader: StateReader,
        plans: PlanSource,
        directory: Directory,
        now_ms: Callable[[], int],
        page: int = PAGE,
        pages: int = MOST_PAGES,
    ) -> None:
        self._log, self._reader, self._plans = entries, reader, plans
        self._directory, self._now_ms, self._page, self._pages = directory, now_ms, page, pages
        self._walks: dict[tuple[int, bool], _Walk] = {}
        self._position = 0
        """That of the last entry that was appended here."""

    async def look(self) -> int:
        """Go on with what is to be counted; how many entries were appended.

        While history is open nothing happens: its own acts are still coming.
        """
        appended = 0
        for _ in range(self._pages):
            if not await is_judged(self._reader, self._position, PATIENCE_SECONDS):
                break
            items = await self._next()
            if items is None:
                break
            walks, self._walks = self._walks, {}  # until it is known that the entries are there, no walk has come on
            outcomes = await self._log.append(items)
            appended += sum(1 for outcome in outcomes if outcome.status == "accepted")
            self._position = max([self._position, *(outcome.position for outcome in outcomes)])
            if any(outcome.status == "full" for outcome in outcomes):
                break
            self._walks = walks
        return appended

    async def _next(self) -> list[Append] | None:
        """The next entries to append, maybe none yet; None where nothing is to be counted."""
        works = await self._works()
        if not works:
            self._walks.clear()
            return None
        plan = await self._plans.in_force({})
        publication = works[0].publication
        together = [work for work in works if work.publication == publication]
        for work in together:  # all acts before the first badge that looks at what they have brought
            walk = self._walks.get((publication, work.told)) or self._begin(work)
            if walk.after < publication - 1:
                return await self._acts(plan, work, walk)
        for work in together:
            walk = self._walks[publication, work.told]
            if not walk.has_looked:
                return await self._members(plan, work, walk)
        return [self._item(HistoryDone(publication, work.told), work, "done") for work in together]

    async def _works(self) -> Sequence[PastWork]:
        if (await self._log.door()).history:
            return []
        state = (await self._reader.read([PAST]))[PAST]
        return state.works if isinstance(state, PastState) else []

    def _begin(self, work: PastWork) -> _Walk:
        """A walk that goes on after what is judged; only what comes after an act takes it back."""
        walk = self._walks[work.publication, work.told] = _Walk(after=work.reached, seen=work.reached)
        log.info("the past is being counted", publication=work.publication, told=work.told, after=walk.after)
        return walk

    async def _see_what_is_taken(self, walk: _Walk) -> None:
        """Follow the journal up to what is judged."""
        judged = await self._reader.judged()
        if judged == walk.seen:
            return
        async for _, entry in self._reader.journal_between(walk.seen + 1, judged):
            for line in entry.lines:
                if isinstance(line, EntryTaken):
                    walk.taken[line.position] += 1
                elif isinstance(line, EntryGivenBack):
                    walk.taken[line.position] -= 1
        walk.seen = judged

    async def _acts(self, plan: Plan, work: PastWork, walk: _Walk) -> list[Append]:
        codes = tuple(work.codes)
        await self._see_what_is_taken(walk)
        entries = [
            logged for logged in await self._log.read(walk.after, self._page) if logged.position < work.publication
        ]
        walk.after = entries[-1].position if entries else work.publication - 1
        wanted = [
            logged.position
            for logged in entries
            if walk.taken[logged.position] <= 0 and _may_count(plan, codes, logged)
        ]
        return [
            self._item(HistoryCounted(work.publication, work.told, position, codes), work, str(position))
            for position in wanted
        ]

    async def _members(self, plan: Plan, work: PastWork, walk: _Walk) -> list[Append]:
        codes = tuple(work.codes)
        if not badges_to_look_at(plan, codes):
            walk.has_looked = True
            return []
        walk.cursor, members = await self._directory.some_members(walk.cursor)
        walk.has_looked = not walk.cursor
        states = await self._reader.read([member_key(member) for member in members])
        today = plan.local_day(self._now_ms())
        return [
            self._item(HistoryLooked(work.publication, work.told, member, codes), work, member)
            for member in members
            if isinstance(state := states[member_key(member)], MemberState)
            and not state.erased
            and reached_steps(plan, state, codes, today)
        ]

    def _item(self, entry: AnyEntry, work: PastWork, of: str) -> Append:
        mark_ = mark(SPEAKER, f"{work.publication}:{int(work.told)}:{of}", NO_SECRET)
        return Append(mark=mark_, digest=mark_, payload=encode_entry(entry), recorded=self._now_ms())


def _may_count(plan: Plan, codes: tuple[int, ...], logged: Logged) -> bool:
    """Whether an entry may be an act that these codes want: of one that was tried again, only its journal tells."""
    entry = logged.entry
    if isinstance(entry, Act | Thanked):
        return plan.part_of_type(type_of_act(entry), codes) is not None
    return isinstance(entry, Retried)
