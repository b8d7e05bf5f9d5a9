"""Verifying what the door keeps beside the log: rows that came in the same write as an entry.

Replaying does not write them. What they must say is told here from the log alone: who is known and what they chose,
which rulebooks were published, which retries were asked for, where a mark may lead. The door goes on meanwhile: what
the entries say that came since the rows were read is right, too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from engine.core.entries import Logged, RulebookPublished
from engine.rulebook.versions import changes_since
from engine.run.difference import Difference, shown
from engine.run.published import Changed, check_digest
from engine.run.told import Allowed, Seat, Told
from engine.store.directory import MemberRecord, SourceRecord, TextRecord, TokenRecord
from engine.store.errors import StoreDamaged
from engine.store.log import MARK_BYTES, Log
from engine.store.raw import RawRows
from engine.store.rulebooks import RulebookDamaged, Version, decode_published

ENTRIES_AT_ONCE: Final = 1_000
MARKS: Final = "marks:"
POSITION_BYTES: Final = 8
MARK_ROW_BYTES: Final = POSITION_BYTES + MARK_BYTES

RECORDS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "directory": MemberRecord,
    "tokens": TokenRecord,
    "sources": SourceRecord,
    "texts": TextRecord,
}
"""What stands in one place only: of these it can be seen whether they can be read, not whether they are right."""

Rows = dict[bytes, bytes]


class Beside(msgspec.Struct, frozen=True):
    """What was compared, every difference, and publications made with other versions than those of today."""

    rows: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]


class BesideTheLog:
    """Compares what the door keeps of one organization with its log."""

    def __init__(self, *, log: Log, raw: RawRows) -> None:
        self._log, self._raw = log, raw

    async def check(self) -> Beside:
        """Read the rows, then the log to its end, and compare."""
        before = (await self._log.door()).position
        names = {"membership", "versions", "rulebooks", "retried", "aliases", *RECORDS}
        names |= await self._raw.names((MARKS,))
        rows = {name: await self._raw.rows(name) for name in sorted(names)}
        found: list[Difference] = []
        changed: list[Changed] = []
        found.extend(_unreadable(rows))
        told = Told(before)
        try:
            await self._tell(told)
        except StoreDamaged:
            # A log that can't be read is named by whoever judges it again; what it says of these rows is not known.
            found.extend(_rulebooks(rows["rulebooks"], None))
        else:
            found.extend(_against("membership", rows["membership"], told.memberships))
            found.extend(_against("retried", rows["retried"], told.retries))
            found.extend(_known(rows["directory"], told.known))
            found.extend(_rulebooks(rows["rulebooks"], told))
            found.extend(_versions(rows, told, changed))
            for name in sorted(names):
                if name.startswith(MARKS):
                    found.extend(_marks(rows[name], told.seats))
        found.extend(await self._aliases(rows))
        return Beside(sum(map(len, rows.values())), tuple(found), tuple(changed))

    async def _tell(self, told: Told) -> None:
        after = 0
        while entries := await self._log.read(after, ENTRIES_AT_ONCE):
            for logged in entries:
                told.hear(logged)
            after = entries[-1].position

    async def _aliases(self, rows: Mapping[str, Rows]) -> set[Difference]:
        """Every alias leads to a member whose record has it, and the other way round.

        Looked at twice where something is found: records and aliases are read one after the other, and somebody may
        have been made known between.
        """
        found = set(_unlike(rows["aliases"], rows["directory"]))
        if found:
            found &= set(_unlike(await self._raw.rows("aliases"), await self._raw.rows("directory")))
        return found


def _against(kind: str, rows: Rows, allowed: Allowed) -> Iterator[Difference]:
    for field in sorted(rows.keys() | allowed.keys()):
        expected = allowed.get(field, {None})
        if rows.get(field) not in expected:
            yield Difference(kind, _text(field), shown(rows.get(field)), _any_of(expected))


def _known(rows: Rows, known: Allowed) -> Iterator[Difference]:
    """Whoever the log knows has a record, and nobody else; what it says stands only there."""
    for member in sorted(rows.keys() | known.keys()):
        expected = known.get(member, {None})
        if (None if member not in rows else b"") not in expected:
            found, wanted = ("nothing", "a record") if member not in rows else ("a record", "nothing")
            yield Difference("directory", f"member {_text(member)}", found, wanted)


def _unreadable(rows: Mapping[str, Rows]) -> Iterator[Difference]:
    for name, kind in RECORDS.items():
        for field, value in rows[name].items():
            if _decoded(value, kind) is None:
                yield Difference(name, f"{name} {_text(field)[:16]}", "unreadable", "a record")


def _rulebooks(rows: Rows, told: Told | None) -> Iterator[Difference]:
    """Each is what its digest names; each that the log names is there, and no other. Without a log, the first alone."""
    for field, row in sorted(rows.items()):
        try:
            digest = bytes.fromhex(_text(field))
            check_digest(decode_published(digest, row), digest)
        except (RulebookDamaged, ValueError):
            yield Difference("rulebook", f"rulebook {_text(field)}", shown(row), "what was published")
    if told is None:
        return
    digests = {_digest(logged).hex().encode(): logged.position for logged, _ in reversed(told.published)}
    for field in sorted(rows.keys() - digests.keys()):
        yield Difference("rulebook", f"rulebook {_text(field)}", "a rulebook", "nothing")
    for field, position in sorted(digests.items()):
        if field not in rows and position <= told.before:
            yield Difference("rulebook", f"rulebook {_text(field)}", "nothing", "what was published")


def _versions(rows: Mapping[str, Rows], told: Told, changed: list[Changed]) -> Iterator[Difference]:
    """The n-th version is the n-th publication of the log; adds those that were made with other versions."""
    versions = rows["versions"]
    for number, (logged, recorded_before) in enumerate(told.published, 1):
        row = versions.get(str(number).encode())
        version = None if row is None else _decoded(row, Version)
        if isinstance(version, Version) and _is_of(version, number, logged, recorded_before):
            changed.extend(_changed(rows["rulebooks"], version))
        elif row is not None or logged.position <= told.before:
            yield Difference("version", f"version {number}", shown(row), f"the publication of entry {logged.position}")
    numbers = {str(number).encode() for number in range(1, len(told.published) + 1)}
    for field in sorted(versions.keys() - numbers):
        yield Difference("version", f"version {_text(field)}", shown(versions[field]), "nothing")


def _is_of(version: Version, number: int, logged: Logged, recorded_before: int) -> bool:
    """Who published it stands only here. Where the clock stood still or went back, the entry has the time before it."""
    late = logged.recorded == recorded_before and version.published_at < logged.recorded
    at_its_time = late or version.published_at == logged.recorded
    return (version.number, version.digest, at_its_time) == (number, _digest(logged), True)


def _changed(rows: Rows, version: Version) -> Iterator[Changed]:
    row = rows.get(version.digest.hex().encode())
    try:
        changes = () if row is None else changes_since(decode_published(version.digest, row).versions)
    except RulebookDamaged:
        return
    if changes:
        yield Changed(version, changes)


def _marks(rows: Rows, seats: bytearray) -> Iterator[Difference]:
    """Each mark leads to an entry that can have one, and none to the same as another; 0: its event waits, or waited."""
    for mark, row in rows.items():
        position = int.from_bytes(row[:POSITION_BYTES], "big")
        seat = seats[position] if position < len(seats) else Seat.NONE
        if len(mark) != MARK_BYTES or len(row) != MARK_ROW_BYTES:
            yield Difference("mark", f"mark {mark.hex()}", shown(row), "a position and a digest")
        elif position and seat != Seat.FREE:
            expected = "an entry that no other mark leads to" if seat == Seat.TAKEN else "an entry that has a mark"
            yield Difference("mark", f"mark {mark.hex()}", f"entry {position}", expected)
        elif position:
            seats[position] = Seat.TAKEN


def _unlike(aliases: Rows, directory: Rows) -> Iterator[Difference]:
    records = {member: _decoded(row, MemberRecord) for member, row in directory.items()}
    named = {
        (alias.encode(), member)
        for member, record in records.items()
        if isinstance(record, MemberRecord)
        for alias in record.aliases
    }
    held = set(aliases.items())
    yield from (Difference("alias", f"member {_text(who)}", "an alias", "none of that kind") for _, who in held - named)
    yield from (Difference("alias", f"member {_text(who)}", "nothing", "an alias") for _, who in named - held)


def _decoded(row: bytes, kind: type[msgspec.Struct]) -> msgspec.Struct | None:
    try:
        return msgspec.msgpack.decode(row, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _digest(logged: Logged) -> bytes:
    assert isinstance(logged.entry, RulebookPublished)
    return logged.entry.digest


def _any_of(values: Iterable[bytes | None]) -> str:
    return " or ".join(sorted(map(shown, values)))


def _text(field: bytes) -> str:
    return field.decode(errors="replace")
