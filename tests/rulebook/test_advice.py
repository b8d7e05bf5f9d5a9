import dataclasses
from typing import Any

import msgspec
import pytest

from engine.core.questions import Reading, Scope
from engine.core.rulebook import EventType, Field, FieldType, Rulebook
from engine.core.rules import Pays, Text
from engine.core.windows import parse_window
from engine.rulebook.advice import Advice, advise
from engine.rulebook.advice_parts import periods_in
from engine.rulebook.formulas import CompiledFormula, FormulaScope, FormulaSet, compile_formula
from tests.core.books import book_from, names_of

Plain = dict[str, Any]

FADE = {"per": "week", "percent": [100, 50, 0]}
THREE_A_WEEK = [{"per": "week", "times": 3}]


def share(**changed: object) -> Plain:
    return {"id": "share", "on": ["content.shared"], "points": 10, "fade": FADE, "if": {"own_words": True}} | changed


def copy(**changed: object) -> Plain:
    return share(id="copy", points=2) | {"if": {"own_words": False}} | changed


def planning(**changed: object) -> Plain:
    return {"id": "planning", "on": ["planning.joined"], "points": 15, "limits": THREE_A_WEEK} | changed


def sound(**changed: object) -> Plain:
    """A programme to which nothing has to be said."""
    return {
        "rules": [share(), copy(), planning()],
        "caps": [
            {"id": "sharing", "on": ["content.shared"], "points": 60, "per": "week"},
            {"id": "", "points": 150, "per": "week"},
        ],
        "levels": [{"id": "voice", "at": 50}],
        "metrics": [{"id": "acts", "on": ["content.shared", "planning.joined"]}],
        "badges": [{"id": "steady", "metric": "acts", "per": "month", "tiers": (3, 10)}],
        "boards": [{"id": "advocates", "of": "points", "periods": ["week", "ever"], "by": ("members",)}],
        "recognitions": [
            {"id": "of-the-week", "at_end_of": "week", "board": "advocates", "leave_out": {"member.is_leader": True}}
        ],
    } | changed


def book(**changed: object) -> Rulebook:
    spec = sound(**changed)
    return book_from(spec, {name: code for code, name in enumerate(names_of(spec))})


def with_event(rulebook: Rulebook, type_: str, *fields: Field) -> Rulebook:
    event = EventType(
        type=type_,
        title=Text({"en": type_}),
        purpose="A test",
        keep_days=30,
        seen_by=("member",),
        said_by=("tool",),
        fields={field.name: field for field in fields},
    )
    return msgspec.structs.replace(rulebook, events={**rulebook.events, type_: event})


def with_coins(*, named_by: Plain | None = None, per_point: int = 1, worth: bool = True, **changed: object) -> Rulebook:
    coins = {"id": "coins", "per_point": per_point}
    rulebook = book(currencys=[coins], **({"rules": [named_by, copy(), planning()]} if named_by else {}), **changed)
    money = dataclasses.replace(rulebook.currencies[0], worth=("eur", "0.02") if worth else None)
    return msgspec.structs.replace(rulebook, currencies=(money,))


def found(rulebook: Rulebook) -> list[tuple[str, str]]:
    return [(advice.code, advice.subject) for advice in advise(rulebook)]


def the(rulebook: Rulebook, code: str) -> Advice:
    return next(advice for advice in advise(rulebook) if advice.code == code)


def test_a_sound_programme_gets_no_advice() -> None:
    assert advise(book()) == ()


# What pays


def test_money_for_sharing_is_named() -> None:
    no_cap_on_sharing = with_coins(caps=[{"id": "", "points": 150, "per": "week"}])

    assert ("cash-for-volume", "currency:coins") in found(no_cap_on_sharing)
    assert "0.02 EUR" in the(no_cap_on_sharing, "cash-for-volume").found


def test_money_is_no_matter_when_sharing_is_held_to_half_of_everything() -> None:
    assert found(with_coins()) == []


