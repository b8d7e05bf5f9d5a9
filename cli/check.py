"""`sulka check`: every mistake with its place and its cure, then the cases, then advice."""

import time
from pathlib import Path

from rich.console import Console

from engine.core.periods import local_day
from engine.rulebook.advice import advise
from engine.rulebook.book import check, compile_rulebook, namings, read_folder
from engine.rulebook.examples import Examples, run_cases


def check_folder(folder: Path) -> bool:
    """Say all that is wrong with the files of this folder, and what could be better; whether it can be published.

    What is wrong with a pack that is off is told, too, but stops nothing.
    """
    console = Console()
    texts = read_folder(folder)
    checked = check(texts)
    wrong = {mistake.file for mistake in checked.mistakes}
    examples = Examples(0, ())
    if not checked.in_the_way:
        examples = run_cases({name: text for name, text in texts.items() if name not in wrong})
    mistakes = (*checked.mistakes, *examples.mistakes)
    off = sum(mistake.file in checked.off for mistake in mistakes)
    for mistake in checked.mistakes:
        _print(console, mistake.render(off=mistake.file in checked.off))
    for notice in checked.notices:
        _print(console, notice.render(), style="dim")
    for mistake in examples.mistakes:
        _print(console, mistake.render(off=mistake.file in checked.off))
    if len(mistakes) > off:
        console.print(f"\n{_counted(len(mistakes), off, folder)}.", style="bold red", highlight=False, soft_wrap=True)
        return False
    codes = {naming.name: code for code, naming in enumerate(namings(checked))}
    rulebook = compile_rulebook(texts, codes)
    today = local_day(int(time.time() * 1000), rulebook.zone)
    for advice in advise(rulebook, today):
        _print(console, f"Advice on {advice.subject}: {advice.found}")
        _print(console, f"    {advice.why} {advice.cure}", style="dim")
    if off:
        said = f"\n{_counted(off, off, folder)}. What is in force has none and can be published."
        console.print(said, style="bold yellow", highlight=False, soft_wrap=True)
        return True
    said = f"{len(texts)} files, {examples.count} cases: no mistake."
    console.print(said, style="bold green", highlight=False)
    return True


def _print(console: Console, text: str, *, style: str = "") -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True, style=style)


def _counted(count: int, off: int, folder: Path) -> str:
    """`3 mistakes in rules, 1 of them in a pack that is off`."""
    said = f"{count} mistake{'s' if count > 1 else ''} in {folder}"
    packs = "a pack that is off" if off == 1 else "packs that are off"
    if not off:
        return said
    return f"{said}, {off} of them in {packs}" if off < count else f"{said}, in {packs}"
