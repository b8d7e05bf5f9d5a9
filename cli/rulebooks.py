"""`sulka publish` and `sulka versions`."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.moment import moment
from engine.bootstrap import running_or_own_server, site_at
from engine.rulebook.book import read_folder
from engine.run.publish import Publisher
from engine.run.published import changed_since
from engine.settings import Settings
from engine.store.rulebooks import Version

BY = "command line"
GOES_ON = (
    "Judging goes on with what is installed now, under the same version; what was paid stays. sulka publish makes it "
    "a version of its own; sulka verify says whether the past would come out the same."
)
"""What an upgrade beneath the rules means."""


async def publish_folder(settings: Settings, folder: Path, recorded_at: str | None = None) -> None:
    """Publish, and say which version is in force."""
    console = Console()
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            when = await moment(site, recorded_at)
            published = await Publisher(site.log, site.rulebooks).publish(
                read_folder(folder), now=when.ms, by=BY, said_recorded=when.said
            )
    number = published.version.number
    if published.position is None:
        console.print(f"Version {number} is in force already; nothing has changed in {folder}.")
    else:
        console.print(f"Version {number} is in force from entry {published.position + 1} on.")


async def list_versions(settings: Settings) -> None:
    """A row for each publication, the first one first; then what was upgraded since the one in force."""
    console = Console()
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            versions = await site.rulebooks.versions()
            console.print(_table(versions) if versions else "No rulebook has been published yet. Run: sulka publish")
            changed = await changed_since(site.rulebooks, versions[-1]) if versions else None
    if changed is not None:
        console.print(f"{changed} {GOES_ON}", style="bold yellow", highlight=False)


def _table(versions: list[Version]) -> Table:
    table = Table("version", "published (UTC)", "by", "digest", box=None)
    for version in versions:
        at = datetime.fromtimestamp(version.published_at / 1000, UTC)
        table.add_row(str(version.number), f"{at:%Y-%m-%d %H:%M}", version.by, version.digest.hex()[:12])
    return table
