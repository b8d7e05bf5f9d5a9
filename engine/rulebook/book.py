"""Rule files to a rulebook: the door of this folder.

`check` tells all mistakes of all files, packs that are off included; `compile_rulebook` makes what is in force and
refuses when any of it has a mistake. Both are pure; only `read_folder` touches files.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from engine.core.codes import Naming
from engine.core.rulebook import EventType, Rulebook
from engine.rulebook.build import build
from engine.rulebook.collect import FileWords, Texts, collect, read_source
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.duplicates import check_duplicates
from engine.rulebook.ground import Ground, read_ground
from engine.rulebook.later import refuse_later_words
from engine.rulebook.mappings.book import MappingBook, read_mappings
from engine.rulebook.mappings.files import is_of_sources
from engine.rulebook.mistakes import Mistake, Notice, RulebookRefused
from engine.rulebook.positions import Spot
from engine.rulebook.report import MOST_MISTAKES, Place, Report, SourceFile
from engine.rulebook.syntax import read_toml
from engine.rulebook.versions import versions_of
from engine.rulebook.words.cases import Case
from engine.rulebook.words.file import ORGANIZATION_FILE
from engine.rulebook.words.organization import Organization
from engine.sources.mapping.mapping import Mapping as SourceMapping

OUTSIDE_OF_PACKS: Final = frozenset({"schema", "sources"})
"""Folders beside the packs that hold no rules."""

READ_BESIDE: Final = ("sources/*.toml", "sources/payloads/*.json")
"""What is read there all the same: what messages of tools become, and examples of such messages."""

DIGEST_BYTES: Final = 16


class CaseAt(msgspec.Struct, frozen=True, kw_only=True):
    """A case, and where it stands."""

    file: str
    line: int
    case: Case


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. Namings are those of the packs in force; `off` are the files of packs that are off."""

    mistakes: tuple[Mistake, ...]
    notices: tuple[Notice, ...]
    namings: tuple[Naming, ...]
    packs: tuple[str, ...]
    off: frozenset[str]

    @property
    def in_the_way(self) -> tuple[Mistake, ...]:
        """The mistakes for which nothing can be published: those of what is in force, or would be."""
        return tuple(mistake for mistake in self.mistakes if mistake.file not in self.off)


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of all rule files and mapping files below a folder, by their path in it.

    A file that is not UTF-8 is read all the same; `check` says where it goes wrong.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*.toml")):
        name = file.relative_to(folder)
        top = name.parts[0]
        if (len(name.parts) == 1 and top != ORGANIZATION_FILE) or top in OUTSIDE_OF_PACKS or top.startswith("."):
            continue
        found[name.as_posix()] = file.read_text("utf-8", errors="surrogateescape")
    for pattern in READ_BESIDE:
        for file in sorted(folder.glob(pattern)):
            found[file.relative_to(folder).as_posix()] = file.read_text("utf-8", errors="surrogateescape")
    return found


def check(texts: Texts) -> Checked:
    """All mistakes of all files at once; never raises, whatever the texts hold. Runs no cases."""
    report = Report()
    files = collect(texts, report)
    ground = _ground(files, texts, report)
    off = _off(files, ground.packs)
    # Of two with the same id the one that is off has to give way.
    check_duplicates(sorted(files, key=lambda file: file.name in off), report)
    _check_packs(files, report)
    _refuse_later_words(files, report)
    in_force = [file for file in files if is_in_force(file.name, ground.packs)]
    _, names = build(in_force, ground, report, _Numbers(), b"")
    for unit in _units_that_are_off(files, ground.packs):
        build([*in_force, *unit], ground, report, _Numbers(), b"")
    read_mappings(texts, ground, report, read_source)
    return Checked(
        mistakes=report.mistakes,
        notices=report.notices,
        namings=tuple(sorted(names.namings.values(), key=lambda naming: naming.name)),
        packs=ground.packs,
        # Where not all were collected, some of what is in force may be among the rest.
        off=off if len(report.mistakes) < MOST_MISTAKES else frozenset(),
    )


def namings(checked: Checked) -> tuple[Naming, ...]:
    """Every name that the rulebook in force needs a code for, as `kind:id`."""
    return checked.namings


def compile_rulebook(texts: Texts, codes: Mapping[str, int], *, digest: bytes | None = None) -> Rulebook:
    """The rulebook of the packs in force.

    Args:
        texts: All rule files; packs that are off are not looked at.
        codes: A code for every name that `namings` has.
        digest: The one by which it was published, maybe with other versions; else that of today.

    Raises:
        RulebookRefused: A file in force has mistakes.
        KeyError: A name has no code.
    """
    report = Report()
    mine = in_force_only(texts)
    files = collect(mine, report)
    ground = _ground(files, mine, report)
    check_duplicates(files, report)
    _check_packs(files, report)
    _refuse_later_words(files, report)
    name = digest_of(texts) if digest is None else digest
    rulebook, names = build(files, ground, report, lambda name: codes.get(name, -1), name)
    if report.mistakes:
        raise RulebookRefused(report.mistakes)
    without = sorted(name for name in names.namings if name not in codes)
    if without:
        raise KeyError(*without)
    return rulebook


