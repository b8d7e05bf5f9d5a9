"""What a line of the table says about one person, or what is wrong with it, cell by cell. Pure.

A column that the file has sets its value, and an empty cell takes it away (of `active` it says nothing); a column that
it does not have leaves things as they are. Aliases are added; none is taken away by leaving it out.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from engine.run.member_fields import CONTROL, FACTS, MOST_ALIASES, Alias, Email, Month, Name, Unit, month_number, unfit
from engine.run.people import normalized
from engine.run.roster.sheet import ALIAS_COLUMN, MOST_CHARACTERS, SHOWN_CHARACTERS, Broken, Line

YES: Final = frozenset({"yes", "true", "1", "x", "kyllä", "tosi", "ja", "oui", "wahr"})
NO: Final = frozenset({"", "no", "false", "0", "ei", "epätosi", "nej", "nein", "non", "falsch"})
"""As people and Excel write it, in the languages that offices around us use."""

ALIASES_APART: Final = re.compile(r"[,;|\n]")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a row: the column, what was found there, what was expected."""

    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.column} is " if self.column else ""
        return f"{where}{self.found}; expected {self.expected}"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A row that can be understood. `facts` holds the columns that the file has; the inviter is a name as written.

    `email` is UNSET where the file has no such column; `active` is None where it has none, or an empty cell.
    """

    line: int
    id: str | None
    name: str | None
    email: str | msgspec.UnsetType | None
    aliases: tuple[str, ...]
    facts: dict[str, object]
    inviter: str | None
    active: bool | None = None


class Refused(msgspec.Struct, frozen=True):
    """A row that can't be used, with all that is wrong with it."""

    line: int
    faults: tuple[Fault, ...]


def read_row(line: Line | Broken) -> Said | Refused:
    """What the row says."""
    if isinstance(line, Broken):
        return Refused(line.number, (Fault("", line.found, line.expected),))
    reader = _Reader(line)
    said = reader.said()
    return Refused(line.number, tuple(reader.faults)) if reader.faults else said


