"""Days off by country: weekends and public holidays as the library `holidays` knows them, with what HR adds to them.

They become a table, so that judging asks no library; the library's version is part of every rulebook's digest. Names
are the library's own, in English. It is loaded only where a rulebook asks for days off.
"""

import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from engine.core.days_off import DaysOff
from engine.rulebook.collect import Entry
from engine.rulebook.countries import check_country
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.report import Place, Report
from engine.rulebook.words.organization import Calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

EPOCH: Final = date(1970, 1, 1)
FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2050
"""The years of the tables; before and after them only weekends are days off."""

FIRST_DAY: Final = date(FIRST_YEAR, 1, 1)
LAST_DAY: Final = date(LAST_YEAR, 12, 31)

MOST_TABLES: Final = 300

_REMARK: Final = re.compile(r" \([^)]*\)$")
"""What the library adds to a name: "(observed)", "(estimated)"."""


@lru_cache(maxsize=MOST_TABLES)
def days_off(
    country: str, subdivision: str | None = None, add: tuple[date, ...] = (), take_away: tuple[date, ...] = ()
) -> DaysOff:
    """The table of a country's days off, these days added and those taken away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of years that it knows less of
        known = _holidays(country, subdivision, every_name=False)
        count = (LAST_DAY - FIRST_DAY).days + 1
        off = bytearray(not known.is_working_day(FIRST_DAY + timedelta(days=at)) for at in range(count))
    for days, is_off in ((add, 1), (take_away, 0)):
        for day in days:
            off[(day - FIRST_DAY).days] = is_off
    return DaysOff((FIRST_DAY - EPOCH).days, bytes(off))


def read_calendars(entries: Iterable[Entry[Calendar]], report: Report) -> Mapping[str, DaysOff]:
    """The tables of all `[[calendar]]`, by country."""
    found: dict[str, DaysOff] = {}
    for entry in entries:
        words, place = entry.words, entry.place
        if not check_country(words.country, place.at("country"), report):
            continue
        if words.country in found:
            text = f"There are two calendars of {words.country}."
            report.wrong(place.at("country"), "said-twice", text, cure="Make them one.")
            continue
        if not _has_subdivision(words, place, report):
            continue
        add = _days(words.add, words, place.at("add"), report)
        take_away = _days(words.take_away, words, place.at("take_away"), report)
        found[words.country] = days_off(words.country, words.subdivision, add, take_away)
    return found


def _has_subdivision(words: Calendar, place: Place, report: Report) -> bool:
    if words.subdivision is None:
        return True
    known = _subdivisions(words.country)
    if words.subdivision in known:
        return True
    report.wrong(
        place.at("subdivision"),
        "unknown-subdivision",
        f"{shown(words.subdivision)} is no part of {words.country} that has days off of its own.",
        near=nearest(words.subdivision, known),
        expected=f"Parts: {listed(known)}." if known else "",
        cure="" if known else "Take it out.",
    )
    return False


def _days(said: list[object], words: Calendar, place: Place, report: Report) -> tuple[date, ...]:
    """The days of names and dates; what is neither is reported."""
    days: dict[date, None] = {}
    for number, one in enumerate(said):
        inner = place.at(number)
        if isinstance(one, str):
            days.update(dict.fromkeys(_named(one, words, inner, report)))
        elif isinstance(one, date) and not isinstance(one, datetime):
            if FIRST_DAY <= one <= LAST_DAY:
                days[one] = None
            else:
                expected = f"Days from {FIRST_YEAR} to {LAST_YEAR} are possible."
                report.wrong(inner, "out-of-range", f"{one} is too far away.", expected=expected)
        else:
            expected = 'A name like "midsummer eve", or a date like 2026-12-24 without quotes, is expected.'
            report.wrong(inner, "wrong-value", f"{shown(one)} is not a day.", expected=expected)
    return tuple(sorted(days))


def _named(name: str, words: Calendar, place: Place, report: Report) -> tuple[date, ...]:
    known = _by_name(words.country, words.subdivision, every_name=True)
    days = {said.lower(): days for said, days in known.items()}.get(name.strip().lower())
    if days is not None:
        return days
    public = _by_name(words.country, words.subdivision, every_name=False)
    report.wrong(
        place,
        "unknown-day-off",
        f"{shown(name)} is not a day that the calendar of {words.country} knows.",
        near=nearest(name, known),
        expected=f"Its public holidays: {listed(sorted(public))}.",
        cure="Or write a date, like 2026-12-24 without quotes.",
    )
    return ()


@lru_cache(maxsize=MOST_TABLES)
def _by_name(country: str, subdivision: str | None, *, every_name: bool) -> Mapping[str, tuple[date, ...]]:
    """The public holidays by their names; with `every_name` all days that the library has a name for."""
    found: dict[str, list[date]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for day, names in sorted(_holidays(country, subdivision, every_name=every_name).items()):
            for name in names.split("; "):
                found.setdefault(_REMARK.sub("", name), []).append(day)
    return MappingProxyType({name: tuple(days) for name, days in found.items()})


def _subdivisions(country: str) -> tuple[str, ...]:
    return tuple(_class_of(country).subdivisions)


def _holidays(country: str, subdivision: str | None, *, every_name: bool) -> "HolidayBase":
    known = _class_of(country)
    english = next((name for name in ("en_US", "en_GB") if name in known.supported_languages), None)
    years = range(max(FIRST_YEAR, known.start_year), min(LAST_YEAR, known.end_year) + 1)
    categories = known.supported_categories if every_name else None
    return known(years=years, subdiv=subdivision, language=english, categories=categories)


def _class_of(country: str) -> "type[HolidayBase]":
    import holidays

    found: type[HolidayBase] = getattr(holidays, country)
    return found
