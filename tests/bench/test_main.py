"""What `make bench ARGS="…"` understands."""

import subprocess
import sys

import pytest


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bench", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["engines"], "There is no measurement engines. There are: engine, door, latency, boards, rules, bytes."),
        (["rules", "--rounds", "0"], "--rounds is 0; from 1 to 20 can be measured."),
        (["rules", "--rounds", "21"], "--rounds is 21; from 1 to 20 can be measured."),
        (["rules", "--rounds", "many"], "--rounds"),
    ],
)
def test_what_can_not_be_measured_is_refused_before_anything_starts(words: list[str], said: str) -> None:
    done = asked(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_all_measurements_are_named_where_one_asks_for_help() -> None:
    done = asked("--help")

    assert done.returncode == 0
    assert "engine, door, latency, boards, rules, bytes" in " ".join(done.stdout.split())
