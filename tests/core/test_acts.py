from engine.core.entries import MembershipChanged, Retracted
from engine.core.lines.badges import BadgeGranted, LevelChanged
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.pay import part_of
from tests.core.history import History, at
from tests.core.programme import COINS


def test_the_third_share_of_a_week_pays_half_and_the_fifth_nothing() -> None:
    history = History()
    history.join("anna")

    paid = [history.paid(history.share(when=f"2026-11-{day} 09:00")) for day in range(23, 28)]

    assert paid == [10, 10, 5, 2, 0]


def test_half_a_point_is_rounded_down_and_more_is_rounded_up() -> None:
    assert [part_of(10, 25), part_of(3, 50), part_of(7, 25), part_of(11, 25)] == [2, 1, 2, 3]


def test_a_second_share_on_the_same_channel_and_day_is_remarked_and_uses_up_nothing() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")

    decision = history.share(when="2026-11-23 15:00")

    assert [line.reason for line in decision.lines if isinstance(line, Refused)] == [Reason.LIMIT_TIMES]
    assert history.paid(history.share(when="2026-11-24 09:00")) == 10


def test_the_same_content_on_the_same_channel_is_paid_once() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:00", content="post-1")

    decision = history.share(when="2026-11-24 09:00", content="post-1")

    assert history.paid(decision) == 0
    assert [line.reason for line in decision.lines if isinstance(line, Refused)] == [Reason.ONCE]


def test_coins_follow_the_points() -> None:
    history = History()
    history.join("anna")

    history.share(when="2026-11-23 09:00")

    assert history.member().balances == {history.plan.points: 10, COINS: 10}


def test_a_badge_of_each_topic_comes_with_the_third_act_and_a_level_with_its_points() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:00", topics=["hiring"])

    second = history.share(when="2026-11-24 09:00", topics=["hiring"])
    third = history.share(when="2026-11-25 09:00", topics=["hiring"])

    assert [line for line in second.lines if isinstance(line, LevelChanged)]
    assert [(line.value, line.step) for line in third.lines if isinstance(line, BadgeGranted)] == [("hiring", 0)]


def test_nothing_is_counted_before_joining_or_inside_a_pause() -> None:
    history = History()
    history.join("anna")
    history.add(MembershipChanged("anna", "pause", at("2026-11-24 00:00")), at("2026-11-24 00:00"))
    history.add(MembershipChanged("anna", "resume", at("2026-11-26 00:00")), at("2026-11-26 00:00"))

    before = history.share(when="2026-11-22 09:00", recorded="2026-11-26 09:00")
    inside = history.share(when="2026-11-25 09:00", recorded="2026-11-26 09:00")
    after = history.share(when="2026-11-26 09:00")

    assert [history.paid(decision) for decision in (before, inside, after)] == [0, 0, 10]


def test_a_retraction_by_key_restores_every_number() -> None:
    history = History()
    history.join("anna", team="sales")
    history.share(when="2026-11-23 09:00", topics=["hiring"])
    before = history.member()
    history.share(when="2026-11-24 09:00", topics=["hiring"], key=b"k" * 12)

    history.add(Retracted("source", at("2026-11-24 10:00"), key=b"k" * 12))

    after = history.member()
    assert (after.balances, after.series, after.valued) == (before.balances, before.series, before.valued)
    assert (after.uses, after.valued_uses, after.once) == (before.uses, before.valued_uses, before.once)
    assert (after.badges, after.valued_badges) == (before.badges, before.valued_badges)
    assert (after.scores, after.unit_sums) == (before.scores, before.unit_sums)


def test_a_retraction_that_comes_first_waits_for_its_event_which_then_pays_nothing() -> None:
    history = History()
    history.join("anna")
    history.add(Retracted("source", history.recorded, key=b"k" * 12))

    decision = history.share(when="2026-11-23 09:00", key=b"k" * 12)

    assert history.paid(decision) == 0
    assert [line.reason for line in decision.lines if isinstance(line, Refused)] == [Reason.TAKEN_BACK_BEFORE]


def test_a_thing_taken_back_twice_is_not_paid_a_third_time() -> None:
    history = History()
    history.join("anna")
    paid = []
    for day in (23, 24, 25):
        paid.append(history.paid(history.share(when=f"2026-11-{day} 09:00", key=b"k" * 12)))
        history.add(Retracted("source", history.recorded, key=b"k" * 12))

    assert paid == [10, 10, 0]
    assert history.points() == 0


def test_taking_back_twice_is_taking_back_once() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:00", key=b"k" * 12)

    history.add(Retracted("source", history.recorded, key=b"k" * 12))
    history.add(Retracted("source", history.recorded, key=b"k" * 12))

    assert history.points() == 0


def test_a_week_closes_a_day_after_its_end_and_names_its_winners_once() -> None:
    history = History()
    history.join("anna", "bea", "carl")
    history.share("anna", when="2026-11-24 09:00")
    history.share("bea", when="2026-11-24 09:00")
    history.share("bea", when="2026-11-25 09:00")

    in_grace = history.share("carl", when="2026-11-30 09:00")
    closing = history.share("carl", when="2026-12-01 00:00")
    next_one = history.share("carl", when="2026-12-02 00:00")

    won = [(line.place, line.score) for line in closing.lines if isinstance(line, Recognised)]
    assert won == [(1, 20), (2, 10)]
    assert not [line for line in (*in_grace.lines, *next_one.lines) if isinstance(line, Recognised)]


def test_an_act_of_a_closed_week_counts_in_totals_and_is_marked_late() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-12-01 09:00")
    week = history.open_week()

    late = history.share(when="2026-11-24 09:00", recorded="2026-12-02 09:00")

    assert late.late
    assert history.points() == 20
    assert history.open_week() == week
