"""`sulka check`: every mistake with its place and its cure, then the cases."""

from pathlib import Path

from engine.rulebook.book import check, read_folder
from rich.console import Console


def check_folder(folder: Path) -> bool:
    """Say everything that is wrong with the files of this folder; whether nothing is."""
    console = Console()
    texts = read_folder(folder)
    checked = check(texts)
    for mistake in checked.mistakes:
        console.print(mistake.render(), markup=False, highlight=False, soft_wrap=True)
    for notice in checked.notices:
        console.print(notice.render(), markup=False, highlight=False, soft_wrap=True, style="dim")
    if checked.mistakes:
        count = len(checked.mistakes)
        console.print(f"\n{count} mistake{'s' if count > 1 else ''} in {folder}.", style="bold red")
        return False
    console.print(f"{len(texts)} files, {checked.cases} cases: all hold.", style="bold green")
    return True
