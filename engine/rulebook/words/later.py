"""Words that are read, and refused with "not yet": reward."""

from typing import Annotated

from msgspec import Meta

from engine.rulebook.words.parts import (
    MOST_POINTS,
    Id,
    Said,
    Title,
    Words,
)


class Reward(Said, frozen=True, kw_only=True):
    """Something that a currency buys."""

    id: Id
    title: Title
    text: Words | None = None
    price: Annotated[
        dict[str, Annotated[int, Meta(ge=1, le=MOST_POINTS)]],
        Meta(description="What it costs, by currency.", examples=[{"coins": 60}]),
    ]
    stock: Annotated[int, Meta(ge=0, le=MOST_POINTS, description="How many there are.", examples=[20])] | None = None
