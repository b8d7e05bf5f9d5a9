"""Waiting for what nobody judges ends, wherever the waiting is when its time is over."""

import asyncio

from engine.run.patience import is_judged
from tests.run.site import Site, write_some_history

TRIES = 100
LONG_SECONDS = 30


async def test_waiting_for_an_entry_that_nobody_judges_ends(site: Site) -> None:
    await write_some_history(site, weeks=1)
    waiting = [asyncio.create_task(is_judged(site.reader, site.position, number / 10_000)) for number in range(TRIES)]

    done, _ = await asyncio.wait(waiting, timeout=LONG_SECONDS)

    assert [task.result() for task in done] == [False] * TRIES


async def test_an_entry_that_is_judged_meanwhile_is_waited_for(site: Site) -> None:
    await write_some_history(site, weeks=1)
    waiting = asyncio.create_task(is_judged(site.reader, site.position, LONG_SECONDS))

    await site.judge_all()

    assert await waiting
