"""`sulka members …`: who is known, and what is held about them."""

import sys
from pathlib import Path

import rich_click as click

from cli.commands import examples, lines, recorded_at, run
from engine.settings import Settings


@click.group()
def members() -> None:
    """Members: who is known, and what is held about them."""


@members.command(
    "add",
    epilog=examples("sulka members add 'Aada Esimerkki' --email aada@example.org --team sales --country FI"),
)
@click.argument("name")
@click.option("--email", help="Also the alias email:ADDRESS, under which senders may name them.")
@click.option("--team", help="As everybody calls it.")
@click.option("--country", help="Two letters, such as FI.")
@click.option("--trial", is_flag=True, help="Somebody made up, to try things: has joined, is on no board.")
@recorded_at
@click.pass_obj
def members_add(
    settings: Settings,
    name: str,
    email: str | None,
    team: str | None,
    country: str | None,
    *,
    trial: bool,
    recorded_at: str | None,
) -> None:
    """Make one person known. The id stands alone on the last line.

    Nobody takes part by that: only they can join, unless they are made up for a trial.
    """
    from cli.directory import add_member

    run(
        lambda: add_member(
            settings, name, email=email, team=team, country=country, trial=trial, recorded_at=recorded_at
        )
    )


@members.command(
    "import",
    epilog=lines(
        "The first line names the columns. One of id, email, aliases and alias:KIND has to be among them:",
        "name;email;alias:employee;team;country;started_on;is_leader;invited_by",
        "Aada Esimerkki;aada@example.org;4711;sales;FI;2024-03;no;otso@example.org",
        "There are department, time_zone and language, too. Names of columns may be Finnish.",
        examples("sulka members import people.csv --dry-run", "sulka members import people.csv --report fates.csv"),
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of every row here.")
@recorded_at
@click.pass_obj
def members_import(
    settings: Settings, file: Path, *, dry_run: bool, report: Path | None, recorded_at: str | None
) -> None:
    """Bring a table of people (CSV, as Excel saves it) into the directory.

    Each row is new, changed, unchanged or refused, with its line, its column and what was expected. Importing the
    same file again changes nothing. An empty cell takes a value away, a column that is missing leaves it; who is not
    in the file stays. It ends with 1 if a row was refused.
    """
    from cli.members_import import import_members

    done = run(lambda: import_members(settings, file, dry_run=dry_run, report=report, recorded_at=recorded_at))
    sys.exit(0 if done else 1)


@members.command(
    "export",
    epilog=examples(
        "sulka members export abc234def567 --reason 'She asked what we hold about her'",
        "sulka members export abc234def567 - --reason 'She asked what we hold about her' | less",
    ),
)
@click.argument("member", metavar="ID")
@click.argument("target", required=False, metavar="[FILE]")
@click.option("--reason", required=True, help="Why, in words that the person can understand; they see it.")
@click.option("--language", type=click.Choice(["en", "fi"]), help="Of the receipts; else the person's own.")
@click.pass_obj
def members_export(settings: Settings, member: str, target: str | None, reason: str, language: str | None) -> None:
    """Write down all that is held about one person, as a file that they can read (JSON).

    Facts, aliases, texts, choices, every receipt in words, badges, places on boards, counts, and who has looked.
    Without FILE it is ID.json in this folder; `-` is the terminal. The person sees that it was written, when and why.
    """
    from cli.members_export import export_member

    run(lambda: export_member(settings, member, target or f"{Path(member).name}.json", reason, language))


@members.command("erase", epilog=examples("sulka members erase abc234def567"))
@click.argument("member", metavar="ID")
@click.option("--yes", is_flag=True, help="Don't ask.")
@recorded_at
@click.pass_obj
def members_erase(settings: Settings, member: str, *, yes: bool, recorded_at: str | None) -> None:
    """Erase one person, for good, down to the files on disk.

    Name, aliases, tokens and texts go, the person is hidden everywhere, and totals stay true. Then the store and its
    files are searched for whatever is left; it ends with 1 if something is. If it is stopped, run it again.
    """
    from cli.members_erase import erase_member

    sys.exit(0 if run(lambda: erase_member(settings, member, yes=yes, recorded_at=recorded_at)) else 1)


@members.command(
    "prove-erased",
    epilog=examples("sulka members prove-erased abc234def567 --word 'Aada Esimerkki' --word aada@example.org"),
)
@click.argument("member", metavar="ID")
@click.option("--word", "words", multiple=True, help="A name or address to look for, too. May be given again.")
@click.pass_obj
def members_prove_erased(settings: Settings, member: str, words: tuple[str, ...]) -> None:
    """Search the store and its files for whatever still names or reaches one person.

    It ends with 1 if something does. Nobody keeps the name of somebody who was erased, so say what to look for.
    """
    from cli.members_erase import prove_erased

    sys.exit(0 if run(lambda: prove_erased(settings, member, words)) else 1)
