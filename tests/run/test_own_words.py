"""Counts, limits and marks of a member's own record, in words."""

import dataclasses
from typing import cast

import msgspec

from engine.core.days import month_bucket
from engine.core.lots import add_lot, announce
from engine.core.periods import PeriodKind, parse_period
from engine.core.plan import Plan
from engine.core.rules import Metric, Once, Pays, Use
from engine.core.states import FIRST_DAY, MemberState
from engine.core.windows import Window
from engine.run.own_words import (
    challenges_in_words,
    counts_in_words,
    limits_in_words,
    lots_in_words,
    marks_in_words,
    recognised_in_words,
)
from tests.core.programme import SHARE, WEEK, rulebook, share_rule
from tests.core.tracks import buckets_with, uses_with

MONDAY = parse_period("2026-11-23").index
WEEKS = Metric(
    code=2,
    id="active_weeks",
    on=("content.shared",),
    measure="distinct",
    of_period=PeriodKind.WEEK,
    windows=(Window("ever"),),
)
QUIET, GONE = 21, 99
NAMES = {SHARE: "share", QUIET: "quiet", GONE: "gone", WEEK.code: "week", 2: "active_weeks", 0: "points"}


def plan() -> Plan:
    """Shares pay the sharer once for a content, and quietly whoever invited them once for each of these."""
    book = rulebook()
    quiet = dataclasses.replace(
        share_rule(),
        code=QUIET,
        id="quiet",
        pays=Pays(who="invited_by", says_who=False),
        limits=(),
        fade=None,
        counts=(Use(slot=QUIET_SLOT),),
        once=Once(fields=("subject",), forget_days=None),
    )
    return Plan(msgspec.structs.replace(book, metrics=(*book.metrics, WEEKS), rules=(share_rule(), quiet)))


QUIET_SLOT = dataclasses.replace(WEEK, code=17, by="channel")


def test_a_metric_that_counts_weeks_has_so_many_weeks_in_all() -> None:
    days = {MONDAY + day: 1 for day in range(5)} | {MONDAY - 3: 5}
    state = MemberState(series={WEEKS.code: buckets_with(days.items()), 0: buckets_with(days.items())})

    counts = {row["metric"]: row for row in counts_in_words(state, NAMES, plan(), MONDAY)}

    assert (counts["active_weeks"]["in_all"], counts["points"]["in_all"]) == (2, 10)
    assert sum(cast("dict[str, int]", counts["active_weeks"]["by_day"]).values()) == 10
    assert min(days) > FIRST_DAY


def test_a_number_is_told_by_day_month_and_year() -> None:
    state = MemberState(series={0: buckets_with([(MONDAY, 2), (month_bucket(MONDAY), 3), (2025, 5)])})

    (points,) = counts_in_words(state, NAMES, plan(), MONDAY)

    by = points["by_day"], points["by_month"], points["by_year"]
    assert (points["in_all"], by) == (10, ({"2026-11-23": 2}, {"2026-11": 3}, {"2025": 5}))


def test_what_a_quiet_rule_was_paid_for_once_is_not_told_and_neither_is_that_of_a_rule_that_is_gone() -> None:
    state = MemberState(once={SHARE: {"post\x1fx": 0}, QUIET: {"bea": 0}, GONE: {"cleo": 0}})

    marks = list(marks_in_words(state, NAMES, plan()))

    assert [(mark["rule"], mark["values"]) for mark in marks] == [
        ("share", "post\x1fx"),
        ("quiet", None),
        ("gone", None),
    ]


def test_the_value_of_a_limit_of_a_quiet_rule_is_not_told() -> None:
    by_channel = plan().rulebook.rules[0].limits[0].use.slot
    uses = {
        by_channel.code: {"linkedin": uses_with([(MONDAY, 1, 10)])},
        QUIET_SLOT.code: {"x": uses_with([(MONDAY, 1, 5)])},
        GONE: {"blog": uses_with([(MONDAY, 1, 5)])},
    }

    limits = list(limits_in_words(MemberState(valued_uses=uses), NAMES, plan()))

    assert [limit["value"] for limit in limits] == ["linkedin", None, None]


def test_what_was_brought_to_a_challenge_is_told_with_the_receipt_of_its_reward() -> None:
    state = MemberState(challenges={"g:7:red": [4, 0], "g:8:": [9, 1], "g:9:blue": [2, 31]})

    assert list(challenges_in_words(state, {7: "lent", 8: "may"})) == [
        {"challenge": "lent", "unit": "red", "brought": 4, "listed_for_the_reward": False, "rewarded_by": None},
        {"challenge": "may", "unit": None, "brought": 9, "listed_for_the_reward": True, "rewarded_by": None},
        {"challenge": "9", "unit": "blue", "brought": 2, "listed_for_the_reward": False, "rewarded_by": 31},
    ]


def test_what_runs_out_and_what_was_asked_is_said_in_words() -> None:
    state = MemberState(anniversaries={7: [1, 5]}, asked=[17, 1, 0, 30, 2, 1])
    add_lot(state, 9, 2027 * 12, 40)
    add_lot(state, 9, 2027 * 12 + 1, 5)
    announce(state, 9, 2027 * 12, 21_000)
    names = {7: "recognition:years", 9: "currency:coins"}

    assert list(lots_in_words(state, names)) == [
        {"currency": "currency:coins", "earned_in": "2027-01", "amount": 40, "announced_last_day": "2027-07-01"},
        {"currency": "currency:coins", "earned_in": "2027-02", "amount": 5, "announced_last_day": None},
    ]
    assert list(recognised_in_words(state, names)) == [
        {"recognition": "recognition:years", "years": [1, 5]},
        {"asked_at_position": 17, "number": 1, "answer": "waiting"},
        {"asked_at_position": 30, "number": 2, "answer": "shown"},
    ]
