"""The API's process: uvicorn, because its shutdown hooks run after SIGTERM even when a request does not finish."""

import asyncio
import os

import uvicorn

from api.app import create_app
from api.parts import join_parts
from cli.one_write import OneWrite
from cli.rulebooks import now_ms
from engine.bootstrap import site_at, text_compiler
from engine.settings import Settings, read_secret

SECRET_BYTES = 64
"""What the digests take of the installation's secret."""


def serve_http(url: str, settings: Settings) -> None:
    """Serve until SIGTERM; requests that were begun are finished within the set seconds."""
    asyncio.run(_serve(url, settings))


async def _serve(url: str, settings: Settings) -> None:
    secret = read_secret(settings.data_dir, os.environ)[:SECRET_BYTES]
    async with site_at(url, settings) as site:
        await site.log.limit(settings.store.log_entries)
        parts = join_parts(
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
            compile_text=text_compiler(site.rulebooks),
            secret=secret,
            now_ms=now_ms,
        )
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(parts),
                host=settings.http.host,
                port=settings.http.port,
                loop="uvloop",
                http=OneWrite,
                access_log=False,
                log_level="warning",
                timeout_graceful_shutdown=settings.http.shutdown_seconds,
            )
        )
        sweeping = parts.sweep.start()
        try:
            await server.serve()
        finally:
            sweeping.shutdown(wait=False)
        await site.coalescer.close()
