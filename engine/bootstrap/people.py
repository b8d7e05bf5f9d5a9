"""What works on the people of an organization: brings them in, keeps, shows and wipes what is held about them."""

from collections.abc import Callable

from engine.bootstrap.compiling import text_compiler
from engine.bootstrap.site import Site
from engine.run.erasing import Eraser
from engine.run.members import Members
from engine.run.newest import NewestRulebook
from engine.run.own_record import OwnRecords
from engine.run.recorder import Recorder
from engine.run.roster.balances import Balances
from engine.run.roster.importing import Importer, OnProgress
from engine.run.roster.nightly import Fetch, Nightly, Schedule
from engine.run.roster.working import Working
from engine.run.telling import Telling
from engine.run.waiting_room import WaitingRoom
from engine.run.webhooks.naming import NamingDeliveries
from engine.settings import Settings


def members(site: Site, secret: bytes) -> Members:
    """The directory's service, for whoever is no API."""
    recorder = Recorder(site.coalescer, secret)
    room = _room(site, secret)
    return Members(directory=site.directory, recorder=recorder, room=room, reader=site.reader, log=site.log)


def importer(site: Site, secret: bytes, on_progress: OnProgress) -> Importer:
    """Brings tables of people into the directory."""
    return Importer(
        directory=site.directory,
        log=site.log,
        reader=site.reader,
        room=_room(site, secret),
        waiting=site.waiting,
        secret=secret,
        on_progress=on_progress,
    )


def balances(site: Site, secret: bytes) -> Balances:
    """Carries balances over from before."""
    return Balances(directory=site.directory, log=site.log, reader=site.reader, plans=site.plans, secret=secret)


def nightly(site: Site, fetch: Fetch, settings: Settings, secret: bytes, now_ms: Callable[[], int]) -> Nightly:
    """What brings in the table of people once a night; it goes with the engine, too."""
    said = settings.directory
    return Nightly(
        fetch=fetch,
        schedule=Schedule(
            at_minutes=said.at_minutes,
            most_missing_percent=said.most_missing_percent,
            missing_have_gone=said.missing == "have gone",
        ),
        importer=importer(site, secret, lambda _step, _done, _whole: None),
        working=Working(directory=site.directory, log=site.log),
        imports=site.imports,
        entries=site.log,
        reader=site.reader,
        plans=site.plans,
        now_ms=now_ms,
    )


def eraser(site: Site, secret: bytes, on_progress: Callable[[int, int], None]) -> Eraser:
    """Wipes members who ask for it."""
    return Eraser(
        directory=site.directory,
        looks=site.looks,
        notices=site.notices,
        log=site.log,
        reader=site.reader,
        recorder=Recorder(site.coalescer, secret),
        waiting=site.waiting,
        naming=NamingDeliveries(site.deliveries, site.directory),
        secret=secret,
        on_progress=on_progress,
    )


def own_records(site: Site, on_progress: Callable[[int, int], None]) -> OwnRecords:
    """Writes down all that is held about a member."""
    return OwnRecords(
        directory=site.directory,
        looks=site.looks,
        notices=site.notices,
        log=site.log,
        reader=site.reader,
        plans=site.plans,
        telling=Telling(ledger=site.ledger, reader=site.reader, plans=site.plans, directory=site.directory),
        boards=site.board_rows(),
        waiting=site.waiting,
        naming=NamingDeliveries(site.deliveries, site.directory),
        on_progress=on_progress,
    )


def _room(site: Site, secret: bytes) -> WaitingRoom:
    return WaitingRoom(
        arrivals=site.arrivals,
        newest=NewestRulebook(site.rulebooks, text_compiler(site.rulebooks)),
        coalescer=site.coalescer,
        directory=site.directory,
        waiting=site.waiting,
        secret=secret,
    )
