from typing import Any

from engine.core.buckets import sum_of
from engine.core.entries import Awarded, Corrected, RulebookPublished
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.refusals import Reason
from tests.core.builders import World, act, lines, moment, points, refusals, retraction, thanks

Plain = dict[str, Any]

SHARES = {"id": "shares", "on": ["content.shared"]}
BY_TOPIC = {"id": "topics", "on": ["content.shared"], "measure": "each", "of": "topics"}
CHANNELS = {"id": "channels", "on": ["content.shared"], "measure": "distinct", "of": "channel"}


def book(metric: Plain, **badge: object) -> Plain:
    """A rulebook of one badge for one metric."""
    return {"metrics": [metric], "badges": [{"id": "badge", "metric": metric["id"], "per": "ever", **badge}]}


def test_a_badge_comes_when_its_tier_is_reached_and_once() -> None:
    world = World(book(SHARES, tiers=[2, 3]))

    granted = [[line.step for line in lines(world.post(act()), BadgeGranted)] for _ in range(4)]

    assert granted == [[], [0], [1], []]


def test_a_badge_that_repeats_comes_once_in_each_period() -> None:
    world = World(book(SHARES, per="week", tiers=[2], repeats="week"))

    for day in (0, 1, 2, 7, 14, 15):
        world.post(act(day=day))

    assert len(world.badges()) == 2


def test_a_badge_for_each_value_is_granted_by_the_value() -> None:
    world = World(book(BY_TOPIC, each=True, tiers=[2]))

    world.post(act(topics=["ai", "law"]))
    world.post(act(topics=["ai"]))

    assert world.badges() == [("badge", "ai", 0)]


def test_a_badge_for_distinct_values_counts_each_value_once_in_its_window() -> None:
    world = World(book(CHANNELS, per="month", tiers=[2]))

    for day, channel in ((0, "x"), (1, "x"), (40, "blog"), (41, "blog")):
        world.post(act(day=day, channel=channel))
    without = world.badges()
    world.post(act(day=42, channel="x"))

    assert (without, world.badges()) == ([], [("badge", "", 0)])


def test_a_metric_of_different_weeks_counts_weeks_and_not_acts() -> None:
    metric = {"id": "weeks", "on": ["content.shared"], "measure": "distinct", "of": "week"}
    world = World(book(metric, per="last_4_weeks", tiers=[3]))

    for day in (0, 1, 7, 8):
        world.post(act(day=day))
    without = world.badges()
    world.post(act(day=14))

    assert (without, world.badges()) == ([], [("badge", "", 0)])


def test_a_metric_may_sum_a_field() -> None:
    metric = {"id": "reach", "on": ["content.shared"], "measure": "sum", "of": "reach"}
    world = World(book(metric, tiers=[100]))

    world.post(act(reach=60))
    world.post(act())
    world.post(act(reach=40))

    assert world.badges() == [("badge", "", 0)]


def test_a_badge_has_a_condition_on_its_holder() -> None:
    world = World(book(SHARES, **{"if": {"member.is_leader": True}}), members=["anna"])
    world.joins("lead", is_leader=True)

    world.post(act("anna"))
    world.post(act("lead"))

    assert (world.badges("anna"), world.badges("lead")) == ([], [("badge", "", 0)])


def test_no_badge_is_lost_because_its_window_moved_on() -> None:
    world = World(book(SHARES, per="week", tiers=[2]))
    world.post(act())
    world.post(act())

    world.post(act(day=30))

    assert world.badges() == [("badge", "", 0)]


def test_a_badge_is_withdrawn_when_a_retraction_takes_its_condition_away() -> None:
    world = World(book(SHARES, per="week", tiers=[1, 2]))
    world.post(act(key="one"))
    world.post(act(key="two"))

    decision = world.post(retraction("one", day=1))

    assert [line.step for line in lines(decision, BadgeWithdrawn)] == [1]
    assert world.badges() == [("badge", "", 0)]


def test_a_badge_stays_when_the_retraction_says_so() -> None:
    world = World(book(SHARES, tiers=[1]))
    world.post(act(key="one"))

    world.post(retraction("one", badges_stay=True))

    assert world.badges() == [("badge", "", 0)]


