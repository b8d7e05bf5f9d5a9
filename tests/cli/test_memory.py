import subprocess
import sys

PROGRAM = """
import gc
from cli.memory import {how}
{how}()
seen = set()
gc.callbacks.append(lambda phase, about: seen.add(about["generation"]))
kept = [[number] for number in range(1_500_000)]
print(sorted(seen), gc.get_freeze_count() > 0)
"""


def collections_seen(how: str) -> str:
    """The generations that were collected while 1,500,000 objects were made and kept."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(how=how)], capture_output=True, text=True, timeout=60, check=True
    )
    return said.stdout.strip()


def test_an_engine_that_remembers_much_is_never_stopped_to_look_through_it() -> None:
    assert collections_seen("collect_nothing") == "[] True"


def test_the_api_does_collect_cycles_that_grew_old() -> None:
    assert collections_seen("settle") == "[0, 1, 2] True"
