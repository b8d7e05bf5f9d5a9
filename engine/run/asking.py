"""What a run of entries needs that is not in memory, asked for all of them together."""

from collections.abc import Mapping, Sequence

from engine.core.close import era_due
from engine.core.draft import Draft
from engine.core.entries import Act, Logged, MemberSet, Retried, RulebookPublished
from engine.core.keys import ORGANIZATION, member_key
from engine.core.needs import era_at, needs_alone, needs_of_entry, unit_keys
from engine.core.plan import Plan
from engine.core.states import MemberState, OrganizationState, State

NOT_READ_AHEAD = ("t:", "r:", "j:", "e:")
"""Boards, recounts, journals and entries may change with the entries before in the same batch."""


def ask_together(
    plan: Plan, states: dict[str, State | None], alone: set[str], entries: Sequence[Logged], complete: set[int]
) -> tuple[list[str], list[Logged]]:
    """Which states these entries need that are not known, and which entries have to ask again once those are read.

    The positions of all others are added to `complete`: with what is read now they have everything. Members who by
    then are in memory with their units, and whose acts need nobody else, are added to `alone`.
    """
    draft = Draft(states, {}, owned=True)
    era = _era_of_all(plan, draft, entries)
    wanted: dict[str, None] = {}
    unsatisfied: list[Logged] = []
    for logged in entries:
        act = logged.entry
        if era is not None and isinstance(act, Act) and act.subject is not None:
            asked = needs_alone(plan, states, era, act)
            if asked is not None and (act.subject in alone or _ask_subject(states, alone, act.subject, asked)):
                for key in asked:
                    wanted[key] = None
                if act.subject in alone:
                    complete.add(logged.position)
                else:
                    unsatisfied.append(logged)
                continue
        missing = needs_of_entry(plan, draft, logged)
        if not missing:
            complete.add(logged.position)
            continue
        unsatisfied.append(logged)
        for key in missing:
            if not key.startswith(NOT_READ_AHEAD):
                wanted[key] = None
    return list(wanted), unsatisfied


def _ask_subject(states: dict[str, State | None], alone: set[str], member: str, asked: list[str]) -> bool:
    """Ask for the subject of an act or, who is known, for their units; False where somebody else matters, too."""
    key = member_key(member)
    if key not in states:
        asked.append(key)
        return True
    state = states[key]
    if not isinstance(state, MemberState) or state.facts.invited_by is not None:
        return False
    asked.extend([unit for unit in unit_keys(state.facts) if unit not in states])
    alone.add(member)
    return True


def keep(states: dict[str, State | None], found: Mapping[str, State | None]) -> None:
    """Take in states as they were read; what is in memory by now is newer."""
    for key, state in found.items():
        if key not in states:
            states[key] = state


def up_to_a_change(plan: Plan, organization: OrganizationState, entries: Sequence[Logged]) -> Sequence[Logged]:
    """The entries before the first that can add to what acts after it need, which follows from their people's facts.

    Where an era begins, the shelf of what comes later is not known yet.
    """
    begins_era = era_due(plan, organization, plan.local_day(entries[-1].recorded))
    for number, logged in enumerate(entries):
        if isinstance(logged.entry, (MemberSet, RulebookPublished, Retried)) or (
            begins_era and era_due(plan, organization, plan.local_day(logged.recorded))
        ):
            return entries[:number]
    return entries


def needing_nothing(plan: Plan, entries: Sequence[Logged], complete: set[int]) -> set[int]:
    """The positions of those acts that still have everything when their turn comes.

    One that takes others back needs what was said about its content until then.
    """
    return {
        logged.position
        for logged in entries
        if logged.position in complete
        and isinstance(logged.entry, Act)
        and plan.of_type(logged.entry.type).removal is None
    }


def _era_of_all(plan: Plan, draft: Draft, entries: Sequence[Logged]) -> int | None:
    """The era in which all these entries are judged, in order of their recorded times; None where one begins."""
    if not entries or not draft.knows(ORGANIZATION):
        return None
    first = era_at(plan, draft.organization(), entries[0].recorded)
    return first if first == era_at(plan, draft.organization(), entries[-1].recorded) else None
