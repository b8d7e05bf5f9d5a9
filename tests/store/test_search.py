"""What is looked for is found wherever it stands."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from engine.store.ask import ask_all
from engine.store.keys import Keys
from engine.store.search import Needles, Place, StoreSearch, search_files

AADA = Needles({"Ääni Öhman": "the name", "aani@example.org": "an address"})


async def found(client: Redis, organization: str, needles: Needles = AADA) -> list[Place]:
    search = StoreSearch(read=client, keys=Keys(organization))
    return [each async for each in search.places(needles) if isinstance(each, Place)]


Put = Callable[[Redis, str], Awaitable[object]]


@pytest.mark.parametrize(
    "put",
    [
        lambda client, key: client.hset(key, "field", "so Ääni Öhman said"),
        lambda client, key: client.hset(key, "email:AANI@example.org", "m1"),
        lambda client, key: client.zadd(key, {"aani@example.org": 5}),
        lambda client, key: client.sadd(key, "ÄÄNI ÖHMAN"),
        lambda client, key: client.rpush(key, "one", "ääni öhman"),
        lambda client, key: client.append(key, "xaani@example.orgx"),
        lambda client, key: client.xadd(key, {"e": b"\x93\xa1" + "Ääni Öhman".encode()}),
    ],
    ids=["value", "field", "zset", "set", "list", "string", "stream"],
)
async def test_a_needle_is_found_in_every_kind_of_row(write: Redis, organization: str, put: Put) -> None:
    for prefix in (Keys(organization).prefix, f"{{other-{organization}}}:"):
        assert await put(write, f"{prefix}somewhere")

    places = await found(write, organization)

    assert [place.where for place in places] == ["somewhere"]


async def test_a_needle_is_found_in_the_name_of_a_key_and_beyond_many_rows(write: Redis, organization: str) -> None:
    prefix = Keys(organization).prefix
    await write.hset(f"{prefix}looks:aani@example.org", "a", "b")
    await write.hset(f"{prefix}many", mapping={f"row-{number}": "x" * 100 for number in range(5_000)})
    await write.hset(f"{prefix}many", "last", "Ääni Öhman")
    said = ("Ääni Öhman" if number == 2_400 else "x" for number in range(2_500))
    await ask_all(write, [("XADD", f"{prefix}log", f"{at}-5", "e", words) for at, words in enumerate(said, 1)])

    places = await found(write, organization)

    assert places == [
        Place("log", "2401-5", "the name"),
        Place("looks:aani@example.org", "the name of the key", "an address"),
        Place("many", "last", "the name"),
    ]


async def test_nothing_is_found_where_nothing_is(write: Redis, organization: str) -> None:
    await write.hset(f"{Keys(organization).prefix}many", "Aani", "Ohman")

    assert await found(write, organization) == []
    assert await found(write, organization, Needles({})) == []


async def test_slow_commands_are_looked_through(write: Redis, organization: str) -> None:
    needle = f"slow-{organization}"
    await write.config_set("slowlog-log-slower-than", 0)
    await write.hset(f"{Keys(organization).prefix}x", "field", needle)
    await write.config_set("slowlog-log-slower-than", 10_000)

    places = await StoreSearch(read=write, keys=Keys(organization)).slow_commands(Needles({needle: "the name"}))

    assert places is not None
    assert {place.found for place in places} == {"the name"}


def test_files_are_searched_to_the_last_byte_and_an_excepted_folder_is_not(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file.aof").write_bytes(b"x" * 5_000_000 + "Ääni Öhman".encode())
    (tmp_path / "empty").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "m1").write_text("aani@example.org")

    places = list(search_files(tmp_path, AADA, besides=tmp_path / "notes"))

    assert places == [Place("deep/er/file.aof", "byte 5,000,000", "the name"), 5_000_013]
