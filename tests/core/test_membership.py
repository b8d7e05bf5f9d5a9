from typing import Any, Literal

import pytest

from engine.core.entries import ActiveSet, MemberErased, MemberFacts, MemberSet, MembershipChanged
from engine.core.lines.refusals import Reason
from engine.core.membership import INACTIVE, MOST_ABSENCES, MOST_PAUSES, has_paused_too_often
from engine.core.states import UnitsState
from tests.core.builders import MONDAY, World, act, moment, points, refusals

Plain = dict[str, Any]
SPEC: Plain = {"rules": [{"id": "share", "on": ["content.shared"], "points": 10}]}
Change = Literal["join", "pause", "resume", "leave", "away"]


def world_with(*changes: tuple[Change, float]) -> World:
    """Anna makes these choices at the noon of these days."""
    world = World(SPEC, members=[])
    for change, day in changes:
        choose(world, change, day)
    return world


def choose(world: World, change: Change, day: float) -> None:
    """Anna makes a choice."""
    world.post(MembershipChanged("anna", change, moment(day)))


def counts_on(world: World, day: float) -> bool:
    """Whether an act of that day, told at the end, counts."""
    return points(world.post(act(day=day), at=moment(40))) == [10]


def test_an_act_of_someone_who_never_joined_counts_for_nothing() -> None:
    decision = world_with().post(act())

    assert (points(decision), refusals(decision)) == ([], [Reason.NOT_TAKING_PART])


def test_acts_count_from_joining_on() -> None:
    world = world_with(("join", 2))

    assert [counts_on(world, day) for day in (1, 2, 3)] == [False, True, True]


def test_nothing_counts_inside_a_pause() -> None:
    world = world_with(("join", 0), ("pause", 2), ("resume", 4))

    assert [counts_on(world, day) for day in (1, 2, 3, 4, 5)] == [True, False, False, True, True]


def test_a_pause_goes_on_until_it_is_ended() -> None:
    world = world_with(("join", 0), ("pause", 2))

    assert [counts_on(world, day) for day in (1, 30)] == [True, False]


def test_leaving_stops_counting_and_joining_again_goes_on() -> None:
    world = world_with(("join", 0), ("leave", 2), ("join", 4))

    assert [counts_on(world, day) for day in (1, 3, 5)] == [True, False, True]


def test_leaving_from_a_pause_keeps_the_pause() -> None:
    world = world_with(("join", 0), ("pause", 2), ("leave", 3), ("join", 5))

    assert [counts_on(world, day) for day in (1, 2.5, 4, 6)] == [True, False, False, True]


def test_being_away_counts_all_the_same() -> None:
    world = world_with(("join", 0), ("away", 1))

    assert counts_on(world, 2)


def test_points_stay_when_someone_leaves() -> None:
    world = world_with(("join", 0))
    world.post(act())

    choose(world, "leave", 1)

    assert world.balance() == 10


@pytest.mark.parametrize("change", ["resume", "pause", "leave"])
def test_nobody_joins_but_by_joining(change: Change) -> None:
    world = world_with((change, 0), ("resume", 0.5))

    assert not counts_on(world, 1)
    assert world.member().status == ""


def test_who_has_left_comes_back_by_joining_and_not_by_pausing_or_resuming() -> None:
    world = world_with(("join", 0), ("leave", 1), ("pause", 2), ("resume", 3))

    assert (world.member().status, counts_on(world, 4)) == ("left", False)


def test_nothing_counts_for_someone_who_was_erased() -> None:
    world = world_with(("join", 0))

    world.post(MemberErased("anna"))

    assert not counts_on(world, 1)


def test_the_joined_members_of_each_unit_are_counted() -> None:
    world = World(SPEC, members=[])
    world.joins("anna", team="red", country="FI")
    world.joins("bela", team="red")
    world.joins("bela", team="blue")
    choose(world, "leave", 1)

    units = world.states["n"]

    assert isinstance(units, UnitsState)
    assert units.joined == {("teams", "blue"): 1}


def test_old_pauses_are_forgotten_and_new_ones_are_not() -> None:
    world = world_with(("join", 0), ("pause", 1), ("resume", 2), ("pause", 60), ("resume", 61))

    world.post(act(day=120))

    assert world.member().pauses == []
    world = world_with(("join", 0), ("pause", 60), ("resume", 61))
    world.post(act(day=100))
    assert len(world.member().pauses) == 2


def say_away(world: World, first: int, last: int) -> None:
    """Anna says on the first day that she is away on these."""
    world.post(MembershipChanged("anna", "away", moment(0), MONDAY + first, MONDAY + last))


