"""Which texts are mapping files and their payloads, and their tables as words."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

import msgspec

from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.fitting import fit
from engine.rulebook.positions import Spot
from engine.rulebook.report import Place, Report, SourceFile
from engine.rulebook.syntax import read_toml
from engine.rulebook.words.parts import ID_PATTERN, Said
from engine.rulebook.words.sources import MAPPING_WORDS, ONE_SOURCE, Link, Map, MapCase, Source
from engine.sources.events import JsonValue, NotUnderstood
from engine.sources.forms import read_form
from engine.sources.json_guard import decode

FOLDER: Final = "sources/"
PAYLOADS: Final = "sources/payloads/"
MOST_PAYLOAD_BYTES: Final = 65_536
MOST_MAPS: Final = 200

SaidT = TypeVar("SaidT", bound=Said)


class Table(msgspec.Struct, Generic[SaidT], frozen=True):
    """A table of a mapping file, and where it stands."""

    words: SaidT
    place: Place


class MappingWords(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says. `name` is its file name without the ending."""

    name: str
    place: Place
    source: Table[Source] | None
    maps: tuple[Table[Map], ...]
    links: tuple[Table[Link], ...]
    cases: tuple[Table[MapCase], ...]


def is_of_sources(name: str) -> bool:
    """Whether a file says what messages become, or is a payload beside such files."""
    return name.startswith(FOLDER)


def is_payload(name: str) -> bool:
    """Whether a file is a message for cases."""
    return name.startswith(PAYLOADS) and name.endswith(".json")


def collect_mappings(sources: Mapping[str, SourceFile], report: Report) -> list[MappingWords]:
    """The words of all mapping files."""
    return [_words(name[len(FOLDER) : -len(".toml")], source, report) for name, source in sources.items()]


def is_mapping(name: str, report: Report) -> bool:
    """Whether this file of the folder is a mapping; reported where it is neither that nor a payload."""
    if is_payload(name):
        return False
    stem, dot, ending = name[len(FOLDER) :].partition(".")
    if dot and ending == "toml" and re.search(ID_PATTERN, stem, re.ASCII):
        return True
    place = Place(SourceFile(name, read_toml("")), ())
    report.wrong(
        place,
        "wrong-file",
        f"{shown(name)} is no mapping file.",
        expected="Mapping files are sources/NAME.toml, in small letters; payloads are sources/payloads/NAME.json.",
        spot=Spot(1, 1),
    )
    return False


def _words(name: str, source: SourceFile, report: Report) -> MappingWords:
    root = Place(source, ())
    values = source.document.values
    for word in values:
        if word not in MAPPING_WORDS:
            place = root.at(word)
            report.wrong(
                place,
                "unknown-word",
                f"{shown(word)} is not a word of mapping files.",
                near=nearest(word, MAPPING_WORDS),
                expected=f"Headings: {listed(MAPPING_WORDS)}.",
                spot=place.key,
            )
    found = values.get(ONE_SOURCE)
    if found is None and not any(mistake.file == source.name for mistake in report.mistakes):
        cure = f'Add, at the top: [source], and below it title = "{name.capitalize()}"'
        report.wrong(root, "missing", "This file has no [source].", cure=cure, spot=Spot(1, 1))
    words = None if found is None else fit(Source, found, root.at(ONE_SOURCE), report)
    maps, links = tuple(_tables("map", Map, root, report)), tuple(_tables("link", Link, root, report))
    if len(maps) + len(links) > MOST_MAPS:
        found_many = f"{len(maps)} maps and {len(links)} links stand here."
        report.wrong(root, "too-many", found_many, expected=f"At most {MOST_MAPS} are possible.", spot=Spot(1, 1))
        maps, links = (), ()
    return MappingWords(
        name=name,
        place=root,
        source=None if words is None else Table(words, root.at(ONE_SOURCE)),
        maps=maps,
        links=links,
        cases=tuple(_tables("case", MapCase, root, report)),
    )


def _tables(word: str, type_: type[SaidT], root: Place, report: Report) -> Iterator[Table[SaidT]]:
    value = root.file.document.values.get(word, [])
    place = root.at(word)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        cure = f"Write [[{word}]], with two brackets, on a line of its own."
        report.wrong(place, "wrong-type", f"{word} is not a list of tables.", cure=cure, spot=place.key)
        return
    for number, row in enumerate(value):
        words = fit(type_, row, place.at(number), report)
        if words is not None:
            yield Table(words, place.at(number))


class Payload(msgspec.Struct, frozen=True):
    """A message as a tool sends it."""

    headers: Mapping[str, str]
    body: JsonValue
    is_form: bool


def read_payload(name: str, text: str, report: Report) -> Payload | None:
    """The message of a payload file: JSON, with headers and body where it says both; reported where it is none.

    A body that is a text is a form.
    """
    place = Place(SourceFile(name, read_toml("")), ())
    raw = text.encode("utf-8", "replace")
    if len(raw) > MOST_PAYLOAD_BYTES:
        expected = f"At most {MOST_PAYLOAD_BYTES:,} are possible."
        report.wrong(place, "too-long", f"This file has {len(raw):,} bytes.", expected=expected, spot=Spot(1, 1))
        return None
    try:
        return _payload(decode(raw))
    except NotUnderstood as error:
        fault = error.faults[0]
        where = f"{fault.pointer}: " if fault.pointer else ""
        found = f"This message can't be read: {where}{fault.found}."
        report.wrong(place, "unreadable", found, expected=f"Expected is {fault.expected}.", spot=Spot(1, 1))
        return None


def _payload(value: JsonValue) -> Payload:
    if not isinstance(value, dict) or "body" not in value or not value.keys() <= {"headers", "body"}:
        return Payload({}, value, is_form=False)
    headers, body = value.get("headers"), value["body"]
    named = {str(name).lower(): str(each) for name, each in headers.items()} if isinstance(headers, dict) else {}
    if isinstance(body, str):
        return Payload(named, {**read_form(body.encode("utf-8", "replace"))}, is_form=True)
    return Payload(named, body, is_form=False)
