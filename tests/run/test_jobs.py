"""Work that is done now and then, while the store is not always there."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from engine.bootstrap import site_at
from engine.run.jobs import look_or_say, start_job
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.errors import StoreUnavailable


async def test_a_job_whose_store_is_away_says_so_in_a_line_and_looks_again(tmp_path: Path) -> None:
    fates: list[str] = []
    twice = asyncio.Event()
    with EmbeddedServer.start(tmp_path / "server") as server:
        async with site_at(server.url, Settings()) as site:
            await site.log.door()
            server.stop()

            async def look() -> None:
                try:
                    await site.log.door()
                except StoreUnavailable:
                    fates.append("away")
                    if len(fates) == 2:
                        twice.set()
                    raise

            with capture_logs() as said:
                scheduler = start_job("ticker", look, 1, at_once=True)
                await asyncio.wait_for(twice.wait(), 30)
                scheduler.shutdown(wait=False)
                await asyncio.sleep(0)

    assert [(line["event"], line["job"], line["kind"]) for line in said[:1]] == [
        ("a job has to wait for the store", "ticker", "StoreUnavailable")
    ]


async def test_a_look_that_the_end_of_the_process_cuts_short_is_no_fault() -> None:
    begun = asyncio.Event()

    async def look() -> None:
        begun.set()
        await asyncio.Event().wait()

    with capture_logs() as said:
        looking = asyncio.create_task(look_or_say("ticker", look))
        await begun.wait()
        looking.cancel()
        await looking

    assert said == []
