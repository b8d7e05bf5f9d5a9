"""The job that counts the past, with the real engine: every act once, however often it looks, stops or is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import pytest

from engine.bootstrap import Site, site_at
from engine.core.entries import (
    Act,
    AnyEntry,
    HistoryCounted,
    HistoryDone,
    HistoryEnded,
    HistoryLooked,
    HistoryOpened,
    Retracted,
    encode_entry,
)
from engine.core.keys import PAST, member_key
from engine.core.states import MemberState, PastState
from engine.run.past import PastCounter
from engine.run.patience import is_judged
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.keys import WALL_KINDS
from engine.store.log import Append
from tests.rulebook.books import ORGANIZATION, texts
from tests.run.killing import LOOK_SECONDS, PATIENCE_SECONDS, Snapshot, Step, Victim, When, script_step
from tests.run.site import BEGIN, DAY_MS
from tests.run.story import BOOK, MEMBERS, PACK, append, join, share
from tests.run.test_killed import check_by_replay, database
from tests.run.test_killed import site as site_to_kill

__all__ = ["database", "site_to_kill"]

NEW = """
[[rule]]
id = "later"
title = "Later"
on = "content.shared"
points = 3
past = "count"

[[metric]]
id = "acts"
title = "Acts"
on = "content.shared"
past = "count"

[[badge]]
id = "twice"
title = "Twice"
of = { metric = "acts", per = "ever" }
at = 2
past = "count"

