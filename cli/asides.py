"""`sulka aside list` and `sulka aside retry`: entries that the engine could not judge."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from cli.moment import moment, secret_of
from engine.bootstrap import Site, running_or_own_server, site_at
from engine.run.asides import Asides
from engine.run.recorder import Recorder
from engine.settings import Settings


async def list_asides(settings: Settings, *, before: int | None, most: int) -> None:
    """A row for each of at most so many entries that went aside below a position, the newest first."""
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            found, following = await _asides(site, settings).page(before=before, count=most)
            waiting = await site.ledger.open_asides()
    table = Table("position", "code", "type", "came (UTC)", "tried again", box=None)
    for aside in found:
        at = datetime.fromtimestamp(aside.recorded / 1000, UTC)
        table.add_row(
            str(aside.position), aside.code, aside.type, f"{at:%Y-%m-%d %H:%M}", "yes" if aside.retried else "no"
        )
    console = Console()
    console.print(table if found else "No entry has gone aside." if before is None else "None before that.")
    if found:
        console.print(f"{waiting} not tried again.", highlight=False)
    if following is not None:
        console.print(f"Older ones: sulka aside list --before {following}", highlight=False)


async def retry_aside(settings: Settings, position: int) -> None:
    """Have one judged again, by the engine that runs or runs next."""
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            at = await _asides(site, settings).retry(position, await moment(site, None))
    Console().print(f"Entry {position} is judged again, as entry {at}, when the engine comes to it.", highlight=False)


def _asides(site: Site, settings: Settings) -> Asides:
    recorder = Recorder(site.coalescer, secret_of(settings))
    return Asides(ledger=site.ledger, reader=site.reader, recorder=recorder)
