"""Membership: what a member may choose and what it changes, and who takes part. What means nothing changes nothing."""

from collections.abc import Sequence
from typing import Final

from engine.core.lines.members import MembershipSet
from engine.core.states import MemberState

INACTIVE: Final = "inactive"
"""The status of somebody who does not work here any more; they choose nothing."""

MOST_PAUSES: Final = 500
"""Who has paused, left or been gone so often pauses no more and does not join again; going on and leaving they may."""

MOST_ABSENCES: Final = 100
"""So many spans of days away are kept of a member, the last ones; the door takes no more, as far as it can know."""

PAIR: Final = 2
"""Intervals are kept flat: from, to, from, to …"""


def change_membership(state: MemberState, line: MembershipSet) -> None:
    """`pauses` holds from, to, from, to …: an odd count means that it goes on. Nobody begins but by joining."""
    goes_on = len(state.pauses) % 2 == 1
    match line.change:
        case "join" if not state.status:
            state.joined_at, state.status = line.at, "joined"
        case "join" | "resume" if state.status == "paused" or (state.status == "left" and line.change == "join"):
            if goes_on:
                state.pauses.append(line.at)
            state.status = "joined"
        case "pause" if state.status == "joined":
            state.pauses.append(line.at)
            state.status = "paused"
        case "leave" if state.status in {"joined", "paused"}:
            if not goes_on:
                state.pauses.append(line.at)
            state.status = "left"
        case "deactivate" if state.status != INACTIVE:
            if not goes_on:
                # Of somebody who never joined there is no time that counts.
                state.pauses.append(line.at if state.joined_at else 0)
            state.status = INACTIVE
        case "activate" if state.status == INACTIVE:
            if state.joined_at:
                state.status = "left"
            else:
                state.status = ""
                state.pauses.clear()
        case "away":
            state.away = away_after(state.away, line.first_day, line.last_day)[-PAIR * MOST_ABSENCES :]
        case _:
            pass


def away_after(spans: Sequence[int], first: int, last: int) -> list[int]:
    """The spans with one more, in their order; those that meet are one."""
    found: list[int] = []
    for at in range(0, len(spans), PAIR):
        start, end = spans[at], spans[at + 1]
        if end + 1 < first:
            found += (start, end)
        elif last + 1 < start:
            found += (first, last)
            first, last = start, end
        else:
            first, last = min(first, start), max(last, end)
    return [*found, first, last]


def has_paused_too_often(pauses: Sequence[int], change: str) -> bool:
    """Whether a choice would make for more pauses than are kept."""
    return len(pauses) >= PAIR * MOST_PAUSES and change in {"join", "pause"}


def takes_part_at(state: MemberState, time: int) -> bool:
    """Whether an act of this time counts: after joining, and outside of every pause and absence for good."""
    if not state.status or state.erased or time < state.joined_at:
        return False
    if not state.pauses:
        return True
    starts, ends = state.pauses[::2], state.pauses[1::2]
    return not any(
        start <= time and (number >= len(ends) or time < ends[number]) for number, start in enumerate(starts)
    )


def has_joined(state: MemberState) -> bool:
    """Whether the member is among those who take part, be it with a pause."""
    return not state.erased and state.status in {"joined", "paused"}


def is_shown(state: MemberState) -> bool:
    """Whether the member is on boards: has joined, was not erased, and chose to be shown."""
    return state.boards_shown and has_joined(state)
