"""kill -9 of the API between any two steps of accepting: what is sent again after it is there once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from engine.bootstrap import Site
from engine.core.entries import HistoryOpened, MemberFacts, MemberSet, MembershipChanged, encode_entry
from engine.run.publish import Publisher
from engine.store.directory import MemberRecord, MembershipRow, TokenRecord, encode_record, token_digest
from engine.store.log import Append
from tests.journeys.serving import free_port
from tests.run.killing import (
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    Snapshot,
    Step,
    Victim,
    When,
    arrive_late,
    rows_of,
    script_step,
)
from tests.run.site import BEGIN
from tests.run.story import BOOK, append
from tests.run.test_killed import database, site

__all__ = ["database", "site"]

TOKEN = "token-of-the-hub"
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Sulka-Recorded-At": datetime.fromtimestamp(BEGIN / 1_000, UTC).isoformat(),
}
LAST_STEPS = 4
"""With all tests, the last requests; with those that take minutes, from the start on."""


def event(number: int) -> dict[str, Any]:
    data = {"channel": "linkedin", "own_words": True}
    time = datetime.fromtimestamp(BEGIN / 1_000 + number, UTC).isoformat()
    name = f"share-{number}"
    return {"id": name, "key": name, "type": "content.shared", "subject": "hr:1", "time": time, "data": data}


REQUESTS: tuple[tuple[str, Any], ...] = (
    ("/v1/events", [event(1), event(2), event(3)]),
    ("/v1/events", event(4)),
    ("/v1/events", [event(3), {**event(5), "subject": "hr:nobody-knows"}]),
    ("/v1/retractions", {"key": "share-2", "id": "back-2"}),
)


async def prepare(site: Site) -> None:
    """History is open, there are rules, a sender and a member who has joined."""
    await append(site, HistoryOpened(), BEGIN)
    await Publisher(site.log, site.rulebooks).publish(BOOK, now=BEGIN, by="test", said_recorded=True)
    await site.directory.put_token(token_digest(TOKEN), TokenRecord("source", "hub", BEGIN, None, "hub"))
    rows = site.directory.member_rows("member", MemberRecord("Aamu Malli", None, ("hr:1",)), None)
    joined = encode_record(MembershipRow(status="joined", joined_at=BEGIN))
    for entry, more in (
        (MemberSet("member", MemberFacts(country="FI")), {"rows": rows}),
        (MembershipChanged("member", "join", BEGIN), {"membership": ("member", joined)}),
    ):
        payload = encode_entry(entry)
        item = Append(mark=None, digest=None, payload=payload, recorded=BEGIN, said_recorded=True, **more)
        await site.log.append([item])


async def send_all(api: Victim, port: int) -> bool:
    """Send everything in order; False where the API died on the way."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as client:
        if not await is_ready(api, client):
            return False
        for path, body in REQUESTS:
            try:
                answer = await client.post(path, json=body, headers=HEADERS)
            except httpx.TransportError:
                return False
            assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return True


async def is_ready(api: Victim, client: httpx.AsyncClient) -> bool:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while api.lives:
            try:
                return (await client.get("/health/live")).is_success
            except httpx.TransportError:
                await asyncio.sleep(LOOK_SECONDS)
    return False


async def kill_at_each(site: Site, database: str, data: Path, *, first: int) -> Counter[str]:
    """Kill an API at each step from this one on; let another be asked the same, and compare."""
    await prepare(site)
    begin = await Snapshot.of(site.write)
    steps: list[Step] = []
    for _ in range(2):  # the server knows the scripts from the second time on
        await begin.restore(site.write)
        async with Victim(database).api(data, port := free_port()) as api:
            assert await send_all(api, port)
            steps = list(api.seen)
    expected = await rows_of(site.read)
    killed_at: Counter[str] = Counter()
    for at, when in ((at, when) for at in steps[first:] for when in get_args(When)):
        await begin.restore(site.write)
        async with Victim(database, at=at, when=when).api(data, port := free_port()) as api:
            if not await send_all(api, port):
                killed_at[at.command.split()[0]] += 1
        async with Victim(database).api(data, port := free_port()) as api:
            assert await send_all(api, port)
        assert await rows_of(site.read) == expected, (at, when)
    return killed_at


async def what_a_late_append_changes(site: Site, database: str, data: Path, *, guards: str) -> bool:
    """An API is killed while its append is on the way; another one is asked the same; then that append gets there."""
    await prepare(site)
    begin = await Snapshot.of(site.write)
    async with Victim(database).api(data, port := free_port()) as api:
        assert await send_all(api, port)
    await begin.restore(site.write)
    async with Victim(database, at=script_step("append")).api(data, port := free_port()) as killed:
        assert not await send_all(killed, port)
    async with Victim(database).api(data, port := free_port()) as api:
        assert await send_all(api, port)
    expected = await rows_of(site.read)
    await arrive_late(site.write, killed.held, guards, "append")
    return await rows_of(site.read) != expected


async def test_what_a_killed_api_had_sent_and_arrives_after_it_was_sent_again_changes_nothing(
    site: Site, database: str, tmp_path: Path
) -> None:
    assert not await what_a_late_append_changes(site, database, tmp_path, guards="")


async def test_without_marks_of_duplicates_it_would_be_there_twice(site: Site, database: str, tmp_path: Path) -> None:
    assert await what_a_late_append_changes(site, database, tmp_path, guards="duplicates")


async def test_what_an_api_was_asked_when_it_was_killed_is_there_once_after_it_was_sent_again(
    site: Site, database: str, tmp_path: Path
) -> None:
    killed_at = await kill_at_each(site, database, tmp_path, first=-LAST_STEPS)

    assert killed_at.total() >= LAST_STEPS
    assert killed_at["EVALSHA"] >= 2


@pytest.mark.soak
async def test_an_api_may_be_killed_at_any_step(site: Site, database: str, tmp_path: Path) -> None:
    killed_at = await kill_at_each(site, database, tmp_path, first=0)

    assert killed_at["EVALSHA"] >= 2 * len(REQUESTS)
