"""Advice about challenges."""

from collections.abc import Iterator

from engine.core.rulebook import Rulebook
from engine.core.rules import Challenge
from engine.rulebook.advice_awards import MOST_ACTS_PER_DAY
from engine.rulebook.advice_parts import SHARING, Advice, words_of

LONGEST_DAYS = 92
"""A quarter: what is further away moves nobody today."""


def challenge_pays_volume(rulebook: Rulebook) -> Iterator[Advice]:
    """Points or money for so many shares or so many points."""
    for challenge in rulebook.challenges:
        if not challenge.amount:
            continue
        is_money = _is_money(rulebook, challenge)
        on = challenge.metric.on
        is_volume = challenge.metric.code == rulebook.points.code or (
            bool(on) and all(words_of(type_) & SHARING for type_ in on)
        )
        if is_money or is_volume:
            what = "money" if is_money else "points"
            yield Advice(
                code="challenge-pays-volume",
                subject=f"challenge:{challenge.id}",
                found=f"{challenge.id} gives {what} for {challenge.goal} of {challenge.metric.id}.",
                why="Pay for a number that has to be reached by a day brings the number, not the quality: the last "
                "days fill with whatever counts. In teams it also makes people count each other.",
                cure="Give a badge alone, or count planning, learning or own words.",
            )


def _is_money(rulebook: Rulebook, challenge: Challenge) -> bool:
    """Whether the reward can be exchanged for money."""
    if challenge.currency is None:
        return any(currency.per_point and currency.worth for currency in rulebook.currencies)
    return any(currency.code == challenge.currency and currency.worth for currency in rulebook.currencies)


def challenge_out_of_reach(rulebook: Rulebook) -> Iterator[Advice]:
    """A share that nobody can do in its days."""
    for challenge in rulebook.challenges:
        most = (challenge.last_day - challenge.first_day + 1) * MOST_ACTS_PER_DAY
        if challenge.metric.measure == "count" and challenge.least > most:
            yield Advice(
                code="challenge-out-of-reach",
                subject=f"challenge:{challenge.id}",
                found=f"{challenge.id} asks each for {challenge.least}; even {MOST_ACTS_PER_DAY} acts every single day "
                f"make {most} between its days.",
                why="A goal that can't be met takes away the feeling of being able, and a team sees it soonest.",
                cure=f"Ask for {most} or fewer, or take more days.",
            )


def challenge_too_long(rulebook: Rulebook) -> Iterator[Advice]:
    """A challenge of more than a quarter."""
    for challenge in rulebook.challenges:
        days = challenge.last_day - challenge.first_day + 1
        if days > LONGEST_DAYS:
            yield Advice(
                code="challenge-too-long",
                subject=f"challenge:{challenge.id}",
                found=f"{challenge.id} takes {days} days.",
                why="A goal that far away moves nobody today, and who joins late feels that it is over already. Weeks "
                "work; after them comes a rest.",
                cure="Take four to six weeks, and begin a new one later.",
            )


def challenge_of_one(rulebook: Rulebook) -> Iterator[Advice]:
    """A goal of many that one person reaches alone."""
    for challenge in rulebook.challenges:
        if challenge.whose != "member" and challenge.goal <= max(1, challenge.own_share):
            yield Advice(
                code="challenge-of-one",
                subject=f"challenge:{challenge.id}",
                found=f"{challenge.id} is reached by one person with {challenge.goal}.",
                why="What one does alone is nothing together, and in a small team it shows who it was.",
                cure='Ask for several times the share, or write for = "member".',
            )


def challenge_badge_twice(rulebook: Rulebook) -> Iterator[Advice]:
    """A badge that a second challenge gives to people who have it already."""
    seen: dict[int, str] = {}
    for challenge in rulebook.challenges:
        if challenge.badge is None:
            continue
        first = seen.setdefault(challenge.badge, challenge.id)
        if first != challenge.id:
            yield Advice(
                code="challenge-badge-twice",
                subject=f"challenge:{challenge.id}",
                found=f"{first} and {challenge.id} give the same badge.",
                why="A badge comes once, for good: whoever has it from the first gets nothing new from the second.",
                cure="Give each challenge a badge of its own.",
            )
