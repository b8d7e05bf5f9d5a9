"""The word streak: periods in a row."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from engine.rulebook.words.parts import Formerly, Id, Name, On, Points, Said, Title

MOST_FREEZES: Final = 12


class Freezes(Said, frozen=True, kw_only=True):
    """Periods that may stay empty without ending a streak."""

    start: Annotated[int, Meta(ge=0, le=MOST_FREEZES, description="So many at first.", examples=[1])] = 0
    earn_every: Annotated[
        Name | None,
        Meta(
            description="One more for so many periods kept, in the streak's own unit: days, weeks or months.",
            examples=["4 weeks"],
        ),
    ] = None
    most: Annotated[int, Meta(ge=0, le=MOST_FREEZES, description="Never more than this.", examples=[3])] = 3


class Streak(Said, frozen=True, kw_only=True):
    """Periods in a row with at least one of its events in them. What stays empty is never held against anybody."""

    id: Id
    title: Title
    on: On
    every: Annotated[Literal["day", "week", "month"], Meta(description="The period.", examples=["week"])]
    days: Annotated[
        Literal["working", "all"],
        Meta(description="With working, nothing is expected on days off.", examples=["working"]),
    ] = "all"
    calendar: Annotated[
        Name | None,
        Meta(
            description="Whose days off: each member's own country, or always this one.",
            examples=["member.country", "FI"],
        ),
    ] = None
    away: Annotated[
        Literal["pauses"] | None,
        Meta(description="Time away pauses it: nothing is expected then.", examples=["pauses"]),
    ] = None
    freezes: Annotated[Freezes | None, Meta(description="Periods that may stay empty.", examples=[{"start": 1}])] = None
    points: Annotated[
        Points, Meta(description="For each period with which it goes on, from the second one.", examples=[5])
    ] = 0
    formerly: Formerly | None = None
