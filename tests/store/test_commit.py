import asyncio
from itertools import pairwise
from typing import cast

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.chain import decode_journal
from engine.core.changes import Top
from engine.core.entries import ContentFacts
from engine.core.keys import content_key, journal_key, logged_key, member_key, taken_key, top_key, unit_key
from engine.core.states import INDEX_BLOCK, ContentState, MemberState, TakenState, UnitsState, UnitState
from engine.core.tracks import append_key
from engine.store.commit import Batch, Committer
from engine.store.connect import write_client
from engine.store.errors import StaleEpoch, StalePosition, StoreDamaged, StoreUnavailable
from engine.store.keys import Keys, Place
from engine.store.ledger import Ledger
from engine.store.rows import JOURNAL_BLOCK, KeyRows, Rows, rows_of
from engine.store.states import StateReader
from tests.store.building import (
    EVER,
    EVER_BOARD,
    NOON,
    WEEK,
    batch,
    changes_of,
    everything,
    item,
    journal,
    log_of,
    plan_with_boards,
    shown_member,
    without,
)
from tests.store.proxy import ReplyDroppingProxy

WEEK_OF_DAY = 20_000 - (20_000 + 3) % 7


def committer_of(write: Redis, organization: str, *, without_guard: str = "") -> Committer:
    script = without(without_guard, "commit") if without_guard else None
    return Committer(write=write, keys=Keys(organization), commit_script=script)


def full_batch(organization: str, *, first: int = 1, last: int = 3) -> Batch:
    """A batch that writes every kind of row and closes a board."""
    week = Place(EVER_BOARD.code, WEEK, WEEK_OF_DAY)
    changes = changes_of(
        {
            member_key("m1"): shown_member(5),
            unit_key("teams", "blue"): UnitState(sums={week.field: (5, 1)}),
            taken_key(3, 9): TakenState(),
            "n": UnitsState(joined={("teams", "blue"): 6}),
        },
        boards={week: ["m1"], EVER_BOARD: ["m1"]},
        units={("teams", "blue"): [week]},
        index={("m1", 0): (1, 2)},
        closed=((WEEK, WEEK_OF_DAY),),
        eras_gone=(1,),
    )
    made = batch(first, last, rows=rows_of(changes, plan_with_boards(), Keys(organization)))
    return msgspec.structs.replace(made, asides={last: "KeyError"})


async def test_everything_of_a_batch_is_written(write: Redis, organization: str) -> None:
    keys, committer = Keys(organization), committer_of(write, organization)
    await write.hset(keys.recent(1), "x:1", b"\xc3")
    reader = StateReader(read=write, keys=keys)

    seconds = await committer.commit(await committer.take_epoch(), full_batch(organization))

    week = Place(EVER_BOARD.code, WEEK, WEEK_OF_DAY)
    assert 0 <= seconds < 1
    assert await reader.judged() == 3
    assert await reader.read([member_key("m1"), taken_key(3, 9)]) == {
        member_key("m1"): shown_member(5),
        taken_key(3, 9): TakenState(),
    }
    assert await write.zrange(keys.board(EVER_BOARD), 0, -1, withscores=True) == [(b"m1", 5.0)]
    assert await write.hgetall(keys.units(week, "teams")) == {b"blue": msgspec.msgpack.encode((5, 1))}
    assert await write.hgetall(keys.index) == {b"m1/0": msgspec.msgpack.encode([1, 2])}
    ledger = Ledger(read=write, keys=keys)
    assert await ledger.asides(before=None, count=5) == await ledger.all_asides() == {3: "KeyError"}
    assert await write.zrange(keys.board(week), 0, -1, withscores=True) == [(b"m1", 5.0)]
    assert await write.exists(keys.recent(1)) == 0
    assert await write.hgetall(keys.flagged) == {week.field.encode(): b"1"}
    final = await write.hget(keys.final, week.field)
    assert msgspec.msgpack.decode(cast("bytes", final)) == ["flagged", 1, []]


