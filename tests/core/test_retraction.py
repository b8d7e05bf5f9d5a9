from typing import Any

import pytest

from engine.core.entries import Act
from engine.core.lines.entries import KeyTaken
from engine.core.lines.refusals import Reason
from tests.core.builders import World, act, lines, moment, points, refusals, retraction

Plain = dict[str, Any]

SHARE: Plain = {"id": "share", "on": ["content.shared"], "points": 10}
CLICK: Plain = {"id": "click", "on": ["link.clicked"], "points": 1}


def book(**more: object) -> Plain:
    """Shares pay 10, clicks 1."""
    return {"rules": [{**SHARE, **more}, CLICK], "metrics": [{"id": "shares", "on": ["content.shared"]}]}


def test_what_was_paid_is_taken_back_exactly() -> None:
    world = World({**book(), "currencys": [{"id": "coins", "per_point": 2}]})
    world.post(act(key="one"))

    decision = world.post(retraction("one"))

    assert points(decision) == [-10, -20]
    assert (world.balance(), world.balance(currency="coins")) == (0, 0)
    assert world.metric("shares", "ever", day=0) == 0


@pytest.mark.parametrize(
    "bound",
    [
        {"limits": [{"times": 1, "per": "week"}]},
        {"limits": [{"points": 10, "per": "last_7_days"}]},
        {"fade": {"per": "week", "percent": [100, 0]}},
        {"once": ["channel"]},
    ],
)
def test_the_room_is_free_for_later_acts(bound: Plain) -> None:
    world = World(book(**bound))
    world.post(act(key="one"))
    without = points(world.post(act()))

    world.post(retraction("one"))

    assert (without, points(world.post(act()))) == ([], [10])


def test_the_room_of_a_cap_is_free_again() -> None:
    world = World({**book(), "caps": [{"id": "all", "points": 10, "per": "week"}]})
    world.post(act(key="one"))

    world.post(retraction("one"))

    assert points(world.post(act())) == [10]


def test_no_other_act_is_judged_again() -> None:
    world = World(book(limits=[{"times": 1, "per": "week"}]))
    world.post(act(key="one"))
    world.post(act(key="two"))

    world.post(retraction("one"))

    assert world.balance() == 0


def test_everyone_who_was_paid_pays_back() -> None:
    rule = {"id": "review", "on": ["content.approved"], "pays": "field:reviewers", "points": 8}
    world = World({"rules": [rule]}, members=["anna", "bela", "cleo"])
    world.post(act(type="content.approved", reviewers=["bela", "cleo"], key="one"))

    decision = world.post(retraction("one"))

    assert points(decision) == [-8, -8]
    assert [world.balance(who) for who in ("bela", "cleo")] == [0, 0]


def test_an_act_of_someone_who_takes_no_part_can_be_taken_back_too() -> None:
    rule = {"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 8}
    world = World({"rules": [rule]})
    world.post(act(None, type="content.approved", proposer="bela", key="one"))

    world.post(retraction("one"))
    again = world.post(act(None, type="content.approved", proposer="bela", key="one"))
    twice = world.post(act(None, type="content.approved", proposer="bela", key="one"))

    assert (points(again), refusals(twice)) == ([8], [Reason.KEY_AGAIN])
    assert world.balance("bela") == 8


def test_twice_is_once() -> None:
    world = World(book())
    world.post(act(key="one"))
    world.post(retraction("one"))

    again = world.post(retraction("one"))

    assert (points(again), refusals(again)) == ([], [Reason.ALREADY_TAKEN_BACK])
    assert world.balance() == 0


def test_one_that_comes_first_waits_and_its_target_pays_nothing() -> None:
    world = World(book())
    world.post(retraction("one"))

    target = world.post(act(key="one"))

    assert (points(target), refusals(target)) == ([], [Reason.TAKEN_BACK_BEFORE])
    assert points(world.post(act(key="two"))) == [10]


def test_the_same_thing_again_is_not_paid_again() -> None:
    world = World(book())
    world.post(act(key="one"))

    again = world.post(act(key="one"))

    assert (points(again), refusals(again)) == ([], [Reason.KEY_AGAIN])


def test_a_key_taken_back_twice_is_not_paid_a_third_time() -> None:
    world = World(book())
    paid = []
    for _ in range(3):
        paid.append(points(world.post(act(key="one"))))
        world.post(retraction("one"))

    assert paid == [[10], [10], []]
    assert world.balance() == 0


def test_a_member_takes_back_only_their_own() -> None:
    world = World(book())
    world.post(act("anna", key="one"))

    others = world.post(retraction("one", by="member", member="bela"))
    own = world.post(retraction("one", by="member", member="anna"))

    assert (refusals(others), lines(others, KeyTaken)) == ([Reason.NOT_THEIRS], [])
    assert points(own) == [-10]


def test_a_source_takes_back_only_its_own() -> None:
    world = World(book())
    world.post(act("anna", key="one"))

    others = world.post(retraction("one", by="source", source="another"))
    own = world.post(retraction("one", by="source", source="tool"))

    assert (refusals(others), points(own)) == ([Reason.NOT_THEIRS], [-10])


def test_everything_about_a_content_and_a_member_goes_clicks_too() -> None:
    world = World(book())
    world.post(act(content="post"))
    world.post(act(content="post", type="link.clicked"))
    world.post(act(content="other"))
    world.post(act("bela", content="post"))

    decision = world.post(retraction(content="post", member="anna"))

    assert points(decision) == [-10, -1]
    assert (world.balance("anna"), world.balance("bela")) == (10, 10)


def test_what_was_taken_back_by_key_is_not_taken_back_with_its_content() -> None:
    world = World(book())
    world.post(act(content="post", key="one"))
    world.post(retraction("one"))

    assert points(world.post(retraction(content="post", member="anna"))) == []
    assert world.balance() == 0


def test_the_counts_of_a_pruned_time_are_left_alone() -> None:
    limit = {"points": 10, "per": "ever", "by": "channel", "forget_days": 5}
    world = World(book(limits=[limit]))
    world.post(act(key="one"))
    world.post(act(day=20))

    world.post(retraction("one", day=20))

    assert points(world.post(act(day=20))) == []


def test_a_mark_that_was_forgotten_and_set_again_stays_when_the_old_act_is_taken_back() -> None:
    world = World(book(once=["channel"], once_forget_days=5))
    world.post(act(key="one"))
    world.post(act(day=20))

    world.post(retraction("one", day=20))

    assert points(world.post(act(day=20))) == []


REMOVAL: Plain = {**book(), "removals": [{"on": "content.removed", "within_days": 30}]}


def test_a_removed_post_takes_back_what_it_led_to() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))

    removed = world.post(act(type="content.removed", content="post", day=30))

    assert points(removed) == [-10]


