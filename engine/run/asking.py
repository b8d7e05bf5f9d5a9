"""What a run of entries needs that is not in memory, asked for all of them together."""

from collections.abc import Sequence

from engine.core.draft import Draft
from engine.core.entries import Act, Logged
from engine.core.keys import ORGANIZATION
from engine.core.needs import era_at, needs_alone, needs_of_entry, stands_alone
from engine.core.plan import Plan
from engine.core.states import State

NOT_READ_AHEAD = ("t:", "r:", "j:", "e:")
"""Boards, recounts, journals and entries may change with the entries before in the same batch."""


def ask_together(
    plan: Plan, states: dict[str, State | None], alone: set[str], entries: Sequence[Logged], complete: set[int]
) -> tuple[list[str], list[Logged]]:
    """Which states these entries need that are not known, and which entries have to ask again once those are read.

    The positions of all others are added to `complete`: with what is read now they have everything. Members found to
    be in memory with their units, and whose acts need nobody else, are added to `alone`.
    """
    draft = Draft(states, {}, owned=True)
    era = _era_of_all(plan, draft, entries)
    wanted: dict[str, None] = {}
    unsatisfied: list[Logged] = []
    for logged in entries:
        act = logged.entry
        if era is not None and isinstance(act, Act) and act.subject in alone:
            asked = needs_alone(plan, states, era, act)
            if asked is not None:
                for key in asked:
                    wanted[key] = None
                complete.add(logged.position)
                continue
        missing = needs_of_entry(plan, draft, logged)
        if not missing:
            complete.add(logged.position)
            if isinstance(act, Act) and act.subject is not None and stands_alone(draft, act.subject):
                alone.add(act.subject)
            continue
        unsatisfied.append(logged)
        for key in missing:
            if not key.startswith(NOT_READ_AHEAD):
                wanted[key] = None
    return list(wanted), unsatisfied


def _era_of_all(plan: Plan, draft: Draft, entries: Sequence[Logged]) -> int | None:
    """The era in which all these entries are judged, in order of their recorded times; None where one begins."""
    if not entries or not draft.knows(ORGANIZATION):
        return None
    first = era_at(plan, draft.organization(), entries[0].recorded)
    return first if first == era_at(plan, draft.organization(), entries[-1].recorded) else None
