"""Work that is done every so many seconds. APScheduler only wakes it, in UTC; every job may run again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from engine.store.errors import StoreError

log = structlog.get_logger()

Look = Callable[[], Awaitable[object]]


def start_job(name: str, look: Look, every_seconds: int, *, at_once: bool = False) -> AsyncIOScheduler:
    """A running scheduler, whose first look is now or after these seconds; shut it down to stop."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    first = {"next_run_time": datetime.now(UTC)} if at_once else {}
    scheduler.add_job(
        partial(look_or_say, name, look),
        "interval",
        name=name,
        seconds=every_seconds,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        **first,
    )
    scheduler.start()
    return scheduler


async def look_at_each(name: str, looks: Iterable[tuple[str, Look]]) -> None:
    """The same look at several organizations, one after the other; what goes wrong in one is said, and ends there."""
    for organization, look in looks:
        try:
            await look_or_say(name, look)
        except Exception:
            log.exception("a bug in a job", job=name, of=organization)


async def look_or_say(name: str, look: Look) -> None:
    """Look; where the store is away, say so in a line, for the next look does what this one left.

    The end of the process cuts a look short, which is nothing to report either.
    """
    try:
        await look()
    except asyncio.CancelledError:
        return
    except StoreError as error:
        log.warning("a job has to wait for the store", job=name, kind=type(error).__name__)
