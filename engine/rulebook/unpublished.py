"""What two sets of rule files have different, table by table: rules, badges and the rest, by their names."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from engine.rulebook.book import in_force_only
from engine.rulebook.collect import Texts
from engine.rulebook.mappings.files import is_of_sources
from engine.rulebook.syntax import Toml, read_toml
from engine.rulebook.words.file import SINGLE_WORDS

_NAMED_BY = ("id", "type", "says", "on", "country", "per")
"""What tells two tables of a word apart, as far as they have it."""


class Change(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A table that is in force differently. `name` is its id, or what else it is known by."""

    kind: Literal["added", "changed", "gone"]
    word: str
    name: str

    def render(self) -> str:
        """`added: rule talk-given`."""
        return f"{self.kind}: {self.word} {self.name}".rstrip()


class _Table(msgspec.Struct, frozen=True):
    """What a table says, and the `[defaults]` beside it, which a rule takes along."""

    value: object
    defaults: object


def changes(before: Texts, after: Texts) -> tuple[Change, ...]:
    """What publishing `after` would change where `before` is in force; packs that are off are not looked at."""
    old, new = _tables(before), _tables(after)
    found = [
        Change(kind=kind, word=word, name=name)
        for (word, name, number) in {**old, **new}
        if (kind := _kind(old.get((word, name, number)), new.get((word, name, number)))) is not None
    ]
    return tuple(sorted(found))


def _kind(old: _Table | None, new: _Table | None) -> Literal["added", "changed", "gone"] | None:
    if old is None or new is None:
        return "added" if old is None else "gone"
    return "changed" if old != new else None


def _tables(texts: Texts) -> dict[tuple[str, str, int], _Table]:
    """All tables in force by word and name; a number tells those apart that share both."""
    found: dict[tuple[str, str, int], _Table] = {}
    for file, text in sorted(in_force_only(texts).items()):
        if is_of_sources(file) and not file.endswith(".toml"):
            found["payload", PurePosixPath(file).name, 0] = _Table(text, None)
            continue
        values = read_toml(text).values
        for word, name, value in _of_file(file, values):
            number = 0
            while (word, name, number) in found:
                number += 1
            found[word, name, number] = _Table(value, values.get("defaults") if word == "rule" else None)
    return found


def _of_file(file: str, values: Toml) -> Iterator[tuple[str, str, object]]:
    # Two tools may have a map of the same id: `map github/star`.
    tool = f"{PurePosixPath(file).stem}/" if is_of_sources(file) else ""
    for word, value in values.items():
        if tool and isinstance(value, list):
            yield from ((word, tool + _name(table), table) for table in value)
        elif tool:
            yield word, tool.rstrip("/"), value
        elif word in SINGLE_WORDS:
            yield word, f"of {file}" if word == "defaults" else "", value
        elif isinstance(value, list):
            for table in value:
                yield word, _name(table), table


def _name(table: object) -> str:
    if not isinstance(table, Mapping):
        return ""
    said = [str(table[name]) for name in _NAMED_BY if name in table]
    return said[0] if any(name in table for name in _NAMED_BY[:3]) else " ".join(said)
