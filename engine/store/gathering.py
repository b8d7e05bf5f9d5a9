"""Many readers, one trip: what is asked while a read is under way shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Gathering(Generic[Found]):
    """Reads for callers that come at the same time. Each read begins after its callers have asked: none is stale."""

    def __init__(self, read: Callable[[list[str]], Awaitable[Found]]) -> None:
        self._read = read
        self._asked: list[tuple[Iterable[str], asyncio.Future[Found]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def of(self, names: Iterable[str]) -> Found:
        """What is known of these names, and of those that others asked for at the same time.

        Raises:
            StoreUnavailable: To all who shared the trip.
        """
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._asked.append((names, answer))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._asked:
                group, self._asked = self._asked, []
                await self._answer(group)
        finally:
            self._worker = None

    async def _answer(self, group: list[tuple[Iterable[str], asyncio.Future[Found]]]) -> None:
        try:
            found = await self._read(list(dict.fromkeys(name for names, _ in group for name in names)))
        except BaseException as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for _, answer in group:
            if not answer.done():
                answer.set_result(found)
