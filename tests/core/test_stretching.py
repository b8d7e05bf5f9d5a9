"""Badges whose windows time away stretches, and how far."""

import pytest

from engine.core.entries import MembershipChanged
from tests.core.builders import MONDAY, Plain, World, act, moment, retraction

WEEK = 7


def book(per: str = "last_4_weeks", of: str = "week", **badge: object) -> Plain:
    """Three different weeks (or days) with an act, of the last four."""
    metric = {"id": "active", "on": ["content.shared"], "measure": "distinct", "of": of}
    steady = {"id": "steady", "metric": "active", "per": per, "tiers": (3,), "stretches": True, **badge}
    return {"metrics": [metric], "badges": [steady], "windows": {"active": ["last_25_weeks"]}, "days_off": {"FI": ()}}


def world(spec: Plain | None = None) -> World:
    return World(spec or book(), members=("anna",))


def shares(world: World, *weeks: int) -> None:
    for week in weeks:
        world.post(act(day=week * WEEK + 2, key=f"week-{week}"))


def away(world: World, first: int, last: int, *, day: float = 0) -> None:
    world.post(MembershipChanged("anna", "away", moment(day), MONDAY + first, MONDAY + last), at=moment(day))


def test_weeks_away_do_not_use_up_the_window() -> None:
    house = world()
    away(house, 2 * WEEK, 4 * WEEK + 4)

    shares(house, 0, 1, 5)

    assert house.badges() == [("steady", "", 0)]


@pytest.mark.parametrize("spec", [book(), book(stretches=False)])
def test_without_time_away_or_where_the_badge_does_not_say_so_the_window_is_as_wide_as_ever(spec: Plain) -> None:
    house = world(spec)
    if not spec["badges"][0]["stretches"]:
        away(house, 2 * WEEK, 4 * WEEK + 4)

    shares(house, 0, 1, 5)

    assert house.badges() == []


@pytest.mark.parametrize(("last", "badges"), [(4, [("steady", "", 0)]), (3, [])])
def test_a_week_with_a_working_day_left_is_not_away(last: int, badges: list[tuple[str, str, int]]) -> None:
    house = world()
    away(house, 2 * WEEK, 2 * WEEK + 4)
    away(house, 4 * WEEK, 4 * WEEK + last)

    shares(house, 0, 1, 5)

    assert house.badges() == badges


@pytest.mark.parametrize(("weeks", "badges"), [(5, [("steady", "", 0)]), (6, [])])
def test_a_window_is_stretched_to_twice_its_width_and_no_further(
    weeks: int, badges: list[tuple[str, str, int]]
) -> None:
    house = world()
    away(house, WEEK, weeks * WEEK + 4)

    shares(house, 0, weeks + 1, weeks + 2)

    assert house.badges() == badges


def test_days_away_stretch_a_window_of_days() -> None:
    house = world(book("last_5_days", "day"))
    away(house, 2, 3)

    for day in (0, 1, 6):
        house.post(act(day=day, key=f"day-{day}"))

    assert house.badges() == [("steady", "", 0)]


def test_a_pause_of_taking_part_stretches_too() -> None:
    house = world()
    shares(house, 0, 1)
    house.post(MembershipChanged("anna", "pause", moment(2 * WEEK, 0)), at=moment(2 * WEEK, 0))
    house.post(MembershipChanged("anna", "resume", moment(5 * WEEK, 0)), at=moment(5 * WEEK, 0))

    shares(house, 5)

    assert house.badges() == [("steady", "", 0)]


def test_a_retraction_looks_at_the_same_stretched_window() -> None:
    house = world()
    away(house, 2 * WEEK, 4 * WEEK + 4)
    shares(house, 0, 1, 5)
    house.post(act(day=WEEK + 3, key="other"), at=moment(5 * WEEK + 3))

    house.post(retraction("other"), at=moment(5 * WEEK + 3))
    assert house.badges() == [("steady", "", 0)]

    house.post(retraction("week-0"), at=moment(5 * WEEK + 3))
    assert house.badges() == []


def test_an_absence_is_remembered_for_as_long_as_a_window_may_reach_back_to_it() -> None:
    house = world()
    away(house, 0, 4)

    house.post(act(day=200))
    assert house.member().away
    house.post(act(day=260))
    assert not house.member().away


def test_a_week_of_holidays_uses_up_the_window_like_any_other() -> None:
    spec = book() | {"days_off": {"FI": range(2 * WEEK, 2 * WEEK + 5)}}
    house = world(spec)
    away(house, 3 * WEEK, 3 * WEEK + 4)

    shares(house, 0, 4, 5)

    assert house.badges() == []