def test_a_cap_on_sharing_above_half_of_everything_leaves_money_for_volume() -> None:
    sharing = {"id": "sharing", "on": ["content.shared"], "points": 76, "per": "week"}

    rulebook = with_coins(caps=[sharing, {"id": "", "points": 150, "per": "week"}])

    assert found(rulebook) == [("cash-for-volume", "currency:coins")]


def test_a_rule_for_all_kinds_of_acts_is_no_rule_for_volume() -> None:
    welcome = {"id": "welcome", "on": ["content.shared", "planning.joined"], "points": 5, "once": ["subject"]}

    assert found(with_coins(rules=[share(), copy(), planning(), welcome])) == []


def test_points_without_worth_are_no_money() -> None:
    assert found(with_coins(worth=False, caps=[])) == []


def test_a_share_that_names_its_money_is_found_whatever_the_caps() -> None:
    named = with_coins(named_by=share(also={"coins": 5}), per_point=0)

    assert found(named) == [("cash-for-volume", "currency:coins")]


@pytest.mark.parametrize("type_", ["content.liked", "post-commented", "reaction_added.like"])
def test_paid_likes_and_comments_are_found(type_: str) -> None:
    like = {"id": "like", "on": [type_], "points": 1, "limits": THREE_A_WEEK}

    assert ("paid-reactions", "rule:like") in found(book(rules=[share(), copy(), planning(), like]))


def test_a_like_that_pays_nothing_is_fine() -> None:
    like = {"id": "like", "on": ["content.liked"], "points": 0}

    assert found(book(rules=[share(), copy(), planning(), like])) == []


def test_a_paying_rule_without_limits_fade_and_once_is_found() -> None:
    bare = {"id": "planning", "on": ["planning.joined"], "points": 15}

    assert ("no-brake", "rule:planning") in found(book(rules=[share(), copy(), bare]))
    assert found(book(rules=[share(), copy(), bare | {"once": ["subject"]}])) == []


def test_a_cap_with_room_for_a_flood_is_found() -> None:
    flood = share(points=1, fade={"per": "week", "percent": [100]})
    rules = [flood, planning()]
    caps = [{"id": "sharing", "on": ["content.shared"], "points": 100, "per": "week"}]

    assert the(book(rules=rules, caps=caps), "cap-invites-spam").found.endswith("14 paid acts of share a day.")


@pytest.mark.parametrize(
    "brake",
    [
        {"limits": [{"per": "day", "times": 5}]},
        {"limits": [{"per": "week", "points": 35}]},
        {"fade": {"per": "day", "percent": [100, 50, 0]}},
        {"points": 3},
    ],
)
def test_a_rule_with_its_own_brake_makes_a_high_cap_harmless(brake: Plain) -> None:
    flood = share(points=1, fade={"per": "week", "percent": [100]}) | brake
    caps = [{"id": "sharing", "on": ["content.shared"], "points": 100, "per": "week"}]

    assert "cap-invites-spam" not in dict(found(book(rules=[flood, planning()], caps=caps)))


def test_a_limit_for_each_of_many_values_is_no_brake_against_a_flood() -> None:
    flood = share(
        points=1, fade={"per": "week", "percent": [100]}, limits=[{"per": "day", "times": 1, "by": "content"}]
    )
    caps = [{"id": "sharing", "on": ["content.shared"], "points": 100, "per": "week"}]

    assert "cap-invites-spam" in dict(found(book(rules=[flood, planning()], caps=caps)))


@pytest.mark.parametrize(
    ("condition", "on"),
    [
        ({"content.kind": "article"}, "planning.joined"),
        ({"content.age_days.at_most": 30}, "planning.joined"),
    ],
)
def test_a_rule_about_a_content_that_its_events_never_name_is_found(condition: Plain, on: str) -> None:
    never = {"id": "never", "on": [on], "points": 1, "limits": THREE_A_WEEK, "if": condition}

    assert found(book(rules=[share(), copy(), planning(), never])) == [("never-triggered", "rule:never")]


