"""Which rulebook is in force, made ready to judge by."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from engine.core.codes import Naming, assign
from engine.core.entries import RulebookPublished
from engine.core.genesis import genesis
from engine.core.keys import CODES, ORGANIZATION
from engine.core.plan import Plan
from engine.core.rulebook import Rulebook
from engine.core.states import CodesState, OrganizationState, State
from engine.store.states import StateReader

Compile = Callable[[bytes, Mapping[str, int]], Awaitable[Rulebook]]
"""The published rulebook of this digest, compiled with these codes."""


class PlanSource(Protocol):
    """Where the engine gets its plans."""

    async def in_force(self, cached: Mapping[str, State | None]) -> Plan:
        """The plan of the rulebook in force; the empty one before the first is published."""

    async def published(self, entry: RulebookPublished, cached: Mapping[str, State | None]) -> Plan:
        """The plan of a rulebook that is just being published."""

    async def of(self, digest: bytes) -> Plan:
        """The plan by which an entry was judged, as its journal names it."""


class Plans:
    """Compiles published rulebooks, once each."""

    def __init__(self, compile_published: Compile, reader: StateReader) -> None:
        self._compile, self._reader = compile_published, reader
        self._known: dict[bytes, Plan] = {}
        self._compiling = asyncio.Lock()
        self._genesis = Plan(genesis())

    async def in_force(self, cached: Mapping[str, State | None]) -> Plan:
        """See `PlanSource`; `cached` are states that are newer than the store's."""
        organization = await self._state(ORGANIZATION, cached)
        assert isinstance(organization, OrganizationState)
        if not organization.rulebook:
            return self._genesis
        codes = await self._state(CODES, cached)
        assert isinstance(codes, CodesState)
        return await self._plan(organization.rulebook, codes.codes)

    async def published(self, entry: RulebookPublished, cached: Mapping[str, State | None]) -> Plan:
        """See `PlanSource`."""
        codes = await self._state(CODES, cached)
        assert isinstance(codes, CodesState)
        fresh = assign(codes.codes, (Naming(name, formerly or None) for name, formerly in entry.names))
        return await self._plan(entry.digest, {**codes.codes, **fresh})

    async def of(self, digest: bytes) -> Plan:
        """See `PlanSource`. Codes are never taken back, so those of today fit every rulebook that was published."""
        if not digest:
            return self._genesis
        codes = await self._state(CODES, {})
        assert isinstance(codes, CodesState)
        return await self._plan(digest, codes.codes)

    async def _plan(self, digest: bytes, codes: Mapping[str, int]) -> Plan:
        plan = self._known.get(digest)
        if plan is None:
            # Who comes while it is compiled waits for that.
            async with self._compiling:
                plan = self._known.get(digest)
                if plan is None:
                    plan = self._known[digest] = Plan(await self._compile(digest, codes))
        return plan

    async def _state(self, key: str, cached: Mapping[str, State | None]) -> State | None:
        if key in cached:
            return cached[key]
        return (await self._reader.read([key]))[key]
