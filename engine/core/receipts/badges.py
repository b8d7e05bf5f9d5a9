"""Badges in words: which a member has and since when, and what each further step takes. Pure; nothing is stored.

It says what counts and how much of it there is already. It never says that somebody should hurry, nor compares.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from engine.core.held import has_step, held_badges, steps_of
from engine.core.numbers import value_in
from engine.core.plan import Plan
from engine.core.questions import ALWAYS
from engine.core.receipts.streaks import STREAK_PHRASES, length_in_words
from engine.core.receipts.titles import badge_title, plain_title, tier_name, value_title
from engine.core.receipts.words import PER, Language
from engine.core.rest import window_of
from engine.core.rules import Badge
from engine.core.runs import standing_of
from engine.core.states import MemberState

BadgePhrase = Literal["by_hand", "by_challenge", "takes", "takes_once", "so_far", "each", "again", "condition"]

BADGE_PHRASES: Mapping[Language, Mapping[BadgePhrase, str]] = {
    "en": {
        "by_hand": "A colleague gives this one by hand, and says why.",
        "by_challenge": "It comes with a challenge: {title}.",
        "takes": "It takes {at} {per}: {metric}.",
        "takes_once": "Once is enough: {metric}.",
        "so_far": "You have {so_far} so far.",
        "each": "Each one is counted by itself.",
        "again": "It can come again, once {per}.",
        "condition": "It has a condition of its own as well.",
    },
    "fi": {
        "by_hand": "Tämän antaa työkaveri käsin ja kertoo miksi.",
        "by_challenge": "Sen voi saada haasteesta: {title}.",
        "takes": "Siihen tarvitaan {per} {at}: {metric}.",
        "takes_once": "Yksi kerta riittää: {metric}.",
        "so_far": "Sinulla on tähän mennessä {so_far}.",
        "each": "Kukin lasketaan erikseen.",
        "again": "Sen voi saada uudelleen, kerran {per}.",
        "condition": "Siihen liittyy myös oma ehtonsa.",
    },
}

MOST_HELD = 100
"""So many of one badge are told, the newest; a badge that repeats may have come more often."""

MOST_VALUES = 50
"""For so many topics or other values of one badge the way is told."""


class HeldBadge(msgspec.Struct, frozen=True, kw_only=True):
    """A badge that the member has; `day` since 1970, `position` is that of its receipt."""

    title: str
    value: str
    step: int
    day: int
    position: int


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """What brings a badge, or its next tier. `at` and `so_far` are None where a person gives it."""

    title: str
    value: str
    at: int | None
    so_far: int | None
    sentences: tuple[str, ...]


class ToldBadge(msgspec.Struct, frozen=True, kw_only=True):
    """A badge with what the member has of it and what more there is."""

    id: str
    title: str
    text: str | None
    held: tuple[HeldBadge, ...]
    times: int
    steps: tuple[NextStep, ...]


def tell_badges(plan: Plan, state: MemberState, today: int, language: Language) -> list[ToldBadge]:
    """All badges of the rulebook, in its order."""
    return [_told(plan, state, badge, today, language) for badge in plan.rulebook.badges]


def tell_dropped(plan: Plan, state: MemberState, code: int, language: Language) -> list[ToldBadge]:
    """A badge that today's rulebook has no more, in the words of one that had it."""
    badge = plan.badges.get(code)
    if badge is None:
        return []
    return [msgspec.structs.replace(_told(plan, state, badge, 0, language), steps=())]


def tell_held(plan: Plan, state: MemberState, badge: Badge, language: Language) -> tuple[HeldBadge, ...]:
    """All of one badge that the member has, the newest first."""
    held = [
        HeldBadge(
            title=badge_title(plan, badge, has.value, has.step, language),
            value=has.value,
            step=has.step,
            day=has.day,
            position=has.position,
        )
        for has in held_badges(state)
        if has.badge == badge.code
    ]
    return tuple(sorted(held, key=lambda each: (each.position, each.value, each.step), reverse=True))


def _told(plan: Plan, state: MemberState, badge: Badge, today: int, language: Language) -> ToldBadge:
    held = tell_held(plan, state, badge, language)
    return ToldBadge(
        id=badge.id,
        title=plain_title(plan, badge, "", language) if not badge.each else _open_title(badge, language),
        text=None if badge.text is None else badge.text.said_in(language),
        held=held[:MOST_HELD],
        times=len(held),
        steps=tuple(_steps(plan, state, badge, today, language)),
    )


