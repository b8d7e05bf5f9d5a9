"""`make bench`: the measurements behind the README's figures, each beside its floor.

`make bench ARGS="door latency"` measures these only; `--rounds 3` measures all of them three times in turn and prints
medians.
"""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Table

from bench.accept import measure_door
from bench.boards import measure_boards
from bench.engine import measure_engine
from bench.figures import Figure, rows_of
from bench.half_year import measure_half_year
from bench.latency import measure_latency
from bench.rules import measure_rules
from engine import native

MEASUREMENTS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "engine": measure_engine,
    "door": measure_door,
    "latency": measure_latency,
    "boards": measure_boards,
    "rules": measure_rules,
    "bytes": measure_half_year,
}
MOST_ROUNDS = 20
WIDTH = 200


def main() -> None:
    """Measure and print."""
    asked = _asked(sys.argv[1:])
    names: list[str] = asked.names or list(MEASUREMENTS)
    console = Console(width=WIDTH)
    conditions = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    console.print(f"{conditions}, the core {native.kind()}; rounds: {asked.rounds}")
    rounds: dict[str, list[list[Figure]]] = {name: [] for name in names}
    began = time.monotonic()
    try:
        for number in range(asked.rounds):
            for name in names:
                load, since = os.getloadavg()[0], time.monotonic()
                console.print(f"round {number + 1} of {asked.rounds}: {name} … (load {load:.1f})", end=" ")
                rounds[name].append(asyncio.run(_measure(name)))
                console.print(f"{time.monotonic() - since:.0f} s")
    finally:  # what was measured before something failed is told
        console.print(_table(rounds))
    console.print(f"took {time.monotonic() - began:.0f} s" + ("; medians (least to most)" if asked.rounds > 1 else ""))


def _table(rounds: dict[str, list[list[Figure]]]) -> Table:
    table = Table("figure", "reached", "floor", "ratio", "asked")
    for measured in rounds.values():
        for row in rows_of(measured) if measured else ():
            table.add_row(*row)
    return table


async def _measure(name: str) -> list[Figure]:
    return await MEASUREMENTS[name]()


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The measurements behind the figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(MEASUREMENTS)}; all unasked")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is measured, in turn; more give medians")
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"There is no measurement {unknown[0]}. There are: {', '.join(MEASUREMENTS)}.")
    if not 1 <= asked.rounds <= MOST_ROUNDS:
        parser.error(f"--rounds is {asked.rounds}; from 1 to {MOST_ROUNDS} can be measured.")
    return asked


if __name__ == "__main__":
    main()
