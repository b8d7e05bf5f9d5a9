"""Advice about what time brings: currencies that run out, and years that are told to others."""

from collections.abc import Iterator

from engine.core.rulebook import Rulebook
from engine.rulebook.advice_parts import Advice

SHORTEST_MONTHS = 6
"""What runs out sooner hurries people."""


def runs_out_soon(rulebook: Rulebook) -> Iterator[Advice]:
    """A currency of which what was earned ends within half a year."""
    for currency in rulebook.currencies:
        if currency.expires_months is not None and currency.expires_months < SHORTEST_MONTHS:
            yield Advice(
                code="runs-out-soon",
                subject=f"currency:{currency.id}",
                found=f"What was earned of {currency.id} can be used for {currency.expires_months} months.",
                why="A clock that ticks turns thanks into pressure, and hits those who earn slowly: part-time workers, "
                "people on leave.",
                cure=f'Give it {SHORTEST_MONTHS} months or more: expires = "12 months".',
            )


def tells_years(rulebook: Rulebook) -> Iterator[Advice]:
    """An anniversary that others see whether or not the person wants that."""
    for anniversary in rulebook.anniversaries:
        if not anniversary.asks_first:
            yield Advice(
                code="tells-years",
                subject=f"recognition:{anniversary.id}",
                found=f"{anniversary.id} is shown on the wall without asking.",
                why="How long somebody has been there says something of their age and their career. Not everyone wants "
                "that told.",
                cure="Add ask_first = true.",
            )
