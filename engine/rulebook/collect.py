"""Files to words: each table as its own type, with its place. What does not fit is reported and left out."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import blake2b
from typing import Final, Generic, TypeVar, cast

import msgspec
from msgspec import inspect

from engine.rulebook.did_you_mean import UNREADABLE, listed, nearest, shown
from engine.rulebook.fitting import NO_STAND_INS, fit, shape_of
from engine.rulebook.mappings.files import is_of_sources
from engine.rulebook.misplaced import without_conditions
from engine.rulebook.positions import Spot
from engine.rulebook.report import Place, Report, SourceFile
from engine.rulebook.syntax import read_toml
from engine.rulebook.words.file import ORGANIZATION_FILE, ORGANIZATION_WORDS, SINGLE_WORDS, WORD_TYPES
from engine.rulebook.words.parts import ID_PATTERN, MOST_POINTS, Said
from engine.rulebook.words.rules import Rule

MOST_FILES: Final = 200
MOST_BYTES: Final = 2**20
MOST_RULES: Final = 20_000

Texts = Mapping[str, str]
SaidT_co = TypeVar("SaidT_co", bound=Said, covariant=True)
WordT = TypeVar("WordT", bound=Said)


class Entry(msgspec.Struct, Generic[SaidT_co], frozen=True):
    """A table of a file. `extras` has the amounts of other currencies that a rule names beside its words."""

    words: SaidT_co
    place: Place
    extras: tuple[tuple[str, int], ...] = ()


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Names that other files bring and a table may hold beside its own words, or would hold behind `if.`."""

    currencies: frozenset[str]
    fields: frozenset[str]


class FileWords:
    """What one file says, by word."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, list[Entry[Said]]] = {}

    def add(self, word: str, entry: Entry[Said]) -> None:
        """One more table."""
        self._entries.setdefault(word, []).append(entry)

    def of(self, type_: type[WordT]) -> list[Entry[WordT]]:
        """All tables of a word, by its type."""
        return cast("list[Entry[WordT]]", self._entries.get(_WORD_OF[type_], []))

    def words(self) -> Iterator[str]:
        """The words that it says."""
        yield from self._entries


_WORD_OF: Final[Mapping[type[Said], str]] = {type_: word for word, type_ in WORD_TYPES.items()}


def collect(texts: Texts, report: Report) -> list[FileWords]:
    """The words of all rule files, organization.toml first; what stands below sources is left to `mappings`."""
    texts = {name: text for name, text in texts.items() if not is_of_sources(name)}
    if len(texts) > MOST_FILES:
        _whole_file(
            sorted(texts)[MOST_FILES],
            "too-many",
            f"There are {len(texts)} files.",
            f"At most {MOST_FILES} are possible.",
            report,
        )
        return []
    sources = [read_source(name, texts[name], report) for name in sorted(texts, key=_organization_first)]
    known = Known(currencies=_ids(sources, "currency"), fields=_fields(sources))
    files = [_file(source, known, report) for source in sources]
    rules = [entry for file in files for entry in file.of(Rule)]
    if len(rules) > MOST_RULES:
        report.wrong(
            rules[MOST_RULES].place,
            "too-many",
            f"There are {len(rules)} rules.",
            expected=f"At most {MOST_RULES} are possible.",
        )
        return []
    return files


def _organization_first(name: str) -> tuple[bool, str]:
    return name != ORGANIZATION_FILE, name


def _whole_file(name: str, code: str, found: str, expected: str, report: Report) -> None:
    empty = SourceFile(name, read_toml(""))
    report.wrong(Place(empty, ()), code, found, expected=expected, spot=Spot(1, 1))


def read_source(name: str, text: str, report: Report) -> SourceFile:
    """A file with its values; what can't be read of it is reported."""
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        _whole_file(name, "too-long", f"This file has {size:,} bytes.", f"At most {MOST_BYTES:,} are possible.", report)
        return SourceFile(name, read_toml(""))
    odd = next((place for place, letter in enumerate(text) if 0xD800 <= ord(letter) <= 0xDFFF), None)  # noqa: PLR2004
    if odd is not None:
        before = text[:odd]
        spot = Spot(before.count("\n") + 1, odd - before.rfind("\n"))
        report.wrong(
            Place(SourceFile(name, read_toml("")), ()),
            "not-utf-8",
            "This letter can't be read.",
            cure="Save the file as UTF-8.",
            spot=spot,
        )
        return SourceFile(name, read_toml(""))
    source = SourceFile(name, read_toml(text))
    for fault in source.document.faults:
        report.wrong(Place(source, ()), fault.code, fault.found, cure=fault.cure, spot=Spot(fault.line, fault.column))
    return source


def _ids(sources: list[SourceFile], word: str) -> frozenset[str]:
    tables = [source.document.values.get(word) for source in sources]
    rows = [row for table in tables if isinstance(table, list) for row in table if isinstance(row, dict)]
    ids = (row.get("id") for row in rows)
    return frozenset(id_ for id_ in ids if isinstance(id_, str) and re.search(ID_PATTERN, id_, re.ASCII))