def test_a_badge_whose_days_were_folded_into_months_stays() -> None:
    world = World({**book(SHARES, per="day", tiers=[2]), "days_back": 45})
    for key in ("one", "two", "three"):
        world.post(act(day=0, key=key))
    world.post(act(day=44))
    world.post(act(day=80))

    world.post(retraction("one", day=80))

    assert world.badges() == [("badge", "", 0)]
    assert sum_of(world.member().series[world.code("metric", "shares")]) == 4


def test_a_withdrawn_badge_can_be_earned_again() -> None:
    world = World(book(SHARES, tiers=[1]))
    world.post(act(key="one"))
    world.post(retraction("one"))

    world.post(act())

    assert world.badges() == [("badge", "", 0)]


def test_a_badge_for_points_comes_to_whoever_is_paid() -> None:
    spec = {
        "rules": [{"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 15}],
        "thanks": {"giver": 0, "receiver": 10},
        "badges": [{"id": "rich", "metric": "points", "per": "ever", "tiers": [10]}],
    }
    world = World(spec, members=["anna", "bela", "cleo", "dora"])

    world.post(act("anna", type="content.approved", proposer="bela"))
    world.post(thanks("anna", "cleo"))
    world.post(Awarded("dora", moment(0), points=10))

    assert [len(world.badges(who)) for who in ("anna", "bela", "cleo", "dora")] == [0, 1, 1, 1]


def test_levels_follow_the_points_of_all_time_in_both_directions() -> None:
    spec = {
        "rules": [{"id": "share", "on": ["content.shared"], "points": 10}],
        "levels": [{"id": "reader", "at": 0}, {"id": "voice", "at": 20}, {"id": "star", "at": 30}],
    }
    world = World(spec)
    reader, voice = world.code("level", "reader"), world.code("level", "voice")
    world.post(act())

    up = world.post(act(key="two"))
    down = world.post(retraction("two"))

    assert [(line.level, line.up) for line in lines(up, LevelChanged)] == [(voice, True)]
    assert [(line.level, line.up) for line in lines(down, LevelChanged)] == [(reader, False)]


def test_an_award_by_hand_gives_points_or_a_badge_once() -> None:
    world = World({"badges": [{"id": "hero"}], "currencys": [{"id": "coins"}]})

    world.post(Awarded("anna", moment(0), points=50))
    world.post(Awarded("anna", moment(0), points=7, currency="coins"))
    first = world.post(Awarded("anna", moment(0), badge="hero"))
    second = world.post(Awarded("anna", moment(0), badge="hero"))

    assert (world.balance(), world.balance(currency="coins")) == (50, 7)
    assert (len(first.lines), refusals(second)) == (1, [Reason.ONCE])


def test_a_correction_may_bring_a_balance_below_zero() -> None:
    world = World({})

    decision = world.post(Corrected("anna", moment(0), -5))

    assert points(decision) == [-5]
    assert world.balance() == -5


def test_an_award_of_something_that_the_rulebook_no_longer_names_changes_nothing() -> None:
    world = World({"currencys": [{"id": "coins"}], "badges": [{"id": "hero"}]})
    world.publish({})

    decisions = [
        world.post(Awarded("anna", moment(0), points=1, currency="gems")),
        world.post(Awarded("anna", moment(0), badge="saint")),
        world.post(Corrected("anna", moment(0), 1, currency="gems")),
    ]

    assert [refusals(decision) for decision in decisions] == [[Reason.UNKNOWN_NAME]] * 3


def test_a_name_keeps_its_code_and_one_that_was_called_otherwise_takes_over_the_old_one() -> None:
    world = World({"rules": [{"id": "share", "on": ["content.shared"], "points": 1}]})
    before = world.code("rule", "share")
    names = (("metric:points", ""), ("rule:share-more", "rule:share"), ("rule:new", ""))

    world.specs[b"later"] = {}
    world.post(RulebookPublished(b"later", names, "UTC", 0, 45))

    assert world.code("rule", "share-more") == before
    assert world.code("rule", "new") > before
