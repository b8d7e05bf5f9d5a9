from typing import Any

import pytest

from engine.core.changes import Input
from engine.core.decide import judge
from engine.core.draft import Draft
from engine.core.entries import Act, Blank, VisibilityChosen
from engine.core.journal import Decision
from engine.core.keys import place_key, score_key
from engine.core.lines.periods import Closed, Recognised
from engine.core.needs import needs
from engine.core.periods import PeriodKind
from engine.core.plan import KINDS
from engine.core.states import State
from tests.core.builders import MONDAY, World, act, lines, moment, points, retraction, week

Plain = dict[str, Any]

WEEK = KINDS.index(PeriodKind.WEEK)
SPEC: Plain = {
    "rules": [{"id": "reach", "on": ["content.shared"], "points": 1, "if": {"own_words": True}}],
    "boards": [{"id": "board", "of": "points", "periods": ["week", "month", "ever"]}],
    "recognitions": [{"id": "best", "at_end_of": "week", "board": "board", "places": 3, "most": 4}],
}


def world_of(scores: dict[str, int], **recognition: object) -> World:
    """Members who brought so many points in the first week."""
    spec = {**SPEC, "recognitions": [{**SPEC["recognitions"][0], **recognition}]}
    world = World(spec, members=scores)
    for member, score in scores.items():
        for _ in range(score):
            world.post(act(member))
    return world


def winners(world: World, day: float = 8, hour: float = 0) -> list[tuple[str, int, int]]:
    """Who wins when the clock says so: (member, place, score)."""
    decision = world.tick(day, hour)
    return [(decision.people[line.who].id, line.place, line.score) for line in lines(decision, Recognised)]


def closed_weeks(decision: Decision) -> list[int]:
    """The weeks that close with an entry."""
    return [line.period for line in lines(decision, Closed) if line.kind == WEEK]


def test_a_week_closes_when_its_grace_is_over_and_not_before() -> None:
    world = world_of({"anna": 2})

    assert winners(world, 7, 23.99) == []
    assert winners(world, 8, 0) == [("anna", 1, 2)]


def test_winners_are_named_once() -> None:
    world = world_of({"anna": 2})
    winners(world)

    assert winners(world, 9) == []
    assert winners(world, 16) == []


def test_the_sums_of_closed_periods_go_when_a_new_period_begins() -> None:
    world = world_of({"anna": 1})
    world.post(act("anna", day=1))
    winners(world)

    world.post(act("anna", day=9))

    assert place_key(world.code("board", "board"), WEEK, week(0)) not in world.unit("red").sums


def test_a_period_closes_before_the_entry_that_came_after_it_is_judged() -> None:
    world = world_of({"anna": 1})

    decision = world.post(act("anna", day=6), at=moment(8, 0))

    kinds = [type(line).__name__ for line in decision.lines]
    assert kinds == ["Closed", "Recognised", "Closed", "Posted"]
    assert [line.score for line in lines(decision, Recognised)] == [1]
    assert [(line.kind, line.period) for line in lines(decision, Closed) if line.kind == WEEK] == [(WEEK, week(0))]


def test_an_act_within_the_grace_still_counts_for_its_week() -> None:
    world = world_of({"anna": 1, "bela": 1})

    in_time = world.post(act("bela", day=6), at=moment(7, 23))

    assert not in_time.late
    assert winners(world) == [("bela", 1, 2), ("anna", 2, 1)]


def test_a_late_act_counts_in_totals_and_is_marked() -> None:
    world = world_of({"anna": 1})
    winners(world)
    before = world.unit("red").sums

    late = world.post(act("anna", day=6), at=moment(9))

    code = world.code("board", "board")
    assert late.late
    assert points(late) == [1]
    assert world.balance() == 2
    assert before[place_key(code, KINDS.index(PeriodKind.EVER), 0)] == (1, 1)
    assert world.unit("red").sums[place_key(code, KINDS.index(PeriodKind.EVER), 0)] == (2, 1)
    assert not world.post(act("anna", day=9)).late


def test_ties_share_a_place_and_the_next_place_is_left_out() -> None:
    world = world_of({"anna": 3, "bela": 3, "cleo": 2, "dora": 1})

    assert winners(world) == [("anna", 1, 3), ("bela", 1, 3), ("cleo", 3, 2)]


def test_a_tie_that_is_more_than_the_most_is_not_named_at_all() -> None:
    scores = {"anna": 3, "bela": 2, "cleo": 2, "dora": 2, "elsa": 2}

    assert winners(world_of(scores)) == [("anna", 1, 3)]
    assert len(winners(world_of(scores, most=5))) == 5


def test_nobody_wins_with_less_than_the_least() -> None:
    assert winners(world_of({"anna": 3, "bela": 1}, at_least=2)) == [("anna", 1, 3)]


