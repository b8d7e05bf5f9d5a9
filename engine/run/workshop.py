"""Work of seconds beside the event loop, such as checking rule files: others are answered meanwhile.

One piece at a time, on a thread of its own whose stack is the same on every machine: what recurses over deep input must
not end the process where threads get small ones. Formulas may be compiled and evaluated in any thread, because their
library keeps the interpreter's lock while it works (seen with cel-expr-python 0.1.3).
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, TypeVar

from engine.run.errors import WorkshopFull

Result = TypeVar("Result")

STACK_BYTES: Final = 64 * 1024 * 1024
MOST_WAITING: Final = 8
SWITCH_SECONDS: Final = 0.000_5
"""After so long the thread lets the event loop go on, if that has something to do. With the interpreter's 5 ms a call
that asks the store a few times waits for a tenth of a second."""


class Workshop:
    """See the module. The thread begins with the first piece of work and ends with this object."""

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._most, self._taken = most_waiting, 0
        self._thread = _Thread()

    def beside(self) -> "Workshop":
        """Another one on the same thread, for somebody else: each takes on as much as if it were alone."""
        other = Workshop(most_waiting=self._most)
        other._thread = self._thread
        return other

    async def do(self, work: Callable[[], Result]) -> Result:
        """What the work gives, or raises. A caller who goes away does not stop what has begun.

        Raises:
            WorkshopFull: Nothing was done.
        """
        if self._taken >= self._most:
            raise WorkshopFull(waiting=self._taken)
        self._taken += 1
        begun = self._thread.pool.submit(work)
        loop = asyncio.get_running_loop()
        begun.add_done_callback(lambda _: loop.call_soon_threadsafe(self._finished))
        return await asyncio.wrap_future(begun)

    def _finished(self) -> None:
        self._taken -= 1


class _Thread:
    """Begins when it is first asked for."""

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        return _pool()


def _pool() -> ThreadPoolExecutor:
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workshop")
    before = threading.stack_size(STACK_BYTES)
    try:
        # The pool starts its thread when it gets something to do.
        pool.submit(int)
    finally:
        threading.stack_size(before)
    return pool
