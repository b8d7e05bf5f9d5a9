"""What happened before a word was new: counted once, by that word alone, and taken back with its act."""

import copy

import pytest

from engine.core.days import KIND_NUMBERS
from engine.core.entries import Act, HistoryCounted, HistoryDone, MemberErased, MemberFacts, MemberSet, Retried
from engine.core.keys import place_key
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.counts import Counted
from engine.core.lines.entries import RulebookSet
from engine.core.lines.ledger import Held, Posted
from engine.core.lines.past import PastBegan, PastCounted, PastDone, PastLooked, told_lines
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason
from engine.core.messages import messages_of
from engine.core.past_kept import MOST_WORKS
from engine.core.plan import MOST_PARTS
from engine.core.prune import PRUNE_EVERY_DAYS
from tests.core.builders import (
    MONDAY,
    Plain,
    World,
    act,
    lines,
    moment,
    points,
    refusals,
    retraction,
    thanks,
    verdict,
)
from tests.core.pasts import count_past, entries_of_past, works

SHARED = ["content.shared"]
OLD: Plain = {"rules": [{"id": "old", "on": SHARED, "points": 2}]}
COUNT = {"past": "count"}


def with_new(**words: list[Plain]) -> Plain:
    """The old rulebook and new words that count what happened before."""
    spec = copy.deepcopy(OLD)
    for kind, items in words.items():
        spec.setdefault(kind, []).extend([{**COUNT, **item} for item in items])
    return spec


def rule(**more: object) -> Plain:
    """A new rule of five points for sharing."""
    return {"id": "new", "on": SHARED, "points": 5, **more}


def world_with_shares(*days: float) -> World:
    """Anna has shared on these days, under the old rulebook."""
    world = World(OLD)
    for day in days:
        world.post(act(day=day, key=f"share-{day}"))
    return world


def test_a_new_rule_pays_for_what_happened_before_it_once_and_the_old_one_no_second_time() -> None:
    world = world_with_shares(0, 1)

    world.publish(with_new(rules=[rule()]), day=2)
    decisions = count_past(world)

    assert [points(decision) for decision in decisions] == [[5], [5], []]
    assert world.balance() == 2 + 2 + 5 + 5
    assert [line.day for decision in decisions for line in lines(decision, Posted)] == [MONDAY, MONDAY + 1]


def test_once_everything_is_counted_nothing_is_left_to_do() -> None:
    world = world_with_shares(0)
    world.publish(with_new(rules=[rule()]), day=2)

    count_past(world)

    assert works(world) == []
    assert world.organization().pasts == 0
    assert list(entries_of_past(world)) == []


def test_what_is_told_twice_is_counted_once() -> None:
    world = world_with_shares(0, 1)
    publication = world.publish(with_new(rules=[rule()]), day=2)
    codes = lines(publication, PastBegan)[0].codes
    entry = HistoryCounted(len(world.log), told=False, position=len(world.log) - 2, codes=codes)

    assert [points(world.post(entry)), refusals(world.post(entry))] == [[5], [Reason.COUNTED_BEFORE]]
    count_past(world)
    assert world.balance() == 2 + 2 + 5 + 5
    assert refusals(world.post(entry)) == [Reason.COUNTED_BEFORE]
    assert world.balance() == 2 + 2 + 5 + 5


def test_an_entry_that_went_aside_is_counted_when_it_is_tried_again_however_late() -> None:
    world = world_with_shares(0, 1)
    world.publish(with_new(rules=[rule()]), day=2)
    first, *others = list(entries_of_past(world))
    position = world.set_aside(first)
    for entry in others:
        world.post(entry)

    assert world.balance() == 2 + 2 + 5
    assert points(world.post(Retried(position))) == [5]
    assert refusals(world.post(Retried(position))) == [Reason.RETRIED_BEFORE]
    world.post(retraction("share-0", day=3))
    assert world.balance() == 2 + 5


