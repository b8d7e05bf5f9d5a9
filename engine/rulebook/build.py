"""Checked words to the rulebook of the core. Checking and compiling are one: what can't be compiled is a mistake."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from engine.core.days import OF_MONTHS
from engine.core.days_off import DaysOff
from engine.core.questions import Formulas
from engine.core.rulebook import Rulebook
from engine.core.rules import Anniversary, Metric
from engine.core.rules import Badge as CoreBadge
from engine.core.rules import Recognition as CoreRecognition
from engine.core.streak import Streak as CoreStreak
from engine.rulebook.awards import (
    read_badge,
    read_board,
    read_levels,
    read_thanks,
    with_metrics,
)
from engine.rulebook.bounds import read_caps, read_currency, read_removals, register_currencies
from engine.rulebook.calendars import days_off
from engine.rulebook.case_checks import check_case
from engine.rulebook.challenges import badges_of_challenges, given_badges, read_challenge
from engine.rulebook.closed_lists import COUNTRIES
from engine.rulebook.collect import Entry, FileWords, WordT
from engine.rulebook.formulas import CompiledFormula, FormulaSet
from engine.rulebook.ground import Ground
from engine.rulebook.metric_seen import LEAST_DAYS, MOST_DAYS, MetricSeen, width_days
from engine.rulebook.metrics import read_metric
from engine.rulebook.occasions import read_approval, read_boosts
from engine.rulebook.recognitions import read_recognition
from engine.rulebook.report import Report
from engine.rulebook.rules import ReadRule, in_order, read_rules
from engine.rulebook.scope import Names, Scope
from engine.rulebook.streaks import read_streak
from engine.rulebook.words.awards import Badge, Leaderboard, Level, Recognition, Thanks
from engine.rulebook.words.cases import Case
from engine.rulebook.words.challenges import Challenge
from engine.rulebook.words.occasions import Approval, Boost
from engine.rulebook.words.rules import Cap, Currency, Removal, Rule
from engine.rulebook.words.rules import Metric as MetricWords
from engine.rulebook.words.streaks import Streak

DAY_WINDOWS: Final = frozenset({"day", "week", "last_days", "last_weeks"})

BY_MONTHS: Final = frozenset({"month", "quarter"})
"""Windows that months add up to, and years don't."""


class Shelf:
    """All entries of some files, each id once."""

    def __init__(self, files: Iterable[FileWords]) -> None:
        self.files = list(files)

    def of(self, type_: type[WordT]) -> list[Entry[WordT]]:
        """The entries of a word; where an id comes twice (which is reported elsewhere) the first one."""
        found: dict[object, Entry[WordT]] = {}
        for file in self.files:
            for entry in file.of(type_):
                found.setdefault(getattr(entry.words, "id", None) or id(entry), entry)
        return list(found.values())