def test_a_rule_that_wants_and_forbids_the_same_value_is_found() -> None:
    rulebook = book()
    first = rulebook.rules[2]
    torn = dataclasses.replace(
        first, condition=msgspec.structs.replace(first.condition, none_of=first.condition.all_of)
    )
    rules = tuple(torn if rule is first else rule for rule in rulebook.rules)

    assert ("never-triggered", f"rule:{first.id}") in found(msgspec.structs.replace(rulebook, rules=rules))


def test_a_programme_that_rewards_no_planning_is_told_so() -> None:
    only_sharing = book(rules=[share(), copy()])

    assert found(only_sharing) == [("no-planning", "rulebook")]


@pytest.mark.parametrize("on", ["content.approved", "content.reviewed", "idea.adopted", "planning.joined"])
def test_reviewing_and_proposing_count_as_planning(on: str) -> None:
    assert found(book(rules=[share(), copy(), planning(on=[on])])) == []


def test_a_share_that_pays_more_than_any_planning_is_found() -> None:
    assert found(book(rules=[share(), copy(), planning(points=9)])) == [("sharing-over-planning", "rule:share")]


def test_copies_that_pay_like_own_words_are_found() -> None:
    assert found(book(rules=[share(), copy(points=10), planning()])) == [
        ("own-words-not-worth-it", "event:content.shared")
    ]


def test_a_share_rule_that_never_asks_for_own_words_is_found() -> None:
    same_for_all = {"id": "share", "on": ["content.shared"], "points": 10, "fade": FADE}

    assert found(book(rules=[same_for_all, planning()])) == [("own-words-not-worth-it", "event:content.shared")]


def test_a_receipt_that_tells_the_inviter_who_began_is_found() -> None:
    rulebook = book()
    told = dataclasses.replace(rulebook.rules[1], pays=Pays(who="invited_by"))
    quiet = dataclasses.replace(rulebook.rules[1], pays=Pays(who="invited_by", says_who=False))

    def with_rule(rule: object) -> Rulebook:
        return msgspec.structs.replace(rulebook, rules=(rulebook.rules[0], rule, rulebook.rules[2]))

    assert found(with_rule(told)) == [("inviter-learns-who", "rule:planning")]
    assert found(with_rule(quiet)) == []


# What people see


@pytest.mark.parametrize(
    ("metric", "per", "reachable"),
    [
        ({"id": "acts", "on": ["content.shared"], "measure": "distinct", "of": "week"}, "last_16_weeks", 16),
        ({"id": "acts", "on": ["content.shared"], "measure": "distinct", "of": "day"}, "week", 7),
        ({"id": "acts", "on": ["content.shared"], "measure": "distinct", "of": "month"}, "quarter", 3),
        ({"id": "acts", "on": ["content.shared"]}, "week", 35),
    ],
)
def test_a_badge_that_nobody_can_reach_is_found(metric: Plain, per: str, reachable: int) -> None:
    def with_tier(at: int) -> list[tuple[str, str]]:
        badge = {"id": "steady", "metric": "acts", "per": per, "tiers": (1, at)}
        return found(book(metrics=[metric], badges=[badge]))

    assert with_tier(reachable) == []
    assert with_tier(reachable + 1) == [("badge-out-of-reach", "badge:steady")]


def test_a_badge_for_more_different_values_than_there_are_is_found() -> None:
    channels = {"id": "acts", "on": ["content.shared"], "measure": "distinct", "of": "channel"}
    badge = {"id": "voices", "metric": "acts", "per": "ever", "tiers": (3,)}
    channel = Field(name="channel", type=FieldType.CHOICE, choices=("x", "blog"))
    own_words = Field(name="own_words", type=FieldType.YES_NO, default=False)

    rulebook = with_event(book(metrics=[channels], badges=[badge]), "content.shared", channel, own_words)

    assert found(rulebook) == [("badge-out-of-reach", "badge:voices")]


