"""The parts of every organization: those of `main`, and of each other one as soon as somebody calls for it.

What there is of other organizations is looked up once a second for each that is asked for: one that was closed lets
nobody in after that, in any process, and other limits hold.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import chain
from time import monotonic
from typing import Final, TypeVar

import msgspec

from api.parts import Parts
from engine.run.jobs import look_at_each
from engine.run.organizations import parted, put_limits
from engine.store.errors import StoreDamaged
from engine.store.gathering import Gathering
from engine.store.organizations import MAIN, OrganizationRecord, Organizations, is_name

Found = TypeVar("Found")

LOOK_SECONDS: Final = 1.0
"""How long what is known of an organization counts after it was looked up."""


class Opened(msgspec.Struct, frozen=True):
    """The parts of an organization, and whether it is closed."""

    parts: Parts
    closed: bool = False


class _Known(msgspec.Struct, frozen=True):
    until: float
    record: OrganizationRecord
    opened: Opened


class AllParts:
    """See the module. `build` makes the parts of an organization of this name; it asks nobody."""

    def __init__(
        self,
        main: Parts,
        organizations: Organizations,
        build: Callable[[str], Parts],
        *,
        log_entries: int | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`log_entries` is the limit of each organization that has none of its own."""
        self.main, self.organizations = main, organizations
        self._main = Opened(main)
        self._build, self._log_entries, self._clock = build, log_entries, clock
        self._records = Gathering(self._look)
        self._parts: dict[str, Parts] = {}
        self._known: dict[str, _Known] = {}

    def seen(self, name: str) -> Parts | None:
        """The parts of an organization that was open when it was looked up within the last second."""
        if name == MAIN:
            return self.main
        known = self._known.get(name)
        if known is None or known.opened.closed or self._clock() >= known.until:
            return None
        return known.opened.parts

    async def of(self, name: str) -> Opened | None:
        """The organization of this name; None where there is none."""
        if name == MAIN:
            return self._main
        if not is_name(name):
            return None
        known = self._known.get(name)
        if known is not None and self._clock() < known.until:
            return known.opened
        asked = self._clock()
        record = (await self._records.of((name,))).get(name)
        return None if record is None else await self._keep(record, asked)

    async def renew(self, record: OrganizationRecord) -> Opened:
        """This process has just made it, or changed it so."""
        return await self._keep(record, self._clock())

    async def called(self, said: str) -> tuple[Opened, str] | None:
        """Whose something is that outsiders call so (see `engine.run.organizations`), and what its owner calls it.

        None where there is no such organization.
        """
        name, own = parted(said)
        opened = await self.of(name)
        return None if opened is None else (opened, own)

    async def of_each(self, read: Callable[[Parts], Awaitable[Found]]) -> list[Found]:
        """What is read of every organization that is open, of `main` first.

        Another one that is damaged is left out: nobody else's business fails for that, and its own engine says so.
        """
        asked = self._clock()

        async def of_one(record: OrganizationRecord) -> list[Found]:
            with suppress(StoreDamaged):
                opened = await self._keep(record, asked)
                return [] if opened.closed else [await read(opened.parts)]
            return []

        records = await self.organizations.all()
        first, *others = await asyncio.gather(_alone(read(self.main)), *map(of_one, records.values()))
        return [*first, *chain.from_iterable(others)]

    async def sweep(self) -> None:
        """Sweep every open organization; see `engine.run.sweep`."""
        names = (MAIN, *await self.organizations.all())
        await look_at_each("sweep", ((name, partial(self._sweep, name)) for name in names))

    async def _sweep(self, name: str) -> None:
        opened = await self.of(name)
        if opened is not None and not opened.closed:
            await opened.parts.sweep.look()

    async def close(self) -> None:
        """Wait until all that was taken on is written."""
        for parts in (self.main, *self._parts.values()):
            await parts.coalescer.close()

    async def _look(self, names: list[str]) -> dict[str, OrganizationRecord]:
        return await self.organizations.some(names)

    async def _keep(self, record: OrganizationRecord, asked: float) -> Opened:
        parts = self._parts.get(record.name)
        if parts is None:
            parts = self._parts[record.name] = self._build(record.name)
        known = self._known.get(record.name)
        if known is None or known.record != record:
            await put_limits(parts.log, self.organizations, record, self._log_entries)
        opened = Opened(parts, record.closed)
        self._known[record.name] = _Known(asked + LOOK_SECONDS, record, opened)
        return opened


async def _alone(reading: Awaitable[Found]) -> list[Found]:
    return [await reading]
