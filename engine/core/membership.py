"""Membership: what a member may choose, and what it changes. A choice that means nothing now changes nothing."""

from engine.core.journal import MembershipSet
from engine.core.states import MemberState


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
        case "away":
            state.away.extend((line.first_day, line.last_day))
        case _:
            pass
