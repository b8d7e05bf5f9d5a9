"""Challenges in states: what members brought, and lists of those who are to be rewarded.

A list is cut into blocks, so that neither what an entry writes nor what it reads grows with the number of members.
It lies on the shelf of a later era, and goes with it: long after the challenge is over. Judging is in
`engine.core.challenges`.
"""

from typing import Final

from engine.core.draft import Draft
from engine.core.keys import challenge_and_unit, goal_key, list_key, since_key
from engine.core.lines.challenges import (
    LISTED,
    REWARDED,
    UNLISTED,
    ChallengeCounted,
    ChallengeLine,
    ChallengeReached,
    ChallengeSettled,
    ChallengeStood,
)
from engine.core.plan import Plan
from engine.core.states import GoalState, ListState, MemberState
from engine.core.workplace import Workplace

BLOCK: Final = 50
"""So many listed members share one row, and are rewarded by one entry."""

MOST_SPAN_DAYS: Final = 366
"""The longest challenge."""

KEPT_MS: Final = 32 * 86_400_000
"""So long after a challenge is over a member's part in it can still be seen."""


def goal_of(draft: Draft, goal: str) -> GoalState:
    """A challenge of a unit, of everyone or of members, by its `goal_key`, to look at."""
    state = draft.get(goal)
    assert isinstance(state, GoalState)
    return state


def part_of_member(state: MemberState, goal: str) -> int:
    """What a member brought."""
    found = state.challenges.get(goal)
    return 0 if found is None else found[0]


def standing_of_member(state: MemberState, goal: str) -> int:
    """Where a member stands: `UNLISTED`, `LISTED`, or the position of the entry that rewarded them."""
    found = state.challenges.get(goal)
    return UNLISTED if found is None else found[1]


def is_owed(plan: Plan, challenge: int, state: GoalState) -> bool:
    """Whether some who are listed are to be rewarded."""
    if state.settled >= state.listed:
        return False
    found = plan.challenges.get(challenge)
    return state.reached != 0 or (found is not None and found.whose == "member")


def last_block(state: GoalState) -> int:
    """The number of the block with the last member who is listed."""
    return (state.listed - 1) // BLOCK


def apply_challenge(at: Workplace, line: ChallengeLine) -> None:
    """Change the draft as the line says."""
    goal = goal_key(line.challenge, line.unit)
    state = at.draft.change(goal)
    assert isinstance(state, GoalState)
    match line:
        case ChallengeCounted():
            state.sum += line.amount
            _set_member(at.members[line.who], goal, line.amount, None)
            return
        case ChallengeStood():
            _stand(at, line, goal, state)
        case ChallengeReached():
            state.reached = 0 if line.undone else at.recorded
        case ChallengeSettled():
            state.settled = line.through
    owed = at.organization.owed
    if is_owed(at.plan, line.challenge, state) != (goal in owed):
        if goal in owed:
            owed.remove(goal)
        else:
            owed.append(goal)


def _set_member(state: MemberState, goal: str, amount: int, standing: int | None) -> None:
    before = state.challenges.get(goal)
    part = amount if before is None else before[0] + amount
    stands = standing if standing is not None else UNLISTED if before is None else before[1]
    if part or stands:
        state.challenges[goal] = [part, stands]
    else:
        state.challenges.pop(goal, None)


def _stand(at: Workplace, line: ChallengeStood, goal: str, state: GoalState) -> None:
    member = at.members[line.who]
    before = standing_of_member(member, goal)
    _set_member(member, goal, 0, at.position if line.standing == REWARDED else line.standing)
    if line.standing == LISTED:
        _list(at, goal, state, at.people[line.who].id)
    elif line.standing == UNLISTED and before == LISTED and state.settled < state.listed:
        _unlist(at, goal, state, at.people[line.who].id)


def _list(at: Workplace, goal: str, state: GoalState, member: str) -> None:
    organization = at.organization
    if not state.shelf or state.shelf < organization.era - 1:  # none yet, or gone: the days were moved by a year or so
        state.shelf = organization.era + MOST_SPAN_DAYS // max(organization.days_back, 1) + 1
        state.listed = state.settled = 0
    state.listed += 1
    key = list_key(state.shelf, goal, last_block(state))
    if state.listed % BLOCK == 1:
        at.draft.put(key, ListState(members=[member]))
        return
    block = at.draft.change(key)
    assert isinstance(block, ListState)
    block.members.append(member)


def _unlist(at: Workplace, goal: str, state: GoalState, member: str) -> None:
    """Take a member from the end of the list; elsewhere their place stays, and is passed over."""
    key = list_key(state.shelf, goal, last_block(state))
    block = at.draft.get(key)
    if isinstance(block, ListState) and block.members and block.members[-1] == member:
        changed = at.draft.change(key)
        assert isinstance(changed, ListState)
        changed.members.pop()
        state.listed -= 1


def prune_parts(plan: Plan, state: MemberState, today: int, recorded: int) -> None:
    """Forget what a member brought to challenges that are long over, or long in the rulebook no more.

    One that was left out of a rulebook and comes back may go on: who is rewarded by then is not rewarded again.
    """
    gone: dict[str, None] = {}
    for goal in list(state.challenges):
        code = challenge_and_unit(goal)[0]
        challenge, since = plan.challenges.get(code), since_key(code)
        if challenge is not None:
            state.since.pop(since, None)
            if challenge.closes_ms + KEPT_MS <= recorded:
                del state.challenges[goal]
        elif state.since.setdefault(since, today) + MOST_SPAN_DAYS < today:
            del state.challenges[goal]
            gone[since] = None
    for since in gone:
        del state.since[since]
