"""`make bench`: the measurements behind the README's figures, each beside its floor."""

import asyncio
import os
import platform

from rich.console import Console
from rich.table import Table

from bench import boards
from bench.engine import measure

MEMBERS = 20_000
EVENTS = 30_000


def main() -> None:
    """Measure and print."""
    console = Console()
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; one run.")
    with console.status("The engine: filling a log and judging it"):
        figures = asyncio.run(measure(MEMBERS, EVENTS))
    table = Table("figure", "reached", "floor", "ratio")
    table.add_row(
        f"engine, events/s ({figures.members} members, {figures.events} events, all packs)",
        f"{figures.engine:,.0f}",
        f"{figures.floor:,.0f} (raw XADD)",
        f"{figures.engine / figures.floor:.2f}",
    )
    table.add_row("state, bytes a member (MEMORY USAGE)", f"{figures.state_bytes:,.0f}", "", "")
    table.add_row("log, bytes an entry", f"{figures.log_bytes:,.0f}", "", "")
    table.add_row("journal and index, bytes an entry", f"{figures.journal_bytes:,.0f}", "", "")
    with console.status("A board of a million: in the store and over HTTP"):
        for row in boards.rows(asyncio.run(boards.measure())):
            table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
