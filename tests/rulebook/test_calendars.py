"""Days off as tables: weekends, holidays, and what HR adds and takes away."""

from datetime import date

import pytest

from engine.core.days_off import WEEKENDS, DaysOff
from engine.core.periods import parse_period
from engine.rulebook import check
from engine.rulebook.calendars import FIRST_YEAR, LAST_YEAR, days_off
from tests.rulebook.books import ORGANIZATION, compiled, texts

STREAK = """
[[streak]]
id = "weekly"
title = "Weeks in a row"
on = "@acts"
every = "week"
days = "working"
"""


def off(table: DaysOff, *days: str) -> list[bool]:
    return [table.has(parse_period(day).index) for day in days]


def calendar(lines: str) -> DaysOff:
    """The calendar of Finland with these lines of HR's."""
    book = compiled("", f'{ORGANIZATION}\n[[calendar]]\ncountry = "FI"\n{lines}\n')
    return book.days_off["FI"]


def test_weekends_and_public_holidays_are_off() -> None:
    assert off(days_off("FI"), "2026-01-06", "2026-01-07", "2026-12-05", "2026-12-25") == [True, False, True, True]


def test_days_are_added_by_name_in_every_year_and_by_date_in_one() -> None:
    table = calendar('add = ["europe day", "  Runeberg DAY", 2026-12-30]')

    assert off(table, "2025-02-05", "2026-02-05", "2025-05-09", "2026-12-30") == [True] * 4
    assert off(table, "2027-12-30", "2026-02-06") == [False, False]


def test_adding_a_day_that_is_off_already_changes_nothing() -> None:
    assert calendar('add = ["midsummer eve", "christmas eve"]') == days_off("FI")


def test_days_are_taken_away_by_name_and_by_date_and_a_weekend_can_be_worked() -> None:
    table = calendar('take_away = ["epiphany", 2026-12-05, 2026-12-24]')

    assert off(table, "2025-01-06", "2026-01-06", "2026-12-05", "2026-12-24") == [False] * 4
    assert off(table, "2026-12-12", "2027-12-24") == [True, True]


def test_a_part_of_a_country_has_its_own_days() -> None:
    assert off(days_off("DE", "BY"), "2026-01-06") == [True]
    assert off(days_off("DE"), "2026-01-06") == [False]


def test_weekends_are_those_of_the_country_and_a_day_that_replaces_another_is_worked() -> None:
    assert off(days_off("AE"), "2021-11-26", "2021-11-28", "2026-11-27", "2026-11-29") == [True, False, False, True]
    assert off(days_off("CN"), "2025-01-26", "2025-01-25") == [False, True]


def test_before_and_after_the_table_only_weekends_are_off() -> None:
    table = days_off("FI")

    assert off(table, f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-26") == [True, True]
    assert off(table, f"{FIRST_YEAR - 1}-12-25", f"{LAST_YEAR + 1}-01-06", "2014-12-27") == [False, False, True]
    assert off(WEEKENDS, "2026-11-27", "2026-11-28", "2026-11-29") == [False, True, True]


@pytest.mark.parametrize(
    ("pack", "organization", "countries"),
    [
        ("", "", []),
        (STREAK, "", ["FI"]),
        (STREAK.replace('"working"', '"all"'), "", []),
        (STREAK + 'calendar = "SE"\n', "", ["FI", "SE"]),
        (STREAK + 'calendar = "member.country"\n', '[[calendar]]\ncountry = "NO"\n', ["FI", "NO"]),
    ],
)
def test_only_calendars_that_are_asked_for_are_made(pack: str, organization: str, countries: list[str]) -> None:
    assert list(compiled(pack, f"{ORGANIZATION}\n{organization}").days_off) == countries


def test_a_badge_that_time_away_stretches_asks_for_the_organizations_calendar_and_for_wider_windows() -> None:
    book = compiled(
        '[[metric]]\nid = "weeks"\non = "@acts"\ndistinct = "week"\n'
        '[[badge]]\nid = "steady"\ntitle = "Steady"\nof = { metric = "weeks", per = "last_12_weeks" }\nat = 9\n'
        'away = "stretches"\n'
    )

    assert list(book.days_off) == ["FI"]
    assert book.badges[0].stretches
    assert max(window.n for window in book.metrics[0].windows) == 24


def test_a_streak_is_compiled_with_all_its_words() -> None:
    lines = 'away = "pauses"\nfreezes = { start = 1, earn_every = "4 weeks", most = 3 }\npoints = 5\n'
    (streak,) = compiled(STREAK + lines).streaks

    assert (streak.id, streak.every, streak.on) == ("weekly", "week", ("content.shared", "planning.joined"))
    assert (streak.working, streak.country, streak.away_pauses) == (True, None, True)
    assert (streak.start, streak.most, streak.earn, streak.cost, streak.gain) == (1, 3, 4, 4, 1)


def test_a_freeze_without_earn_every_is_never_earned() -> None:
    (streak,) = compiled(STREAK + "freezes = { start = 2 }\n").streaks

    assert (streak.start, streak.most, streak.cost, streak.gain) == (2, 3, 1, 0)


def test_a_day_in_a_table_is_one_byte() -> None:
    days = (date(LAST_YEAR, 12, 31) - date(FIRST_YEAR, 1, 1)).days + 1

    assert len(days_off("FI").table) == days
    assert check(texts(STREAK)).mistakes == ()
