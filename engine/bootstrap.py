"""Where the parts are built and joined; the only place that picks a store."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from urllib.parse import quote

import msgspec
from redis.asyncio import Redis

from engine.core.rulebook import Rulebook
from engine.rulebook.book import check, compile_mappings, compile_rulebook, namings
from engine.run.erasing import Eraser
from engine.run.following import Following
from engine.run.loop import Engine, tell_no_one
from engine.run.members import Members
from engine.run.newest import CompileText, NewestRulebook
from engine.run.newest_mappings import CompileMappings
from engine.run.outbox.courier import Courier, OnTried
from engine.run.outbox.digest import Addresses
from engine.run.outbox.digests import Digests, OnMail, Postman
from engine.run.outbox.messages import Messages
from engine.run.outbox.post import Poster
from engine.run.outbox.results import JITTER_PERCENT
from engine.run.outbox.sending import Carrier
from engine.run.own_record import OwnRecords
from engine.run.past import PastCounter
from engine.run.plans import Compile, Plans
from engine.run.published import published_texts
from engine.run.recorder import Recorder
from engine.run.roster.balances import Balances
from engine.run.roster.importing import Importer, OnProgress
from engine.run.roster.nightly import Fetch, Nightly, Schedule
from engine.run.roster.working import Working
from engine.run.sealing import Seal
from engine.run.settling import settle
from engine.run.telling import Telling
from engine.run.ticker import Ticker
from engine.run.turner import Turner
from engine.run.verify import Side, Verifier
from engine.run.waiting_room import WaitingRoom
from engine.run.wall import Wall
from engine.run.webhooks.naming import NamingDeliveries
from engine.run.workshop import Workshop
from engine.settings import Settings
from engine.sources.mapping.mapping import Mapping as SourceMapping
from engine.store.arrivals import Arrivals
from engine.store.board_rows import BoardRows
from engine.store.boards import Boards
from engine.store.coalesce import Coalescer
from engine.store.commit import Committer
from engine.store.connect import read_client, write_client
from engine.store.deliveries import Deliveries
from engine.store.directory import Directory
from engine.store.embedded import EmbeddedServer, Progress, tell_nobody
from engine.store.errors import FolderInUse
from engine.store.examine import examine
from engine.store.folder import clear_folder, socket_of
from engine.store.imports import Imports
from engine.store.keys import Keys
from engine.store.ledger import Ledger
from engine.store.links import Links
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.news import News
from engine.store.notices import Notices
from engine.store.organizations import MAIN, Organizations
from engine.store.outbox import OutboxStore
from engine.store.pages import PageWriter
from engine.store.raw import RawRows
from engine.store.rewrite import Rewriting, forget_slow_commands, rewrite_file
from engine.store.rulebooks import Rulebooks
from engine.store.search import StoreSearch
from engine.store.states import StateReader
from engine.store.vitals import VitalsReader
from engine.store.waiting import Waiting
from engine.store.wall import WallIndex

EMBEDDED = "embedded"
REPLAY_FOLDER = "verify"
"""Below the data folder: what proves that somebody is erased looks there, too."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of one organization over one store, joined."""

    keys: Keys
    write: Redis
    read: Redis
    log: Log
    coalescer: Coalescer
    reader: StateReader
    plans: Plans
    directory: Directory
    boards: Boards
    ledger: Ledger
    rulebooks: Rulebooks
    waiting: Waiting
    arrivals: Arrivals
    looks: Looks
    links: Links
    imports: Imports
    deliveries: Deliveries
    wall_index: WallIndex
    outbox: OutboxStore
    notices: Notices
    vitals: VitalsReader
    pages: PageWriter

    def engine(
        self,
        settings: Settings,
        on_commit: Callable[[int, float], None] = tell_no_one,
        wait: Callable[[int], Awaitable[bool]] | None = None,
    ) -> Engine:
        """An engine for this organization; run one. See `engine.run.loop.Engine` for `on_commit` and `wait`."""
        return Engine(
            keys=self.keys,
            entries=self.log,
            committer=Committer(write=self.write, keys=self.keys),
            reader=self.reader,
            plans=self.plans,
            batch_entries=settings.engine.batch_entries,
            commit_milliseconds=settings.engine.commit_milliseconds,
            cached_states=settings.engine.cached_states,
            after_close=self.pages.finish_all,
            on_commit=on_commit,
            wait=wait,
            on_owed=Following(self.log).settle,
        )

    def ticker(self, now_ms: Callable[[], int]) -> Ticker:
        """The ticker that goes with the engine."""
        return Ticker(entries=self.log, reader=self.reader, plans=self.plans, waiting=self.waiting, now_ms=now_ms)

    def courier(
        self,
        settings: Settings,
        secret: bytes,
        now_ms: Callable[[], int],
        *,
        mail_password: str | None,
        on_tried: OnTried,
        on_mail: OnMail,
    ) -> Courier:
        """What sends to subscriptions, and mails to members; run one, in a process of its own."""
        wall = Wall(
            index=self.wall_index,
            ledger=self.ledger,
            reader=self.reader,
            directory=self.directory,
            plans=self.plans,
        )
        return Courier(
            outbox=self.outbox,
            messages=Messages(
                log=self.log,
                reader=self.reader,
                ledger=self.ledger,
                plans=self.plans,
                directory=self.directory,
                wall=wall,
                outbox=self.outbox,
            ),
            carrier=self.carrier(settings, secret, now_ms),
            now_ms=now_ms,
            jitter=lambda: secrets.randbelow(2 * JITTER_PERCENT + 1) - JITTER_PERCENT,
            on_tried=on_tried,
            digests=self.digests(settings, mail_password, now_ms, on_mail) if settings.mail.host else None,
        )

    def digests(self, settings: Settings, password: str | None, now_ms: Callable[[], int], on_mail: OnMail) -> Digests:
        """What writes to members who ask for it."""
        mail = settings.mail
        return Digests(
            notices=self.notices,
            outbox=self.outbox,
            directory=self.directory,
            reader=self.reader,
            plans=self.plans,
            telling=Telling(ledger=self.ledger, reader=self.reader, plans=self.plans, directory=self.directory),
            postman=Postman(mail, password),
            addresses=Addresses(sender=mail.sender, link=mail.link, stop=mail.stop),
            now_ms=now_ms,
            on_mail=on_mail,
        )

    def carrier(self, settings: Settings, secret: bytes, now_ms: Callable[[], int]) -> Carrier:
        """What opens, signs and posts one message."""
        return Carrier(
            organization=self.keys.organization,
            seal=Seal(secret),
            poster=Poster(),
            allowed=settings.outbox.allow,
            now_ms=now_ms,
        )

    def turner(self, now_ms: Callable[[], int]) -> Turner:
        """What appends the days that bring members something; it goes with the engine, too."""
        return Turner(entries=self.log, reader=self.reader, plans=self.plans, directory=self.directory, now_ms=now_ms)

    def past(self, now_ms: Callable[[], int]) -> PastCounter:
        """What counts what happened before a word of the rulebook was new; it goes with the engine as well."""
        return PastCounter(
            entries=self.log, reader=self.reader, plans=self.plans, directory=self.directory, now_ms=now_ms
        )

    def members(self, secret: bytes) -> Members:
        """The directory's service, for whoever is no API."""
        recorder = Recorder(self.coalescer, secret)
        room = self._room(secret)
        return Members(directory=self.directory, recorder=recorder, room=room, reader=self.reader, log=self.log)

    def importer(self, secret: bytes, on_progress: OnProgress) -> Importer:
        """Brings tables of people into the directory."""
        return Importer(
            directory=self.directory,
            log=self.log,
            reader=self.reader,
            room=self._room(secret),
            waiting=self.waiting,
            secret=secret,
            on_progress=on_progress,
        )

    def balances(self, secret: bytes) -> Balances:
        """Carries balances over from before."""
        return Balances(directory=self.directory, log=self.log, reader=self.reader, plans=self.plans, secret=secret)

    def nightly(self, fetch: Fetch, settings: Settings, secret: bytes, now_ms: Callable[[], int]) -> Nightly:
        """What brings in the table of people once a night; it goes with the engine, too."""
        said = settings.directory
        return Nightly(
            fetch=fetch,
            schedule=Schedule(
                at_minutes=said.at_minutes,
                most_missing_percent=said.most_missing_percent,
                missing_have_gone=said.missing == "have gone",
            ),
            importer=self.importer(secret, lambda _step, _done, _whole: None),
            working=Working(directory=self.directory, log=self.log),
            imports=self.imports,
            entries=self.log,
            reader=self.reader,
            plans=self.plans,
            now_ms=now_ms,
        )

    def eraser(self, secret: bytes, on_progress: Callable[[int, int], None]) -> Eraser:
        """Wipes members who ask for it."""
        return Eraser(
            directory=self.directory,
            looks=self.looks,
            notices=self.notices,
            log=self.log,
            reader=self.reader,
            recorder=Recorder(self.coalescer, secret),
            waiting=self.waiting,
            naming=NamingDeliveries(self.deliveries, self.directory),
            secret=secret,
            on_progress=on_progress,
        )

    def own_records(self, on_progress: Callable[[int, int], None]) -> OwnRecords:
        """Writes down all that is held about a member."""
        return OwnRecords(
            directory=self.directory,
            looks=self.looks,
            notices=self.notices,
            log=self.log,
            reader=self.reader,
            plans=self.plans,
            telling=Telling(ledger=self.ledger, reader=self.reader, plans=self.plans, directory=self.directory),
            boards=self.board_rows(),
            waiting=self.waiting,
            naming=NamingDeliveries(self.deliveries, self.directory),
            on_progress=on_progress,
        )

    def board_rows(self) -> BoardRows:
        """Every row of a member on any board."""
        return BoardRows(read=self.read, keys=self.keys)

    def search(self) -> StoreSearch:
        """Looks for bytes in every row."""
        return StoreSearch(read=self.read, keys=self.keys)

    async def rewrite(self, on_progress: Callable[[Rewriting], None]) -> None:
        """Have the server write its append-only file anew; see `engine.store.rewrite`."""
        await rewrite_file(self.write, on_progress)
        await forget_slow_commands(self.write)

    async def settle(self, settings: Settings) -> int:
        """Return when all that is in the log is judged; see `engine.run.settling`."""
        return await settle(self.log, self.reader, lambda: self.engine(settings))

    def _room(self, secret: bytes) -> WaitingRoom:
        return WaitingRoom(
            arrivals=self.arrivals,
            newest=NewestRulebook(self.rulebooks, text_compiler(self.rulebooks)),
            coalescer=self.coalescer,
            directory=self.directory,
            waiting=self.waiting,
            secret=secret,
        )

    def side(self) -> Side:
        """This store as verifying needs it."""
        return Side(
            log=self.log,
            reader=self.reader,
            committer=Committer(write=self.write, keys=self.keys),
            pages=self.pages,
            raw=RawRows(read=self.read, keys=self.keys),
            ledger=self.ledger,
        )

    def verifier(self, empty: "Site", on_progress: Callable[[int, int], None]) -> Verifier:
        """Compares this organization with a replay into an empty store."""
        return Verifier(
            keys=self.keys,
            stored=self.side(),
            empty=empty.side(),
            plans=Plans(compiler(self.rulebooks, Workshop()), empty.reader),
            on_progress=on_progress,
        )


