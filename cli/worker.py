"""One process under `sulka serve`: `python -m cli.worker engine|api|outbox STORE_URL`."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec
import structlog
import uvloop

from cli.fetching import fetch_of
from cli.logs import say_in_one_form
from cli.main import CONFIG, CONFIG_VARIABLE
from cli.memory import collect_nothing
from cli.moment import now_ms, secret_of
from engine.bootstrap import Sites, outbox, people, sites_at
from engine.run.jobs import Look, look_at_each, start_job
from engine.run.lanes import Lanes
from engine.run.measures import Measures, keep_in
from engine.run.organizations import own_secret
from engine.run.outbox.courier import TakenOver
from engine.run.published import log_changes
from engine.settings import LEAST_CACHED_STATES, Settings, read_mail_password, read_settings
from engine.store.errors import StoreError
from engine.store.keys import Keys
from engine.store.organizations import MAIN

DIRECTORY_TOKEN = "SULKA_DIRECTORY_TOKEN"  # noqa: S105 - the name of a variable

log = structlog.get_logger()

Job = Literal["ticker", "turner", "past", "nightly"]
JOBS: Final[tuple[Job, ...]] = get_args(Job)


class EngineRoom:
    """The engines of all organizations, and what looks now and then beside them, over shared connections."""

    def __init__(self, sites: Sites, settings: Settings, measures: Measures) -> None:
        self._sites, self._settings, self._measures = sites, settings, measures
        self._looks: dict[str, Mapping[Job, Look]] = {}

    async def work(self, organization: str, stop: asyncio.Event) -> None:
        """An engine for one organization, until it is to stop; the batch that was begun is committed."""
        site = self._sites.of(organization)

        async def wait(after: int) -> bool:
            return not stop.is_set() and await self._sites.news.wait(site.keys.log, after)

        await log_changes(site.rulebooks)
        shared = shared_among(self._settings, len(await self._sites.open_names()))
        looks: dict[Job, Look] = {
            "ticker": site.ticker(now_ms).look,
            "turner": site.turner(now_ms).look,
            "past": site.past(now_ms).look,
        }
        fetch = fetch_of(self._settings.directory, os.environ.get(DIRECTORY_TOKEN))
        if fetch is not None and organization == MAIN:  # the settings name one table
            looks["nightly"] = people.nightly(site, fetch, self._settings, secret_of(self._settings, MAIN), now_ms).look
        self._looks[organization] = looks
        try:
            await site.engine(shared, self._measures.committed, wait).run(stop)
        finally:
            del self._looks[organization]

    @property
    def working(self) -> frozenset[str]:
        """The organizations whose engines work now."""
        return frozenset(self._looks)

    def wake(self, organization: str) -> None:
        """The engine of this organization waits no longer for entries."""
        self._sites.news.wake(Keys(organization).log)

    async def look(self, job: Job) -> None:
        """Let the same job look at every organization."""
        await look_at_each(job, [(name, looks[job]) for name, looks in self._looks.items() if job in looks])


def shared_among(settings: Settings, organizations: int) -> Settings:
    """The settings of one of so many engines that share this process, and with it the memory for states."""
    share = max(LEAST_CACHED_STATES, settings.engine.cached_states // organizations)
    return msgspec.structs.replace(settings, engine=msgspec.structs.replace(settings.engine, cached_states=share))


async def work_engine(url: str, settings: Settings, measures: Measures) -> None:
    """Run an engine for each organization, with what looks beside it, until SIGTERM; what was begun is committed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with sites_at(url, settings) as sites:
        room = EngineRoom(sites, settings, measures)
        collect_nothing()
        seconds = settings.engine.tick_seconds
        schedulers = [start_job(job, partial(room.look, job), seconds) for job in JOBS]
        try:
            await Lanes(sites.open_names, room.work, on_stop=room.wake).run(stop)
        finally:
            for scheduler in schedulers:
                scheduler.shutdown(wait=False)
            await sites.news.close()


async def work_outbox(url: str, settings: Settings, measures: Measures) -> None:
    """Tell the receivers of each organization what goes on, until SIGTERM; requests under way get their answer."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    secret, mail_password = secret_of(settings, MAIN), read_mail_password(os.environ)
    async with sites_at(url, settings) as sites:

        async def send(organization: str, stop: asyncio.Event) -> None:
            courier = outbox.courier(
                sites.of(organization),
                settings,
                own_secret(secret, organization),
                now_ms,
                mail_password=mail_password,
                on_tried=measures.told,
                on_mail=measures.mailed,
            )
            await courier.run(stop)

        try:
            await Lanes(sites.open_names, send, gives_way=(TakenOver,)).run(stop)
        finally:
            await sites.news.close()


def main() -> None:
    """The process; its exit code tells the supervisor whether something went wrong."""
    name, url = sys.argv[1:]
    settings = read_settings(Path(os.environ.get(CONFIG_VARIABLE, CONFIG)), os.environ)
    say_in_one_form(settings, name)
    measures = keep_in(settings.measures_dir, name)
    try:
        if name == "engine":
            uvloop.run(work_engine(url, settings, measures))
        elif name == "outbox":
            uvloop.run(work_outbox(url, settings, measures))
        else:
            from cli.http import serve_http

            serve_http(url, settings, measures)
    except StoreError as error:
        log.error("the store can't be used", kind=type(error).__name__, why=str(error))  # noqa: TRY400 - says all
        sys.exit(1)
    except Exception:
        log.exception("a bug ends the process")
        sys.exit(1)


if __name__ == "__main__":
    main()
