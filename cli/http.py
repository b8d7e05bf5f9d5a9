"""The API's process: uvicorn, because its shutdown hooks run after SIGTERM even when a request does not finish."""

import asyncio
import os

import uvicorn
import uvloop

from api.app import create_app
from api.fast_lane import FastLane
from api.measured import Measured
from api.parts import Stored, join_parts
from cli.memory import settle
from cli.moment import now_ms, secret_of
from cli.one_write import OneWrite
from engine.bootstrap import mapping_compiler, site_at, text_compiler
from engine.run.measures import Measures
from engine.run.published import log_changes
from engine.run.webhooks.notes import Keeping
from engine.settings import Settings, read_metrics_token

LOOK_SECONDS = 1.0


def serve_http(url: str, settings: Settings, measures: Measures) -> None:
    """Serve until SIGTERM; requests that were begun are finished within the set seconds."""
    uvloop.run(_serve(url, settings, measures))


async def _serve(url: str, settings: Settings, measures: Measures) -> None:
    secret = secret_of(settings)
    async with site_at(url, settings) as site:
        await site.log.limit(settings.store.log_entries)
        parts = join_parts(
            Stored(
                log=site.log,
                coalescer=site.coalescer,
                reader=site.reader,
                plans=site.plans,
                directory=site.directory,
                boards=site.boards,
                ledger=site.ledger,
                rulebooks=site.rulebooks,
                waiting=site.waiting,
                arrivals=site.arrivals,
                looks=site.looks,
                links=site.links,
                imports=site.imports,
                deliveries=site.deliveries,
                wall_index=site.wall_index,
                vitals=site.vitals,
            ),
            measures=measures,
            metrics_token=read_metrics_token(os.environ),
            compile_text=text_compiler(site.rulebooks),
            compile_mappings=mapping_compiler(site.rulebooks),
            keeping=Keeping(
                unreadable_days=settings.webhooks.keep_unreadable_days, bodies_hours=settings.webhooks.keep_bodies_hours
            ),
            secret=secret,
            now_ms=now_ms,
        )
        await log_changes(site.rulebooks)
        await parts.newest.of((await parts.arrivals.of(())).versions)
        settle()
        server = uvicorn.Server(
            uvicorn.Config(
                Measured(FastLane(create_app(parts)), measures),
                host=settings.http.host,
                port=settings.http.port,
                http=OneWrite,
                access_log=False,
                proxy_headers=False,
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=settings.http.shutdown_seconds,
            )
        )
        sweeping = parts.sweep.start()
        counting = asyncio.create_task(_count_connections(server, measures))
        try:
            await server.serve()
        finally:
            counting.cancel()
            sweeping.shutdown(wait=False)
        await site.coalescer.close()


async def _count_connections(server: uvicorn.Server, measures: Measures) -> None:
    """Say how many are open, until this is cancelled: the server knows them, but tells nobody of each."""
    while True:
        measures.connected(len(server.server_state.connections))
        await asyncio.sleep(LOOK_SECONDS)
