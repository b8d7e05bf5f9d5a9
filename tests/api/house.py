"""A whole organization over a real server, with the small programme in force and a clock that a test moves."""

import asyncio
import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence

import msgspec
from redis.asyncio import Redis

from api.all_parts import AllParts
from api.parts import Parts, join_parts
from engine.core.entries import MemberFacts, RulebookPublished
from engine.core.plan import Plan
from engine.core.rulebook import Field, FieldType, Rulebook
from engine.core.rules import Text, Thanks
from engine.core.states import State
from engine.run.following import Following
from engine.run.loop import Engine
from engine.run.measures import Measures
from engine.run.members import Amend
from engine.run.organizations import own_secret
from engine.run.outbox.post import Poster
from engine.run.outbox.sending import Carrier
from engine.run.outcomes import Outcome, Sender, When
from engine.run.own_record import OwnRecords
from engine.run.sealing import Seal
from engine.run.stored import Stored
from engine.run.webhooks.naming import NamingDeliveries
from engine.run.webhooks.notes import Keeping
from engine.sources.mapping.mapping import Mapping
from engine.sources.posted import read_posted
from engine.store.arrivals import Arrivals
from engine.store.board_rows import BoardRows
from engine.store.boards import Boards
from engine.store.coalesce import Coalescer
from engine.store.commit import Committer
from engine.store.deliveries import Deliveries
from engine.store.directory import Directory, MemberRecord
from engine.store.imports import Imports
from engine.store.keys import Keys
from engine.store.ledger import Ledger
from engine.store.links import Links
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.notices import Notices
from engine.store.organizations import MAIN, Organizations
from engine.store.outbox import OutboxStore
from engine.store.rulebooks import Rulebooks, Version
from engine.store.states import StateReader
from engine.store.vitals import VitalsReader
from engine.store.waiting import Waiting
from engine.store.wall import WallIndex
from tests.core.history import at
from tests.core.programme import rulebook

SECRET = b"s" * 32
METRICS_TOKEN = "m" * 32
NOON = at("2026-11-23 12:00")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
THANKS_CODE = 70


def programme() -> Rulebook:
    """The small programme with thanks, and with every type of field on its event."""
    book = rulebook()
    shared = book.events["content.shared"]
    more = (
        Field(name="helpers", type=FieldType.MEMBERS, optional=True),
        Field(name="shared_at", type=FieldType.TIME, optional=True),
        Field(name="visitor", type=FieldType.KEY, optional=True),
        Field(name="words", type=FieldType.TEXT, optional=True),
    )
    fields = {**shared.fields, **{field.name: field for field in more}}
    thanks = Thanks(code=THANKS_CODE, id="thanks", title=Text({"en": "Thanks"}), giver=2, receiver=5)
    events = {shared.type: msgspec.structs.replace(shared, fields=fields)}
    return msgspec.structs.replace(book, events=events, thanks=thanks)


class OneRulebook:
    """The programme, whatever is published."""

    def __init__(self) -> None:
        self.plan = self.now = Plan(programme())

    def judge_by(self, book: Rulebook) -> None:
        """This programme in place of the small one."""
        self.plan = self.now = Plan(book)

    def in_force_now(self, book: Rulebook) -> None:
        """Another rulebook from now on; what was judged keeps the words of the first."""
        self.now = Plan(book)

    async def in_force(self, cached: MappingOf[str, State | None]) -> Plan:  # noqa: ARG002 - of the protocol
        return self.now

    async def published(self, entry: RulebookPublished, cached: MappingOf[str, State | None]) -> Plan:  # noqa: ARG002 - as above
        return self.plan

    async def of(self, digest: bytes) -> Plan:  # noqa: ARG002 - of the protocol
        return self.plan


