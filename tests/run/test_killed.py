"""kill -9 between any two steps: whatever a process had sent or heard, another one goes on to the same bytes."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import get_args

import pytest

from engine.bootstrap import Site, site_at
from engine.core.entries import HistoryOpened, Retracted, Thanked
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.scripts import script
from tests.run.killing import (
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    Snapshot,
    Step,
    Victim,
    When,
    arrive_late,
    rows_of,
    script_step,
)
from tests.run.site import BEGIN
from tests.run.story import BOOK, CHANGED, MEMBERS, WEEK_MS, append, beginning_weeks_on, join, share
from tests.store.conftest import REDIS_URL


async def write_history(site: Site) -> None:
    """Four weeks in history mode: some close, rulebooks, weeks cut anew, joins beside a close, retractions, thanks."""
    await append(site, HistoryOpened(), BEGIN)
    publisher = Publisher(site.log, site.rulebooks)
    await publisher.publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    for member in MEMBERS[:6]:
        await join(site, member, "red", BEGIN)
    for week in range(4):
        at = BEGIN + week * WEEK_MS
        for number in range(8):
            await append(site, share(MEMBERS[number % 6], at, number + 10 * week), at)
        await append(site, Thanked(MEMBERS[0], MEMBERS[1], "pair", at), at)
        await append(site, Retracted("source", at, key=f"{MEMBERS[1]}-{10 * week + 1}".encode(), source="hub"), at)
        if week == 1:
            await join(site, MEMBERS[6], "red", at)
        if week == 2:
            await publisher.publish(CHANGED, now=at, by="test", said_recorded=True)
            await append(site, Retracted("hr", at, content="post-20", member=MEMBERS[0]), at)
            await publisher.publish(beginning_weeks_on("thursday"), now=at, by="test", said_recorded=True)


@pytest.fixture(params=["embedded", "redis"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that may be emptied: of a server of its own, or one of the server that other tests use too."""
    if request.param == "embedded":
        with EmbeddedServer.start(tmp_path_factory.mktemp("store") / "server") as server:
            yield server.url
        return
    if REDIS_URL not in os.environ:
        pytest.skip(f"{REDIS_URL} names no server (append-only file on, appendfsync always)")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    yield f"{os.environ[REDIS_URL]}/{worker % 8 + 8}"


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with site_at(database, Settings()) as site:
        await site.write.flushdb()
        yield site
        await site.write.flushdb()


async def until_done(site: Site, victim: Victim) -> bool:
    """Wait until all is judged and every closed board has its pages; False where the process died before."""
    position = (await site.log.door()).position
    async with asyncio.timeout(PATIENCE_SECONDS):
        while victim.lives:
            is_judged = await site.reader.judged() == position
            if is_judged and not await site.read.exists(site.keys.flagged, site.keys.recut):
                return True
            await asyncio.sleep(LOOK_SECONDS)
    return False


async def finish(site: Site, database: str, data: Path) -> list[Step]:
    """An engine that nobody disturbs; the commands that it sent until all was done."""
    async with Victim(database).engine(data) as engine:
        assert await until_done(site, engine)
        return list(engine.seen)


Kills = list[tuple[Step, When]]
EVERY = 10


def at_each_first(steps: list[Step]) -> Kills:
    """Each command, the first time that it is sent."""
    return [(step, when) for step in steps if step.time == 1 for when in get_args(When)]


def here_and_there(steps: list[Step]) -> Kills:
    """Every tenth of all later steps, in turn before and after the server has it."""
    later = [step for step in steps if step.time > 1][::EVERY]
    return list(zip(later, cycle(get_args(When)), strict=False))


def at_each(steps: list[Step]) -> Kills:
    """All there are."""
    return [(step, when) for step in steps for when in get_args(When)]


async def kill_at(site: Site, database: str, data: Path, chosen: Callable[[list[Step]], Kills]) -> set[Step]:
    """Kill an engine at each of the chosen steps; let another go on, and compare."""
    await write_history(site)
    begin = await Snapshot.of(site.write)
    await finish(site, database, data)
    expected = await rows_of(site.read)
    await begin.restore(site.write)
    steps = await finish(site, database, data)  # now that the server knows the scripts
    killed_at: set[Step] = set()
    kills = chosen(steps)
    for at, when in kills:
        await begin.restore(site.write)
        async with Victim(database, at=at, when=when).engine(data) as engine:
            if not await until_done(site, engine):
                killed_at.add(at)
        await finish(site, database, data)
        assert await rows_of(site.read) == expected, (at, when)
    assert len({step.command for step in killed_at}) >= len({step.command for step, _ in kills}) - 1
    return killed_at


async def what_a_late_commit_changes(site: Site, database: str, data: Path, *, guards: str) -> bool:
    """An engine is killed while its commit is on the way; another one does all; then that commit gets there."""
    await write_history(site)
    begin = await Snapshot.of(site.write)
    await finish(site, database, data)
    await begin.restore(site.write)
    async with Victim(database, at=script_step("commit")).engine(data) as engine:
        assert not await until_done(site, engine)
    await finish(site, database, data)
    expected = await rows_of(site.read)
    await arrive_late(site.write, engine.held, guards, "commit")
    return await rows_of(site.read) != expected


async def test_the_commit_of_a_killed_engine_that_arrives_after_the_next_engine_changes_nothing(
    site: Site, database: str, tmp_path: Path
) -> None:
    assert not await what_a_late_commit_changes(site, database, tmp_path, guards="")


async def test_without_its_guards_it_would_change_what_is_stored(site: Site, database: str, tmp_path: Path) -> None:
    assert await what_a_late_commit_changes(site, database, tmp_path, guards="epoch|position")


async def check_by_replay(site: Site, folder: Path) -> None:
    with EmbeddedServer.start(folder) as server:
        async with site_at(server.url, Settings()) as empty:
            verified = await site.verifier(empty, lambda _done, _whole: None).verify()
    assert not verified.differences
    assert verified.entries == (await site.log.door()).position


async def test_an_engine_killed_at_a_step_is_followed_by_one_that_comes_to_the_same_bytes(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at(site, database, tmp_path, at_each_first)

    await check_by_replay(site, tmp_path / "empty")
    assert len(killed_at) >= 10
    scripts = {step.command.removeprefix("EVALSHA ") for step in killed_at if step.command.startswith("EVALSHA")}
    assert {script(name).digest for name in ("commit", "write_pages", "fill_boards", "finish_recut")} <= scripts


async def test_an_engine_killed_here_and_there_is_followed_by_one_that_comes_to_the_same_bytes(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at(site, database, tmp_path, here_and_there)

    assert len(killed_at) >= 8


@pytest.mark.soak
async def test_an_engine_killed_at_any_step_is_followed_by_one_that_comes_to_the_same_bytes(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at(site, database, tmp_path, at_each)

    await check_by_replay(site, tmp_path / "empty")
    assert len(killed_at) >= 40