def test_an_act_that_was_tried_again_is_counted_where_it_was_judged() -> None:
    world = World(OLD)
    position = world.set_aside(act(key="late"))
    world.post(Retried(position))
    world.publish(with_new(rules=[rule()]), day=2)

    count_past(world)
    assert world.balance() == 2 + 5

    world.post(retraction("late", day=3))
    assert world.balance() == 0


def test_what_counted_an_act_afterwards_is_no_act_that_the_next_word_counts_once_more() -> None:
    world = world_with_shares(0, 1)
    world.publish(with_new(rules=[rule()]), day=2)
    first, *others = list(entries_of_past(world))
    aside = world.set_aside(first)
    for entry in others:
        world.post(entry)
    world.post(Retried(aside))
    world.publish(with_new(rules=[rule(), {**rule(), "id": "second"}]), day=3)

    for work in works(world):
        for position in range(1, work.publication):
            world.post(HistoryCounted(work.publication, work.told, position, tuple(work.codes)))

    assert world.balance() == 2 * (2 + 5 + 5)


def test_a_word_that_is_not_new_or_does_not_say_so_counts_nothing_of_before() -> None:
    world = world_with_shares(0)
    ignoring = with_new()
    ignoring["rules"].append(rule())
    world.publish(ignoring, day=1)
    counting = with_new(rules=[rule()])

    decision = world.publish(counting, day=2)

    assert lines(decision, PastBegan) == []
    assert works(world) == []


def test_what_was_published_under_another_name_is_not_new() -> None:
    world = world_with_shares(0)
    renamed: Plain = {"rules": [{"id": "renamed", "on": SHARED, "points": 2, **COUNT}]}

    decision = world.publish(renamed, day=1, formerly={"rule:renamed": "rule:old"})

    assert lines(decision, PastBegan) == []


def test_the_first_rulebook_has_no_past() -> None:
    world = World(with_new(rules=[rule()]))

    assert works(world) == []


def test_a_new_metric_counts_on_the_days_of_the_acts_and_folds_what_is_further_back() -> None:
    world = world_with_shares(0, 1, 2, 200)
    world.publish(
        with_new(metrics=[{"id": "shares", "on": SHARED}]) | {"windows": {"shares": ["week", "month"]}}, day=201
    )

    count_past(world)

    assert world.metric("shares", "ever", day=201) == 4
    assert world.metric("shares", "month", day=0) == 3
    assert world.metric("shares", "week", day=200) == 1
    assert world.metric("shares", "week", day=0) == 0


def test_open_boards_of_a_new_metric_get_it_and_closed_ones_stay_as_they_are() -> None:
    world = world_with_shares(0, 8)
    spec = with_new(metrics=[{"id": "shares", "on": SHARED}])
    spec["boards"] = [{"id": "shares", "of": "shares", "periods": ["week", "ever"]}]
    world.publish(spec, day=9)

    count_past(world)

    board = world.code("board", "shares")
    periods = world.plan.days[MONDAY + 8].periods
    weekly, ever = (place_key(board, kind, periods[kind]) for kind in (KIND_NUMBERS["week"], KIND_NUMBERS["ever"]))
    assert world.unit("red").sums == {weekly: (1, 1), ever: (2, 1)}


def test_limits_fades_and_caps_hold_on_the_day_of_the_act() -> None:
    limited = rule(limits=[{"times": 1, "per": "day"}], fade={"per": "week", "percent": [100, 40]})
    world = world_with_shares(0, 0.1, 1, 2)
    spec = with_new(rules=[limited])
    spec["caps"] = [{"id": "all", "points": 8, "per": "week"}]

    world.publish(spec, day=3)
    decisions = count_past(world)

    assert [points(decision) for decision in decisions[:4]] == [[5], [], [2], [1]]
    assert refusals(decisions[1]) == [Reason.LIMIT_TIMES]


