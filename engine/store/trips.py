"""Read scripts of callers who come at the same time, in one trip to the store."""

import asyncio
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from engine.store.ask import Argument
from engine.store.connect import store_answers, store_error
from engine.store.scripts import Reply, Script

MOST_AT_ONCE: Final = 32
"""So many scripts share one trip; more wait for the next, so that nobody waits for a long row of others."""


MOST_UNDERWAY: Final = 2
"""So many trips are under way at once: the store works on one while this process reads the answers of another."""


class _Asked(msgspec.Struct, frozen=True, eq=False):
    script: Script
    call: tuple[Argument, ...]
    answer: "asyncio.Future[list[Reply]]"


class SharedTrips:
    """Each script runs after its caller has asked: no answer is older than its question. For reads only."""

    def __init__(self, read: Redis) -> None:
        self._read = read
        self._asked: list[_Asked] = []
        self._workers: set[asyncio.Task[None]] = set()

    async def run(self, script: Script, keys: Sequence[str | bytes], arguments: Sequence[Argument]) -> list[Reply]:
        """The answer of a script that answers with a list.

        Raises:
            StoreUnavailable: To all who shared the trip.
        """
        answer: asyncio.Future[list[Reply]] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(script, (len(keys), *keys, *arguments), answer))
        if len(self._workers) < MOST_UNDERWAY:
            self._workers.add(asyncio.create_task(self._work()))
        return await answer

    async def _work(self) -> None:
        try:
            while self._asked:
                group, self._asked = self._asked[:MOST_AT_ONCE], self._asked[MOST_AT_ONCE:]
                await self._answer(group)
        finally:
            # At once and not when the loop gets to it: whoever asks from now on needs another worker.
            self._workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _answer(self, group: list[_Asked]) -> None:
        try:
            found = await self._send(group)
        except BaseException as error:
            for asked in group:
                if not asked.answer.done():
                    asked.answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for asked, answer in zip(group, found, strict=True):
            if asked.answer.done():
                continue
            if isinstance(answer, Exception):
                asked.answer.set_exception(store_error(answer) or answer)
            else:
                asked.answer.set_result(cast("list[Reply]", answer))

    async def _send(self, group: Sequence[_Asked]) -> list[object]:
        found = await self._once(group)
        if any(isinstance(answer, NoScriptError) for answer in found):
            texts = {asked.script.text for asked in group}
            with store_answers():
                for text in texts:
                    await self._read.script_load(text)
            found = await self._once(group)
        return found

    async def _once(self, group: Sequence[_Asked]) -> list[object]:
        pipeline = self._read.pipeline(transaction=False)
        for asked in group:
            pipeline.execute_command("EVALSHA", asked.script.digest, *asked.call)
        with store_answers():
            found: list[object] = await pipeline.execute(raise_on_error=False)
        return found
