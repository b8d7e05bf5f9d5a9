"""Builders with good defaults for what the store tests put in, and twins of scripts with one guard cut out."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.core.chain import START_OF_CHAIN, chain_digest, encode_journal
from engine.core.changes import Changes
from engine.core.entries import Tick, encode_entry
from engine.core.genesis import genesis
from engine.core.journal import JournalEntry
from engine.core.keys import member_key, unit_key
from engine.core.periods import PeriodKind
from engine.core.plan import Plan
from engine.core.rules import Board, Text
from engine.core.states import MemberState, State, UnitState
from engine.store.commit import Batch
from engine.store.keys import Keys, Place
from engine.store.log import Append, Log, Row
from engine.store.rows import Rows, rows_of
from engine.store.scripts import Script, script
from tests.core.tracks import buckets_with

NOON = 20_000 * 86_400_000 + 12 * 3_600_000
WEEK, EVER = 1, 5
POINTS = 0
EVER_BOARD = Place(7, EVER, 0)


def mark(number: int) -> bytes:
    return b"mark" + number.to_bytes(12, "big")


def digest(number: int) -> bytes:
    return b"says" + number.to_bytes(12, "big")


def item(
    number: int | None = None,
    *,
    says: int | None = None,
    payload: bytes | None = None,
    recorded: int = NOON,
    rows: tuple[Row, ...] = (),
    **other: object,
) -> Append:
    """An event that has never come before; with a number, the event of that mark."""
    made = Append(
        mark=None if number is None else mark(number),
        digest=None if number is None else digest(number if says is None else says),
        payload=encode_entry(Tick()) if payload is None else payload,
        recorded=recorded,
        rows=rows,
    )
    return msgspec.structs.replace(made, **other)


def log_of(write: Redis, organization: str, *, append_script: Script | None = None) -> Log:
    return Log(write=write, read=write, blocking=write, keys=Keys(organization), append_script=append_script)


def without(guard: str, name: str) -> Script:
    """The script of this name with all parts that this guard (or one of several, `a|b`) marks cut out."""
    text = script(name).text
    cut = re.sub(rf"-- guard: (?:{guard})\n.*?-- end guard\n", "", text, flags=re.DOTALL)
    assert cut != text
    return Script(cut)


def journal(first: int, last: int, previous: bytes = START_OF_CHAIN) -> dict[int, bytes]:
    """A chain of journal entries that say nothing."""
    entries = {}
    for position in range(first, last + 1):
        entry = JournalEntry(rulebook=b"", log_digest=position.to_bytes(16, "big"), previous=previous)
        entries[position] = encode_journal(entry)
        previous = chain_digest(entries[position])
    return entries


def batch(first: int = 1, last: int = 1, *, rows: Rows | None = None, previous: bytes = START_OF_CHAIN) -> Batch:
    entries = journal(first, last, previous)
    tail = chain_digest(entries[last])
    return Batch(first=first, last=last, tail=tail, rows=rows or Rows(), journal=entries)


def shown_member(points: int, *, day: int = 20_000, shown: bool = True) -> MemberState:
    return MemberState(status="joined", boards_shown=shown, series={POINTS: buckets_with([(day, points)])})


def plan_with_boards() -> Plan:
    """A rulebook with one board of points, by week and for ever, for members and teams."""
    book = genesis()
    board = Board(
        code=EVER_BOARD.code,
        id="points",
        title=Text({"en": "Points"}),
        metric=book.points,
        periods=(PeriodKind.WEEK, PeriodKind.EVER),
        by=("members", "teams"),
    )
    return Plan(msgspec.structs.replace(book, boards=(board,)))


def changes_of(
    states: Mapping[str, State],
    *,
    boards: Mapping[Place, Sequence[str]] | None = None,
    units: Mapping[tuple[str, str], Sequence[Place]] | None = None,
    index: Mapping[tuple[str, int], Sequence[int]] | None = None,
    closed: tuple[tuple[int, int], ...] = (),
    eras_gone: tuple[int, ...] = (),
    teams: Mapping[tuple[str, str], bool] | None = None,
) -> Changes:
    return Changes(
        states=dict(states),
        boards={
            place.field: {member: cast("MemberState", states[member_key(member)]) for member in members}
            for place, members in (boards or {}).items()
        },
        units={
            unit: ([place.field for place in places], cast("UnitState", states[unit_key(*unit)]))
            for unit, places in (units or {}).items()
        },
        index=dict(index or {}),
        closed=closed,
        eras_gone=eras_gone,
        teams=teams or {},
    )


def rows_of_scores(organization: str, scores: Mapping[str, int], place: Place = EVER_BOARD) -> Rows:
    """The rows that put these members on this board, by week or of all time; at 0 they leave it."""
    day = place.period if place.kind == WEEK else 20_000
    changes = changes_of(
        {member_key(member): shown_member(points, day=day) for member, points in scores.items()},
        boards={place: list(scores)},
    )
    return rows_of(changes, plan_with_boards(), Keys(organization))


async def everything(client: Redis, organization: str) -> dict[bytes, bytes]:
    """Every key of the organization with its content, to the byte."""
    keys = [key async for key in client.scan_iter(match=f"{{{organization}}}:*", count=1_000)]
    return {key: await client.dump(key) or b"" for key in sorted(keys)}