def _fields(sources: list[SourceFile]) -> frozenset[str]:
    """The names of all values that events carry."""
    tables = [source.document.values.get("event") for source in sources]
    rows = [row for table in tables if isinstance(table, list) for row in table if isinstance(row, dict)]
    return frozenset(name for row in rows if isinstance(data := row.get("data"), dict) for name in data)


def _file(source: SourceFile, known: Known, report: Report) -> FileWords:
    file = FileWords(source.name)
    root = Place(source, ())
    for word, value in source.document.values.items():
        place = root.at(word)
        if word not in WORD_TYPES:
            expected = f"Headings: {listed(WORD_TYPES)}."
            report.wrong(
                place,
                "unknown-word",
                f"{shown(word)} is not a word of rule files.",
                near=nearest(word, WORD_TYPES),
                expected=expected,
                spot=place.key,
            )
        elif _stands_here(word, source.name, place, report):
            for inner, row in _tables(word, value, place, report):
                entry = _entry(word, row, inner, known, report)
                if entry is not None:
                    file.add(word, entry)
    return file


def _stands_here(word: str, name: str, place: Place, report: Report) -> bool:
    ours, in_organization = word in ORGANIZATION_WORDS, name == ORGANIZATION_FILE
    if ours == in_organization:
        return True
    if ours:
        found, cure = f"{word} stands in a pack.", f"Move it to {ORGANIZATION_FILE}: only there is it looked for."
    else:
        found, cure = (
            f"{word} stands in {ORGANIZATION_FILE}.",
            "Move it to a file of a pack, like starter/sharing.toml.",
        )
    report.wrong(place, "wrong-file", found, cure=cure, spot=place.key)
    return False


def _tables(word: str, value: object, place: Place, report: Report) -> Iterator[tuple[Place, object]]:
    if word in SINGLE_WORDS:
        if isinstance(value, dict):
            yield place, value
        else:
            report.wrong(place, "wrong-type", f"{word} is not a table.", cure=f"Write [{word}] on a line of its own.")
    elif isinstance(value, list) and all(isinstance(row, dict) for row in value):
        for number, row in enumerate(value):
            yield place.at(number), row
    else:
        cure = f"Write [[{word}]], with two brackets, on a line of its own."
        report.wrong(place, "wrong-type", f"{word} is not a list of tables.", cure=cure, spot=place.key)


def _entry(word: str, value: object, place: Place, known: Known, report: Report) -> Entry[Said] | None:
    extras: tuple[tuple[str, int], ...] = ()
    if word == "rule" and isinstance(value, dict):
        value, extras = _without_amounts(value, place, known.currencies, report)
    if word in _CONDITIONAL and isinstance(value, dict):
        fields = frozenset[str]() if word == "badge" else known.fields
        value = without_conditions(value, _field_names(shape_of(WORD_TYPES[word])), fields, place, report)
    words = fit(WORD_TYPES[word], value, place, report, _stand_ins(word, place))
    return None if words is None else Entry(words, place, extras)


_STAND_INS: Final[Mapping[str, Mapping[str, object]]] = {
    "defaults": {"on": []},
    "metric": {"on": []},
    "rule": {"on": [], "points": 1},
    "cap": {"on": "*", "points": 1, "per": "week"},
    "currency": {},
    "boost": {"on": [], "first_day": date(2000, 1, 1), "last_day": date(2000, 1, 1), "percent": 200},
    "removal": {"on": "…", "within": "1 day"},
    "badge": {},
    "level": {"at": 0},
    "leaderboard": {"periods": []},
    "recognition": {},
    "thanks": {"giver": 0, "receiver": 0},
}


def _stand_ins(word: str, place: Place) -> Mapping[str, object]:
    """For a table whose own words can't be read: its conditions, limits and the rest are looked at all the same.

    Whoever reads such a word asks `Report.was_read` before it finds fault with what stands in.
    """
    if word not in _STAND_INS:
        return NO_STAND_INS
    where = blake2b(f"{place.file.name} {place.path}".encode(), digest_size=8).hexdigest()
    return {"id": UNREADABLE + where, "title": "…", **_STAND_INS[word]}


def _without_amounts(
    value: dict[str, object], place: Place, currencies: frozenset[str], report: Report
) -> tuple[dict[str, object], tuple[tuple[str, int], ...]]:
    """A rule may say amounts of currencies by their names, `coins = 5`; its own words are what remains."""
    words: dict[str, object] = {}
    extras: list[tuple[str, int]] = []
    for name, inner in value.items():
        if name not in currencies or name in _RULE_WORDS:
            words[name] = inner
        elif isinstance(inner, int) and not isinstance(inner, bool) and 1 <= inner <= MOST_POINTS:
            extras.append((name, inner))
        else:
            report.wrong(
                place.at(name),
                "out-of-range",
                f"{name} is {shown(inner)}.",
                expected=f"A whole number from 1 to {MOST_POINTS:,} is expected here.",
            )
    return words, tuple(extras)


def _field_names(shape: inspect.StructType) -> frozenset[str]:
    return frozenset(field.encode_name for field in shape.fields)


_CONDITIONAL: Final = frozenset({"rule", "metric", "defaults", "badge", "boost"})
_RULE_WORDS: Final = _field_names(shape_of(Rule))
RESERVED_CURRENCIES: Final = _RULE_WORDS | {"points"}
