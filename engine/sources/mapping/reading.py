"""JSON values as what they say: texts, numbers, yes and no, lists, moments. Forms send all of them as texts.

Does not belong here: where a value stands, and which kind of value a field wants.
"""

import re
from decimal import Decimal
from hashlib import blake2b
from typing import Final

from engine.sources.events import JsonValue
from engine.sources.times import LAST_MS, parse_time

YES: Final = frozenset({"true", "yes", "y", "1", "on", "kyllä"})
NO: Final = frozenset({"false", "no", "n", "0", "off", "ei"})
FIRST_MILLISECONDS: Final = 10**11
"""A number of seconds is smaller until the year 5138, a number of milliseconds larger since 1973."""

DIGEST_BYTES: Final = 16

_NUMBER: Final = re.compile(r"[+-]?\d{1,18}(?:\.0+)?", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
# Times as GitLab writes them: 2023-03-06 04:38:16 UTC, or +0200.
_LIKE_RFC_3339: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[ Tt](\d\d:\d\d:\d\d(?:\.\d+)?) ?(UTC|[Zz]|[+-]\d\d:?\d\d)", re.ASCII
)


def text_of(value: JsonValue) -> str | None:
    """A text, a number or true and false as a text; None where it is none of these, or empty."""
    match value:
        case str():
            return value or None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case _:
            return None


def number_of(value: JsonValue) -> int | None:
    """A whole number, or a text that says one."""
    match value:
        case bool():
            return None
        case int():
            return value
        case str() if _NUMBER.fullmatch(value.strip()):
            return int(value.strip().partition(".")[0])
        case _:
            return None


def yes_no_of(value: JsonValue) -> bool | None:
    """True or false, 1 or 0, or a word that says so."""
    match value:
        case bool():
            return value
        case 0 | 1:
            return value == 1
        case str():
            word = value.strip().lower()
            return True if word in YES else False if word in NO else None
        case _:
            return None


def items_of(value: JsonValue) -> list[JsonValue]:
    """The items of a list, the parts of a text between its commas, else the value alone; none of what is not there."""
    match value:
        case list():
            return [item for item in value if item is not None and item != ""]
        case str():
            return [part for each in value.split(",") if (part := each.strip())]
        case None:
            return []
        case _:
            return [value]


def moment_of(value: JsonValue) -> int | None:
    """Milliseconds since 1970: of a number of seconds or milliseconds, or of a time in words."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return _of_number(Decimal(value))
        case str():
            text = value.strip()
            return _of_number(Decimal(text)) if _SECONDS.fullmatch(text) else _of_words(text)
        case _:
            return None


def _of_number(number: Decimal) -> int | None:
    if number < 0 or number > LAST_MS:
        return None
    return int(number if number >= FIRST_MILLISECONDS else number * 1000)


def _of_words(text: str) -> int | None:
    found = _LIKE_RFC_3339.fullmatch(text)
    if found is None:
        return None
    day, clock, zone = found.groups()
    zone = "Z" if zone == "UTC" else zone if len(zone) != len("+0200") else f"{zone[:3]}:{zone[3:]}"
    time = parse_time(f"{day}T{clock}{zone}")
    return None if time is None else time.utc_ms


def bounded(text: str, limit: int, *, without: str = "") -> str:
    """The text where it can stand as an id; else a digest of it, which is the same for the same text."""
    if len(text) <= limit and text.isprintable() and not any(letter in text for letter in without):
        return text
    return f"~{digest(text)}"


def digest(text: str) -> str:
    """32 letters and digits for a text of any length."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES, person=b"sulka.mapped").hexdigest()
