"""Running all cases of rule files: those in force by the rulebook in force, those of a pack that is off with it."""

from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from engine.core.rulebook import Rulebook
from engine.rulebook.book import cases_of, in_force_packs, is_in_force, mappings_of
from engine.rulebook.build import build
from engine.rulebook.cases import CaseFailure, run_case
from engine.rulebook.collect import Texts, collect
from engine.rulebook.ground import read_ground
from engine.rulebook.mappings.files import is_of_sources
from engine.rulebook.mistakes import Mistake
from engine.rulebook.report import Report
from engine.rulebook.words.file import ORGANIZATION_FILE


class Examples(msgspec.Struct, frozen=True):
    """How many cases ran, and those that came out otherwise."""

    count: int
    mistakes: tuple[Mistake, ...]


def run_cases(texts: Texts, *, off: bool = True) -> Examples:
    """Run the cases of files without mistakes, mapping files included; with `off`, those of packs that are off, too.

    Raises:
        RulebookRefused: organization.toml or a mapping file has mistakes.
    """
    packs = in_force_packs(texts)
    units = [(packs, packs)]
    if off:
        units.extend(((*packs, pack), (pack,)) for pack in _packs_that_are_off(texts, packs))
    book, event_types = mappings_of(texts)
    count = book.count
    mistakes = list(book.failures(event_types))
    for judging, having in units:
        cases = cases_of(texts, packs=having)
        if not cases:
            continue
        rulebook = _rulebook(texts, judging)
        count += len(cases)
        for at in cases:
            mistakes.extend(_mistake(at.file, at.line, failure) for failure in run_case(rulebook, at.case))
    return Examples(count, tuple(sorted(mistakes)))


def _packs_that_are_off(texts: Texts, packs: tuple[str, ...]) -> Iterable[str]:
    names = (
        name for name in texts if name != ORGANIZATION_FILE and not is_of_sources(name) and not is_in_force(name, packs)
    )
    return dict.fromkeys(str(PurePosixPath(name).with_suffix("")) for name in sorted(names))


def _rulebook(texts: Texts, packs: tuple[str, ...]) -> Rulebook:
    """The rulebook that these packs would be, with codes of its own."""
    mine = {name: text for name, text in texts.items() if name == ORGANIZATION_FILE or is_in_force(name, packs)}
    report = Report()
    files = collect(mine, report)
    organization = next(file for file in files if file.name == ORGANIZATION_FILE)
    codes: dict[str, int] = {}
    rulebook, _ = build(
        files, read_ground(organization, report), report, lambda name: codes.setdefault(name, len(codes)), b""
    )
    return rulebook


def _mistake(file: str, line: int, failure: CaseFailure) -> Mistake:
    return Mistake(
        file=file,
        line=line,
        column=1,
        code="case-fails",
        found=f'The case "{failure.says}" gives {failure.key} {failure.found}, not {failure.expected}.',
        cure="Mend the rule, or what the case expects.",
    )
