"""`sulka members import`: a table of people into the directory, and what became of each row."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.fates import say_fates, write_report
from cli.moment import moment, secret_of
from engine.bootstrap import people, running_or_own_server, site_at
from engine.run.errors import RunError
from engine.run.roster.importing import OnProgress, Step
from engine.run.roster.sheet import MOST_BYTES, Sheet, read_sheet
from engine.settings import Settings

WORDS: dict[Step, str] = {
    "reading": "Reading the rows",
    "comparing": "Comparing with who is known",
    "writing": "Writing",
}


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
                    importer = people.importer(site, secret_of(settings), on_progress)
                    comparison = await importer.compare(sheet, when)
                    fates = comparison.fates if dry_run else await importer.write(comparison, when)
    except RunError as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    say_fates(console, file.name, fates, dry_run=dry_run)
    if comparison.elsewhere:
        console.print(f"{comparison.elsewhere:,} more members are known; nothing happened to them.", highlight=False)
    if report is not None:
        write_report(report, fates, dry_run=dry_run)
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


def _sheet(file: Path) -> Sheet:
    with file.open("rb") as opened:
        return read_sheet(opened.read(MOST_BYTES + 1))
