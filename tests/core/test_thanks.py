from typing import Any

from engine.core.lines.refusals import Reason
from tests.core.builders import World, points, refusals, thanks

Plain = dict[str, Any]


def book(**more: object) -> Plain:
    """Thanks pay 2 and 10."""
    return {"thanks": {"giver": 2, "receiver": 10, **more}}


def test_both_are_paid() -> None:
    world = World(book())

    assert points(world.post(thanks())) == [2, 10]


def test_beyond_the_allowance_neither_is_paid() -> None:
    world = World(book(allowance={"times": 2, "per": "week"}), members=["anna", "bela", "cleo", "dora"])
    world.post(thanks("anna", "bela"))
    world.post(thanks("anna", "cleo"))

    third = world.post(thanks("anna", "dora"))

    assert (points(third), refusals(third)) == ([], [Reason.ALLOWANCE, Reason.WITHOUT_POINTS])
    assert [person.id for person in third.people] == ["anna", "dora"]
    assert points(world.post(thanks("anna", "dora", day=7))) == [2, 10]


def test_the_same_pair_is_paid_once_a_week_and_uses_up_no_allowance_beyond() -> None:
    spec = book(allowance={"times": 2, "per": "week"}, same_pair={"times": 1, "per": "week"})
    world = World(spec, members=["anna", "bela", "cleo"])
    world.post(thanks("anna", "bela"))

    again = world.post(thanks("anna", "bela"))

    assert (points(again), refusals(again)) == ([], [Reason.SAME_PAIR, Reason.WITHOUT_POINTS])
    assert points(world.post(thanks("anna", "cleo"))) == [2, 10]


def test_the_later_of_two_that_thank_each_other_pays_its_percent_to_both() -> None:
    world = World(book(mutual_days=7, mutual_percent=50))
    world.post(thanks("anna", "bela"))

    assert points(world.post(thanks("bela", "anna", day=7))) == [1, 5]


def test_after_the_days_of_the_mutual_rule_thanks_pay_in_full() -> None:
    world = World(book(mutual_days=7, mutual_percent=50))
    world.post(thanks("anna", "bela"))

    assert points(world.post(thanks("bela", "anna", day=8))) == [2, 10]


def test_the_giver_gets_the_same_whether_or_not_the_receiver_takes_part() -> None:
    spec = book(same_pair={"times": 1, "per": "week"})
    world = World(spec, members=["anna"])

    first = world.post(thanks("anna", None))
    second = world.post(thanks("anna", None))

    assert (points(first), refusals(second)) == ([2], [Reason.SAME_PAIR])


def test_a_receiver_who_has_paused_gets_nothing() -> None:
    world = World(book(), members=["anna"])

    world.post(thanks("anna", "stranger"))

    assert (world.balance("anna"), world.balance("stranger")) == (2, 0)


def test_a_thanks_that_pays_nothing_is_still_handed_over() -> None:
    world = World({})

    decision = world.post(thanks())

    assert refusals(decision) == [Reason.WITHOUT_POINTS]
    assert [person.id for person in decision.people] == ["anna", "bela"]


def test_a_thanks_beyond_the_allowance_makes_no_later_one_a_mutual_one() -> None:
    world = World(
        book(allowance={"times": 1, "per": "week"}, mutual_days=7, mutual_percent=50), members=["a", "b", "c"]
    )
    world.post(thanks("a", "c"))
    world.post(thanks("a", "b"))

    assert points(world.post(thanks("b", "a"))) == [2, 10]


def test_nothing_is_handed_over_to_who_takes_no_part() -> None:
    world = World({}, members=["anna"])

    decisions = [world.post(thanks("anna", receiver)) for receiver in (None, "stranger")]

    assert [[person.id for person in decision.people] for decision in decisions] == [["anna"], ["anna"]]


def test_thanks_are_counted_for_the_giver() -> None:
    metric = {"id": "thanked", "on": ["thanks"]}
    world = World({**book(), "metrics": [metric]})

    world.post(thanks())

    assert world.metric("thanked", "ever", day=0, member="anna") == 1
    assert world.metric("thanked", "ever", day=0, member="bela") == 0