async def test_a_closing_board_keeps_who_had_joined_before_the_batch(write: Redis, organization: str) -> None:
    committer = committer_of(write, organization)
    seat = await committer.take_epoch()
    first = batch(
        rows=rows_of(
            changes_of({"n": UnitsState(joined={("teams", "blue"): 6})}), plan_with_boards(), Keys(organization)
        )
    )
    await committer.commit(seat, first)
    changes = changes_of({"n": UnitsState(joined={("teams", "blue"): 7})}, closed=((WEEK, 3),))

    await committer.commit(
        seat, batch(2, 2, rows=rows_of(changes, plan_with_boards(), Keys(organization)), previous=first.tail)
    )

    final = await write.hget(Keys(organization).final, Place(EVER_BOARD.code, WEEK, 3).field)
    assert msgspec.msgpack.decode(cast("bytes", final)) == ["flagged", 0, [["teams", "blue", 6]]]


async def test_the_journal_reads_back_to_the_byte_however_batches_are_cut(write: Redis, organization: str) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    seat, entries = await committer.take_epoch(), journal(1, 50)
    cuts = [0, 1, 15, 16, 17, 32, 49, 50]

    for after, last in pairwise(cuts):
        part = {position: entries[position] for position in range(after + 1, last + 1)}
        await committer.commit(seat, Batch(first=after + 1, last=last, tail=b"t" * 16, rows=Rows(), journal=part))

    blocks = await write.hgetall(keys.journal)
    rows = [cast("bytes", blocks[block]) for block in sorted(blocks, key=int)]
    held = [bytes(raw) for row in rows for raw in msgspec.msgpack.decode(row, type=list[msgspec.Raw])]
    assert held == list(entries.values())
    assert await Ledger(read=write, keys=keys).entry(33) == decode_journal(entries[33])


async def test_a_commit_that_failed_leaves_no_trace_in_the_next_try(write: Redis, organization: str) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    seat, first = await committer.take_epoch(), batch(1, 3)
    await committer.commit(seat, first)
    second = batch(4, 6, previous=first.tail)
    await write.set(keys.flagged, "a string")
    with pytest.raises(StoreDamaged):
        await committer.commit(seat, second)
    await write.delete(keys.flagged)

    await committer.commit(seat, second)

    entries = await Ledger(read=write, keys=keys).entries(range(1, 20))
    assert list(entries) == [1, 2, 3, 4, 5, 6]
    assert entries[6] == decode_journal(second.journal[6])


async def test_a_committer_that_starts_anew_goes_on_in_the_middle_of_a_row(write: Redis, organization: str) -> None:
    old = committer_of(write, organization)
    first = batch(1, 5)
    await old.commit(await old.take_epoch(), first)
    new = committer_of(write, organization)

    seat = await new.take_epoch()
    await new.commit(seat, batch(6, JOURNAL_BLOCK + 2, previous=seat.tail))

    entries = await Ledger(read=write, keys=Keys(organization)).entries(range(1, 30))
    assert (seat.position, seat.tail) == (5, first.tail)
    assert list(entries) == list(range(1, JOURNAL_BLOCK + 3))


@pytest.mark.parametrize(
    "name",
    ["engine", "states", "final", "flagged", "journal", "aside", "index", "recent:3", "board", "units", "closing"],
)
async def test_a_key_of_a_wrong_type_stops_the_commit_before_it_writes(
    write: Redis, organization: str, name: str
) -> None:
    keys, committer = Keys(organization), committer_of(write, organization)
    week = Place(EVER_BOARD.code, WEEK, WEEK_OF_DAY)
    places = {"board": keys.board(EVER_BOARD), "units": keys.units(week, "teams"), "closing": keys.board(week)}
    seat = await committer.take_epoch()
    wrong = places.get(name, f"{keys.prefix}{name}")
    await write.delete(wrong)
    await write.set(wrong, "a string")
    before = await everything(write, organization)

    with pytest.raises(StoreDamaged, match="is a string"):
        await committer.commit(seat, full_batch(organization))

    assert await everything(write, organization) == before


@pytest.mark.parametrize("name", ["journal", "aside", "index", "recent:3", "final", "flagged"])
async def test_without_the_guard_a_key_of_a_wrong_type_leaves_half_a_commit(
    write: Redis, organization: str, name: str
) -> None:
    committer = committer_of(write, organization, without_guard="types")
    seat = await committer.take_epoch()
    await write.set(f"{Keys(organization).prefix}{name}", "a string")
    before = await everything(write, organization)

    with pytest.raises(Exception, match="WRONGTYPE"):
        await committer.commit(seat, full_batch(organization))

    assert await everything(write, organization) != before


