"""Advice about boosts, and about who agrees to large payments."""

from collections.abc import Iterator

from engine.core.rulebook import Rulebook
from engine.core.rules import Boost
from engine.rulebook.advice_parts import Advice, pays
from engine.rulebook.did_you_mean import joined

MOST_PERCENT = 300
"""Beyond three times as much, the act is done for the boost."""


def large_boost(rulebook: Rulebook) -> Iterator[Advice]:
    """A boost that pays more than three times as much."""
    for boost in rulebook.boosts:
        if boost.percent > MOST_PERCENT:
            yield Advice(
                code="large-boost",
                subject=f"boost:{boost.id}",
                found=f"{boost.id} pays {boost.percent} %.",
                why="A large boost makes the same act before and after look worth little, and brings acts that are "
                "done for the boost alone, all in the same days.",
                cure=f"Stay at or below {MOST_PERCENT} %; 150 or 200 is noticed, too.",
            )


def boosted_money(rulebook: Rulebook) -> Iterator[Advice]:
    """A boost on what also earns money."""
    money = [currency.id for currency in rulebook.currencies if currency.worth is not None and currency.per_point]
    for boost in rulebook.boosts if money else ():
        if any(pays(rule) and set(rule.on) & set(boost.on) for rule in rulebook.rules):
            yield Advice(
                code="boosted-money",
                subject=f"boost:{boost.id}",
                found=f"{boost.id} makes {joined(money)} grow, too: they are earned by points.",
                why="More money for some days is a campaign that pays for posts. It reads as advertising, and readers "
                "trust the people less who took part.",
                cure="Leave the currency to limits of its own, or thank for those days with a badge.",
            )


def boost_of_nothing(rulebook: Rulebook) -> Iterator[Advice]:
    """A boost on events for which no rule pays."""
    for boost in rulebook.boosts:
        if not any(pays(rule) and set(rule.on) & set(boost.on) for rule in rulebook.rules):
            yield Advice(
                code="boost-of-nothing",
                subject=f"boost:{boost.id}",
                found=f"{boost.id} looks at {joined(boost.on)}, for which no rule pays.",
                why="People are promised more, and get the same nothing.",
                cure="Name the events that a rule pays for, or take it away.",
            )


def own_approval(rulebook: Rulebook) -> Iterator[Advice]:
    """People who agree to what they get themselves."""
    approval = rulebook.approval
    if approval is not None and "receiver" not in approval.not_by:
        yield Advice(
            code="own-approval",
            subject="rulebook",
            found="[[approval]] lets people in HR agree to what they get themselves.",
            why="Nobody should have to be trusted with that: it is the first thing that is doubted when something is "
            "large.",
            cure='Write not_by = ["giver", "receiver"], or leave not_by out.',
        )


def boosts_that_are_over(rulebook: Rulebook, today: int) -> Iterator[Advice]:
    """Boosts whose days have passed; late acts of those days come for `days_back` days."""
    over = [boost for boost in rulebook.boosts if _is_over(boost, rulebook, today)]
    for boost in over:
        yield Advice(
            code="boost-over",
            subject=f"boost:{boost.id}",
            found=f"The days of {boost.id} are over, and no act of them can come any more.",
            why="What does nothing makes files longer to read; receipts keep its title.",
            cure="It can go.",
        )


def _is_over(boost: Boost, rulebook: Rulebook, today: int) -> bool:
    return boost.last_day + rulebook.days_back < today
