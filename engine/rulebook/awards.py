"""Badges, levels, leaderboards and thanks."""

import dataclasses
from typing import Final

from engine.core.periods import PeriodKind
from engine.core.rest import STEPS, widest
from engine.core.rulebook import POINTS
from engine.core.rules import Badge, Board, Level, Limit, Thanks, Tier, Use
from engine.core.streak import Streak
from engine.core.windows import Window
from engine.rulebook.collect import Entry
from engine.rulebook.conditions import SIGHT_OF_BADGES, Sight
from engine.rulebook.did_you_mean import UNREADABLE, listed, nearest, shown
from engine.rulebook.durations import read_days
from engine.rulebook.fitting import id_like
from engine.rulebook.later import not_yet_past
from engine.rulebook.metric_seen import MetricSeen
from engine.rulebook.predicates import check_possible, core_condition, read_parts
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_text, read_title
from engine.rulebook.words.awards import Badge as BadgeWords
from engine.rulebook.words.awards import Bound
from engine.rulebook.words.awards import Leaderboard as BoardWords
from engine.rulebook.words.awards import Level as LevelWords
from engine.rulebook.words.awards import Thanks as ThanksWords

EVER: Final = Window("ever")
RECEIVER: Final = "receiver"


def read_badge(entry: Entry[BadgeWords], scope: Scope) -> Badge:
    """The badge. Its metric has no windows yet."""
    words, place = entry.words, entry.place
    not_yet_past(words.past, place, scope.report)
    title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
    sight = Sight(scope=scope, sees=SIGHT_OF_BADGES, of="badge")
    parts = read_parts(words, place, sight)
    check_possible(parts, place, sight, "This badge could never be given")
    streak = _streak(words, place, scope)
    metric, window = (None, None) if streak is not None else _badge_metric(words, place, scope)
    return Badge(
        code=scope.names.code("badge", words.id, title, words.formerly),
        id=words.id,
        title=title,
        text=read_text(words.text, place.at("text"), scope.ground.languages, scope.report),
        metric=metric.metric if metric is not None else None,
        window=window,
        each=words.each is not None,
        tiers=_tiers(words, place, scope),
        condition=core_condition(parts),
        repeats=PeriodKind(words.repeats) if words.repeats is not None else None,
        streak=-1 if streak is None else streak.code,
        stretches=_stretches(words, place, metric, window, scope),
    )


def _streak(words: BadgeWords, place: Place, scope: Scope) -> Streak | None:
    """The streak that brings a badge, where one does."""
    if words.of is None or words.of.streak is None:
        return None
    report, of = scope.report, place.at("of")
    for name in ("metric", "per"):
        if getattr(words.of, name) is not None:
            found = f"{name} says nothing beside a streak."
            report.wrong(of.at(name), "says-nothing", found, cure="Take one of them out.", spot=of.at(name).key)
    for name in ("each", "repeats", "awarded_by"):
        if getattr(words, name):
            inner = place.at(name)
            found = f"{name} says nothing on a badge of a streak."
            report.wrong(inner, "says-nothing", found, cure="Take it out.", spot=inner.key)
    streak = scope.streaks.get(words.of.streak)
    if streak is None:
        near = nearest(words.of.streak, scope.streaks)
        expected = f"Streaks: {listed(scope.streaks)}." if scope.streaks else "There is no streak yet."
        found = f"{shown(words.of.streak)} is not a streak."
        report.wrong(of.at("streak"), "unknown-streak", found, near=near, expected=expected)
    return streak


def _stretches(words: BadgeWords, place: Place, metric: MetricSeen | None, window: Window | None, scope: Scope) -> bool:
    """Whether time away stretches the window, which is then read as far back as that may go."""
    if words.away is None:
        return False
    inner = place.at("away")
    if window is None or metric is None or window.kind not in STEPS:
        if window is not None or words.of is None or words.of.streak is not None:
            found = "away stretches only windows of days and weeks."
            cure = 'Write per = "last_16_weeks" or the like, or take away out.'
            scope.report.wrong(inner, "says-nothing", found, cure=cure, spot=inner.key)
        return False
    scope.reads(metric.metric.id, Window(window.kind, widest(window)))
    return True


