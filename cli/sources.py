"""`sulka source …`: who sends events."""

import rich_click as click

from cli.commands import examples, recorded_at, run
from engine.settings import Settings
from engine.sources.signatures.profiles import PROFILES

SECRET_VARIABLE = "SULKA_SOURCE_SECRET"  # noqa: S105 - the name of it
TOKEN = "token"  # noqa: S105 - in place of a profile


@click.group()
def source() -> None:
    """Sources: who sends events."""


@source.command(
    "add",
    epilog=examples(
        "sulka source add hub",
        "sulka source add github --address https://sulka.example.org",
        "sulka source add slack --secret-file slack.secret",
        "sulka source add forum --profile discourse",
    ),
)
@click.argument("name")
@click.option("--profile", type=click.Choice([*PROFILES, TOKEN]), help="How it signs; else the profile of its name.")
@click.option("--mapping", metavar="NAME", help="Which file of rules/sources reads it; else the profile's own.")
@click.option("--title", help="What it is, for people.")
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help=f"Its secret, - for stdin. Or in {SECRET_VARIABLE}.",
)
@click.option("--address", metavar="URL", help="Where this Sulka is reached from outside, for what is printed.")
@click.option("--wait/--no-wait", default=True, help="Wait for the first delivery, where a terminal shows it.")
@recorded_at
@click.pass_obj
def source_add(
    settings: Settings,
    name: str,
    profile: str | None,
    mapping: str | None,
    title: str | None,
    secret_file: str | None,
    address: str | None,
    recorded_at: str | None,
    *,
    wait: bool,
) -> None:
    """Make a sender known: one that posts events with a token, or a tool that sends its own format.

    With a profile (github, slack …; by itself where NAME is one) it prints the address to enter there, what to tick,
    and a secret where one was made, alone on the last line; then it waits for the first delivery. Without one, or with
    --profile token, it prints a curl session that is ready to paste, filled in with a member who is made up for it; the
    token stands alone on the last line.
    """
    known = PROFILES.get(profile or name)
    if known is None:
        from cli.directory import add_source

        if mapping or secret_file or address or title:
            raise click.ClickException("--mapping, --title, --secret-file and --address go with --profile.")
        run(lambda: add_source(settings, name, recorded_at))
        return
    from cli.connecting import Connection, connect_tool

    wanted = Connection(
        name=name,
        profile=known,
        mapping=mapping,
        title=title,
        secret_file=secret_file,
        address=address,
        waits=wait,
    )
    run(lambda: connect_tool(settings, wanted))
