"""The small parts that the words of rule files are made of: ids, texts, points, periods, conditions.

Each type carries its bounds, what it is in one sentence, and an example; the checker and the JSON Schema read both.
"""

from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

MOST_POINTS: Final = 10**9
LONGEST_STRING: Final = 500
LONGEST_ID: Final = 60
LONGEST_LIST: Final = 1_000
ID_PATTERN: Final = f"^[a-z0-9][a-z0-9_-]{{0,{LONGEST_ID - 1}}}$"
LINES_SCHEMA: Final = "condition-lines"
"""The definition in the JSON Schema that says what condition lines look like; msgspec can't say it of itself."""

Id = Annotated[
    str,
    Meta(
        pattern=ID_PATTERN,
        max_length=LONGEST_ID,
        description="The name by which files and receipts know it: small letters, digits, - and _. Keep it for ever.",
        examples=["share-in-own-words"],
    ),
]
Formerly = Annotated[
    str,
    Meta(
        pattern=ID_PATTERN,
        max_length=LONGEST_ID,
        description="The id it had before, so that what was counted under the old name goes on.",
        examples=["share"],
    ),
]
Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_STRING)]
Title = Annotated[
    Text | dict[str, Text],
    Meta(description="What people read, in one language or in several.", examples=[{"en": "Click", "fi": "Klikkaus"}]),
]
Words = Annotated[
    Text | dict[str, Text],
    Meta(description="A sentence that explains it to people.", examples=[{"en": "Thank you for this week."}]),
]
Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_STRING)]
On = Annotated[
    Name | Annotated[list[Name], Meta(max_length=LONGEST_LIST)],
    Meta(description="The event it looks at, or a group with @ in front.", examples=["content.shared", "@acts"]),
]
PeriodWord = Annotated[
    Name,
    Meta(
        description="day, week, month, quarter, year, ever, last_N_days or last_N_weeks.",
        examples=["week", "last_30_days"],
    ),
]
Kind = Literal["day", "week", "month", "quarter", "year", "ever"]
Duration = Annotated[
    Name, Meta(description="A number and hours, days or weeks.", examples=["90 days", "24 hours", "4 weeks"])
]
FirstDay = Annotated[date, Meta(description="The first day, itself included.", examples=["2027-03-01"])]
LastDay = Annotated[date, Meta(description="The last day, itself included.", examples=["2027-03-07"])]
Points = Annotated[int, Meta(ge=0, le=MOST_POINTS, description="So many points; whole numbers only.", examples=[10])]
Times = Annotated[int, Meta(ge=1, le=1_000_000, description="So many times.", examples=[3])]
Percent = Annotated[int, Meta(ge=0, le=100)]
Anything = Annotated[object, Meta(extra_json_schema={"$comment": "sulka check looks at it"})]
Lines = Annotated[
    dict[str, Anything],
    Meta(extra_json_schema={"$ref": f"#/$defs/{LINES_SCHEMA}"}),
]
If = Annotated[Lines, Meta(description="All these lines must hold.", examples=[{"channel": "linkedin"}])]
Unless = Annotated[Lines, Meta(description="None of these lines may hold.", examples=[{"own": True}])]
IfAny = Annotated[
    list[Lines],
    Meta(
        max_length=50,
        description="At least one of these rows must hold; in a row, all lines.",
        examples=[[{"member": {"country": "FI"}}, {"own_words": True}]],
    ),
]
Formula = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2_000,
        description="The last resort: a condition in CEL.",
        examples=["metrics.own_words_shares.month * 2 >= metrics.shares.month"],
    ),
]
Past = Annotated[
    Literal["ignore", "count", "count-and-tell"],
    Meta(description="What something new does with what happened before it.", examples=["ignore"]),
]


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all tables of rule files."""


class OfMetric(Said, frozen=True, kw_only=True):
    """A metric in a window."""

    metric: Annotated[Name, Meta(description="The id of a metric, or points.", examples=["acts"])]
    per: PeriodWord | None = None
