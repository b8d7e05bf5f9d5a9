import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from engine.core.entries import HistoryEnded, HistoryOpened, Tick, encode_entry
from engine.store.coalesce import MOST_IN_ONE_WRITE, Coalescer
from engine.store.connect import write_client
from engine.store.directory import Directory, MemberRecord
from engine.store.errors import StoreDamaged, StoreFull, StoreUnavailable
from engine.store.keys import Keys
from engine.store.log import Append, Appended, Row
from engine.store.waiting import Waiting
from tests.store.building import NOON, everything, item, log_of, mark, without
from tests.store.proxy import ReplyDroppingProxy

DAY_MS = 86_400_000


async def test_entries_get_positions_without_gaps_and_are_read_back_in_order(write: Redis, organization: str) -> None:
    log = log_of(write, organization)

    answers = await log.append([item(1), item(), item(3)])

    assert [(a.status, a.position) for a in answers] == [("accepted", 1), ("accepted", 2), ("accepted", 3)]
    assert [(e.position, e.recorded, e.entry) for e in await log.read(1, 10)] == [(2, NOON, Tick()), (3, NOON, Tick())]
    found = await log.entry(3)
    assert found is not None
    assert found.payload == encode_entry(Tick())
    assert await log.entry(4) is None


async def test_the_recorded_time_never_decreases(write: Redis, organization: str) -> None:
    log = log_of(write, organization)

    await log.append([item(recorded=NOON), item(recorded=NOON - 5), item(recorded=NOON + 7)])

    assert [entry.recorded for entry in await log.read(0, 10)] == [NOON, NOON, NOON + 7]


@pytest.mark.parametrize("together", [True, False])
async def test_the_same_event_is_accepted_once(write: Redis, organization: str, *, together: bool) -> None:
    log = log_of(write, organization)

    if together:
        answers = await log.append([item(1), item(1)])
    else:
        answers = [*(await log.append([item(1)])), *(await log.append([item(1)]))]

    assert [(a.status, a.position) for a in answers] == [("accepted", 1), ("duplicate", 1)]
    assert (await log.door()).position == 1
    assert await log.find(mark(1)) == 1


async def test_without_the_guard_the_same_event_is_accepted_twice(write: Redis, organization: str) -> None:
    log = log_of(write, organization, append_script=without("duplicates", "append"))

    await log.append([item(1)])
    answers = await log.append([item(1)])

    assert [(a.status, a.position) for a in answers] == [("accepted", 2)]


async def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(
    write: Redis, organization: str
) -> None:
    log = log_of(write, organization)
    await log.append([item(1, says=1)])
    before = await everything(write, organization)

    answers = await log.append([item(1, says=2)])

    assert [a.status for a in answers] == ["conflict"]
    assert await everything(write, organization) == before


async def test_a_lost_answer_leaves_the_entry_there_once(server_url: str, write: Redis, organization: str) -> None:
    async with ReplyDroppingProxy(server_url) as proxy, write_client(proxy.url) as client:
        log = log_of(client, organization)
        await log.append([item(1)])
        proxy.drop_next_reply()

        with pytest.raises(StoreUnavailable) as lost:
            await log.append([item(2)])
        again = await log.append([item(2)])

    assert lost.value.outcome == "unknown"
    assert [(a.status, a.position) for a in again] == [("duplicate", 2)]
    assert (await log_of(write, organization).door()).position == 2


async def test_without_the_guard_a_lost_answer_doubles_the_entry(
    server_url: str, write: Redis, organization: str
) -> None:
    async with ReplyDroppingProxy(server_url) as proxy, write_client(proxy.url) as client:
        log = log_of(client, organization, append_script=without("duplicates", "append"))
        await log.append([item(1)])
        proxy.drop_next_reply()

        with pytest.raises(StoreUnavailable):
            await log.append([item(2)])
        await log.append([item(2)])

    assert (await log_of(write, organization).door()).position == 3


async def test_marks_are_remembered_as_long_as_the_rulebook_says_and_then_forgotten(
    write: Redis, organization: str
) -> None:
    log = log_of(write, organization)
    await log.append([item(0, days_back=10), item(1)])

    within = await log.append([item(1, recorded=NOON + 10 * DAY_MS)])
    at_the_turn = await log.append([item(2, recorded=NOON + 10 * DAY_MS), item(1, recorded=NOON + 10 * DAY_MS)])
    after_the_turn = await log.append([item(1, recorded=NOON + 15 * DAY_MS)])
    await log.append([item(3, recorded=NOON + 20 * DAY_MS)])
    await log.append([item(4, recorded=NOON + 30 * DAY_MS)])
    beyond = await log.append([item(1, recorded=NOON + 30 * DAY_MS)])

    assert [a.status for a in within + at_the_turn] == ["duplicate", "accepted", "duplicate"]
    assert [a.status for a in after_the_turn + beyond] == ["duplicate", "accepted"]
    shelves = [key async for key in write.scan_iter(match=f"{{{organization}}}:marks:*")]
    assert len(shelves) == 2