class Store(msgspec.Struct, frozen=True):
    """A store to work with. One that is not embedded is watched by those who use it, and always counts as alive."""

    url: str
    alive: Callable[[], bool]


@contextmanager
def store_server(settings: Settings, on_progress: Callable[[Progress], None] = tell_nobody) -> Iterator[Store]:
    """The store: the embedded server, started for as long as this is open, or the one that is set.

    Raises:
        FolderInUse: Another Sulka works in the data folder.
        ServerDidNotStart: With the last lines of its log.
    """
    if settings.store.url != EMBEDDED:
        yield Store(settings.store.url, lambda: True)
        return
    with EmbeddedServer.start(settings.data_dir / "store", on_progress=on_progress) as server:
        yield Store(server.url, server.alive)


@contextmanager
def running_or_own_server(settings: Settings) -> Iterator[str]:
    """For short commands: the store that is running already, else one for the command's own duration."""
    try:
        with store_server(settings) as store:
            yield store.url
    except FolderInUse:
        socket = socket_of(settings.data_dir / "store")
        if socket is None:
            raise
        yield f"unix://{quote(str(socket))}"


@contextmanager
def replay_server(settings: Settings) -> Iterator[str]:
    """An empty server for a replay, for as long as this is open, in a folder beside the store's; nothing stays of it.

    Raises:
        FolderInUse: Another replay is at work.
        ServerDidNotStart: With the last lines of its log.
    """
    folder = settings.data_dir / REPLAY_FOLDER
    clear_folder(folder)
    try:
        with EmbeddedServer.start(folder) as server:
            yield server.url
    finally:
        clear_replay(settings)


