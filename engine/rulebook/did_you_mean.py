"""The word that was probably meant, and lists of words that fit into a sentence."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_WORD = 80
MOST_NAMES_SHOWN = 24
UNREADABLE = "unreadable-"
"""Begins the id that stands in for one that can't be read; it is no name for people."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, or nothing."""
    names = {name.lower(): name for name in sorted(known) if not name.startswith(UNREADABLE)}
    found = get_close_matches(word[:LONGEST_WORD].lower(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else ""


def listed(names: Iterable[str]) -> str:
    """Names with commas between them; of a long list the first ones and how many more there are."""
    words = [name for name in names if not name.startswith(UNREADABLE)]
    if not words:
        return "none so far"
    shown = ", ".join(words[:MOST_NAMES_SHOWN])
    more = len(words) - MOST_NAMES_SHOWN
    return f"{shown} … and {more} more" if more > 0 else shown


def with_article(noun: str) -> str:
    """`a channel`, `an event`."""
    return f"an {noun}" if noun[:1].lower() in {"a", "e", "i", "o", "u"} else f"a {noun}"


def joined(names: Iterable[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(names)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {word} {words[-1]}"


def shown(value: object) -> str:
    """A value as it stands in a rule file, shortened when it is long."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = f'"{value}"'
        case list() | tuple():
            text = "[" + ", ".join(shown(item) for item in value[:6]) + (", …]" if len(value) > 6 else "]")  # noqa: PLR2004
        case dict():
            text = "{ … }"
        case _:
            text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a very long number"
    return text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 1] + "…"
