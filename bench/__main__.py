"""`make bench`: the measurements behind the README's figures, each beside its floor.

`make bench ARGS="door latency"` measures these only.
"""

import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Table

from bench import boards
from bench.accept import measure_door
from bench.engine import measure
from bench.latency import measure_latency

MEMBERS = 20_000
EVENTS = 30_000
Row = tuple[str, str, str, str]


async def engine() -> list[Row]:
    """What the engine judges a second, alone."""
    figures = await measure(MEMBERS, EVENTS)
    return [
        (
            f"engine, events/s ({figures.members} members, {figures.events} events, all packs)",
            f"{figures.engine:,.0f}",
            f"{figures.floor:,.0f} (raw XADD)",
            f"{figures.engine / figures.floor:.2f}",
        ),
        ("state, bytes a member (MEMORY USAGE)", f"{figures.state_bytes:,.0f}", "", ""),
        ("log, bytes an entry", f"{figures.log_bytes:,.0f}", "", ""),
        ("journal and index, bytes an entry", f"{figures.journal_bytes:,.0f}", "", ""),
    ]


async def door() -> list[Row]:
    """What the door takes a second while the engine works."""
    figures = await measure_door()
    posted = f"{figures.events} events in batches, {figures.singles} alone"
    return [
        (
            "door, events/s in batches of 500 on 4 connections",
            f"{figures.events_per_second:,.0f} (p99 {figures.batch_p99_ms:.0f} ms)",
            f"{figures.floor:,.0f} (raw XADD)",
            f"{figures.events_per_second / figures.floor:.2f}",
        ),
        ("… CPU, us an event", _cpu(figures.batch_cpu, figures.events), "", ""),
        (
            "door, single posts/s on 32 connections",
            f"{figures.singles_per_second:,.0f} (p99 {figures.single_p99_ms:.0f} ms)",
            f"{figures.http_floor:,.0f} (empty answers)",
            f"{figures.singles_per_second / figures.http_floor:.2f}",
        ),
        ("… CPU, us a post", _cpu(figures.single_cpu, figures.singles), "", ""),
        ("… judged meanwhile, events/s", f"{figures.judged_meanwhile:,.0f}", "", ""),
        (f"append-only file, bytes an event ({posted})", f"{figures.file_bytes_per_event:,.0f}", "", ""),
        (f"rows an event; entries {figures.entries}", f"{figures.rows_per_event:.2f}", "", figures.verified),
    ]


async def latency() -> list[Row]:
    """How long it takes from a post to its points on the board."""
    figures = await measure_latency()
    found = figures.latencies
    floor = f"{figures.floor_p50_ms:.1f} / {figures.floor_p99_ms:.1f} (raw XADD)"
    return [
        (
            f"post to board at {found.per_second:.0f} events/s, p50 / p99, ms",
            f"{found.board_p50_ms:.1f} / {found.board_p99_ms:.1f} (most {found.board_most_ms:.0f})",
            floor,
            "",
        ),
        (
            f"… those during the rewrite of a file of {figures.file_bytes:,} bytes, p99, ms",
            f"{found.rewrite_p99_ms:.1f} ({found.rewrite_seconds:.1f} s long)",
            "",
            "",
        ),
        (
            "… to the answer, p50 / p99, ms",
            f"{found.answer_p50_ms:.1f} / {found.answer_p99_ms:.1f}",
            floor,
            figures.verified,
        ),
        ("… CPU, us an event", _cpu(figures.cpu, figures.events), "", ""),
    ]


async def million() -> list[Row]:
    """A board of a million members, in the store and over HTTP."""
    return [(figure, reached, floor, ratio) for figure, reached, floor, ratio in boards.rows(await boards.measure())]


MEASUREMENTS: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "engine": engine,
    "door": door,
    "latency": latency,
    "boards": million,
}


def _cpu(seconds: dict[str, float], events: int) -> str:
    return ", ".join(f"{name} {used / events * 1e6:.0f}" for name, used in seconds.items())


async def _measure(names: list[str], console: Console) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        console.print(f"measuring: {name}")
        rows += await MEASUREMENTS[name]()
    return rows


def main() -> None:
    """Measure and print."""
    console = Console(width=160)
    names = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"There is no measurement {unknown[0]}. There are: {', '.join(MEASUREMENTS)}.")
    load = os.getloadavg()[0]
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; one run; load {load:.1f}."
    )
    rows = asyncio.run(_measure(names, console))
    table = Table("figure", "reached", "floor", "ratio")
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
