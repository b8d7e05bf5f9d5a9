import asyncio
import re

import pytest
from redis import exceptions
from redis.asyncio import Redis

from engine.store.ask import ask, ask_all
from engine.store.connect import read_client, store_answers, write_client
from engine.store.embedded import EmbeddedServer
from engine.store.errors import Outcome, StoreAddressInvalid, StoreDamaged, StoreUnavailable
from tests.store.proxy import ReplyDroppingProxy, Request


async def test_a_write_whose_answer_got_lost_is_sent_once(server_url: str, organization: str, read: Redis) -> None:
    seen: list[Request] = []
    key = f"{{{organization}}}:count"

    async with (
        ReplyDroppingProxy(server_url, on_request=seen.append) as proxy,
        write_client(proxy.url) as client,
    ):
        proxy.drop_next_reply()
        with pytest.raises(StoreUnavailable) as refusal, store_answers():
            await client.incr(key)

    assert refusal.value.outcome == "unknown"
    assert [request[0] for request in seen] == [b"INCRBY"]
    assert await read.get(key) == b"1"


async def test_a_read_whose_answer_got_lost_is_asked_again(server_url: str, organization: str, write: Redis) -> None:
    seen: list[Request] = []
    key = f"{{{organization}}}:value"
    await write.set(key, b"\xff")

    async with ReplyDroppingProxy(server_url, on_request=seen.append) as proxy, read_client(proxy.url) as client:
        proxy.drop_next_reply(b"GET")
        value = await client.get(key)

    assert value == b"\xff"
    assert [request[0] for request in seen] == [b"GET", b"GET"]


@pytest.mark.parametrize("word", ["", "päivä ✓", b"\xff\r\n$", 0, -(2**63), "a" * 255, "ä" * 128, b"a" * 100_000])
async def test_every_word_of_a_command_arrives_as_it_was(write: Redis, word: str | bytes | int) -> None:
    echoed = await ask(write, "ECHO", word)

    assert echoed == (word if isinstance(word, bytes) else str(word).encode())


async def test_a_write_after_a_lost_answer_finds_a_new_connection(server_url: str, organization: str) -> None:
    key = f"{{{organization}}}:count"

    async with ReplyDroppingProxy(server_url) as proxy, write_client(proxy.url) as client:
        proxy.drop_next_reply()
        with pytest.raises(exceptions.ConnectionError):
            await client.incr(key)
        second = await client.incr(key)

    assert second == 2
    assert (proxy.connections_seen, proxy.replies_dropped) == (2, 1)


async def test_a_thousand_commands_at_once_share_the_connections_of_the_pool(
    server_url: str, organization: str
) -> None:
    key = f"{{{organization}}}:count"

    async with (
        ReplyDroppingProxy(server_url) as proxy,
        # How long the last of them waits is a question of the machine.
        write_client(proxy.url, connections=3, free_connection_seconds=None) as client,
    ):
        counts = await asyncio.gather(*(client.incr(key) for _ in range(1000)))

    assert sorted(counts) == list(range(1, 1001))
    assert proxy.connections_seen == 3


async def test_a_command_that_finds_no_free_connection_is_not_sent(server_url: str, organization: str) -> None:
    seen: list[Request] = []
    key = f"{{{organization}}}:count"

    async with (
        ReplyDroppingProxy(server_url, on_request=seen.append) as proxy,
        write_client(proxy.url, connections=1, free_connection_seconds=0.01) as client,
    ):
        held = await client.connection_pool.get_connection()  # type: ignore[no-untyped-call]  # as redis-py says it
        with pytest.raises(StoreUnavailable), store_answers():
            await client.incr(key)
        await client.connection_pool.release(held)

    assert seen == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://localhost:6379", "an address that begins with 'http:'"),
        ("localhost", "an address that begins with ':'"),
        ("redis://", "no host"),
        ("unix://", "no path"),
        ("redis://localhost:port", "something that is no address"),
        ("redis://localhost:99999", "something that is no address"),
        ("redis://localhost/first", "a database called 'first'"),
        ("redis://localhost?socket_timeout=0.1", "the option 'socket_timeout'"),
        ("unix:///run/redis.sock?retry_on_timeout=yes", "the option 'retry_on_timeout'"),
        ("redis://localhost?db=first", "a database called 'first'"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_connects(url: str, found: str) -> None:
    with pytest.raises(StoreAddressInvalid, match=re.escape(found)):
        _ = write_client(url)


def test_an_error_about_an_address_does_not_tell_the_password() -> None:
    with pytest.raises(StoreAddressInvalid) as refusal:
        _ = read_client("https://user:hunter2@localhost:6379")

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["redis://localhost", "redis://:secret@localhost:6380/2", "rediss://localhost", "unix:///a%20b.sock?db=1"]
)
def test_the_three_forms_of_address_are_accepted(url: str) -> None:
    client = write_client(url)

    assert client.connection_pool.connection_kwargs["socket_timeout"] is not None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (exceptions.ConnectionError("Connection closed by server."), "unknown"),
        (exceptions.TimeoutError("Timeout reading from socket"), "unknown"),
        (OSError(111, "Connection refused"), "unknown"),
        (exceptions.AuthenticationError("invalid username-password pair"), "nothing-done"),
        (exceptions.BusyLoadingError("Redis is loading the dataset in memory"), "nothing-done"),
        (exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), "nothing-done"),
        (exceptions.ReadOnlyError("You can't write against a read only replica."), "nothing-done"),
        (exceptions.ResponseError("BUSY Redis is busy running a script."), "nothing-done"),
        (exceptions.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), "nothing-done"),
    ],
)
def test_a_store_that_cannot_be_used_is_unavailable_and_says_what_became_of_the_command(
    error: exceptions.RedisError | OSError, outcome: Outcome
) -> None:
    with pytest.raises(StoreUnavailable) as refusal, store_answers():
        raise error

    assert refusal.value.outcome == outcome
    assert refusal.value.__cause__ is error


def test_a_mistake_in_a_command_of_ours_is_not_called_an_outage() -> None:
    mistake = exceptions.ResponseError("ERR wrong number of arguments for 'hget' command")

    with pytest.raises(exceptions.ResponseError, match="wrong number"), store_answers():
        raise mistake


def test_a_key_of_another_type_is_damage_and_no_outage() -> None:
    answer = exceptions.ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")

    with pytest.raises(StoreDamaged, match="wrong kind of value"), store_answers():
        raise answer


async def test_a_store_that_is_not_there_is_unavailable(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = tmp_path_factory.mktemp("empty") / "no.sock"

    async with read_client(f"unix://{nowhere}") as client:
        with pytest.raises(StoreUnavailable), store_answers():
            await client.ping()


async def test_a_full_store_says_that_nothing_was_done(tmp_path_factory: pytest.TempPathFactory) -> None:
    with EmbeddedServer.start(tmp_path_factory.mktemp("full")) as server:
        async with write_client(server.url) as client:
            await client.config_set("maxmemory", "1")
            with pytest.raises(StoreUnavailable) as refusal, store_answers():
                await client.eval("return redis.call('SET', KEYS[1], '10')", 1, "points")

            assert refusal.value.outcome == "nothing-done"
            assert await client.exists("points") == 0


async def test_one_command_of_many_that_fails_is_told_in_the_servers_words_alone(
    read: Redis, write: Redis, organization: str
) -> None:
    key = f"{{{organization}}}:tokens"
    await write.set(key, "no hash")

    with pytest.raises(StoreDamaged) as found:
        await ask_all(read, [("HGET", f"{key}2", "a"), ("HGET", key, "email:anna@example.org")])

    assert "anna" not in str(found.value)
