"""A rulebook is judged by as it was published, under its own digest, whatever was upgraded or changed since."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest

from engine.bootstrap import Site, site_at, text_compiler
from engine.core.chain import decode_journal
from engine.core.entries import HistoryOpened
from engine.core.journal import JournalEntry
from engine.core.lines.ledger import Posted
from engine.rulebook.versions import VersionChange, changes_since, versions_of
from engine.run.publish import Publisher
from engine.run.published import Changed, changed_since
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.raw import RawRows
from engine.store.rulebooks import PublishedTexts, RulebookDamaged, encode_published
from tests.run.site import BEGIN, DAY_MS
from tests.run.story import BOOK, append, join, share

BEFORE = {**versions_of(), "tzdata": "2019.3"}
"""As if tzdata had been upgraded since."""


@pytest.fixture
async def site(server_url: str, organization: str) -> AsyncIterator[Site]:
    async with site_at(server_url, Settings(), organization) as site:
        yield site


async def begin(site: Site, versions: dict[str, str] | None = None) -> bytes:
    """Anna has joined, and rules are in force that were published with these versions; their digest."""
    await append(site, HistoryOpened(), BEGIN)
    publisher = Publisher(site.log, site.rulebooks, versions=versions)
    published = await publisher.publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    await join(site, "anna", "red", BEGIN)
    return published.version.digest


async def judge_all(site: Site) -> None:
    await site.engine(Settings()).run(asyncio.Event(), until=(await site.log.door()).position)


async def journal_of(site: Site) -> list[JournalEntry]:
    raw = RawRows(read=site.read, keys=site.keys)
    return [decode_journal(entry) async for entry in raw.journal(await site.reader.judged())]


async def test_an_upgrade_leaves_the_rules_in_force_under_the_digest_that_was_published(
    site: Site, tmp_path: Path
) -> None:
    digest = await begin(site, BEFORE)
    await append(site, share("anna", BEGIN, 1), BEGIN)

    await judge_all(site)
    newest = (await journal_of(site))[-1]

    assert newest.rulebook == digest
    assert [line.amount for line in newest.lines if isinstance(line, Posted) and line.amount] != []
    assert (await site.plans.of(newest.rulebook)).rulebook.digest == digest
    assert (await text_compiler(site.rulebooks)(digest)).digest == digest
    with EmbeddedServer.start(tmp_path / "empty") as server:
        async with site_at(server.url, Settings(), site.keys.organization) as empty:
            verified = await site.verifier(empty, lambda _done, _whole: None).verify()
    assert verified.differences == ()


async def test_publishing_the_same_files_after_an_upgrade_is_a_version_of_its_own(site: Site) -> None:
    digest = await begin(site, BEFORE)
    first = await site.rulebooks.newest()
    assert first is not None
    changed = await changed_since(site.rulebooks, first)

    again = await Publisher(site.log, site.rulebooks).publish(BOOK, now=BEGIN + DAY_MS, by="hr", said_recorded=True)

    assert changed == Changed(first, (VersionChange("tzdata", "2019.3", versions_of()["tzdata"]),))
    assert (again.version.number, again.version.digest != digest) == (2, True)
    assert await changed_since(site.rulebooks, again.version) is None


async def test_a_pack_that_is_off_and_no_text_stops_no_publication(site: Site) -> None:
    await append(site, HistoryOpened(), BEGIN)
    files = {**BOOK, "off/broken.toml": "# \udcff"}

    published = await Publisher(site.log, site.rulebooks).publish(files, now=BEGIN, by="test", said_recorded=True)

    assert (await site.rulebooks.get(published.version.digest)).texts["off/broken.toml"] == "# \ufffd"
    assert (await text_compiler(site.rulebooks)(published.version.digest)).digest == published.version.digest


def test_what_has_gone_or_come_is_told_like_another_version() -> None:
    before = {name: version for name, version in versions_of().items() if name != "tzdata"} | {"dates": "1"}

    changes = changes_since(before)

    assert [str(change) for change in changes] == [
        "dates 1, now nothing",
        f"tzdata nothing, now {versions_of()['tzdata']}",
    ]


Change = Callable[[bytes], bytes]


def of_texts(change: Callable[[PublishedTexts], PublishedTexts]) -> Change:
    """Somebody who knows the form of the row changes what it says."""

    def changed(row: bytes) -> bytes:
        after = change(msgspec.msgpack.decode(row, type=PublishedTexts))
        return encode_published(after.texts, after.versions)

    return changed


def more_points(published: PublishedTexts) -> PublishedTexts:
    texts = {name: text.replace("points = 10", "points = 90") for name, text in published.texts.items()}
    return msgspec.structs.replace(published, texts=texts)


def other_versions(published: PublishedTexts) -> PublishedTexts:
    return msgspec.structs.replace(published, versions=BEFORE)


CHANGES: dict[str, Change] = {
    "points": of_texts(more_points),
    "versions": of_texts(other_versions),
    "points, by bytes": lambda row: row.replace(b"points = 10", b"points = 90"),
    "a bit": lambda row: row[:-1] + bytes((row[-1] ^ 1,)),
    "its end": lambda row: row[:-1],
    "no text any more": lambda row: row.replace(b"Often", b"Oft\xffn"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_nobody_is_paid_by_rules_that_were_changed_in_the_store(
    site: Site, server_url: str, change: Change
) -> None:
    digest = await begin(site)
    await judge_all(site)
    before = await site.reader.judged()
    row = cast("bytes", await site.read.hget(site.keys.rulebooks, digest.hex()))
    await site.write.hset(site.keys.rulebooks, digest.hex(), change(row))
    await append(site, share("anna", BEGIN, 1), BEGIN)

    async with site_at(server_url, Settings(), site.keys.organization) as again:
        with pytest.raises(RulebookDamaged, match=digest.hex()):
            await judge_all(again)
        with pytest.raises(RulebookDamaged, match=digest.hex()):
            await text_compiler(again.rulebooks)(digest)

    assert change(row) != row
    assert await site.reader.judged() == before
