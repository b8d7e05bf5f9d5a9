"""The engine: durable commits of at most 100 events for 20,000 members, beside the floor on the same server.

The floor is raw XADD of the same bytes by one client on one connection, in pipelines of 100, with the same
`appendfsync always`. The shipped packs are unchanged and all in force.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from engine.bootstrap import Site, site_at
from engine.core.entries import (
    Act,
    AnyEntry,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    VisibilityChosen,
    encode_entry,
)
from engine.core.rulebook import Value
from engine.rulebook.book import read_folder
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.log import Append

DAY_MS = 86_400_000
BEGIN = 1_767_607_200_000
APPEND_AT_ONCE = 500
PIPELINE = 100
COUNTRIES = ("FI", "SE", "EE", "DE")


class EngineFigures(msgspec.Struct, frozen=True):
    """What was measured, in events per second and bytes."""

    engine: float
    floor: float
    members: int
    events: int
    state_bytes: float
    log_bytes: float
    journal_bytes: float


def all_packs() -> dict[str, str]:
    """The shipped files with every pack in force."""
    texts = read_folder(Path("rules"))
    packs = sorted({path.split("/")[0] if path.startswith("starter") else path.removesuffix(".toml") for path in texts})
    named = ", ".join(f'"{pack}"' for pack in packs if pack != "organization")
    texts["organization.toml"] = texts["organization.toml"].replace('packs = ["starter"]', f"packs = [{named}]")
    return texts


def some_acts(members: int, events: int) -> list[Act]:
    """Acts over four weeks, most of them shares and clicks, as programmes see them."""
    chance = random.Random(7)
    acts: list[Act] = []
    for number in range(events):
        at = BEGIN + number * 28 * DAY_MS // events
        member = f"m{chance.randrange(members):011}"
        type_ = "content.shared" if chance.random() < 0.7 else "planning.joined"
        data: dict[str, Value] = {"topics": []}
        if type_ == "content.shared":
            data |= {
                "channel": chance.choice(["linkedin", "x", "bluesky", "blog"]),
                "own_words": chance.random() < 0.6,
                "labelled": False,
                "content": f"post-{chance.randrange(400)}",
            }
        acts.append(Act(type_, at, "bench", member, data, None))
    return acts


async def measure(members: int, events: int) -> EngineFigures:
    """Fill a log, judge it, and measure the floor on the same server."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer.start(Path(folder) / "store") as server:
        settings = Settings()
        async with site_at(server.url, settings) as site:
            await Publisher(site.log, site.rulebooks).publish(all_packs(), now=BEGIN, by="bench")
            await _append_all(site, _people(members), BEGIN)
            prepared = (await site.log.door()).position
            await site.engine(settings).run(asyncio.Event(), until=prepared)
            acts = some_acts(members, events)
            for start in range(0, events, APPEND_AT_ONCE):
                part = acts[start : start + APPEND_AT_ONCE]
                await site.log.append([_append(act, act.time) for act in part])
            began = time.perf_counter()
            last = await site.engine(settings).run(asyncio.Event(), until=prepared + events)
            took = time.perf_counter() - began
            assert last == prepared + events
            floor = await _floor(site.write, [encode_entry(act) for act in acts])
            return EngineFigures(
                engine=events / took,
                floor=floor,
                members=members,
                events=events,
                state_bytes=await _bytes(site, site.keys.states) / members,
                log_bytes=await _bytes(site, site.keys.log) / (prepared + events),
                journal_bytes=(await _bytes(site, site.keys.journal) + await _bytes(site, site.keys.index))
                / (prepared + events),
            )


def _people(members: int) -> list[AnyEntry]:
    entries: list[AnyEntry] = []
    for number in range(members):
        member = f"m{number:011}"
        facts = MemberFacts(country=COUNTRIES[number % 4], team=f"team-{number % 400}", department=f"d-{number % 40}")
        entries.append(MemberSet(member, facts))
        entries.append(MembershipChanged(member, "join", BEGIN))
        entries.append(VisibilityChosen(member, boards=True, wall=True, badges=True))
    return entries


async def _append_all(site: Site, entries: list[AnyEntry], recorded: int) -> None:
    for start in range(0, len(entries), APPEND_AT_ONCE):
        await site.log.append([_append(entry, recorded) for entry in entries[start : start + APPEND_AT_ONCE]])


def _append(entry: AnyEntry, recorded: int) -> Append:
    return Append(mark=None, digest=None, payload=encode_entry(entry), recorded=recorded)


async def _floor(client: Redis, payloads: list[bytes]) -> float:
    began = time.perf_counter()
    for start in range(0, len(payloads), PIPELINE):
        pipeline = client.pipeline(transaction=False)
        for payload in payloads[start : start + PIPELINE]:
            pipeline.execute_command("XADD", "{floor}:log", "*", "e", payload)
        await pipeline.execute()
    return len(payloads) / (time.perf_counter() - began)


async def _bytes(site: Site, key: str) -> int:
    found = await site.read.memory_usage(key, samples=1_000)
    return int(found or 0)
