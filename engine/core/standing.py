"""What is set of a member: facts, membership, visibility; and how many of each unit have joined."""

from engine.core.draft import Draft
from engine.core.entries import MemberFacts
from engine.core.lines.members import Erased, FactsSet, MembershipSet, VisibilitySet
from engine.core.membership import change_membership, has_joined
from engine.core.plan import Plan
from engine.core.scores import UNIT_FACTS, note_move, open_places
from engine.core.states import MemberState


def set_facts(plan: Plan, draft: Draft, member: str, state: MemberState, line: FactsSet) -> None:
    """New facts; what was counted for the units of before stays theirs."""
    if has_joined(state):
        _count_joined(draft, state.facts, -1)
        _count_joined(draft, line.facts, 1)
    note_move(plan, state, line.facts, draft.organization().open_from)
    if not state.erased and state.facts.team != line.facts.team:
        draft.note_team(state.facts.team, member, is_in=False)
        draft.note_team(line.facts.team, member, is_in=True)
    state.facts = line.facts


def set_standing(
    plan: Plan, draft: Draft, member: str, state: MemberState, line: MembershipSet | Erased | VisibilitySet, today: int
) -> None:
    """Whether a member takes part, and is shown; all open boards are written anew."""
    was_counted = has_joined(state)
    match line:
        case MembershipSet():
            change_membership(state, line)
        case Erased():
            state.erased = True
            draft.note_team(state.facts.team, member, is_in=False)
        case VisibilitySet():
            state.boards_shown, state.wall_shown, state.badges_shown = line.boards, line.wall, line.badges
    if has_joined(state) != was_counted:
        _count_joined(draft, state.facts, -1 if was_counted else 1)
    for place in open_places(plan, draft.organization().open_from, today):
        draft.boards[place][member] = state


def _count_joined(draft: Draft, facts: MemberFacts, change: int) -> None:
    joined = draft.change_units().joined
    for by, fact in UNIT_FACTS:
        unit = getattr(facts, fact)
        if unit is None:
            continue
        count = joined.get((by, unit), 0) + change
        if count:
            joined[by, unit] = count
        else:
            joined.pop((by, unit), None)
