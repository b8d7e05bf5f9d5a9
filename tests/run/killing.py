"""A real engine, API or outbox process, killed at a chosen command to the store, and what the store holds then."""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import uvloop
from redis.asyncio import Redis

from cli.http import serve_http
from cli.worker import work_engine, work_outbox
from engine.run.measures import keep_in
from engine.settings import DataSettings, HttpSettings, OutboxSettings, Settings
from engine.store.ask import ask
from engine.store.scripts import script
from tests.store.building import without
from tests.store.proxy import ReplyDroppingProxy, Request

When = Literal["before the server has it", "before the answer is there"]
PATIENCE_SECONDS = 20
LOOK_SECONDS = 0.005
VOLATILE = {b"epoch", b"tries", b"tried_at"}
"""What the engine's own key says of engines, not of what was judged."""

# A process that has loaded everything and starts others by forking: hundreds of engines in a minute.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.run.killing"])


class Killed(Exception):
    """The command does not get to the server: its sender is dead."""


def settings_for(data: Path, port: int = 0) -> Settings:
    """The settings of such a process; small batches, so that there are many commands."""
    return Settings(data=DataSettings(dir=str(data)), http=HttpSettings(port=port))


def run_engine(url: str, data: str) -> None:
    """What `python -m cli.worker engine` does."""
    settings = settings_for(Path(data))
    uvloop.run(work_engine(url, settings, keep_in(settings.measures_dir, "engine")))


def run_api(url: str, data: str, port: int) -> None:
    """What `python -m cli.worker api` does."""
    settings = settings_for(Path(data), port)
    serve_http(url, settings, keep_in(settings.measures_dir, "api"))


def run_outbox(url: str, data: str, origin: str) -> None:
    """What `python -m cli.worker outbox` does, with a receiver on this machine."""
    settings = msgspec.structs.replace(settings_for(Path(data)), outbox=OutboxSettings(allow=(origin,)))
    uvloop.run(work_outbox(url, settings, keep_in(settings.measures_dir, "outbox")))


class Step(NamedTuple):
    """A command to the store: its name (and which script), and how often it was sent by then."""

    command: str
    time: int


def script_step(name: str, time: int = 1) -> Step:
    """The moment at which a script is sent for the so-many-th time."""
    return Step(f"EVALSHA {script(name).digest}", time)


async def arrive_late(client: Redis, held: Request, guards: str, name: str) -> None:
    """The command of a script reaches the server now; with `guards` the script has these cut out."""
    text = without(guards, name).text if guards else script(name).text
    await ask(client, "EVAL", text, *held[2:])


class Victim:
    """A process whose commands are counted; it is killed at one of them, where it comes so far."""

    def __init__(self, url: str, *, at: Step | None = None, when: When = "before the server has it") -> None:
        self.seen: list[Step] = []
        self.held: Request = ()
        """The command that did not get to the server."""
        self._counts: Counter[str] = Counter()
        self._at, self._when = at, when
        self._process: BaseProcess | None = None
        self._proxy = ReplyDroppingProxy(url, on_request=self._look, on_drop=self.kill)

    @asynccontextmanager
    async def engine(self, data: Path) -> AsyncIterator["Victim"]:
        """An engine for as long as this is open."""
        async with self._proxy:
            self._start(run_engine, (self._proxy.url, str(data)))
            yield self
            await self.end()

    @asynccontextmanager
    async def api(self, data: Path, port: int) -> AsyncIterator["Victim"]:
        """An API for as long as this is open."""
        async with self._proxy:
            self._start(run_api, (self._proxy.url, str(data), port))
            yield self
            await self.end()

    @asynccontextmanager
    async def outbox(self, data: Path, origin: str) -> AsyncIterator["Victim"]:
        """A worker that sends to this receiver, for as long as this is open."""
        async with self._proxy:
            self._start(run_outbox, (self._proxy.url, str(data), origin))
            yield self
            await self.end()

    @property
    def lives(self) -> bool:
        """Whether the process runs."""
        assert self._process is not None
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """How it ended; below zero by this signal."""
        assert self._process is not None
        return self._process.exitcode

    def kill(self) -> None:
        """With the signal that nobody can handle; one that has died already stays dead."""
        assert self._process is not None
        self._process.kill()

    async def end(self) -> None:
        """Kill it where it lives (asked to end, it would first wait for an entry that does not come), and wait."""
        assert self._process is not None
        if self._process.is_alive():
            self.kill()
        await asyncio.to_thread(self._process.join, PATIENCE_SECONDS)

    def _start(self, work: object, arguments: tuple[object, ...]) -> None:
        self._process = _processes.Process(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._process.start()

    def _look(self, request: Request) -> None:
        command = request[0].upper().decode()
        if command == "EVALSHA":
            command += f" {request[1].decode()}"
        self._counts[command] += 1
        step = Step(command, self._counts[command])
        self.seen.append(step)
        if step != self._at:
            return
        if self._when == "before the answer is there":
            self._proxy.drop_next_reply()
            return
        self.held = request
        self.kill()
        raise Killed


async def rows_of(client: Redis) -> dict[bytes, object]:
    """Everything that a database holds, as values that can be compared."""
    found: dict[bytes, object] = {}
    async for key in client.scan_iter(count=1_000):
        match await client.type(key):
            case b"hash":
                rows = await client.hgetall(key)
                found[key] = {field: value for field, value in rows.items() if field not in VOLATILE}
            case b"zset":
                found[key] = await client.zrange(key, 0, -1, withscores=True)
            case b"stream":
                found[key] = await client.xrange(key)
            case b"set":
                found[key] = await client.smembers(key)
            case _:
                found[key] = await client.get(key)
    return found


class Snapshot:
    """All keys of a database as they are now, to begin from again and again."""

    def __init__(self, dumps: dict[bytes, bytes]) -> None:
        self._dumps = dumps

    @classmethod
    async def of(cls, client: Redis) -> "Snapshot":
        """Taken now."""
        keys = [key async for key in client.scan_iter(count=1_000)]
        return cls({key: await client.dump(key) or b"" for key in keys})

    async def restore(self, client: Redis) -> None:
        """The database holds exactly this."""
        await client.flushdb()
        for key, dumped in self._dumps.items():
            await client.restore(key, 0, dumped)
