"""`sulka verify`: a replay into a server of its own, with progress."""

from rich.console import Console
from rich.progress import Progress

from engine.bootstrap import replay_server, running_or_own_server, site_at
from engine.run.verify import MOST_DIFFERENCES
from engine.settings import Settings

SHOWN = 20
"""So many differences are printed; one early in the log leads to many after it."""

JUDGED_BY_TODAY = (
    "All was judged again by what is installed now. A difference that comes of an upgrade is no damage: what was paid "
    "stays as it is stored."
)


async def verify_store(settings: Settings) -> bool:
    """Say every difference; whether there is none. A running engine is stopped by it and starts again by itself."""
    console = Console()
    with (
        running_or_own_server(settings) as url,
        replay_server(settings) as replay,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("Judging the log again")
        async with site_at(url, settings) as site, site_at(replay, settings, site.keys.organization) as empty:
            verifier = site.verifier(empty, lambda done, whole: progress.update(task, completed=done, total=whole))
            verified = await verifier.verify()
    for difference in verified.differences[:SHOWN]:
        where = f"{difference.kind}, {difference.place}"
        console.print(f"{where}: found {difference.found}, expected {difference.expected}", highlight=False)
    for changed in verified.changed:
        console.print(str(changed), style="bold yellow", highlight=False)
    if verified.changed:
        console.print(JUDGED_BY_TODAY)
    if verified.differences:
        console.print(differences_said(len(verified.differences)), style="bold red", highlight=False)
        return False
    said = f"{verified.entries} entries judged again, {verified.rows} rows compared: no difference."
    console.print(said, style="bold green", highlight=False)
    return True


def differences_said(number: int) -> str:
    """How many there are, and how many of them were printed."""
    if number == 1:
        return "1 difference."
    counted = f"{number:,} differences" + (" or more" if number >= MOST_DIFFERENCES else "")
    return f"{counted}, the first {SHOWN} above." if number > SHOWN else f"{counted}."