def mappings_of(texts: Texts) -> tuple[MappingBook, Mapping[str, EventType]]:
    """The mappings with their cases, and the types of events that they make.

    Raises:
        RulebookRefused: A mapping file, or organization.toml, has mistakes.
    """
    report = Report()
    organization = {name: text for name, text in texts.items() if name == ORGANIZATION_FILE}
    ground = _ground(collect(organization, report), organization, report)
    book = read_mappings(texts, ground, report, read_source)
    if report.mistakes:
        raise RulebookRefused(report.mistakes)
    return book, ground.events


def compile_mappings(texts: Texts) -> dict[str, SourceMapping]:
    """What messages of tools become, by the names of the mapping files.

    Raises:
        RulebookRefused: A mapping file, or organization.toml, has mistakes.
    """
    book, _ = mappings_of(texts)
    return book.mappings


def cases_of(texts: Texts, *, packs: tuple[str, ...] | None = None) -> tuple[CaseAt, ...]:
    """The cases of these packs, or of those in force; cases with mistakes are left out."""
    files = collect(texts, Report())
    chosen = in_force_packs(texts) if packs is None else packs
    return tuple(
        CaseAt(file=file.name, line=entry.place.key.line, case=entry.words)
        for file in files
        if is_in_force(file.name, chosen)
        for entry in file.of(Case)
    )


def digest_of(texts: Texts, versions: Mapping[str, str] | None = None) -> bytes:
    """A name for these rules: every byte in force, the language, and the versions of what decides with them.

    Without `versions`, it is those of today.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    parts = [part for item in sorted((versions_of() if versions is None else versions).items()) for part in item]
    for name, text in sorted(in_force_only(texts).items()):
        parts += [name, text]
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()


def in_force_only(texts: Texts) -> dict[str, str]:
    """organization.toml, the files of the packs that it names, and everything below sources."""
    packs = in_force_packs(texts)
    return {
        name: text
        for name, text in texts.items()
        if name == ORGANIZATION_FILE or is_of_sources(name) or is_in_force(name, packs)
    }


def in_force_packs(texts: Texts) -> tuple[str, ...]:
    """The packs that organization.toml names; none where it can't be read."""
    organization = read_toml(texts.get(ORGANIZATION_FILE, "")).values.get("organization")
    packs = organization.get("packs") if isinstance(organization, dict) else None
    return tuple(pack for pack in packs if isinstance(pack, str)) if isinstance(packs, list) else ()


def is_in_force(name: str, packs: tuple[str, ...]) -> bool:
    """Whether a file belongs to one of these packs: a folder, or a file without its ending."""
    return any(name == f"{pack}.toml" or name.startswith(f"{pack}/") for pack in packs)


def _refuse_later_words(files: list[FileWords], report: Report) -> None:
    for file in files:
        refuse_later_words(file, report)


class _Numbers(dict[str, int]):
    """A number for each name that is asked for."""

    def __call__(self, name: str) -> int:
        return self.setdefault(name, len(self))


def _ground(files: list[FileWords], texts: Texts, report: Report) -> Ground:
    organization = next((file for file in files if file.name == ORGANIZATION_FILE), None)
    if organization is None:
        if ORGANIZATION_FILE not in texts:
            cure = "Copy the shipped one, and change it."
            _file_mistake("missing-file", f"There is no {ORGANIZATION_FILE}.", cure, report)
        return Ground()
    if not organization.of(Organization) and not any(m.file == ORGANIZATION_FILE for m in report.mistakes):
        cure = "Add it, with time_zone, country, languages and packs."
        _file_mistake("missing", f"{ORGANIZATION_FILE} has no [organization].", cure, report)
    return read_ground(organization, report)


def _file_mistake(code: str, found: str, cure: str, report: Report) -> None:
    place = Place(SourceFile(ORGANIZATION_FILE, read_toml("")), ())
    report.wrong(place, code, found, cure=cure, spot=Spot(1, 1))


def _check_packs(files: list[FileWords], report: Report) -> None:
    names = [file.name for file in files if file.name != ORGANIZATION_FILE]
    known = sorted({*(_folder(name) for name in names), *(name.removesuffix(".toml") for name in names)})
    for file in files:
        for entry in file.of(Organization):
            for number, pack in enumerate(entry.words.packs):
                if not any(is_in_force(name, (pack,)) for name in names):
                    report.wrong(
                        entry.place.at("packs", number),
                        "unknown-pack",
                        f"{shown(pack)} is not a pack: there is no such folder or file.",
                        near=nearest(pack, known),
                        expected=f"Packs: {listed(known)}." if known else "",
                    )


def _units_that_are_off(files: list[FileWords], packs: tuple[str, ...]) -> list[list[FileWords]]:
    """The files of packs that are off, those of one folder together."""
    units: dict[str, list[FileWords]] = {}
    for file in files:
        if file.name != ORGANIZATION_FILE and not is_in_force(file.name, packs):
            units.setdefault(_folder(file.name), []).append(file)
    return list(units.values())


def _off(files: list[FileWords], packs: tuple[str, ...]) -> frozenset[str]:
    """The files of packs that are off; none where organization.toml does not say which are in force."""
    said = any(file.of(Organization) for file in files)
    return frozenset(
        file.name for file in files if said and file.name != ORGANIZATION_FILE and not is_in_force(file.name, packs)
    )


def _folder(name: str) -> str:
    return str(PurePosixPath(name).parent)
