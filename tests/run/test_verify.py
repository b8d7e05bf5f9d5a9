"""Verifying finds nothing on a sound store, and names one byte that was changed anywhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.entries import Act, Retried
from engine.run.verify import Side, Verified, Verifier
from engine.store.commit import Committer
from engine.store.connect import write_client
from engine.store.directory import Directory
from engine.store.embedded import EmbeddedServer
from engine.store.ledger import Ledger
from engine.store.pages import PageWriter
from engine.store.raw import RawRows
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, share, write_some_history


@pytest.fixture
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    """A server of its own for the replay."""
    with EmbeddedServer.start(tmp_path_factory.mktemp("replay") / "server") as server:
        async with write_client(server.url) as client:
            yield client


async def verify(site: Site, empty: Redis) -> Verified:
    replay = Site(site.keys.organization, empty, empty)
    return await Verifier(keys=site.keys, stored=side(site), empty=side(replay), plans=OneRulebook()).verify()


def side(site: Site) -> Side:
    keys, write, read = site.keys, site.write, site.read
    return Side(
        log=site.log,
        reader=site.reader,
        committer=Committer(write=write, keys=keys),
        pages=PageWriter(write=write, keys=keys),
        raw=RawRows(read=read, keys=keys),
        directory=Directory(write=write, read=read, keys=keys),
        ledger=Ledger(read=read, keys=keys),
    )


async def judged_history(site: Site) -> None:
    """Four weeks, of which one act went aside and was judged by a retry."""
    await write_some_history(site, weeks=4)
    time = BEGIN + 28 * DAY_MS
    aside = await site.append(share("bea", time), time)
    await site.append(Retried(aside), time)
    await site.judge_all(asides={aside: "TypeError"})


async def first_of(site: Site, start: str) -> str:
    keys = [cast("bytes", key).decode() async for key in site.read.scan_iter(match=f"{site.keys.prefix}{start}*")]
    return min(keys)


async def change_field(site: Site, key: str, field: str | None = None) -> None:
    """Flip the lowest bit of the last byte of a row."""
    name = field if field is not None else cast("bytes", min(await site.read.hkeys(key))).decode()
    value = cast("bytes", await site.read.hget(key, name))
    await site.write.hset(key, name, value[:-1] + bytes((value[-1] ^ 1,)))


async def change_log(site: Site) -> None:
    """Say that somebody else shared, in one entry."""
    entries = await site.log.read(0, site.position)
    shared = next(logged for logged in entries if isinstance(logged.entry, Act) and logged.entry.subject == "anna")
    await site.write.delete(site.keys.log)
    for logged in entries:
        payload = logged.payload.replace(b"anna", b"bert") if logged is shared else logged.payload
        await site.write.xadd(site.keys.log, {"e": payload}, f"{logged.position}-{logged.recorded}")


async def change_journal(site: Site) -> None:
    block = cast("bytes", await site.read.hget(site.keys.journal, "1"))
    entries = msgspec.msgpack.decode(block, type=list[msgspec.Raw])
    second = bytes(entries[1])
    changed = msgspec.Raw(second[:-1] + bytes((second[-1] ^ 1,)))
    await site.write.hset(site.keys.journal, "1", msgspec.msgpack.encode([entries[0], changed, *entries[2:]]))


async def change_member(site: Site) -> None:
    await change_field(site, site.keys.states, "m:anna")


async def change_board(site: Site) -> None:
    await site.write.zadd(await first_of(site, "board:"), {"anna": 9_999})


async def change_index(site: Site) -> None:
    await change_field(site, site.keys.index)


async def change_page(site: Site) -> None:
    await change_field(site, await first_of(site, "pages:"))


async def change_ranks(site: Site) -> None:
    await change_field(site, await first_of(site, "ranks:"))


async def add_to_team(site: Site) -> None:
    await site.write.hset(site.keys.team("red"), "nobody-at-all", "")


async def change_recent(site: Site) -> None:
    await change_field(site, await first_of(site, "recent:"))


async def change_retried(site: Site) -> None:
    names = [cast("bytes", name).decode() for name in await site.read.hkeys(site.keys.states)]
    (field,) = [name for name in names if name.startswith("y:")]
    await change_field(site, site.keys.states, field)


async def forget_aside(site: Site) -> None:
    await site.write.delete(site.keys.aside)


async def add_aside(site: Site) -> None:
    await site.write.hset(site.keys.aside, "12", msgspec.msgpack.encode(["TypeError", ""]))


async def change_aside_order(site: Site) -> None:
    await site.write.zadd(site.keys.aside_order, {"7": 7})


async def change_wall(site: Site) -> None:
    await site.write.zadd(await first_of(site, "wall:"), {"7": 7})


async def add_alias(site: Site) -> None:
    await site.write.hset(site.keys.aliases, "email:x", "nobody-at-all")


async def test_a_sound_store_has_no_differences(site: Site, empty: Redis) -> None:
    await judged_history(site)

    verified = await verify(site, empty)

    assert verified.differences == ()
    assert verified.entries == site.position
    assert verified.rows > 50


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (change_log, "log"),
        (change_journal, "journal"),
        (change_member, "state"),
        (change_board, "board"),
        (change_index, "index"),
        (change_page, "pages of a closed board"),
        (change_ranks, "ranks of a closed board"),
        (add_to_team, "members of a team"),
        (change_recent, "recent state"),
        (change_retried, "state"),
        (forget_aside, "state"),
        (add_aside, "state"),
        (change_aside_order, "aside"),
        (change_wall, "index of the wall"),
        (add_alias, "alias"),
    ],
)
async def test_one_change_is_named(
    site: Site, empty: Redis, change: Callable[[Site], Awaitable[None]], kind: str
) -> None:
    await judged_history(site)
    await change(site)

    verified = await verify(site, empty)

    assert kind in {difference.kind for difference in verified.differences}


async def test_verifying_changes_nothing_that_is_judged(site: Site, empty: Redis) -> None:
    await judged_history(site)
    before = await site.everything()

    await verify(site, empty)

    assert await site.everything() == before
