from pathlib import Path
from random import Random
from typing import Any

import pytest

import tests.oracle as oracle_module
from engine.core.journal import Posted, Recognised
from engine.core.periods import PeriodKind
from engine.core.plan import KINDS
from engine.core.states import place_key
from tests.core.builders import World, week
from tests.core.histories import HIDDEN, MEMBERS, play, random_book, random_history, world_for
from tests.oracle import Oracle

WEEK = KINDS.index(PeriodKind.WEEK)
UNITS = {member: {"teams": "red" if member == MEMBERS[0] else "blue"} for member in MEMBERS}


def agree(seed: int) -> None:
    """Tell both the same history and compare after each event."""
    chance = Random(seed)
    book = random_book(chance)
    world, oracle = world_for(book), Oracle(book, UNITS, {HIDDEN})
    for event in random_history(chance, book):
        seen = (seed, event)
        decision = play(world, event)
        before = points_of(oracle)
        oracle.tell(as_told(event))
        after = points_of(oracle)
        expected = {who: after[who] - before[who] for who in MEMBERS if after[who] != before[who]}
        posted: dict[str, int] = {}
        for line in decision.lines:
            if isinstance(line, Posted):
                who = decision.people[line.who].id
                posted[who] = posted.get(who, 0) + line.amount
        assert {who: amount for who, amount in posted.items() if amount} == expected, seen
        assert badges_of(world) == {(who, id_, value, step) for who, id_, value, step in oracle.badges}, seen
    compare_weeks(world, oracle, seed)


def points_of(oracle: Oracle) -> dict[str, int]:
    """The points of everyone, as the oracle adds them up."""
    return {who: oracle.value(who, "points", "", "ever", 0) for who in MEMBERS}


def as_told(event: dict[str, Any]) -> dict[str, Any]:
    """The oracle hears of all kinds of units at once."""
    return {**event, "do": "units", "units": {"teams": event["team"]}} if event["do"] == "team" else event


def badges_of(world: World) -> set[tuple[str, str, str, int]]:
    """All badges held, as the oracle names them."""
    return {(who, id_, value, step) for who in MEMBERS for id_, value, step in world.badges(who)}


def compare_weeks(world: World, oracle: Oracle, seed: int) -> None:
    """Winners of the weeks that closed, and the boards of those that are open."""
    won: dict[int, list[tuple[str, int, int]]] = {}
    for entry in world.journal:
        for line in entry.lines:
            if isinstance(line, Recognised):
                won.setdefault(line.period, []).append((entry.people[line.who].id, line.place, line.score))
    assert won == {first: final["winners"] for (_, _, first), final in oracle.finals.items() if final["winners"]}, seed
    code = world.code("board", "board")
    open_from = world.organization().open_from[WEEK]
    for number in range(20):
        if week(number) < open_from:
            continue
        expected = oracle.board("points", "week", week(number))
        assert world.board(code, WEEK, week(number)) == expected["rows"], (seed, number)
        for team in ("red", "blue"):
            sums = world.unit(team).sums.get(place_key(code, WEEK, week(number)), (0, 0))
            assert sums == expected["units"].get(("teams", team), (0, 0)), (seed, number, team)


@pytest.mark.parametrize("seed", range(0, 300, 50))
def test_the_core_agrees_with_the_oracle_on_random_rulebooks_and_histories(seed: int) -> None:
    for each in range(seed, seed + 50):
        agree(each)


@pytest.mark.soak
def test_the_core_agrees_with_the_oracle_on_many_more() -> None:
    for seed in range(10_000, 30_000):
        agree(seed)


def test_the_oracle_is_short_and_knows_nothing_of_the_engine() -> None:
    text = Path(oracle_module.__file__).read_text("utf-8")

    assert len([line for line in text.splitlines() if line.strip()]) <= 200
    assert "engine" not in {line.split()[1].partition(".")[0] for line in text.splitlines() if "import " in line}
