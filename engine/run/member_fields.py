"""What may be said of a member, wherever it comes from: a call, a file, the command line. Pure."""

import re
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from engine.core.faults import FaultCode
from engine.core.zones import UnknownZone, zone_named
from engine.rulebook.closed_lists import COUNTRIES, LANGUAGES

MOST_ALIASES: Final = 20

_NUMBER: Final = re.compile(r"[0-9]{1,20}")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

OF_HR: Final = frozenset({"email", "employee", "hr"})
"""Kinds of aliases that are the employer's to say: the address and the number in their own books."""

BY_NUMBER: Final = frozenset({"github"})
"""Kinds whose values are whole numbers: names there change hands."""

A_COUNTRY: Final = "two capitals of ISO 3166, such as FI"
A_LANGUAGE: Final = "two small letters of ISO 639, such as fi"

# `extra` says in plain words what belongs there, where a length does not. Lengths stand beside patterns of a fixed
# length, because Python's $ lets a last line break pass.

Name = Annotated[str, Meta(min_length=1, max_length=200, description="As colleagues know the person")]
Email = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=200,
        description="Becomes the alias email:<address>, too",
        extra={"words": "an address of 3 to 200 characters, such as anna@example.org"},
    ),
]
Alias = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=200,
        pattern="^[^:?]+:.+$",
        description="kind:value, slack:U123",
        extra={"words": "an alias kind:value of at most 200 characters, such as slack:U123"},
    ),
]
Aliases = Annotated[tuple[Alias, ...], Meta(max_length=MOST_ALIASES)]
Unit = Annotated[str, Meta(min_length=1, max_length=100)]
Country = Annotated[
    str,
    Meta(
        max_length=2,
        pattern="^[A-Z]{2}$",
        description="ISO 3166-1, two capitals",
        extra={"words": A_COUNTRY},
    ),
]
Language = Annotated[
    str,
    Meta(
        max_length=2,
        pattern="^[a-z]{2}$",
        description="ISO 639-1, two letters",
        extra={"words": A_LANGUAGE},
    ),
]
Month = Annotated[
    str,
    Meta(
        max_length=7,
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])$",
        description="The month of starting, 2024-03",
        extra={"words": "a month such as 2024-03"},
    ),
]

FACTS: Final = (
    "country",
    "team",
    "department",
    "time_zone",
    "language",
    "started_on",
    "is_leader",
    "invited_by",
)
"""What rules may know of a member, as people write it; the same names as in `engine.core.entries.MemberFacts`."""


class Unfit(msgspec.Struct, frozen=True):
    """Why a text can't stand in a field although its form is right: there is nothing of that name."""

    code: FaultCode
    expected: str
    near: str | None = None


def unfit(field: str, text: str) -> Unfit | None:
    """Whether there is such a country, language or zone, and whether the text can be read; asked at every door."""
    if CONTROL.search(text):
        return Unfit("wrong-characters", "a text without control characters")
    match field:
        case "name" if not text.strip():
            return Unfit("empty", "the person's name")
        case "country" if text not in COUNTRIES:
            return Unfit("wrong-value", A_COUNTRY)
        case "language" if text not in LANGUAGES:
            return Unfit("wrong-value", A_LANGUAGE)
        case "email" if "@" not in text:
            return Unfit("wrong-value", "an address such as anna@example.org")
        case "time_zone":
            return _unfit_zone(text)
        case "alias" if kind_of(text) in BY_NUMBER and not _NUMBER.fullmatch(text.partition(":")[2].strip()):
            kind = kind_of(text)
            return Unfit("wrong-value", f"the number of the account, such as {kind}:9000001: names there change hands")
        case _:
            return None


def kind_of(alias: str) -> str:
    """The kind of an alias `kind:value`."""
    return alias.partition(":")[0].strip().lower()


def _unfit_zone(text: str) -> Unfit | None:
    try:
        zone_named(text)
    except UnknownZone as error:
        return Unfit("wrong-value", "a zone such as Europe/Helsinki", error.nearest)
    return None


def month_number(month: str) -> int:
    """A month such as 2024-03 as it is kept: year * 12 + month - 1."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """The other way round."""
    return f"{number // 12:04}-{number % 12 + 1:02}"
