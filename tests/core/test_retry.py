from typing import Any

from engine.core.entries import Retried
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.counts import ThanksNoted
from engine.core.lines.entries import KeyTaken
from engine.core.lines.refusals import Reason
from tests.core.builders import MONDAY, World, act, lines, moment, points, refusals, retraction, thanks

Plain = dict[str, Any]


def book(**more: object) -> Plain:
    """Shares pay 10."""
    return {
        "rules": [{"id": "share", "on": ["content.shared"], "points": 10}],
        "metrics": [{"id": "shares", "on": ["content.shared"]}],
        **more,
    }


def test_what_went_aside_is_judged_under_its_own_time_when_it_is_tried_again() -> None:
    world = World(book(badges=[{"id": "b", "metric": "shares", "per": "day"}]))
    aside = world.set_aside(act(day=0))

    decision = world.post(Retried(aside), at=moment(3))

    assert points(decision) == [10]
    assert [line.day for line in lines(decision, BadgeGranted)] == [MONDAY]


def test_a_second_retry_changes_nothing_however_late_it_comes() -> None:
    world = World(book(days_back=10))
    aside = world.set_aside(act())
    world.post(Retried(aside))

    at_once = world.post(Retried(aside))
    for day in (25, 40, 60):
        world.tick(day)
    before = world.bytes()
    late = world.post(Retried(aside))

    assert world.balance() == 10
    assert refusals(at_once) == refusals(late) == [Reason.RETRIED_BEFORE]
    assert world.bytes() == before


def test_a_retry_that_went_aside_itself_may_be_said_once_more() -> None:
    world = World(book())
    aside = world.set_aside(act())
    world.set_aside(Retried(aside))

    assert points(world.post(Retried(aside))) == [10]


def test_what_did_not_go_aside_is_not_judged_again() -> None:
    world = World(book())
    world.post(act())
    judged = len(world.log)
    retry = world.set_aside(Retried(judged))

    decisions = [world.post(Retried(position)) for position in (judged, retry, len(world.log) + 3, 10**9)]

    assert [refusals(decision) for decision in decisions] == [[Reason.NOT_ASIDE]] * 4
    assert world.balance() == 10


def test_a_source_takes_back_what_was_judged_by_a_retry() -> None:
    world = World(book())
    world.post(Retried(world.set_aside(act(key="one"))))

    others = world.post(retraction("one", by="source", source="another"))
    own = world.post(retraction("one", by="source", source="tool"))

    assert (refusals(others), lines(others, KeyTaken)) == ([Reason.NOT_THEIRS], [])
    assert points(own) == [-10]


def test_a_member_takes_back_what_was_judged_by_a_retry() -> None:
    world = World(book())
    world.post(Retried(world.set_aside(act("anna", key="one"))))

    others = world.post(retraction("one", by="member", member="bela"))
    own = world.post(retraction("one", by="member", member="anna"))

    assert (refusals(others), points(own)) == ([Reason.NOT_THEIRS], [-10])


def test_what_was_taken_back_after_its_retry_is_not_tried_a_third_time() -> None:
    world = World(book())
    aside = world.set_aside(act(key="one"))
    world.post(Retried(aside))
    world.post(retraction("one"))

    again = world.post(Retried(aside))

    assert (refusals(again), world.balance()) == ([Reason.RETRIED_BEFORE], 0)


def test_a_retried_thanks_pays_both() -> None:
    world = World({"thanks": {"giver": 2, "receiver": 10}})

    decision = world.post(Retried(world.set_aside(thanks())))

    assert points(decision) == [2, 10]
    assert lines(decision, ThanksNoted)