class House:
    """See the module. `now` is the clock. It is the first of its installation, unless it is one of the `others`."""

    def __init__(
        self,
        organization: str,
        write: Redis,
        read: Redis,
        *,
        name: str = MAIN,
        keeping: Keeping | None = None,
        allowed: Sequence[str] = (),
    ) -> None:
        """`allowed` are origins of receivers on this machine."""
        self.write, self.read, self.now = write, read, NOON
        self.keys = keys = Keys(organization)
        log = Log(write=write, read=read, blocking=read, keys=keys)
        self.book = programme()
        self.mappings: dict[str, Mapping] = {}
        self.waiting = Waiting(write=write, read=read, keys=keys)
        self.plans = OneRulebook()

        async def compile_text(digest: bytes) -> Rulebook:
            return self.book

        async def compile_mappings(digest: bytes) -> dict[str, Mapping]:
            return self.mappings

        self.parts: Parts = join_parts(
            Stored(
                log=log,
                coalescer=Coalescer(log.append),
                reader=StateReader(read=read, keys=keys),
                plans=self.plans,
                directory=Directory(write=write, read=read, keys=keys),
                boards=Boards(read=read, keys=keys),
                ledger=Ledger(read=read, keys=keys),
                rulebooks=Rulebooks(read=read, keys=keys),
                waiting=self.waiting,
                arrivals=Arrivals(read=read, keys=keys),
                looks=Looks(write=write, read=read, keys=keys),
                links=Links(write=write, read=read, keys=keys),
                imports=Imports(write=write, read=read, keys=keys),
                deliveries=Deliveries(write=write, read=read, keys=keys),
                wall_index=WallIndex(read=read, keys=keys),
                outbox=OutboxStore(write=write, read=read, keys=keys),
                notices=Notices(write=write, read=read, keys=keys),
                vitals=VitalsReader(read=read, keys=keys),
            ),
            measures=Measures(),
            metrics_token=METRICS_TOKEN,
            compile_text=compile_text,
            carrier=Carrier(
                organization=name,
                seal=Seal(own_secret(SECRET, name)),
                poster=Poster(),
                allowed=allowed,
                now_ms=lambda: self.now,
            ),
            compile_mappings=compile_mappings,
            keeping=keeping or Keeping(),
            secret=own_secret(SECRET, name),
            now_ms=lambda: self.now,
            organization=name,
        )
        self.others: dict[str, House] = {}
        self.organizations = Organizations(write=write, read=read, key=f"{keys.prefix}organizations")

    @property
    def all_parts(self) -> AllParts:
        """The parts of all organizations of the installation of which this is the first one."""
        return AllParts(self.parts, self.organizations, lambda name: self.other(name).parts)

    def other(self, name: str) -> "House":
        """Another organization of the same installation; it is called so whether or not anybody has added it."""
        if name not in self.others:
            self.others[name] = House(name, self.write, self.read, name=name)
        return self.others[name]

    def use_vitals(self, vitals: VitalsReader) -> None:
        """Ask another store how things are."""
        self.parts = msgspec.structs.replace(self.parts, vitals=vitals)

    def use(self, book: Rulebook) -> None:
        """Judge and answer by this rulebook from now on; it has to be published, too."""
        self.book = book
        self.plans.judge_by(book)

    @property
    def when(self) -> When:
        return When(self.now)

    async def publish(self, when: When | None = None, *, number: int = 1) -> None:
        book = self.book
        entry = RulebookPublished(book.digest, (), book.zone, book.week_starts, book.days_back)
        rows = self.parts.rulebooks.rows(book.digest, {}, {}, Version(number, book.digest, self.now, "test"))
        await self.parts.recorder.append(entry, when or self.when, rows=rows)

    async def member(
        self, name: str, *, joined: bool = True, team: str = "red", shown: bool = True, invited_by: str | None = None
    ) -> str:
        """A new member with the alias `email:<name>@example.org`; joined an hour before now."""
        record = MemberRecord(name=name.title(), aliases=(f"email:{name}@example.org",))
        member, _ = await self.parts.members.add(
            record, MemberFacts(country="FI", team=team, invited_by=invited_by), self.when
        )
        if joined:
            before = When(self.now - HOUR_MS)
            await self.parts.members.choose(member, "join", before)
        if shown:
            await self.parts.members.show(member, self.when, boards=True, wall=True, badges=True)
        return member

    async def post(self, *events: object, source: str = "hub") -> list[Outcome]:
        """The outcomes of these events, sent as an array."""
        posted = read_posted({"content-type": "application/json"}, json.dumps(events).encode())
        return await self.parts.door.accept(posted, Sender(source=source), self.when)

    async def position(self) -> int:
        """Where the log ends."""
        return (await self.parts.log.door()).position

    async def judge(self, asides: MappingOf[int, str] | None = None) -> None:
        """Let an engine judge everything that is in the log, and what follows from it.

        `asides` are what it can't judge, with the fault.
        """
        judged = -1
        while judged != (position := await self.position()):
            engine = Engine(
                keys=self.keys,
                entries=self.parts.log,
                committer=Committer(write=self.write, keys=self.keys),
                reader=self.parts.reader,
                plans=self.plans,
                asides=asides,
                on_owed=Following(self.parts.log).settle,
            )
            judged = await engine.run(asyncio.Event(), until=position)

    def own_records(self) -> OwnRecords:
        """What `sulka members export` writes down."""
        parts = self.parts
        return OwnRecords(
            directory=parts.directory,
            looks=parts.looks,
            notices=parts.notices,
            log=parts.log,
            reader=parts.reader,
            plans=self.plans,
            telling=parts.telling,
            boards=BoardRows(read=self.read, keys=self.keys),
            waiting=self.waiting,
            naming=NamingDeliveries(parts.deliveries, parts.directory),
        )


def become(record: MemberRecord) -> Amend:
    """Whatever it was, the record is this one."""
    return lambda _: record


def share(subject: str = "email:anna@example.org", *, id: str = "share-1", **more: object) -> dict[str, object]:
    """A share in own words on LinkedIn; `data` adds to its fields, anything else to the event."""
    data = {"channel": "linkedin", "own_words": True, **dict(more.pop("data", {}))}  # type: ignore[call-overload]
    return {"id": id, "type": "content.shared", "subject": subject, "data": data, **more}