def test_limits_hold_for_weeks_that_are_long_pruned_as_well() -> None:
    world = world_with_shares(0, 1, 2, 3)
    world.tick(150)

    world.publish(with_new(rules=[rule(limits=[{"times": 2, "per": "week"}])]), day=150)
    decisions = count_past(world, day=150 + 2 * PRUNE_EVERY_DAYS)

    assert [points(decision) for decision in decisions[:4]] == [[5], [5], [], []]


def test_while_something_is_counted_an_act_prunes_nothing_and_afterwards_it_does() -> None:
    world = world_with_shares(0, 1)
    world.publish(with_new(rules=[rule(limits=[{"times": 2, "per": "week"}])]), day=100)
    first, *others = list(entries_of_past(world))
    world.post(first)
    world.post(act(day=120))

    assert world.member().uses
    assert world.member().pruned_on < MONDAY + 100
    for entry in others:
        world.post(entry)
    world.post(act(day=121))
    assert world.member().pruned_on == MONDAY + 121


def test_what_was_taken_back_before_pays_nothing_afterwards() -> None:
    world = world_with_shares(0, 1)
    world.post(retraction("share-0", day=1))
    world.publish(with_new(rules=[rule()]), day=2)

    count_past(world)

    assert world.balance() == 2 + 5


def test_what_is_taken_back_while_it_is_counted_pays_nothing_whichever_comes_first() -> None:
    balances = []
    for takes_back_first in (True, False):
        world = world_with_shares(0, 1)
        world.publish(with_new(rules=[rule()], metrics=[{"id": "shares", "on": SHARED}]), day=2)
        first, *others = list(entries_of_past(world))
        if takes_back_first:
            world.post(retraction("share-0", day=2))
        world.post(first)
        if not takes_back_first:
            world.post(retraction("share-0", day=2))
        for entry in others:
            world.post(entry)
        balances.append((world.balance(), world.metric("shares", "ever", day=2)))

    assert balances == [(2 + 5, 1)] * 2


def test_taking_back_an_act_takes_back_what_was_counted_afterwards_too_and_frees_its_room() -> None:
    spec = with_new(
        rules=[rule(limits=[{"times": 1, "per": "week"}])],
        metrics=[{"id": "shares", "on": SHARED}],
        badges=[{"id": "first", "metric": "shares", "per": "ever", "tiers": [2]}],
    )
    world = world_with_shares(0, 1)
    world.publish(spec, day=2)
    count_past(world)
    assert world.balance() == 2 + 2 + 5
    assert world.badges() == [("first", "", 0)]

    world.post(retraction("share-0", day=3))

    assert world.balance() == 2
    assert world.badges() == []
    assert world.metric("shares", "ever", day=3) == 1
    assert points(world.post(act(day=3))) == [5, 2]


def test_an_act_that_comes_back_brings_what_was_counted_afterwards_with_it() -> None:
    spec = {**OLD, "removals": [{"on": "content.removed", "within_days": 30, "badges_stay": False}]}
    world = World(spec)
    world.post(act(content="post"))
    later = copy.deepcopy(spec)
    later["rules"].append(rule(**COUNT))
    world.publish(later, day=1)
    count_past(world)
    world.post(act(type="content.removed", content="post", day=2, key="gone"))
    assert world.balance() == 0

    world.post(retraction("gone", day=3))

    assert world.balance() == 2 + 5


def test_what_is_counted_afterwards_waits_for_approval_like_anything_else() -> None:
    world = world_with_shares(0)
    spec = with_new(rules=[rule(points=50)])
    spec["approval"] = {"over": 20, "within_days": 5}
    world.publish(spec, day=1)

    decision = count_past(world)[0]
    position = len(world.log) - 1

    assert [line.amount for line in lines(decision, Held)] == [50]
    assert points(world.post(verdict(position, day=2))) == [50]
    world.post(retraction("share-0", day=3))
    assert world.balance() == 0


