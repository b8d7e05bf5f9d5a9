"""How a process logs: in a process of its own, for it changes what all of it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import REPOSITORY, sulka

NAME, TEXT = "Aada Esimerkki", "thanks for everything"

FAULTS = f"""
import asyncio, logging, warnings
import structlog
from cli.logs import say_in_one_form
from engine.settings import LogSettings, Settings

log = structlog.get_logger()


def look_up(who: str) -> int:
    return {{}}[who]


def judge(text: str) -> int:
    try:
        return look_up({NAME!r})
    except KeyError as error:
        raise ValueError(text) from error


async def forget() -> None:
    asyncio.get_running_loop().create_task(asyncio.to_thread(look_up, {NAME!r}))
    await asyncio.sleep(0.05)


say_in_one_form(Settings(), "engine")
log.info("A line of ours", number=1)
try:
    judge({TEXT!r})
except ValueError as error:
    log.exception("entry goes aside")
    log.error("bug in a request", exc_info=error)
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application\\n")
logging.getLogger("apscheduler").warning("Run time of job was missed\\nby 3 s")
asyncio.run(forget())
warnings.warn("old words")
"""


def said(**variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS],
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_every_line_of_a_process_is_one_object_with_its_time_in_utc_where_no_terminal_is() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in said().splitlines()]

    assert [line["event"].partition(":")[0] for line in lines[:5]] == [
        "A line of ours",
        "entry goes aside",
        "bug in a request",
        "Exception in ASGI application",
        "Run time of job was missed",
    ]
    assert all(line["process"] == "engine" and line["timestamp"].endswith("Z") for line in lines)
    assert [line["level"] for line in lines[:5]] == ["info", "error", "error", "error", "warning"]
    assert len(lines) == 7, "… a task that nobody waited for, and a warning"


def test_a_bug_is_recorded_with_all_its_places_and_without_its_words() -> None:
    printed = said()

    faults = [line["exception"] for line in map(json.loads, printed.splitlines()) if "exception" in line]
    assert len(faults) == 4
    assert all("in look_up" in fault and "builtins.KeyError" in fault for fault in faults)
    assert all(fault.endswith("which led to\n" + fault.split("which led to\n")[-1]) for fault in faults[:3])
    assert all(fault.endswith("builtins.ValueError") and "in judge" in fault for fault in faults[:3])
    assert NAME not in printed
    assert TEXT not in printed


IN_ONE_GO = """
import structlog
from pathlib import Path
from cli.logs import say_in_one_form
from engine.settings import read_settings

say_in_one_form(read_settings(Path("absent"), {"SULKA_LOG_FORM": "terminal"}), "serve")
structlog.get_logger().warning("worker ended, starting it again", worker="engine", exit_code=-9)
"""


def test_a_setting_has_lines_for_people_wherever_they_go() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_ONE_GO], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True
    )

    time, _, line = done.stdout.strip().partition(" ")
    assert time.startswith("20")
    assert time.endswith("Z")
    assert line == "[warning] worker ended, starting it again process=serve worker=engine exit_code=-9"


@pytest.mark.parametrize("form", ["xml", ""])
def test_a_form_that_is_none_is_refused(tmp_path: Path, form: str) -> None:
    done = sulka(tmp_path, "versions", SULKA_LOG_FORM=form)

    assert done.returncode == 1
    assert "logs.form" in done.stderr
