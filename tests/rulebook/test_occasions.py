"""Boosts and the approval, from rule files to what they do in cases."""

from datetime import date

import pytest

from engine.core.rules import Approval
from engine.rulebook.examples import run_cases
from tests.rulebook.books import compiled, mistakes_of, rule, texts

BOOST = """
[[boost]]
id = "hiring-week"
title = { en = "Hiring week", fi = "Rekrytointiviikko" }
on = "@sharing"
if.content.topics.has_any = ["hiring"]
first_day = 2026-11-24
last_day = 2026-11-25
percent = 200
"""
APPROVAL = """
[[approval]]
over = { points = 100 }
within = "14 days"
"""


def test_a_boost_is_compiled_with_its_days_and_events() -> None:
    (boost,) = compiled(rule() + BOOST).boosts

    assert (boost.id, boost.on, boost.percent) == ("hiring-week", ("content.shared", "link.clicked"), 200)
    assert (boost.first_day, boost.last_day) == tuple((date(2026, 11, day) - date(1970, 1, 1)).days for day in (24, 25))


def test_a_boost_makes_its_metric_keep_what_it_reads() -> None:
    pack = '[[metric]]\nid = "shares"\non = "content.shared"\n'
    asks = BOOST.replace("if.content.topics.has_any", "if.metrics.shares.last_7_days").replace('["hiring"]', "3")

    (metric,) = compiled(pack + rule() + asks).metrics

    assert [window.n for window in metric.windows] == [7]


def test_an_approval_is_for_neither_giver_nor_receiver_unless_it_says_otherwise() -> None:
    most = Approval(over=100, approver="hr", not_by=("giver", "receiver"), within_ms=14 * 86_400_000)

    assert compiled(rule() + APPROVAL).approval == most
    own = compiled(rule() + APPROVAL + 'not_by = ["receiver"]\napprover = "admin"\n').approval
    assert own is not None
    assert (own.not_by, own.approver) == (("receiver",), "admin")


def case(given: str, expect: str) -> str:
    return f'\n[[case]]\nsays = "A case"\ngiven = [\n{given}\n]\nexpect = {{ {expect} }}\n'


SHARES = """  { day = "monday", type = "content.shared", channel = "x" },
  { day = "tuesday", type = "content.shared", channel = "x" },
"""
VERDICT = '  {{ day = "{}", type = "approval", of = {}, verdict = "{}" }},\n'


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        (SHARES, "points = 60, last = 0, held = 1"),
        (SHARES + VERDICT.format("friday", 2, "approve"), "points = 180, last = 120, held = 1"),
        (SHARES + VERDICT.format("friday", 2, "decline"), "points = 60, last = 0, held = 1, refused = 0"),
        (SHARES + VERDICT.format("friday", 1, "approve"), "points = 60, last = 0"),
        (SHARES + 2 * VERDICT.format("friday", 2, "approve"), "points = 180, last = 0"),
        (SHARES + '  { day = 2026-12-09, type = "approval", of = 2, verdict = "approve" },\n', "points = 60"),
        (SHARES, 'held = 1, who = "me"'),
    ],
)
def test_a_case_shows_what_waits_and_what_becomes_of_it(given: str, expect: str) -> None:
    boost = BOOST.replace('if.content.topics.has_any = ["hiring"]\n', "")
    files = texts(rule(points="60") + boost + APPROVAL + case(given, expect))

    assert mistakes_of(files["starter/sharing.toml"]) == ()
    assert [each.render() for each in run_cases(files).mistakes] == []


def test_a_case_that_expects_another_number_of_waiting_payments_fails() -> None:
    (failed,) = run_cases(texts(rule(points="60") + APPROVAL + case(SHARES, "held = 1"))).mistakes

    assert failed.found == 'The case "A case" gives held 0, not 1.'
