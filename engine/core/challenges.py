"""Challenges: what an act brings to them, the goal that is reached together, the rewards that follow.

The entry that reaches a goal rewards nobody: it notes that, and those who brought their share are rewarded by entries
that follow (`sulka.challenge.settled`), so many members each. So no entry grows with the number of people, and who is
rewarded already stands in their state: however often an entry comes, nobody is rewarded twice.
"""

from collections.abc import Iterator
from typing import Final

from engine.core.badges import grant_badges, withdraw_badges
from engine.core.desk import Desk
from engine.core.entries import MemberFacts
from engine.core.goals import BLOCK, goal_of, is_owed, part_of_member, standing_of_member
from engine.core.held import has_step, steps_of
from engine.core.journal import Person
from engine.core.keys import challenge_and_unit, goal_key, list_key
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn
from engine.core.lines.challenges import (
    LISTED,
    REWARDED,
    UNLISTED,
    ChallengeCounted,
    ChallengeReached,
    ChallengeSettled,
    ChallengeStood,
)
from engine.core.lines.counts import Counted, Used
from engine.core.lines.ledger import Posted
from engine.core.membership import has_joined
from engine.core.negatives import negate
from engine.core.pay import HUNDRED, Payment
from engine.core.rules import Challenge
from engine.core.scores import unit_of
from engine.core.states import ListState

BYS: Final[dict[str, str]] = {"team": "teams", "department": "departments", "country": "countries"}
"""The kind of unit that reaches a challenge together, by what its `for` says."""


def unit_in(challenge: Challenge, person: Person | MemberFacts) -> str | None:
    """For whom a person brings something: their unit, nobody in particular (""), or None who has no such unit."""
    by = BYS.get(challenge.whose)
    return "" if by is None else unit_of(person, by)


def is_running(challenge: Challenge, day: int, recorded: int) -> bool:
    """Whether an act of this day still counts for a challenge."""
    return challenge.first_day <= day <= challenge.last_day and recorded < challenge.closes_ms


def goals_of(challenges: tuple[Challenge, ...], person: Person | MemberFacts, recorded: int) -> Iterator[str]:
    """The `goal_key` of each challenge that is not over and to which this person can bring something."""
    for challenge in challenges:
        unit = unit_in(challenge, person) if recorded < challenge.closes_ms else None
        if unit is not None:
            yield goal_key(challenge.code, unit)


def bring_to_challenges(desk: Desk) -> None:
    """Bring what the entry has counted and paid so far to the challenges that run."""
    brought: dict[tuple[int, int], int] = {}
    for line in desk.lines:
        if isinstance(line, Counted):
            for metric in line.metrics:
                _add(desk, brought, metric, line)
        elif (
            isinstance(line, Posted)
            and line.currency == desk.plan.points
            and line.cause not in desk.plan.streaks  # that belongs to a period, and goes and comes apart from acts
        ):
            _add(desk, brought, line.currency, line)
    for (code, who), amount in brought.items():
        challenge = desk.plan.challenges[code]
        unit = unit_in(challenge, desk.people[who])
        if amount and unit is not None:
            bring(desk, challenge, who, unit, amount)


def _add(desk: Desk, brought: dict[tuple[int, int], int], metric: int, line: Counted | Posted) -> None:
    for challenge in desk.plan.challenges_of.get(metric, ()):
        if is_running(challenge, line.day, desk.recorded):
            key = (challenge.code, line.who)
            brought[key] = brought.get(key, 0) + line.amount


def bring(desk: Desk, challenge: Challenge, who: int, unit: str, amount: int) -> None:
    """Count an amount; list the member once they have brought their share; note the goal that is reached."""
    desk.write(ChallengeCounted(who, challenge.code, unit, amount))
    goal = goal_key(challenge.code, unit)
    member, state = desk.members[who], goal_of(desk.draft, goal)
    if part_of_member(member, goal) >= challenge.least and standing_of_member(member, goal) == UNLISTED:
        desk.write(ChallengeStood(who, challenge.code, unit, LISTED))
    if challenge.whose != "member" and not state.reached and state.sum >= challenge.goal:
        desk.write(ChallengeReached(challenge.code, unit))


def bring_again(desk: Desk, line: ChallengeCounted, who: int) -> None:
    """The same for what comes back, because it was not removed after all."""
    challenge = desk.plan.challenges.get(line.challenge)
    if challenge is not None and desk.recorded < challenge.closes_ms:
        bring(desk, challenge, who, line.unit, line.amount)