async def test_rows_that_are_no_pairs_stop_the_commit(write: Redis, organization: str) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    seat = await committer.take_epoch()
    before = await everything(write, organization)

    with pytest.raises(StoreDamaged, match="odd rows"):
        await committer.commit(seat, batch(rows=Rows(by_key={keys.states: KeyRows("hash", ["field"], [])})))

    assert await everything(write, organization) == before


async def test_a_batch_that_was_committed_changes_nothing_the_second_time(write: Redis, organization: str) -> None:
    committer = committer_of(write, organization)
    seat = await committer.take_epoch()
    await committer.commit(seat, batch())
    before = await everything(write, organization)

    with pytest.raises(StalePosition):
        await committer.commit(seat, full_batch(organization))

    assert await everything(write, organization) == before


async def test_without_the_guard_a_batch_is_committed_twice(write: Redis, organization: str) -> None:
    committer = committer_of(write, organization, without_guard="position")
    seat = await committer.take_epoch()
    await committer.commit(seat, batch())
    before = await everything(write, organization)

    await committer.commit(seat, full_batch(organization))

    assert await everything(write, organization) != before


async def test_an_engine_with_an_old_epoch_changes_nothing(write: Redis, organization: str) -> None:
    old, new = committer_of(write, organization), committer_of(write, organization)
    seat = await old.take_epoch()
    await new.take_epoch()
    before = await everything(write, organization)

    with pytest.raises(StaleEpoch):
        await old.commit(seat, full_batch(organization))

    assert await everything(write, organization) == before


async def test_without_the_guard_an_engine_with_an_old_epoch_commits(write: Redis, organization: str) -> None:
    old, new = committer_of(write, organization, without_guard="epoch"), committer_of(write, organization)
    seat = await old.take_epoch()
    await new.take_epoch()

    await old.commit(seat, full_batch(organization))

    assert await StateReader(read=write, keys=Keys(organization)).judged() == 3


