"""A text is there as long as its event's `keep` says, and then it is gone from the store."""

from typing import Any

import pytest
from redis.asyncio import Redis

from engine.run.sweep import MOST_SLICES
from engine.store.directory import MOST_READ, TextRecord, encode_record
from engine.store.errors import StoreDamaged
from tests.api.desk import Desk
from tests.api.house import DAY_MS, House, share


async def test_a_text_is_deleted_when_its_time_is_over_and_no_sooner(desk: Desk) -> None:
    house = desk.house
    keep_days = house.book.events["content.shared"].keep_days
    await house.member("anna")
    await house.post(share(data={"words": "Worth a read"}))
    await house.parts.directory.put_text("a-reason", TextRecord("She asked", None, house.now))
    begun = house.now

    house.now = begun + keep_days * DAY_MS - 1
    await house.parts.sweep.look()
    before = [text.text for text in (await house.parts.directory.all_texts()).values()]
    house.now += 1
    await house.parts.sweep.look()
    after = [text.text for text in (await house.parts.directory.all_texts()).values()]

    assert sorted(before) == ["She asked", "Worth a read"]
    assert after == ["She asked"]


async def test_a_look_goes_through_so_many_texts_and_the_next_one_goes_on(desk: Desk) -> None:
    house, many = desk.house, (MOST_SLICES + 5) * MOST_READ
    row = encode_record(TextRecord("x", None, 1, house.now))
    for start in range(0, many, 10_000):
        rows: dict[Any, Any] = {f"text-{number}": row for number in range(start, min(many, start + 10_000))}
        await house.write.hset(house.keys.texts, mapping=rows)

    await house.parts.sweep.look()
    left = await house.read.hlen(house.keys.texts)
    await house.parts.sweep.look()

    assert 0 < left < many / 2
    assert await house.read.hlen(house.keys.texts) == 0


async def test_a_text_that_can_not_be_read_is_named_and_none_is_deleted(desk: Desk) -> None:
    house, over = desk.house, TextRecord("Worth a read", None, 1, 2)
    await house.parts.directory.put_text("over", over)
    await house.write.hset(house.keys.texts, "broken", b"\xc1")

    with pytest.raises(StoreDamaged, match="the row broken of texts"):
        await house.parts.sweep.look()

    assert (await house.parts.directory.texts(["over"])) == {"over": over}


async def test_while_history_is_open_no_text_is_deleted(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    async with Desk(house) as desk:
        said = {"sulka-recorded-at": "2026-11-16T10:00:00Z"}
        await desk.right("POST", "/v1/history", by="admin", headers=said)
        await house.parts.directory.put_text("text", TextRecord("Worth a read", None, 1, 2))

        await house.parts.sweep.look()
        during = len(await house.parts.directory.all_texts())
        await desk.right("DELETE", "/v1/history", by="admin")
        await house.parts.sweep.look()

        assert (during, await house.parts.directory.all_texts()) == (1, {})