@pytest.mark.parametrize("kind", ["log", "door", "waiting", "marks:0", "marks:-1", "row"])
async def test_a_key_of_a_wrong_type_stops_the_append_before_it_writes(
    write: Redis, organization: str, kind: str
) -> None:
    keys = Keys(organization)
    log = log_of(write, organization)
    await write.set(f"{keys.prefix}{kind}", "a string")
    before = await everything(write, organization)

    with pytest.raises(StoreDamaged):
        await log.append([item(1, rows=(Row(f"{keys.prefix}row", "field", b"value"),))])

    assert await everything(write, organization) == before


async def test_without_the_guard_a_key_of_a_wrong_type_leaves_half_an_append(write: Redis, organization: str) -> None:
    keys = Keys(organization)
    log = log_of(write, organization, append_script=without("types", "append"))
    await write.set(f"{keys.prefix}row", "a string")
    before = await everything(write, organization)

    with pytest.raises(Exception, match="WRONGTYPE"):
        await log.append([item(1, rows=(Row(f"{keys.prefix}row", "field", b"value"),))])

    assert await everything(write, organization) != before


async def test_a_log_that_ends_elsewhere_than_the_door_says_is_not_appended_to(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    await log.append([item(1), item(2)])
    await write.hset(Keys(organization).door, "position", "1")

    with pytest.raises(StoreDamaged, match="ends at 2"):
        await log.append([item(3)])


async def test_a_missing_entry_is_named_when_read(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    await log.append([item(1), item(2), item(3)])
    await write.xdel(Keys(organization).log, f"2-{NOON}")

    with pytest.raises(StoreDamaged, match="entry 2"):
        await log.read(0, 10)


async def test_a_full_log_takes_no_more_until_its_limit_is_raised(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    await log.limit(1)

    answers = await log.append([item(1), item(2)])
    await log.limit(None)
    later = await log.append([item(2)])

    assert [a.status for a in answers] == ["accepted", "full"]
    assert [(a.status, a.position) for a in later] == [("accepted", 2)]


async def test_rows_are_written_with_their_entry_and_only_with_it(write: Redis, organization: str) -> None:
    log, key = log_of(write, organization), Keys(organization).aliases
    free = Row(key, "email:a", b"m1", None)

    answers = await log.append([item(1, rows=(free,)), item(2, rows=(Row(key, "email:a", b"m2", None),))])
    gone = await log.append([item(3, rows=(Row(key, "email:a", None, b"m1"),))])

    assert [a.status for a in answers] == ["accepted", "changed"]
    assert [(a.status, a.position) for a in gone] == [("accepted", 2)]
    assert await write.hgetall(key) == {}


async def test_membership_is_written_with_its_entry(write: Redis, organization: str) -> None:
    await log_of(write, organization).append([item(membership=("m1", b"\xffrow"))])

    assert await write.hgetall(Keys(organization).membership) == {b"m1": b"\xffrow"}


async def test_history_takes_the_callers_time_and_ends_with_the_first_entry_that_says_none(
    write: Redis, organization: str
) -> None:
    log = log_of(write, organization)
    opened = item(payload=encode_entry(HistoryOpened()), recorded=1_000, history="opens")

    answers = await log.append(
        [opened, item(1, recorded=2_000, said_recorded=True), item(2, recorded=9_000), item(3, recorded=9_500)]
    )

    assert [a.status for a in answers] == ["accepted"] * 4
    assert [(e.recorded, type(e.entry)) for e in await log.read(0, 10)] == [
        (1_000, HistoryOpened),
        (2_000, Tick),
        (9_000, HistoryEnded),
        (9_000, Tick),
        (9_500, Tick),
    ]
    assert not (await log.door()).history


async def test_history_can_only_be_opened_on_an_empty_log_and_only_used_while_it_is_open(
    write: Redis, organization: str
) -> None:
    log = log_of(write, organization)

    unopened = await log.append([item(1, said_recorded=True)])
    await log.append([item(2)])
    too_late = await log.append([item(payload=encode_entry(HistoryOpened()), history="opens")])

    assert [a.status for a in unopened + too_late] == ["no-history", "not-empty"]


async def test_a_duplicate_does_not_end_history(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    await log.append([item(payload=encode_entry(HistoryOpened()), history="opens"), item(1, said_recorded=True)])

    await log.append([item(1)])

    assert (await log.door()).history


async def test_an_event_for_an_unknown_alias_waits_apart_and_is_let_in_once(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    waiting = Waiting(write=write, read=write, keys=Keys(organization))

    first = await log.append([item(1, payload=b"\xc1event", waits_for="ab12")])
    again = await log.append([item(1, payload=b"\xc1event", waits_for="ab12"), item(1)])
    held = await waiting.of("ab12")
    let_in = item(1, lets_in=True, rows=(waiting.taken_row("ab12", mark(1)),))
    answers = await log.append([let_in, let_in])

    assert [a.status for a in first + again] == ["waiting", "waiting", "waiting"]
    assert held == {mark(1): b"\xc1event"}
    assert [(a.status, a.position) for a in answers] == [("accepted", 1), ("duplicate", 1)]
    assert await waiting.of("ab12") == {}


async def test_what_waits_is_forgotten_after_fourteen_days(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    waiting = Waiting(write=write, read=write, keys=Keys(organization))
    await log.append([item(1, waits_for="ab12"), item(2, waits_for="ab12", recorded=NOON + DAY_MS)])

    gone = await waiting.forget(NOON + 14 * DAY_MS)

    assert gone == 1
    assert list(await waiting.of("ab12")) == [mark(2)]
    assert await waiting.count() == 1


async def test_waiting_for_an_entry_ends_when_one_comes(server_url: str, write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    await log.append([item(1)])
    async with write_client(server_url) as other:
        waiter = asyncio.create_task(log_of(other, organization).wait(1, 2_000))
        await log.append([item(2)])

        assert await waiter
    assert not await log.wait(2, 1)


async def test_what_comes_during_a_write_shares_the_next_one(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    groups: list[int] = []

    async def append(items: Sequence[Append]) -> list[Appended]:
        groups.append(len(items))
        return await log.append(items)

    coalescer = Coalescer(append)
    answers = await asyncio.gather(*(coalescer.append([item(number)]) for number in range(200)))
    await coalescer.close()

    assert sorted(answer[0].position for answer in answers) == list(range(1, 201))
    assert sum(groups) == 200
    assert len(groups) <= 2


async def test_each_caller_gets_their_own_answers(write: Redis, organization: str) -> None:
    coalescer = Coalescer(log_of(write, organization).append)

    first, second = await asyncio.gather(coalescer.append([item(1), item(2)]), coalescer.append([item(2)]))

    assert [(a.status, a.position) for a in first] == [("accepted", 1), ("accepted", 2)]
    assert [(a.status, a.position) for a in second] == [("duplicate", 2)]


async def test_more_than_may_wait_is_refused_with_nothing_done(write: Redis, organization: str) -> None:
    log = log_of(write, organization)
    coalescer = Coalescer(log.append, most_waiting=2)
    taken = asyncio.create_task(coalescer.append([item(1), item(2)]))
    await asyncio.sleep(0)

    with pytest.raises(StoreFull):
        await coalescer.append([item(3)])

    await taken
    assert (await log.door()).position == 2
    assert [a.status for a in await coalescer.append([item(3)])] == ["accepted"]


async def test_everyone_who_shared_a_lost_write_is_told_and_the_next_write_goes_on(
    server_url: str, organization: str
) -> None:
    async with ReplyDroppingProxy(server_url) as proxy, write_client(proxy.url) as client:
        log = log_of(client, organization)
        await log.append([item(0)])
        coalescer = Coalescer(log.append)
        proxy.drop_next_reply()

        lost = await asyncio.gather(coalescer.append([item(1)]), coalescer.append([item(2)]), return_exceptions=True)
        again = await coalescer.append([item(1), item(2)])

    assert [type(error) for error in lost] == [StoreUnavailable, StoreUnavailable]
    assert [(a.status, a.position) for a in again] == [("duplicate", 2), ("duplicate", 3)]


async def test_a_caller_that_goes_away_does_not_stop_the_others(write: Redis, organization: str) -> None:
    coalescer = Coalescer(log_of(write, organization).append)
    impatient = asyncio.create_task(coalescer.append([item(1)]))
    patient = asyncio.create_task(coalescer.append([item(2)]))
    await asyncio.sleep(0)

    impatient.cancel()

    assert [(a.status, a.position) for a in await patient] == [("accepted", 2)]
    await coalescer.close()


async def test_a_group_is_bounded(write: Redis, organization: str) -> None:
    sizes: list[int] = []
    log = log_of(write, organization)

    async def append(items: Sequence[Append]) -> list[Appended]:
        sizes.append(len(items))
        return await log.append(items)

    coalescer = Coalescer(append)
    parts = [[item(part * 600 + number) for number in range(600)] for part in range(3)]

    await asyncio.gather(*(coalescer.append(part) for part in parts))

    assert max(sizes) <= MOST_IN_ONE_WRITE
    assert (await log.door()).position == 1_800


async def test_nobody_is_made_known_beyond_the_limit_of_members_but_all_else_goes_on(
    write: Redis, organization: str
) -> None:
    log, directory = log_of(write, organization), Directory(write=write, read=write, keys=Keys(organization))
    await log.limit(None, members=2)

    def known(number: int) -> Append:
        return item(number, rows=directory.member_rows(f"member-{number}", MemberRecord(f"Name {number}"), None))

    answers = await log.append([known(1), known(2), known(3), item(4)])
    other = directory.member_rows("member-1", MemberRecord("Other"), MemberRecord("Name 1"))
    changed = await log.append([item(5, rows=other)])
    erased = await log.append([item(6, rows=directory.erased_rows("member-2", MemberRecord("Name 2"), ()))])
    again = await log.append([known(3)])

    assert [a.status for a in answers] == ["accepted", "accepted", "members-full", "accepted"]
    assert [a.status for a in (*changed, *erased, *again)] == ["accepted"] * 3
    assert await directory.count() == 2
