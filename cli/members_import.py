"""`sulka members import`: a table of people into the directory, and what became of each row."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.moment import moment, secret_of
from engine.bootstrap import running_or_own_server, site_at
from engine.run.errors import RunError
from engine.run.roster.importing import Fate, OnProgress, Step
from engine.run.roster.sheet import MOST_BYTES, Sheet, read_sheet
from engine.settings import Settings

MOST_SHOWN = 50
"""So many rows are shown of each kind; --report has all."""

WORDS: dict[Step, str] = {
    "reading": "Reading the rows",
    "comparing": "Comparing with who is known",
    "writing": "Writing",
}
STYLES = {"new": "green", "changed": "yellow", "unchanged": "dim", "refused": "red"}


async def import_members(
    settings: Settings, file: Path, *, dry_run: bool, report: Path | None, recorded_at: str | None
) -> bool:
    """Bring the file in; whether every row could be used."""
    console = Console()
    try:
        sheet = _sheet(file)
        with running_or_own_server(settings) as url:
            async with site_at(url, settings) as site:
                when = await moment(site, recorded_at)
                with _progress(console) as on_progress:
                    importer = site.importer(secret_of(settings), on_progress)
                    comparison = await importer.compare(sheet, when)
                    fates = comparison.fates if dry_run else await importer.write(comparison, when)
    except RunError as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    _say(console, file, fates, dry_run=dry_run)
    if comparison.elsewhere:
        console.print(f"{comparison.elsewhere:,} more members are known; nothing happened to them.", highlight=False)
    if report is not None:
        _write_report(report, fates, dry_run=dry_run)
        console.print(f"What became of every row: {report}", highlight=False, markup=False, soft_wrap=True)
    return all(fate.is_ != "refused" for fate in fates)


@contextmanager
def _progress(console: Console) -> Iterator[OnProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(WORDS["reading"], total=None)

        def tell(step: Step, done: int, whole: int) -> None:
            progress.update(task, description=WORDS[step], completed=done, total=whole)

        yield tell


def _say(console: Console, file: Path, fates: tuple[Fate, ...], *, dry_run: bool) -> None:
    counts = Counter(fate.is_ for fate in fates)
    for kind in ("new", "changed", "unchanged", "refused"):
        rows = [fate for fate in fates if fate.is_ == kind]
        # A large file's rows of these two kinds say nothing that the count doesn't.
        shown = 0 if kind in {"new", "unchanged"} and len(fates) > MOST_SHOWN else MOST_SHOWN
        for fate in rows[:shown]:
            line = f"{file.name}:{fate.line}  {fate.is_}{_said(fate)}"
            console.print(line, style=STYLES[kind], highlight=False, markup=False, soft_wrap=True)
        if shown and len(rows) > shown:
            more = f"… and {len(rows) - shown:,} more {kind}; --report FILE has all."
            console.print(more, style=STYLES[kind], highlight=False)
    counted = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("new", "changed", "unchanged", "refused"))
    console.print(f"{len(fates):,} rows: {counted}.", style="bold", highlight=False)
    if dry_run:
        console.print("A dry run: nothing was changed.", style="bold")
    elif counts["refused"]:
        console.print("The others are in. Mend the refused rows and import the whole file again.", style="bold")


def _said(fate: Fate) -> str:
    said = "; ".join(map(str, fate.faults)) or (", ".join(fate.changes) if fate.is_ == "changed" else "")
    return f": {said}" if said else ""


def _write_report(report: Path, fates: tuple[Fate, ...], *, dry_run: bool) -> None:
    """A table that Excel opens: where, what, whose, and why. Somebody new has no id yet in a dry run."""
    try:
        with report.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            writer.writerow(["line", "row is", "id", "columns that changed", "what is wrong"])
            for fate in fates:
                member = "" if dry_run and fate.is_ == "new" else fate.member
                changed = ", ".join(fate.changes) if fate.is_ == "changed" else ""
                writer.writerow([fate.line, fate.is_, member, changed, "; ".join(map(str, fate.faults))])
    except OSError as error:
        raise click.ClickException(
            f"{report} can't be written: {error.strerror}. The rows are as said above."
        ) from None


def _sheet(file: Path) -> Sheet:
    with file.open("rb") as opened:
        return read_sheet(opened.read(MOST_BYTES + 1))
