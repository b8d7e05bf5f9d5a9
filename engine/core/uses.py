"""What was used of limits, by period: a track of how often and for how many points."""

from collections.abc import Iterable
from typing import Final

from engine.core.keys import since_key
from engine.core.states import MemberState, Uses
from engine.core.tracks import begin_record, end_record, keys_of, locate

WIDTH: Final = 2

NOTHING_USED: Final = (0, 0)


def used_at(uses: Uses, period: int) -> tuple[int, int]:
    """How often, and for how many points, something was used in a period."""
    at, found = locate(uses, WIDTH, period)
    return (uses[at - 2], uses[at - 1]) if at > 0 and found == period else NOTHING_USED


def add_use(uses: Uses, period: int, times: int, points: int) -> None:
    """Add to what was used in a period; a count that comes to nothing goes."""
    at = len(uses) - 1
    found = uses[at] if at >= 0 else period - 1
    if found < period:  # the newest, as a rule: at once
        if times > 0 or points > 0:
            if at >= 0:
                uses[at] = period - found
            uses.append(times)
            uses.append(points)
            uses.append(period)
        return
    if found > period:
        at, found = locate(uses, WIDTH, period)
        if found != period or at < 0:
            if times <= 0 and points <= 0:
                return
            at = begin_record(uses, WIDTH, at, found, period)
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


def uses_with(used: Iterable[tuple[int, int, int]]) -> Uses:
    """What was used, of (period, times, points)."""
    uses: Uses = []
    for period, times, points in used:
        add_use(uses, period, times, points)
    return uses


def uses_of(state: MemberState, slot: int, value: str) -> Uses | None:
    """What was used of a slot, for this value of what it is kept by, if anything was."""
    if not value:
        return state.uses.get(slot)
    values = state.valued_uses.get(slot)
    return None if values is None else values.get(value)


def drop_uses(state: MemberState, slot: int, value: str) -> None:
    """Forget all that was used of a slot, for this value of what it is kept by."""
    if not value:
        state.uses.pop(slot, None)
    elif slot in state.valued_uses:
        values = state.valued_uses[slot]
        values.pop(value, None)
        if not values:
            del state.valued_uses[slot]
    state.since.pop(since_key(slot, value), None)
