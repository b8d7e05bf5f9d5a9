"""One organization on a server, with a history and as many engines as a test wants."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from redis.asyncio import Redis

from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    MemberErased,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    RulebookPublished,
    VisibilityChosen,
    encode_entry,
)
from engine.core.keys import member_key
from engine.core.plan import Plan
from engine.core.questions import Value
from engine.core.states import MemberState, State
from engine.rulebook.book import digest_of
from engine.rulebook.versions import versions_of
from engine.run.loop import Engine, follow_nothing
from engine.run.people import NOBODY, membership_after
from engine.run.plans import PlanSource
from engine.store.commit import Committer
from engine.store.directory import Directory, MemberRecord
from engine.store.keys import Keys
from engine.store.log import MARK_BYTES, Append, Log, Row
from engine.store.pages import PageWriter
from engine.store.rulebooks import Rulebooks, Version
from engine.store.states import StateReader
from tests.core.history import at
from tests.core.programme import plan
from tests.rulebook.books import rule, texts

BEGIN = at("2026-11-23 08:00")
DAY_MS = 86_400_000
TEXTS = texts(rule())
"""What is stored as the text of the small programme, which no text could say whole."""


def programme() -> Plan:
    """The small programme, under the digest of what is stored for it."""
    return Plan(msgspec.structs.replace(plan().rulebook, digest=digest_of(TEXTS)))


async def rows_of_door(directory: Directory, entry: AnyEntry) -> tuple[Row, ...]:
    """The rows that the door writes with an entry about a member; their name is their id."""
    match entry:
        case MemberSet():
            known = await directory.member(entry.member)
            return () if known is not None else directory.member_rows(entry.member, MemberRecord(entry.member), None)
        case MemberErased():
            return directory.erased_rows(entry.member, await directory.member(entry.member), ())
        case MembershipChanged() | VisibilityChosen() | ActiveSet():
            before = (await directory.memberships([entry.member])).get(entry.member)
            after = membership_after(before or NOBODY, entry)
            return (directory.membership_row(entry.member, after, before),)
        case _:
            return ()


class OneRulebook:
    """The small programme, whatever is published."""

    def __init__(self) -> None:
        self.plan = programme()

    async def in_force(self, cached: Mapping[str, State | None]) -> Plan:  # noqa: ARG002 - as the engine asks
        return self.plan

    async def published(
        self,
        entry: RulebookPublished,  # noqa: ARG002 - as the engine asks
        cached: Mapping[str, State | None],  # noqa: ARG002 - as the engine asks
    ) -> Plan:
        return self.plan

    async def of(self, digest: bytes) -> Plan:  # noqa: ARG002 - of the protocol
        return self.plan


class Site:
    """One organization on a server: its log and as many engines as a test wants."""

    def __init__(self, organization: str, write: Redis, read: Redis) -> None:
        self.keys = Keys(organization)
        self.write, self.read = write, read
        self.log = Log(write=write, read=read, blocking=read, keys=self.keys)
        self.reader = StateReader(read=read, keys=self.keys)
        self.directory = Directory(write=write, read=read, keys=self.keys)
        self.position = 0

    async def append(
        self, entry: AnyEntry, recorded: int = BEGIN, *, mark: bytes | None = None, rows: tuple[Row, ...] = ()
    ) -> int:
        """Append an entry with its rows, and with those that the door writes about a member."""
        item = Append(
            mark=mark,
            digest=mark,
            payload=encode_entry(entry),
            recorded=recorded,
            rows=(*rows, *await rows_of_door(self.directory, entry)),
        )
        (appended,) = await self.log.append([item])
        assert appended.status == "accepted"
        self.position = appended.position
        return appended.position

    async def append_all(self, entries: Sequence[tuple[AnyEntry, int]]) -> None:
        """Append entries with their recorded times, a few hundred in one go."""
        for start in range(0, len(entries), 500):
            part = entries[start : start + 500]
            items = [Append(mark=None, digest=None, payload=encode_entry(entry), recorded=at) for entry, at in part]
            self.position = (await self.log.append(items))[-1].position

    def engine(
        self,
        *,
        batch_entries: int = 100,
        cached_states: int = 200_000,
        asides: Mapping[int, str] | None = None,
        plans: PlanSource | None = None,
        on_owed: Callable[[int], Awaitable[object]] = follow_nothing,
    ) -> Engine:
        return Engine(
            keys=self.keys,
            entries=self.log,
            committer=Committer(write=self.write, keys=self.keys),
            reader=self.reader,
            plans=plans or OneRulebook(),
            batch_entries=batch_entries,
            cached_states=cached_states,
            asides=asides,
            after_close=PageWriter(write=self.write, keys=self.keys).finish_all,
            on_owed=on_owed,
        )

    async def judge_all(
        self, *, batch_entries: int = 100, asides: Mapping[int, str] | None = None, plans: PlanSource | None = None
    ) -> None:
        """Judge the whole log; `asides` are what can't be judged, with the fault."""
        engine = self.engine(batch_entries=batch_entries, asides=asides, plans=plans)
        await engine.run(asyncio.Event(), until=self.position)

    async def member(self, member: str) -> MemberState:
        state = (await self.reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    async def everything(self) -> dict[bytes, object]:
        """All that the engine has written, apart from its own epoch."""
        written: dict[bytes, object] = {}
        async for key in self.read.scan_iter(match=f"{self.keys.prefix}*"):
            name = key.removeprefix(self.keys.prefix.encode())
            if name in {b"log", b"door", b"engine"} or name.startswith(b"marks:"):
                continue
            kind = await self.read.type(key)
            written[name] = (
                await self.read.hgetall(key) if kind == b"hash" else await self.read.zrange(key, 0, -1, withscores=True)
            )
        return written


def share(member: str, time: int, **data: str) -> Act:
    fields: dict[str, Value] = {"channel": "linkedin", "own_words": True, "topics": ["hiring"], **data}
    return Act("content.shared", time, "hub", member, fields, f"{member}{time}".encode())


async def publish_programme(site: Site) -> None:
    """The small programme comes into force."""
    book = programme().rulebook
    await site.append(
        RulebookPublished(book.digest, (), book.zone, book.week_starts, book.days_back),
        rows=Rulebooks(read=site.read, keys=site.keys).rows(
            book.digest, TEXTS, versions_of(), Version(1, book.digest, BEGIN, "test")
        ),
    )


async def write_some_history(site: Site, *, weeks: int = 2) -> None:
    """Somebody is known before there is a rulebook; then weeks of sharing, and a retraction."""
    await site.append(MemberSet("early", MemberFacts(country="FI")))
    await publish_programme(site)
    for number, member in enumerate(("anna", "bea", "carl")):
        await site.append(MemberSet(member, MemberFacts(country="FI", team=f"team-{number % 2}")))
        await site.append(MembershipChanged(member, "join", BEGIN))
        await site.append(VisibilityChosen(member, boards=True, wall=True, badges=True))
    now = BEGIN
    for day in range(7 * weeks):
        now = BEGIN + day * DAY_MS
        for member in ("anna", "bea")[: 1 + day % 2]:
            await site.append(share(member, now), now, mark=f"{member}{day:02}".ljust(MARK_BYTES).encode())
    await site.append(Retracted("source", now, key=f"anna{now}".encode()), now)
