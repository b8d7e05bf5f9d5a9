"""One process under `sulka serve`: `python -m cli.worker engine|api STORE_URL`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import structlog
import uvloop

from cli.fetching import fetch_of
from cli.logs import say_in_one_form
from cli.main import CONFIG, CONFIG_VARIABLE
from cli.memory import collect_nothing
from cli.moment import now_ms, secret_of
from engine.bootstrap import site_at
from engine.run.measures import Measures, keep_in
from engine.run.published import log_changes
from engine.run.supervisor import MADE_WAY
from engine.settings import Settings, read_settings
from engine.store.errors import StaleEpoch, StalePosition, StoreError

DIRECTORY_TOKEN = "SULKA_DIRECTORY_TOKEN"  # noqa: S105 - the name of a variable

log = structlog.get_logger()


async def work_engine(url: str, settings: Settings, measures: Measures) -> None:
    """Run an engine and what goes with it until SIGTERM; the batch that was begun is committed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with site_at(url, settings) as site:
        await log_changes(site.rulebooks)
        collect_nothing()
        seconds = settings.engine.tick_seconds
        schedulers = [site.ticker(now_ms).start(seconds), site.turner(now_ms).start(seconds)]
        fetch = fetch_of(settings.directory, os.environ.get(DIRECTORY_TOKEN))
        if fetch is not None:
            schedulers.append(site.nightly(fetch, settings, secret_of(settings), now_ms).start(seconds))
        try:
            await site.engine(settings, measures.committed).run(stop)
        finally:
            for scheduler in schedulers:
                scheduler.shutdown(wait=False)


def main() -> None:
    """The process; its exit code tells the supervisor whether something went wrong."""
    name, url = sys.argv[1:]
    settings = read_settings(Path(os.environ.get(CONFIG_VARIABLE, CONFIG)), os.environ)
    say_in_one_form(settings, name)
    measures = keep_in(settings.measures_dir, name)
    try:
        if name == "engine":
            uvloop.run(work_engine(url, settings, measures))
        else:
            from cli.http import serve_http

            serve_http(url, settings, measures)
    except (StaleEpoch, StalePosition):
        log.info("another engine has taken over, as one of sulka verify does; this one begins again")
        sys.exit(MADE_WAY)
    except StoreError as error:
        log.error("the store can't be used", kind=type(error).__name__, why=str(error))  # noqa: TRY400 - says all
        sys.exit(1)
    except Exception:
        log.exception("a bug ends the process")
        sys.exit(1)


if __name__ == "__main__":
    main()