[[badge]]
id = "once"
title = "Once"
of = { metric = "shares", per = "ever" }
at = 1
past = "count"
"""
LATER = texts(PACK + NEW, ORGANIZATION)
DAYS = 6
ANNA, TAKEN = MEMBERS[0], MEMBERS[1]
NOW = BEGIN + (DAYS + 1) * DAY_MS


@pytest.fixture
async def site(server_url: str, organization: str) -> AsyncIterator[Site]:
    async with site_at(server_url, Settings(), organization) as site:
        yield site


async def write_history(site: Site, book: dict[str, str] = LATER) -> None:
    """Some days of sharing, one act taken back long before; then the new rulebook, and history ends."""
    await append(site, HistoryOpened(), BEGIN)
    publisher = Publisher(site.log, site.rulebooks)
    await publisher.publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    for member in MEMBERS[:3]:
        await join(site, member, "red", BEGIN)
    for day in range(DAYS):
        for number, member in enumerate(MEMBERS[: 1 + day % 3]):
            await append(site, share(member, BEGIN + day * DAY_MS, 10 * day + number), BEGIN + day * DAY_MS)
    at = BEGIN + DAYS * DAY_MS
    await append(site, Retracted("source", at, key=f"{TAKEN}-11".encode(), source="hub"), at)
    await publisher.publish(book, now=at, by="test", said_recorded=True)
    ended = Append(mark=None, digest=None, payload=encode_entry(HistoryEnded()), recorded=at, history="ends")
    assert (await site.log.append([ended]))[0].status == "accepted"


@asynccontextmanager
async def at_work(site: Site) -> AsyncIterator[None]:
    """The engine judges for as long as this is open, and has judged what was there before."""
    stop = asyncio.Event()
    engine = asyncio.create_task(site.engine(Settings()).run(stop))
    try:
        assert await is_judged(site.reader, (await site.log.door()).position, PATIENCE_SECONDS)
        yield
    finally:
        stop.set()
        await engine


def counter(site: Site, *, page: int = 4, pages: int = 100) -> PastCounter:
    return PastCounter(
        entries=site.log,
        reader=site.reader,
        plans=site.plans,
        directory=site.directory,
        now_ms=lambda: NOW,
        page=page,
        pages=pages,
    )


async def of_history(site: Site) -> list[AnyEntry]:
    """What the job has appended, in the order of the log."""
    entries = await site.log.read(0, 1_000)
    return [each.entry for each in entries if isinstance(each.entry, HistoryCounted | HistoryLooked | HistoryDone)]


async def is_done(site: Site) -> bool:
    """Whether the last rulebook is judged, and nothing waits to be counted."""
    state = (await site.reader.read([PAST]))[PAST]
    return isinstance(state, PastState) and not state.works and bool(await of_history(site))


async def standing(site: Site) -> dict[str, tuple[int, list[int]]]:
    """What everybody has: all balances together, and the codes of the badges."""
    found = await site.reader.read([member_key(member) for member in MEMBERS[:3]])
    states = [state for state in found.values() if isinstance(state, MemberState)]
    return {
        member: (sum(state.balances.values()), sorted(state.badges))
        for member, state in zip(MEMBERS, states, strict=False)
    }


async def test_every_act_of_before_is_counted_once_and_every_member_looked_at(site: Site) -> None:
    await write_history(site)
    async with at_work(site):
        appended = await counter(site).look()
    entries = await of_history(site)

    assert appended == len(entries)
    counted = Counter(entry.position for entry in entries if isinstance(entry, HistoryCounted))
    assert set(counted.values()) == {1}
    assert len(counted) == 1 + 2 + 3 + 1 + 2 + 3 - 1
    assert sorted(entry.member for entry in entries if isinstance(entry, HistoryLooked)) == sorted(MEMBERS[:3])
    assert isinstance(entries[-1], HistoryDone)
    assert await is_done(site)


async def test_a_job_that_looks_again_or_beside_another_changes_nothing(site: Site) -> None:
    await write_history(site)
    async with at_work(site):
        one, two = counter(site), counter(site, page=3)
        appended = await asyncio.gather(one.look(), two.look())
        before = await standing(site)
        again = [await one.look(), await counter(site).look()]

    assert again == [0, 0]
    assert sum(appended) == len(await of_history(site))
    assert await standing(site) == before


async def test_a_job_waits_for_the_engine_and_goes_on_with_what_is_judged(site: Site) -> None:
    await write_history(site)

    assert await counter(site).look() == 0
    async with at_work(site):
        assert await counter(site).look() > 0
    assert await is_done(site)


async def test_a_full_log_leaves_the_rest_for_the_next_look(site: Site) -> None:
    await write_history(site)
    async with at_work(site):
        await site.log.limit((await site.log.door()).position + 4)
        job = counter(site)
        first = await job.look()
        await site.log.limit(None)
        second = await job.look()

    assert first <= 4
    assert first + second == len(await of_history(site))
    assert await is_done(site)


async def test_a_look_goes_so_far_and_the_next_goes_on(site: Site) -> None:
    await write_history(site)
    job = counter(site, pages=3)
    async with at_work(site):
        appended = [await job.look()]
        assert not await is_done(site)
        while not await is_done(site):
            appended.append(await job.look())

    assert sum(appended) == len(await of_history(site))
    assert len(appended) > 2


async def test_nothing_is_counted_while_history_is_open(site: Site) -> None:
    await append(site, HistoryOpened(), BEGIN)
    publisher = Publisher(site.log, site.rulebooks)
    await publisher.publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    await publisher.publish(LATER, now=BEGIN, by="test", said_recorded=True)
    async with at_work(site):
        assert await counter(site).look() == 0
    assert (await site.log.door()).history


async def test_what_was_taken_back_after_the_publication_stays_so_when_the_states_have_forgotten_it(site: Site) -> None:
    """History goes on for a year after the rulebook, so that nothing but the journal remembers the retraction."""
    await append(site, HistoryOpened(), BEGIN)
    publisher = Publisher(site.log, site.rulebooks)
    await publisher.publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    await join(site, ANNA, "red", BEGIN)
    await append(site, share(ANNA, BEGIN, 1), BEGIN)
    await append(site, share(ANNA, BEGIN, 2), BEGIN)
    taken = (await site.log.door()).position
    await publisher.publish(LATER, now=BEGIN + DAY_MS, by="test", said_recorded=True)
    at = BEGIN + 2 * DAY_MS
    await append(site, Retracted("source", at, key=f"{ANNA}-2".encode(), source="hub"), at)
    for month in range(1, 13):
        await append(site, share(ANNA, at + month * 31 * DAY_MS, 2 + month), at + month * 31 * DAY_MS)
    end = at + 400 * DAY_MS
    ended = Append(mark=None, digest=None, payload=encode_entry(HistoryEnded()), recorded=end, history="ends")
    assert (await site.log.append([ended]))[0].status == "accepted"

    async with at_work(site):
        await counter(site).look()

    counted = [entry.position for entry in await of_history(site) if isinstance(entry, HistoryCounted)]
    assert counted == [taken - 1]
    assert await is_done(site)


async def test_what_is_taken_back_between_two_steps_is_left_out(site: Site) -> None:
    await write_history(site)
    job = counter(site, page=4, pages=2)
    at = NOW + DAY_MS
    async with at_work(site):
        await job.look()
        retracted = encode_entry(Retracted("hr", at, key=f"{ANNA}-50".encode()))
        await site.log.append([Append(mark=None, digest=None, payload=retracted, recorded=at)])
        assert await is_judged(site.reader, (await site.log.door()).position, PATIENCE_SECONDS)
        while not await is_done(site):
            await job.look()

    entries = {each.position: each.entry for each in await site.log.read(0, 1_000)}
    counted = [entries[entry.position] for entry in await of_history(site) if isinstance(entry, HistoryCounted)]
    assert f"{ANNA}-50".encode() not in [entry.key for entry in counted if isinstance(entry, Act)]
    assert len(counted) == 1 + 2 + 3 + 1 + 2 + 3 - 1 - 1


@pytest.mark.parametrize(("past", "is_told"), [("count", False), ("count-and-tell", True)])
async def test_the_wall_shows_only_what_is_to_be_told(site: Site, past: str, *, is_told: bool) -> None:
    await write_history(site, texts(PACK + NEW.replace('"count"', f'"{past}"'), ORGANIZATION))
    async with at_work(site):
        before = await site.wall_index.newest("badge", to=None, count=100)
        await counter(site).look()
        after = await site.wall_index.newest("badge", to=None, count=100)

    badges = [
        position
        async for position, entry in site.reader.journal_between(1, (await site.log.door()).position)
        if any(type(line).__name__ == "BadgeGranted" for line in entry.lines)
    ]
    assert len(badges) > len(before)
    assert set(after) == (set(badges) if is_told else set(before))
    assert "badge" in WALL_KINDS


async def until_counted(site: Site, victim: Victim) -> bool:
    """Wait until all is judged and counted; False where the process died before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while victim.lives:
            if await is_done(site) and await site.reader.judged() == (await site.log.door()).position:
                return True
            await asyncio.sleep(LOOK_SECONDS)
    return False


@pytest.mark.parametrize("when", get_args(When))
async def test_everything_is_counted_once_whenever_the_process_was_killed(
    site_to_kill: Site, database: str, tmp_path: Path, when: When
) -> None:
    site = site_to_kill
    await write_history(site)
    begin = await Snapshot.of(site.write)
    async with Victim(database).engine(tmp_path) as engine:
        assert await until_counted(site, engine)
    whole = await standing(site)
    last = max(step for step in engine.seen if step.command == script_step("append").command)
    steps: list[Step] = [script_step("append"), last]
    killed = 0

    for step in steps:
        await begin.restore(site.write)
        async with Victim(database, at=step, when=when).engine(tmp_path) as engine:
            killed += not await until_counted(site, engine)
        async with Victim(database).engine(tmp_path) as engine:
            assert await until_counted(site, engine)

        assert await standing(site) == whole, step

    assert killed
    await check_by_replay(site, tmp_path / "empty")