def build(
    files: Iterable[FileWords], ground: Ground, report: Report, code_of: Callable[[str], int], digest: bytes
) -> tuple[Rulebook, Names]:
    """The rulebook of these files; worth something only where nothing was reported."""
    shelf = Shelf(files)
    names = Names(code_of)
    scope = Scope(ground, report, names)
    formulas: dict[str, list[CompiledFormula]] = {}
    register_currencies(shelf.of(Currency), scope)
    _read_metrics(shelf, scope, formulas)
    scope.rules = frozenset(entry.words.id for entry in shelf.of(Rule))
    rules = _first_of_each_id(rule for file in shelf.files for rule in read_rules(file, scope))
    for rule in rules:
        for event in rule.events:
            formulas.setdefault(event.type, []).extend(rule.formulas)
    boosts = read_boosts(shelf.of(Boost), scope)
    streaks = sorted((read_streak(entry, scope) for entry in shelf.of(Streak)), key=lambda streak: streak.id)
    scope.streaks = {streak.id: streak for streak in streaks}
    badges = [read_badge(entry, scope) for entry in shelf.of(Badge)]
    given = badges_of_challenges(shelf.of(Badge), badges)
    read = (read_challenge(entry, given, scope) for entry in shelf.of(Challenge))
    challenges = {challenge.id: challenge for challenge in read if challenge is not None}
    badges = given_badges(badges, shelf.of(Badge), shelf.of(Challenge), challenges, scope)
    board_entries = shelf.of(Leaderboard)
    scope.boards = frozenset(entry.words.id for entry in board_entries)
    boards = {board.id: board for entry in board_entries if (board := read_board(entry, scope)) is not None}
    levels = read_levels(shelf.of(Level), scope)
    metrics = _with_windows(scope)
    boards = {id_: dataclasses.replace(b, metric=metrics[b.metric.id].metric) for id_, b in boards.items()}
    recognised = [read_recognition(entry, boards, scope) for entry in shelf.of(Recognition)]
    anniversaries = [each for each in recognised if isinstance(each, Anniversary)]
    scope.anniversaries = frozenset(f"{each.id}/{years}" for each in anniversaries for years in each.years)
    currencies = [read_currency(entry, scope) for entry in shelf.of(Currency)]
    rulebook = Rulebook(
        digest=digest,
        zone=ground.zone,
        week_starts=ground.week_starts,
        grace_ms=ground.grace_ms,
        days_back=ground.days_back,
        country=ground.country,
        languages=ground.languages,
        packs=ground.packs,
        topics=ground.topics,
        events=ground.events,
        groups=ground.groups,
        metrics=tuple(metrics[id_].metric for id_ in sorted(metrics) if id_ != scope.points.metric.id),
        points=metrics[scope.points.metric.id].metric,
        rules=in_order(rules),
        caps=read_caps(shelf.of(Cap), scope),
        currencies=tuple(sorted(currencies, key=lambda currency: currency.id)),
        badges=tuple(sorted((with_metrics(badge, metrics) for badge in badges), key=lambda badge: badge.id)),
        levels=levels,
        boards=tuple(boards[id_] for id_ in sorted(boards)),
        recognitions=tuple(sorted((r for r in recognised if isinstance(r, CoreRecognition)), key=lambda r: r.id)),
        anniversaries=tuple(sorted(anniversaries, key=lambda r: r.id)),
        thanks=read_thanks(shelf.of(Thanks), scope),
        removals=read_removals(shelf.of(Removal), scope),
        formulas=_formula_sets(formulas),
        names=names.names,
        challenges=tuple(
            dataclasses.replace(challenges[id_], metric=metrics[challenges[id_].metric.id].metric)
            for id_ in sorted(challenges)
        ),
        boosts=boosts,
        approval=read_approval(shelf.of(Approval), scope),
        streaks=tuple(streaks),
        days_off=_days_off(streaks, badges, ground),
    )
    badge_ids = frozenset(badge.id for badge in badges)
    for case in shelf.of(Case):
        check_case(case, badge_ids, scope)
    return rulebook, names


def _days_off(streaks: Iterable[CoreStreak], badges: Iterable[CoreBadge], ground: Ground) -> Mapping[str, DaysOff]:
    """The calendars of organization.toml, and those that are asked for beside them."""
    asked = [streak.country or ground.country for streak in streaks if streak.working]
    asked += [ground.country for badge in badges if badge.stretches]
    if asked:
        asked.append(ground.country)  # for members whose country has none
    found = {country: days_off(country) for country in asked if country not in ground.days_off and country in COUNTRIES}
    return dict(sorted({**found, **ground.days_off}.items()))


def _first_of_each_id(rules: Iterable[ReadRule]) -> list[ReadRule]:
    found: dict[str, ReadRule] = {}
    for rule in rules:
        found.setdefault(rule.cores[0].id, rule)
    return list(found.values())


def _read_metrics(shelf: Shelf, scope: Scope, formulas: dict[str, list[CompiledFormula]]) -> None:
    read: dict[str, MetricSeen] = {scope.points.metric.id: scope.points}
    for entry in shelf.of(MetricWords):
        metric, own = read_metric(entry, scope)
        read[entry.words.id] = metric
        for event in metric.events:
            formulas.setdefault(event.type, []).extend(own)
    scope.metrics = read


def _with_windows(scope: Scope) -> dict[str, MetricSeen]:
    """The metrics with all windows in which anything reads them."""
    return {
        id_: msgspec.structs.replace(seen, metric=_with_its_windows(seen.metric, scope))
        for id_, seen in scope.metrics.items()
    }


def _with_its_windows(metric: Metric, scope: Scope) -> Metric:
    windows = tuple(sorted(scope.windows.get(metric.id, ()), key=lambda window: (window.kind, window.n)))
    by_days = metric.of_period is not None and metric.of_period in {"day", "week"}
    widths = [width_days(window) for window in windows if by_days or window.kind in DAY_WINDOWS]
    keep_days = min(MOST_DAYS, max(scope.ground.days_back, LEAST_DAYS) + max(widths)) if widths else 0
    keep_months = metric.of_period in OF_MONTHS or any(window.kind in BY_MONTHS for window in windows)
    return dataclasses.replace(metric, windows=windows, keep_days=keep_days, keep_months=keep_months)


def _formula_sets(formulas: dict[str, list[CompiledFormula]]) -> dict[str, Formulas]:
    return {type_: FormulaSet(formulas[type_]) for type_ in sorted(formulas) if formulas[type_]}
