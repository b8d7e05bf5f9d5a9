"""Limits, fades and `once_per`: what is counted, for which period and value, and with whom the count is shared."""

from itertools import pairwise
from typing import Final

import msgspec

from engine.core.rulebook import EventType, FieldType
from engine.core.rules import Fade, Limit, Once, Use
from engine.core.windows import Window
from engine.rulebook.did_you_mean import joined, shown
from engine.rulebook.durations import read_days
from engine.rulebook.metrics import has_field
from engine.rulebook.report import Place, Report
from engine.rulebook.scope import Scope
from engine.rulebook.words.rules import Fade as FadeWords
from engine.rulebook.words.rules import Limit as LimitWords
from engine.rulebook.words.rules import Rule as RuleWords

SUBJECT: Final = "subject"
_COUNTED_BY: Final = (
    FieldType.CHOICE,
    FieldType.YES_NO,
    FieldType.NUMBER,
    FieldType.MEMBER,
    FieldType.CONTENT,
    FieldType.KEY,
)
_CLOSED: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO})
_ONCE: Final = (*_COUNTED_BY, FieldType.CHOICES, FieldType.MEMBERS)
_HALF_POINT: Final = 9
"""Two numbers beside each other may be one decimal: 0, 5 for 0.5, with one digit after the comma."""


class Counts(msgspec.Struct, kw_only=True):
    """What a rule counts; `counters` are the shared ones that it uses."""

    limits: list[Limit] = []
    fade: Fade | None = None
    uses: dict[int, Use] = {}
    counters: dict[str, dict[int, Use]] = {}

    def note(self, use: Use, place: Place, report: Report) -> Use:
        """The use, kept once for each count."""
        known = self.uses.setdefault(use.slot.code, use)
        if known.dated != use.dated:
            report.wrong(
                place,
                "dated-differs",
                "This rule keeps the same count by two different dates.",
                cure="Write the same dated everywhere, or give one of them a counter of its own.",
                spot=place.key,
            )
        return use


def read_counts(words: RuleWords, place: Place, events: tuple[EventType, ...], scope: Scope) -> Counts:
    """All that a rule counts."""
    counts = Counts()
    for number, limit in enumerate(words.limits):
        inner = place.at("limits", number)
        if limit.times is None and limit.points is None and scope.report.was_read(inner):
            cure = "Add times = 3, or points = 30, or both."
            scope.report.wrong(inner, "missing", "This limit has no times and no points.", cure=cure)
        use = _use(limit, inner, words, events, scope, counts)
        if use is not None:
            counts.limits.append(Limit(use=use, times=limit.times, points=limit.points))
    if words.fade is not None:
        inner = place.at("fade")
        check_percents(words.fade.percent, inner.at("percent"), scope.report)
        use = _use(words.fade, inner, words, events, scope, counts)
        if use is not None:
            counts.fade = Fade(use=use, percents=tuple(words.fade.percent))
    return counts


def _use(
    words: LimitWords | FadeWords,
    place: Place,
    rule: RuleWords,
    events: tuple[EventType, ...],
    scope: Scope,
    counts: Counts,
) -> Use | None:
    window = scope.window(words.per, place.at("per"))
    if window is None:
        return None
    report = scope.report
    if words.by is not None and not has_field(words.by, events, _COUNTED_BY, "a single value", place.at("by"), report):
        return None
    if words.dated is not None and not has_field(
        words.dated, events, (FieldType.TIME,), "a time", place.at("dated"), report
    ):
        return None
    forget_days = _forget_days(words, window, place, events, report)
    owner, formerly = f"rule:{rule.id}", f"rule:{rule.formerly}" if rule.formerly else None
    if words.counter is not None:
        owner, formerly = f"counter:{words.counter}", None
    use = Use(slot=scope.slot(owner, window, words.by, forget_days, place, formerly), dated=words.dated)
    if words.counter is not None:
        counts.counters.setdefault(words.counter, {}).setdefault(use.slot.code, use)
    return counts.note(use, place, report)


