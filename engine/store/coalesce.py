"""Many requests, one write: what comes while a write is under way shares the next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from engine.store.errors import StoreFull
from engine.store.log import Append, Appended

MOST_IN_ONE_WRITE: Final = 1_000
"""A group is full at so many items. One call with more goes alone, since a call is never split."""


class Coalescer:
    """Appends for callers that come at the same time; one write at a time, in order of coming."""

    def __init__(
        self, append: Callable[[Sequence[Append]], Awaitable[list[Appended]]], *, most_waiting: int = 10_000
    ) -> None:
        self._append, self._most = append, most_waiting
        self._queue: deque[tuple[Sequence[Append], asyncio.Future[list[Appended]]]] = deque()
        self._waiting = 0
        self._worker: asyncio.Task[None] | None = None

    async def append(self, items: Sequence[Append]) -> list[Appended]:
        """As `Log.append`. A caller that goes away does not stop what is being written.

        Raises:
            StoreFull: Nothing was done.
            StoreUnavailable, StoreDamaged: As `Log.append`, to all who shared the write.
        """
        if not items:
            return []
        if self._waiting + len(items) > self._most:
            raise StoreFull(waiting=self._waiting)
        answer: asyncio.Future[list[Appended]] = asyncio.get_running_loop().create_future()
        self._queue.append((items, answer))
        self._waiting += len(items)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def close(self) -> None:
        """Wait until everything that was taken on is written."""
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        try:
            while self._queue:
                await self._write(self._next_group())
        finally:
            self._worker = None

    def _next_group(self) -> list[tuple[Sequence[Append], asyncio.Future[list[Appended]]]]:
        group = [self._queue.popleft()]
        size = len(group[0][0])
        while self._queue and size + len(self._queue[0][0]) <= MOST_IN_ONE_WRITE:
            group.append(self._queue.popleft())
            size += len(group[-1][0])
        return group

    async def _write(self, group: list[tuple[Sequence[Append], asyncio.Future[list[Appended]]]]) -> None:
        items = [item for part, _ in group for item in part]
        try:
            appended = await self._append(items)
        except BaseException as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        finally:
            self._waiting -= len(items)
        start = 0
        for part, answer in group:
            if not answer.done():
                answer.set_result(appended[start : start + len(part)])
            start += len(part)
