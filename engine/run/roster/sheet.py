"""A table about people as a program such as Excel saves it: bytes in, numbered lines of cells out. Pure.

What a line says is not looked at here (`engine.run.roster.rows`). A file that is no table is refused whole.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from engine.rulebook.did_you_mean import listed, nearest
from engine.run.errors import RunError
from engine.run.member_fields import FACTS

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_LINES: Final = 100_000
"""So many people in one file; an organization has fewer, and the next file may have as many again."""

MOST_COLUMNS: Final = 100
MOST_CHARACTERS: Final = 5_000
"""In one cell; twenty aliases fit in."""

SHOWN_CHARACTERS: Final = 60

COLUMNS: Final = ("id", "name", "email", "aliases", *FACTS, "active")
ALIAS_COLUMN: Final = "alias:"
"""A column `alias:employee` holds values of that kind of alias."""

RECOGNISED_BY: Final = ("id", "email", "aliases", ALIAS_COLUMN)

IN_FINNISH: Final = {
    "tunnus": "id",
    "nimi": "name",
    "sähköposti": "email",
    "tunnisteet": "aliases",
    "maa": "country",
    "tiimi": "team",
    "osasto": "department",
    "aikavyöhyke": "time_zone",
    "kieli": "language",
    "aloitti": "started_on",
    "esihenkilö": "is_leader",
    "kutsuja": "invited_by",
    "aktiivinen": "active",
}


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns a table may have. Of each of the `needed`, a column has to begin with one of the words."""

    columns: tuple[str, ...]
    in_finnish: Mapping[str, str]
    needed: tuple[tuple[tuple[str, ...], str, str], ...]
    """The words, what is found where no column has them, and what to do."""
    takes_aliases: bool = False

    @property
    def shown(self) -> str:
        """The columns, in words."""
        return listed((*self.columns, f"{ALIAS_COLUMN}KIND") if self.takes_aliases else self.columns)

    def named(self, cell: str) -> str:
        """A column's name as it is known, however it is spelled."""
        name = re.sub(r"[\s_-]+", "_", cell.strip().casefold())
        return self.in_finnish.get(name, name)

    def knows(self, column: str) -> bool:
        """Whether a table may have this column."""
        kind = column.removeprefix(ALIAS_COLUMN)
        is_alias = self.takes_aliases and kind != column and bool(kind) and not set(kind) & set(":?")
        return column in self.columns or is_alias


PEOPLE: Final = Layout(
    columns=COLUMNS,
    in_finnish=IN_FINNISH,
    needed=(
        (
            RECOGNISED_BY,
            "no column says by what a person is recognised the next time.",
            "Add email, aliases, alias:employee or id.",
        ),
    ),
    takes_aliases=True,
)

SEPARATORS: Final = (";", ",", "\t")
HOW_TO_SAVE: Final = "Save it again as “CSV UTF-8” (Excel: File, Save as, CSV UTF-8)."


class SheetRefused(RunError):
    """The file is no table that is read here. `line` is 0 where it is about the whole file.

    `to_keep` is the message without what stands in the file: where the header is missing, that names a person.
    """

    def __init__(self, *, line: int, found: str, cure: str, found_to_keep: str | None = None) -> None:
        self.line, self.found, self.cure = line, found, cure
        where = f"Line {line}: " if line else ""
        self.to_keep = f"{where}{found_to_keep or found} {cure} Nothing was changed."
        super().__init__(f"{where}{found} {cure} Nothing was changed.")


class Line(msgspec.Struct, frozen=True):
    """One row's cells by column, as they stand there. `number` is the line on which the row begins."""

    number: int
    cells: dict[str, str]


class Broken(msgspec.Struct, frozen=True):
    """A row that does not have the header's cells."""

    number: int
    found: str
    expected: str


class Sheet(msgspec.Struct, frozen=True):
    """The columns that the file has, and its rows in their order; rows without any text are left out."""

    columns: tuple[str, ...]
    lines: tuple[Line | Broken, ...]


