"""Which act of a member used up the room of a limit that held a later one: looked for in the journal, backwards.

One walk serves a whole page of receipts. It ends when all are found, when it has come to before the periods that are
asked about, or after `EARLIER_SEARCHED` entries; a receipt whose act was not found says everything but its hour.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.core.desk import value_key
from engine.core.entries import Act, AnyEntry
from engine.core.journal import JournalEntry
from engine.core.lines.counts import Used
from engine.core.lines.entries import EntryGivenBack, EntryTaken
from engine.core.lines.refusals import Reason, Refused
from engine.core.periods import PeriodKind, period_bounds_ms
from engine.core.plan import Plan
from engine.core.receipts.amounts import Earlier
from engine.core.rules import Slot
from engine.core.states import MemberState
from engine.run.logged import judged_at
from engine.store.ledger import Ledger
from engine.store.states import StateReader

EARLIER_SEARCHED: Final = 2_048
"""So many earlier entries of a member are looked through for one page of receipts."""

AHEAD_MS: Final = 86_400_000
"""The door takes no act of more than minutes ahead of its clock; a day is on the safe side."""


class Held(msgspec.Struct, frozen=True):
    """A limit held an act at this position: its slot, period and value, and since when its period runs."""

    position: int
    slot: Slot
    period: int
    value: str
    since: int | None

    def is_used_by(self, line: Used) -> bool:
        """Whether this use took of the same room; a rolling window's room is that of the days around."""
        width = {"last_days": self.slot.per.n, "last_weeks": self.slot.per.n * 7}.get(self.slot.per.kind, 1)
        return any(
            slot == self.slot.code and value == self.value and times > 0 and abs(period - self.period) < width
            for slot, period, times, value in line.slots
        )


def held_in(member: str, position: int, journal: JournalEntry, entry: AnyEntry, plan: Plan) -> list[Held]:
    """The limits on times that held an act of this member."""
    found: dict[tuple[int, int], Held] = {}
    for line in journal.lines:
        if not isinstance(line, Refused) or line.reason is not Reason.LIMIT_TIMES:
            continue
        slot = plan.slots.get(line.slot)
        if slot is not None and journal.people[line.who].id == member:
            held = Held(position, slot, line.period, _value_of(slot, entry), _since(slot, line.period, plan))
            found[line.slot, line.period] = held
    return list(found.values())


class EarlierActs:
    """See the module."""

    def __init__(self, *, ledger: Ledger, reader: StateReader) -> None:
        self._ledger, self._reader = ledger, reader

    async def find(self, member: str, state: MemberState, held: list[Held]) -> Mapping[int, tuple[Earlier, ...]]:
        """By position of the act that was held, the acts of the member before it."""
        users: list[tuple[Held, int]] = []
        open_, taken, searched = list(held), dict[int, list[tuple[int, int]]](), 0
        if not held:
            return {}
        newest = max(each.position for each in held)
        async for positions in self._ledger.blocks_of(member, state, before=newest):
            journal = await self._ledger.entries(positions)
            for at in positions:
                if at in journal:
                    _note_taken(taken, at, journal[at])
                    users.extend((each, at) for each in open_ if _uses(each, at, member, journal[at], taken))
                    done = {(each.position, each.slot.code, each.period) for each, _ in users}
                    open_ = [each for each in open_ if (each.position, each.slot.code, each.period) not in done]
            searched += len(positions)
            if not open_ or searched >= EARLIER_SEARCHED or await self._is_before(positions, open_):
                break
        return await self._acts(member, users)

    async def _is_before(self, positions: list[int], open_: list[Held]) -> bool:
        """Whether everything further back came in before the periods that are asked about."""
        if not positions or any(each.since is None for each in open_):
            return False
        since = min(each.since for each in open_ if each.since is not None)
        oldest = (await judged_at(self._reader, [positions[-1]])).get(positions[-1])
        return oldest is not None and oldest.recorded < since - AHEAD_MS

    async def _acts(self, member: str, users: list[tuple[Held, int]]) -> Mapping[int, tuple[Earlier, ...]]:
        logged = await judged_at(self._reader, [at for _, at in users])
        found: dict[int, tuple[Earlier, ...]] = {}
        for held, at in users:
            entry = logged[at].entry if at in logged else None
            if isinstance(entry, Act) and entry.subject == member:  # when a colleague did something is theirs to tell
                earlier = Earlier(held.slot.code, held.period, entry.time)
                found[held.position] = (*found.get(held.position, ()), earlier)
        return found


def _note_taken(taken: dict[int, list[tuple[int, int]]], at: int, journal: JournalEntry) -> None:
    """Which entries this one took back (1) or gave back (-1)."""
    for line in journal.lines:
        if isinstance(line, EntryTaken | EntryGivenBack):
            taken.setdefault(line.position, []).append((at, 1 if isinstance(line, EntryTaken) else -1))


def _uses(held: Held, at: int, member: str, journal: JournalEntry, taken: Mapping[int, list[tuple[int, int]]]) -> bool:
    """Whether the entry used this room, came before, and was not taken back by then."""
    if at >= held.position or sum(change for by, change in taken.get(at, ()) if by < held.position) > 0:
        return False
    return any(
        isinstance(line, Used) and held.is_used_by(line) and journal.people[line.who].id == member
        for line in journal.lines
    )


def _since(slot: Slot, period: int, plan: Plan) -> int | None:
    """When the first act of the period can have been; None where that can't be said.

    Whoever dates an act by a field of its own can have said it long before.
    """
    kinds = {str(kind): kind for kind in PeriodKind if kind is not PeriodKind.EVER}
    is_dated = any(
        use.dated is not None and use.slot.code == slot.code for rule in plan.rulebook.rules for use in rule.counts
    )
    if slot.per.kind not in kinds or is_dated:
        return None
    return period_bounds_ms(kinds[slot.per.kind], period, plan.rulebook.zone)[0]


def _value_of(slot: Slot, entry: AnyEntry) -> str:
    if slot.by is None or not isinstance(entry, Act):
        return ""
    value = entry.data.get(slot.by)
    return "" if value is None else value_key(value)
