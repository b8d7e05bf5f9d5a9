"""Advice about words that count what happened before them."""

from collections.abc import Iterator

from engine.core.rulebook import Rulebook
from engine.rulebook.advice_parts import Advice


def pays_the_past(rulebook: Rulebook) -> Iterator[Advice]:
    """A rule that pays something of worth for all that happened before it."""
    worth = {currency.code: currency for currency in rulebook.currencies if currency.worth is not None}
    by_points = [currency for currency in worth.values() if currency.per_point]
    for rule in rulebook.rules:
        earned = [worth[code] for code, _ in rule.also if code in worth] or (by_points if rule.points else [])
        if rule.past == "ignore" or not earned:
            continue
        yield Advice(
            code="pays-the-past",
            subject=f"rule:{rule.id}",
            found=f"{rule.id} pays {earned[0].id}, which are worth something, for every act of before as well.",
            why="Nobody did those acts for this reward, so it moves nobody; what it costs is known only afterwards: "
            "as many payments as there are acts.",
            cure="Take past out; or let a metric and a badge count what happened before, which costs nothing.",
        )
