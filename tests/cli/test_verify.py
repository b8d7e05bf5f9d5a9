"""`sulka verify` at a terminal: what it says, and what it leaves."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cli.verify import differences_said
from engine.run.verify import MOST_DIFFERENCES
from tests.journeys.serving import PATIENCE_SECONDS, PROGRAM
from tests.terminal import REPOSITORY, Done, sulka


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 difference."),
        (2, "2 differences."),
        (20, "20 differences."),
        (21, "21 differences, the first 20 above."),
        (MOST_DIFFERENCES, "1,000 differences or more, the first 20 above."),
    ],
)
def test_differences_are_counted_in_words_that_fit(number: int, said: str) -> None:
    assert differences_said(number) == said


def test_what_a_killed_verify_left_goes_with_the_next_one(tmp_path: Path) -> None:
    folder = tmp_path / "verify"
    assert sulka(tmp_path, "publish").returncode == 0
    environment = {**os.environ, "SULKA_DATA_DIR": str(tmp_path), "NO_COLOR": "1"}
    killed = subprocess.Popen([*PROGRAM, "verify"], cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "appendonlydir").exists():
        assert killed.poll() is None
        assert time.monotonic() < deadline
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE_SECONDS)
    assert (folder / "appendonlydir").exists()

    verified = sulka_when_free(tmp_path, folder)

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert [path.name for path in folder.iterdir()] == ["lock"]


def sulka_when_free(data: Path, folder: Path) -> Done:
    """Verify as soon as the servers of the killed one have ended, which they do by themselves."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in pids(data / "store", folder)):
        assert time.monotonic() < deadline
    return sulka(data, "verify")


def pids(*folders: Path) -> list[str]:
    """The processes that the locks of these folders name."""
    return [pid for folder in folders if (pid := (folder / "lock").read_text().strip())]
