"""`sulka serve`: the store, the engine and the API under one supervisor."""

import socket
from collections.abc import Sequence

import rich_click as click
import structlog

from cli.logs import say_in_one_form
from cli.members_erase import unfinished
from cli.moment import now_ms
from cli.rulebooks import GOES_ON
from engine import native
from engine.bootstrap import Site, Store, clear_replay, site_at, store_server
from engine.rulebook.book import digest_of, read_folder
from engine.rulebook.unpublished import Change, changes
from engine.run.measures import fresh_folder
from engine.run.publish import Publisher
from engine.run.published import changed_since, published_texts
from engine.run.supervisor import Supervisor
from engine.settings import Settings
from engine.store.embedded import Loading, Progress
from engine.store.organizations import MAIN
from engine.store.rulebooks import Rulebooks

BY = "first start"
MOST_CHANGES_SHOWN = 10

log = structlog.get_logger()


async def serve_all(settings: Settings, *, history: bool = False) -> None:
    """Serve until SIGTERM or Ctrl-C; then requests are finished, the batch is committed, the store is stopped.

    With `history`, or while history is open, nothing is published by itself: it would end history.
    """
    say_in_one_form(settings, "serve")
    refuse_taken_port(settings)
    clear_replay(settings)
    for organization, member in unfinished(settings):
        about = "" if organization == MAIN else f" --organization {organization}"
        unfinished_one = f"Erasing {member} was begun and not finished: sulka members erase {member}{about}"
        log.warning(unfinished_one)
    with store_server(settings, _tell) as store:
        async with site_at(store.url, settings, MAIN) as site:
            if not await _history(site, asked=history):
                await _publish_first(settings, Publisher(site.log, site.rulebooks), site.rulebooks)
        _say(f"The core is {native.kind()}.")
        _say(f"Sulka listens on http://{settings.http.host}:{settings.http.port} (calls: /schema)")
        await supervisor(store, settings).run()
    _say("Sulka has ended.")


def refuse_taken_port(settings: Settings) -> None:
    """Say so now where another program listens: the API would start and end again and again.

    Raises:
        ClickException: Nothing was started.
    """
    host, port = settings.http.host, settings.http.port
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            text = f"Sulka can't listen on {host}:{port} ({error.strerror}). Name another port: SULKA_PORT={port + 1}"
            raise click.ClickException(text) from None


def supervisor(store: Store, settings: Settings) -> Supervisor:
    """The engine, the API and the outbox over this store; to be run in the main thread. They begin to count anew."""
    fresh_folder(settings.measures_dir)
    workers: dict[str, Sequence[str]] = {
        name: ("-m", "cli.worker", name, store.url) for name in ("engine", "api", "outbox")
    }
    return Supervisor(workers, store_alive=store.alive)


async def _history(site: Site, *, asked: bool) -> bool:
    """Whether to leave the log alone, because history is open or is to be opened."""
    door = await site.log.door()
    if door.history:
        _say("History is open: nothing is published and nothing ticks until DELETE /v1/history.")
        return True
    if asked and door.position:
        raise click.ClickException(
            f"The log holds {door.position:,} entries already, and history can be opened on an empty log only. "
            "Start without --history, or with an empty data folder (SULKA_DATA_DIR)."
        )
    if asked:
        _say(
            "Nothing is published by itself. Open history with POST /v1/history and Sulka-Recorded-At; "
            "every call that appends then says its own time. DELETE /v1/history ends it."
        )
    return asked


async def _publish_first(settings: Settings, publisher: Publisher, rulebooks: Rulebooks) -> None:
    """The rules of the folder are published by themselves the first time only."""
    texts = read_folder(settings.rules_dir)
    newest = await rulebooks.newest()
    if newest is None:
        await publisher.publish(texts, now=now_ms(), by=BY)
        _say(f"The rules in {settings.rules_dir} are in force.")
        return
    published = await published_texts(rulebooks, newest.digest)
    if newest.digest != digest_of(texts, published.versions):
        for line in unpublished(changes(published.texts, texts)):
            _say(line)
    changed = await changed_since(rulebooks, newest)
    if changed is not None:
        goes_on = f"{changed} {GOES_ON}"
        log.warning(goes_on)


def unpublished(found: Sequence[Change]) -> list[str]:
    """What to say of rule files that are not those in force."""
    if not found:
        return ["No rule is changed, but notes: sulka publish puts them beside the rules in force."]
    count = "1 change" if len(found) == 1 else f"{len(found)} changes"
    lines = [f"{count} not published: sulka check, then sulka publish."]
    lines += [f"    {change.render()}" for change in found[:MOST_CHANGES_SHOWN]]
    more = len(found) - MOST_CHANGES_SHOWN
    return [*lines, f"    … and {more} more"] if more > 0 else lines


def _tell(progress: Progress) -> None:
    match progress:
        case Loading():
            _say(f"The store reads its data: {progress.loaded_bytes} of {progress.total_bytes} bytes")
        case _:
            _say(f"The store is ending ({progress.waited_seconds:.0f} s)")


def _say(words: str) -> None:
    log.info(words)
