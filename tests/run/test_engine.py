"""The engine over a real server: entries in, states, journal and boards out."""

import asyncio
from collections.abc import Mapping

import pytest
from redis.asyncio import Redis

from engine.core.entries import (
    Act,
    AnyEntry,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    RulebookPublished,
    VisibilityChosen,
    encode_entry,
)
from engine.core.plan import Plan
from engine.core.rulebook import Value
from engine.core.states import MemberState, State, encode_state, member_key
from engine.run.loop import Engine
from engine.store.commit import Committer, StaleEpoch, StalePosition
from engine.store.connect import read_client
from engine.store.keys import Keys, Place
from engine.store.log import Append, Log
from engine.store.states import StateReader
from tests.core.history import at
from tests.core.programme import plan

BEGIN = at("2026-11-23 08:00")
DAY_MS = 86_400_000


class OneRulebook:
    """The small programme, whatever is published."""

    def __init__(self) -> None:
        self.plan = plan()

    async def in_force(self, cached: Mapping[str, State | None]) -> Plan:  # noqa: ARG002 - as the engine asks
        return self.plan

    async def published(
        self,
        entry: RulebookPublished,  # noqa: ARG002 - as the engine asks
        cached: Mapping[str, State | None],  # noqa: ARG002 - as the engine asks
    ) -> Plan:
        return self.plan


class Site:
    """One organization on a server: its log and as many engines as a test wants."""

    def __init__(self, organization: str, write: Redis, read: Redis) -> None:
        self.keys = Keys(organization)
        self.write, self.read = write, read
        self.log = Log(write=write, read=read, blocking=read, keys=self.keys)
        self.reader = StateReader(read=read, keys=self.keys)
        self.position = 0

    async def append(self, entry: AnyEntry, recorded: int = BEGIN) -> int:
        item = Append(mark=None, digest=None, payload=encode_entry(entry), recorded=recorded)
        (appended,) = await self.log.append([item])
        assert appended.status == "accepted"
        self.position = appended.position
        return appended.position

    def engine(self, *, batch_entries: int = 100) -> Engine:
        return Engine(
            keys=self.keys,
            entries=self.log,
            committer=Committer(write=self.write, keys=self.keys),
            reader=self.reader,
            plans=OneRulebook(),
            batch_entries=batch_entries,
        )

    async def judge_all(self, *, batch_entries: int = 100) -> None:
        await self.engine(batch_entries=batch_entries).run(asyncio.Event(), until=self.position)

    async def member(self, member: str) -> MemberState:
        state = (await self.reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    async def everything(self) -> dict[bytes, object]:
        """All that the engine has written, apart from its own epoch."""
        written: dict[bytes, object] = {}
        async for key in self.read.scan_iter(match=f"{self.keys.prefix}*"):
            name = key.removeprefix(self.keys.prefix.encode())
            if name in {b"log", b"door", b"engine"} or name.startswith(b"marks:"):
                continue
            kind = await self.read.type(key)
            written[name] = (
                await self.read.hgetall(key) if kind == b"hash" else await self.read.zrange(key, 0, -1, withscores=True)
            )
        return written


@pytest.fixture
def site(organization: str, write: Redis, read: Redis) -> Site:
    return Site(organization, write, read)


def share(member: str, time: int, **data: str) -> Act:
    fields: dict[str, Value] = {"channel": "linkedin", "own_words": True, "topics": ["hiring"], **data}
    return Act("content.shared", time, "hub", member, fields, f"{member}{time}".encode())


async def write_some_history(site: Site, *, weeks: int = 2) -> None:
    book = plan().rulebook
    await site.append(RulebookPublished(book.digest, (), book.zone, book.week_starts, book.days_back))
    for number, member in enumerate(("anna", "bea", "carl")):
        await site.append(MemberSet(member, MemberFacts(country="FI", team=f"team-{number % 2}")))
        await site.append(MembershipChanged(member, "join", BEGIN))
        await site.append(VisibilityChosen(member, boards=True, wall=True, badges=True))
    now = BEGIN
    for day in range(7 * weeks):
        now = BEGIN + day * DAY_MS
        for member in ("anna", "bea")[: 1 + day % 2]:
            await site.append(share(member, now), now)
    await site.append(Retracted("source", now, key=f"anna{now}".encode()), now)


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
