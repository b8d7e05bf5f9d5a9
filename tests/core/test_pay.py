from typing import Any

import pytest

from engine.core.lines.counts import Used
from engine.core.lines.ledger import Posted
from engine.core.lines.refusals import Reason, Refused
from engine.core.plan import Plan
from tests.core.builders import World, act, lines, points, refusals, thanks
from tests.core.history import History
from tests.rulebook.books import ORGANIZATION, compiled, rule

Plain = dict[str, Any]

SHARE: Plain = {"id": "share", "on": ["content.shared"], "points": 10}


def book(*rules: Plain, **more: object) -> Plain:
    """A rulebook of these rules."""
    return {"rules": list(rules), **more}


def share(**more: object) -> Plain:
    """The rule that pays 10 for a share, and what else it says."""
    return {**SHARE, **more}


def test_an_act_is_paid_the_points_of_its_rule() -> None:
    world = World(book(SHARE))

    decision = world.post(act())

    assert points(decision) == [10]
    assert world.balance() == 10


def test_a_rule_whose_condition_does_not_hold_pays_nothing_and_says_which_line() -> None:
    world = World(book(share(**{"if": {"channel": "linkedin", "own_words": True}})))

    decision = world.post(act(own_words=False))

    assert points(decision) == []
    assert refusals(decision) == []  # another value of an indexed equality: the rule never came near
    near = World(book(share(**{"if": {"reach.at_least": 5}}))).post(act(reach=4))
    assert refusals(near) == [Reason.CONDITION]


@pytest.mark.parametrize("who", ["invited_by", "field:proposer"])
def test_what_would_have_paid_somebody_else_is_no_news_to_who_acted(who: str) -> None:
    world = World(book(share(pays=who, **{"if": {"reach.at_least": 5}})), members=["anna", "bela"])

    assert refusals(world.post(act(reach=4, proposer="bela"))) == []


def test_a_formula_that_fails_is_told_to_who_would_have_been_paid() -> None:
    helper = 'data.minutes = { type = "number", optional = true }'
    organization = ORGANIZATION.replace(helper, f'{helper}\ndata.helper = {{ type = "member", optional = true }}')
    pack = rule('pays = "helper"', points="{ formula = 'event.minutes / 10' }")
    history = History(Plan(compiled(pack, organization)))
    history.join("anna", "bela")

    helped = history.share("anna", helper="bela")
    alone = history.share("anna")

    told = [(helped.people[line.who].id, line.reason) for line in lines(helped, Refused)]
    assert (told, refusals(alone)) == ([("bela", Reason.FORMULA_FAULT)], [])


@pytest.mark.parametrize(
    ("line", "wanted", "data", "holds"),
    [
        ("own_words", True, {"own_words": True}, True),
        ("channel", ("x", "linkedin"), {}, True),
        ("channel", ("x", "blog"), {}, False),
        ("reach.at_least", 5, {"reach": 5}, True),
        ("reach.at_least", 5, {"reach": 4}, False),
        ("reach.at_least", 5, {}, False),
        ("reach.at_most", 5, {"reach": 5}, True),
        ("reach.at_most", 5, {"reach": 6}, False),
        ("topics.has_any", ("hiring", "ai"), {"topics": ["ai"]}, True),
        ("topics.has_any", ("hiring", "ai"), {"topics": ["law"]}, False),
        ("topics.has_all", ("hiring", "ai"), {"topics": ["ai"]}, False),
        ("topics.has_all", ("hiring", "ai"), {"topics": ["ai", "hiring"]}, True),
        ("own_words.present", True, {"own_words": False}, True),
        ("reach.present", True, {}, False),
        ("reach.absent", True, {}, True),
        ("reach.absent", True, {"reach": 0}, False),
        ("member.team", "red", {}, True),
        ("member.team", "blue", {}, False),
        ("content.present", True, {"content": "unknown"}, False),
        ("content.present.absent", True, {"content": "unknown"}, True),
        ("event.weekday", 1, {}, True),
        ("event.hour", 13, {}, False),
    ],
)
def test_a_line_holds_for_what_it_says(line: str, wanted: Any, data: Plain, holds: bool) -> None:  # noqa: ANN401, FBT001
    world = World(book(share(**{"if": {line: wanted}})))

    assert points(world.post(act(**data))) == ([10] if holds else [])