def test_a_removal_leaves_what_is_older_than_it_says() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))

    assert points(world.post(act(type="content.removed", content="post", day=31))) == []


def test_removing_twice_is_removing_once() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))
    world.post(act(type="content.removed", content="post"))

    again = world.post(act(type="content.removed", content="post"))
    by_hand = world.post(retraction(content="post", member="anna"))

    assert (points(again), points(by_hand)) == ([], [])
    assert world.balance() == 0


def removal(key: str, *, day: float = 1) -> Act:
    """The tool says that a post was removed."""
    return act(type="content.removed", content="post", key=key, day=day)


def test_taking_back_a_removal_restores_every_number() -> None:
    badge = {"id": "b", "metric": "shares", "per": "ever"}
    goes = [{"on": "content.removed", "within_days": 30, "badges_stay": False}]
    limited = book(limits=[{"times": 1, "per": "week"}], once=["channel"])
    world = World({**limited, "removals": goes, "badges": [badge]})
    world.post(act(content="post", key="share"))
    before = world.member()
    world.post(removal("gone", day=0))
    without = world.balance(), world.badges()

    world.post(retraction("gone", by="source", source="tool"))

    after = world.member()
    assert without == (0, [])
    for part in ("balances", "series", "uses", "valued_uses", "once", "scores"):
        assert getattr(after, part) == getattr(before, part)
    assert world.badges() == [("b", "", 0)]
    assert points(world.post(act())) == []


def test_what_two_have_removed_comes_back_only_with_both() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))
    world.post(removal("one"))
    world.post(removal("two"))

    first = points(world.post(retraction("one", day=1)))
    second = points(world.post(retraction("two", day=1)))

    assert (first, second, world.balance()) == ([], [10], 10)


@pytest.mark.parametrize("other", [{"key": "share"}, {"content": "post", "member": "anna"}])
def test_what_was_taken_back_by_itself_does_not_come_back_with_a_removal(other: Plain) -> None:
    world = World(REMOVAL)
    world.post(act(content="post", key="share"))
    world.post(removal("gone"))
    world.post(retraction(day=1, **other))

    world.post(retraction("gone", day=1))

    assert world.balance() == 0


def test_a_removal_that_was_none_can_be_said_again() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))
    world.post(removal("gone"))
    world.post(retraction("gone", day=1))

    again = points(world.post(removal("gone")))
    world.post(retraction("gone", day=1))
    third = points(world.post(removal("gone")))

    assert (again, third, world.balance()) == ([-10], [], 10)


def test_taking_back_all_about_a_content_brings_nothing_back_that_a_removal_took() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))
    world.post(removal("gone"))

    world.post(retraction(content="post", member="anna", day=1))

    assert world.balance() == 0


def test_a_member_does_not_take_back_what_a_tool_said_was_removed() -> None:
    world = World(REMOVAL)
    world.post(act(content="post"))
    world.post(removal("gone"))

    tried = world.post(retraction("gone", by="member", member="anna", source="tool", day=1))

    assert (refusals(tried), world.balance()) == ([Reason.NOT_THEIRS], 0)


def test_what_is_remembered_of_a_key_outlives_one_era_and_not_three() -> None:
    world = World({**book(), "days_back": 10})
    world.post(act(key="one", day=9))
    world.tick(10)

    assert points(world.post(retraction("one", day=19))) == [-10]
    world.tick(25)
    world.tick(40)
    assert points(world.post(act(key="one", day=40))) == [10]
    assert not [key for key in world.states if key.startswith("0/")]


def test_a_retraction_waits_across_an_era() -> None:
    world = World({**book(), "days_back": 10})
    world.post(retraction("one", day=9))

    assert points(world.post(act(key="one", day=8), at=moment(11))) == []
