"""What was used of limits, by period: a track of how often and for how many points."""

from typing import Final

from engine.core.keys import since_key
from engine.core.states import MemberState, Uses
from engine.core.tracks import drop_track, end_record, keys_of, locate, record_at

WIDTH: Final = 2

NOTHING_USED: Final = (0, 0)


def used_at(uses: Uses, period: int) -> tuple[int, int]:
    """How often, and for how many points, something was used in a period."""
    at, found = locate(uses, WIDTH, period)
    return (uses[at - 2], uses[at - 1]) if at > 0 and found == period else NOTHING_USED


def add_use(uses: Uses, period: int, times: int, points: int) -> None:
    """Add to what was used in a period; a count that comes to nothing goes."""
    at = record_at(uses, WIDTH, period)
    times, points = uses[at - 2] + times, uses[at - 1] + points
    if times > 0 or points > 0:
        uses[at - 2], uses[at - 1] = times, points
    else:
        end_record(uses, WIDTH, at, period)


def forget_use(uses: Uses, period: int) -> None:
    """Forget what was used in a period, if anything was."""
    at, found = locate(uses, WIDTH, period)
    if at > 0 and found == period:
        end_record(uses, WIDTH, at, period)


def periods_of(uses: Uses) -> list[int]:
    """The periods in which something was used, from the first on."""
    return keys_of(uses, WIDTH)


def uses_of(state: MemberState, slot: int, value: str) -> Uses | None:
    """What was used of a slot, for this value of what it is kept by, if anything was."""
    if not value:
        return state.uses.get(slot)
    values = state.valued_uses.get(slot)
    return None if values is None else values.get(value)


def drop_uses(state: MemberState, slot: int, value: str) -> None:
    """Forget all that was used of a slot, for this value of what it is kept by."""
    if value:
        drop_track(state.valued_uses, slot, value)
    else:
        state.uses.pop(slot, None)
    state.since.pop(since_key(slot, value), None)
