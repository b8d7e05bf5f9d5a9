"""`sulka history …`: what was before Sulka began to count."""

import sys
from pathlib import Path

import rich_click as click

from cli.commands import examples, lines, recorded_at, run
from engine.settings import Settings

MOST_ORIGIN = 100


@click.group()
def history() -> None:
    """What was before: balances that people bring along."""


@history.command(
    "import",
    epilog=lines(
        "The first line names the columns; currency may be missing or empty, which means points:",
        "member;currency;amount;as_of",
        "aada@example.org;;120;2026-08-31",
        "employee:4711;coins;30;31.8.2026",
        examples(
            "sulka history import balances.csv --origin 'the old programme' --dry-run",
            "sulka history import balances.csv --origin 'the old programme' --report fates.csv",
        ),
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--origin", required=True, help="What this import is called: of one, a balance comes once for good.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of every row here.")
@recorded_at
@click.pass_obj
def history_import(
    settings: Settings, file: Path, *, origin: str, dry_run: bool, report: Path | None, recorded_at: str | None
) -> None:
    """Carry balances over from before (CSV, as Excel saves it).

    A balance counts on the day of as_of: in totals and on boards for ever, and on those of a week or month only if
    the day lies in it. Nobody is told; its receipt says that it was carried over. The same file again changes nothing.
    It ends with 1 if a row was refused.
    """
    from cli.history_import import carry_over

    if not 0 < len(origin.strip()) <= MOST_ORIGIN:
        raise click.ClickException(f"--origin has 1 to {MOST_ORIGIN} characters. Nothing was changed.")
    done = run(
        lambda: carry_over(
            settings, file, origin=origin.strip(), dry_run=dry_run, report=report, recorded_at=recorded_at
        )
    )
    sys.exit(0 if done else 1)
