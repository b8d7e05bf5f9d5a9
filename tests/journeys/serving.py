"""A running `sulka serve` with a data folder of its own, for whole journeys."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.terminal import REPOSITORY, typed

PATIENCE_SECONDS = 30
MOMENT_SECONDS = 0.02
PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ready_at(port: int) -> dict[str, Any] | None:
    """What the service at this port says of itself; None while it does not answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        except (OSError, HTTPException):
            return None
    return found if answer.status == HTTPStatus.OK else None


def ends_in_a_moment(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends now. It waits for that rather than ask all the time on a core that the process needs."""
    try:
        process.wait(MOMENT_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


class Serving:
    """The program and its address."""

    def __init__(self, data: Path, port: int, *command: str, starts: bool = True) -> None:
        """`command` is `serve` unless it is said."""
        self.data, self.port = data, port
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {**os.environ, "SULKA_DATA_DIR": str(data), "SULKA_PORT": str(port), "NO_COLOR": "1"}
        self.printed = data.with_suffix(f".{port}.out")
        self.command = command or ("serve",)
        if starts:
            self.start()

    def start(self) -> None:
        """Start the program; what it prints goes into a file."""
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen([*PROGRAM, *self.command], cwd=REPOSITORY, env=self.environment, stdout=out)

    def run(self, *arguments: str) -> str:
        """A short command beside the running service; what it printed."""
        done = typed(*arguments, environment=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def last_line(self, *arguments: str) -> str:
        """What stands alone on the last line of a command's output."""
        return self.run(*arguments).strip().splitlines()[-1]

    def ready(self) -> dict[str, Any] | None:
        """What the service says of itself; None while it does not answer."""
        return ready_at(self.port)

    def wait_until_ready(self) -> None:
        """Return when calls are answered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.ready() is None:
            assert time.monotonic() < deadline, "sulka serve does not answer"
            assert not ends_in_a_moment(self.process), "sulka serve has ended"

    def wait_until_judged(self) -> int:
        """Return when every entry of the log is judged; the last position."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = self.ready()
            if found is not None and found["position"] == found["judged"]:
                return int(found["position"])
            assert time.monotonic() < deadline, "the engine does not get through the log"
            assert not ends_in_a_moment(self.process), "sulka serve has ended"

    def wait_until_printed(self, words: str, *, patience_seconds: int = 2 * PATIENCE_SECONDS) -> str:
        """Return what was printed when these words are in it."""
        deadline = time.monotonic() + patience_seconds
        while words not in (said := self.printed.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline, f"{words} was not printed, but: {said}"
            assert not ends_in_a_moment(self.process), f"it has ended: {said}"
        return said

    def children(self) -> dict[int, list[bytes]]:
        """The command lines of the processes under it, by process id."""
        found: dict[int, list[bytes]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parts = (folder / "cmdline").read_bytes().split(b"\0")
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError):
                continue
            if parent == self.process.pid:
                found[int(folder.name)] = parts
        return found

    def workers(self) -> dict[str, int]:
        """The process ids of the workers by name."""
        return {
            parts[parts.index(b"cli.worker") + 1].decode(): pid
            for pid, parts in self.children().items()
            if b"cli.worker" in parts
        }

    def worker(self, name: str) -> int:
        """A worker's process id, as soon as it is there: after an end it takes a moment until it is started again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while name not in (found := self.workers()):
            assert time.monotonic() < deadline, f"the {name} is not started again"
            assert not ends_in_a_moment(self.process), "sulka serve has ended"
        return found[name]

    def end(self) -> int:
        """Ask it to end and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(data: Path, *command: str) -> Iterator[Serving]:
    """A service for as long as this is open."""
    service = Serving(data, free_port(), *command)
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.end()
