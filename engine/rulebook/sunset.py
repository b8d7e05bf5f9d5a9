"""When a currency runs out: how long what was earned can be used, its last day, and how early people are told."""

from datetime import date
from typing import Final, NamedTuple

from engine.core.rulebook import POINTS
from engine.rulebook.durations import read_days, read_months
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.words.rules import Currency as CurrencyWords

EPOCH: Final = date(1970, 1, 1)
LEAST_NOTICE_DAYS: Final = 30
USUAL_NOTICE_DAYS: Final = 60
MOST_NOTICE_DAYS: Final = 366
SHORTEST_MONTH_DAYS: Final = 28


class Sunset(NamedTuple):
    """Months, last day and notice, as `engine.core.rules.Currency` has them."""

    expires_months: int | None
    last_day: int | None
    announce_days: int


def read_sunset(words: CurrencyWords, place: Place, scope: Scope) -> Sunset:
    """When a currency runs out; every promise that it could not keep is reported."""
    report = scope.report
    if words.id == POINTS:
        return Sunset(None, None, 0)
    months = None if words.expires is None else read_months(words.expires, place.at("expires"), report)
    last_day = None if words.last_day is None else (words.last_day - EPOCH).days
    notice = _notice(words, place, scope)
    runs_out = words.expires is not None or words.last_day is not None
    if words.announce is not None and not runs_out and report.was_read(place):
        inner = place.at("announce")
        found = "announce says nothing on a currency that does not run out."
        report.wrong(inner, "says-nothing", found, cure="Add expires or last_day, or take it out.", spot=inner.key)
    if months is not None and months * SHORTEST_MONTH_DAYS < notice + scope.ground.days_back:
        found = f"After {months} months, something that came in late could end before that was announced."
        least = -(-(notice + scope.ground.days_back) // SHORTEST_MONTH_DAYS)
        why = f"{notice} days of notice and {scope.ground.days_back} days_back need {least} months or more."
        report.wrong(place.at("expires"), "out-of-range", found, expected=why)
    return Sunset(months, last_day, notice if runs_out else 0)


def refuse_sunset_of_points(words: CurrencyWords, place: Place, scope: Scope) -> bool:
    """Points stay: report whatever says that they end; whether anything does."""
    said = [name for name in ("expires", "last_day") if getattr(words, name) is not None]
    for name in said:
        inner = place.at(name)
        found = "Points do not run out: what was recognised stays recognised."
        cure = "Take this currency out, or give it an id of its own: what is earned beside points may run out."
        scope.report.wrong(inner, "points-stay", found, cure=cure, spot=inner.key)
    return bool(said)


def _notice(words: CurrencyWords, place: Place, scope: Scope) -> int:
    """How many days before people are told."""
    if words.announce is None:
        return USUAL_NOTICE_DAYS
    inner = place.at("announce")
    days = read_days(words.announce, inner, scope.report)
    if days is None:
        return USUAL_NOTICE_DAYS
    if not LEAST_NOTICE_DAYS <= days <= MOST_NOTICE_DAYS:
        expected = f"{LEAST_NOTICE_DAYS} to {MOST_NOTICE_DAYS} days: people need time to use what they have."
        scope.report.wrong(inner, "out-of-range", f"The notice is {days} days.", expected=expected)
    return days
