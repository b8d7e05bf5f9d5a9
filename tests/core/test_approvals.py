from typing import Any

import pytest

from engine.core.entries import AnyEntry, Awarded, MemberErased, MembershipChanged, Retracted, Retried, Thanked
from engine.core.holds import MOST_HELD
from engine.core.keys import HOLDS, approved_key
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.ledger import Boosted, Held, HoldChanged, HoldNow, Posted
from engine.core.lines.refusals import Reason
from engine.core.receipts.receipt import Beside, Receipt, Speaker
from engine.core.states import ApprovedState, HoldsState
from tests.core.builders import MONDAY, World, act, lines, moment, points, refusals, retraction, thanks, verdict

Plain = dict[str, Any]
SHARED = ["content.shared"]
APPROVAL = {"over": 100, "within_days": 14}


def book(points: int = 150, **more: object) -> Plain:
    """Shares pay 150, which waits."""
    return {"rules": [{"id": "share", "on": SHARED, "points": points, **more}], "approval": APPROVAL}


def award(member: str = "anna", points: int = 150, *, day: float = 0, **more: Any) -> Awarded:  # noqa: ANN401
    """By a token of HR."""
    return Awarded(member, moment(day), points, by=more.pop("by", "giver's token"), **more)


def waiting(world: World) -> dict[int, int]:
    """What waits, and up to when."""
    state = world.states.get(HOLDS)
    return dict(state.until) if isinstance(state, HoldsState) else {}


def test_what_would_pay_more_than_the_bound_waits_and_uses_nothing_up() -> None:
    world = World(book(limits=[{"times": 1, "per": "week"}], once=["channel"]))

    decision = world.post(act(day=1))

    assert lines(decision, Held) == [
        Held(0, world.code("rule", "share"), 150, MONDAY + 1, 150, 100, moment(1) + 14 * 86_400_000)
    ]
    assert (points(decision), world.balance(), world.member().uses, world.member().once) == ([], 0, {}, {})


def test_just_the_bound_is_paid_at_once() -> None:
    assert points(World(book(100)).post(act())) == [100]


def test_what_bounds_leave_counts_for_the_bound() -> None:
    world = World(book(limits=[{"points": 90, "per": "week"}]))

    assert points(world.post(act())) == [90]


def test_what_was_agreed_to_is_paid_on_the_day_of_the_act_and_counts_there() -> None:
    spec = book(limits=[{"times": 1, "per": "week"}]) | {
        "badges": [{"id": "rich", "metric": "points", "per": "week", "tiers": [120]}],
        "boards": [{"id": "b", "of": "points", "periods": ["week"]}],
    }
    world = World(spec)
    world.post(act(day=1))
    held = len(world.log)

    agreed = world.post(verdict(held, day=3))
    same_week, next_week = world.post(act(day=4)), world.post(act(day=8))

    assert [(line.amount, line.day) for line in lines(agreed, Posted)] == [(150, MONDAY + 1)]
    assert [line.day for line in lines(agreed, BadgeGranted)] == [MONDAY + 1]
    assert refusals(same_week) == [Reason.LIMIT_TIMES]
    assert len(lines(next_week, Held)) == 1


def test_what_has_no_room_left_by_then_is_not_paid() -> None:
    world = World(book(limits=[{"times": 1, "per": "week"}]))
    for day in (1, 2):
        world.post(act(day=day))
    first, second = sorted(waiting(world))

    assert points(world.post(verdict(second, day=3))) == [150]
    assert refusals(world.post(verdict(first, day=3))) == [Reason.LIMIT_TIMES]
    assert world.balance() == 150


def test_it_is_paid_by_the_rules_of_now_but_never_more_than_waited() -> None:
    fade = {"per": "week", "percent": [100, 50]}
    world = World(book(200, fade=fade))
    world.post(act(day=1))
    world.publish(book(900, fade={"per": "week", "percent": [60]}), day=2)

    assert points(world.post(verdict(min(waiting(world)), day=3))) == [120]

    world.post(act(day=8))
    world.publish(book(900, fade=fade), day=9)
    assert points(world.post(verdict(min(waiting(world)), day=10))) == [540]


def test_a_rule_that_is_gone_pays_nothing_any_more() -> None:
    world = World(book())
    world.post(act())
    world.publish({"rules": [], "approval": APPROVAL})

    assert refusals(world.post(verdict(min(waiting(world))))) == [Reason.UNKNOWN_NAME]
    assert world.balance() == 0


def test_what_waits_can_be_agreed_to_after_the_approval_left_the_rules() -> None:
    world = World(book())
    world.post(act())
    world.publish({"rules": book()["rules"]})

    assert points(world.post(verdict(min(waiting(world))))) == [150]