def test_hours_and_days_are_those_of_the_organizations_zone() -> None:
    limit = {"times": 1, "per": "day"}
    world = World(book(share(limits=[limit])), zone="Europe/Helsinki")

    paid = [points(world.post(act(day=1, hour=hour))) for hour in (21.9, 22.1, 45.9, 46.1)]

    assert paid == [[10], [10], [], [10]]


def test_a_metric_in_a_condition_counts_the_act_that_is_judged() -> None:
    metric = {"id": "shares", "on": ["content.shared"]}
    world = World(book(share(**{"if": {"metrics.shares.ever": 1}}), metrics=[metric]))

    assert [points(world.post(act())) for _ in range(2)] == [[10], []]


def test_fade_pays_less_for_each_paid_act_and_its_last_percent_stays() -> None:
    world = World(book(share(fade={"per": "week", "percent": [100, 50, 25]})))

    paid = [points(world.post(act(day=day))) for day in (0, 1, 2, 3, 7)]

    assert paid == [[10], [5], [2], [2], [10]]  # 2.5 is rounded half down


def test_an_act_that_is_not_paid_uses_up_no_fade_step() -> None:
    rule = share(
        fade={"per": "week", "percent": [100, 50], "counter": "c"},
        limits=[{"times": 1, "per": "day", "by": "channel", "counter": "c"}],
    )
    world = World(book(rule))

    paid = [points(world.post(act(day=day))) for day in (0, 0, 0, 1)]

    assert paid == [[10], [], [], [5]]


def test_a_fade_of_nothing_is_remarked_and_not_posted() -> None:
    world = World(book(share(fade={"per": "week", "percent": [100, 0]})))
    world.post(act())

    decision = world.post(act())

    assert points(decision) == []
    assert refusals(decision) == [Reason.FADED]
    assert lines(decision, Used) == []


def test_a_counter_is_shared_by_the_rules_that_name_it() -> None:
    limit = {"times": 1, "per": "day", "counter": "shares"}
    own = share(id="own", **{"if": {"own_words": True}}, limits=[limit])
    copied = share(id="copied", **{"if": {"own_words": False}}, points=2, limits=[limit])
    world = World(book(own, copied))

    first, second = world.post(act(own_words=False)), world.post(act())

    assert points(first) == [2]
    assert refusals(second) == [Reason.LIMIT_TIMES]


def test_without_a_counter_each_rule_counts_its_own() -> None:
    limit = {"times": 1, "per": "day"}
    own = share(id="own", **{"if": {"own_words": True}}, limits=[limit])
    copied = share(id="copied", **{"if": {"own_words": False}}, points=2, limits=[limit])
    world = World(book(own, copied))

    assert points(world.post(act(own_words=False))) == [2]
    assert points(world.post(act())) == [10]


def test_a_limit_by_channel_counts_each_channel_by_itself() -> None:
    world = World(book(share(limits=[{"times": 1, "per": "day", "by": "channel"}])))

    paid = [points(world.post(act(channel=channel))) for channel in ("linkedin", "x", "linkedin")]

    assert paid == [[10], [10], []]


def test_a_limit_of_points_pays_the_room_that_is_left() -> None:
    world = World(book(share(limits=[{"points": 15, "per": "week"}])))

    decisions = [world.post(act(day=day)) for day in (0, 1, 2, 7)]

    assert [points(decision) for decision in decisions] == [[10], [5], [], [10]]
    assert lines(decisions[0], Posted)[0].held_by == -1
    assert lines(decisions[1], Posted)[0].held_by == world.code("slot", "share/week")
    assert refusals(decisions[2]) == [Reason.LIMIT_POINTS]


def test_fade_comes_before_limits_and_limits_before_caps() -> None:
    rule = share(points=20, fade={"per": "week", "percent": [50]}, limits=[{"points": 8, "per": "week"}])
    world = World(book(rule, caps=[{"id": "all", "points": 7, "per": "week"}]))

    posted = lines(world.post(act()), Posted)[0]

    assert (posted.amount, posted.base, posted.percent) == (7, 20, 50)
    assert posted.held_by == world.code("slot", "cap-all/week")


