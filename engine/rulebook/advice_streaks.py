"""Advice about streaks: what goes on day by day is the first thing that becomes a burden."""

from collections.abc import Iterator

from engine.core.periods import PeriodKind
from engine.core.rulebook import Rulebook
from engine.rulebook.advice_parts import Advice


def daily_streak(rulebook: Rulebook) -> Iterator[Advice]:
    """A streak that goes on day by day."""
    for streak in rulebook.streaks:
        if streak.every is PeriodKind.DAY:
            yield Advice(
                code="daily-streak",
                subject=f"streak:{streak.id}",
                found=f"{streak.id} goes on day by day.",
                why="A streak of days asks for something every day, also of those who work part-time or have a full "
                "week. What began as joy in a habit becomes worry about a number.",
                cure='Count weeks: every = "week".',
            )


def streak_on_days_off(rulebook: Rulebook) -> Iterator[Advice]:
    """A streak that goes on in people's time off."""
    for streak in rulebook.streaks:
        asked = [] if streak.working else ["on days off"]
        asked += [] if streak.away_pauses else ["in holidays"]
        if asked and streak.every is not PeriodKind.MONTH:
            yield Advice(
                code="streak-on-days-off",
                subject=f"streak:{streak.id}",
                found=f"{streak.id} asks for acts {' and '.join(asked)}, too.",
                why="Taking part is voluntary, and never a reason to work in one's free time.",
                cure='Add days = "working" and away = "pauses".',
            )


def streak_without_freezes(rulebook: Rulebook) -> Iterator[Advice]:
    """A streak that one empty period ends."""
    for streak in rulebook.streaks:
        if not streak.most or not (streak.start or streak.earn):
            yield Advice(
                code="streak-without-freezes",
                subject=f"streak:{streak.id}",
                found=f"One empty {streak.every.value} ends {streak.id}.",
                why="The longer a streak is, the more a single slip takes from it; many give up on everything then.",
                cure=f'Let some be bridged: freezes = {{ start = 1, earn_every = "4 {streak.every.value}s" }}.',
            )


def streak_worth_more_than_acts(rulebook: Rulebook) -> Iterator[Advice]:
    """A streak that pays more than any act."""
    amounts = [rule.points for rule in rulebook.rules if isinstance(rule.points, int) and rule.points]
    for streak in rulebook.streaks:
        if amounts and streak.points > max(amounts):
            yield Advice(
                code="streak-worth-more-than-acts",
                subject=f"streak:{streak.id}",
                found=f"{streak.id} pays {streak.points} each {streak.every.value}, the best paid act {max(amounts)}.",
                why="Then the smallest act that keeps it going is worth more than a good one.",
                cure="Pay less for it than for any act worth doing.",
            )
