from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.entries import AnyEntry
from engine.core.lines.ledger import Boosted, Posted
from engine.core.lines.refusals import Reason
from engine.core.pay import MOST_POSTED, boosted_part_of, part_of
from engine.core.receipts.receipt import Speaker
from tests.core.builders import MONDAY, World, act, lines, moment, points, refusals, retraction

Plain = dict[str, Any]
SHARED = ["content.shared"]


def boost(id_: str = "week", percent: int = 200, **more: object) -> Plain:
    """A boost on shares, on Tuesday and Wednesday of the first week."""
    days = {"first_day": MONDAY + 1, "last_day": MONDAY + 2}
    return {"id": id_, "on": SHARED, "percent": percent, **days, **more}


def book(*boosts: Plain, **more: object) -> Plain:
    """Shares pay 10."""
    return {"rules": [{"id": "share", "on": SHARED, "points": 10, **more}], "boosts": list(boosts or (boost(),))}


def test_a_boost_works_from_the_first_of_its_days_to_the_last() -> None:
    world = World(book())

    paid = [points(world.post(act(day=day, hour=hour))) for day, hour in ((0, 23), (1, 0), (2, 23), (3, 0))]

    assert paid == [[10], [20], [20], [10]]


def test_the_day_of_the_act_counts_however_late_it_comes() -> None:
    world = World(book())

    late = world.post(act(day=2), at=moment(9))
    afterwards = world.post(act(day=9))

    assert (points(late), points(afterwards)) == ([20], [10])


def test_the_days_are_those_of_the_organizations_zone() -> None:
    world = World(book(), zone="Europe/Helsinki")

    assert [points(world.post(act(day=0, hour=hour))) for hour in (21, 22)] == [[10], [20]]


def test_a_boost_works_only_where_its_conditions_hold() -> None:
    world = World(book(boost() | {"if": {"topics.has_any": ("hiring",), "member.country": "FI"}}))
    world.joins("cleo", country="FI")

    paid = [
        points(world.post(act(who, day=1, topics=topics)))
        for who, topics in (("cleo", ["hiring"]), ("cleo", ["law"]), ("anna", ["hiring"]))
    ]

    assert paid == [[20], [10], [10]]


def test_of_several_boosts_the_highest_works_alone() -> None:
    world = World(book(boost("a", 150), boost("b", 300), boost("c", 300), boost("d", 200)))

    decision = world.post(act(day=1))

    assert points(decision) == [30]
    assert lines(decision, Boosted) == [Boosted(0, world.code("boost", "b"), 300)]


def test_a_boost_works_on_who_is_paid_for_the_acts_of_others() -> None:
    on = ["content.approved"]
    world = World(
        {
            "rules": [{"id": "ok", "on": on, "pays": "field:reviewers", "points": 4}],
            "boosts": [boost(on=on)],
        }
    )

    decision = world.post(act("anna", type="content.approved", day=1, reviewers=["bela", "anna"]))

    assert points(decision) == [8]


def test_boost_and_fade_are_rounded_once() -> None:
    fade = {"per": "week", "percent": [100, 50, 25]}
    world = World(
        book(boost(percent=150), fade=fade) | {"rules": [{"id": "s", "on": SHARED, "points": 5, "fade": fade}]}
    )

    decisions = [world.post(act(day=1)) for _ in range(3)]

    assert [points(decision) for decision in decisions] == [[7], [4], [2]]
    assert [lines(decision, Posted)[0].base for decision in decisions] == [5, 5, 5]
    assert [lines(decision, Posted)[0].percent for decision in decisions] == [100, 50, 25]


def test_what_limits_and_caps_say_still_holds() -> None:
    limits = [{"points": 35, "per": "week"}]
    capped = book(limits=limits) | {"caps": [{"id": "all", "points": 30, "per": "week"}]}
    world = World(capped)

    decisions = [world.post(act(day=1)) for _ in range(3)]

    assert [points(decision) for decision in decisions] == [[20], [10], []]
    assert refusals(decisions[2]) == [Reason.CAP]
    assert lines(decisions[2], Boosted) == []


def test_coins_that_are_earned_by_points_grow_with_them_and_those_that_a_rule_names_do_not() -> None:
    spec = book(also={"gold": 3}) | {"currencys": [{"id": "coins", "per_point": 2}, {"id": "gold"}]}
    world = World(spec)

    world.post(act(day=1))

    assert (world.balance(), world.balance(currency="coins"), world.balance(currency="gold")) == (20, 40, 3)


def test_no_payment_of_an_act_decides_whether_the_next_is_boosted() -> None:
    rules = [{"id": id_, "on": SHARED, "points": 10} for id_ in ("a", "b")]
    world = World(
        {
            "rules": rules,
            "boosts": [boost() | {"if": {"metrics.points.ever.at_most": 5}}],
            "windows": {"points": ["ever"]},
        }
    )

    assert points(world.post(act(day=1))) == [20, 20]
    assert points(world.post(act(day=1))) == [10, 10]


def test_where_no_boost_works_the_journal_says_nothing_of_it() -> None:
    decision = World(book()).post(act(day=0))

    assert [type(line) for line in decision.lines] == [Posted]


def test_taking_back_a_boosted_act_takes_back_all_of_it() -> None:
    world = World(book(limits=[{"points": 30, "per": "week"}]))
    world.post(act(day=1, key="one"))

    taken = world.post(retraction("one", day=2))
    again = world.post(act(day=2))

    assert (points(taken), points(again)) == ([-20], [20])


def test_no_boost_makes_a_posting_too_large() -> None:
    spec = book(boost(percent=1_000)) | {"rules": [{"id": "s", "on": SHARED, "points": 10**9}]}

    assert points(World(spec).post(act(day=1))) == [MOST_POSTED]


@given(st.integers(0, 10**8), st.integers(0, 100), st.integers(101, 1_000))
def test_two_percentages_are_one_computation(base: int, percent: int, boost_percent: int) -> None:
    exact, both = base * percent * boost_percent, boosted_part_of(base, percent, boost_percent)

    assert -5_000 <= 10_000 * both - exact < 5_000 or both == MOST_POSTED
    assert part_of(base, percent) <= both
    assert boosted_part_of(base, percent, 100) == part_of(base, percent)


@pytest.mark.parametrize(("base", "percent", "boosted", "amount"), [(5, 50, 150, 4), (5, 100, 150, 7), (1, 50, 101, 1)])
def test_a_half_goes_down_and_more_than_a_half_up(base: int, percent: int, boosted: int, amount: int) -> None:
    assert boosted_part_of(base, percent, boosted) == amount


def test_the_receipt_shows_each_step() -> None:
    fade = {"per": "week", "percent": [100, 50]}
    world = World(book(fade=fade, limits=[{"points": 25, "per": "week"}]))

    said = [sentences_after(world, act(day=1)) for _ in range(2)]

    assert said[0][0] == "Share: 10 points, of which week makes 200 %: 20."
    assert said[1][0].startswith("Share: 5 points, which is what was left of the 25 points")
    assert said[1][1] == "Week makes 200 % of 10 points."


def sentences_after(world: World, entry: AnyEntry) -> tuple[str, ...]:
    """What the receipt of anna says."""
    world.post(entry)
    logged, journal = world.log[-1], world.journal[-1]
    place = (logged.position, logged.recorded)
    return Speaker(world.plan, "en").receipt("anna", place, logged.entry, journal).sentences
