"""One organization over one store: its parts, joined; what judges it, and what compares it with a replay."""

from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from engine.bootstrap.compiling import compiler
from engine.run.following import Following
from engine.run.loop import Engine, tell_no_one
from engine.run.past import PastCounter
from engine.run.plans import Plans
from engine.run.settling import settle
from engine.run.stored import Stored
from engine.run.ticker import Ticker
from engine.run.turner import Turner
from engine.run.verify import Side, Verifier
from engine.run.workshop import Workshop
from engine.settings import Settings
from engine.store.arrivals import Arrivals
from engine.store.board_rows import BoardRows
from engine.store.boards import Boards
from engine.store.coalesce import Coalescer
from engine.store.commit import Committer
from engine.store.deliveries import Deliveries
from engine.store.directory import Directory
from engine.store.imports import Imports
from engine.store.keys import Keys
from engine.store.ledger import Ledger
from engine.store.links import Links
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.notices import Notices
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


class Site(Stored, frozen=True, kw_only=True):
    """The parts of one organization over one store, joined."""

    keys: Keys
    write: Redis
    read: Redis
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

    def turner(self, now_ms: Callable[[], int]) -> Turner:
        """What appends the days that bring members something; it goes with the engine, too."""
        return Turner(entries=self.log, reader=self.reader, plans=self.plans, directory=self.directory, now_ms=now_ms)

    def past(self, now_ms: Callable[[], int]) -> PastCounter:
        """What counts what happened before a word of the rulebook was new; it goes with the engine as well."""
        return PastCounter(
            entries=self.log, reader=self.reader, plans=self.plans, directory=self.directory, now_ms=now_ms
        )

    async def settle(self, settings: Settings) -> int:
        """Return when all that is in the log is judged; see `engine.run.settling`."""
        return await settle(self.log, self.reader, lambda: self.engine(settings))

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


def join(keys: Keys, write: Redis, read: Redis, blocking: Redis, compiling: Workshop) -> Site:
    """The parts of the organization of these keys over these connections; nothing is asked."""
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
