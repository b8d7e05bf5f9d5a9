"""When what a command appends is recorded, and under which secret its digests are."""

import os
import time

import rich_click as click

from engine.bootstrap import Site
from engine.run.organizations import SECRET_BYTES, own_secret
from engine.run.outcomes import When
from engine.settings import Settings, read_secret
from engine.sources.times import parse_time


def now_ms() -> int:
    """The clock of this process, which appends."""
    return time.time_ns() // 1_000_000


async def moment(site: Site, recorded_at: str | None) -> When:
    """This machine's clock, or what --recorded-at says; while history is open it has to say it.

    A command that left it out would end history for good.
    """
    history = (await site.log.door()).history
    if recorded_at is None:
        if history:
            raise click.ClickException(
                "History is open, so whatever is entered says its own time, not before that of the last entry: "
                "add --recorded-at 2026-05-04T09:00:00+03:00. DELETE /v1/history ends history."
            )
        return When(now_ms())
    time = parse_time(recorded_at)
    if time is None:
        raise click.ClickException(f"--recorded-at is “{recorded_at[:60]}”; write it like 2026-05-04T09:00:00+03:00.")
    if not history:
        raise click.ClickException("History is not open, so the clock says when: leave --recorded-at out.")
    return When(time.utc_ms, said=True)


def secret_of(settings: Settings, organization: str | None = None) -> bytes:
    """The secret of an organization, as its digests take it; without a name, of the one that the command is about."""
    secret = read_secret(settings.data_dir, os.environ)[:SECRET_BYTES]
    return own_secret(secret, organization or settings.commands.organization)
