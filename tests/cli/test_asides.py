"""`sulka aside` over a store in which an entry went aside."""

import asyncio
from pathlib import Path

from engine.bootstrap import site_at
from engine.core.entries import Act, MemberFacts, MemberSet, MembershipChanged, encode_entry
from engine.run.loop import Engine
from engine.settings import Settings
from engine.store.commit import Committer
from engine.store.embedded import EmbeddedServer
from engine.store.log import Append
from tests.terminal import sulka

NOON = 20_000 * 86_400_000


async def put_one_aside(url: str) -> None:
    """Three entries, of which the last can't be judged."""
    share = Act("content.shared", NOON, "hub", "anna", {"channel": "linkedin"})
    entries = (MemberSet("anna", MemberFacts()), MembershipChanged("anna", "join", NOON), share)
    async with site_at(url, Settings()) as site:
        await site.log.append(
            [Append(mark=None, digest=None, payload=encode_entry(entry), recorded=NOON) for entry in entries]
        )
        engine = Engine(
            keys=site.keys,
            entries=site.log,
            committer=Committer(write=site.write, keys=site.keys),
            reader=site.reader,
            plans=site.plans,
            asides={3: "KeyError"},
        )
        await engine.run(asyncio.Event(), until=3)


def test_an_operator_lists_what_went_aside_and_has_it_judged_again_once(tmp_path: Path) -> None:
    with EmbeddedServer.start(tmp_path / "server") as server:
        asyncio.run(put_one_aside(server.url))

        def run(*arguments: str) -> tuple[int, str]:
            done = sulka(tmp_path / "data", *arguments, SULKA_STORE_URL=server.url)
            return done.returncode, done.stdout + done.stderr

        listed = run("aside", "list")
        retried, again = run("aside", "retry", "3"), run("aside", "retry", "3")
        other = run("aside", "retry", "2")
        after = run("aside", "list")
        older = run("aside", "list", "--before", "3")

    assert (listed[0], retried[0], again[0], other[0]) == (0, 0, 0, 1)
    assert "KeyError" in listed[1]
    assert "content.shared" in listed[1]
    assert "1 not tried again" in listed[1]
    assert "anna" not in listed[1]
    assert "as entry 4" in retried[1]
    assert retried == again
    assert "No entry went aside at position 2" in other[1]
    assert "0 not tried again" in after[1]
    assert "None before that" in older[1]
