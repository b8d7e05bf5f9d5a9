"""Which rulebook is in force, made ready to judge by."""

from collections.abc import Mapping

from engine.core.codes import Naming, assign
from engine.core.entries import RulebookPublished
from engine.core.genesis import genesis
from engine.core.plan import Plan
from engine.core.states import CODES, ORGANIZATION, CodesState, OrganizationState, State
from engine.rulebook import compile_rulebook
from engine.store.rulebooks import Rulebooks
from engine.store.states import StateReader


class Plans:
    """Compiles published rulebooks once each and keeps the one in force."""

    def __init__(self, rulebooks: Rulebooks, reader: StateReader) -> None:
        self._rulebooks, self._reader = rulebooks, reader
        self._known: dict[bytes, Plan] = {}
        self._genesis = Plan(genesis())

    async def in_force(self, cached: Mapping[str, State | None]) -> Plan:
        """The plan of the rulebook in force; the empty one before the first is published."""
        organization = await self._state(ORGANIZATION, cached)
        codes = await self._state(CODES, cached)
        assert isinstance(organization, OrganizationState)
        assert isinstance(codes, CodesState)
        if not organization.rulebook:
            return self._genesis
        return await self._plan(organization.rulebook, codes.codes)

    async def published(self, entry: RulebookPublished, cached: Mapping[str, State | None]) -> Plan:
        """The plan of a rulebook that is just being published."""
        codes = await self._state(CODES, cached)
        assert isinstance(codes, CodesState)
        fresh = assign(codes.codes, (Naming(name, formerly or None) for name, formerly in entry.names))
        return await self._plan(entry.digest, {**codes.codes, **fresh})

    async def _plan(self, digest: bytes, codes: Mapping[str, int]) -> Plan:
        plan = self._known.get(digest)
        if plan is None:
            published = await self._rulebooks.get(digest)
            plan = self._known[digest] = Plan(compile_rulebook(published.texts, codes))
        return plan

    async def _state(self, key: str, cached: Mapping[str, State | None]) -> State | None:
        if key in cached:
            return cached[key]
        return (await self._reader.read([key]))[key]
