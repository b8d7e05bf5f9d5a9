"""The engine: durable commits of at most 100 events for 20,000 members, beside the floor on the same server.

A running `sulka serve` is filled through HTTP while its engine works: a week of the crowd in history mode. What its
door has written is then copied into an empty store, and judged there once more by one engine process alone: that is
the figure. It ends with the same journal, chained by hash, as the first engine wrote; then `sulka verify` compares
every row of the service. The shipped packs are unchanged and all in force.

The floor is raw XADD of the same bytes by one client on one connection, in pipelines of 100, with the same
`appendfsync always`, on the server on which the engine was measured.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec

from bench.crowd import DAY, Crowd, as_act, beginning_of, milliseconds, moment
from bench.figures import Figure, cpu_in_words
from bench.filling import Filled, fill
from bench.processes import cpu_seconds, process
from bench.service import all_packs, service, store_of, xadd_floor
from engine.bootstrap import Site, site_at
from engine.core.entries import Act, AnyEntry, Logged
from engine.settings import Settings
from engine.store.ask import ask
from engine.store.embedded import EmbeddedServer
from engine.store.log import Append

__all__ = ["BEGIN", "all_packs", "measure_engine", "some_acts"]

MEMBERS, EVENTS, DAYS = 20_000, 60_000, 8
FIRST_DAY = datetime(2026, 1, 7, tzinfo=UTC)
"""A Wednesday: a week closes on the way."""

BEGIN = milliseconds(FIRST_DAY)
WEEKS_OF_ACTS = 4
COPY_ENTRIES = 1_000
LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 300.0
FLOOR_ENTRIES = 30_000


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine judged again, alone, and the floor on the same server."""

    per_second: float
    events: int
    cpu_seconds: float
    floor: float


async def measure_engine() -> list[Figure]:
    """Fill through the door, judge again, verify."""
    with service(history=True) as running:
        crowd = Crowd(MEMBERS, name="engine")
        filled = await fill(running, crowd, events=EVENTS, begin=FIRST_DAY, days=DAYS, texts=all_packs())
        async with store_of(running) as site:
            judged = await _judge_again(site, filled)
        verified = await asyncio.to_thread(running.verify)
    return _figures(filled, judged, verified)


async def _judge_again(filled: Site, fill: Filled) -> Judged:
    """The log of a filled store by one engine process, in a store of its own."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer.start(Path(folder) / "store") as server:
        async with site_at(server.url, settings) as site:
            for key in (site.keys.rulebooks, site.keys.versions):
                await ask(site.write, "RESTORE", key, 0, cast("bytes", await ask(filled.read, "DUMP", key)))
            await _copy(filled, site, 0, fill.before)
            await site.engine(settings).run(asyncio.Event(), until=fill.before)
            payloads = await _copy(filled, site, fill.before, fill.entries)
            environment = {"SULKA_DATA_DIR": folder}
            async with process(("-m", "cli.worker", "engine", server.url), environment) as engine:
                per_second, cpu = await _watch(site, engine, fill.before, fill.entries)
            assert await _tail(site, fill.entries) == await _tail(filled, fill.entries), "judged otherwise than before"
            return Judged(
                per_second=per_second,
                events=fill.entries - fill.before,
                cpu_seconds=cpu,
                floor=await xadd_floor(site.write, payloads[:FLOOR_ENTRIES]),
            )


async def _copy(filled: Site, site: Site, after: int, until: int) -> list[bytes]:
    payloads: list[bytes] = []
    while after < until:
        entries = await filled.log.read(after, min(COPY_ENTRIES, until - after))
        await site.log.append([_again(logged) for logged in entries])
        payloads.extend(logged.payload for logged in entries)
        after += len(entries)
    return payloads


def _again(logged: Logged) -> Append:
    return Append(mark=None, digest=None, payload=logged.payload, recorded=logged.recorded)


async def _watch(site: Site, engine: int, before: int, entries: int) -> tuple[float, float]:
    """Entries a second from the engine's first commit on, and the seconds of a processor that one of them took."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        first = await _judged(site, before + 1)
        began, cpu = time.perf_counter(), cpu_seconds(engine)
        await _judged(site, entries)
        took = time.perf_counter() - began
        return (entries - first) / took, (cpu_seconds(engine) - cpu) / (entries - first)


async def _judged(site: Site, at_least: int) -> int:
    """Wait until the engine has come so far; how far it is then."""
    while (judged := await site.reader.judged()) < at_least:  # noqa: ASYNC110 - another process judges
        await asyncio.sleep(LOOK_SECONDS)
    return judged


async def _tail(site: Site, position: int) -> bytes:
    """The journal entry there, which names the hash of all before it."""
    return [encoded async for encoded in site.side().raw.journal(position)][position - 1]


def _figures(filled: Filled, judged: Judged, verified: str) -> list[Figure]:
    return [
        Figure(
            what=f"engine alone, events/s ({judged.events:,} events of {MEMBERS:,} members, all packs)",
            reached=(judged.per_second,),
            floor=(judged.floor,),
            floor_shape="{:,.0f} (raw XADD)",
            asked="12,000; 0.25",
            note=f"CPU {judged.cpu_seconds * 1e6:.0f} µs an event",
        ),
        Figure(
            what="… filled through HTTP while it worked, events/s, a twentieth of them thanks one by one",
            reached=(filled.per_second,),
            note=cpu_in_words(filled.cpu, filled.events),
        ),
        Figure(
            what="… judged meanwhile, events/s",
            reached=(filled.judged_meanwhile / filled.seconds,),
        ),
        Figure(
            what="… append-only file, bytes an event; rows an event",
            reached=(filled.file_bytes / filled.events, filled.rows / filled.events),
            shape="{:,.0f}; {:.2f}",
            note=verified,
        ),
    ]


def some_acts(members: int, events: int) -> list[Act]:
    """Acts over four weeks as the door would write them, in the proportions of the crowd; the thanks are left out."""
    crowd = Crowd(members, name="some")
    acts: list[Act] = []
    for number in range(events):
        at = BEGIN + number * WEEKS_OF_ACTS * 7 * milliseconds_of_a_day() // events
        day = (at - BEGIN) // milliseconds_of_a_day()
        acts.extend(as_act(event, "bench") for event in crowd.events(1, moment(at), day))
    return acts


def milliseconds_of_a_day() -> int:
    """As entries count."""
    return int(DAY.total_seconds() * 1_000)


def _people(members: int) -> list[AnyEntry]:
    """So many members known, most of them joined and shown; for scripts that profile the engine."""
    return [entry for number in range(members) for entry in beginning_of(number, members, BEGIN)]