def test_a_badge_for_more_points_than_the_cap_lets_through_is_found() -> None:
    def with_tier(at: int) -> list[tuple[str, str]]:
        badges = [
            {"id": "steady", "metric": "acts", "per": "month"},
            {"id": "rich", "metric": "points", "per": "last_4_weeks", "tiers": (at,)},
        ]
        return found(book(badges=badges))

    assert with_tier(600) == []
    assert with_tier(601) == [("badge-out-of-reach", "badge:rich")]


def test_a_metric_that_nothing_reads_is_found() -> None:
    assert found(book(badges=[])) == [("unread-metric", "metric:acts")]


def test_a_metric_that_a_condition_reads_is_read() -> None:
    asking = planning() | {"if": {"metrics.acts.week.at_least": 1}}

    assert found(book(badges=[], rules=[share(), copy(), asking])) == []


def test_a_metric_that_a_formula_reads_is_read() -> None:
    rulebook = book(badges=[])
    acts = rulebook.metrics[0]
    reading = Reading(scope=Scope.METRIC, name="acts", metric=acts.code, window=parse_window("week"))
    formula = compile_formula(
        "metrics.acts.week > 1", scope=FormulaScope({"metrics.acts.week": (reading, "int")}), result="bool"
    )
    assert isinstance(formula, CompiledFormula)

    assert found(msgspec.structs.replace(rulebook, formulas={"content.shared": FormulaSet([formula])})) == []


def test_a_board_of_units_says_that_small_ones_are_hidden() -> None:
    board = {"id": "advocates", "of": "points", "periods": ["week"], "by": ("members", "teams", "departments")}

    advice = the(book(boards=[board]), "small-units")

    assert advice.subject == "board:advocates"
    assert "teams and departments" in advice.found
    assert "fewer than 5 joined members are hidden" in advice.found


def test_many_boards_of_units_are_spoken_of_once() -> None:
    board = {"of": "points", "periods": ["week"], "by": ("teams",)}

    rulebook = book(boards=[board | {"id": "advocates"}, board | {"id": "learning"}])

    assert found(rulebook) == [("small-units", "board:advocates")]
    assert "advocates and learning" in the(rulebook, "small-units").found


def test_a_board_with_days_only_is_found() -> None:
    board = {"id": "advocates", "of": "points", "periods": ["day"], "by": ("members",)}

    assert found(book(boards=[board], recognitions=[])) == [("daily-board-only", "board:advocates")]
    assert found(book(boards=[board | {"periods": ["day", "week"]}], recognitions=[])) == []


def test_winners_among_whom_leaders_are_found() -> None:
    item = {"id": "of-the-week", "at_end_of": "week", "board": "advocates"}

    assert found(book(recognitions=[item])) == [("leaders-can-win", "recognition:of-the-week")]


def test_levels_that_begin_late_are_found() -> None:
    assert found(book(levels=[{"id": "voice", "at": 121}])) == [("no-early-level", "level:voice")]
    assert found(book(levels=[{"id": "start", "at": 0}, {"id": "voice", "at": 120}])) == []


def boost(**changed: object) -> Plain:
    days = {"first_day": 20_000, "last_day": 20_006}
    return {"id": "week", "on": ["planning.joined"], "percent": 200, **days} | changed


def test_a_boost_beyond_three_times_is_found() -> None:
    assert found(book(boosts=[boost(percent=301)])) == [("large-boost", "boost:week")]
    assert found(book(boosts=[boost(percent=300)])) == []


def test_a_boost_that_makes_money_grow_is_found() -> None:
    boosted = found(with_coins(boosts=[boost()]))

    assert set(boosted) - set(found(with_coins())) == {("boosted-money", "boost:week")}


def test_a_boost_of_nothing_is_found() -> None:
    assert found(book(boosts=[boost(on=["content.approved"])])) == [("boost-of-nothing", "boost:week")]


def test_a_boost_can_go_when_no_act_of_its_days_can_come_any_more() -> None:
    boosted = book(boosts=[boost()])

    over = [[advice.code for advice in advise(boosted, 20_006 + days)] for days in (45, 46)]

    assert over == [[], ["boost-over"]]


