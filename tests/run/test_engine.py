"""The engine over a real server: entries in, states, journal and boards out."""

import asyncio
import dataclasses
import gc
from collections.abc import Iterator, Mapping

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.changes import Input
from engine.core.entries import AnyEntry, MemberFacts, MemberSet, MembershipChanged, Retried, RulebookPublished
from engine.core.keys import member_key, thing_key
from engine.core.lines.ledger import Posted
from engine.core.rulebook import Rulebook
from engine.core.states import MemberState, State
from engine.core.stored import encode_state
from engine.run.batch import BatchDecider, Desks
from engine.run.loop import READ_AHEAD
from engine.run.plans import Plans
from engine.store.connect import read_client
from engine.store.errors import StaleEpoch, StalePosition
from engine.store.keys import Place
from engine.store.ledger import Ledger
from engine.store.log import Log
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, programme, share, write_some_history

HOUR_MS = 3_600_000


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


@pytest.mark.parametrize("cached_states", [1_000, 200_000])
async def test_reading_ahead_changes_no_byte(
    site: Site, organization: str, write: Redis, read: Redis, cached_states: int
) -> None:
    """Teams change and an era begins while the entries after them are being read."""
    other = Site(f"{organization}-steps", write, read)
    for place in (site, other):
        await write_some_history(place, weeks=1)
        await place.append_all(list(_crowd_that_moves()))

    await site.engine(cached_states=cached_states).run(asyncio.Event(), until=site.position)
    for until in range(400, other.position + 400, 400):
        await other.engine().run(asyncio.Event(), until=min(until, other.position))

    assert await other.everything() == await site.everything()


def _crowd_that_moves() -> Iterator[tuple[AnyEntry, int]]:
    members = [f"m{number}" for number in range(200)]
    for number, member in enumerate(members):
        yield MemberSet(member, MemberFacts(country="FI", team=f"team-{number % 7}")), BEGIN
        yield MembershipChanged(member, "join", BEGIN), BEGIN
    for number in range(2 * READ_AHEAD + 300):
        now = BEGIN + number * HOUR_MS
        member = members[number * 7 % len(members)]
        if number % 50 == 49:
            yield MemberSet(member, MemberFacts(country="SE", team=f"team-{number % 11}")), now
        yield share(member, now, content=f"post-{number // 40}"), now


async def test_the_work_of_an_engine_leaves_no_cycles_since_nothing_collects_them(site: Site) -> None:
    await write_some_history(site, weeks=3)
    engine = site.engine()
    await engine.run(asyncio.Event(), until=site.position)  # the first call of each script ends in an error
    await site.append_all(list(_crowd_that_moves()))
    gc.collect()
    gc.disable()
    try:
        await engine.run(asyncio.Event(), until=site.position)
        found = gc.collect()
    finally:
        gc.enable()

    assert found == 0


async def test_what_is_in_memory_is_newer_than_what_was_read_ahead(site: Site) -> None:
    await write_some_history(site, weeks=1)
    await site.judge_all()
    await site.append(share("anna", BEGIN + 30 * DAY_MS), BEGIN + 30 * DAY_MS)
    desks, newer = Desks(1_000), MemberState(status="paused")

    async def read_slowly(keys: list[str]) -> tuple[dict[str, State | None], dict[str, Input]]:
        found = await site.reader.read_all(keys)
        if member_key("anna") in keys:  # meanwhile an entry before has changed her
            desks.states[member_key("anna")] = newer
        return found

    await BatchDecider(desks, read_slowly).warm(OneRulebook().plan, await site.log.read(site.position - 1, 10))

    assert desks.states[member_key("anna")] is newer


def full_desks(most: int, *, people: int, keys: int) -> Desks:
    desks = Desks(most)
    desks.states = {member_key(f"m{number}"): MemberState() for number in range(people)}
    desks.states |= {thing_key(3, number.to_bytes(2, "big")): None for number in range(keys)}
    return desks


def test_where_memory_is_full_what_is_remembered_of_entries_goes_and_people_stay() -> None:
    desks = full_desks(1_000, people=400, keys=601)
    assert desks.is_full

    desks.make_room()

    assert desks.states == {member_key(f"m{number}"): MemberState() for number in range(400)}


def test_where_people_alone_are_too_many_everybody_goes() -> None:
    desks = full_desks(1_000, people=600, keys=401)
    assert desks.is_full

    desks.make_room()

    assert desks.states == {}


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


@pytest.mark.parametrize("batch_entries", [1, 100])
async def test_a_rulebook_whose_publication_is_tried_again_is_in_force_from_there(
    site: Site, batch_entries: int
) -> None:
    book = programme().rulebook
    generous = msgspec.structs.replace(
        book, digest=b"g" * 16, rules=(dataclasses.replace(book.rules[0], points=20), *book.rules[1:])
    )
    books = {book.digest: book, generous.digest: generous}

    async def compile_published(digest: bytes, _codes: Mapping[str, int]) -> Rulebook:
        return books[digest]

    await write_some_history(site, weeks=1)
    now = BEGIN + 7 * DAY_MS
    aside = await site.append(RulebookPublished(generous.digest, (), book.zone, book.week_starts, book.days_back), now)
    await site.append(share("anna", now), now)
    await site.append(Retried(aside), now)
    await site.append(share("anna", now + DAY_MS), now + DAY_MS)

    plans = Plans(compile_published, site.reader)
    await site.judge_all(batch_entries=batch_entries, asides={aside: "TypeError"}, plans=plans)

    assert [await points_at(site, site.position - back) for back in (2, 0)] == [10, 20]


async def points_at(site: Site, position: int) -> int:
    """What an entry paid."""
    journal = await Ledger(read=site.read, keys=site.keys).entry(position)
    assert journal is not None
    return sum(line.amount for line in journal.lines if isinstance(line, Posted) and line.currency == 0)
