import msgspec
import pytest
from redis.asyncio import Redis

from engine.store.directory import Directory, TextRecord
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.looks import MOST_LOOKS, Look, Looks, TooManyLooks
from tests.store.building import everything

LOOK = Look("record", "hr", "People team", "t1", 20_000)


def looks_of(write: Redis, organization: str) -> Looks:
    return Looks(write=write, read=write, keys=Keys(organization))


def reason(words: str = "Asked about a payment") -> TextRecord:
    return TextRecord(words, "m1", 5)


async def test_a_look_is_kept_with_its_reason(write: Redis, organization: str) -> None:
    looks = looks_of(write, organization)

    await looks.note("m1", LOOK, at=5, reason=reason())

    page = await looks.page("m1", following=None, count=10)
    texts = await Directory(write=write, read=write, keys=Keys(organization)).texts(["t1"])
    assert [(noted.at, noted.look) for noted in page.looks] == [(5, LOOK)]
    assert texts == {"t1": reason()}


async def test_the_same_look_is_kept_once_with_its_first_moment(write: Redis, organization: str) -> None:
    looks = looks_of(write, organization)

    noted = [await looks.note("m1", LOOK, at=at, reason=reason()) for at in (5, 9)]

    assert noted == [True, False]
    assert [each.at for each in (await looks.page("m1", following=None, count=10)).looks] == [5]


async def test_looks_are_read_in_pages_the_newest_first_also_those_of_one_moment(
    write: Redis, organization: str
) -> None:
    looks = looks_of(write, organization)
    days = {day: day // 4 for day in range(10)}
    for day, at in days.items():
        await looks.note("m1", msgspec.structs.replace(LOOK, day=day), at=at, reason=reason())

    found: list[tuple[int, int]] = []
    following = None
    for _ in range(5):
        page = await looks.page("m1", following=following, count=2)
        found.extend((noted.at, noted.look.day) for noted in page.looks)
        following = page.following

    assert following is None
    assert [at for at, _ in found] == sorted(days.values(), reverse=True)
    assert {day for _, day in found} == set(days)


async def test_nobody_looks_more_often_than_is_kept(write: Redis, organization: str) -> None:
    looks = looks_of(write, organization)
    await write.zadd(Keys(organization).looks("m1"), {f"look-{number}": number for number in range(MOST_LOOKS)})
    before = await everything(write, organization)

    with pytest.raises(TooManyLooks):
        await looks.note("m1", LOOK, at=5, reason=reason())

    assert await everything(write, organization) == before


@pytest.mark.parametrize("key", ["looks", "texts"])
async def test_a_key_of_a_wrong_type_changes_nothing(write: Redis, organization: str, key: str) -> None:
    keys = Keys(organization)
    await write.set(keys.looks("m1") if key == "looks" else keys.texts, "x")

    with pytest.raises(StoreDamaged):
        await looks_of(write, organization).note("m1", LOOK, at=5, reason=reason())

    others = [keys.texts, keys.looks("m1")]
    assert await write.exists(*others) == 1
