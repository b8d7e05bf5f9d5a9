"""The program's commands as they are typed, carried out in this process: the same words in, the same words out.

A process of its own takes half a second to begin and shows no more. Where it does, because it is killed, serves or is
typed into a shell, a test starts one: `tests.journeys.serving`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from cli.main import CONFIG, CONFIG_VARIABLE, cli

REPOSITORY = Path(__file__).parents[1]


class Done(msgspec.Struct, frozen=True):
    """What a command has left on the screen, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def typed(*arguments: str, environment: Mapping[str, str], answers: str = "") -> Done:
    """`sulka` with these arguments, in the repository and in this environment alone.

    `answers` are the lines that somebody types when they are asked. A bug raises, as it would print a traceback.
    """
    # The program says there which settings hold for what it starts.
    variables = {CONFIG_VARIABLE: CONFIG, **environment}
    with pytest.MonkeyPatch.context() as here:
        here.chdir(REPOSITORY)
        for name in os.environ.keys() - variables.keys():
            here.delenv(name)
        for name, value in variables.items():
            here.setenv(name, value)
        result = CliRunner().invoke(cli, arguments, input=answers, prog_name="sulka", catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)


def sulka(data: Path, *arguments: str, answers: str = "", **variables: str) -> Done:
    """A command over this data folder."""
    environment = {**os.environ, "SULKA_DATA_DIR": str(data), "COLUMNS": "100", "NO_COLOR": "1", **variables}
    return typed(*arguments, environment=environment, answers=answers)