def test_who_is_left_out_does_not_win_and_is_not_touched() -> None:
    world = World({**SPEC, "recognitions": [{**SPEC["recognitions"][0], "leave_out": {"member.is_leader": True}}]})
    world.joins("boss", is_leader=True)
    for who in ("boss", "boss", "anna"):
        world.post(act(who))

    decision = world.tick(8)

    assert [decision.people[line.who].id for line in lines(decision, Recognised)] == ["anna"]
    assert [person.id for person in decision.people] == ["anna"]


def test_winners_come_from_the_board_as_shown() -> None:
    world = world_of({"anna": 3, "bela": 2})
    world.post(VisibilityChosen("anna", boards=False, wall=True, badges=True))

    assert winners(world) == [("bela", 1, 2)]


def test_a_blank_entry_closes_what_is_due_as_any_other() -> None:
    world = world_of({"anna": 1})

    decision = world.post(Blank(), at=moment(8, 0))

    assert len(lines(decision, Recognised)) == 1


def test_several_weeks_close_in_order_with_one_entry() -> None:
    world = world_of({"anna": 1})
    world.post(act("anna", day=8), at=moment(7, 12))

    decision = world.tick(28)

    closed = [line.period for line in lines(decision, Closed) if line.kind == WEEK]
    assert closed == [week(0), week(1), week(2)]
    assert [line.period for line in lines(decision, Recognised)] == [week(0), week(1)]


def test_final_boards_stay_when_an_act_of_their_period_is_taken_back() -> None:
    world = world_of({"anna": 1})
    world.post(act("anna", key="one", day=1))
    winners(world)
    code = world.code("board", "board")

    world.post(retraction("one", day=9))

    sums = world.unit("red").sums
    assert sums[place_key(code, WEEK, week(0))] == (2, 1)
    assert sums[place_key(code, KINDS.index(PeriodKind.EVER), 0)] == (1, 1)
    assert winners(world, 16) == []


@pytest.mark.parametrize(("week_starts", "first_day"), [(6, -1), (2, -5)])
def test_weeks_begin_on_the_day_that_the_first_rulebook_says(week_starts: int, first_day: int) -> None:
    world = World({**SPEC, "week_starts": week_starts}, members=["anna"])
    world.post(act("anna"))

    decision = world.tick(first_day + 8)

    assert [line.period for line in lines(decision, Recognised)] == [MONDAY + first_day]


def test_periods_are_open_from_the_day_in_the_zone_of_the_first_rulebook() -> None:
    world = World(None, members=[])
    world.clock = moment(6, 23)
    world.zone = "Europe/Helsinki"

    world.publish(SPEC)

    assert world.organization().open_from[WEEK] == week(1)


def test_a_week_that_runs_when_weeks_begin_on_another_day_gives_its_days_to_the_new_one() -> None:
    world = world_of({"anna": 2})
    published = world.publish({**SPEC, "week_starts": 6}, day=2)
    world.post(act("anna", day=3))

    decision = world.tick(7)

    assert not closed_weeks(published)
    assert not lines(published, Recognised)
    assert [(line.period, line.score) for line in lines(decision, Recognised)] == [(MONDAY - 1, 3)]


def test_a_week_that_has_ended_has_its_winners_when_weeks_begin_on_another_day() -> None:
    world = world_of({"anna": 2})

    published = world.publish({**SPEC, "week_starts": 3}, day=7.2)

    assert [(line.period, line.score) for line in lines(published, Recognised)] == [(week(0), 2)]
    assert closed_weeks(published) == [week(0)]
    assert world.organization().open_from[WEEK] == MONDAY + 3


def test_every_day_since_the_last_closed_week_lies_in_a_week_that_will_have_winners() -> None:
    world = world_of({"anna": 1})
    world.tick(8)
    world.post(act("anna", day=7), at=moment(8, 1))
    world.publish({**SPEC, "week_starts": 2}, day=10)

    decision = world.tick(10, 23)

    assert [(line.period, line.score) for line in lines(decision, Recognised)] == [(MONDAY + 2, 1)]
    assert world.organization().open_from[WEEK] == MONDAY + 9


def test_no_week_closes_twice_when_weeks_are_cut_back_and_forth() -> None:
    world = world_of({"anna": 2})
    for day, starts in ((9, 3), (9.1, 0), (9.2, 6), (9.3, 0)):
        world.publish({**SPEC, "week_starts": starts}, day=day)

    world.tick(40)

    closed = [
        line.period for entry in world.journal for line in entry.lines if isinstance(line, Closed) and line.kind == WEEK
    ]
    assert [period for period in closed if period in {week(0), week(1)}] == [week(0), week(1)]
    assert week(-1) not in closed


