"""What was probably meant by a line that is not TOML: the same line with its quotes or equals signs put right.

A repair is offered only where what comes of it can be read.
"""

import re
import tomllib
from typing import Final, NamedTuple

COLON: Final = "A colon stands where an = sign should."
NO_QUOTES: Final = "Texts stand between quotes."
# Each part takes what it can and gives nothing back, so that a long line costs no more than its letters.
_TOKEN: Final = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+\"?|'[^'\n]*+'?|#.*|(?<![\w.@-])\d[\w.:+-]*+"
    r"|(?P<colon>(?<!\s)\s*+:)"
    r"|(?P<word>(?<![\w.@-])[A-Za-z_åäöÅÄÖ@][\w.@-]*+)(?!\s*[=:])"
)
_VALUES: Final = frozenset({"true", "false"})


class Repair(NamedTuple):
    """A line put right: which one of the statement (from 0), the column of what is wrong first, and what it is."""

    row: int
    column: int
    found: str
    line: str


def repaired(text: str) -> Repair | None:
    """The first line that was put right, where quotes or equals signs are all that is wrong with this statement."""
    name, _, value = text.partition("=")
    rights: list[tuple[int, int, str, str]] = []
    for token in _TOKEN.finditer(value):
        if token["colon"]:
            rights.append((token.start(), token.end(), " =", COLON))
        elif token["word"] and token["word"] not in _VALUES:
            rights.append((token.start(), token.end(), f'"{token["word"]}"', NO_QUOTES))
    if not rights:
        return None
    parts, end = [name, "="], 0
    for start, stop, right, _ in rights:
        parts += [value[end:start], right]
        end = stop
    whole = "".join([*parts, value[end:]])
    if not _is_toml(whole):
        return None
    start, stop, _, found = rights[0]
    before = text[: len(name) + 1 + (stop - 1 if found == COLON else start)]
    row = before.count("\n")
    return Repair(row, len(before) - before.rfind("\n"), found, whole.split("\n")[row].strip())


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
