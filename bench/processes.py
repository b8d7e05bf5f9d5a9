"""Processes of the measurements, and what they take of the processors."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bench.http_load import Connection

TICKS: Final = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS: Final = 30
LOOK_SECONDS: Final = 0.05


@asynccontextmanager
async def process(words: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[int]:
    """The number of a process of ours that runs one of our programs, for as long as this is open."""
    started = await asyncio.create_subprocess_exec(sys.executable, *words, env={**os.environ, **environment})
    try:
        yield started.pid
        assert started.returncode is None, f"{words} has ended by itself"
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


def cpu_seconds(process: int) -> float:
    """What a process has had of the processors so far.

    Raises:
        FileNotFoundError: It has ended.
    """
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def until_it_listens(port: int, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until somebody listens there."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                (await Connection.open("127.0.0.1", port)).close()
            except OSError:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return