def test_units_are_those_of_then() -> None:
    world = World({**OLD, "boards": [{"id": "board", "of": "points", "periods": ["ever"]}]})
    world.post(act())
    world.post(MemberSet("anna", MemberFacts(team="blue")))
    spec = with_new(rules=[rule(**{"if": {"member.team": "red"}})])
    spec["boards"] = [{"id": "board", "of": "points", "periods": ["ever"]}]
    world.publish(spec, day=1)

    count_past(world)

    assert [total for total, _ in world.unit("red").sums.values()] == [2 + 5]
    assert world.unit("blue").sums == {}


def test_whoever_changed_teams_before_there_was_a_board_contributes_to_both_on_it() -> None:
    world = world_with_shares(0)
    world.post(MemberSet("anna", MemberFacts(team="blue")))
    world.post(act(day=1))
    spec = with_new(metrics=[{"id": "shares", "on": SHARED}])
    spec["boards"] = [{"id": "shares", "of": "shares", "periods": ["ever"]}]
    world.publish(spec, day=2)

    count_past(world)

    assert list(world.unit("red").sums.values()) == [(1, 1)]
    assert list(world.unit("blue").sums.values()) == [(1, 1)]


def test_others_whom_a_new_rule_pays_are_paid_for_what_happened_before() -> None:
    world = World(OLD)
    world.post(act(type="content.approved", proposer="bela"))
    spec = with_new(rules=[{"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 6}])
    world.publish(spec, day=1)

    count_past(world)

    assert (world.balance("anna"), world.balance("bela")) == (0, 6)


def test_a_new_metric_counts_thanks_of_before_for_the_giver() -> None:
    world = World(OLD)
    world.post(thanks())
    world.publish(with_new(metrics=[{"id": "thanked", "on": ["thanks"]}]), day=1)

    count_past(world)

    assert world.metric("thanked", "ever", day=1) == 1
    assert world.metric("thanked", "ever", day=1, member="bela") == 0


def test_whoever_was_left_out_then_is_left_out_afterwards() -> None:
    world = World(OLD)
    world.post(act("cleo"))
    world.joins("cleo", day=1)
    world.post(act(key="same"))
    world.post(act(day=1, key="same"))
    world.publish(with_new(rules=[rule()]), day=2)

    count_past(world)

    assert (world.balance("cleo"), world.balance("anna")) == (0, 2 + 5)


def test_whoever_was_erased_gets_nothing_any_more() -> None:
    world = world_with_shares(0)
    spec = with_new(rules=[rule()], badges=[{"id": "rich", "metric": "points", "per": "ever", "tiers": [1]}])
    world.publish(spec, day=1)
    entries = list(entries_of_past(world))
    world.post(MemberErased("anna"))
    for entry in entries:
        world.post(entry)

    assert world.balance() == 2
    assert world.badges() == []


def test_an_act_that_brings_nothing_new_leaves_nobody_a_place_in_the_entry() -> None:
    world = world_with_shares(0)
    world.publish(with_new(rules=[rule(**{"if": {"channel": "blog"}})]), day=1)
    before = world.member().entries

    decision = count_past(world)[0]

    assert decision.people == ()
    assert world.member().entries == before


@pytest.mark.parametrize(
    ("badge", "step"),
    [
        ({"metric": "points", "per": "ever", "tiers": [4, 100]}, 0),
        ({"metric": "points", "per": "week", "tiers": [4]}, 0),
        ({"metric": "points", "per": "month", "tiers": [6]}, 0),
    ],
)
def test_a_new_badge_for_an_old_number_is_given_to_those_who_have_reached_it(badge: Plain, step: int) -> None:
    world = World({**OLD, "windows": {"points": ["week", "month"]}})
    for day in (0, 1, 8):
        world.post(act(day=day))
    world.publish({**with_new(badges=[{"id": "b", **badge}]), "windows": {"points": ["week", "month"]}}, day=9)

    decisions = count_past(world)

    assert world.badges() == [("b", "", step)]
    assert [line.told for decision in decisions for line in lines(decision, PastLooked)] == [False]


def test_a_badge_that_repeats_is_given_for_every_period_of_before() -> None:
    spec = {**OLD, "metrics": [{"id": "shares", "on": SHARED}], "windows": {"shares": ["week"]}}
    world = World(spec)
    for day in (0, 1, 8, 14, 15):
        world.post(act(day=day))
    badge = {"id": "b", "metric": "shares", "per": "week", "tiers": [2], "repeats": "week", **COUNT}

    world.publish({**spec, "badges": [badge]}, day=21)
    decisions = count_past(world)

    granted = [line.day for decision in decisions for line in lines(decision, BadgeGranted)]
    assert granted == [MONDAY, MONDAY + 14]
    assert [step for _, _, step in world.badges()] == [world.plan.days[day].periods[1] for day in granted]


def test_a_badge_for_each_value_is_given_for_each() -> None:
    spec = {**OLD, "metrics": [{"id": "topics", "on": SHARED, "measure": "each", "of": "topics"}]}
    world = World(spec)
    world.post(act(topics=["ai", "law"]))
    world.post(act(topics=["ai"]))
    badge = {"id": "b", "metric": "topics", "per": "ever", "tiers": [1, 2], "each": True, **COUNT}

    world.publish({**spec, "badges": [badge]}, day=1)
    count_past(world)

    assert world.badges() == [("b", "ai", 0), ("b", "ai", 1), ("b", "law", 0)]


def test_a_new_badge_asks_its_condition_of_whom_it_is_for() -> None:
    world = World(OLD, members=())
    world.joins("anna", is_leader=True)
    world.joins("bela")
    for member in ("anna", "bela"):
        world.post(act(member))
    badge = {"id": "b", "metric": "points", "per": "ever", "tiers": [1], "if": {"member.is_leader": True}}

    world.publish(with_new(badges=[badge]), day=1)
    decisions = count_past(world)

    assert (world.badges("anna"), world.badges("bela")) == ([("b", "", 0)], [])
    assert [len(decision.people) for decision in decisions if lines(decision, PastLooked)] == [1]


def test_a_new_badge_that_ignores_the_past_waits_for_the_next_act() -> None:
    world = world_with_shares(0)
    spec = with_new(metrics=[{"id": "shares", "on": SHARED}])
    spec["badges"] = [{"id": "b", "metric": "shares", "per": "ever", "tiers": [1]}]
    world.publish(spec, day=1)

    count_past(world)
    assert world.badges() == []

    world.post(act(day=1))
    assert world.badges() == [("b", "", 0)]


def test_what_is_told_and_what_is_silent_are_counted_apart() -> None:
    world = world_with_shares(0)
    spec = with_new(rules=[rule(), {"id": "told", "on": SHARED, "points": 3, "past": "count-and-tell"}])

    decision = world.publish(spec, day=1)
    counted = [line for each in count_past(world) for line in lines(each, PastCounted)]

    assert [(line.told, len(line.codes)) for line in lines(decision, PastBegan)] == [(False, 1), (True, 1)]
    assert [line.told for line in counted] == [False, True]
    assert world.balance() == 2 + 5 + 3


def test_so_many_publications_can_have_their_past_counted_at_once_and_no_more() -> None:
    world = world_with_shares(0)
    spec = with_new()
    decisions = []
    for number in range(MOST_WORKS + 1):
        spec = copy.deepcopy(spec)
        spec["rules"].append(rule(id=f"new-{number}", **COUNT))
        decisions.append(world.publish(spec, day=1))

    assert len(works(world)) == MOST_WORKS
    assert refusals(decisions[-1]) == [Reason.TOO_MUCH_PAST]
    assert lines(decisions[-1], RulebookSet)


def test_a_word_that_is_gone_by_the_time_counts_nothing() -> None:
    world = world_with_shares(0)
    world.publish(with_new(rules=[rule()]), day=1)
    entries = list(entries_of_past(world))
    world.publish(OLD, day=1)

    decisions = [world.post(entry) for entry in entries]

    assert [points(decision) for decision in decisions] == [[], []]
    assert world.balance() == 2


def test_an_entry_that_names_no_act_or_nothing_that_is_there_counts_nothing() -> None:
    world = world_with_shares(0)
    world.publish(with_new(rules=[rule()]), day=1)
    work = works(world)[0]
    codes = tuple(work.codes)
    publication = work.publication

    for position in (1, 2, publication, publication + 5):
        decision = world.post(HistoryCounted(publication, told=False, position=position, codes=codes))
        assert lines(decision, Counted) == []
        assert points(decision) == []
    done = [lines(world.post(HistoryDone(number, told=False)), PastDone) for number in (99, publication, publication)]
    assert [len(found) for found in done] == [0, 1, 0]


def test_nothing_of_before_reaches_acts_that_came_after_the_publication() -> None:
    world = world_with_shares(0)
    world.publish(with_new(rules=[rule()]), day=1)
    assert points(world.post(act(day=1))) == [5, 2]

    work = works(world)[0]
    after = HistoryCounted(work.publication, told=False, position=len(world.log), codes=tuple(work.codes))
    assert refusals(world.post(after)) == [Reason.COUNTED_BEFORE]
    decisions = count_past(world)

    assert [points(decision) for decision in decisions] == [[5], []]
    assert isinstance(world.log[-1].entry, HistoryDone)
    assert sum(isinstance(logged.entry, Act) for logged in world.log) == 2


@pytest.mark.parametrize(("past", "kinds"), [("count", []), ("count-and-tell", ["points.posted", "badge.granted"])])
def test_messages_tell_of_the_past_only_where_that_is_asked_for(past: str, kinds: list[str]) -> None:
    world = world_with_shares(0)
    badge = {"id": "b", "metric": "points", "per": "ever", "tiers": [1], "past": past}
    world.publish(with_new(rules=[rule(past=past)], badges=[badge]), day=1)
    before = len(world.log)
    count_past(world)

    told = [
        message.kind
        for logged, journal in zip(world.log[before:], world.journal[before:], strict=True)
        for message in messages_of(logged.position, logged.recorded, logged.entry, journal, world.plan, {})
    ]

    assert told == kinds


def test_what_a_period_brings_is_told_even_where_a_silent_entry_closes_it() -> None:
    boards = {"boards": [{"id": "board", "of": "points", "periods": ["week"]}]}
    winners = {"recognitions": [{"id": "best", "at_end_of": "week", "board": "board", "places": 1}]}
    world = World({**OLD, **boards, **winners})
    world.post(act())
    world.publish({**with_new(rules=[rule()]), **boards, **winners}, day=5)
    work = works(world)[0]
    entry = HistoryCounted(work.publication, told=False, position=work.publication - 1, codes=tuple(work.codes))

    world.post(entry, at=moment(9))

    told = list(told_lines(world.journal[-1].lines))
    assert [type(line) for line in told if isinstance(line, Recognised | Posted)] == [Recognised]
    assert world.balance() == 2 + 5


def test_so_many_parts_of_a_rulebook_are_kept_ready_and_no_more() -> None:
    world = World(with_new(rules=[rule()]))
    code = world.code("rule", "new")

    parts = [world.plan.part_of_type("content.shared", (code, -number)) for number in range(2 * MOST_PARTS)]

    assert all(part is not None for part in parts)
    assert world.plan.part_of_type("content.shared", (-1,)) is None
    assert world.plan.part_of_type("content.shared", (code,)) is world.plan.part_of_type("content.shared", (code,))
