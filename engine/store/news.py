"""Waiting for new entries in the logs of many organizations, over a few connections.

Whoever begins to wait is asked for at once, on a connection of its own. All questions end at the same moments, four
times a second, and those that still wait share the next one: a hundred logs in which nothing happens cost one command.
"""

import asyncio
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.connect import READ_CONNECTIONS
from engine.store.errors import StoreDamaged
from engine.store.log import LAST_OF_POSITION

ROUND_MS: Final = 250
SHORTEST_MS: Final = 10
GATHER_SECONDS: Final = 0.005
"""How long those whose question has ended wait for others, to share the next one."""

MOST_AT_ONCE: Final = READ_CONNECTIONS - 2
"""So many questions are under way at once; who comes then waits for one that ends, a quarter of a second at most."""


class _Waiter(msgspec.Struct, frozen=True, eq=False):
    log: str
    after: int
    answer: "asyncio.Future[bool]"


class News:
    """See the module. `blocking` is used for nothing else."""

    def __init__(self, blocking: Redis) -> None:
        self._blocking = blocking
        self._waiters: dict[str, _Waiter] = {}
        """By the key of the log; one waits for each, the engine of its organization."""
        self._unasked: set[str] = set()
        self._asking: set[asyncio.Task[None]] = set()

    async def wait(self, log: str, after: int) -> bool:
        """Wait for an entry of the log with this key that follows this position; False where `wake` was called.

        Raises:
            StoreUnavailable: The store gave no answer.
            StoreDamaged: This key holds no log.
        """
        waiter = _Waiter(log, after, asyncio.get_running_loop().create_future())
        self._waiters[log] = waiter
        self._unasked.add(log)
        self._ask()
        try:
            return await waiter.answer
        finally:
            if self._waiters.get(log) is waiter:
                del self._waiters[log]
            self._unasked.discard(log)

    def wake(self, log: str) -> None:
        """Whoever waits for this log goes on without news."""
        waiter = self._waiters.get(log)
        if waiter is not None and not waiter.answer.done():
            waiter.answer.set_result(False)

    async def close(self) -> None:
        """Ask no more; nobody may wait."""
        for task in (asking := list(self._asking)):
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _ask(self) -> None:
        if self._unasked and len(self._asking) < MOST_AT_ONCE:
            waiters = [self._waiters[log] for log in sorted(self._unasked)]
            self._unasked.clear()
            self._asking.add(asyncio.create_task(self._round(waiters)))

    async def _round(self, waiters: list[_Waiter]) -> None:
        loop = asyncio.get_running_loop()
        try:
            block = max(SHORTEST_MS, ROUND_MS - int(loop.time() * 1_000) % ROUND_MS)
            await self._tell(waiters, block)
        except Exception as error:  # noqa: BLE001 - it is told to whoever waits
            for waiter in waiters:
                if not waiter.answer.done():
                    waiter.answer.set_exception(error)
        finally:
            self._asking.discard(cast("asyncio.Task[None]", asyncio.current_task()))
        self._unasked.update(waiter.log for waiter in waiters if self._waits(waiter))
        if self._unasked:
            loop.call_later(GATHER_SECONDS, self._ask)

    def _waits(self, waiter: _Waiter) -> bool:
        return not waiter.answer.done() and self._waiters.get(waiter.log) is waiter

    async def _tell(self, waiters: list[_Waiter], block_ms: int | None) -> None:
        """Ask once, and tell those who have news; where one of several is damaged, only those who wait for that one."""
        try:
            found = await self._read(waiters, block_ms)
        except StoreDamaged as damage:
            if len(waiters) > 1:
                for waiter in waiters:
                    await self._tell([waiter], None)
            elif not waiters[0].answer.done():
                waiters[0].answer.set_exception(damage)
            return
        for waiter in waiters:
            if waiter.log in found and not waiter.answer.done():
                waiter.answer.set_result(True)

    async def _read(self, waiters: list[_Waiter], block_ms: int | None) -> set[str]:
        """The logs in which there is something new."""
        wait: tuple[Argument, ...] = () if block_ms is None else ("BLOCK", block_ms)
        keys = [waiter.log for waiter in waiters]
        after = [f"{waiter.after}-{LAST_OF_POSITION}" for waiter in waiters]
        answer = await ask(self._blocking, "XREAD", "COUNT", 1, *wait, "STREAMS", *keys, *after)
        return {key.decode() for key, _ in cast("list[tuple[bytes, object]]", answer or [])}