@pytest.mark.parametrize(("window", "last_held", "first_free"), [("last_7_days", 6, 7), ("last_2_weeks", 13, 14)])
def test_a_rolling_limit_frees_its_room_when_the_window_has_passed(
    window: str, last_held: int, first_free: int
) -> None:
    world = World(book(share(limits=[{"times": 1, "per": window}])))
    world.post(act(day=0))

    assert points(world.post(act(day=last_held))) == []
    assert points(world.post(act(day=first_free))) == [10]


def test_a_late_act_fits_into_every_rolling_window_that_contains_it() -> None:
    world = World(book(share(limits=[{"times": 1, "per": "last_7_days"}])))
    world.post(act(day=10))

    late = world.post(act(day=5))

    assert refusals(late) == [Reason.LIMIT_TIMES]


def test_a_dated_limit_counts_in_the_period_of_its_field() -> None:
    rule = {
        "id": "approved",
        "on": ["content.approved"],
        "pays": "field:proposer",
        "points": 15,
        "limits": [{"times": 1, "per": "day", "dated": "proposed_at"}],
    }
    world = World(book(rule))

    paid = [
        points(world.post(act(day=5, proposed_at=act(day=proposed).time, type="content.approved", proposer="bela")))
        for proposed in (1, 2, 2)
    ]

    assert paid == [[15], [15], []]


def test_a_rule_is_paid_once_for_the_same_values() -> None:
    world = World(book(share(once=["content", "channel"])))

    paid = [
        points(world.post(act(content=content, channel=channel)))
        for content, channel in [("a", "x"), ("a", "x"), ("a", "blog"), ("b", "x"), (None, "x"), (None, "x")]
    ]

    assert paid == [[10], [], [10], [10], [10], [10]]


def test_what_is_paid_once_is_forgotten_on_the_day_that_the_rule_says_and_not_later() -> None:
    world = World(book(share(once=["content"], once_forget_days=10)))

    paid = [points(world.post(act(content="a", day=day))) for day in (0, 10, 11, 12)]

    assert paid == [[10], [], [10], []]


def test_a_count_for_ever_is_forgotten_on_the_day_that_the_limit_says_and_not_later() -> None:
    limit = {"points": 10, "per": "ever", "by": "content", "forget_days": 10}
    world = World(book(share(limits=[limit])))

    paid = [points(world.post(act(content="a", day=day))) for day in (0, 10, 11, 12)]

    assert paid == [[10], [], [10], []]


def test_a_rule_that_goes_and_comes_back_finds_what_was_used() -> None:
    limited = book(share(limits=[{"times": 1, "per": "year"}]))
    world = World(limited)
    world.post(act(day=0))
    world.publish(book(share(id="another")), day=1)
    world.post(act(day=40))
    world.publish(limited, day=41)

    decision = world.post(act(day=42))

    assert points(decision) == []


def test_what_was_used_of_a_rule_that_is_gone_is_forgotten_with_the_days_that_acts_may_be_late() -> None:
    world = World(book(share(limits=[{"times": 1, "per": "year"}]), days_back=30))
    world.post(act(day=0))
    world.publish(book(share(id="another"), days_back=30), day=1)

    kept: list[int] = []
    for day in (20, 40, 60, 80):
        world.post(act(day=day))
        kept.append(len(world.member().uses))

    assert kept == [1, 1, 0, 0]
    assert world.member().since == {}


def test_once_per_subject_pays_an_inviter_once_for_each_colleague() -> None:
    rule = share(id="invited", pays="invited_by", points=5, once=["subject"])
    world = World(book(rule), members=["anna"])
    world.joins("bela", invited_by="anna")
    world.joins("cleo", invited_by="anna")

    paid = [points(world.post(act(who))) for who in ("bela", "bela", "cleo", "anna")]

    assert paid == [[5], [], [5], []]
    assert world.balance("anna") == 10


def test_a_rule_pays_those_whom_a_field_names_each_in_full() -> None:
    rule = {"id": "review", "on": ["content.approved"], "pays": "field:reviewers", "points": 8}
    world = World(book(rule), members=["anna", "bela", "cleo"])

    decision = world.post(act(type="content.approved", reviewers=["bela", "cleo", "bela"]))

    assert points(decision) == [8, 8]
    assert [world.balance(who) for who in ("anna", "bela", "cleo")] == [0, 8, 8]