async def test_of_two_engines_with_the_same_batch_one_commits(write: Redis, organization: str) -> None:
    first, second = committer_of(write, organization), committer_of(write, organization)
    await first.take_epoch()
    seat = await second.take_epoch()

    outcomes = await asyncio.gather(
        first.commit(seat, full_batch(organization)),
        second.commit(seat, full_batch(organization)),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StalePosition", "float"]


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_commit_whose_answer_was_lost_is_done_once(
    server_url: str, write: Redis, organization: str, *, guarded: bool
) -> None:
    """Without the guard the second sending is carried out too: the test can fail."""
    async with ReplyDroppingProxy(server_url) as proxy, write_client(proxy.url) as client:
        committer = committer_of(client, organization, without_guard="" if guarded else "position")
        seat = await committer.take_epoch()
        first = batch()
        await committer.commit(seat, first)
        next_one = batch(2, 3, previous=first.tail)
        proxy.drop_next_reply(b"EVALSHA")

        with pytest.raises(StoreUnavailable) as lost:
            await committer.commit(seat, next_one)
        assert lost.value.outcome == "unknown"
        if guarded:
            with pytest.raises(StalePosition):
                await committer.commit(seat, next_one)
        else:
            await committer.commit(seat, next_one)

    new_seat = await committer_of(write, organization).take_epoch()
    assert (new_seat.position, new_seat.tail) == (3, next_one.tail)


async def test_engines_that_start_without_committing_are_counted(write: Redis, organization: str) -> None:
    committer = committer_of(write, organization)

    tries = [(await committer.take_epoch()).tries for _ in range(3)]
    seat = await committer.take_epoch()
    await committer.commit(seat, batch())
    after = await committer.take_epoch()

    assert tries == [1, 2, 3]
    assert (seat.epoch, after.epoch, after.tries) == (4, 5, 1)


async def test_an_engine_does_not_start_on_a_journal_whose_last_entry_was_changed(
    write: Redis, organization: str
) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    await committer.commit(await committer.take_epoch(), batch(1, 2))
    held = await write.hget(keys.journal, "0")
    assert isinstance(held, bytes)

    await write.hset(keys.journal, "0", held[:-1] + bytes((held[-1] ^ 1,)))

    with pytest.raises(StoreDamaged, match="entry 2"):
        await committer_of(write, organization).take_epoch()


async def test_an_engine_does_not_start_on_a_journal_that_lacks_its_last_entry(write: Redis, organization: str) -> None:
    committer = committer_of(write, organization)
    await committer.commit(await committer.take_epoch(), batch(1, 2))

    await write.delete(Keys(organization).journal)

    with pytest.raises(StoreDamaged, match="missing"):
        await committer_of(write, organization).take_epoch()


async def test_a_batch_with_more_rows_than_one_slice_is_written_whole(write: Redis, organization: str) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    states = {member_key(f"m{number}"): shown_member(number + 1) for number in range(2_500)}
    boards = {EVER_BOARD: [f"m{number}" for number in range(2_500)]}
    rows = rows_of(changes_of(states, boards=boards), plan_with_boards(), keys)

    await committer.commit(await committer.take_epoch(), batch(rows=rows))

    assert await write.hlen(keys.states) == 2_500
    assert await write.zcard(keys.board(EVER_BOARD)) == 2_500


@pytest.mark.parametrize(
    "state",
    [
        shown_member(5, shown=False),
        msgspec.structs.replace(shown_member(5), status="left"),
        msgspec.structs.replace(shown_member(5), erased=True),
        shown_member(0),
        shown_member(-5),
    ],
)
async def test_who_is_not_shown_or_has_no_score_leaves_the_board(
    write: Redis, organization: str, state: MemberState
) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    seat, plan, touched = await committer.take_epoch(), plan_with_boards(), {EVER_BOARD: ["m1"]}
    on = rows_of(changes_of({member_key("m1"): shown_member(5)}, boards=touched), plan, keys)
    off = rows_of(changes_of({member_key("m1"): state}, boards=touched), plan, keys)

    await committer.commit(seat, batch(rows=on))
    shown = await write.zcard(keys.board(EVER_BOARD))
    await committer.commit(seat, batch(2, 2, rows=off))

    assert shown == 1
    assert await write.zcard(keys.board(EVER_BOARD)) == 0


async def test_what_the_core_asks_for_is_read_by_its_key(write: Redis, organization: str) -> None:
    committer, keys = committer_of(write, organization), Keys(organization)
    await log_of(write, organization).append([item(recorded=NOON)])
    await committer.commit(await committer.take_epoch(), full_batch(organization))
    reader = StateReader(read=write, keys=keys)
    top = top_key(EVER_BOARD.code, EVER, 0)

    states, inputs = await reader.read_all(
        [member_key("m1"), content_key("c"), member_key("m2"), journal_key(2), journal_key(9), logged_key(1), top]
    )

    assert states == {member_key("m1"): shown_member(5), content_key("c"): None, member_key("m2"): MemberState()}
    assert inputs[journal_key(2)] == decode_journal(journal(1, 3)[2])
    assert inputs[journal_key(9)] is None
    assert inputs[top] == Top((("m1", 5),))
    assert inputs[logged_key(1)] == await log_of(write, organization).entry(1)


async def test_a_state_that_can_not_be_read_is_named(write: Redis, organization: str) -> None:
    keys = Keys(organization)
    await write.hset(keys.states, member_key("m1"), b"\xc1")

    with pytest.raises(StoreDamaged, match="m:m1"):
        await StateReader(read=write, keys=keys).read([member_key("m1")])


async def test_a_members_entries_are_found_newest_first_over_all_rows_of_the_index(
    write: Redis, organization: str
) -> None:
    keys, committer = Keys(organization), committer_of(write, organization)
    positions = list(range(3, 200, 2))
    index = {("m1", at // INDEX_BLOCK): positions[at : at + INDEX_BLOCK] for at in range(0, 96, INDEX_BLOCK)}
    changes = changes_of({"c:x": ContentState(facts=ContentFacts())}, index=index)
    await committer.commit(await committer.take_epoch(), batch(rows=rows_of(changes, plan_with_boards(), keys)))
    ledger, state = Ledger(read=write, keys=keys), MemberState(entries=len(positions))
    for position in positions[96:]:
        append_key(state.open_positions, position)

    found = {
        before: [at async for block in ledger.blocks_of("m1", state, before=before) for at in block]
        for before in (None, 199, 195, 194, 100, 3)
    }

    assert found == {before: [at for at in reversed(positions) if before is None or at < before] for before in found}
