"""What a run of entries needs that is not in memory, asked for all of them together."""

from collections.abc import Mapping, Sequence
from typing import Final, final

from engine.core.close import era_due
from engine.core.draft import Draft
from engine.core.entries import Act, AnyEntry, Blank, Logged, MemberSet, Retried, RulebookPublished, Thanked
from engine.core.keys import ORGANIZATION, member_key
from engine.core.needs import era_at, needs_nobody_else, needs_of_entry, own_keys, unit_keys
from engine.core.plan import Plan
from engine.core.states import MemberState, OrganizationState, State

NOT_READ_AHEAD = ("t:", "r:", "j:", "e:")
"""Boards, recounts, journals and entries may change with the entries before in the same batch."""

_ADD_NEEDS: Final = frozenset({MemberSet, RulebookPublished, Retried})
"""Entries that can add to what acts after them need."""


@final
class Asking:
    """Asks for what a run of entries needs, in rounds: each after what the one before asked for has been read.

    The positions of entries that have everything are added to `complete`, if they are acts, thanks or blank: those
    still have it when their turn comes, and change nothing that others need. Members who are in memory with their
    units, at the latest with what is being read, and whose acts need nobody else, are added to `alone`.
    """

    def __init__(self, plan: Plan, states: dict[str, State | None], alone: set[str], entries: Sequence[Logged]) -> None:
        self._plan, self._states, self._alone = plan, states, alone
        self._left: Sequence[Logged] = entries
        self._need_units: list[tuple[Logged, str]] = []
        """Acts, with their subjects, that have all but, maybe, the units of the subject."""
        self.complete: set[int] = set()

    def ask(self) -> list[str]:
        """Which states are needed that are not known, as far as that can be told by now."""
        wanted: dict[str, None] = {}
        entries, need_units = self._left, self._need_units
        self._need_units = []
        left = [logged for logged, subject in need_units if not self._ask_subject(logged, subject, wanted)]
        draft = Draft(self._states, {}, owned=True)
        era = _era_of_all(self._plan, draft, entries)
        left += [logged for logged in entries if era is None or not self._ask_alone(logged, era, wanted)]
        self._left = [logged for logged in left if not self._ask_whole(draft, logged, wanted)]
        return list(wanted)

    def _ask_alone(self, logged: Logged, era: int, wanted: dict[str, None]) -> bool:
        """Ask for what an act needs, quickly; False where others or earlier acts matter."""
        act = logged.entry
        if not isinstance(act, Act):
            if not isinstance(act, Blank):
                return False
            self.complete.add(logged.position)
            return True
        subject = act.subject
        of_type = self._plan.of_type(act.type)
        if subject is None or not needs_nobody_else(of_type, logged.recorded):
            return False
        if not self._ask_subject(logged, subject, wanted):
            return False
        known = self._states
        for key in own_keys(of_type, era, act):
            if key not in known:
                wanted[key] = None
        return True

    def _ask_subject(self, logged: Logged, member: str, wanted: dict[str, None]) -> bool:
        """Ask for the subject of an act or, who is known, for their units; False where somebody else matters, too."""
        known = self._states
        if member not in self._alone:
            key = member_key(member)
            if key not in known:
                wanted[key] = None
                self._need_units.append((logged, member))
                return True
            state = known[key]
            if not isinstance(state, MemberState) or state.facts.invited_by is not None:
                return False
            for unit in unit_keys(state.facts):
                if unit not in known:
                    wanted[unit] = None
            self._alone.add(member)
        self.complete.add(logged.position)
        return True

    def _ask_whole(self, draft: Draft, logged: Logged, wanted: dict[str, None]) -> bool:
        """Ask for whatever an entry needs; whether it has that."""
        missing = needs_of_entry(self._plan, draft, logged)
        for key in missing:
            if not key.startswith(NOT_READ_AHEAD):
                wanted[key] = None
        if not missing and self._stays_complete(logged.entry):
            self.complete.add(logged.position)
        return not missing

    def _stays_complete(self, entry: AnyEntry) -> bool:
        """An act that takes others back needs what was said about its content until then."""
        if isinstance(entry, Act):
            return self._plan.of_type(entry.type).removal is None
        return isinstance(entry, Thanked)


def keep(states: dict[str, State | None], found: Mapping[str, State | None]) -> None:
    """Take in states as they were read; what is in memory by now is newer."""
    for key, state in found.items():
        states.setdefault(key, state)


def up_to_a_change(plan: Plan, organization: OrganizationState, entries: Sequence[Logged]) -> Sequence[Logged]:
    """The entries before the first that can add to what acts after it need, which follows from their people's facts.

    Where an era begins, the shelf of what comes later is not known yet.
    """
    begins_era = era_due(organization, plan.local_day(entries[-1].recorded))
    for number, logged in enumerate(entries):
        if type(logged.entry) in _ADD_NEEDS or (begins_era and era_due(organization, plan.local_day(logged.recorded))):
            return entries[:number]
    return entries


def _era_of_all(plan: Plan, draft: Draft, entries: Sequence[Logged]) -> int | None:
    """The era in which all these entries are judged, in order of their recorded times; None where one begins."""
    if not entries or not draft.knows(ORGANIZATION):
        return None
    first = era_at(plan, draft.organization(), entries[0].recorded)
    return first if first == era_at(plan, draft.organization(), entries[-1].recorded) else None