@pytest.mark.parametrize(("self_ok", "paid"), [(False, []), (True, [15])])
def test_nobody_is_paid_by_themselves_unless_the_rule_allows_it(self_ok: bool, paid: list[int]) -> None:  # noqa: FBT001
    rule = {
        "id": "approved",
        "on": ["content.approved"],
        "pays": "field:proposer",
        "points": 15,
        "self_ok": self_ok,
    }
    world = World(book(rule))

    decision = world.post(act(type="content.approved", proposer="anna"))

    assert points(decision) == paid
    assert refusals(decision) == ([] if self_ok else [Reason.TO_ONESELF])


def test_someone_is_paid_for_an_act_of_a_colleague_who_takes_no_part() -> None:
    rule = {"id": "approved", "on": ["content.approved"], "pays": "field:proposer", "points": 15, "once": ["subject"]}
    world = World(book(rule))

    decision = world.post(act(None, type="content.approved", proposer="bela"))

    assert points(decision) == [15]
    assert [person.id for person in decision.people] == ["bela"]


def test_limits_count_on_the_payee() -> None:
    rule = {
        "id": "approved",
        "on": ["content.approved"],
        "pays": "field:proposer",
        "points": 15,
        "limits": [{"times": 1, "per": "week"}],
    }
    world = World(book(rule), members=["anna", "bela", "cleo"])

    paid = [
        points(world.post(act(who, type="content.approved", proposer=proposer)))
        for who, proposer in [("anna", "bela"), ("cleo", "bela"), ("anna", "cleo")]
    ]

    assert paid == [[15], [], [15]]


def test_a_cap_on_a_group_holds_over_all_its_rules_and_leaves_others_alone() -> None:
    click = {"id": "click", "on": ["link.clicked"], "points": 4}
    plan = {"id": "plan", "on": ["planning.joined"], "points": 3}
    cap = {"id": "sharing", "on": ["content.shared", "link.clicked"], "points": 12, "per": "week"}
    world = World(book(SHARE, click, plan, caps=[cap]))

    paid = [
        points(world.post(act(type=type_)))
        for type_ in ("content.shared", "link.clicked", "link.clicked", "planning.joined")
    ]

    assert paid == [[10], [2], [], [3]]


def test_a_cap_on_everything_holds_over_thanks_too() -> None:
    cap = {"id": "all", "points": 12, "per": "week"}
    world = World(book(SHARE, caps=[cap], thanks={"giver": 2, "receiver": 10}))

    world.post(act())
    world.post(thanks("bela", "anna"))

    assert (world.balance("anna"), world.balance("bela")) == (12, 2)


def test_another_currency_is_earned_by_points_and_its_limit_stops_only_itself() -> None:
    coins = {"id": "coins", "per_point": 2, "limits": [{"most": 30, "per": "year"}]}
    world = World(book(SHARE, currencys=[coins]))

    last = [world.post(act(day=day)) for day in (0, 1, 2)][-1]

    assert (world.balance(), world.balance(currency="coins")) == (30, 30)
    assert refusals(last) == [Reason.CURRENCY_LIMIT]


def test_a_rule_may_pay_another_currency_and_no_points() -> None:
    coins = {"id": "coins"}
    rule = share(points=0, also={"coins": 5}, limits=[{"times": 1, "per": "day"}])
    world = World(book(rule, currencys=[coins]))

    first, second = world.post(act()), world.post(act())

    assert points(first) == [5]
    assert refusals(second) == [Reason.LIMIT_TIMES]
    assert (world.balance(), world.balance(currency="coins")) == (0, 5)


def test_a_rule_of_no_points_posts_nothing() -> None:
    world = World(book(share(points=0)))

    assert world.post(act()).lines == ()


def test_rules_are_judged_in_the_order_of_their_ids() -> None:
    late, early = share(id="z-late", points=1), share(id="a-early", points=2)
    world = World(book(late, early))

    assert points(world.post(act())) == [2, 1]