def _badge_metric(words: BadgeWords, place: Place, scope: Scope) -> tuple[MetricSeen | None, Window | None]:
    report = scope.report
    if words.of is None:
        if words.awarded_by is None and report.was_read(place.at("of")) and report.was_read(place.at("awarded_by")):
            cure = 'Add of = { metric = "acts", per = "ever" }, or awarded_by = "hand".'
            report.wrong(place, "missing", "This badge does not say what brings it.", cure=cure, spot=place.key)
        for name in ("at", "each", "repeats", "tiers", "if_", "if_any", "unless"):
            if getattr(words, name) and words.awarded_by is not None:
                inner = place.at(name.rstrip("_"))
                found = f"{inner.label} says nothing on a badge without of."
                report.wrong(inner, "says-nothing", found, cure="Take it out.", spot=inner.key)
        return None, None
    if words.awarded_by is not None:
        inner = place.at("awarded_by")
        cure = "Keep of, or awarded_by."
        report.wrong(inner, "only-one", "of and awarded_by can't stand together.", cure=cure, spot=inner.key)
    if words.of.metric is None:
        if words.of.streak is None and report.was_read(place.at("of", "metric")):
            cure = 'Add metric = "acts", or streak = "weekly".'
            report.wrong(place.at("of"), "missing", "of has no metric.", cure=cure)
        return None, None
    metric = scope.metric(words.of.metric, place.at("of", "metric"))
    if words.of.per is None:
        if report.was_read(place.at("of", "per")):
            report.wrong(place.at("of"), "missing", "of has no per.", cure='Add a period: per = "ever"')
        return metric, None
    window = scope.window(words.of.per, place.at("of", "per"))
    if metric is None or window is None:
        return metric, window
    _check_each(words, place, metric, scope)
    if metric.may_be_read(window, place.at("of"), report, each=words.each is not None):
        scope.reads(words.of.metric, window)
    return metric, window


def _check_each(words: BadgeWords, place: Place, metric: MetricSeen, scope: Scope) -> None:
    if words.each is None:
        return
    inner, of = place.at("each"), metric.metric
    if of.measure != "each":
        found = f"{of.id} counts everything together, so there is nothing to give for each of {words.each}."
        cure = f'Add each = "{words.each}" to the metric, or take it out here.'
        scope.report.wrong(inner, "metric-without-each", found, cure=cure)
    elif of.of != words.each:
        found = f"{of.id} counts each of {of.of}, not of {words.each}."
        scope.report.wrong(inner, "metric-without-each", found, cure=f'Write: each = "{of.of}"')


def _tiers(words: BadgeWords, place: Place, scope: Scope) -> tuple[Tier, ...]:
    report = scope.report
    was_read = report.was_read(place.at("at")) and report.was_read(place.at("tiers"))
    if words.of is not None and was_read and (words.at is None) == (not words.tiers):
        found = "This badge has both at and tiers." if words.tiers else "This badge has no at."
        cure = "Keep one of the two." if words.tiers else "Add at = 5, or tiers."
        report.wrong(place, "only-one" if words.tiers else "missing", found, cure=cure, spot=place.key)
    if not words.tiers:
        return (Tier(at=words.at or 1),)
    if words.repeats is not None:
        inner = place.at("repeats")
        found = "A badge that repeats has no tiers."
        report.wrong(inner, "only-one", found, cure="Write at instead of tiers, or take repeats out.", spot=inner.key)
    numbers = [tier.at for tier in words.tiers]
    found_tiers: list[Tier] = []
    for number, tier in enumerate(words.tiers):
        inner = place.at("tiers", number)
        if number and tier.at <= numbers[number - 1]:
            text = f"The tiers go {', '.join(map(str, numbers))}: each must be higher than the one before."
            cure = f"In order: {', '.join(map(str, sorted(set(numbers))))}."
            report.wrong(inner.at("at"), "tiers-not-rising", text, cure=cure)
        name = read_title(tier.name, inner.at("name"), scope.ground.languages, report)
        found_tiers.append(Tier(at=tier.at, name=name, id=tier.id or id_like(name.said_in("en"))))
    ids = [tier.id for tier in found_tiers]
    for number, id_ in enumerate(ids):
        if id_ in ids[:number]:
            report.wrong(
                place.at("tiers", number), "said-twice", f"Two tiers are called {shown(id_)}.", cure="Rename one."
            )
    return tuple(found_tiers)


def read_levels(entries: list[Entry[LevelWords]], scope: Scope) -> tuple[Level, ...]:
    """All levels, by id; in each file their points must rise."""
    if entries:
        scope.reads(POINTS, EVER)
    found: list[Level] = []
    seen: dict[int, str] = {}
    last: Entry[LevelWords] | None = None
    for entry in entries:
        words, place = entry.words, entry.place
        if scope.report.was_read(place.at("at")) and not words.id.startswith(UNREADABLE):
            _check_rises(entry, last, seen, scope)
            seen.setdefault(words.at, words.id)
            last = entry
        title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
        code = scope.names.code("level", words.id, title, words.formerly)
        found.append(Level(code=code, id=words.id, title=title, at=words.at))
    return tuple(sorted(found, key=lambda level: level.id))


