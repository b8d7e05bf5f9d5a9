"""Subscriptions and lanes in the store: set as they were read, by whom it is their turn, or not at all."""

import msgspec
import pytest
from redis.asyncio import Redis

from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.notices import NoticeRow, Notices
from engine.store.outbox import MOST_SUBSCRIPTIONS, Attempt, OutboxStore, Subscription
from tests.store.building import everything

OURS = Subscription("Ours", "standard-webhooks", b"sealed", ("points.posted",), 5)
TRY = Attempt(5, 7, 1, "points.posted", 204, 12)


@pytest.fixture
def outbox(write: Redis, read: Redis, organization: str) -> OutboxStore:
    return OutboxStore(write=write, read=read, keys=Keys(organization))


@pytest.fixture
def notices(write: Redis, read: Redis, organization: str) -> Notices:
    return Notices(write=write, read=read, keys=Keys(organization))


async def test_a_subscription_comes_with_its_lane_and_goes_with_all_that_is_kept_of_it(
    outbox: OutboxStore, write: Redis, organization: str
) -> None:
    assert await outbox.add("one", OURS, b"lane") == "done"
    row = await outbox.row("one")
    assert row is not None
    assert (row.subscription, row.lane) == (OURS, b"lane")
    await outbox.move("one", before=b"lane", after=b"next", epoch=None, attempts=[TRY])

    await outbox.drop("one")
    await outbox.drop("one")

    assert await outbox.row("one") is None
    assert await everything(write, organization) == {}


async def test_a_lane_is_moved_only_as_it_was_read_and_only_by_the_worker_of_now(outbox: OutboxStore) -> None:
    await outbox.add("one", OURS, b"a")
    old, new = await outbox.take_epoch(), await outbox.take_epoch()

    moved = [
        await outbox.move("one", before=b"a", after=b"b", epoch=old, attempts=[TRY]),
        await outbox.move("one", before=b"x", after=b"b", epoch=new, attempts=[TRY]),
        await outbox.move("one", before=b"a", after=b"b", epoch=new, attempts=[TRY]),
        await outbox.move("one", before=b"b", after=b"c", epoch=None),
        await outbox.move("two", before=b"a", after=b"b", epoch=new),
    ]

    row = await outbox.row("one")
    assert moved == ["taken-over", "changed", "moved", "moved", "changed"]
    assert row is not None
    assert row.lane == b"c"
    assert await outbox.attempts("one", 10) == [TRY]
    assert await outbox.ids() == ["one"]


async def test_a_subscription_is_changed_only_as_it_was_read(outbox: OutboxStore) -> None:
    await outbox.add("one", OURS, b"a")
    first, second = (msgspec.structs.replace(OURS, title=title) for title in ("First", "Second"))

    changed = [await outbox.change("one", each, OURS) for each in (first, second)]

    row = await outbox.row("one")
    assert changed == ["done", "changed"]
    assert row is not None
    assert row.subscription == first
    assert await outbox.add("one", second, b"a") == "changed"


async def test_there_are_so_many_subscriptions_at_most(outbox: OutboxStore) -> None:
    added = [await outbox.add(f"s{number}", OURS, b"a") for number in range(MOST_SUBSCRIPTIONS + 1)]

    assert added == ["done"] * MOST_SUBSCRIPTIONS + ["full"]
    assert len(await outbox.rows()) == MOST_SUBSCRIPTIONS


async def test_a_key_of_another_type_is_damage_and_stays_as_it_is(
    outbox: OutboxStore, notices: Notices, write: Redis, organization: str
) -> None:
    keys = Keys(organization)
    for key in (keys.outbox, keys.notices, f"{keys.attempts}one"):
        await write.set(key, "x")
    before = await everything(write, organization)

    for work in (
        outbox.add("one", OURS, b"a"),
        outbox.move("one", before=b"a", after=b"b", epoch=None),
        notices.choose("m1", NoticeRow("weekly")),
        notices.set_told("m1", 20_000),
    ):
        with pytest.raises(StoreDamaged):
            await work

    assert await everything(write, organization) == before


async def test_a_row_that_can_not_be_read_is_damage(outbox: OutboxStore, write: Redis, organization: str) -> None:
    await write.hset(Keys(organization).outbox, mapping={"s:one": b"\xc1", "l:one": b""})

    with pytest.raises(StoreDamaged):
        await outbox.row("one")


async def test_a_week_that_is_told_is_not_told_again_by_choosing_anew(
    notices: Notices, write: Redis, organization: str
) -> None:
    await write.hset(Keys(organization).directory, "m1", "somebody")
    await notices.choose("m1", NoticeRow("weekly"), told=20_000)
    await notices.set_told("m1", 20_014)

    await notices.choose("m1", NoticeRow("never"))
    await notices.choose("m1", NoticeRow("weekly"), told=20_007)

    assert await notices.told() == {"m1": 20_014}
    assert await notices.weekly() == {"m1": NoticeRow("weekly")}
