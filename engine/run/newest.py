"""The rulebook by which the door admits: the newest that was published, whether or not the engine has come to it."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.core.genesis import genesis
from engine.core.rulebook import Rulebook
from engine.store.rulebooks import Rulebooks

CompileText = Callable[[bytes], Awaitable[Rulebook]]
"""The published rulebook of this digest. Its codes don't matter: the door asks for names and fields only."""


class NewestRulebook:
    """Compiles each published rulebook once. `known` is the newest that was seen."""

    def __init__(self, rulebooks: Rulebooks, compile_text: CompileText) -> None:
        self._rulebooks, self._compile = rulebooks, compile_text
        self._seen, self.known = 0, genesis()
        self._compiling = asyncio.Lock()

    async def of(self, versions: int) -> Rulebook:
        """The newest rulebook where so many have been published; the empty one before the first.

        Raises:
            RulebookMissing: The data is not whole.
        """
        if versions != self._seen:
            # Requests that come while one of them has it compiled wait for that.
            async with self._compiling:
                if versions != self._seen:
                    await self._look()
        return self.known

    async def _look(self) -> None:
        version = await self._rulebooks.newest()
        if version is not None:
            if version.digest != self.known.digest:
                self.known = await self._compile(version.digest)
            self._seen = version.number
