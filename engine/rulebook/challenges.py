"""Challenges, and the badges that they give."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.core.goals import MOST_SPAN_DAYS
from engine.core.periods import day_bounds_ms
from engine.core.ready import adds_up
from engine.core.rulebook import POINTS
from engine.core.rules import Badge, Challenge, Metric
from engine.rulebook.collect import Entry
from engine.rulebook.did_you_mean import UNREADABLE, listed, nearest, shown
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_text, read_title
from engine.rulebook.words.awards import Badge as BadgeWords
from engine.rulebook.words.challenges import Challenge as ChallengeWords

EPOCH: Final = date(1970, 1, 1)


def read_challenge(entry: Entry[ChallengeWords], badges: Mapping[str, Badge], scope: Scope) -> Challenge | None:
    """The challenge; None where its metric could not be read. `badges` are those that challenges give."""
    words, place = entry.words, entry.place
    title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
    code = scope.names.code("challenge", words.id, title, words.formerly)
    text = read_text(words.text, place.at("text"), scope.ground.languages, scope.report)
    metric = _metric(words, place, scope)
    first, last = _days(words, place, scope)
    badge = _badge(words, place, badges, scope)
    currency = _currency(words, place, scope)
    _check_share(words, place, scope)
    if metric is None:
        return None
    return Challenge(
        code=code,
        id=words.id,
        title=title,
        text=text,
        whose=words.for_,
        metric=metric,
        first_day=first,
        last_day=last,
        closes_ms=day_bounds_ms(last, scope.ground.zone)[1] + scope.ground.grace_ms,
        goal=words.goal,
        own_share=words.reward.own_share,
        badge=None if badge is None else badge.code,
        amount=words.reward.points,
        currency=currency,
    )


def _metric(words: ChallengeWords, place: Place, scope: Scope) -> Metric | None:
    if words.of.per is not None:
        inner = place.at("of", "per")
        found = "A challenge counts between its days, not per period."
        scope.report.wrong(inner, "says-nothing", found, cure="Take per out.", spot=inner.key)
    seen = scope.metric(words.of.metric, place.at("of", "metric"))
    if seen is None:
        return None
    if not adds_up(seen.metric):
        found = f"{seen.metric.id} counts what is different: what several people did can't be added up."
        cure = "Use a metric without distinct and each."
        scope.report.wrong(place.at("of", "metric"), "does-not-add-up", found, cure=cure)
        return None
    return seen.metric


def _days(words: ChallengeWords, place: Place, scope: Scope) -> tuple[int, int]:
    first, last = (words.first_day - EPOCH).days, (words.last_day - EPOCH).days
    if not all(scope.report.was_read(place.at(name)) for name in ("first_day", "last_day")):
        return first, last
    if last < first:
        found = f"The last day, {words.last_day}, comes before the first, {words.first_day}."
        scope.report.wrong(place.at("last_day"), "days-not-in-order", found, cure="Swap the two.")
    elif last - first >= MOST_SPAN_DAYS:
        found = f"This challenge takes {last - first + 1} days."
        scope.report.wrong(
            place.at("last_day"), "out-of-range", found, expected=f"At most {MOST_SPAN_DAYS} are possible."
        )
    return first, last


def _badge(words: ChallengeWords, place: Place, badges: Mapping[str, Badge], scope: Scope) -> Badge | None:
    report, id_ = scope.report, words.reward.badge
    if id_ is None:
        if not words.reward.points and report.was_read(place.at("reward")):
            inner = place.at("reward")
            cure = 'Add a badge with awarded_by = "challenge", or points = 5.'
            report.wrong(inner, "missing", "This reward brings nothing.", cure=cure, spot=inner.key)
        return None
    badge = badges.get(id_)
    if badge is None and not id_.startswith(UNREADABLE):
        found = f"{shown(id_)} is not a badge of challenges."
        expected = f"Badges of challenges: {listed(sorted(badges))}." if badges else ""
        near = nearest(id_, badges)
        cure = "" if near else 'Write awarded_by = "challenge" in its [[badge]].'
        report.wrong(place.at("reward", "badge"), "unknown-badge", found, near=near, expected=expected, cure=cure)
    return badge


def _currency(words: ChallengeWords, place: Place, scope: Scope) -> int | None:
    id_ = words.reward.currency
    if id_ is None or id_ == POINTS:
        return None
    inner = place.at("reward", "currency")
    if id_ not in scope.currencies:
        found = f"{shown(id_)} is not a currency."
        expected = f"Currencies: {listed(sorted({*scope.currencies, POINTS}))}."
        scope.report.wrong(inner, "unknown-currency", found, near=nearest(id_, scope.currencies), expected=expected)
        return None
    if not words.reward.points and scope.report.was_read(place.at("reward", "points")):
        found = f"Of {id_}, this reward brings none."
        scope.report.wrong(inner, "says-nothing", found, cure="Add points = 5, or take currency out.", spot=inner.key)
    return scope.currencies[id_]


def _check_share(words: ChallengeWords, place: Place, scope: Scope) -> None:
    inner, share = place.at("reward", "own_share"), words.reward.own_share
    if not scope.report.was_read(inner) or not scope.report.was_read(place.at("for")):
        return
    if words.for_ == "member" and share > 1:
        found = "Whoever reaches a goal of their own has done all of it."
        scope.report.wrong(inner, "says-nothing", found, cure="Take own_share out.", spot=inner.key)
    elif share > words.goal and scope.report.was_read(place.at("goal")):
        found = f"own_share is {share}, and the goal is {words.goal}."
        scope.report.wrong(inner, "out-of-range", found, expected="own_share is at most the goal.")


def badges_of_challenges(entries: list[Entry[BadgeWords]], badges: list[Badge]) -> dict[str, Badge]:
    """Those badges that say so, by their ids."""
    said = {entry.words.id for entry in entries if entry.words.awarded_by == "challenge"}
    return {badge.id: badge for badge in badges if badge.id in said}


def given_badges(
    badges: list[Badge],
    entries: list[Entry[BadgeWords]],
    challenges: list[Entry[ChallengeWords]],
    read: Mapping[str, Challenge],
    scope: Scope,
) -> list[Badge]:
    """All badges, those of challenges with what those say of them; one that no challenge gives is reported."""
    givers = {entry.words.reward.badge: entry.words for entry in reversed(challenges)}
    for entry in entries:
        if entry.words.awarded_by == "challenge" and entry.words.id not in givers:
            inner = entry.place.at("awarded_by")
            found = "No challenge gives this badge."
            cure = f'Write reward = {{ badge = "{entry.words.id}" }} in a [[challenge]].'
            scope.report.wrong(inner, "never-given", found, cure=cure)
    found_badges: list[Badge] = []
    for badge in badges:
        words = givers.get(badge.id)
        challenge = None if words is None else read.get(words.id)
        if words is None or challenge is None:
            found_badges.append(badge)
            continue
        on_wall = any(
            entry.words.reward.badge == badge.id and entry.words.reward.shown_to == "everyone" for entry in challenges
        )
        found_badges.append(dataclasses.replace(badge, challenge=challenge.title, on_wall=on_wall))
    return found_badges
