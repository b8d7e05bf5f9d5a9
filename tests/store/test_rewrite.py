"""A rewrite of the append-only file is a finished one that began after it was asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from engine.store.connect import write_client
from engine.store.embedded import EmbeddedServer
from engine.store.rewrite import RewriteFailed, Rewriting, forget_slow_commands, rewrite_file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server of its own, whose files a test may look into."""
    with EmbeddedServer.start(tmp_path / "store") as server:
        yield server


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "store" / "appendonlydir").iterdir()))


async def test_what_was_deleted_is_gone_from_the_files(server: EmbeddedServer, tmp_path: Path) -> None:
    async with write_client(server.url) as write:
        await write.hset("people", mapping={"a": "Aada Esimerkki, whose name is long", "o": "Otso Esimerkki"})
        await write.hdel("people", "a")
        before = files(tmp_path)

        await rewrite_file(write)

    after = files(tmp_path)
    assert b"Aada Esimerkki" in before
    assert b"Aada Esimerkki" not in after
    # Not compressed: what is there is found.
    assert b"Otso Esimerkki" in after


async def test_a_rewrite_that_is_under_way_is_waited_for_and_another_one_follows(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    told: list[Rewriting] = []
    async with write_client(server.url) as write:
        # The first rewrite takes its time: so many microseconds a key.
        await write.config_set("rdb-key-save-delay", 300_000)
        await write.hset("people", "a", "Aada Esimerkki, whose name is long")
        await write.bgrewriteaof()
        await write.hdel("people", "a")
        await write.config_set("rdb-key-save-delay", 0)

        await rewrite_file(write, told.append)

    assert told[0].step == "earlier"
    assert b"Aada Esimerkki" not in files(tmp_path)


async def test_a_server_that_can_not_write_its_file_anew_says_so(server: EmbeddedServer, tmp_path: Path) -> None:
    async with write_client(server.url) as write:
        await write.hset("people", "a", "Aada")
        # Where the new file is to be put, a folder of its name stands in the way.
        for number in range(2, 12):
            (tmp_path / "store" / "appendonlydir" / f"appendonly.aof.{number}.base.rdb").mkdir()

        with pytest.raises(RewriteFailed, match="Run it again"):
            await rewrite_file(write)


async def test_a_rewrite_works_on_every_server(write: Redis, organization: str) -> None:
    await write.hset(f"{{{organization}}}:directory", "m1", "Aada")

    await rewrite_file(write)

    facts = await write.info("persistence")
    assert facts["aof_last_bgrewrite_status"] == "ok"
    assert not facts["aof_rewrite_in_progress"]


async def test_slow_commands_are_forgotten(server: EmbeddedServer) -> None:
    async with write_client(server.url) as write:
        await write.config_set("slowlog-log-slower-than", 0)
        await write.hset("people", "a", "Aada Esimerkki")
        await write.config_set("slowlog-log-slower-than", -1)
        before = await write.slowlog_len()

        await forget_slow_commands(write)

        assert before > 0
        assert await write.slowlog_len() == 0
