from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import tests.oracle as oracle_module
from engine.core.keys import place_key, score_key
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Recognised
from engine.core.periods import PeriodKind, period_bounds_days
from engine.core.plan import KINDS
from engine.core.scores import open_periods
from tests.core.builders import HOUR_MS, MONDAY, Plain, World
from tests.core.histories import HIDDEN, MEMBERS, ZONES, play, random_book, random_history, with_streaks, world_for
from tests.oracle import Oracle
from tests.oracle_challenges import OracleWithChallenges

UNITS = {member: {"teams": "red" if member == MEMBERS[0] else "blue"} for member in MEMBERS}


def agree(seed: int, believes: Callable[[Plain], Plain] = lambda book: book, **history: bool) -> int:
    """Tell both the same history and compare after each event; how often weeks were cut anew.

    `believes` are the rules that the oracle has of these.

    Raises:
        AssertionError: They do not agree.
    """
    chance = Random(seed)
    book = random_book(chance)
    book = with_streaks(book, chance) if seed % 2 else book
    world, oracle = world_for(book), OracleWithChallenges(believes(book), UNITS, {HIDDEN})
    posted: dict[str, int] = {}
    for event in random_history(chance, book, **history):
        seen = (seed, event)
        hours = ZONES[oracle.rules.get("zone", "UTC")]
        decision = play(world, event)
        for line in decision.lines:
            if isinstance(line, Posted):
                who = decision.people[line.who].id
                posted[who] = posted.get(who, 0) + line.amount
        before = points_of(oracle)
        oracle.tell(as_told(event, hours))
        if "more" in event:
            continue
        after = points_of(oracle)
        expected = {who: after[who] - before[who] for who in MEMBERS if after[who] != before[who]}
        assert {who: amount for who, amount in posted.items() if amount} == expected, seen
        posted = {}
        assert badges_of(world) == {(who, id_, value, step) for who, id_, value, step in oracle.badges}, seen
        if event["do"] == "publish":
            compare_boards(world, oracle, seed)
    compare_boards(world, oracle, seed)
    compare_winners(world, oracle, seed)
    return world.organization().cuts


def points_of(oracle: Oracle) -> dict[str, int]:
    """The points of everyone, as the oracle adds them up."""
    return {who: oracle.value(who, "points", "", "ever", 0) for who in MEMBERS}


def as_told(event: dict[str, Any], hours: int) -> dict[str, Any]:
    """The oracle hears of all kinds of units at once, and times by the clock of the organization's zone."""
    moved = {name: event[name] + hours * HOUR_MS for name in ("time", "recorded") if name in event}
    told = event | moved | {"clock": event["recorded"]}
    if event["do"] == "away":
        days = {name: MONDAY + event[name] for name in ("first", "last")}
        return {**told, "do": "choose", "change": "away", **days}
    return {**told, "do": "units", "units": {"teams": event["team"]}} if event["do"] == "team" else told


def badges_of(world: World) -> set[tuple[str, str, str, int]]:
    """All badges held, as the oracle names them."""
    return {(who, id_, value, step) for who in MEMBERS for id_, value, step in world.badges(who)}


def compare_winners(world: World, oracle: Oracle, seed: int) -> None:
    """Winners of the weeks that closed."""
    won: dict[int, list[tuple[str, int, int]]] = {}
    for entry in world.journal:
        for line in entry.lines:
            if isinstance(line, Recognised):
                won.setdefault(line.period, []).append((entry.people[line.who].id, line.place, line.score))
    finals = {first: final for (id_, per, first), final in oracle.finals.items() if (id_, per) == ("board", "week")}
    assert won == {first: final["winners"] for first, final in finals.items() if final["winners"]}, seed


def compare_boards(world: World, oracle: Oracle, seed: int) -> None:
    """The boards that are open: rows, sums of units, and the scores that are kept of members."""
    organization = world.organization()
    for board in oracle.rules["boards"]:
        code = world.code("board", board["id"])
        for kind in (KINDS.index(PeriodKind(per)) for per in board["periods"]):
            first, starts = organization.open_from[kind], oracle.rules.get("week_starts", 0)
            for period in open_periods(KINDS[kind], first, world.plan.local_day(world.clock), starts):
                seen = (seed, board["id"], KINDS[kind], period)
                place = place_key(code, kind, period)
                first_day = period_bounds_days(KINDS[kind], period)[0]
                expected = oracle.board(board["of"], KINDS[kind].value, first_day)
                rows = world.board(code, kind, period)
                assert rows == expected["rows"], seen
                for team in ("red", "blue"):
                    sums = world.unit(team).sums.get(place, (0, 0))
                    assert sums == expected["units"].get(("teams", team), (0, 0)), (seen, team)
                for who, score in rows:
                    state = world.member(who)
                    if state.cuts == organization.cuts:
                        assert state.scores.get(score_key(place)) == score, (seen, who)


@pytest.mark.parametrize("seed", range(0, 300, 50))
def test_the_core_agrees_with_the_oracle_on_random_rulebooks_and_histories(seed: int) -> None:
    cuts = [agree(each) for each in range(seed, seed + 50)]

    assert not any(cuts)


@pytest.mark.parametrize("seed", range(0, 200, 50))
def test_the_core_agrees_with_the_oracle_where_weeks_begin_on_another_day_and_the_zone_changes(seed: int) -> None:
    cuts = [agree(each, cuts=True, zones=zones) for each in range(seed, seed + 50) for zones in (False, True)]

    assert sum(cuts) > 50


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("rules", lambda rule: {**rule, "points": 1_000}),
        ("badges", lambda badge: {**badge, "tiers": [tier + 1 for tier in badge.get("tiers", ())]}),
        ("caps", lambda cap: {**cap, "points": 1}),
        ("challenges", lambda challenge: {**challenge, "goal": 1}),
        ("streaks", lambda streak: {**streak, "points": streak["points"] + 1}),
    ],
)
def test_an_oracle_with_other_rules_does_not_agree(word: str, other: Callable[[Plain], Plain]) -> None:
    disagreed = 0
    for seed in range(30):
        try:
            agree(seed, lambda book: {**book, word: [other(each) for each in book.get(word, ())]})
        except AssertionError:
            disagreed += 1

    assert disagreed > 10


def test_an_oracle_that_saw_another_winner_does_not_agree() -> None:
    chance = Random(7)
    book = random_book(chance)
    world, oracle = world_for(book), OracleWithChallenges(book, UNITS, {HIDDEN})
    for event in random_history(chance, book):
        hours = ZONES[oracle.rules.get("zone", "UTC")]
        play(world, event)
        oracle.tell(as_told(event, hours))
    compare_winners(world, oracle, 7)
    final = next(final for (*of, _), final in oracle.finals.items() if of == ["board", "week"] and final["winners"])
    final["winners"] = [("nobody", 1, 1)]

    with pytest.raises(AssertionError):
        compare_winners(world, oracle, 7)


@pytest.mark.soak
def test_the_core_agrees_with_the_oracle_on_many_more() -> None:
    cuts = [agree(seed, cuts=cuts, zones=cuts) for seed in range(10_000, 30_000) for cuts in (False, True)]

    assert sum(cuts) > 10_000


def test_the_oracle_is_short_and_knows_nothing_of_the_engine() -> None:
    text = Path(oracle_module.__file__).read_text("utf-8")

    assert len([line for line in text.splitlines() if line.strip()]) <= 260
    assert "engine" not in {line.split()[1].partition(".")[0] for line in text.splitlines() if "import " in line}
