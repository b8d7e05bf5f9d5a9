"""What is remembered of deliveries: bounded, by age too, and what waits is not pushed out."""

import msgspec
import pytest
from redis.asyncio import Redis

from engine.store.deliveries import (
    DAY_MS,
    KEPT_DAYS,
    MOST_BODIES,
    MOST_BODY_BYTES,
    MOST_REFUSED,
    MOST_ROWS,
    BodyFault,
    Counts,
    Deliveries,
    DeliveryRow,
    KeptBody,
    Verdict,
    delivery_id,
)
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from tests.store.building import NOON, everything

SOURCE = "tool"
LATER = NOON + 14 * DAY_MS


@pytest.fixture
def deliveries(write: Redis, organization: str) -> Deliveries:
    return Deliveries(write=write, read=write, keys=Keys(organization))


def row(verdict: Verdict = "accepted", received: int = NOON) -> DeliveryRow:
    return DeliveryRow(received, verdict, None, 3, "evt-1", "share", "5b1c0a9e", Counts(accepted=1))


def body(until: int = LATER, content: bytes = b"{}") -> KeptBody:
    return KeptBody(until, {"content-type": "application/json"}, content, (BodyFault("m", "/a", "nothing", "a text"),))


def name(number: int) -> str:
    return delivery_id(NOON + number, f"{number:08x}")


async def note(
    deliveries: Deliveries, number: int, verdict: Verdict = "accepted", kept: KeptBody | None = None
) -> bool:
    return await deliveries.note(SOURCE, name(number), row(verdict, NOON + number), kept)


async def numbers(deliveries: Deliveries, verdict: Verdict | None = None) -> list[int]:
    found, _ = await deliveries.page(SOURCE, verdict=verdict, count=10_000)
    return [each.row.received - NOON for each in found]


async def with_bodies(deliveries: Deliveries) -> list[str]:
    found, _ = await deliveries.page(SOURCE, count=10_000)
    return [each.id for each in found if each.kept is not None]


async def fill(write: Redis, organization: str, which: str, count: int) -> None:
    """So many rows or bodies at once, as `note` would leave them."""
    key = Keys(organization).deliveries(SOURCE)
    packed = msgspec.msgpack.encode(row())
    await write.hset(key, mapping=dict.fromkeys(map(name, range(count)), packed))
    await write.zadd(f"{key}:{which}", {name(number): NOON + number for number in range(count)})


async def test_a_delivery_is_read_as_it_was_noted(deliveries: Deliveries) -> None:
    kept = body()

    await note(deliveries, 1, "unreadable", kept)

    found = await deliveries.one(SOURCE, name(1))
    assert found is not None
    assert (found.id, found.row, found.kept) == (name(1), row("unreadable", NOON + 1), kept)
    assert await deliveries.one(SOURCE, name(2)) is None
    assert await deliveries.one("other", name(1)) is None


async def test_the_newest_stand_first_and_in_pages(deliveries: Deliveries) -> None:
    for number in (3, 1, 2):
        await note(deliveries, number)

    first, before = await deliveries.page(SOURCE, count=2)
    rest, after = await deliveries.page(SOURCE, before=before, count=2)

    assert [each.row.received - NOON for each in (*first, *rest)] == [3, 2, 1]
    assert after is None


async def test_noted_again_a_delivery_is_what_it_is_now(deliveries: Deliveries) -> None:
    await note(deliveries, 1, "unreadable", body())

    await note(deliveries, 1, "accepted")

    found = await deliveries.one(SOURCE, name(1))
    assert found is not None
    assert (found.row.verdict, found.kept) == ("accepted", None)
    assert await numbers(deliveries) == [1]


async def test_so_many_are_remembered_and_the_oldest_go(
    deliveries: Deliveries, write: Redis, organization: str
) -> None:
    await fill(write, organization, "order", MOST_ROWS)

    await note(deliveries, MOST_ROWS)

    found = await numbers(deliveries)
    assert (len(found), found[0]) == (MOST_ROWS, MOST_ROWS)
    assert await deliveries.one(SOURCE, name(0)) is None
    assert await deliveries.one(SOURCE, name(1)) is not None
    assert await write.hlen(Keys(organization).deliveries(SOURCE)) == MOST_ROWS


async def test_refused_ones_push_nothing_out_but_each_other(
    deliveries: Deliveries, write: Redis, organization: str
) -> None:
    await note(deliveries, 0)

    for number in range(1, MOST_REFUSED + 2):
        await note(deliveries, number, "not-authentic")

    assert len(await numbers(deliveries, "not-authentic")) == MOST_REFUSED
    assert (await numbers(deliveries))[-1] == 0