def test_declining_pays_nothing_and_says_so() -> None:
    world = World(book())
    world.post(act())
    held = min(waiting(world))

    declined = world.post(verdict(held, "decline"))
    late = world.post(verdict(held))

    assert (refusals(declined), points(declined)) == ([Reason.DECLINED], [])
    assert refusals(late) == [Reason.NOT_HELD]
    assert waiting(world) == {}


def test_a_second_verdict_pays_nothing_twice() -> None:
    world = World(book())
    world.post(act())
    held = min(waiting(world))

    decisions = [world.post(verdict(held)), world.post(verdict(held)), world.post(verdict(held, "decline"))]

    assert [points(decision) for decision in decisions] == [[150], [], []]
    assert [refusals(decision) for decision in decisions[1:]] == [[Reason.NOT_HELD]] * 2


@pytest.mark.parametrize(("days", "paid"), [(13.999, [150]), (14, [])])
def test_what_nobody_came_to_in_time_has_lapsed(days: float, paid: list[int]) -> None:
    world = World(book())
    world.post(act(day=1))

    assert points(world.post(verdict(min(waiting(world)), day=1 + days))) == paid


def test_what_has_lapsed_goes_when_something_else_begins_to_wait() -> None:
    world = World(book())
    world.post(act(day=1))
    world.post(act(day=16))

    assert list(waiting(world)) == [len(world.log)]


def test_a_verdict_on_anything_else_changes_nothing() -> None:
    world = World(book())
    world.post(act("bela", channel="x"))
    before = world.bytes()

    decisions = [world.post(verdict(position)) for position in (1, len(world.log) + 5, 10**9)]

    assert [refusals(decision) for decision in decisions] == [[Reason.NOT_HELD]] * 3
    del before["o"]
    assert {key: state for key, state in world.bytes().items() if key != "o"} == before


# Who decides


def held_by(entry: AnyEntry, **more: object) -> tuple[World, int]:
    """A world in which this entry has something waiting."""
    on = ["content.approved"]
    rules = [*book()["rules"], {"id": "ok", "on": on, "pays": "field:proposer", "points": 150}]
    approval = {**APPROVAL, **more}
    world = World({"rules": rules, "thanks": {"giver": 1, "receiver": 150}, "approval": approval})
    world.post(entry)
    return world, min(waiting(world))


OWN: list[tuple[AnyEntry, Plain]] = [
    (act("anna"), {"decider": "anna"}),
    (award("anna"), {"decider": "anna"}),
    (award("anna"), {"by": "giver's token"}),
    (award("anna", by_member="bela"), {"by": "another token", "decider": "bela"}),
    (thanks("anna", "bela"), {"decider": "anna"}),
    (thanks("anna", "bela"), {"decider": "bela"}),
    (act("anna", type="content.approved", proposer="bela"), {"decider": "anna"}),
    (act("anna", type="content.approved", proposer="bela"), {"decider": "bela"}),
]


@pytest.mark.parametrize(("entry", "who"), OWN)
def test_nobody_decides_about_their_own(entry: AnyEntry, who: Plain) -> None:
    world, held = held_by(entry)

    own = world.post(verdict(held, **who))
    declined = world.post(verdict(held, "decline", **who))

    assert refusals(own) == refusals(declined) == [Reason.OWN_APPROVAL]
    assert points(world.post(verdict(held, decider="cleo"))) == [150]


def test_the_rules_may_let_the_giver_decide_and_not_the_receiver() -> None:
    world, held = held_by(award("anna", by_member="bela"), not_by=("receiver",))

    assert refusals(world.post(verdict(held, decider="anna"))) == [Reason.OWN_APPROVAL]
    assert points(world.post(verdict(held, by="giver's token", decider="bela"))) == [150]


# What else waits


def test_points_by_hand_wait_and_other_currencies_and_corrections_do_not() -> None:
    world = World(book() | {"currencys": [{"id": "coins"}]})

    decisions = [world.post(award()), world.post(award(currency="coins")), world.post(award(points=100))]
    agreed = world.post(verdict(min(waiting(world))))

    assert [points(decision) for decision in decisions] == [[], [150], [100]]
    assert points(agreed) == [150]
    assert world.balance() == 250


def test_each_of_a_thanks_waits_by_itself_and_the_allowance_is_used_at_once() -> None:
    world = World(
        {
            "thanks": {"giver": 120, "receiver": 150, "allowance": {"times": 1, "per": "week"}},
            "approval": APPROVAL,
        }
    )

    first, second = world.post(thanks(day=1)), world.post(thanks(day=2))
    agreed = world.post(verdict(min(waiting(world)), day=3))

    assert [(line.who, line.amount) for line in lines(first, Held)] == [(0, 120), (1, 150)]
    assert refusals(second) == [Reason.ALLOWANCE, Reason.WITHOUT_POINTS]
    assert points(agreed) == [120, 150]
    assert (world.balance("anna"), world.balance("bela")) == (120, 150)


