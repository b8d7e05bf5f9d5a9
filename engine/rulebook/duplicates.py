"""Ids that come twice, and former ids that are still in use: over all files, packs that are off included."""

from collections.abc import Iterable
from typing import Final

from engine.rulebook.collect import Entry, FileWords
from engine.rulebook.did_you_mean import shown
from engine.rulebook.report import Report
from engine.rulebook.words.file import WORD_TYPES
from engine.rulebook.words.parts import Said

_WORDS: Final = tuple(word for word, type_ in WORD_TYPES.items() if word == "event" or "id" in type_.__struct_fields__)


def check_duplicates(files: Iterable[FileWords], report: Report) -> None:
    """Report each id after the first, of each word."""
    all_files = list(files)
    for word in _WORDS:
        entries = [entry for file in all_files for entry in file.of(WORD_TYPES[word])]
        seen: dict[str, Entry[Said]] = {}
        for entry in entries:
            id_ = _id_of(entry)
            first = seen.setdefault(id_, entry)
            if first is not entry:
                _twice(word, id_, entry, first, report)
        _check_former(word, entries, seen, report)


def _id_of(entry: Entry[Said]) -> str:
    return str(getattr(entry.words, "id", None) or getattr(entry.words, "type", ""))


def _twice(word: str, id_: str, entry: Entry[Said], first: Entry[Said], report: Report) -> None:
    name = "type" if word == "event" else "id"
    report.wrong(
        entry.place.at(name),
        "duplicate-id",
        f"{shown(id_)} is the {name} of two [[{word}]].",
        expected=f"The first one is {first.place.file.name}:{first.place.key.line}.",
        cure="Give one of them another, or take one out.",
    )


def _check_former(word: str, entries: list[Entry[Said]], seen: dict[str, Entry[Said]], report: Report) -> None:
    taken: dict[str, str] = {}
    for entry in entries:
        former: str | None = getattr(entry.words, "formerly", None)
        if former is None:
            continue
        owner = former if former in seen else taken.get(former)
        if owner is not None:
            verb = "is still in use" if owner == former else f"is said by {owner} too"
            place = entry.place.at("formerly")
            found = f"The former id {shown(former)} {verb}."
            report.wrong(place, "formerly-taken", found, cure=f"Take formerly out, or rename that [[{word}]].")
        taken.setdefault(former, _id_of(entry))