def _forget_days(
    words: LimitWords | FadeWords, window: Window, place: Place, events: tuple[EventType, ...], report: Report
) -> int | None:
    for_ever = window.kind == "ever"
    if words.forget_after is not None:
        days = read_days(words.forget_after, place.at("forget_after"), report)
        if not for_ever:
            cure = 'Leave it out: it is only for per = "ever".'
            inner = place.at("forget_after")
            report.wrong(
                inner,
                "forget-without-ever",
                f"A count per {words.per} is forgotten by itself.",
                cure=cure,
                spot=inner.key,
            )
        return days
    if for_ever and words.by is not None and any(event.fields[words.by].type not in _CLOSED for event in events):
        found = f"{words.by} is an open field: a count for each of its values would grow for ever."
        report.wrong(place, "missing-forget", found, cure='Add forget_after = "90 days".', spot=place.key)
    return None


def check_percents(percents: list[int], place: Place, report: Report) -> None:
    """Whole percentages from 100 down."""
    if not percents:
        report.wrong(place, "empty", f"{place.label} is empty.", cure="Write, for example: percent = [100, 50, 0]")
        return
    for number, percent in enumerate(percents):
        if not 0 <= percent <= 100:  # noqa: PLR2004
            report.wrong(
                place.at(number), "out-of-range", f"{place.label} has {percent}.", expected="0 to 100 are possible."
            )
            return
    if all(after <= before for before, after in pairwise(percents)):
        return
    found = f"{place.label} goes {', '.join(map(str, percents))}: it rises."
    meant = _meant_decimals(percents)
    if meant:
        found += " A comma separates two numbers; there are no decimals here."
        cure = f"Meant {', '.join(f'{percent} %' for percent in meant)}? Write: percent = {shown(meant)}"
    else:
        cure = f"A later act never pays more. Write: percent = {shown(sorted(percents, reverse=True))}"
    report.wrong(place, "fade-rises", found, cure=cure)


def _meant_decimals(percents: list[int]) -> list[int]:
    """`1, 0, 0, 5` was probably meant as 1.0, 0.5."""
    pairs = list(zip(percents[::2], percents[1::2], strict=False))
    if len(percents) % 2 or any(whole > 1 or part > _HALF_POINT for whole, part in pairs):
        return []
    meant = [100 * whole + 10 * part for whole, part in pairs]
    falls = all(after <= before <= 100 for before, after in zip(meant, [*meant[1:], 0], strict=True))  # noqa: PLR2004
    return meant if falls else []


def read_once(words: RuleWords, place: Place, events: tuple[EventType, ...], scope: Scope) -> Once | None:
    """`once_per`, with the time after which it may be forgotten."""
    report = scope.report
    forget = words.once_per_forget_after
    if not words.once_per:
        if forget is not None and report.was_read(place.at("once_per")):
            inner = place.at("once_per_forget_after")
            report.wrong(
                inner, "missing", "once_per_forget_after stands without once_per.", cure="Take it out.", spot=inner.key
            )
        return None
    fields = place.at("once_per")
    for number, name in enumerate(words.once_per):
        if name != SUBJECT and not has_field(name, events, _ONCE, "a value", fields.at(number), report):
            return None
        if name in words.once_per[:number]:
            report.wrong(fields.at(number), "said-twice", f"{shown(name)} stands here twice.", cure="Take one out.")
    open_fields = [
        name
        for name in words.once_per
        if name != SUBJECT and any(event.fields[name].type not in _CLOSED for event in events)
    ]
    days = None if forget is None else read_days(forget, place.at("once_per_forget_after"), report)
    if forget is None and open_fields:
        are = "is an open field" if len(open_fields) == 1 else "are open fields"
        found = f"{joined(open_fields)} {are}: what was paid would be remembered for ever."
        report.wrong(fields, "missing-forget", found, cure='Add once_per_forget_after = "90 days".', spot=fields.key)
    return Once(fields=tuple(dict.fromkeys(words.once_per)), forget_days=days)