def test_half_of_a_mutual_thanks_waits_as_half() -> None:
    world = World(
        {"thanks": {"giver": 0, "receiver": 300, "mutual_days": 7, "mutual_percent": 50}, "approval": APPROVAL}
    )
    world.post(thanks("anna", "bela", day=1))
    world.post(thanks("bela", "anna", day=2))

    assert points(world.post(verdict(max(waiting(world)), day=3))) == [150]


def test_what_a_boost_makes_large_waits_with_the_boost_of_then() -> None:
    spec = book(60) | {
        "boosts": [{"id": "b", "on": SHARED, "percent": 200, "first_day": MONDAY, "last_day": MONDAY}],
    }
    world = World(spec)
    world.post(act())
    world.publish(book(60), day=1)

    agreed = world.post(verdict(min(waiting(world)), day=2))

    assert points(agreed) == [120]
    assert [line.percent for line in lines(agreed, Boosted)] == [200]


def test_what_is_paid_once_for_the_subject_is_paid_once_when_agreed_to_twice() -> None:
    on = ["content.approved"]
    rule = {"id": "ok", "on": on, "pays": "field:proposer", "points": 150, "once": ["subject"]}
    world = World({"rules": [rule], "approval": APPROVAL})
    for _ in range(2):
        world.post(act("anna", type="content.approved", proposer="bela"))
    first, second = sorted(waiting(world))

    assert points(world.post(verdict(first))) == [150]
    assert refusals(world.post(verdict(second))) == [Reason.ONCE]


def test_what_was_judged_by_a_retry_waits_at_the_place_of_the_retry() -> None:
    world = World(book())
    world.post(Retried(world.set_aside(act(day=1, key="one"))))
    held = min(waiting(world))

    agreed = world.post(verdict(held, day=2))
    taken = world.post(retraction("one", day=3))

    assert held == len(world.log) - 2
    assert (points(agreed), points(taken)) == ([150], [-150])


def test_a_verdict_that_went_aside_is_judged_by_its_retry() -> None:
    world = World(book())
    world.post(act(key="one"))
    aside = world.set_aside(verdict(min(waiting(world))))

    agreed = world.post(Retried(aside))
    taken = world.post(retraction("one"))

    assert (points(agreed), points(taken)) == ([150], [-150])


def test_beyond_so_many_nothing_more_can_wait() -> None:
    world = World(book())
    state = HoldsState(until={-number: moment(30) for number in range(1, MOST_HELD)})
    world.states[HOLDS] = state

    fits, beyond = world.post(act()), world.post(act())

    assert (len(lines(fits, Held)), refusals(beyond)) == (1, [Reason.TOO_MANY_HELD])
    assert len(waiting(world)) == MOST_HELD


# Taking back, leaving


def test_what_waits_goes_with_its_act() -> None:
    world = World(book())
    world.post(act(key="one"))
    held = min(waiting(world))

    taken = world.post(retraction("one"))

    assert lines(taken, HoldChanged) == [HoldChanged(held, HoldNow.TAKEN_BACK)]
    assert refusals(world.post(verdict(held))) == [Reason.NOT_HELD]


def test_what_was_agreed_to_is_taken_back_with_its_act_and_the_room_is_free_again() -> None:
    spec = book(limits=[{"times": 1, "per": "week"}], once=["content"]) | {
        "badges": [{"id": "rich", "metric": "points", "per": "ever", "tiers": [120]}],
    }
    world = World(spec)
    world.post(act(day=1, key="one", content="post"))
    world.post(verdict(min(waiting(world)), day=2))
    held = world.badges()

    taken = world.post(retraction("one", day=3))

    assert (held, world.badges()) == ([("rich", "", 0)], [])
    assert (points(taken), world.balance(), world.member().uses, world.member().once) == ([-150], 0, {}, {})
    world.post(act(day=4, content="post"))
    assert points(world.post(verdict(max(waiting(world)), day=5))) == [150]


def test_what_was_agreed_to_late_is_still_found_when_its_act_is_taken_back() -> None:
    world = World({**book(), "days_back": 10, "approval": {"over": 100, "within_days": 30}})
    world.tick(8)
    world.post(act(day=8, key="one"))
    held = min(waiting(world))
    world.post(verdict(held, day=12))
    era = world.organization().era

    taken = world.post(retraction("one", day=13))

    assert world.states[approved_key(era, held)] == ApprovedState(held + 1)
    assert points(taken) == [-150]


def removed(key: str, *, day: float) -> AnyEntry:
    return act("anna", type="content.removed", content="post", day=day, key=key)


