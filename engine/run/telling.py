"""Receipts: what is in the journal about a member, in words, read when somebody asks."""

from collections.abc import Sequence

import msgspec

from engine.core.desk import value_key
from engine.core.entries import Act, AnyEntry, Logged
from engine.core.journal import JournalEntry, Refused, Used
from engine.core.plan import Plan
from engine.core.receipts.receipt import Earlier, Receipt, Speaker
from engine.core.receipts.words import Language
from engine.core.states import MemberState, logged_key, member_key
from engine.run.plans import PlanSource
from engine.store.ledger import Ledger
from engine.store.states import StateReader

DAY_MS = 86_400_000
EARLIER_SEARCHED = 128
"""So many earlier entries of a member are looked through for the act that used up a limit."""


class ReceiptPage(msgspec.Struct, frozen=True):
    """Receipts, the newest first; `before` is where the next page begins, if there is one."""

    receipts: tuple[Receipt, ...]
    before: int | None


class Telling:
    """See the module."""

    def __init__(self, *, ledger: Ledger, reader: StateReader, plans: PlanSource) -> None:
        self._ledger, self._reader, self._plans = ledger, reader, plans

    async def receipt(self, member: str, position: int, language: Language, now: int) -> Receipt | None:
        """The receipt of this position; None where it does not concern the member or is not judged."""
        journal = await self._ledger.entry(position)
        if journal is None or all(person.id != member for person in journal.people):
            return None
        return (await self._told(member, [position], {position: journal}, language, now))[0]

    async def page(self, member: str, language: Language, now: int, *, before: int | None, count: int) -> ReceiptPage:
        """The member's receipts below a position, at most `count`."""
        state = await self._state(member)
        positions = await self._ledger.positions_of(member, entries=state.entries, before=before, count=count + 1)
        shown = positions[:count]
        receipts = await self._told(member, shown, await self._ledger.entries(shown), language, now)
        return ReceiptPage(tuple(receipts), shown[-1] if len(positions) > count else None)

    async def _told(
        self, member: str, positions: Sequence[int], journal: dict[int, JournalEntry], language: Language, now: int
    ) -> list[Receipt]:
        logged = await self._logged(positions)
        told: list[Receipt] = []
        for position in positions:
            if position not in journal or position not in logged:
                continue
            # In the words of the rules by which it was judged, whatever is in force today.
            plan = await self._plans.of(journal[position].rulebook)
            speaker = Speaker(plan, language)
            entry = logged[position].entry
            earlier = await self._earlier(member, position, journal[position], entry, plan)
            seen = entry if _is_shown(entry, plan, now) else None
            told.append(speaker.receipt(member, position, logged[position].recorded, seen, journal[position], earlier))
        return told

    async def _earlier(
        self, member: str, position: int, journal: JournalEntry, entry: AnyEntry, plan: Plan
    ) -> tuple[Earlier, ...]:
        """The latest acts of this member before this one that used the limits which held it."""
        held = {
            (line.slot, line.period): _value_of(plan, line.slot, entry)
            for line in journal.lines
            if isinstance(line, Refused) and line.slot >= 0 and journal.people[line.who].id == member
        }
        if not held:
            return ()
        state = await self._state(member)
        positions = await self._ledger.positions_of(
            member, entries=state.entries, before=position, count=EARLIER_SEARCHED
        )
        entries = await self._ledger.entries(positions)
        users: dict[tuple[int, int], int] = {}
        for at in positions:
            for line in entries[at].lines if at in entries else ():
                if not isinstance(line, Used) or line.times < 1 or entries[at].people[line.who].id != member:
                    continue
                key = (line.slot, line.period)
                if key in held and line.value == held[key]:
                    users.setdefault(key, at)
        logged = await self._logged(list(users.values()))
        found = ((key, logged[at].entry) for key, at in users.items() if at in logged)
        return tuple(Earlier(slot, period, act.time) for (slot, period), act in found if isinstance(act, Act))

    async def _logged(self, positions: Sequence[int]) -> dict[int, Logged]:
        _, inputs = await self._reader.read_all([logged_key(position) for position in positions])
        return {found.position: found for found in inputs.values() if isinstance(found, Logged)}

    async def _state(self, member: str) -> MemberState:
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state


def _is_shown(entry: AnyEntry, plan: Plan, now: int) -> bool:
    """Whether people may still see the act itself, by its event's `keep`."""
    if not isinstance(entry, Act):
        return True
    event = plan.rulebook.events.get(entry.type)
    return event is None or now - entry.time <= event.keep_days * DAY_MS


def _value_of(plan: Plan, slot: int, entry: AnyEntry) -> str:
    found = plan.slots.get(slot)
    if found is None or found.by is None or not isinstance(entry, Act):
        return ""
    value = entry.data.get(found.by)
    return "" if value is None else value_key(value)
