"""The door: events a second in batches and single posts a second, on disk when answered, while the engine works.

Load, API, engine and store share the machine's processors. The engine goes on judging what was posted before; when
the load is over it judges the rest, and `sulka verify` has to find nothing. The events are those of the crowd; thanks
are left out, since members and no sources say them.
"""

import asyncio
from datetime import UTC, datetime

from bench.crowd import Crowd, post_of
from bench.figures import Figure, cpu_in_words
from bench.http_load import request
from bench.service import Service, give_tokens, make_known, post, service, store_of, stored_rows, xadd_floor

MEMBERS = 20_000
IN_A_BATCH, BATCHES, BATCH_CONNECTIONS = 500, 160, 4
SINGLES, SINGLE_CONNECTIONS = 20_000, 32
WARM_UP = 20


async def measure_door() -> list[Figure]:
    """Fill a running service through its door, measure the floor on the same server, and verify."""
    with service() as running:
        async with store_of(running) as site:
            await give_tokens(site)
            await make_known(site, MEMBERS)
            await make_posts_known(running)
            await running.judged()
            crowd = Crowd(MEMBERS, name="door")
            bodies = crowd.events(IN_A_BATCH * (BATCHES + WARM_UP), datetime.now(UTC))
            batches = [post(bodies[start : start + IN_A_BATCH]) for start in range(0, len(bodies), IN_A_BATCH)]
            await running.take(batches[:WARM_UP], BATCH_CONNECTIONS)
            before, judged = running.file_bytes(), await site.reader.judged()
            rows = await stored_rows(site.read, site.keys.prefix)
            batched, batch_cpu = await running.take(batches[WARM_UP:], BATCH_CONNECTIONS)
            judged_meanwhile = (await site.reader.judged() - judged) / batched.seconds
            singles = [post(each) for each in crowd.events(SINGLES, datetime.now(UTC))]
            single, single_cpu = await running.take(singles, SINGLE_CONNECTIONS)
            entries = await running.judged()
            events = BATCHES * IN_A_BATCH + SINGLES
            file_bytes = (running.file_bytes() - before) / events
            new_rows = (await stored_rows(site.read, site.keys.prefix) - rows) / events
            empty, _ = await running.take([request("GET", "/health/live")] * SINGLES, SINGLE_CONNECTIONS)
            payloads = [
                logged.payload
                for start in range(entries - SINGLES, entries, IN_A_BATCH)
                for logged in await site.log.read(start, IN_A_BATCH)
            ]
            floor = await xadd_floor(site.write, payloads)
        verified = await asyncio.to_thread(running.verify)
    return [
        Figure(
            what=f"door, events/s in batches of {IN_A_BATCH} on {BATCH_CONNECTIONS} connections; p99 ms",
            reached=(batched.per_second * IN_A_BATCH, batched.p99_ms),
            shape="{:,.0f}; {:.0f}",
            floor=(floor,),
            floor_shape="{:,.0f} (raw XADD)",
            asked="15,000",
            note=cpu_in_words(batch_cpu, BATCHES * IN_A_BATCH),
        ),
        Figure(
            what=f"door, single posts/s on {SINGLE_CONNECTIONS} connections; p99 ms",
            reached=(single.per_second, single.p99_ms),
            shape="{:,.0f}; {:.0f}",
            floor=(empty.per_second,),
            floor_shape="{:,.0f} (empty answers)",
            asked="2,500",
            note=cpu_in_words(single_cpu, SINGLES),
        ),
        Figure(what="… judged during the batches, events/s", reached=(judged_meanwhile,)),
        Figure(
            what=f"… append-only file, bytes an event; rows an event; entries {entries:,}",
            reached=(file_bytes, new_rows),
            shape="{:,.0f}; {:.2f}",
            note=verified,
        ),
    ]


async def make_posts_known(running: Service) -> None:
    """The posts that people share."""
    now = datetime.now(UTC)
    posts = [body for day in range(-11, 1) if (body := post_of(day, now)) is not None]
    await running.take([post(body, path="/v1/content") for body in posts], 1)