@pytest.mark.parametrize("agreed_before", [True, False])
def test_what_waits_or_was_paid_comes_back_when_a_removal_was_none(agreed_before: bool) -> None:  # noqa: FBT001
    world = World(book() | {"removals": [{"on": "content.removed", "within_days": 30}]})
    world.post(act(day=1, content="post"))
    held = min(waiting(world))
    if agreed_before:
        world.post(verdict(held, day=2))
    world.post(removed("gone", day=3))
    world.post(removed("gone too", day=3))
    between = world.balance(), world.post(verdict(held, day=4))

    world.post(retraction("gone", day=5))
    world.post(retraction("gone too", day=5))
    if not agreed_before:
        world.post(verdict(held, day=6))

    assert between[0] == 0
    assert refusals(between[1]) == [Reason.NOT_HELD]
    assert world.balance() == 150
    world.post(Retracted("hr", moment(7), content="post", member="anna"))
    assert world.balance() == 0


def test_an_old_act_that_only_waits_is_as_old_as_it_is() -> None:
    world = World(book() | {"removals": [{"on": "content.removed", "within_days": 3}]})
    world.post(act(day=0, content="post"))
    held = min(waiting(world))

    world.post(removed("gone", day=5))

    assert points(world.post(verdict(held, day=6))) == [150]


def test_nothing_is_paid_to_who_was_erased_meanwhile() -> None:
    on = ["content.approved"]
    rule = {"id": "ok", "on": on, "pays": "field:reviewers", "points": 150}
    world = World({"rules": [rule], "approval": APPROVAL}, members=("anna", "bela", "cleo"))
    world.post(act("anna", type="content.approved", reviewers=["bela", "cleo"]))
    world.post(MemberErased("bela"))

    agreed = world.post(verdict(min(waiting(world))))

    assert [agreed.people[line.who].id for line in lines(agreed, Posted)] == ["cleo"]
    assert refusals(agreed) == []


def test_nothing_is_paid_to_who_takes_no_part_any_more() -> None:
    world = World(book())
    world.post(act(day=1))
    world.post(MembershipChanged("anna", "pause", moment(0)))

    assert refusals(world.post(verdict(min(waiting(world)), day=2))) == [Reason.NOT_TAKING_PART]
    assert world.balance() == 0


def test_the_units_of_then_get_what_is_agreed_to_later() -> None:
    spec = book() | {"boards": [{"id": "b", "of": "points", "periods": ["month"]}]}
    world = World(spec, members=())
    world.joins("anna", team="red")
    world.post(act(day=1))
    held = min(waiting(world))
    world.joins("anna", team="blue", day=2)

    world.post(verdict(held, day=3))

    assert [sums for sums, _ in world.unit("red").sums.values()] == [150]
    assert world.unit("blue").sums == {}


def test_a_thanks_that_waits_is_a_thanks_all_the_same() -> None:
    entry = thanks("anna", "bela", day=1)
    assert isinstance(entry, Thanked)
    world, held = held_by(entry)

    assert world.member("bela").thanked_by == {"anna": moment(1)}
    assert points(world.post(verdict(held, day=2))) == [150]


def test_a_receipt_says_what_waits_and_what_became_of_it() -> None:
    world = World(book())
    world.post(act(day=1))
    held = min(waiting(world))
    agreed = world.post(verdict(held, day=2))
    world.post(act(day=8))
    world.post(verdict(max(waiting(world)), "decline", day=9))

    told = [receipt(world, position) for position in (held, held + 1, held + 2, held + 3)]

    assert points(agreed) == [150]
    assert (
        told[0].sentences[0].startswith("Share: 150 points, to which a colleague in HR agrees first, until Tue 20 Jan")
    )
    assert told[1].sentences[:2] == ("A colleague in HR agreed to it.", "Share: 150 points.")
    assert (told[1].title, told[1].type, told[1].points) == ("Looked at by HR", "sulka.approval", 150)
    assert told[3].sentences == ("Share: a colleague in HR looked at it, and this time it brings no points.",)


def test_a_receipt_read_after_that_time_tells_what_still_can_be_done() -> None:
    world = World(book())
    world.post(act(day=1))

    said = receipt(world, len(world.log), now=moment(20)).sentences[0]

    assert said.endswith("If nobody came to it, ask them: they can still give it by hand.")


def test_what_was_given_by_hand_and_agreed_to_reads_as_given() -> None:
    world = World(book())
    world.post(award())
    world.post(verdict(len(world.log)))

    assert receipt(world, len(world.log)).sentences[1] == "Given by hand: +150 points."


def receipt(world: World, position: int, *, now: int = 0) -> Receipt:
    """What anna reads about an entry."""
    logged, journal = world.log[position - 1], world.journal[position - 1]
    place, beside = (position, logged.recorded), Beside(now=now)
    return Speaker(world.plan, "en").receipt("anna", place, logged.entry, journal, beside)
