"""What all commands share: how they run, and how their help is written."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import rich_click as click

from engine.rulebook.mistakes import RulebookRefused
from engine.run.errors import RunError
from engine.run.supervisor import WorkerKeepsDying
from engine.settings import CommandSettings, Settings, SettingsError
from engine.store.errors import StoreError
from engine.store.organizations import MAIN

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


def about_one_organization(*commands: click.Command) -> None:
    """Give these commands, and those of groups, the option that names the organization they are about."""
    for command in commands:
        if isinstance(command, click.Group):
            about_one_organization(*command.commands.values())
        else:
            command.params.append(
                click.Option(
                    ["--organization"],
                    metavar="NAME",
                    help="Which organization it is about; main unless you or SULKA_ORGANIZATION say another one.",
                    expose_value=False,
                    callback=_is_about,
                )
            )


def _is_about(context: click.Context, _parameter: click.Parameter, name: str | None) -> None:
    if name is not None:
        context.obj = msgspec.structs.replace(context.obj, commands=CommandSettings(organization=name))


def own_rules(settings: Settings) -> Path:
    """The rule files of the organization that a command is about, where none are named.

    Raises:
        ClickException: It is not the one whose rules config.toml names.
    """
    if settings.commands.organization != MAIN:
        raise click.ClickException(
            f"Say in which FOLDER the rules of {settings.commands.organization} are: rules.dir has those of {MAIN}. "
            "Nothing was changed."
        )
    return settings.rules_dir
