"""The door: events a second in batches and single posts a second, on disk when answered, while the engine works.

Load, API, engine and store share the machine's processors. The engine goes on judging what was posted before; when
the load is over it judges the rest, and `sulka verify` has to find nothing.
"""

import asyncio

import msgspec

from bench.http_load import request
from bench.service import events, make_known, post, service, store_of, stored_rows, xadd_floor

MEMBERS = 20_000
IN_A_BATCH, BATCHES, BATCH_CONNECTIONS = 500, 160, 4
SINGLES, SINGLE_CONNECTIONS = 20_000, 32
WARM_UP = 20


class DoorFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. `cpu` are processor seconds by process, of the load too; `floor` is raw XADDs a second."""

    events_per_second: float
    singles_per_second: float
    floor: float
    http_floor: float
    batch_p99_ms: float
    single_p99_ms: float
    batch_cpu: dict[str, float]
    single_cpu: dict[str, float]
    judged_meanwhile: float
    file_bytes_per_event: float
    rows_per_event: float
    events: int
    singles: int
    entries: int
    verified: str


async def measure_door() -> DoorFigures:
    """Fill a running service through its door, measure the floor on the same server, and verify."""
    with service() as running:
        async with store_of(running) as site:
            await make_known(site, MEMBERS)
            await running.judged()
            bodies = events(IN_A_BATCH * (BATCHES + WARM_UP), first_member=0, members=MEMBERS, name="batch")
            batches = [post(bodies[start : start + IN_A_BATCH]) for start in range(0, len(bodies), IN_A_BATCH)]
            await running.take(batches[:WARM_UP], BATCH_CONNECTIONS)
            before, judged = running.file_bytes(), await site.reader.judged()
            rows = await stored_rows(site.read, site.keys.prefix)
            batched, batch_cpu = await running.take(batches[WARM_UP:], BATCH_CONNECTIONS)
            judged_meanwhile = (await site.reader.judged() - judged) / batched.seconds
            singles = [post(each) for each in events(SINGLES, first_member=0, members=MEMBERS, name="single")]
            single, single_cpu = await running.take(singles, SINGLE_CONNECTIONS)
            entries = await running.judged()
            grown = running.file_bytes() - before
            new_rows = await stored_rows(site.read, site.keys.prefix) - rows
            http_floor, _ = await running.take([request("GET", "/health/live")] * SINGLES, SINGLE_CONNECTIONS)
            payloads = [
                logged.payload
                for start in range(entries - SINGLES, entries, IN_A_BATCH)
                for logged in await site.log.read(start, IN_A_BATCH)
            ]
            floor = await xadd_floor(site.write, payloads)
        return DoorFigures(
            events_per_second=batched.per_second * IN_A_BATCH,
            singles_per_second=single.per_second,
            floor=floor,
            http_floor=http_floor.per_second,
            batch_p99_ms=batched.p99_ms,
            single_p99_ms=single.p99_ms,
            batch_cpu=batch_cpu,
            single_cpu=single_cpu,
            judged_meanwhile=judged_meanwhile,
            file_bytes_per_event=grown / (BATCHES * IN_A_BATCH + SINGLES),
            rows_per_event=new_rows / (BATCHES * IN_A_BATCH + SINGLES),
            events=BATCHES * IN_A_BATCH,
            singles=SINGLES,
            entries=entries,
            verified=await asyncio.to_thread(running.verify),
        )
