"""`sulka check`: every mistake with its place and its cure, then the cases, then advice."""

from pathlib import Path

from rich.console import Console

from engine.rulebook.advice import advise
from engine.rulebook.book import check, compile_rulebook, namings, read_folder
from engine.rulebook.examples import Examples, run_cases


def check_folder(folder: Path) -> bool:
    """Say all that is wrong with the files of this folder, and what could be better; whether nothing is wrong."""
    console = Console()
    texts = read_folder(folder)
    checked = check(texts)
    for mistake in checked.mistakes:
        console.print(mistake.render(), markup=False, highlight=False, soft_wrap=True)
    for notice in checked.notices:
        console.print(notice.render(), markup=False, highlight=False, soft_wrap=True, style="dim")
    examples = run_cases(texts) if not checked.mistakes else Examples(0, ())
    for mistake in examples.mistakes:
        console.print(mistake.render(), markup=False, highlight=False, soft_wrap=True)
    count = len(checked.mistakes) + len(examples.mistakes)
    if count:
        console.print(f"\n{count} mistake{'s' if count > 1 else ''} in {folder}.", style="bold red")
        return False
    codes = {naming.name: code for code, naming in enumerate(namings(checked))}
    for advice in advise(compile_rulebook(texts, codes)):
        console.print(f"Advice on {advice.subject}: {advice.found}", markup=False, highlight=False, soft_wrap=True)
        console.print(f"    {advice.why} {advice.cure}", markup=False, highlight=False, soft_wrap=True, style="dim")
    said = f"{len(texts)} files, {examples.count} cases: no mistake."
    console.print(said, style="bold green", highlight=False)
    return True