def test_times_away_are_kept_in_their_order_and_those_that_meet_as_one() -> None:
    world = world_with(("join", 0))

    for first, last in ((300, 310), (10, 12), (20, 22), (13, 14), (12, 19), (11, 21), (308, 312), (0, 0)):
        say_away(world, first, last)

    assert [day - MONDAY for day in world.member().away] == [0, 0, 10, 22, 300, 312]


def test_so_many_times_away_are_kept_and_no_more() -> None:
    world = world_with(("join", 0))

    for number in range(MOST_ABSENCES + 1):
        say_away(world, 2 * number, 2 * number)

    assert len(world.member().away) == 2 * MOST_ABSENCES
    assert world.member().away[-1] == MONDAY + 2 * MOST_ABSENCES


def test_a_time_away_that_lies_far_ahead_keeps_no_old_one() -> None:
    world = world_with(("join", 0))
    say_away(world, 3_000, 3_001)
    say_away(world, 1, 2)

    world.post(act(day=200))

    assert [day - MONDAY for day in world.member().away] == [3_000, 3_001]


def test_who_has_paused_as_often_as_is_kept_may_go_on_or_leave_and_nothing_else() -> None:
    kept = [0] * 2 * MOST_PAUSES

    refused = [change for change in ("join", "pause", "resume", "leave", "away") if has_paused_too_often(kept, change)]

    assert refused == ["join", "pause"]
    assert not has_paused_too_often(kept[1:], "pause")


def test_facts_that_an_entry_does_not_name_stay() -> None:
    world = World({}, members=[])
    world.post(MemberSet("anna", MemberFacts(team="red", country="FI", is_leader=True)))

    world.post(MemberSet("anna", MemberFacts(team="blue"), only=("team", "unheard of")))
    named = world.member().facts
    world.post(MemberSet("anna", MemberFacts(team="green")))

    assert named == MemberFacts(team="blue", country="FI", is_leader=True)
    assert world.member().facts == MemberFacts(team="green")


def says(world: World, day: float, *, active: bool) -> None:
    """HR says whether Anna works here."""
    world.post(ActiveSet("anna", active, moment(day)))


def test_nothing_counts_for_somebody_who_does_not_work_here_any_more() -> None:
    world = world_with(("join", 0))
    world.post(act())
    says(world, 2, active=False)

    assert (world.member().status, world.balance()) == (INACTIVE, 10)
    assert [counts_on(world, day) for day in (1, 3)] == [True, False]


def test_whoever_comes_back_joins_again_themselves() -> None:
    world = world_with(("join", 0))
    says(world, 2, active=False)
    says(world, 4, active=True)

    assert (world.member().status, counts_on(world, 5)) == ("left", False)
    choose(world, "join", 6)
    assert [counts_on(world, day) for day in (1, 3, 5, 7)] == [True, False, False, True]


def test_a_pause_from_before_goes_on_until_they_join_again() -> None:
    world = world_with(("join", 0), ("pause", 1))
    says(world, 2, active=False)
    says(world, 3, active=True)
    choose(world, "join", 4)

    assert [counts_on(world, day) for day in (0.5, 1.5, 3.5, 5)] == [True, False, False, True]


def test_who_never_joined_is_as_before_when_they_come_back() -> None:
    world = world_with()
    says(world, 1, active=False)
    gone = [counts_on(world, day) for day in (0, 2)]
    says(world, 3, active=True)

    assert gone == [False, False]
    assert (world.member().status, world.member().pauses) == ("", [])
    choose(world, "join", 4)
    assert [counts_on(world, day) for day in (2, 5)] == [False, True]


@pytest.mark.parametrize("change", ["join", "resume", "pause", "leave"])
def test_who_does_not_work_here_chooses_nothing(change: Change) -> None:
    world = world_with(("join", 0))
    says(world, 1, active=False)
    choose(world, change, 2)

    assert (world.member().status, counts_on(world, 3)) == (INACTIVE, False)


def test_saying_it_twice_is_once() -> None:
    once, twice = world_with(("join", 0)), world_with(("join", 0))
    for world, times in ((once, 1), (twice, 2)):
        for _ in range(times):
            says(world, 1, active=False)

    assert (once.member().status, once.member().pauses) == (twice.member().status, twice.member().pauses)
    says(twice, 2, active=True)
    says(twice, 2, active=True)
    assert twice.member().status == "left"


def test_who_does_not_work_here_is_none_of_their_units() -> None:
    world = World(SPEC, members=[])
    world.joins("anna", team="red")
    says(world, 1, active=False)
    gone = units_of(world)
    says(world, 2, active=True)

    assert (gone, units_of(world)) == ({}, {})
    choose(world, "join", 3)
    assert units_of(world) == {("teams", "red"): 1}


def units_of(world: World) -> dict[tuple[str, str], int]:
    """How many of each unit have joined."""
    units = world.states["n"]
    assert isinstance(units, UnitsState)
    return units.joined