class _Reader:
    def __init__(self, line: Line) -> None:
        self.line, self.faults = line, list[Fault]()

    def said(self) -> Said:
        name = self._text("name", Name, "1 to 200 characters")
        if not self.line.cells.get("name", "x").strip():
            self._fault("name", "empty", "the person's name")
        email = self._text("email", Email, "an address of 3 to 200 characters")
        if email is not None and (wrong := unfit("email", email)) is not None:
            self._fault("email", shown_cell(email), wrong.expected)
        aliases = self._aliases(email)
        id_ = self._text("id", Unit, "a member id, as sulka members import --report writes it")
        if not aliases and id_ is None and not self.faults:
            self._fault("", "a row without email, alias or id", "at least one, to know the person again the next time")
        facts: dict[str, object] = {}
        for column in FACTS:
            if column in self.line.cells:
                facts[column] = self._fact(column)
        inviter = facts.get("invited_by")
        return Said(
            line=self.line.number,
            id=id_,
            name=name,
            email=email if "email" in self.line.cells else msgspec.UNSET,
            aliases=aliases,
            facts=facts,
            inviter=inviter if isinstance(inviter, str) else None,
            # An empty cell would end what somebody has here: it says nothing.
            active=self._yes_or_no("active") if self.line.cells.get("active", "").strip() else None,
        )

    def _fact(self, column: str) -> object:
        match column:
            case "country":
                return self._known(column, str.upper, "two letters of ISO 3166, such as FI")
            case "language":
                return self._known(column, str.lower, "two letters of ISO 639, such as fi")
            case "time_zone":
                return self._zone()
            case "started_on":
                return self._month()
            case "is_leader":
                return self._yes_or_no(column)
            case _:
                return self._text(column, Unit, "1 to 100 characters")

    def _text(self, column: str, kind: object, expected: str) -> str | None:
        """The cell with single spaces, whatever stood between its words; None where it is empty or has a fault."""
        text = " ".join(self.line.cells.get(column, "").split())
        if not text:
            return None
        if len(text) > MOST_CHARACTERS:
            self._fault(column, f"a text of {len(text):,} characters", f"at most {MOST_CHARACTERS:,}")
            return None
        if CONTROL.search(text):
            self._fault(column, "a text with a control character in it", expected)
            return None
        try:
            msgspec.convert(text, kind)
        except msgspec.ValidationError:
            self._fault(column, shown_cell(text), expected)
            return None
        return unicodedata.normalize("NFC", text)

    def _aliases(self, email: str | None) -> tuple[str, ...]:
        found = [f"email:{email}"] if email is not None else []
        whole = self.line.cells.get("aliases", "")
        if len(whole) > MOST_CHARACTERS:
            self._fault("aliases", f"a text of {len(whole):,} characters", f"at most {MOST_CHARACTERS:,}")
            whole = ""
        named = [("aliases", part.strip()) for part in ALIASES_APART.split(whole)]
        named += [
            (column, column.removeprefix(ALIAS_COLUMN) + ":" + cell.strip())
            for column, cell in self.line.cells.items()
            if column.startswith(ALIAS_COLUMN) and cell.strip()
        ]
        for column, alias in named:
            if not alias:
                continue
            try:
                said = msgspec.convert(alias, Alias)
            except msgspec.ValidationError:
                self._fault(column, shown_cell(alias), "kind:value of at most 200 characters, such as slack:U123")
                continue
            if (wrong := unfit("alias", said)) is not None:
                self._fault(column, shown_cell(alias), wrong.expected)
                continue
            found.append(said)
        aliases = tuple(dict.fromkeys(normalized(alias) for alias in found))
        if len(aliases) > MOST_ALIASES:
            self._fault("aliases", f"{len(aliases)} aliases", f"at most {MOST_ALIASES}")
        return aliases

    def _known(self, column: str, spelled: Callable[[str], str], expected: str) -> str | None:
        text = self.line.cells[column].strip()
        if not text:
            return None
        if unfit(column, spelled(text)) is not None:
            self._fault(column, shown_cell(text), expected)
            return None
        return spelled(text)

    def _zone(self) -> str | None:
        text = self.line.cells["time_zone"].strip()
        if not text:
            return None
        wrong = unfit("time_zone", text)
        if wrong is not None:
            hint = f" (did you mean {wrong.near}?)" if wrong.near else ""
            self._fault("time_zone", shown_cell(text), f"{wrong.expected}{hint}")
            return None
        return text

    def _month(self) -> int | None:
        """A month; of a day, which nobody has to know, the month."""
        text = self.line.cells["started_on"].strip()
        if not text:
            return None
        month = _month_of(text)
        try:
            return month_number(msgspec.convert(month, Month))
        except msgspec.ValidationError:
            self._fault(
                "started_on", shown_cell(text), "a month such as 2024-03, or a day such as 2024-03-15 or 15.3.2024"
            )
            return None

    def _yes_or_no(self, column: str) -> bool:
        text = self.line.cells[column].strip().casefold()
        if text not in YES | NO:
            self._fault(column, shown_cell(text), "yes or no")
        return text in YES

    def _fault(self, column: str, found: str, expected: str) -> None:
        self.faults.append(Fault(column, found, expected))


def _month_of(text: str) -> str:
    try:
        by_dots = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
        if by_dots is not None:
            day, month, year = map(int, by_dots.groups())
            return f"{date(year, month, day):%Y-%m}"
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return f"{date.fromisoformat(text):%Y-%m}"
    except ValueError:
        return ""
    return text


def shown_cell(text: str) -> str:
    """What stands in a cell, shortened, as it can be printed."""
    printable = "".join(letter if letter.isprintable() else "�" for letter in text)
    return f"“{printable[:SHOWN_CHARACTERS]}{'…' if len(printable) > SHOWN_CHARACTERS else ''}”"
