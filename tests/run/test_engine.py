"""The engine over a real server: entries in, states, journal and boards out."""

import asyncio

import pytest
from redis.asyncio import Redis

from engine.core.states import encode_state
from engine.run.batch import BatchDecider, Desks
from engine.store.connect import read_client
from engine.store.errors import StaleEpoch, StalePosition
from engine.store.keys import Place
from engine.store.log import Log
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, share, write_some_history


def week_of_begin(site: Site) -> str:
    return site.keys.board(Place(30, 1, BEGIN // DAY_MS))


async def test_events_become_points_and_rows_of_boards(site: Site) -> None:
    await write_some_history(site, weeks=1)

    await site.judge_all()

    anna = await site.member("anna")
    assert anna.balances[0] == 27
    assert await site.read.zscore(week_of_begin(site), "anna") == 27
    assert await site.read.zscore(week_of_begin(site), "bea") == 25
    assert await site.read.zscore(week_of_begin(site), "carl") is None


async def test_a_second_look_at_the_same_log_changes_nothing(site: Site) -> None:
    await write_some_history(site)
    await site.judge_all()
    before = await site.everything()

    await site.judge_all()

    assert await site.everything() == before


@pytest.mark.parametrize("batch_entries", [1, 7])
async def test_batch_cuts_change_no_byte(
    site: Site, organization: str, write: Redis, read: Redis, batch_entries: int
) -> None:
    other = Site(f"{organization}-cut", write, read)
    for place in (site, other):
        await write_some_history(place, weeks=4)

    await site.judge_all()
    await other.judge_all(batch_entries=batch_entries)

    assert await other.everything() == await site.everything()


async def test_an_engine_that_was_overtaken_changes_nothing_and_ends(site: Site) -> None:
    await write_some_history(site, weeks=1)
    older = site.engine(batch_entries=1)
    stop = asyncio.Event()
    working = asyncio.create_task(older.run(stop))
    while await site.reader.judged() < site.position:
        await asyncio.wait({working}, timeout=0.01)
    await site.judge_all()
    before = await site.everything()
    await site.append(share("carl", BEGIN + 8 * DAY_MS), BEGIN + 8 * DAY_MS)

    with pytest.raises((StaleEpoch, StalePosition)):
        await asyncio.wait_for(working, 10)

    assert await site.everything() == before


async def test_what_is_read_back_is_what_was_in_memory(site: Site) -> None:
    await write_some_history(site)
    await site.judge_all()

    stored = await site.read.hgetall(site.keys.states)

    for field, value in stored.items():
        key = bytes(field).decode() if isinstance(field, bytes) else field
        state = (await site.reader.read([key]))[key]
        assert state is not None
        assert encode_state(state) == value


async def test_a_stopped_engine_ends_with_its_last_batch_committed(site: Site, server_url: str) -> None:
    await write_some_history(site, weeks=1)
    stop = asyncio.Event()
    async with read_client(server_url) as blocking:
        site.log = Log(write=site.write, read=site.read, blocking=blocking, keys=site.keys)
        working = asyncio.create_task(site.engine().run(stop))
        while await site.reader.judged() < site.position:
            await asyncio.wait({working}, timeout=0.01)
        stop.set()

        assert await asyncio.wait_for(working, 10) == site.position


async def test_what_is_read_ahead_of_a_new_era_is_asked_for_again(site: Site) -> None:
    """What is remembered moves to a new shelf every `days_back` days: far ahead, an act does not know its own yet."""
    await write_some_history(site, weeks=1)
    await site.judge_all()
    judged = site.position
    for month in range(1, 12):
        now = BEGIN + 30 * month * DAY_MS
        for member in ("anna", "bea"):
            await site.append(share(member, now, content="post"), now)
    plan, ahead = OneRulebook().plan, await site.log.read(judged, 100)
    desks = Desks(1_000)
    decider = BatchDecider(desks, site.reader.read_all)
    for _ in range(2):  # the second time everything is in memory
        await decider.prefetch(plan, ahead)

    decided_to, known = judged, len(desks.complete)
    while decided_to < site.position:
        decided = await decider.decide(plan, ahead[decided_to - judged :], b"", settled=True, aside={})
        assert decided is not None
        decided_to = decided.last

    assert known > 0
