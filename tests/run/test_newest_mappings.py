"""Messages of tools are read by the mappings of the newest publication, each compiled once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.bootstrap import Site, mapping_compiler, site_at
from engine.core.entries import HistoryOpened
from engine.rulebook.mistakes import RulebookRefused
from engine.run.newest_mappings import NewestMappings
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.sources.mapping.mapping import Mapping
from tests.run.site import BEGIN
from tests.run.story import BOOK, append
from tests.sources.mapping.chat import SHARED, SOURCE

MAPPED = SOURCE + SHARED


@pytest.fixture
async def site(server_url: str, organization: str) -> AsyncIterator[Site]:
    async with site_at(server_url, Settings(), organization) as site:
        await append(site, HistoryOpened(), BEGIN)
        yield site


async def publish(site: Site, **files: str) -> int:
    texts = {**BOOK, **{f"sources/{name}.toml": text for name, text in files.items()}}
    published = await Publisher(site.log, site.rulebooks).publish(texts, now=BEGIN, by="hr", said_recorded=True)
    return published.version.number


def newest(site: Site) -> NewestMappings:
    return NewestMappings(site.rulebooks, mapping_compiler(site.rulebooks))


async def test_before_the_first_publication_there_is_no_mapping(site: Site) -> None:
    assert await newest(site).get("chat") is None


async def test_a_change_of_a_mapping_alone_is_a_version_of_its_own_and_holds_from_then_on(site: Site) -> None:
    mappings = newest(site)
    first = await publish(site, chat=MAPPED)
    before = await mappings.get("chat")
    second = await publish(site, chat=MAPPED.replace("{user}", "{person}"))
    after = await mappings.get("chat")

    assert (first, second) == (1, 2)
    assert before is not None
    assert after is not None
    assert before.maps[0].subject != after.maps[0].subject
    assert await mappings.get("forum") is None


async def test_a_publication_is_compiled_once_however_many_ask(site: Site) -> None:
    await publish(site, chat=MAPPED)
    compiled: list[bytes] = []
    compile_published = mapping_compiler(site.rulebooks)

    async def counted(digest: bytes) -> dict[str, Mapping]:
        compiled.append(digest)
        return await compile_published(digest)

    mappings = NewestMappings(site.rulebooks, counted)
    found = await asyncio.gather(*(mappings.get("chat") for _ in range(5)))

    assert len(compiled) == 1
    assert {each.name for each in found if each is not None} == {"chat"}


async def test_a_mapping_with_a_mistake_or_a_failing_case_is_not_published(site: Site) -> None:
    case = '\n[[case]]\nsays = "S"\nbody = { user = "U1" }\nexpect.nothing = true\n'

    with pytest.raises(RulebookRefused, match=r"sources/chat.toml:\d+:\d+"):
        await publish(site, chat=MAPPED + 'if.a = ""\n')
    with pytest.raises(RulebookRefused, match='The case "S" gives'):
        await publish(site, chat=MAPPED + case)

    assert await site.rulebooks.newest() is None