async def test_those_that_wait_are_not_pushed_out(deliveries: Deliveries, write: Redis, organization: str) -> None:
    await note(deliveries, -1, "unreadable", body())
    await fill(write, organization, "order", MOST_ROWS)

    await note(deliveries, MOST_ROWS)

    found = await deliveries.one(SOURCE, name(-1))
    assert found is not None
    assert found.kept is not None
    assert await numbers(deliveries, "unreadable") == [-1]


async def test_the_old_ones_go_with_their_bodies(deliveries: Deliveries, write: Redis, organization: str) -> None:
    await note(deliveries, 0, "accepted", body())

    await note(deliveries, KEPT_DAYS * DAY_MS)
    still = await numbers(deliveries)
    await note(deliveries, KEPT_DAYS * DAY_MS + 1)

    assert still == [KEPT_DAYS * DAY_MS, 0]
    assert await numbers(deliveries) == [KEPT_DAYS * DAY_MS + 1, KEPT_DAYS * DAY_MS]
    assert await write.exists(f"{Keys(organization).deliveries(SOURCE)}:bodies") == 0


@pytest.mark.parametrize("waits", [True, False])
async def test_without_room_for_its_body_a_delivery_does_not_wait_or_is_noted_without(
    deliveries: Deliveries,
    write: Redis,
    organization: str,
    waits: bool,  # noqa: FBT001 - of a table
) -> None:
    bodies = f"{Keys(organization).deliveries(SOURCE)}:bodies"
    await write.hset(bodies, mapping={str(number): "x" for number in range(MOST_BODIES)})
    before = await everything(write, organization)

    noted = await note(deliveries, 1, "unreadable" if waits else "accepted", body())

    assert noted is not waits
    if waits:
        assert await everything(write, organization) == before
    else:
        assert await numbers(deliveries) == [1]
        assert await write.hlen(bodies) == MOST_BODIES


async def test_bodies_have_a_limit_in_bytes(deliveries: Deliveries) -> None:
    half = body(content=b"x" * (MOST_BODY_BYTES // 2 - 100))

    noted = [await note(deliveries, number, "unreadable", half) for number in range(3)]
    again = await note(deliveries, 1, "unreadable", half)

    assert (noted, again) == ([True, True, False], True)


async def test_a_body_goes_when_its_time_is_over_and_its_row_stays(deliveries: Deliveries) -> None:
    await note(deliveries, 1, "unreadable", body(until=NOON + 10))
    await note(deliveries, 2, "accepted", body(until=NOON + 10))
    await note(deliveries, 3, "unreadable", body(until=NOON + 11))

    gone = [await deliveries.forget(SOURCE, NOON + 9), await deliveries.forget(SOURCE, NOON + 10)]
    again = await deliveries.forget(SOURCE, NOON + 10)

    assert (gone, again) == ([0, 2], 0)
    assert await numbers(deliveries) == [3, 2, 1]
    assert await with_bodies(deliveries) == [name(3)]


async def test_a_body_can_be_forgotten_before_its_time(deliveries: Deliveries) -> None:
    await note(deliveries, 1, "unreadable", body())
    await note(deliveries, 2, "unreadable", body())

    gone = await deliveries.forget(SOURCE, NOON, [name(1), "0-nothing"])

    assert gone == 1
    assert await with_bodies(deliveries) == [name(2)]
    assert await numbers(deliveries) == [2, 1]


@pytest.mark.parametrize("key", ["", ":order", ":waits", ":due", ":bodies"])
async def test_a_key_of_a_wrong_type_is_damage_and_nothing_is_changed(
    deliveries: Deliveries, write: Redis, organization: str, key: str
) -> None:
    await write.set(f"{Keys(organization).deliveries(SOURCE)}{key}", "what nobody of ours writes")
    before = await everything(write, organization)

    with pytest.raises(StoreDamaged):
        await note(deliveries, 1, "unreadable", body())
    if key:
        with pytest.raises(StoreDamaged):
            await deliveries.forget(SOURCE, NOON)

    assert await everything(write, organization) == before


async def test_a_row_that_can_not_be_read_is_damage(deliveries: Deliveries, write: Redis, organization: str) -> None:
    await note(deliveries, 1)
    await write.hset(Keys(organization).deliveries(SOURCE), name(1), b"\xc1")

    with pytest.raises(StoreDamaged):
        await deliveries.one(SOURCE, name(1))
