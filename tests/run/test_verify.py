"""Verifying finds nothing on a sound store, and names one byte that was changed anywhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.entries import (
    Act,
    ActiveSet,
    MemberErased,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    Retried,
    VisibilityChosen,
)
from engine.run.beside import BesideTheLog
from engine.run.verify import Side, Verified, Verifier
from engine.store.commit import Committer
from engine.store.connect import write_client
from engine.store.directory import MemberRecord, MembershipRow, TextRecord, encode_record
from engine.store.embedded import EmbeddedServer
from engine.store.ledger import Ledger
from engine.store.log import MARK_BYTES
from engine.store.pages import PageWriter
from engine.store.raw import RawRows
from engine.store.rulebooks import Version
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, programme, share, write_some_history


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
        ledger=Ledger(read=read, keys=keys),
    )


async def judged_history(site: Site) -> None:
    """Four weeks, of which one act went aside and was judged by a retry."""
    await write_some_history(site, weeks=4)
    time = BEGIN + 28 * DAY_MS
    aside = await site.append(share("bea", time), time)
    await site.append(Retried(aside), time, rows=(Ledger(read=site.read, keys=site.keys).retried_row(aside),))
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


async def hide_from_boards(site: Site) -> None:
    row = MembershipRow(status="joined", joined_at=BEGIN, boards=False, wall=True, badges=True)
    await site.write.hset(site.keys.membership, "anna", encode_record(row))


async def change_membership(site: Site) -> None:
    await change_field(site, site.keys.membership, "bea")


async def forget_membership(site: Site) -> None:
    await site.write.hdel(site.keys.membership, "carl")


async def add_membership(site: Site) -> None:
    await site.write.hset(site.keys.membership, "early", encode_record(MembershipRow("joined", BEGIN)))


async def change_rulebook(site: Site) -> None:
    await change_field(site, site.keys.rulebooks)


async def forget_rulebook(site: Site) -> None:
    await site.write.delete(site.keys.rulebooks)


async def add_rulebook(site: Site) -> None:
    (row,) = cast("list[bytes]", await site.read.hvals(site.keys.rulebooks))
    await site.write.hset(site.keys.rulebooks, "00" * 16, row)


async def name_no_rulebook(site: Site) -> None:
    await site.write.hset(site.keys.rulebooks, "none", b"\xc1")


async def put_version(site: Site, number: int, version: Version) -> None:
    await site.write.hset(site.keys.versions, str(number), msgspec.msgpack.encode(version))


async def change_digest_of_version(site: Site) -> None:
    await put_version(site, 1, Version(1, b"d" * 16, BEGIN, "test"))


async def change_time_of_version(site: Site) -> None:
    await put_version(site, 1, Version(1, programme().rulebook.digest, BEGIN + 1, "test"))


async def cut_version(site: Site) -> None:
    await site.write.hset(site.keys.versions, "1", b"\x94\x01")


async def forget_version(site: Site) -> None:
    await site.write.delete(site.keys.versions)


async def add_version(site: Site) -> None:
    await put_version(site, 2, Version(2, programme().rulebook.digest, BEGIN, "test"))


async def put_mark(site: Site, position: int, *, whose: str = "anna00") -> None:
    key, mark = await first_of(site, "marks:"), whose.ljust(MARK_BYTES).encode()
    await site.write.hset(key, mark, position.to_bytes(8, "big") + mark)


async def mark_beyond_the_log(site: Site) -> None:
    await put_mark(site, site.position + 1)


async def mark_somebody_elses_entry(site: Site) -> None:
    row = cast("bytes", await site.read.hget(await first_of(site, "marks:"), "bea01".ljust(MARK_BYTES)))
    await put_mark(site, int.from_bytes(row[:8], "big"))


async def mark_a_rulebook(site: Site) -> None:
    await put_mark(site, 2)


async def cut_mark(site: Site) -> None:
    await site.write.hset(await first_of(site, "marks:"), "anna00".ljust(MARK_BYTES), b"\x00")


async def forget_record(site: Site) -> None:
    await site.write.hdel(site.keys.directory, "early")


async def add_record(site: Site) -> None:
    await site.write.hset(site.keys.directory, "nobody", encode_record(MemberRecord("Nobody")))


async def cut_record(site: Site) -> None:
    await site.write.hset(site.keys.directory, "early", b"\xc1")


async def cut_text(site: Site) -> None:
    row = encode_record(TextRecord("Thank you", "anna", BEGIN))
    await site.write.hset(site.keys.texts, "text-1", row[:-1])


async def cut_token(site: Site) -> None:
    await site.write.hset(site.keys.tokens, "digest", b"")


async def cut_source(site: Site) -> None:
    await site.write.hset(site.keys.sources, "hub", b"\x91")


async def forget_retry(site: Site) -> None:
    await site.write.delete(site.keys.retried)


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
        (hide_from_boards, "membership"),
        (change_membership, "membership"),
        (forget_membership, "membership"),
        (add_membership, "membership"),
        (change_rulebook, "rulebook"),
        (forget_rulebook, "rulebook"),
        (add_rulebook, "rulebook"),
        (name_no_rulebook, "rulebook"),
        (change_digest_of_version, "version"),
        (change_time_of_version, "version"),
        (cut_version, "version"),
        (forget_version, "version"),
        (add_version, "version"),
        (mark_beyond_the_log, "mark"),
        (mark_somebody_elses_entry, "mark"),
        (mark_a_rulebook, "mark"),
        (cut_mark, "mark"),
        (forget_record, "directory"),
        (add_record, "directory"),
        (cut_record, "directory"),
        (cut_text, "texts"),
        (cut_token, "tokens"),
        (cut_source, "sources"),
        (forget_retry, "retried"),
    ],
)
async def test_one_change_is_named(
    site: Site, empty: Redis, change: Callable[[Site], Awaitable[None]], kind: str
) -> None:
    await judged_history(site)
    await change(site)

    verified = await verify(site, empty)

    assert kind in {difference.kind for difference in verified.differences}


async def test_who_has_gone_and_what_was_carried_over_is_judged_again_to_the_same(site: Site, empty: Redis) -> None:
    await write_some_history(site, weeks=1)
    time = BEGIN + 8 * DAY_MS
    for entry in (
        ActiveSet("anna", active=False, time=time),
        ActiveSet("bea", active=False, time=time),
        ActiveSet("bea", active=True, time=time),
        MembershipChanged("bea", "join", time),
        share("anna", time),
        share("bea", time),
    ):
        await site.append(entry, time)
    await site.append(OpeningBalance("bea", BEGIN - 90 * DAY_MS, 120, "old"), time, mark=b"m" * MARK_BYTES)
    await site.append(OpeningBalance("bea", BEGIN - 90 * DAY_MS, 120, "old"), time)
    await site.judge_all()

    assert (await verify(site, empty)).differences == ()


async def test_verifying_changes_nothing_that_is_judged(site: Site, empty: Redis) -> None:
    await judged_history(site)
    before = await site.everything()

    await verify(site, empty)

    assert await site.everything() == before


class BusyDoor(RawRows):
    """The rows of a store whose door goes on while they are read: after the memberships, something comes in."""

    def __init__(self, site: Site) -> None:
        super().__init__(read=site.read, keys=site.keys)
        self._site = site

    async def rows(self, name: str) -> dict[bytes, bytes]:
        rows = await super().rows(name)
        if name == "membership":
            await self._site.append(MemberSet("dora", MemberFacts(country="FI")))
            await self._site.append(MembershipChanged("dora", "join", BEGIN))
            await self._site.append(VisibilityChosen("anna", boards=False, wall=False, badges=False))
            await self._site.append(MemberErased("bea"))
        return rows


async def test_what_comes_in_while_rows_are_read_is_no_difference(site: Site) -> None:
    await judged_history(site)

    beside = await BesideTheLog(log=site.log, raw=BusyDoor(site)).check()

    assert beside.differences == ()
    assert (await site.directory.memberships(["bea"]))["bea"].erased


async def test_a_row_that_was_wrong_before_something_came_in_is_a_difference(site: Site) -> None:
    await judged_history(site)
    await hide_from_boards(site)
    await forget_membership(site)

    beside = await BesideTheLog(log=site.log, raw=RawRows(read=site.read, keys=site.keys)).check()

    assert [(each.kind, each.place) for each in beside.differences] == [("membership", "anna"), ("membership", "carl")]


async def test_rows_are_read_also_where_the_log_can_not_be(site: Site, empty: Redis) -> None:
    await judged_history(site)
    await change_rulebook(site)
    (first,) = await site.log.read(0, 1)
    await site.write.xdel(site.keys.log, f"{first.position}-{first.recorded}")

    verified = await verify(site, empty)

    assert {"replay", "log", "rulebook"} <= {difference.kind for difference in verified.differences}
