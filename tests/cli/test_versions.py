"""What an operator is told after an upgrade beneath the rules."""

import asyncio
from pathlib import Path

from cli.moment import now_ms
from engine.bootstrap import site_at
from engine.rulebook.book import read_folder
from engine.rulebook.versions import versions_of
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from tests.journeys.serving import serving
from tests.terminal import REPOSITORY, sulka

BEFORE = {**versions_of(), "tzdata": "2019.3"}
TOLD = f"Version 1 of the rules was published with tzdata 2019.3, now {versions_of()['tzdata']}."


def publish_before(data: Path) -> None:
    """Put the shipped rules in force as if by an older tzdata."""

    async def publish(url: str) -> None:
        async with site_at(url, Settings()) as site:
            publisher = Publisher(site.log, site.rulebooks, versions=BEFORE)
            await publisher.publish(read_folder(REPOSITORY / "rules"), now=now_ms(), by="before")

    with EmbeddedServer.start(data / "store") as server:
        asyncio.run(publish(server.url))


def as_one_line(said: str) -> str:
    return " ".join(said.split())


def test_an_upgrade_is_told_until_the_rules_are_published_again(tmp_path: Path) -> None:
    publish_before(tmp_path)

    versions = sulka(tmp_path, "versions")
    verified = sulka(tmp_path, "verify")
    published = sulka(tmp_path, "publish")
    again = sulka(tmp_path, "versions")

    assert TOLD in as_one_line(versions.stdout), versions.stdout + versions.stderr
    assert TOLD in as_one_line(verified.stdout), verified.stdout + verified.stderr
    assert verified.returncode == 0
    assert "Version 2 is in force" in published.stdout
    assert "was published with" not in again.stdout
    assert len(again.stdout.strip().splitlines()) == 3


def test_a_service_goes_on_after_an_upgrade_and_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish_before(data)
    left_by_a_replay = data / "verify" / "appendonlydir" / "appendonly.aof.1.incr.aof"
    left_by_a_replay.parent.mkdir(parents=True)
    left_by_a_replay.write_text("all that was in the log")

    with serving(data) as service:
        member = service.last_line("members", "add", "Aada Esimerkki", "--trial")
        position = service.wait_until_judged()
        assert service.end() == 0

    said = as_one_line(service.printed.read_text())
    assert member
    assert position > 1
    assert TOLD in said
    assert said.count("rules go on with other versions") == 2
    assert "differs from what is in force" not in said
    assert [path.name for path in (data / "verify").iterdir()] == ["lock"]
