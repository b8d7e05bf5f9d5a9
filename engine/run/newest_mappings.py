"""The mappings by which messages of tools are read: those of the newest publication."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.sources.mapping.mapping import Mapping
from engine.store.rulebooks import Rulebooks

CompileMappings = Callable[[bytes], Awaitable[dict[str, Mapping]]]
"""The mappings of the publication of this digest, by the names of their files."""


class NewestMappings:
    """Compiles the mappings of each publication once."""

    def __init__(self, rulebooks: Rulebooks, compile_published: CompileMappings) -> None:
        self._rulebooks, self._compile = rulebooks, compile_published
        self._digest, self._known = b"", dict[str, Mapping]()
        self._compiling = asyncio.Lock()

    async def get(self, name: str) -> Mapping | None:
        """The mapping of the file `sources/<name>.toml`, as it was published last; None where there is none.

        Raises:
            RulebookMissing, RulebookDamaged: The data is not whole.
            RulebookRefused: They are read otherwise now than when they were published, and have mistakes.
            WorkshopFull: Nothing was compiled.
        """
        newest = await self._rulebooks.newest()
        if newest is not None and newest.digest != self._digest:
            # Messages that come while one of them has it compiled wait for that.
            async with self._compiling:
                if newest.digest != self._digest:
                    self._known = await self._compile(newest.digest)
                    self._digest = newest.digest
        return self._known.get(name)