def take_from_challenge(desk: Desk, line: ChallengeCounted, who: int, *, badges_stay: bool) -> None:
    """Take back what an act brought; whose share is no share any more is rewarded no more.

    The reward of others stays, even where the sum is below the goal again: they did nothing wrong. What a challenge
    came to when it was over stays, too.
    """
    challenge = desk.plan.challenges.get(line.challenge)
    if challenge is None or desk.recorded >= challenge.closes_ms:
        return
    desk.write(ChallengeCounted(who, line.challenge, line.unit, -line.amount))
    goal = goal_key(line.challenge, line.unit)
    state, member = goal_of(desk.draft, goal), desk.members[who]
    if state.reached and state.sum < challenge.goal:
        desk.write(ChallengeReached(line.challenge, line.unit, undone=True))
    standing = standing_of_member(member, goal)
    if standing == UNLISTED or part_of_member(member, goal) >= challenge.least:
        return
    if standing == LISTED:
        desk.write(ChallengeStood(who, line.challenge, line.unit, UNLISTED))
    elif not badges_stay:
        desk.write(ChallengeStood(who, line.challenge, line.unit, UNLISTED))
        _take_reward(desk, desk.people[who].id, standing)


def _take_reward(desk: Desk, member: str, position: int) -> None:
    """The exact negatives of what the entry there gave a member, for the units that they had then."""
    journal = desk.draft.journal_of(position)
    if journal is None:
        return
    place = next(number for number, person in enumerate(journal.people) if person.id == member)
    who, days = desk.who_then(journal.people[place]), dict[int, None]()
    for line in journal.lines:
        if getattr(line, "who", None) != place:
            continue
        match line:
            case Posted():
                negate(desk, line, who)
                days[line.day] = None
            case Used():
                negate(desk, line, who)
            case BadgeGranted() if _is_given(desk, line.badge):
                desk.write(BadgeWithdrawn(who, line.badge, line.step, line.value))
            case _:
                pass
    for day in days:
        withdraw_badges(desk, day, who, ())


def _is_given(desk: Desk, badge: int) -> bool:
    """Whether it is no badge for a number that was reached: of those, the numbers say whether they stay."""
    found = desk.plan.badges.get(badge)
    return found is None or found.metric is None


def settle(desk: Desk) -> None:
    """Reward the next of those who are listed for the first challenge that owes it to somebody."""
    owed = desk.organization.owed
    if not owed:
        return
    goal = owed[0]
    code, unit = challenge_and_unit(goal)
    state, challenge = goal_of(desk.draft, goal), desk.plan.challenges.get(code)
    if challenge is None or not is_owed(desk.plan, code, state):  # the rulebook has changed meanwhile
        desk.write(ChallengeSettled(code, unit, state.listed if challenge is None else state.settled))
        return
    first = state.settled
    block = desk.draft.get(list_key(state.shelf, goal, first // BLOCK))
    listed = block.members[first % BLOCK :] if isinstance(block, ListState) else []
    desk.write(ChallengeSettled(code, unit, min(state.listed, (first // BLOCK + 1) * BLOCK)))
    for member in listed:
        _reward(desk, challenge, unit, goal, member)


def _reward(desk: Desk, challenge: Challenge, unit: str, goal: str, member: str) -> None:
    state = desk.draft.member(member)
    if standing_of_member(state, goal) != LISTED:
        return
    who = desk.who(member)
    if part_of_member(state, goal) < challenge.least or not has_joined(state):
        desk.write(ChallengeStood(who, challenge.code, unit, UNLISTED))
        return
    desk.write(ChallengeStood(who, challenge.code, unit, REWARDED))
    if challenge.badge is not None and not has_step(steps_of(desk.members[who], challenge.badge, ""), 0):
        desk.write(BadgeGranted(who, challenge.badge, 0, desk.today))
    if challenge.amount:
        payment = Payment(desk, who, challenge.code, desk.plan.days[desk.today])
        if challenge.currency is None:
            _pay_points(payment, challenge.amount)
            grant_badges(desk, desk.today, who, [])
        else:
            payment.post_currency(challenge.currency, challenge.amount)


def _pay_points(payment: Payment, base: int) -> None:
    caps = payment.plan.caps_on_all
    amount = payment.fits_caps(caps, base, base, HUNDRED)
    if amount:
        payment.post_points(caps, amount, base, HUNDRED)
        payment.use(amount)
