"""Fields that several calls share: what they hold, their limits, and the words that describe them."""

from typing import Annotated, Final

from msgspec import Meta

from engine.core.admission import MOST_CONTENT_ID
from engine.sources.events import MAX_SOURCE_LENGTH
from engine.sources.times import MAX_TIME_LENGTH

MOST_POINTS: Final = 1_000_000_000
MOST_EXACT: Final = 2**53 - 1
"""Whole numbers up to here are exact in every JSON reader; nothing that Sulka counts is larger."""

A_POSITION: Final = {"minimum": 1, "maximum": MOST_EXACT}
"""What a place in an address can be; any other is not found."""

A_TIME: Final = "a time like 2026-11-23T09:12:00+02:00"

# What answers hold.
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, examples=["2026-11-23T07:12:00.000Z"])]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-11-23"])]
LogPosition = Annotated[int, Meta(ge=1, le=MOST_EXACT)]
Count = Annotated[int, Meta(ge=0, le=MOST_EXACT)]
Amount = Annotated[int, Meta(ge=-MOST_EXACT, le=MOST_EXACT)]
MemberId = Annotated[str, Meta(description="The member's id: random, and Sulka's own", examples=["k7w2mq9xhd4a"])]

# What bodies hold.
Id = Annotated[
    str, Meta(min_length=1, max_length=200, description="Your own id of this request: sent again under it, it is once")
]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000, description="In words, for the person whom it concerns")]
Who = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description="A member id or an alias kind:value, email:anna@example.org",
        extra={"words": "a member id or an alias kind:value, such as email:anna@example.org"},
    ),
]
Named = Annotated[str, Meta(min_length=1, max_length=100)]
Key = Annotated[
    str, Meta(min_length=1, max_length=200, description="The key under which the act was sent: what is taken back")
]
SourceNamed = Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE_LENGTH)]
ContentId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_CONTENT_ID,
        pattern="^[^|]+$",
        description="What the content is called by whoever sends events about it; no |",
        extra={"words": f"a content id of 1 to {MOST_CONTENT_ID} characters without |"},
    ),
]
SaidTime = Annotated[
    str,
    Meta(
        max_length=MAX_TIME_LENGTH,
        extra_json_schema={"format": "date-time"},
        examples=["2026-11-23T09:12:00+02:00"],
        extra={"words": A_TIME},
    ),
]
"""An RFC 3339 time with its offset; `parse_time` reads it, this holds its length alone."""
