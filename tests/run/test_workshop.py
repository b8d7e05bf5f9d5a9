"""Work beside the event loop: one piece at a time, bounded, and safe for formulas."""

import asyncio
import threading
from functools import partial

import pytest

from engine.core.entries import Act, MemberFacts
from engine.core.lines.ledger import Posted
from engine.core.plan import Plan
from engine.core.rehearsal import Rehearsal
from engine.core.rulebook import Rulebook
from engine.run.errors import WorkshopFull
from engine.run.workshop import Workshop
from tests.core.history import at
from tests.rulebook.books import compiled, rule

NOON = at("2026-11-23 12:00")


async def test_more_than_may_wait_is_refused_and_taken_again_when_there_is_room() -> None:
    workshop, goes_on = Workshop(most_waiting=2), threading.Event()
    waiting = [asyncio.create_task(workshop.do(goes_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(WorkshopFull, match="2 rulebooks wait"):
        await workshop.do(int)
    goes_on.set()

    assert await asyncio.gather(*waiting) == [True, True]
    assert await workshop.do(int) == 0


async def test_what_the_work_raises_is_raised() -> None:
    workshop = Workshop(most_waiting=1)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await workshop.do(lambda: 1 // 0)


async def test_a_caller_who_goes_away_makes_no_room_until_the_work_is_done() -> None:
    workshop, has_begun, goes_on = Workshop(most_waiting=1), threading.Event(), threading.Event()

    def work() -> None:
        has_begun.set()
        goes_on.wait()

    caller = asyncio.create_task(workshop.do(work))
    await asyncio.to_thread(has_begun.wait)

    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    with pytest.raises(WorkshopFull):
        await workshop.do(int)
    goes_on.set()


async def test_pieces_are_worked_one_after_the_other_on_one_thread() -> None:
    workshop = Workshop()

    threads = await asyncio.gather(*(workshop.do(threading.get_ident) for _ in range(8)))

    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


async def test_formulas_are_compiled_in_the_workshop_while_others_are_evaluated_here() -> None:
    pack = rule(points='{ formula = "event.minutes * 2 + size(event.topics)" }')
    plan, workshop = Plan(compiled(pack)), Workshop()
    compiling = [asyncio.create_task(workshop.do(partial(compiled, pack))) for _ in range(8)]

    here: list[int] = []
    while not all(task.done() for task in compiling):
        here.append(_points(plan))
        await asyncio.sleep(0)
    there = [_points(Plan(book)) for book in await _books(compiling)]

    assert set(here) == set(there) == {21}


async def _books(tasks: list[asyncio.Task[Rulebook]]) -> list[Rulebook]:
    return list(await asyncio.gather(*tasks))


def _points(plan: Plan) -> int:
    """What an act pays by a rule with a formula."""
    rehearsal = Rehearsal(plan, NOON)
    rehearsal.join("anna", MemberFacts(country="FI"), NOON)
    act = Act("content.shared", NOON, "hub", "anna", {"channel": "x", "minutes": 10, "topics": ["hiring"]})
    decision = rehearsal.judge(act, NOON)
    return sum(line.amount for line in decision.lines if isinstance(line, Posted))
