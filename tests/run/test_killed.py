"""kill -9 between any two steps: whatever a process had sent or heard, another one goes on to the same bytes."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import get_args

import pytest

from engine.bootstrap import Site, site_at
from engine.core.entries import (
    Act,
    AnyEntry,
    HistoryOpened,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    Thanked,
    VisibilityChosen,
    encode_entry,
)
from engine.core.rulebook import Value
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.log import Append
from tests.rulebook.books import ORGANIZATION, rule, texts
from tests.run.killing import LOOK_SECONDS, PATIENCE_SECONDS, Snapshot, Step, Victim, When, rows_of
from tests.run.site import BEGIN, DAY_MS
from tests.store.conftest import REDIS_URL

PACK = (
    rule("fade = { per = 'week', percent = [100, 50] }\nlimits = [{ times = 3, per = 'week' }]")
    + """
[[cap]]
on = "*"
points = 40
per = "week"

[[metric]]
id = "shares"
title = "Shares"
on = "content.shared"

[[badge]]
id = "often"
title = "Often"
of = { metric = "shares", per = "ever" }
at = 3

[[leaderboard]]
id = "board"
title = "Board"
of = "points"
periods = ["week", "ever"]
by = ["members", "teams"]

[[recognition]]
id = "best"
title = "Best"
at_end_of = "week"
board = "board"
places = 1

[[thanks]]
id = "thanks"
title = "Thanks"
allowance = { times = 5, per = "week" }
same_pair = { times = 1, per = "week" }
giver = 2
receiver = 10
"""
)
BOOK = texts(PACK, ORGANIZATION)
CHANGED = texts(PACK.replace("points = 10", "points = 12", 1), ORGANIZATION)
MEMBERS = tuple(f"member-{number}" for number in range(7))
WEEK_MS = 7 * DAY_MS


async def append(site: Site, entry: AnyEntry, recorded: int) -> None:
    item = Append(
        mark=None,
        digest=None,
        payload=encode_entry(entry),
        recorded=recorded,
        said_recorded=True,
        history="opens" if isinstance(entry, HistoryOpened) else "",
    )
    (appended,) = await site.log.append([item])
    assert appended.status == "accepted"


async def join(site: Site, member: str, team: str, at: int) -> None:
    await append(site, MemberSet(member, MemberFacts(country="FI", team=team)), at)
    await append(site, MembershipChanged(member, "join", at), at)
    await append(site, VisibilityChosen(member, boards=True, wall=True, badges=True), at)


def share(member: str, at: int, number: int) -> Act:
    data: dict[str, Value] = {
        "channel": "linkedin",
        "own_words": True,
        "topics": ["hiring"],
        "content": f"post-{number}",
    }
    return Act("content.shared", at, "hub", member, data, f"{member}-{number}".encode())


async def write_history(site: Site) -> None:
    """Four weeks in history mode: two that close, a second rulebook, joins beside a close, retractions, thanks."""
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
            if await site.reader.judged() == position and not await site.read.hlen(site.keys.flagged):
                return True
            await asyncio.sleep(LOOK_SECONDS)
    return False


async def finish(site: Site, database: str, data: Path) -> list[Step]:
    """An engine that nobody disturbs; the commands that it sent until all was done."""
    async with Victim(database).engine(data) as engine:
        assert await until_done(site, engine)
        return list(engine.seen)


async def kill_at_each(site: Site, database: str, data: Path, *, most: int) -> set[Step]:
    """Kill an engine at each step, but each command at most so many times; let another go on, and compare."""
    await write_history(site)
    begin = await Snapshot.of(site.write)
    await finish(site, database, data)
    expected = await rows_of(site.read)
    await begin.restore(site.write)
    steps = await finish(site, database, data)  # now that the server knows the scripts
    killed_at: set[Step] = set()
    for at, when in ((at, when) for at in steps if at.time <= most for when in get_args(When)):
        await begin.restore(site.write)
        async with Victim(database, at=at, when=when).engine(data) as engine:
            if not await until_done(site, engine):
                killed_at.add(at)
        await finish(site, database, data)
        assert await rows_of(site.read) == expected, (at, when)
    assert len({step.command for step in killed_at}) >= len({step.command for step in steps}) - 1
    return killed_at


async def check_by_replay(site: Site, folder: Path) -> None:
    with EmbeddedServer.start(folder) as server:
        async with site_at(server.url, Settings()) as empty:
            verified = await site.verifier(empty, lambda _done, _whole: None).verify()
    assert not verified.differences
    assert verified.entries == (await site.log.door()).position


async def test_an_engine_killed_at_a_step_is_followed_by_one_that_comes_to_the_same_bytes(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at_each(site, database, tmp_path, most=1)

    await check_by_replay(site, tmp_path / "empty")
    assert len(killed_at) >= 10
    assert len({step for step in killed_at if step.command.startswith("EVALSHA")}) >= 4


@pytest.mark.soak
async def test_an_engine_killed_at_any_step_is_followed_by_one_that_comes_to_the_same_bytes(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at_each(site, database, tmp_path, most=1_000)

    await check_by_replay(site, tmp_path / "empty")
    assert len(killed_at) >= 40
