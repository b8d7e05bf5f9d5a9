"""What became of the rows of a table, on the terminal and as a table of its own."""

import csv
from collections import Counter
from pathlib import Path

import rich_click as click
from rich.console import Console

from engine.run.roster.importing import Fate

MOST_SHOWN = 50
"""So many rows are shown of each kind; --report has all."""

STYLES = {"new": "green", "changed": "yellow", "unchanged": "dim", "refused": "red"}


def say_fates(console: Console, file: str, fates: tuple[Fate, ...], *, dry_run: bool) -> None:
    """Each row of a small table, what needs somebody of a large one, and how many of each there are."""
    counts = Counter(fate.is_ for fate in fates)
    for kind in ("new", "changed", "unchanged", "refused"):
        rows = [fate for fate in fates if fate.is_ == kind]
        # A large file's rows of these two kinds say nothing that the count doesn't.
        shown = 0 if kind in {"new", "unchanged"} and len(fates) > MOST_SHOWN else MOST_SHOWN
        for fate in rows[:shown]:
            line = f"{file}:{fate.line}  {fate.is_}{_said(fate)}"
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


def write_report(report: Path, fates: tuple[Fate, ...], *, dry_run: bool) -> None:
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
