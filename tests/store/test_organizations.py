"""Which organizations there are."""

import secrets

import pytest
from redis.asyncio import Redis

from engine.store.errors import StoreDamaged, UnknownOrganization
from engine.store.organizations import MOST_NAME, OrganizationRecord, Organizations, is_name


@pytest.fixture
def organizations(write: Redis, read: Redis) -> Organizations:
    return Organizations(write=write, read=read, key=f"{{{secrets.token_hex(8)}}}:organizations", most=2)


def named(name: str, title: str = "A title") -> OrganizationRecord:
    return OrganizationRecord(name, title, 5)


async def test_an_organization_is_added_once_and_no_more_than_there_may_be(organizations: Organizations) -> None:
    answers = [await organizations.add(named(name)) for name in ("b", "b", "a", "c")]

    assert answers == ["added", "taken", "added", "full"]
    assert list(await organizations.all()) == ["a", "b"]
    assert await organizations.some(("b", "c")) == {"b": named("b")}


async def test_of_two_who_change_the_same_the_second_is_told(organizations: Organizations) -> None:
    await organizations.add(named("a"))

    first = await organizations.change(named("a"), named("a", "First"))
    second = await organizations.change(named("a"), named("a", "Second"))

    assert (first, second) == (True, False)
    assert (await organizations.all())["a"].title == "First"


async def test_one_that_is_not_there_is_named_with_those_that_are(organizations: Organizations) -> None:
    await organizations.add(named("acme"))
    await organizations.check("acme")
    await organizations.check("main")

    with pytest.raises(UnknownOrganization, match='"acne"; there are main, acme'):
        await organizations.check("acne")


async def test_a_row_that_can_not_be_read_is_damage(write: Redis, read: Redis) -> None:
    key = f"{{{secrets.token_hex(8)}}}:organizations"
    await write.hset(key, "a", b"\xc1")

    with pytest.raises(StoreDamaged, match="organization a"):
        await Organizations(write=write, read=read, key=key).all()


@pytest.mark.parametrize("text", ["a", "acme", "acme-2", "a" * MOST_NAME])
def test_what_can_be_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "main", "sulka", "Acme", "2go", "a-", "-a", "a--b", "a_b", "a~b", "a}b", "a\n", "ä", "a" * (MOST_NAME + 1)],
)
def test_what_can_be_none(text: str) -> None:
    assert not is_name(text)