def test_an_act_of_the_grace_that_was_cut_short_counts_in_totals_and_for_the_new_week() -> None:
    world = world_of({"anna": 1})
    world.publish({**SPEC, "week_starts": 3}, day=7.2)

    world.post(act("anna", day=5), at=moment(7, 10))

    code = world.code("board", "board")
    assert world.balance() == 2
    assert world.member().scores[score_key(place_key(code, WEEK, MONDAY + 3))] == 1
    assert world.unit("red").sums[place_key(code, WEEK, MONDAY + 3)] == (1, 1)


def test_a_rulebook_whose_weeks_begin_on_the_same_day_counts_nothing_anew() -> None:
    world = world_of({"anna": 2})
    before = world.bytes()

    published = world.publish(SPEC, day=7.2)

    changed = {key for key, state in world.bytes().items() if before.get(key) != state}
    assert [type(line).__name__ for line in published.lines if not isinstance(line, Closed)] == ["RulebookSet"]
    assert changed == {"o"}


def test_who_moved_before_weeks_were_cut_anew_has_brought_each_team_its_own() -> None:
    world = world_of({"anna": 2, "bela": 1})
    world.joins("anna", team="blue")
    world.publish({**SPEC, "week_starts": 6}, day=2)
    place = place_key(world.code("board", "board"), WEEK, MONDAY - 1)
    before = {team: world.unit(team).sums.get(place) for team in ("red", "blue")}

    world.post(act("anna", day=3, key="one"))
    with_blue = {team: world.unit(team).sums.get(place) for team in ("red", "blue")}
    world.post(retraction("one", day=3))

    assert before == {"red": (3, 2), "blue": None}
    assert with_blue == {"red": (3, 2), "blue": (1, 1)}
    assert {team: world.unit(team).sums.get(place) for team in ("red", "blue")} == before


def test_boards_that_count_weeks_count_those_of_the_new_cut() -> None:
    spec = {
        **SPEC,
        "metrics": [{"id": "weeks", "on": ["content.shared"], "measure": "distinct", "of": "week"}],
        "boards": [*SPEC["boards"], {"id": "steady", "of": "weeks", "periods": ["month"]}],
    }
    world = World(spec, members=["anna"])
    for day in (6, 7):  # Sunday and Monday
        world.post(act("anna", day=day))
    place = place_key(world.code("board", "steady"), KINDS.index(PeriodKind.MONTH), 2026 * 12)
    before = world.member().scores[score_key(place)]
    world.publish({**spec, "week_starts": 6}, day=8)

    world.post(act("anna", type="link.clicked", visitor="v", day=8.5))

    assert (before, world.member().scores[score_key(place)]) == (2, 1)


def test_what_is_to_be_filled_is_what_both_rulebooks_have() -> None:
    spec = {**SPEC, "boards": [*SPEC["boards"], {"id": "short", "of": "points", "periods": ["week"]}]}
    world = World(spec, members=["anna"])
    world.post(act("anna"))
    logged = world.append_publication({**SPEC, "week_starts": 3}, at=moment(2))
    states: dict[str, State | None] = {}
    inputs: dict[str, Input] = {}
    while missing := needs(world.plan, Draft(states, inputs), logged):
        world.read(missing, states, inputs)
    draft = Draft(states, inputs)

    judge(world.plan, draft, logged)
    recut = draft.take_changes().recut

    board, short = world.code("board", "board"), world.code("board", "short")
    assert recut is not None
    assert [place for place, _ in recut.fills] == [
        place_key(board, WEEK, MONDAY - 4),
        place_key(board, WEEK, MONDAY + 3),
    ]
    assert set(recut.gone) == {place_key(code, WEEK, week(0)) for code in (board, short)}


def test_sums_of_units_follow_the_team_of_the_moment() -> None:
    world = world_of({"anna": 2, "bela": 1})
    world.joins("anna", team="blue")
    world.post(act("anna"))

    code = world.code("board", "board")
    assert world.unit("red").sums[place_key(code, WEEK, week(0))] == (3, 2)
    assert world.unit("blue").sums[place_key(code, WEEK, week(0))] == (1, 1)


def test_a_contributor_whose_only_act_is_taken_back_is_none() -> None:
    world = world_of({"anna": 1})
    world.post(act("bela", key="one"))

    world.joins("bela", team="blue")
    world.post(retraction("one"))

    assert world.unit("red").sums[place_key(world.code("board", "board"), WEEK, week(0))] == (1, 1)
    assert world.unit("blue").sums == {}


def test_before_the_first_rulebook_an_act_changes_no_number() -> None:
    world = World(None, members=["anna"])

    decision = world.post(Act("content.shared", moment(0), "tool", "anna", {}))

    assert decision.lines == ()
