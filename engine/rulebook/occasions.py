"""Boosts and the approval: what changes how much is paid, and when."""

from datetime import date
from typing import Final

from engine.core.rules import Approval, Boost
from engine.rulebook.collect import Entry
from engine.rulebook.conditions import SIGHT_OF_RULES, Sight
from engine.rulebook.durations import DAY_MS, read_days
from engine.rulebook.metrics import on_in_words
from engine.rulebook.predicates import check_possible, core_condition, read_parts
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_title
from engine.rulebook.words.occasions import Approval as ApprovalWords
from engine.rulebook.words.occasions import Boost as BoostWords

EPOCH: Final = date(1970, 1, 1)


def read_boosts(entries: list[Entry[BoostWords]], scope: Scope) -> tuple[Boost, ...]:
    """All boosts, by id."""
    return tuple(sorted((_boost(entry, scope) for entry in entries), key=lambda boost: boost.id))


def _boost(entry: Entry[BoostWords], scope: Scope) -> Boost:
    words, place = entry.words, entry.place
    report = scope.report
    title = read_title(words.title, place.at("title"), scope.ground.languages, report)
    events = scope.events_of(words.on, place.at("on"))
    sight = Sight(scope=scope, events=events, on=on_in_words(words.on), sees=SIGHT_OF_RULES, of="boost")
    parts = read_parts(words, place, sight)
    check_possible(parts, place, sight, "This boost could never work")
    were_read = report.was_read(place.at("first_day")) and report.was_read(place.at("last_day"))
    if words.last_day < words.first_day and were_read:
        found = f"last_day is {words.last_day}, before first_day, {words.first_day}."
        report.wrong(place.at("last_day"), "days-reversed", found, cure="Both days are included; change one of them.")
    return Boost(
        code=scope.names.code("boost", words.id, title, words.formerly),
        id=words.id,
        title=title,
        on=tuple(event.type for event in events),
        condition=core_condition(parts),
        first_day=(words.first_day - EPOCH).days,
        last_day=(words.last_day - EPOCH).days,
        percent=words.percent,
    )


def read_approval(entries: list[Entry[ApprovalWords]], scope: Scope) -> Approval | None:
    """The approval; there is at most one."""
    for extra in entries[1:]:
        first = entries[0].place
        scope.report.wrong(
            extra.place,
            "only-one",
            "There is a second [[approval]].",
            expected=f"The first one is {first.file.name}:{first.key.line}.",
            cure="Take one out.",
            spot=extra.place.key,
        )
    if not entries:
        return None
    words, place = entries[0].words, entries[0].place
    days = read_days(words.within, place.at("within"), scope.report)
    return Approval(
        over=words.over.points,
        approver=words.approver,
        not_by=tuple(dict.fromkeys(words.not_by)),
        within_ms=(days or 1) * DAY_MS,
    )
