"""What may be said of a member, wherever it comes from: a call, a file, the command line. Pure."""

from typing import Annotated, Final

from msgspec import Meta

MOST_ALIASES: Final = 20

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
        extra={"words": "two capitals of ISO 3166, such as FI"},
    ),
]
Language = Annotated[
    str,
    Meta(
        max_length=2,
        pattern="^[a-z]{2}$",
        description="ISO 639-1, two letters",
        extra={"words": "two small letters of ISO 639, such as fi"},
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


def month_number(month: str) -> int:
    """A month such as 2024-03 as it is kept: year * 12 + month - 1."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """The other way round."""
    return f"{number // 12:04}-{number % 12 + 1:02}"
