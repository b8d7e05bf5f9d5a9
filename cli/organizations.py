"""`sulka organization add`, `list`, `close`, `open`: many organizations in one installation."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import rich_click as click
from rich.console import Console
from rich.table import Table

from cli.commands import examples, run
from cli.moment import now_ms
from engine.bootstrap import running_or_own_server, sites_at
from engine.rulebook.book import read_folder
from engine.run.organizations import new_token
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.directory import TokenRecord, token_digest
from engine.store.organizations import MAIN, MOST_NAME, MOST_ORGANIZATIONS, OrganizationRecord, is_name

BY: Final = "command line"
HELD_SECONDS: Final = 1.1
"""The API looks at an organization once a second; a clock of another process may tell it a little later."""


@click.group()
def organization() -> None:
    """Organizations: many in one installation, none of which sees another."""


@organization.command(
    "add",
    epilog=examples("sulka organization add acme", "sulka organization add acme --rules acme/rules --title 'Acme'"),
)
@click.argument("name")
@click.option("--title", help="What it is called by people; NAME unless you say it.")
@click.option(
    "--rules",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Its first rules; those of config.toml unless you say others.",
)
@click.option("--log-entries", type=click.IntRange(min=1), help="Log entries at most; else as config.toml says.")
@click.option("--members", type=click.IntRange(min=1), help="People who are known at most; else no limit.")
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    title: str | None,
    rules: Path | None,
    log_entries: int | None,
    members: int | None,
) -> None:
    """Add an organization with its own rules, people, senders and tokens.

    The token of its first administrator stands alone on the last line, and is shown this once. Every other command
    is about it with --organization NAME.
    """
    record = OrganizationRecord(name, title or name, now_ms(), log_entries, members)
    run(lambda: add_organization(settings, record, rules or settings.rules_dir))


@organization.command("list", epilog=examples("sulka organization list"))
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the organizations beside the first one."""
    run(lambda: list_organizations(settings))


@organization.command("close", epilog=examples("sulka organization close acme"))
@click.argument("name")
@click.pass_obj
def close(settings: Settings, name: str) -> None:
    """Let nobody in and judge nothing. Nothing is lost; it can be opened again."""
    run(lambda: close_organization(settings, name, closed=True))


@organization.command("open", epilog=examples("sulka organization open acme"))
@click.argument("name")
@click.pass_obj
def open_(settings: Settings, name: str) -> None:
    """Open one that was closed. It goes on where it stopped."""
    run(lambda: close_organization(settings, name, closed=False))


async def add_organization(settings: Settings, record: OrganizationRecord, rules: Path) -> None:
    """Add it, publish its first rules, and print the token of its first administrator."""
    name = record.name
    if not is_name(name):
        raise click.ClickException(
            f"An organization is called by 1 to {MOST_NAME} lower-case letters, digits and single hyphens, such as "
            f"acme, and not {MAIN} or sulka; “{name[:60]}” can't be used. Nothing was changed."
        )
    texts = read_folder(rules)
    with running_or_own_server(settings) as url:
        async with sites_at(url, settings) as sites:
            site = sites.of(name)
            # First the rules: with a mistake in them there is no organization yet, and the command can be run again.
            if name not in await sites.organizations.some((name,)):
                await Publisher(site.log, site.rulebooks).publish(texts, now=now_ms(), by=BY)
            match await sites.organizations.add(record):
                case "taken":
                    raise click.ClickException(
                        f"There is an organization {name} already. A further token for it: "
                        f"sulka token create --role admin --organization {name}"
                    )
                case "full":
                    raise click.ClickException(f"There are {MOST_ORGANIZATIONS:,} organizations; that is the most.")
                case "added":
                    pass
            token = new_token(name)
            await site.directory.put_token(token_digest(token), TokenRecord("admin", "admin", now_ms()))
    console = Console()
    console.print(f"[bold]{name}[/bold] is there; the rules in {rules} are in force for it.", highlight=False)
    console.print("The token of its first administrator, shown this once:", highlight=False)
    print(token)


async def list_organizations(settings: Settings) -> None:
    """A row for each."""
    with running_or_own_server(settings) as url:
        async with sites_at(url, settings) as sites:
            found = await sites.organizations.all()
    table = Table("name", "title", "since (UTC)", "log entries", "members", "state", box=None)
    for name, record in found.items():
        at = datetime.fromtimestamp(record.created / 1000, UTC)
        limits = ["–" if limit is None else f"{limit:,}" for limit in (record.log_entries, record.members)]
        state = "closed" if record.closed else "open"
        table.add_row(name, record.title, f"{at:%Y-%m-%d %H:%M}", *limits, state)
    Console().print(table if found else f"There is {MAIN} alone. Another one: sulka organization add NAME")


async def close_organization(settings: Settings, name: str, *, closed: bool) -> None:
    """Close or open one. When this has said so, it holds in every process."""
    with running_or_own_server(settings) as url:
        async with sites_at(url, settings) as sites:
            await sites.organizations.check(name)
            if name == MAIN:
                raise click.ClickException(f"{MAIN} is always open. Nothing was changed.")
            before = (await sites.organizations.some((name,)))[name]
            if not await sites.organizations.change(before, msgspec.structs.replace(before, closed=closed)):
                raise click.ClickException("Somebody else has just changed it. Nothing was changed; do it again.")
            await asyncio.sleep(HELD_SECONDS)
    said = "closed: nobody gets in, and nothing is judged" if closed else "open"
    Console().print(f"{name} is {said}.", highlight=False)
