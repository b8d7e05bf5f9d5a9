"""`[[case]]`: an example that runs as a test."""

from typing import Annotated

from msgspec import Meta

from engine.rulebook.words.parts import LONGEST_LIST, MOST_POINTS, Anything, Name, Said

Facts = Annotated[dict[str, Anything], Meta(extra_json_schema={"type": "object"})]


class Expect(Said, frozen=True, kw_only=True):
    """What must come out; what is not said may be anything."""

    points: Annotated[int, Meta(description="All points together.", examples=[25])] | None = None
    last: Annotated[int, Meta(description="The points of the last act.", examples=[5])] | None = None
    badges: (
        Annotated[
            list[Name], Meta(max_length=LONGEST_LIST, description="The badges, all of them.", examples=[["own-voice"]])
        ]
        | None
    ) = None
    refused: Annotated[int, Meta(ge=0, description="How many times a bound held points back.", examples=[1])] | None = (
        None
    )
    held: Annotated[int, Meta(ge=0, description="How many payments waited for approval.", examples=[1])] | None = None
    balance: (
        Annotated[
            dict[Name, Annotated[int, Meta(ge=-MOST_POINTS, le=MOST_POINTS)]],
            Meta(
                max_length=LONGEST_LIST, description="What is there at the end, by currency.", examples=[{"coins": 5}]
            ),
        ]
        | None
    ) = None
    recognised: (
        Annotated[
            list[Name],
            Meta(
                max_length=LONGEST_LIST,
                description="The anniversaries, all of each that is named; empty for none at all.",
                examples=[["work-anniversary/5"]],
            ),
        ]
        | None
    ) = None
    who: Annotated[Name | None, Meta(description="Only what this person gets.", examples=["anna"])] = None
    streaks: (
        Annotated[
            dict[Name, Annotated[int, Meta(ge=0, le=10_000)]],
            Meta(
                max_length=100,
                description="How many in a row, on the day of the last act.",
                examples=[{"weekly": 3}],
            ),
        ]
        | None
    ) = None


class Case(Said, frozen=True, kw_only=True):
    """What happens, and what must come of it."""

    says: Annotated[Name, Meta(description="What it shows, as a sentence.", examples=["A like pays nothing"])]
    rules: Annotated[
        list[Name], Meta(max_length=LONGEST_LIST, description="Only these rules judge.", examples=[["click"]])
    ] = []
    given: Annotated[
        list[Facts],
        Meta(
            min_length=1,
            max_length=LONGEST_LIST,
            description="Acts in order: day, at, type, who, and the fields of the event; type turned: days go by; type "
            "approval: what HR decides about an earlier row.",
            examples=[[{"day": "monday", "type": "planning.joined"}]],
        ),
    ]
    members: Annotated[
        dict[str, Facts],
        Meta(
            max_length=LONGEST_LIST, description="People beside me, with facts.", examples=[{"anna": {"country": "FI"}}]
        ),
    ] = {}
    contents: Annotated[
        dict[str, Facts],
        Meta(
            max_length=LONGEST_LIST, description="Known contents, with facts.", examples=[{"post": {"evergreen": True}}]
        ),
    ] = {}
    expect: Annotated[Expect, Meta(description="What must come out.", examples=[{"points": 25, "last": 5}])]