def test_who_may_agree_to_their_own_is_found() -> None:
    approval = {"over": 100, "within_days": 14}

    assert found(book(approval=approval | {"not_by": ("giver",)})) == [("own-approval", "rulebook")]
    assert found(book(approval=approval)) == []


def test_a_metric_that_only_a_boost_reads_is_read() -> None:
    metrics = [{"id": "acts", "on": ["planning.joined"]}, {"id": "plans", "on": ["planning.joined"]}]
    asks = boost(**{"if": {"metrics.plans.month.at_least": 2}})

    assert found(book(metrics=metrics)) == [("unread-metric", "metric:plans")]
    assert found(book(metrics=metrics, boosts=[asks])) == []


GENTLE = {
    "id": "weekly",
    "on": ["content.shared"],
    "every": "week",
    "working": True,
    "away": True,
    "start": 1,
    "most": 2,
}


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"every": "day"}, ["daily-streak"]),
        ({"working": False}, ["streak-on-days-off"]),
        ({"away": False}, ["streak-on-days-off"]),
        ({"away": False, "every": "month"}, []),
        ({"start": 0, "most": 0}, ["streak-without-freezes"]),
        ({"start": 0, "most": 3}, ["streak-without-freezes"]),
        ({"start": 0, "most": 3, "earn": 4}, []),
        ({"points": 15}, []),
        ({"points": 16}, ["streak-worth-more-than-acts"]),
    ],
)
def test_streaks_that_become_a_burden_are_found(changed: Plain, codes: list[str]) -> None:
    rulebook = book(streaks=[GENTLE | changed])

    assert [code for code, _ in found(rulebook)] == codes
    assert all(advice.why.endswith(".") for advice in advise(rulebook))


def test_every_piece_of_advice_says_why_and_what_to_do() -> None:
    everything = with_coins(
        caps=[],
        rules=[share(fade=None), copy(points=10), {"id": "like", "on": ["content.liked"], "points": 1}],
        badges=[],
        boards=[{"id": "advocates", "of": "points", "periods": ["day"], "by": ("teams",)}],
        recognitions=[],
        levels=[{"id": "voice", "at": 9_999}],
        boosts=[boost(percent=900), boost(id="none", on=["content.approved"])],
        approval={"over": 100, "within_days": 14, "not_by": ()},
    )

    advices = advise(everything, 10**6)

    assert len({advice.code for advice in advices}) >= 12
    assert all(advice.found.endswith(".") and advice.why.endswith(".") and advice.cure for advice in advices)


@pytest.mark.parametrize(
    ("window", "per", "most"),
    [
        ("month", "week", 6),
        ("month", "day", 31),
        ("last_16_weeks", "week", 16),
        ("last_30_days", "month", 3),
        ("last_7_days", "week", 2),
        ("year", "month", 12),
        ("week", "month", 2),
        ("week", "week", 1),
        ("day", "week", 1),
        ("last_30_days", "last_7_days", 5),
        ("ever", "week", None),
        ("month", "ever", 1),
    ],
)
def test_a_window_touches_so_many_periods(window: str, per: str, most: int | None) -> None:
    assert periods_in(parse_window(window), parse_window(per)) == most


def test_a_currency_that_runs_out_within_half_a_year_is_advised_against() -> None:
    for months, codes in ((5, ["runs-out-soon"]), (6, []), (None, [])):
        rulebook = book(currencys=[{"id": "coins", "expires_months": months, "announce_days": 30}])

        assert [each.code for each in advise(rulebook) if each.subject == "currency:coins"] == codes


def test_years_that_are_told_without_asking_are_advised_against() -> None:
    for asks_first, codes in ((False, ["tells-years"]), (True, [])):
        rulebook = book(anniversaries=[{"id": "years", "years": [1], "asks_first": asks_first}])

        assert [each.code for each in advise(rulebook)] == codes
