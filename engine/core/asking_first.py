"""Recognitions that ask first: what a member was asked, and what they answered. Silence shows nothing."""

from typing import Final, NamedTuple

from engine.core.states import MemberState

WIDTH: Final = 3
WAITS: Final = 0
SHOWN: Final = 1
HIDDEN: Final = 2

MOST_ASKED: Final = 200
"""So many are remembered for each member: of more, the oldest that nobody else sees goes first."""


class Asked(NamedTuple):
    """A recognition that asks first: where it was named, its number there, and the answer."""

    position: int
    asks: int
    answer: int


def all_asked(state: MemberState) -> list[Asked]:
    """Everything that the member was asked, the oldest first."""
    asked = state.asked
    return [Asked(*asked[at : at + WIDTH]) for at in range(0, len(asked), WIDTH)]


def answer_to(state: MemberState, position: int, asks: int) -> int | None:
    """What the member answered; None where they were not asked, or it is not remembered any more."""
    at = _place_of(state, position, asks)
    return None if at < 0 else state.asked[at + WIDTH - 1]


def ask(state: MemberState, position: int, asks: int) -> None:
    """Remember that the member is asked."""
    asked = state.asked
    asked.extend((position, asks, WAITS))
    if len(asked) > MOST_ASKED * WIDTH:
        hidden = (at for at in range(0, len(asked), WIDTH) if asked[at + WIDTH - 1] != SHOWN)
        at = next(hidden, 0)
        del asked[at : at + WIDTH]


def set_answer(state: MemberState, position: int, asks: int, *, shown: bool) -> None:
    """Remember what the member says now."""
    at = _place_of(state, position, asks)
    if at >= 0:
        state.asked[at + WIDTH - 1] = SHOWN if shown else HIDDEN


def _place_of(state: MemberState, position: int, asks: int) -> int:
    asked = state.asked
    for at in range(0, len(asked), WIDTH):
        if asked[at] == position and asked[at + 1] == asks:
            return at
    return -1
