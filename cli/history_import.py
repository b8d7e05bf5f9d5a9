"""`sulka history import`: a table of balances carried over from before, and what became of each row."""

from pathlib import Path

import rich_click as click
from rich.console import Console

from cli.fates import say_fates, write_report
from cli.moment import moment, secret_of
from engine.bootstrap import people, running_or_own_server, site_at
from engine.run.errors import RunError
from engine.run.roster.balances import BALANCES
from engine.run.roster.sheet import MOST_BYTES, Sheet, read_sheet
from engine.settings import Settings


async def carry_over(
    settings: Settings, file: Path, *, origin: str, dry_run: bool, report: Path | None, recorded_at: str | None
) -> bool:
    """Carry the file's balances over; whether every row could be used."""
    console = Console()
    try:
        sheet = _sheet(file)
        with running_or_own_server(settings) as url:
            async with site_at(url, settings) as site:
                when = await moment(site, recorded_at)
                # Which currencies there are, and what was carried over before, is known when all is judged.
                await site.settle(settings)
                balances = people.balances(site, secret_of(settings))
                carrying = await balances.compare(sheet, origin, when)
                fates = carrying.fates if dry_run else await balances.write(carrying)
    except RunError as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    say_fates(console, file.name, fates, dry_run=dry_run)
    if report is not None:
        write_report(report, fates, dry_run=dry_run)
        console.print(f"What became of every row: {report}", highlight=False, markup=False, soft_wrap=True)
    return all(fate.is_ != "refused" for fate in fates)


def _sheet(file: Path) -> Sheet:
    with file.open("rb") as opened:
        return read_sheet(opened.read(MOST_BYTES + 1), BALANCES)
