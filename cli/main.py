"""The `sulka` program."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from engine.rulebook.mistakes import RulebookRefused
from engine.run.errors import RunError
from engine.settings import Settings, SettingsError, read_settings
from engine.store.directory import Role
from engine.store.errors import StoreError

CONFIG = "config.toml"
Result = TypeVar("Result")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", default=CONFIG, show_default=True, type=click.Path(dir_okay=False), help="The settings.")
@click.pass_context
def cli(context: click.Context, config: str) -> None:
    """Recognition and incentives for employee advocacy."""
    try:
        context.obj = read_settings(Path(config), os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def run(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a command's work; what went wrong on purpose is said in its own words, without a traceback."""
    try:
        return asyncio.run(work())
    except (StoreError, RunError, SettingsError, RulebookRefused) as error:
        raise click.ClickException(str(error)) from None


@cli.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Find every mistake in the rule files, and run their cases."""
    from cli.check import check_folder

    sys.exit(0 if check_folder(folder or settings.rules_dir) else 1)


@cli.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def publish(settings: Settings, folder: Path | None) -> None:
    """Put the rule files in force from now on."""
    from cli.rulebooks import publish_folder

    run(lambda: publish_folder(settings, folder or settings.rules_dir))


@cli.command()
@click.pass_obj
def versions(settings: Settings) -> None:
    """List what was in force, and since when."""
    from cli.rulebooks import list_versions

    run(lambda: list_versions(settings))


@cli.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Judge the log again from nothing, and name every difference to what is stored."""
    from cli.verify import verify_store

    sys.exit(0 if run(lambda: verify_store(settings)) else 1)


@cli.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Run the API and the engine, with a store of their own unless config.toml names one."""
    from cli.serve import serve_all

    run(lambda: serve_all(settings))


@cli.command()
@click.option("--members", default=250, show_default=True, type=click.IntRange(40, 250), help="How many people.")
@click.option("--weeks", default=26, show_default=True, type=click.IntRange(6, 26), help="How many whole weeks.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; yesterday unless you say another one.")
@click.pass_obj
def demo(settings: Settings, members: int, weeks: int, until: datetime | None) -> None:
    """Serve a lifelike organization: half a year of events through the real door, and what came of it."""
    from cli.demo.play import run_demo

    last_day = None if until is None else until.date()
    run(lambda: run_demo(settings, members=members, weeks=weeks, until=last_day))


@cli.group()
def token() -> None:
    """Tokens: who may call."""


@token.command("create")
@click.option("--role", required=True, type=click.Choice(["admin", "hr", "source", "member"]))
@click.option("--member", help="Whose token it is, for the role member.")
@click.option("--source", help="Which sender's token it is, for the role source.")
@click.pass_obj
def token_create(settings: Settings, role: Role, member: str | None, source: str | None) -> None:
    """Make a token. It stands alone on the last line and is shown once."""
    from cli.directory import create_token

    run(lambda: create_token(settings, role, member=member, source=source))


@cli.group()
def members() -> None:
    """Members: who is known."""


@members.command("add")
@click.argument("name")
@click.option("--email", help="Also the alias email:ADDRESS under which senders may name them.")
@click.option("--team")
@click.option("--country", help="Two letters, such as FI.")
@click.option("--trial", is_flag=True, help="Somebody made up, to try things: has joined, is on no board.")
@click.pass_obj
def members_add(
    settings: Settings, name: str, email: str | None, team: str | None, country: str | None, *, trial: bool
) -> None:
    """Make a member known. Their id stands alone on the last line. Only they can join, unless it is a trial."""
    from cli.directory import add_member

    run(lambda: add_member(settings, name, email=email, team=team, country=country, trial=trial))


@cli.group()
def aside() -> None:
    """Asides: entries that a bug kept from being judged."""


@aside.command("list")
@click.pass_obj
def aside_list(settings: Settings) -> None:
    """List the entries that went aside, the newest first."""
    from cli.asides import list_asides

    run(lambda: list_asides(settings))


@aside.command("retry")
@click.argument("position", type=click.IntRange(min=1))
@click.pass_obj
def aside_retry(settings: Settings, position: int) -> None:
    """Have the entry at this position judged again. Asking twice is once."""
    from cli.asides import retry_aside

    run(lambda: retry_aside(settings, position))


@cli.group()
def source() -> None:
    """Sources: senders of events."""


@source.command("add")
@click.argument("name")
@click.pass_obj
def source_add(settings: Settings, name: str) -> None:
    """Make a sender known, with a token and a curl session that is ready to paste."""
    from cli.directory import add_source

    run(lambda: add_source(settings, name))


def main() -> None:
    """The program."""
    cli()
