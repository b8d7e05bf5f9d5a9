"""The nightly table of people: once a day, at its time in the organization's zone, it is read and brought in.

A day is done when its result is noted. A process that dies before that does it again, which changes nothing twice; a
table that can't be used changes nothing at all, and the next night reads the next one.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from engine.core.keys import ORGANIZATION
from engine.core.periods import local_day, local_minute
from engine.core.states import OrganizationState
from engine.run.errors import RunError
from engine.run.jobs import start_job
from engine.run.outcomes import When
from engine.run.plans import PlanSource
from engine.run.roster.importing import Fate, Importer
from engine.run.roster.sheet import SheetRefused, read_sheet
from engine.run.roster.working import Working
from engine.store.imports import Imports, Kind, Night, ToldFate, ToldFault
from engine.store.log import Log
from engine.store.states import StateReader

log = structlog.get_logger()

MOST_FATES: Final = 1_000
"""So many rows of a night are told one by one; beyond it they are counted."""

PER_CENT: Final = 100

Fetch = Callable[[], Awaitable[bytes]]
"""The table's bytes as they are now. Raises NotFetched."""


class NotFetched(RunError):
    """The table could not be read; `found` is what was met."""

    def __init__(self, *, found: str) -> None:
        self.found = found
        super().__init__(f"{found} Nothing was changed.")


class TooManyMissing(RunError):
    """So many who work here are not in the table, or are not active in it, that it is probably a wrong one."""

    def __init__(self, *, missing: int, of: int, most_percent: int) -> None:
        self.missing, self.of, self.most_percent = missing, of, most_percent
        super().__init__(
            f"{missing:,} of {of:,} who work here are not in the table or not active in it, more than {most_percent} %."
            " If that is right, raise directory.most_missing_percent for one night, or import the table by hand. "
            "Nothing was changed."
        )


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """From which minute of the day it is read, how much of it may be missing, and whether who is missing has gone."""

    at_minutes: int
    most_missing_percent: int
    missing_have_gone: bool


class Nightly:
    """Looks every so many seconds; `now_ms` is the door's clock."""

    def __init__(
        self,
        *,
        fetch: Fetch,
        schedule: Schedule,
        importer: Importer,
        working: Working,
        imports: Imports,
        entries: Log,
        reader: StateReader,
        plans: PlanSource,
        now_ms: Callable[[], int],
    ) -> None:
        self._fetch, self._schedule, self._importer, self._working = fetch, schedule, importer, working
        self._imports, self._log, self._reader, self._plans, self._now_ms = imports, entries, reader, plans, now_ms

    def start(self, every_seconds: int) -> AsyncIOScheduler:
        """A running scheduler; shut it down to stop."""
        return start_job("nightly", self.look, every_seconds)

    async def look(self) -> Night | None:
        """Bring in the table of today, if its time has come and nobody has; what became of it.

        While history is open, or before the first rulebook, nothing happens.
        """
        if (await self._log.door()).history:
            return None
        organization = (await self._reader.read([ORGANIZATION]))[ORGANIZATION]
        assert isinstance(organization, OrganizationState)
        if organization.history or not organization.open_from:
            return None
        zone, now = (await self._plans.in_force({})).rulebook.zone, self._now_ms()
        day = due_day(now, zone, self._schedule.at_minutes)
        if day is None or await self._imports.is_done(day):
            return None
        try:
            night = await self._bring_in(day, When(now))
        except SheetRefused as error:
            night = Night(day, now, error.to_keep)
        except (NotFetched, TooManyMissing) as error:
            night = Night(day, now, str(error))
        except RunError as error:
            # The log takes nothing now; what went in before stays, and the next look does the rest.
            log.warning("the nightly table of people is not whole yet", why=str(error))
            return None
        if await self._imports.note(night):
            _say(night)
        return night

    async def _bring_in(self, day: int, when: When) -> Night:
        data = await self._fetch()
        # Beside the event loop, since others go on meanwhile.
        sheet = await asyncio.to_thread(read_sheet, data)
        comparison = await self._importer.compare(sheet, when)
        refused = sum(fate.is_ == "refused" for fate in comparison.fates)
        absent = await self._working.absent(comparison.known, comparison.aliases)
        # A row that can't be used may be about anybody.
        missing = max(0, len(absent.members) - refused) + len(comparison.going)
        if missing * PER_CENT > absent.of * self._schedule.most_missing_percent:
            raise TooManyMissing(missing=missing, of=absent.of, most_percent=self._schedule.most_missing_percent)
        fates: Sequence[Fate] = await self._importer.write(comparison, when)
        if sum(fate.is_ == "refused" for fate in fates) > refused:
            # Somebody changed these members at this very moment, maybe with the same table.
            again = await self._importer.write(await self._importer.compare(sheet, when), when)
            fates = [later if fate.is_ == "refused" else fate for fate, later in zip(fates, again, strict=True)]
        gone: tuple[str, ...] = ()
        if self._schedule.missing_have_gone and not refused:
            gone = await self._working.let_go(absent.members, when)
        return _night(day, when, fates, gone, len(absent.members) - len(gone))


def due_day(now_ms: int, zone: str, at_minutes: int) -> int | None:
    """The day whose time has come, None before it. Where a clock is put forward over it, it has come, too. Pure."""
    return local_day(now_ms, zone) if local_minute(now_ms, zone) >= at_minutes else None


def _night(day: int, when: When, fates: Sequence[Fate], gone: Sequence[str], absent: int) -> Night:
    counts: dict[Kind, int] = dict(Counter[Kind](fate.is_ for fate in fates))
    told = [_told(fate) for fate in fates if fate.is_ != "unchanged"]
    told += [ToldFate(0, "gone", member, ("active",)) for member in gone]
    if gone:
        counts["gone"] = len(gone)
    kept = tuple(sorted(told, key=lambda each: each.is_ != "refused")[:MOST_FATES])
    return Night(day, when.ms, None, counts, kept, len(told) - len(kept), absent)


def _told(fate: Fate) -> ToldFate:
    faults = tuple(ToldFault(fault.column, fault.expected) for fault in fate.faults)
    return ToldFate(fate.line, fate.is_, fate.member, fate.changes, faults)


def _say(night: Night) -> None:
    if night.why is not None:
        log.warning("the nightly table of people changed nothing", why=night.why)
    else:
        log.info("the nightly table of people is in", absent=night.absent, **night.counts)