def clear_replay(settings: Settings) -> None:
    """Remove what a replay left that was killed; one that is at work keeps its own."""
    folder = settings.data_dir / REPLAY_FOLDER
    if folder.exists():
        with suppress(FolderInUse):
            clear_folder(folder)


@asynccontextmanager
async def site_at(url: str, settings: Settings, organization: str | None = None) -> AsyncIterator[Site]:
    """The parts of one organization over the store at this address; see `sites_at`.

    Without a name it is the one that the settings name, which has to be there.

    Raises:
        UnknownOrganization: It is not.
    """
    async with sites_at(url, settings) as sites:
        yield await sites.asked_for(settings) if organization is None else sites.of(organization)


class Sites:
    """The organizations of one installation: they share connections, and nothing else."""

    def __init__(self, write: Redis, read: Redis, blocking: Redis) -> None:
        self._write, self._read, self._blocking = write, read, blocking
        self._compiling = Workshop()
        self.organizations = Organizations(write=write, read=read)
        self.news = News(blocking)

    def of(self, organization: str) -> Site:
        """The parts of this organization, joined anew; nothing is asked."""
        return _join(Keys(organization), self._write, self._read, self._blocking, self._compiling.beside())

    async def asked_for(self, settings: Settings) -> Site:
        """The one that the settings name.

        Raises:
            UnknownOrganization: There is none of this name.
        """
        organization = settings.commands.organization
        await self.organizations.check(organization)
        return self.of(organization)

    async def besides(self, site: Site) -> list[Site]:
        """All others, open or closed."""
        names = (MAIN, *await self.organizations.all())
        return [self.of(name) for name in names if name != site.keys.organization]

    async def open_names(self) -> list[str]:
        """The organizations that are not closed, `main` first."""
        others = await self.organizations.all()
        return [MAIN, *(name for name, record in others.items() if not record.closed)]


