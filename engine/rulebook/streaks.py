"""`[[streak]]`: periods in a row."""

import re
from typing import Final

from engine.core.periods import PeriodKind
from engine.core.streak import Streak
from engine.rulebook.collect import Entry
from engine.rulebook.countries import check_country
from engine.rulebook.did_you_mean import nearest, shown
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_title
from engine.rulebook.words.streaks import Streak as StreakWords

MEMBERS_OWN: Final = "member.country"

MOST_PERIODS: Final = 400
"""A freeze may take so many periods to be earned."""

_LENGTH: Final = re.compile(r"(\d{1,4}) +(day|week|month)s?")


def read_streak(entry: Entry[StreakWords], scope: Scope) -> Streak:
    """The streak."""
    words, place = entry.words, entry.place
    title = read_title(words.title, place.at("title"), scope.ground.languages, scope.report)
    freezes = words.freezes
    return Streak(
        code=scope.names.code("streak", words.id, title, words.formerly),
        id=words.id,
        title=title,
        on=tuple(event.type for event in scope.events_of(words.on, place.at("on"))),
        every=PeriodKind(words.every),
        working=words.days == "working",
        country=_country(words, place, scope),
        away_pauses=words.away is not None,
        start=0 if freezes is None else _start(words, place, scope),
        most=0 if freezes is None else freezes.most,
        earn=_earn(words, place.at("freezes", "earn_every"), scope),
        points=words.points,
    )


def _country(words: StreakWords, place: Place, scope: Scope) -> str | None:
    """The country whose days off count; None where it is each member's own."""
    said, inner, report = words.calendar, place.at("calendar"), scope.report
    if said is None:
        return None
    if words.days != "working" and report.was_read(place.at("days")):
        found = 'calendar says nothing without days = "working".'
        report.wrong(inner, "says-nothing", found, cure='Add days = "working", or take it out.', spot=inner.key)
    if said == MEMBERS_OWN:
        return None
    if "." in said or len(said) > 3:  # noqa: PLR2004 - no country's letters
        report.wrong(
            inner,
            "unknown-calendar",
            f"{shown(said)} is not a calendar.",
            near=nearest(said, [MEMBERS_OWN]),
            expected=f'Write "{MEMBERS_OWN}", or two capital letters (ISO 3166), like "FI".',
        )
        return None
    return said if check_country(said, inner, report) else None


def _start(words: StreakWords, place: Place, scope: Scope) -> int:
    freezes = words.freezes
    assert freezes is not None
    if freezes.start > freezes.most and scope.report.was_read(place.at("freezes")):
        found = f"There are {freezes.start} freezes at first, and never more than {freezes.most}."
        scope.report.wrong(place.at("freezes", "start"), "out-of-range", found, cure="Raise most, or lower start.")
    return min(freezes.start, freezes.most)


def _earn(words: StreakWords, place: Place, scope: Scope) -> int:
    """How many periods kept bring a freeze; 0 for never."""
    said = None if words.freezes is None else words.freezes.earn_every
    if said is None:
        return 0
    found = _LENGTH.fullmatch(said)
    if found is None or found[2] != words.every or not 1 <= int(found[1]) <= MOST_PERIODS:
        scope.report.wrong(
            place,
            "wrong-duration",
            f"{shown(said)} is not a number of {words.every}s.",
            expected=f"This streak goes by {words.every}s: from 1 to {MOST_PERIODS} of them are possible.",
            cure=f'Like "4 {words.every}s".',
        )
        return 0
    return int(found[1])
