"""Collecting mistakes and notices, each at its place in a file."""

from functools import cached_property

import msgspec

from engine.rulebook.mistakes import Mistake, Notice
from engine.rulebook.positions import Path, Positions, Spot
from engine.rulebook.syntax import Document

MOST_MISTAKES = 1_000
"""More are not collected: mending these will mend others."""

Found = tuple[str, int, int, str, str]
"""File, line, column, code, and what was found."""


class SourceFile:
    """A rule file by its relative path, with what could be read of it."""

    def __init__(self, name: str, document: Document) -> None:
        self.name, self.document = name, document

    @cached_property
    def positions(self) -> Positions:
        """Looked up only when somebody asks."""
        return Positions(self.document.text)

    def is_torn(self, path: Path) -> bool:
        """Whether lines below this heading could not be read, so that something may only seem to be missing."""
        return bool(self.document.torn) and self.positions.key(path).line in self.document.torn


class Place(msgspec.Struct, frozen=True):
    """A value in a file, by its keys."""

    file: SourceFile
    path: Path

    def at(self, *keys: str | int) -> "Place":
        """A place inside of this one."""
        return Place(self.file, (*self.path, *keys))

    @property
    def label(self) -> str:
        """The name as people write it: `fade.percent`, without the heading's word and without numbers."""
        names = [key for key in self.path[1:] if isinstance(key, str)]
        return ".".join(names) or str(self.path[0])

    @property
    def value(self) -> Spot:
        """Where the value begins."""
        return self.file.positions.value(self.path)

    @property
    def key(self) -> Spot:
        """Where the name stands."""
        return self.file.positions.key(self.path)

    def character(self, offset: int) -> Spot:
        """Where a character of this text stands."""
        return self.file.positions.within(self.path, offset)


class Report:
    """What was found so far. One report serves one check.

    The packs in force are read once more with each pack that is off, and then there are more names to list: what is
    found at the same place is the same, and the first one, with the names of the packs in force, is kept.
    """

    def __init__(self) -> None:
        self._mistakes: dict[Found, Mistake] = {}
        self._notices: dict[Found, Notice] = {}
        self._wrong_places: set[tuple[str, Path]] = set()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All of them, by file, line and column."""
        return tuple(sorted(self._mistakes.values()))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All of them, by file, line and column."""
        return tuple(sorted(self._notices.values()))

    def was_read(self, place: Place) -> bool:
        """Whether nothing was wrong here or inside; else what seems to be missing may only have been left out."""
        return not place.file.is_torn(place.path[:2]) and (place.file.name, place.path) not in self._wrong_places

    def wrong(
        self,
        place: Place,
        code: str,
        found: str,
        *,
        expected: str = "",
        cure: str = "",
        near: str = "",
        spot: Spot | None = None,
    ) -> None:
        """Note a mistake at the place's value, or at the spot given."""
        self._wrong_places.update((place.file.name, place.path[:end]) for end in range(1, len(place.path) + 1))
        if len(self._mistakes) >= MOST_MISTAKES:
            return
        line, column = spot or place.value
        mistake = Mistake(
            file=place.file.name,
            line=line,
            column=column,
            code=code,
            found=found,
            expected=expected,
            cure=cure,
            near=near,
        )
        self._mistakes.setdefault((place.file.name, line, column, code, found), mistake)

    def note(self, place: Place, code: str, found: str, *, cure: str = "") -> None:
        """Note something that is allowed but does nothing."""
        line, column = place.key
        notice = Notice(file=place.file.name, line=line, column=column, code=code, found=found, cure=cure)
        self._notices.setdefault((place.file.name, line, column, code, found), notice)
