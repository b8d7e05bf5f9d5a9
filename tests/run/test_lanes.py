"""Many organizations in one process: each goes its own way."""

import asyncio
import gc
import secrets
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from cli.worker import EngineRoom, shared_among
from engine.bootstrap import Sites
from engine.core.entries import MemberFacts, MemberSet, MembershipChanged
from engine.run.lanes import Lanes
from engine.run.measures import Measures
from engine.run.publish import Publisher
from engine.run.workshop import Workshop
from engine.settings import Settings
from engine.store.commit import Committer
from engine.store.connect import read_client
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.rulebooks import Rulebooks
from tests.run.site import BEGIN, TEXTS, Site, share
from tests.store.proxy import ReplyDroppingProxy, Request

PATIENCE_SECONDS = 10
SOON_SECONDS = 0.01
NEW = MemberSet("new", MemberFacts())


@pytest.fixture
async def sites(server_url: str, write: Redis, read: Redis) -> AsyncIterator[Sites]:
    async with read_client(server_url) as blocking:
        sites = Sites(write, read, blocking)
        yield sites
        await sites.news.close()


class Running:
    """Lanes for the organizations that a test names, while it goes on."""

    def __init__(self, sites: Sites) -> None:
        self.names: list[str] = []
        self.room = EngineRoom(sites, Settings(), Measures())
        self.lanes = Lanes(
            self._names,
            self.room.work,
            on_stop=self.room.wake,
            look_seconds=SOON_SECONDS,
            first_pause_seconds=SOON_SECONDS,
        )

    async def _names(self) -> list[str]:
        return self.names


@asynccontextmanager
async def running(sites: Sites, *organizations: Site) -> AsyncIterator[Running]:
    """Lanes for these as long as this is open; they end when they are told to."""
    running, stop = Running(sites), asyncio.Event()
    running.names = [site.keys.organization for site in organizations]
    task = asyncio.create_task(running.lanes.run(stop))
    try:
        yield running
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await is_so():  # noqa: ASYNC110 - another process, or an engine here, decides when
            await asyncio.sleep(SOON_SECONDS)


async def judged(*organizations: Site) -> None:
    """Return when all that these have in their logs is judged."""

    async def is_so() -> bool:
        return all([await site.reader.judged() == site.position for site in organizations])

    await until(is_so)


@pytest.fixture
async def three(write: Redis, read: Redis) -> list[Site]:
    """Three organizations with rules and somebody who shares."""
    found = [Site(f"org-{secrets.token_hex(8)}", write, read) for _ in range(3)]
    workshop = Workshop()
    for site in found:
        rulebooks = Rulebooks(read=read, keys=site.keys)
        await Publisher(site.log, rulebooks, workshop).publish(TEXTS, now=BEGIN, by="test")
        await site.append(MemberSet("anna", MemberFacts(country="FI")))
        await site.append(MembershipChanged("anna", "join", BEGIN))
        for number in range(20):
            await site.append(share("anna", BEGIN + number))
    return found


async def test_every_organization_is_judged_and_a_new_one_as_soon_as_it_is_there(
    sites: Sites, three: list[Site]
) -> None:
    async with running(sites, *three[:2]) as lanes:
        await judged(*three[:2])
        assert await three[2].reader.judged() == 0

        lanes.names = [*lanes.names, three[2].keys.organization]
        await judged(three[2])


async def test_what_comes_while_an_engine_waits_is_judged(sites: Sites, three: list[Site]) -> None:
    async with running(sites, *three):
        await judged(*three)
        before = [await site.reader.judged() for site in three]
        for site in three:
            await site.append(NEW)
            await judged(site)
        after = [await site.reader.judged() for site in three]

    assert after == [position + 1 for position in before]


async def test_one_that_is_damaged_says_so_and_stops_nobody_else_and_goes_on_when_it_is_mended(
    sites: Sites, three: list[Site], write: Redis
) -> None:
    ill, *others = three
    await write.set(ill.keys.engine, "what nobody of ours writes")
    with capture_logs() as said:
        async with running(sites, *three):
            await judged(*others)
            await until(lambda: _seen(said, "the store can't be used"))
            await write.delete(ill.keys.engine)
            await judged(ill)

    told = [line for line in said if line["event"] == "the store can't be used"]
    assert {(line["of"], line["kind"]) for line in told} == {(ill.keys.organization, StoreDamaged.__name__)}


async def _seen(said: Sequence[Mapping[str, object]], event: str) -> bool:
    return any(line["event"] == event for line in said)