@asynccontextmanager
async def sites_at(url: str, settings: Settings) -> AsyncIterator[Sites]:
    """The organizations in the store at this address, examined first; its connections are closed at the end.

    Raises:
        StoreRefused: The server can't keep what Sulka promises.
        StoreUnavailable: It does not answer.
    """
    async with write_client(url) as write, read_client(url) as read, read_client(url) as blocking:
        await examine(read, durability=settings.store.durability)
        yield Sites(write, read, blocking)


def _join(keys: Keys, write: Redis, read: Redis, blocking: Redis, compiling: Workshop) -> Site:
    log = Log(write=write, read=read, blocking=blocking, keys=keys)
    reader = StateReader(read=read, keys=keys)
    rulebooks = Rulebooks(read=read, keys=keys)
    return Site(
        keys=keys,
        write=write,
        read=read,
        log=log,
        coalescer=Coalescer(log.append),
        reader=reader,
        plans=Plans(compiler(rulebooks, compiling), reader),
        directory=Directory(write=write, read=read, keys=keys),
        boards=Boards(read=read, keys=keys),
        ledger=Ledger(read=read, keys=keys),
        rulebooks=rulebooks,
        waiting=Waiting(write=write, read=read, keys=keys),
        arrivals=Arrivals(read=read, keys=keys),
        looks=Looks(write=write, read=read, keys=keys),
        links=Links(write=write, read=read, keys=keys),
        imports=Imports(write=write, read=read, keys=keys),
        deliveries=Deliveries(write=write, read=read, keys=keys),
        wall_index=WallIndex(read=read, keys=keys),
        outbox=OutboxStore(write=write, read=read, keys=keys),
        notices=Notices(write=write, read=read, keys=keys),
        vitals=VitalsReader(read=read, keys=keys),
        pages=PageWriter(write=write, keys=keys),
    )


def compiler(rulebooks: Rulebooks, workshop: Workshop) -> Compile:
    """How plans get a published rulebook: beside the event loop, where other organizations go on."""

    async def compile_published(digest: bytes, codes: Mapping[str, int]) -> Rulebook:
        published = await published_texts(rulebooks, digest)
        return await workshop.do(lambda: compile_rulebook(published.texts, codes, digest=digest))

    return compile_published


def text_compiler(rulebooks: Rulebooks, workshop: Workshop | None = None) -> CompileText:
    """How the door gets a published rulebook: it asks for names and fields only, so any codes do.

    In a workshop of its own, so that it never waits for files that HR has checked.
    """
    workshop = workshop or Workshop()

    def compiled(texts: Mapping[str, str], digest: bytes) -> Rulebook:
        codes = {naming.name: code for code, naming in enumerate(namings(check(texts)))}
        return compile_rulebook(texts, codes, digest=digest)

    async def compile_text(digest: bytes) -> Rulebook:
        texts = (await published_texts(rulebooks, digest)).texts
        return await workshop.do(partial(compiled, texts, digest))

    return compile_text


def mapping_compiler(rulebooks: Rulebooks, workshop: Workshop | None = None) -> CompileMappings:
    """How the door for webhooks gets the mappings of a publication, beside the event loop as `text_compiler`."""
    workshop = workshop or Workshop()

    async def compile_published(digest: bytes) -> dict[str, SourceMapping]:
        texts = (await published_texts(rulebooks, digest)).texts
        return await workshop.do(partial(compile_mappings, texts))

    return compile_published