def _check_rises(entry: Entry[LevelWords], last: Entry[LevelWords] | None, seen: dict[int, str], scope: Scope) -> None:
    words, place = entry.words, entry.place
    if words.at in seen:
        text = f"{words.id} and {seen[words.at]} are both reached at {words.at} points."
        scope.report.wrong(place.at("at"), "levels-not-rising", text, cure="Give one of them another number.")
    elif last is not None and last.place.file is place.file and words.at < last.words.at:
        text = f"{words.id} is reached at {words.at} points, before {last.words.id} at {last.words.at}."
        scope.report.wrong(
            place.at("at"), "levels-not-rising", text, cure="Write levels from the lowest to the highest."
        )


def read_board(entry: Entry[BoardWords], scope: Scope) -> Board | None:
    """The leaderboard; None where its metric, its periods or who is ranked could not be read."""
    words, place = entry.words, entry.place
    report = scope.report
    title = read_title(words.title, place.at("title"), scope.ground.languages, report)
    code = scope.names.code("board", words.id, title, words.formerly)
    if not words.periods and report.was_read(place.at("periods")):
        report.wrong(
            place.at("periods"), "empty", "A leaderboard needs periods.", cure='Like: periods = ["week", "ever"]'
        )
    of = words.of if isinstance(words.of, str) else words.of.metric
    at = place.at("of") if isinstance(words.of, str) else place.at("of", "metric")
    if not isinstance(words.of, str) and words.of.per is not None:
        inner = place.at("of", "per")
        report.wrong(inner, "says-nothing", "A leaderboard has periods, not per.", cure="Take per out.", spot=inner.key)
    metric = scope.metric(of, at)
    if metric is None or not (report.was_read(place.at("periods")) and report.was_read(place.at("by"))):
        return None
    kinds = tuple(PeriodKind(kind) for kind in dict.fromkeys(words.periods))
    for number, kind in enumerate(kinds):
        window = Window(kind.value)
        if metric.may_be_read(window, place.at("periods", number), report):
            scope.reads(of, window)
    return Board(
        code=code, id=words.id, title=title, metric=metric.metric, periods=kinds, by=tuple(dict.fromkeys(words.by))
    )


def read_thanks(entries: list[Entry[ThanksWords]], scope: Scope) -> Thanks | None:
    """The thanks; there is at most one."""
    for extra in entries[1:]:
        found = "There is a second [[thanks]]."
        first = entries[0].place
        expected = f"The first one is {first.file.name}:{first.key.line}."
        scope.report.wrong(
            extra.place, "only-one", found, expected=expected, cure="Take one out.", spot=extra.place.key
        )
    if not entries:
        return None
    words, place = entries[0].words, entries[0].place
    title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
    days = 0
    if words.mutual is not None:
        days = read_days(words.mutual.within, place.at("mutual", "within"), scope.report) or 0
    return Thanks(
        code=scope.names.code("thanks", words.id, title, words.formerly),
        id=words.id,
        title=title,
        giver=words.giver,
        receiver=words.receiver,
        allowance=_bound(words.allowance, words, place.at("allowance"), None, scope),
        same_pair=_bound(words.same_pair, words, place.at("same_pair"), RECEIVER, scope),
        mutual_days=days,
        mutual_percent=words.mutual.percent if words.mutual is not None else 100,
    )


def _bound(bound: Bound | None, words: ThanksWords, place: Place, by: str | None, scope: Scope) -> Limit | None:
    if bound is None:
        return None
    window = scope.window(bound.per, place.at("per"))
    if window is None:
        return None
    if by is not None and window.kind == "ever":
        found = "A count for ever of each pair would grow for ever."
        scope.report.wrong(place.at("per"), "missing-forget", found, cure='Write "year", or a shorter period.')
    formerly = f"thanks:{words.formerly}" if words.formerly else None
    slot = scope.slot(f"thanks:{words.id}", window, by, None, place, formerly)
    return Limit(use=Use(slot=slot), times=bound.times)


def with_metrics(badge: Badge, metrics: dict[str, MetricSeen]) -> Badge:
    """The badge with its metric as it is after everything was read."""
    return badge if badge.metric is None else dataclasses.replace(badge, metric=metrics[badge.metric.id].metric)