async def test_one_whose_epoch_was_taken_makes_way_and_comes_back(
    sites: Sites, three: list[Site], write: Redis
) -> None:
    taken, *others = three
    with capture_logs() as said:
        async with running(sites, *three):
            await judged(*three)
            await Committer(write=write, keys=taken.keys).take_epoch()
            await taken.append(NEW)
            await others[0].append(NEW)
            await judged(*three)

    assert [line["of"] for line in said if "taken over" in line["event"]] == [taken.keys.organization]


async def test_a_closed_organization_rests_until_it_is_opened_again(sites: Sites, three: list[Site]) -> None:
    closed, other, _ = three
    async with running(sites, closed, other) as lanes:
        await judged(closed, other)
        lanes.names = [other.keys.organization]
        await until(lambda: _rests(lanes, closed))
        before = closed.position
        await closed.append(NEW)
        await other.append(NEW)
        await judged(other)
        assert await closed.reader.judged() == before

        lanes.names = [closed.keys.organization, other.keys.organization]
        await judged(closed)


async def _rests(lanes: Running, site: Site) -> bool:
    return site.keys.organization not in lanes.room.working


async def test_a_hundred_organizations_in_which_nothing_happens_cost_a_question_now_and_then(
    server_url: str, write: Redis, read: Redis
) -> None:
    names = [f"org-{secrets.token_hex(8)}" for _ in range(100)]
    logs = {Keys(name).log.encode() for name in names}
    shared: list[int] = []
    asked: list[Request] = []
    enough = asyncio.Event()

    def look(request: Request) -> None:
        asked.append(request)
        if logs <= set(request):
            shared.append(len(asked))
            if len(shared) == 4:
                enough.set()

    async with ReplyDroppingProxy(server_url, on_request=look) as proxy, read_client(proxy.url) as blocking:
        sites = Sites(write, read, blocking)
        async with running(sites, *(Site(name, write, read) for name in names)):
            await asyncio.wait_for(enough.wait(), PATIENCE_SECONDS)
        await sites.news.close()

    assert shared[3] - shared[0] == 3


async def test_lanes_that_fail_again_and_again_leave_no_cycles_since_nothing_collects_them(
    sites: Sites, three: list[Site], write: Redis
) -> None:
    engines: list[weakref.ref[object]] = []
    failed = asyncio.Event()
    room = EngineRoom(sites, Settings(), Measures())

    async def work(name: str, stop: asyncio.Event) -> None:
        site = sites.of(name)
        engine = site.engine(Settings(), wait=lambda after: sites.news.wait(site.keys.log, after))
        engines.append(weakref.ref(engine))
        if len(engines) > 50:
            failed.set()
            await stop.wait()
            return
        try:
            await engine.run(stop)
        except StoreDamaged as damage:
            raise ValueError(len(engines)) from damage

    async def names() -> list[str]:
        return [site.keys.organization for site in three]

    for site in three:
        await write.set(site.keys.states, "what nobody of ours writes")
    stop = asyncio.Event()
    lanes = Lanes(names, work, on_stop=room.wake, look_seconds=SOON_SECONDS, first_pause_seconds=0)
    gc.collect()
    gc.disable()
    try:
        with capture_logs():
            task = asyncio.create_task(lanes.run(stop))
            await asyncio.wait_for(failed.wait(), PATIENCE_SECONDS)
            alive = sum(engine() is not None for engine in engines)
            found = gc.collect()
            stop.set()
            await task
    finally:
        gc.enable()

    assert alive <= len(three)
    assert found < 500


@pytest.mark.parametrize(("organizations", "share"), [(1, 200_000), (4, 50_000), (1_000, 1_000)])
def test_engines_share_the_memory_for_states(organizations: int, share: int) -> None:
    assert shared_among(Settings(), organizations).engine.cached_states == share


async def test_where_the_list_of_organizations_is_damaged_the_first_one_and_those_of_before_go_on() -> None:
    told = [["main", "acme"]]
    after: set[str] = set()
    failures, both = [0], asyncio.Event()

    async def names() -> list[str]:
        if told:
            return told.pop()
        failures[0] += 1
        raise StoreDamaged(found="a row that can't be read")

    async def work(name: str, stop: asyncio.Event) -> None:
        if failures[0] > 2:
            after.add(name)
        if len(after) == 2:
            both.set()
            await stop.wait()

    stop = asyncio.Event()
    with capture_logs() as said:
        lanes = Lanes(names, work, look_seconds=SOON_SECONDS, first_pause_seconds=SOON_SECONDS)
        task = asyncio.create_task(lanes.run(stop))
        await asyncio.wait_for(both.wait(), PATIENCE_SECONDS)
        stop.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)

    assert after == {"main", "acme"}
    assert [line["event"] for line in said] == ["which organizations there are can't be read"]
