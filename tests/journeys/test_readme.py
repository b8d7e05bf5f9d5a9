"""The README's session, taken out as it stands: what a newcomer types, and what is answered."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.journeys.serving import PATIENCE_SECONDS, ends_in_a_moment, free_port, ready_at
from tests.terminal import REPOSITORY

PORT = "8710"
END = "the command has ended"


class Typed(msgspec.Struct):
    """A command, and the lines that the README shows below it; `…` stands for anything."""

    command: str
    shown: list[str]


def session(port: int) -> list[Typed]:
    """The README's session; only the port is another one, since many tests run at once."""
    text = (REPOSITORY / "README.md").read_text("utf-8").replace(PORT, str(port))
    (block,) = re.findall(r"^```console session\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    found: list[Typed] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Typed(line[2:], []))
        else:
            found[-1].shown.append(line)
    return found


def is_as_shown(said: str, shown: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return any(re.fullmatch(pattern, line) for line in said.splitlines())


class Newcomer:
    """A shell in a folder that looks like a fresh clone; types a line when the one before has been judged."""

    def __init__(self, folder: Path, port: int) -> None:
        self._port, self._said = port, folder.with_suffix(".said")
        python = Path(sys.executable).parent
        environment = {
            **os.environ,
            "SULKA_PORT": str(port),
            "PATH": f"{python}:{os.environ['PATH']}",
            "COLUMNS": "300",
            "SULKA_LOG_FORM": "terminal",  # as somebody at one sees it; here a file reads along
        }
        environment.pop("SULKA_DATA_DIR", None)
        self._out = self._said.open("wb")
        self._shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def types(self, typed: Typed) -> str:
        """What is printed until the command has ended and, behind it, all that is shown has come."""
        before = self._read()
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{typed.command}\necho; echo {END}\n".encode())
        self._shell.stdin.flush()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not ends_in_a_moment(self._shell):
            said = self._read()[len(before) :]
            if END in said and all(is_as_shown(said, shown) for shown in typed.shown) and self._is_judged():
                break
        return self._read()[len(before) :]

    def ends(self) -> None:
        """The terminal is closed: everything that was started in it ends."""
        os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.kill()
        self._shell.communicate(timeout=PATIENCE_SECONDS)
        self._out.close()

    def is_over(self) -> bool:
        """Whether nobody answers any more."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{self._port}/health/live", timeout=1)
            except httpx.TransportError:
                return True
        return False

    def _read(self) -> str:
        return self._said.read_text("utf-8")

    def _is_judged(self) -> bool:
        """Whether everything posted so far is judged, or nothing is served yet."""
        if "listens" not in self._read():
            return True
        found = ready_at(self._port)
        return found is not None and found["position"] == found["judged"]


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[tuple[Newcomer, int]]:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("rules", "config.toml"):
        (clone / name).symlink_to(REPOSITORY / name)
    port = free_port()
    newcomer = Newcomer(clone, port)
    yield newcomer, port
    newcomer.ends()
    assert newcomer.is_over()


def test_the_session_in_the_readme_is_true(newcomer: tuple[Newcomer, int]) -> None:
    shell, port = newcomer

    answered = 0
    for typed in session(port):
        said = shell.types(typed)

        answered += typed.command.startswith("curl")
        for shown in typed.shown:
            assert is_as_shown(said, shown), f"{typed.command}\nsaid {said}\nthe README says {shown}"
    assert answered == 4
