"""What all commands share: how they run, and how their help is written."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import rich_click as click

from engine.rulebook.mistakes import RulebookRefused
from engine.run.errors import RunError
from engine.run.supervisor import WorkerKeepsDying
from engine.settings import SettingsError
from engine.store.errors import StoreError

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])


def run(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a command's work; what went wrong on purpose is said in its own words, without a traceback."""
    try:
        return asyncio.run(work())
    except (StoreError, SettingsError, RulebookRefused, RunError, WorkerKeepsDying) as error:
        raise click.ClickException(str(error)) from None


def lines(*said: str) -> str:
    """The end of a help text, line by line: an empty line between two keeps them apart."""
    return "\n\n".join(said)


def examples(*commands: str) -> str:
    """Commands to type."""
    return lines("For example:", *(f"$ {command}" for command in commands))


def recorded_at(command: Command) -> Command:
    """The option of a command that enters something into the log."""
    said = "When it is recorded, while history is open: 2026-05-04T09:00:00+03:00. Else the clock says."
    return click.option("--recorded-at", metavar="TIME", help=said)(command)
