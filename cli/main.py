"""The `sulka` program."""

import os
import sys
from datetime import datetime
from pathlib import Path

import rich_click as click

from cli.commands import about_one_organization, examples, own_rules, recorded_at, run
from cli.history import history
from cli.members import members
from cli.organizations import organization
from cli.sources import source
from engine.settings import Settings, SettingsError, read_settings
from engine.store.directory import Role

CONFIG = "config.toml"
CONFIG_VARIABLE = "SULKA_CONFIG"

click.rich_click.COMMAND_GROUPS = {
    "sulka": [
        {"name": "Run it", "commands": ["serve", "demo"]},
        {"name": "Rules", "commands": ["check", "publish", "versions"]},
        {"name": "People and senders", "commands": ["members", "history", "source", "token"]},
        {"name": "Trust", "commands": ["verify", "aside"]},
        {"name": "Several organizations", "commands": ["organization"]},
    ]
}
click.rich_click.STYLE_EPILOG_TEXT = "dim"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("sulka serve", "sulka source add hub", "sulka members import people.csv --dry-run"),
)
@click.option(
    "--config",
    default=CONFIG,
    envvar=CONFIG_VARIABLE,
    show_default=True,
    show_envvar=True,
    type=click.Path(dir_okay=False),
    help="The settings of this installation.",
)
@click.pass_context
def cli(context: click.Context, config: str) -> None:
    """Recognition for those who speak up for their company: events in; points, badges and boards out.

    Every command needs the data folder only: it talks to the store that is running, or starts it for as long as the
    command takes.
    """
    # The processes under `serve` read the same settings.
    os.environ[CONFIG_VARIABLE] = config
    try:
        context.obj = read_settings(Path(config), os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@cli.command(epilog=examples("sulka check", "sulka check rules/"))
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Find every mistake in the rule files, and run their cases.

    Each mistake comes with its line, its column and what to write instead; then advice on what the rules may do to
    people. FOLDER is the one of config.toml if you leave it out. Nothing is put in force.

    It ends with 1 if something is in the way of publishing. A mistake in a pack that is off is told and is not.
    """
    from cli.check import check_folder

    sys.exit(0 if check_folder(folder or settings.rules_dir) else 1)


@cli.command(epilog=examples("sulka publish"))
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@recorded_at
@click.pass_obj
def publish(settings: Settings, folder: Path | None, recorded_at: str | None) -> None:
    """Put the rule files in force from now on.

    What was paid before stays as it was. With a mistake or a failing case in what is in force, nothing is published.
    """
    from cli.rulebooks import publish_folder

    run(lambda: publish_folder(settings, folder or own_rules(settings), recorded_at))


@cli.command()
@click.pass_obj
def versions(settings: Settings) -> None:
    """List the rules that were in force, and since when."""
    from cli.rulebooks import list_versions

    run(lambda: list_versions(settings))


@cli.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Judge the whole log again from nothing, and name every difference to what is stored.

    It ends with 1 if there is one. A running engine stops for it and starts again by itself.
    """
    from cli.verify import verify_store

    sys.exit(0 if run(lambda: verify_store(settings)) else 1)


@cli.command(epilog=examples("sulka serve", "SULKA_DATA_DIR=old SULKA_PORT=8711 sulka serve --history"))
@click.option("--history", is_flag=True, help="To bring in old data: publishes nothing by itself, ticks nothing.")
@click.pass_obj
def serve(settings: Settings, *, history: bool) -> None:
    """Run the API, the engine and, unless config.toml names one, a store of their own.

    Ctrl-C or SIGTERM ends all of it in order. With --history, on an empty log, POST /v1/history begins a time in
    which every call says when it was; DELETE /v1/history ends it.
    """
    from cli.serve import serve_all

    run(lambda: serve_all(settings, history=history))


@cli.command()
@click.option("--members", default=250, show_default=True, type=click.IntRange(40, 250), help="How many people.")
@click.option("--weeks", default=26, show_default=True, type=click.IntRange(6, 26), help="How many whole weeks.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; yesterday unless you say another one.")
@click.pass_obj
def demo(settings: Settings, members: int, weeks: int, until: datetime | None) -> None:
    """Serve a lifelike organization.

    What its people did in these weeks goes in through the real door; then you see what came of it. Where it was
    stopped, it goes on.
    """
    from cli.demo.play import run_demo

    last_day = None if until is None else until.date()
    run(lambda: run_demo(settings, members=members, weeks=weeks, until=last_day))


@cli.group()
def token() -> None:
    """Tokens: who may call."""


@token.command(
    "create",
    epilog=examples("sulka token create --role hr", "sulka token create --role member --member abc234def567"),
)
@click.option("--role", required=True, type=click.Choice(["admin", "hr", "source", "member"]), help="What it may do.")
@click.option("--member", metavar="ID", help="Whose it is; needed for the role member.")
@click.option("--source", metavar="NAME", help="Which sender's it is, for the role source.")
@click.pass_obj
def token_create(settings: Settings, role: Role, member: str | None, source: str | None) -> None:
    """Make a token. It stands alone on the last line, and is shown this once."""
    from cli.directory import create_token

    run(lambda: create_token(settings, role, member=member, source=source))


@token.command(
    "list",
    epilog=examples("sulka token list", "sulka token list --role source", "sulka token list --member abc234def567"),
)
@click.option("--role", type=click.Choice(["admin", "hr", "source", "member"]), help="Those of this role alone.")
@click.option("--member", metavar="ID", help="Those of this person alone.")
@click.option("--source", metavar="NAME", help="Those of this sender alone.")
@click.option("--most", type=click.IntRange(min=1), default=100, show_default=True, help="So many at once.")
@click.pass_obj
def token_list(settings: Settings, role: Role | None, member: str | None, source: str | None, most: int) -> None:
    """List the tokens, the newest first: each by an id that is not the token."""
    from cli.tokens import list_tokens

    run(lambda: list_tokens(settings, role=role, member=member, source=source, most=most))


@token.command(
    "revoke",
    epilog=examples("sulka token revoke 9f86d081884c", "sulka token revoke --source hub"),
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--source", metavar="NAME", help="All of this sender.")
@click.option("--member", metavar="ID", help="All of this person.")
@click.pass_obj
def token_revoke(settings: Settings, ids: tuple[str, ...], source: str | None, member: str | None) -> None:
    """Take tokens back: by their ids in the list, or all of a sender or a person.

    When the command has ended they let nobody in, in any process. What was sent with them before stays. A new one is
    made by sulka token create.
    """
    from cli.tokens import revoke_tokens

    run(lambda: revoke_tokens(settings, ids, member=member, source=source))


@cli.group()
def aside() -> None:
    """Asides: entries that a bug kept from being judged."""


@aside.command("list", epilog=examples("sulka aside list", "sulka aside list --before 4711"))
@click.option("--before", type=click.IntRange(min=1), help="Go on below this position.")
@click.option("--most", type=click.IntRange(1, 1_000), default=100, show_default=True, help="So many at once.")
@click.pass_obj
def aside_list(settings: Settings, before: int | None, most: int) -> None:
    """List the entries that went aside, the newest first."""
    from cli.asides import list_asides

    run(lambda: list_asides(settings, before=before, most=most))


@aside.command("retry", epilog=examples("sulka aside retry 4711"))
@click.argument("position", type=click.IntRange(min=1))
@click.pass_obj
def aside_retry(settings: Settings, position: int) -> None:
    """Have the entry at this position judged again. Asking twice is once."""
    from cli.asides import retry_aside

    run(lambda: retry_aside(settings, position))


cli.add_command(members)
cli.add_command(history)
cli.add_command(source)
cli.add_command(organization)
about_one_organization(publish, versions, verify, token, aside, source, members)


def main() -> None:
    """The program."""
    cli()
