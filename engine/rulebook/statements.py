"""A rule file cut into statements (a heading, or a name with its value), and what is wrong with one of them.

Does not belong here: reading values; that is tomllib's work.
"""

import re
from typing import NamedTuple

import msgspec

from engine.rulebook.positions import Spot
from engine.rulebook.repairs import repaired

_HEADING = re.compile(r"\s*\[{1,2}\s*[A-Za-z_\"'][^=,]*\]{1,2}\s*(#.*)?$")
_OPENS = re.compile(r"\s*\[")
_NAMED = re.compile(r"\s*[A-Za-z_][\w.-]*\s*=")
_BARE_NAME = re.compile(r"[A-Za-z0-9_-]+(\s*\.\s*[A-Za-z0-9_-]+)*|\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"[A-Za-z_åäöÅÄÖ][\w.@-]*")
_MARKS = re.compile(r"\"\"\"|'''|[\"'#.=,{}\[\]]")

MOST_PARTS = 16
"""A name has at most so many parts between dots. Five are needed; what reads TOML takes the square of their number."""

_CURLY = re.compile("[“”„«»‘’]")


class Fault(NamedTuple):
    """A line that is not TOML, in plain words."""

    line: int
    column: int
    code: str
    found: str
    cure: str


class Statement(msgspec.Struct, frozen=True):
    """Lines that belong together. `depth` is how many brackets are still open at their end."""

    line: int
    lines: tuple[str, ...]
    depth: int

    @property
    def text(self) -> str:
        """As it stands in the file."""
        return "\n".join(self.lines) + "\n"

    @property
    def height(self) -> int:
        """How many lines it has."""
        return len(self.lines)

    @property
    def indent(self) -> int:
        """How many blanks stand before it."""
        return len(self.lines[0]) - len(self.lines[0].lstrip())

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading like `[[rule]]`, closed or not."""
        return _OPENS.match(self.lines[0]) is not None

    @property
    def name(self) -> str:
        """What stands before the = sign, or the heading."""
        first = self.lines[0].split("#")[0] if self.is_heading else self.lines[0].split("=")[0]
        return first.strip()


def split(lines: list[str]) -> list[Statement]:
    """The statements of a file, without empty lines and comments.

    A heading or a named line begins a new statement even where a bracket is still open: it was forgotten.
    """
    found: list[Statement] = []
    row = 0
    while row < len(lines):
        if not lines[row].strip() or lines[row].lstrip().startswith("#"):
            row += 1
            continue
        begin, scan = row, _Scan()
        while True:
            scan.read(lines[row])
            row += 1
            if scan.complete or row >= len(lines):
                break
            if not scan.long_quote and _begins_anew(lines[row], scan):
                break
        found.append(Statement(begin + 1, tuple(lines[begin:row]), scan.depth))
    return found


def _begins_anew(line: str, scan: "_Scan") -> bool:
    """An indented name inside of { belongs to it, though TOML wants it on the same line."""
    if _HEADING.match(line):
        return True
    return _NAMED.match(line) is not None and not (scan.open[-1:] == ["{"] and line[:1].isspace())


def may_have_long_name(text: str) -> bool:
    """A quick no where no line has dots enough for a name of too many parts."""
    return any(line.count(".") >= MOST_PARTS for line in text.split("\n"))


def long_name(statement: Statement) -> Fault | None:
    """What is wrong with a name of too many parts, where there is one. Dots in texts and comments join nothing."""
    long_quote = ""
    for row, line in enumerate(statement.lines):
        parts, at = 1, 0
        while at < len(line):
            if long_quote:
                end = line.find(long_quote, at)
                if end < 0:
                    break
                long_quote, at = "", end + 3
                continue
            mark = _MARKS.search(line, at)
            if mark is None or mark[0] == "#":
                break
            at = mark.end()
            if mark[0] in "\"'":
                at = _end_of_quote(line, mark.start())
            elif mark[0] == ".":
                parts += 1
            else:
                parts, long_quote = 1, mark[0] if len(mark[0]) > 1 else ""
            if parts > MOST_PARTS:
                cure = "The longest of rule files are like this one: if.metrics.shares.week.at_least"
                found = f"This name has more than {MOST_PARTS} parts."
                return Fault(statement.line + row, mark.start() + 1, "too-deep", found, cure)
    return None


class _Scan:
    """Brackets and quotes of the lines read so far."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.long_quote = ""

    @property
    def depth(self) -> int:
        return len(self.open)

    @property
    def complete(self) -> bool:
        return not self.open and not self.long_quote

    def read(self, line: str) -> None:
        at = 0
        while at < len(line):
            if self.long_quote:
                end = line.find(self.long_quote, at)
                if end < 0:
                    return
                at, self.long_quote = end + 3, ""
            elif line[at] in "\"'":
                if line[at : at + 3] in {'"""', "'''"}:
                    self.long_quote = line[at : at + 3]
                    at += 3
                else:
                    at = _end_of_quote(line, at)
            elif line[at] == "#":
                return
            else:
                if line[at] in "[{":
                    self.open.append(line[at])
                elif line[at] in "]}" and self.open:
                    self.open.pop()
                at += 1


def _end_of_quote(line: str, start: int) -> int:
    """Where the text that begins here has ended; the end of the line when it has no closing quote."""
    at = start + 1
    while at < len(line) and line[at] != line[start]:
        at += 2 if line[at] == "\\" and line[start] == '"' else 1
    return at + 1


def explain(statement: Statement, place: Spot) -> Fault:
    """What is wrong with a statement that tomllib refuses at this place (counted from the statement's start)."""
    first = statement.lines[0].split("\r")[0]
    if statement.is_heading:
        return _explain_heading(statement, first)
    line, column = statement.line, statement.indent + 1
    name, equals, _ = first.partition("=")
    if not equals:
        return _explain_without_equals(line, column, first.strip())
    if _BARE_NAME.fullmatch(name.strip()) is None:
        cure = "Names have only letters a to z, digits, - and _, without blanks; dots join names."
        return Fault(line, column, "syntax", f"{_cut(name.strip())} can't be a name.", cure)
    return _explain_value(statement, place, len(name) + 1)


def _explain_heading(statement: Statement, first: str) -> Fault:
    word = re.sub(r"[\[\]\s]", "", first.split("#", maxsplit=1)[0])
    shape = f"[[{word}]]" if first.strip().startswith("[[") else f"[{word}]"
    return Fault(
        statement.line,
        statement.indent + 1,
        "syntax",
        "This heading can't be read.",
        f"Write, on a line of its own: {shape}",
    )


def _explain_without_equals(line: int, column: int, text: str) -> Fault:
    name, colon, value = text.partition(":")
    if colon and _BARE_NAME.fullmatch(name.strip()):
        return Fault(
            line,
            column + len(name),
            "syntax",
            "A colon stands where an = sign should.",
            f"Write: {name.strip()} = {_cut(value.strip())}",
        )
    return Fault(line, column, "syntax", "This line has no = sign.", "Write a name, an = sign and a value: points = 10")


def _explain_value(statement: Statement, place: Spot, value_at: int) -> Fault:
    first = statement.lines[0].split("\r")[0]
    value = first[value_at:].strip()
    line, column = statement.line, value_at + len(first[value_at:]) - len(first[value_at:].lstrip()) + 1
    name = first[: value_at - 1].strip()

    def fault(found: str, cure: str, at: int = column, row: int = line) -> Fault:
        return Fault(row, at, "syntax", found, cure)

    curly = _CURLY.search(first, value_at)
    if curly is not None and "'" not in first[: curly.start()] and '"' not in first[: curly.start()]:
        return fault(
            "These are not straight quotes.", 'Texts stand between straight quotes: "linkedin"', curly.start() + 1
        )
    if not value or value.startswith("#"):
        return fault(f"{name} has no value.", "Write a value after the = sign, or take the line out.")
    if value[0] in "\"'" and _end_of_quote(value, 0) > len(value):
        return fault("This text has no closing quote.", f"Write: {name} = {_cut(value)}{value[0]}")
    if statement.depth > 0:
        row, at, bracket = _open_bracket(statement)
        closing = {"[": "]", "{": "}"}[bracket]
        return fault(f"This {bracket} is never closed.", f"Add a {closing} where it ends.", at, row)
    if value[0] == "{" and statement.height > 1:
        return fault(
            "Between { and } everything stands on one line.", "Join the lines, or give each name a line of its own."
        )
    if re.match(r"[-+]?\d+,\d", value):
        return fault("A number has no comma.", "There are no decimals here: write a whole number.")
    if re.match(r"\d+\s*%", value):
        return fault("A percentage is written without the % sign.", f"Write: {name} = {value.split('%')[0].strip()}")
    if re.match(r"[-+]?0\d", value):
        return fault("A number does not begin with 0.", f"Write: {name} = {value.lstrip('+-0') or '0'}")
    if value.lower() in {"yes", "no", "true", "false", "on", "off"}:
        return fault(
            "Yes-no values are true and false, in small letters.",
            f"Write: {name} = {'true' if value.lower() in {'yes', 'true', 'on'} else 'false'}",
        )
    if _WORD.fullmatch(value.split("#")[0].strip()):
        return fault("Texts stand between quotes.", f'Write: {name} = "{_cut(value.split("#")[0].strip())}"')
    repair = repaired(statement.text)
    if repair is not None:
        return fault(repair.found, f"Write: {_cut(repair.line)}", repair.column, statement.line + repair.row)
    row, at = statement.line + place.line - 1, place.column
    if value[0] == '"' and "\\" in value:
        return fault(
            "A backslash has a special meaning between these quotes.", "Write \\\\ for one backslash, or use ' quotes."
        )
    return fault(
        "From here on this can't be read.", f"After {name} = one value is expected, and nothing behind it.", at, row
    )


def _open_bracket(statement: Statement) -> tuple[int, int, str]:
    """Line, column and kind of the last bracket that is never closed."""
    open_: list[tuple[int, int, str]] = []
    for row, line in enumerate(statement.lines):
        at = 0
        while at < len(line) and line[at] != "#":
            if line[at] in "\"'":
                at = _end_of_quote(line, at)
                continue
            if line[at] in "[{":
                open_.append((statement.line + row, at + 1, line[at]))
            elif line[at] in "]}" and open_:
                open_.pop()
            at += 1
    return open_[-1] if open_ else (statement.line, 1, "[")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - fits a line