def _open_title(badge: Badge, language: Language) -> str:
    """The title of a badge that there is for each value: "… : expert path"."""
    return badge.title.said_in(language).replace("{topic}", "…").replace("{value}", "…")


def _steps(plan: Plan, state: MemberState, badge: Badge, today: int, language: Language) -> list[NextStep]:
    if badge.streak >= 0:
        return [
            _of_streak(plan, state, badge, tier, today, language)
            for tier in range(len(badge.tiers))
            if not _has(state, badge, "", tier)
        ]
    if badge.metric is None or badge.window is None:
        return [] if _has(state, badge, "", 0) else [_by_hand(plan, badge, language)]
    if not badge.each:
        return [
            _step(plan, state, badge, "", tier, today, language)
            for tier in range(len(badge.tiers))
            if badge.repeats is not None or not _has(state, badge, "", tier)
        ]
    begun = sorted(state.valued.get(badge.metric.code, ()))[:MOST_VALUES]
    steps = [_step(plan, state, badge, "", 0, today, language)]
    for value in begun:
        tier = next((tier for tier in range(len(badge.tiers)) if not _has(state, badge, value, tier)), None)
        if tier is not None:
            steps.append(_step(plan, state, badge, value, tier, today, language))
    return steps


def _has(state: MemberState, badge: Badge, value: str, step: int) -> bool:
    return has_step(steps_of(state, badge.code, value), step)


def _by_hand(plan: Plan, badge: Badge, language: Language) -> NextStep:
    said = BADGE_PHRASES[language]["by_hand"]
    if badge.challenge is not None:
        said = BADGE_PHRASES[language]["by_challenge"].format(title=badge.challenge.said_in(language))
    title = plain_title(plan, badge, "", language)
    return NextStep(title=title, value="", at=None, so_far=None, sentences=(said,))


def _of_streak(plan: Plan, state: MemberState, badge: Badge, tier: int, today: int, language: Language) -> NextStep:
    streak, at, name = plan.streaks[badge.streak], badge.tiers[tier].at, tier_name(badge, tier)
    length = standing_of(plan, streak, state, today).length
    takes = STREAK_PHRASES[language]["takes"]
    said = [takes.format(length=length_in_words(at, streak.every, language), title=streak.title.said_in(language))]
    if length:
        said.append(BADGE_PHRASES[language]["so_far"].format(so_far=length))
    if badge.condition != ALWAYS:
        said.append(BADGE_PHRASES[language]["condition"])
    title = plain_title(plan, badge, "", language)
    return NextStep(
        title=title if name is None else f"{title} – {name.said_in(language)}",
        value="",
        at=at,
        so_far=length,
        sentences=tuple(said),
    )


def _step(
    plan: Plan, state: MemberState, badge: Badge, value: str, tier: int, today: int, language: Language
) -> NextStep:
    """One tier; without a value, of a badge that there is for each, what holds for all of them."""
    assert badge.metric is not None
    assert badge.window is not None
    is_general = badge.each and not value
    so_far = (
        None
        if is_general
        else value_in(
            state,
            badge.metric,
            window_of(plan, badge, state, today),
            today,
            plan.rulebook.week_starts,
            value,
        )
    )
    title = _open_title(badge, language) if is_general else plain_title(plan, badge, value, language)
    name = tier_name(badge, tier)
    return NextStep(
        title=title if name is None else f"{title} – {name.said_in(language)}",
        value=value,
        at=badge.tiers[tier].at,
        so_far=so_far,
        sentences=tuple(_sentences(plan, badge, value, tier, so_far, language)),
    )


def _sentences(plan: Plan, badge: Badge, value: str, tier: int, so_far: int | None, language: Language) -> list[str]:
    assert badge.metric is not None
    assert badge.window is not None
    phrases, at = BADGE_PHRASES[language], badge.tiers[tier].at
    metric = badge.metric.title.said_in(language) if badge.metric.title is not None else badge.metric.id
    if value:
        metric = f"{metric} ({value_title(plan, value, language)})"
    per = PER[language][badge.window.kind].format(n=badge.window.n)
    is_once = at == 1 and badge.window.kind == "ever"
    said = [phrases["takes_once" if is_once else "takes"].format(at=at, per=per, metric=metric)]
    if so_far is not None and so_far > 0:
        said.append(phrases["so_far"].format(so_far=so_far))
    if badge.each and not value:
        said.append(phrases["each"])
    if badge.repeats is not None:
        said.append(phrases["again"].format(per=PER[language][badge.repeats.value]))
    if badge.condition != ALWAYS:
        said.append(phrases["condition"])
    return said
