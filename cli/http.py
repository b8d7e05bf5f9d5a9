"""The API's process: uvicorn, because its shutdown hooks run after SIGTERM even when a request does not finish."""

import asyncio
import os
import socket
from collections.abc import Callable

import uvicorn
import uvloop

from api.all_parts import AllParts
from api.app import create_app
from api.fast_lane import FastLane
from api.measured import Measured
from api.parts import Parts, join_parts
from cli.memory import settle
from cli.moment import now_ms, secret_of
from cli.one_write import OneWrite
from engine.bootstrap import Sites, mapping_compiler, outbox, sites_at, text_compiler
from engine.run.jobs import start_job
from engine.run.live.seats import Seats
from engine.run.measures import Measures
from engine.run.organizations import own_secret
from engine.run.published import log_changes
from engine.run.sweep import EVERY_SECONDS as SWEEP_SECONDS
from engine.run.webhooks.notes import Keeping
from engine.run.workshop import Workshop
from engine.settings import Settings, read_metrics_token
from engine.store.organizations import MAIN

LOOK_SECONDS = 1.0


class Server(uvicorn.Server):
    """uvicorn waits at its end for every answer: open streams, which have no end of their own, are ended first."""

    def __init__(self, seats: Seats, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._seats = seats

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then finish what else was begun."""
        self._seats.close()
        await super().shutdown(sockets)


def serve_http(url: str, settings: Settings, measures: Measures) -> None:
    """Serve until SIGTERM; requests that were begun are finished within the set seconds."""
    uvloop.run(_serve(url, settings, measures))


async def _serve(url: str, settings: Settings, measures: Measures) -> None:
    async with sites_at(url, settings) as sites:
        seats = Seats()
        build = builder(sites, settings, measures, seats)
        main = build(MAIN)
        all_parts = AllParts(main, sites.organizations, build, log_entries=settings.store.log_entries)
        await main.log.limit(settings.store.log_entries)
        await log_changes(main.rulebooks)
        await main.newest.of((await main.arrivals.of(())).versions)
        settle()
        server = Server(
            seats,
            uvicorn.Config(
                Measured(FastLane(create_app(all_parts)), measures),
                host=settings.http.host,
                port=settings.http.port,
                http=OneWrite,
                access_log=False,
                proxy_headers=False,
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=settings.http.shutdown_seconds,
            ),
        )
        sweeping = start_job("sweep", all_parts.sweep, SWEEP_SECONDS, at_once=True)
        counting = asyncio.create_task(_count_connections(server, measures, seats))
        try:
            await server.serve()
        finally:
            counting.cancel()
            sweeping.shutdown(wait=False)
        await all_parts.close()


def builder(sites: Sites, settings: Settings, measures: Measures, seats: Seats) -> Callable[[str], Parts]:
    """Builds the parts of an organization by its name. All share two threads for rules, and seats for streams."""
    secret, metrics_token = secret_of(settings, MAIN), read_metrics_token(os.environ)
    checking, compiling = Workshop(), Workshop()

    def build(organization: str) -> Parts:
        site = sites.of(organization)
        return join_parts(
            site,
            organization=organization,
            measures=measures,
            metrics_token=metrics_token,
            compile_text=text_compiler(site.rulebooks, compiling.beside()),
            carrier=outbox.carrier(site, settings, own_secret(secret, organization), now_ms),
            compile_mappings=mapping_compiler(site.rulebooks, compiling.beside()),
            workshop=checking.beside(),
            keeping=Keeping(
                unreadable_days=settings.webhooks.keep_unreadable_days, bodies_hours=settings.webhooks.keep_bodies_hours
            ),
            secret=own_secret(secret, organization),
            now_ms=now_ms,
            seats=seats,
        )

    return build


async def _count_connections(server: uvicorn.Server, measures: Measures, seats: Seats) -> None:
    """Say how many are open, until this is cancelled: the server knows them, but tells nobody of each."""
    while True:
        measures.connected(len(server.server_state.connections), seats.taken)
        await asyncio.sleep(LOOK_SECONDS)
