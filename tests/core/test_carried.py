"""Balances from before: carried over once, on their own day, and told to nobody."""

from typing import Any

from engine.core.entries import OpeningBalance, VisibilityChosen
from engine.core.lines.counts import OnceUsed
from engine.core.lines.ledger import CARRIED, Posted
from engine.core.lines.refusals import Reason
from engine.core.lots import lots_of
from engine.core.periods import PeriodKind, month_of
from engine.core.plan import KINDS
from tests.core.builders import MONDAY, World, act, lines, moment, points, refusals, week

Plain = dict[str, Any]
SPEC: Plain = {
    "rules": [{"id": "share", "on": ["content.shared"], "points": 10}],
    "currencys": [{"id": "coins", "per_point": 1}],
    "levels": [{"id": "voice", "at": 50}],
    "boards": [{"id": "board", "of": "points", "periods": ["week", "ever"]}],
}
LATER = 60


def balance(amount: int = 120, *, day: float = 0, origin: str = "old", currency: str | None = None) -> OpeningBalance:
    """What Anna had on a day."""
    return OpeningBalance("anna", moment(day), amount, origin, currency)


def board(world: World, kind: str, period: int) -> list[tuple[str, int]]:
    """The board of points."""
    return world.board(world.code("board", "board"), KINDS.index(PeriodKind(kind)), period)


def test_a_balance_of_before_is_posted_and_nobody_is_told() -> None:
    world = World(SPEC)

    decision = world.post(balance())

    assert world.balance() == 120
    assert [line.cause for line in lines(decision, Posted)] == [CARRIED]
    assert [type(line) for line in decision.lines] == [OnceUsed, Posted]


def test_one_import_brings_a_balance_once_however_long_ago_that_was() -> None:
    world = World(SPEC)
    world.post(balance())
    for day in range(0, 400, 20):
        world.post(act(day=day))
    before = world.balance()

    again = world.post(balance(500), at=moment(400))

    assert (points(again), refusals(again)) == ([], [Reason.CARRIED_BEFORE])
    assert world.balance() == before


def test_another_import_and_another_currency_bring_their_own() -> None:
    world = World(SPEC)
    for entry in (balance(100), balance(7, origin="other"), balance(30, currency="coins")):
        world.post(entry)

    assert (world.balance(), world.balance(currency="coins")) == (107, 30)


def test_a_currency_that_nobody_knows_is_refused() -> None:
    world = World(SPEC)

    decision = world.post(balance(currency="gems"))

    assert (points(decision), refusals(decision)) == ([], [Reason.UNKNOWN_NAME])


def test_a_balance_counts_for_ever_and_in_the_week_of_its_day_alone() -> None:
    world = World(SPEC)
    world.tick(LATER)
    world.post(balance(100, day=0), at=moment(LATER))
    world.post(balance(7, day=LATER, origin="this week"))

    assert board(world, "ever", 0) == [("anna", 107)]
    assert board(world, "week", week(LATER // 7)) == [("anna", 7)]


def test_a_balance_of_somebody_who_takes_no_part_is_theirs_when_they_join() -> None:
    world = World(SPEC, members=())

    world.post(balance())
    world.post(VisibilityChosen("anna", boards=True, wall=True, badges=True))
    unseen = board(world, "ever", 0)
    world.joins("anna", day=1)

    assert (unseen, board(world, "ever", 0)) == ([], [("anna", 120)])


def test_a_currency_that_runs_out_was_earned_in_the_month_of_its_day() -> None:
    world = World({**SPEC, "currencys": [{"id": "coins", "expires_months": 12, "announce_days": 30}]})

    world.post(balance(30, currency="coins"), at=moment(LATER))

    lots = lots_of(world.member(), world.code("currency", "coins"))
    assert [(lot.month, lot.amount) for lot in lots] == [(month_of(MONDAY), 30)]


def test_a_day_to_come_is_today() -> None:
    world = World(SPEC)

    decision = world.post(balance(day=30), at=moment(1))

    assert [line.day for line in lines(decision, Posted)] == [MONDAY + 1]
