"""What advice is made of: its form, and what can be told of a rulebook by its names and numbers.

Nothing in a rulebook says which events are shares or likes. It is read from the words of their types
(`content.shared`, `post-liked`); an event with a name of another kind is left alone.
"""

import re
from collections.abc import Iterator

import msgspec

from engine.core.questions import Condition, Test
from engine.core.rulebook import Rulebook
from engine.core.rules import Rule
from engine.core.windows import Window

REACTIONS = frozenset({"liked", "like", "commented", "comment", "reacted", "reaction", "upvoted"})
SHARING = frozenset({"shared", "share", "reshared", "reposted", "retweeted", "posted", "clicked", "click"})
PLANNING = frozenset({"planning", "proposed", "approved", "reviewed", "withheld", "idea", "cowritten", "campaign"})

_LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_SHORTEST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
_NESTED = {("quarter", "month"): 3, ("year", "month"): 12, ("year", "quarter"): 4}


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to think about; it stops no publication.

    `code` is stable; `subject` is `kind:id`, or `rulebook` for the whole; `why` is the reason, `cure` what to do.
    """

    code: str
    subject: str
    found: str
    why: str
    cure: str


def words_of(type_: str) -> frozenset[str]:
    """The words of an event type."""
    return frozenset(re.split(r"[^a-z]+", type_.lower()))


def is_about(rule: Rule, words: frozenset[str]) -> bool:
    """Whether an event of this rule has one of these words in its type."""
    return any(words_of(type_) & words for type_ in rule.on)


def pays(rule: Rule) -> bool:
    """Whether a rule can give points; a formula can."""
    return not isinstance(rule.points, int) or rule.points > 0


def most_points(rules: list[Rule]) -> int:
    """The most that one act brings by these rules; formulas are not counted."""
    return max((rule.points for rule in rules if isinstance(rule.points, int)), default=0)


def is_only_about(rule: Rule, words: frozenset[str]) -> bool:
    """Whether all events of this rule have one of these words in their types."""
    return all(words_of(type_) & words for type_ in rule.on)


def paying(rulebook: Rulebook, words: frozenset[str]) -> list[Rule]:
    """The rules that pay for events of this kind."""
    return [rule for rule in rulebook.rules if pays(rule) and is_about(rule, words)]


def paying_only(rulebook: Rulebook, words: frozenset[str]) -> list[Rule]:
    """The rules that pay for events of this kind and for no others."""
    return [rule for rule in rulebook.rules if pays(rule) and is_only_about(rule, words)]


def days_of(window: Window) -> int | None:
    """The most days that a window has; None for `ever`."""
    match window.kind:
        case "last_days":
            return window.n
        case "last_weeks":
            return window.n * 7
        case "ever":
            return None
        case kind:
            return _LONGEST_DAYS[kind]


def periods_in(window: Window, per: Window) -> int | None:
    """The most periods of one kind that a window touches; None for a window without an end."""
    days = days_of(window)
    if days is None:
        return None
    if per.kind in {"ever", window.kind}:
        return 1 if per.kind == "ever" else -(-window.n // per.n)
    if (window.kind, per.kind) in _NESTED:
        return _NESTED[window.kind, per.kind]
    if window.kind == "last_weeks" and per.kind == "week":
        return window.n
    per_days = days_of(per) if per.kind.startswith("last") else _SHORTEST_DAYS[per.kind]
    if per_days is None or per_days == 1 or days == 1:
        return days
    if per.kind == "last_days":
        return -(-days // per_days)
    # The first and the last day can each lie in a period of their own.
    return (days - 2) // per_days + 2


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every line of a condition."""
    yield from condition.all_of
    yield from condition.none_of
    for group in condition.choices:
        for row in group:
            yield from row


def listed_rules(rules: list[Rule]) -> str:
    """The ids of some rules, for a sentence."""
    return ", ".join(rule.id for rule in rules[:3]) + (" …" if len(rules) > 3 else "")  # noqa: PLR2004
