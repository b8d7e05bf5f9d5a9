"""`sulka verify`: a replay into a server of its own, with progress."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from engine.bootstrap import running_or_own_server, site_at
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer

SHOWN = 20
"""So many differences are printed; one early in the log leads to many after it."""


async def verify_store(settings: Settings) -> bool:
    """Say every difference; whether there is none. A running engine is stopped by it and starts again by itself."""
    console = Console()
    with (
        running_or_own_server(settings) as url,
        tempfile.TemporaryDirectory(prefix="sulka-verify-") as folder,
        EmbeddedServer.start(Path(folder) / "store") as server,
        Progress(console=console, transient=True) as progress,
    ):
        task = progress.add_task("Judging the log again")
        async with site_at(url, settings) as site, site_at(server.url, settings) as empty:
            verifier = site.verifier(empty, lambda done, whole: progress.update(task, completed=done, total=whole))
            verified = await verifier.verify()
    for difference in verified.differences[:SHOWN]:
        where = f"{difference.kind}, {difference.place}"
        console.print(f"{where}: found {difference.found}, expected {difference.expected}", highlight=False)
    if verified.differences:
        console.print(f"{len(verified.differences)} differences, the first {SHOWN} above.", style="bold red")
        return False
    said = f"{verified.entries} entries judged again, {verified.rows} rows compared: no difference."
    console.print(said, style="bold green", highlight=False)
    return True