def read_sheet(data: bytes, layout: Layout = PEOPLE) -> Sheet:
    """The table of these bytes.

    Raises:
        SheetRefused: With the place and what to do.
    """
    if len(data) > MOST_BYTES:
        found = f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} are read."
        raise SheetRefused(line=0, found=found, cure="Cut it into several files.")
    text, first, said = _without_separator_line(_decoded(data))
    separator = said or max(SEPARATORS, key=lambda each: _known_columns(text, each, layout))
    rows = _rows(text, separator, first)
    header = next(rows, None)
    if header is None:
        raise SheetRefused(line=0, found="The file is empty.", cure=f"Its first line names columns: {layout.shown}.")
    columns = _columns(header[0], header[1], layout)
    lines: list[Line | Broken] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(lines) == MOST_LINES:
            found = f"The file holds more than {MOST_LINES:,} rows."
            raise SheetRefused(line=number, found=found, cure="Cut it into several files.")
        lines.append(_line(number, cells, columns))
    return Sheet(tuple(column for column in columns if column), tuple(lines))


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise SheetRefused(line=0, found="This is a workbook, not a CSV file.", cure=HOW_TO_SAVE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused(line=0, found="The file is written in UTF-16.", cure=HOW_TO_SAVE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = data[error.start : error.start + 1].decode("latin-1")
        found = (
            f"the letters are not UTF-8 (byte {data[error.start]:#04x}; in Latin-1, also called ANSI, it is “{guess}”)."
        )
        raise SheetRefused(line=line, found=found, cure=HOW_TO_SAVE) from None


def _without_separator_line(text: str) -> tuple[str, int, str]:
    """The text without Excel's `sep=;`, the number of its first line, and the separator that was said."""
    found = re.match(r"sep=(.)\r?\n", text)
    return (text, 1, "") if found is None else (text[found.end() :], 2, found[1])


def _known_columns(text: str, separator: str, layout: Layout) -> tuple[int, int]:
    """How much this looks like a header with this separator."""
    head = text[: MOST_COLUMNS * SHOWN_CHARACTERS]
    try:
        cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
    except csv.Error:
        return 0, 0
    return sum(layout.knows(layout.named(cell)) for cell in cells), len(cells)


def _rows(text: str, separator: str, first: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with the number of the line on which each begins; a quoted cell may hold line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        begins = first + reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            ended = "does not end as it should" if "limit" not in str(error) else "does not end for very long"
            found = f"a cell begins with a quotation mark and {ended}."
            cure = 'Within quotation marks, write "" for each one.'
            raise SheetRefused(line=begins, found=found, cure=cure) from None
        if row is None:
            return
        yield begins, row


def _columns(number: int, header: Sequence[str], layout: Layout) -> list[str]:
    """The columns of the header by place; an empty name stays empty."""
    if len(header) > MOST_COLUMNS:
        found = f"There are {len(header)} columns; at most {MOST_COLUMNS} are read."
        raise SheetRefused(line=number, found=found, cure=f"Known are: {layout.shown}.")
    columns: list[str] = []
    for place, cell in enumerate(header, 1):
        column = layout.named(cell)
        if column and not layout.knows(column):
            near = nearest(column, (*layout.columns, *layout.in_finnish))
            hint = f" Did you mean “{near}”?" if near else " Take the column out: Sulka keeps only what it needs."
            found = f"column {place} is called “{cell.strip()[:SHOWN_CHARACTERS]}”.{hint}"
            raise SheetRefused(
                line=number,
                found=found,
                cure=f"Known are: {layout.shown}.",
                found_to_keep=f"column {place} has a name that is not known.{hint}",
            )
        if column and column in columns:
            raise SheetRefused(line=number, found=f"two columns are called “{column}”.", cure="Take one of them out.")
        columns.append(column)
    for words, found, cure in layout.needed:
        if not any(column.startswith(words) for column in columns):
            raise SheetRefused(line=number, found=found, cure=cure)
    return columns


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line | Broken:
    beyond = [
        cell for place, cell in enumerate(cells) if cell.strip() and (place >= len(columns) or not columns[place])
    ]
    if len(cells) < len(columns) or beyond:
        return Broken(number, f"{len(cells)} cells", f"{len(columns)}, one for each column of the header")
    return Line(number, {column: cell for column, cell in zip(columns, cells, strict=False) if column})
