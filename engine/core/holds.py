"""What waits until somebody agrees, in the states: up to when, and which entry paid it. Judging it is elsewhere."""

from typing import Final

from engine.core.draft import Draft
from engine.core.keys import HOLDS, approved_key
from engine.core.lines.ledger import Held, HoldChanged, HoldNow
from engine.core.states import ApprovedState, HoldsState

MOST_HELD: Final = 1_000
"""The payments of so many entries may wait at once, those included whose acts are taken back meanwhile."""


def change_holds(draft: Draft, line: Held | HoldChanged, position: int, recorded: int) -> None:
    """Note what a line says of what waits; `position` and `recorded` are those of the entry whose line it is."""
    holds = draft.change(HOLDS)
    assert isinstance(holds, HoldsState)
    until = holds.until
    if isinstance(line, Held):
        for lapsed in [at for at, end in until.items() if abs(end) <= recorded]:
            del until[lapsed]
        until[position] = line.until
        return
    end = until.pop(line.position)
    match line.now:
        case HoldNow.TAKEN_BACK | HoldNow.GIVEN_BACK:
            until[line.position] = -end
        case HoldNow.APPROVED:
            draft.put(approved_key(draft.organization().era, line.position), ApprovedState(position))
        case HoldNow.DECLINED:
            pass


def waits_until(draft: Draft, position: int, recorded: int) -> int:
    """Up to when what the entry at this position has waiting can be agreed to; 0 where nothing waits."""
    holds = draft.get(HOLDS)
    assert isinstance(holds, HoldsState)
    end = holds.until.get(position, 0)
    return end if end > recorded else 0


def is_taken_back(draft: Draft, position: int) -> bool:
    """Whether what the entry has waiting is taken back with its act."""
    holds = draft.get(HOLDS)
    assert isinstance(holds, HoldsState)
    return holds.until.get(position, 0) < 0


def has_room(draft: Draft, position: int, recorded: int) -> bool:
    """Whether this entry may have payments waiting, beside those that do."""
    holds = draft.get(HOLDS)
    assert isinstance(holds, HoldsState)
    until = holds.until
    return position in until or sum(1 for end in until.values() if abs(end) > recorded) < MOST_HELD


def paid_at(draft: Draft, position: int, era: int) -> int:
    """The position of the entry that paid what this one had waiting, as far as that is remembered; 0 for none."""
    for shelf in (era, era - 1):
        approved = draft.get(approved_key(shelf, position))
        if isinstance(approved, ApprovedState):
            return approved.position
    return 0
