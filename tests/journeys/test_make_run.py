"""`make run`, as somebody meets it who has just cloned: it says where to look, goes on serving, ends on Ctrl-C."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.serving import PATIENCE_SECONDS, ends_in_a_moment, free_port, ready_at
from tests.terminal import REPOSITORY

SMALL = "--members 40 --weeks 6 --until 2026-11-22"
MAKE_INTERRUPTED = -signal.SIGINT
"""How make says that somebody pressed Ctrl-C; where the program under it has failed before, make ends with 2."""

RECIPE_FAILED = "*** ["
"""What make writes where the program under it does not end with 0, also after Ctrl-C."""


class Terminal:
    """`make run` in a process group of its own, as a terminal would start it."""

    def __init__(self, data: Path, port: int, printed: Path) -> None:
        self._port, self._printed = port, printed
        environment = {**os.environ, "SULKA_DATA_DIR": str(data), "SULKA_PORT": str(port), "NO_COLOR": "1"}
        with printed.open("wb") as out:
            self.process = subprocess.Popen(
                ["make", "run", f"ARGS={SMALL}"],
                cwd=REPOSITORY,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        """All that was printed so far."""
        return self._printed.read_text("utf-8")

    def wait_for(self, words: str) -> str:
        """What was printed when these words are in it."""
        deadline = time.monotonic() + 2 * PATIENCE_SECONDS
        while words not in (said := self.said()):
            assert time.monotonic() < deadline, said
            assert not ends_in_a_moment(self.process), said
        return said

    def processes(self) -> set[int]:
        """Everybody under it, by process id."""
        parents: dict[int, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError):
                continue
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def press_ctrl_c(self) -> int:
        """As a terminal does: the signal goes to the whole group; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def position(self) -> int:
        """How long the log is; 0 while nobody answers."""
        return int((ready_at(self._port) or {"position": 0})["position"])


@contextmanager
def make_run(data: Path, printed: Path) -> Iterator[Terminal]:
    terminal = Terminal(data, free_port(), printed)
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.press_ctrl_c()


def has_ended(pids: set[int]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
    return False


def wait_until_filling(terminal: Terminal) -> None:
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    while terminal.position() <= 300:
        assert time.monotonic() < deadline, terminal.said()
        assert not ends_in_a_moment(terminal.process), terminal.said()


def test_make_run_ends_on_ctrl_c_at_any_time_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with make_run(tmp_path / "data", tmp_path / "in the middle.out") as stopped:
        wait_until_filling(stopped)
        processes = stopped.processes()

        code = stopped.press_ctrl_c()

        assert code == MAKE_INTERRUPTED
        assert "it goes on from here" in stopped.said()
        assert not {word for word in ("Traceback", RECIPE_FAILED) if word in stopped.said()}
        assert len(processes) >= 5
        assert has_ended(processes)

    with make_run(tmp_path / "data", tmp_path / "to the end.out") as whole:
        summary = whole.wait_for("ADMIN=")
        position, processes = whole.position(), whole.processes()

        code = whole.press_ctrl_c()

        assert code == MAKE_INTERRUPTED
        assert "Sulka has ended." in whole.said()
        assert not {word for word in ("Traceback", RECIPE_FAILED) if word in whole.said()}
        assert has_ended(processes)

    with make_run(tmp_path / "data", tmp_path / "again.out") as again:
        again.wait_for("ADMIN=")

        assert again.position() == position
        assert what_came_of_it(again.said()) == what_came_of_it(summary)


def what_came_of_it(said: str) -> str:
    """The summary without the address, which is another one, and the time."""
    return said.partition("Who leads")[2].partition("Sulka listens")[0]
