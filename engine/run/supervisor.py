"""One `sulka serve`: the processes under it, in the order of their need, and their end in the other order.

API and engine are processes of their own, tied to the life of this one: when it dies, however it dies, the kernel
tells them. A worker that dies is started again; when the store dies, everything ends.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

import engine.store.launch

log = structlog.get_logger()

LAUNCHER = Path(engine.store.launch.__file__)

LOOK_SECONDS = 0.5

PATIENCE_SECONDS = 30
"""How long a worker may take to end after it was asked; then it is killed, which is safe at any moment."""

MINUTE_SECONDS = 60
RESTARTS_A_MINUTE = 10
"""A worker that dies more often than this has a fault that starting again does not mend."""


class WorkerKeepsDying(Exception):
    """A worker ended again and again; its own messages say why."""

    def __init__(self, name: str, exit_code: int) -> None:
        self.name, self.exit_code = name, exit_code
        super().__init__(f"the {name} process keeps ending (exit code {exit_code}); its messages stand above")


class Supervisor:
    """Runs workers until it is told to stop. Build and run it in the main thread."""

    def __init__(self, workers: dict[str, Sequence[str]], *, store_alive: Callable[[], bool]) -> None:
        """`workers`: name -> arguments for this Python, in the order of starting; they are ended in reverse."""
        self._workers, self._store_alive = workers, store_alive
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Start all, keep all running, end all on SIGTERM or SIGINT.

        Raises:
            WorkerKeepsDying: After everything else was ended.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        watchers: list[asyncio.Task[None]] = []
        try:
            for name, arguments in self._workers.items():
                await self._start(name, arguments)
                watchers.append(asyncio.create_task(self._watch(name, arguments)))
            watchers.append(asyncio.create_task(self._watch_store()))
            stopped = asyncio.create_task(self._stop.wait())
            done, _ = await asyncio.wait([stopped, *watchers], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if task is not stopped:
                    task.result()
            stopped.cancel()
        finally:
            self._stop.set()
            for task in watchers:
                task.cancel()
            for name in reversed(list(self._running)):
                await self._end(name)

    async def _start(self, name: str, arguments: Sequence[str]) -> None:
        # Its own group: Ctrl-C in a terminal reaches this process alone, which then ends the others in order.
        self._running[name] = await asyncio.create_subprocess_exec(
            sys.executable,
            str(LAUNCHER),
            str(os.getpid()),
            sys.executable,
            *arguments,
            start_new_session=True,
        )

    async def _watch(self, name: str, arguments: Sequence[str]) -> None:
        loop = asyncio.get_running_loop()
        ends: list[float] = []
        while not self._stop.is_set():
            code = await self._running[name].wait()
            if self._stop.is_set():
                return
            now = loop.time()
            ends = [end for end in ends if now - end < MINUTE_SECONDS] + [now]
            if len(ends) > RESTARTS_A_MINUTE:
                raise WorkerKeepsDying(name, code)
            log.warning("worker ended, starting it again", worker=name, exit_code=code)
            await self._start(name, arguments)

    async def _watch_store(self) -> None:
        while self._store_alive():  # noqa: ASYNC110 - the server is no process of asyncio
            await asyncio.sleep(LOOK_SECONDS)
        log.error("the store has ended; everything ends")

    async def _end(self, name: str) -> None:
        process = self._running.pop(name)
        if process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            log.warning("worker did not end in time and is killed", worker=name)
            process.kill()
            await process.wait()
