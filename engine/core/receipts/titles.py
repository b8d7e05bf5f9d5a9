"""What badges are called, with their topic, tier or period, in the words of one rulebook."""

from engine.core.periods import period_name
from engine.core.plan import Plan
from engine.core.receipts.words import Language
from engine.core.rules import Badge, Text


def badge_title(plan: Plan, badge: Badge, value: str, step: int, language: Language) -> str:
    """The title of a badge that somebody has: "Hiring: expert path – starter"."""
    title = plain_title(plan, badge, value, language)
    if badge.repeats is not None:
        return f"{title} ({period_name(badge.repeats, step)})"
    tier = tier_name(badge, step)
    return f"{title} – {tier.said_in(language)}" if tier is not None else title


def plain_title(plan: Plan, badge: Badge, value: str, language: Language) -> str:
    """The title without tier or period."""
    said = value_title(plan, value, language)
    return badge.title.said_in(language).replace("{topic}", said).replace("{value}", said)


def value_title(plan: Plan, value: str, language: Language) -> str:
    """A topic by its title, any other value as it is."""
    topic = next((topic for topic in plan.rulebook.topics if topic.id == value), None)
    return topic.title.said_in(language) if topic is not None else value


def tier_name(badge: Badge, step: int) -> Text | None:
    """The name of a tier; None for a badge without tiers and for one that repeats."""
    return badge.tiers[step].name if badge.repeats is None and step < len(badge.tiers) else None
