"""A table of people beside the directory: what each row would change, and the writing of it.

A row is about whoever has its id or one of its aliases, else about somebody new. Each row is one entry of the log with
its rows of the directory; writing may stop anywhere and run again: what is in is found unchanged.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec

from engine.core.entries import MemberFacts, MemberSet
from engine.core.keys import member_key
from engine.core.states import MemberState
from engine.run.errors import HistoryNotOpen, LogFull, MembersFull
from engine.run.keyed import alias_digest
from engine.run.members import new_member_id
from engine.run.outcomes import When
from engine.run.roster.matching import Row, alias_of, changes_of, in_order, matched, record_of
from engine.run.roster.rows import Fault, Refused, Said, read_row
from engine.run.roster.sheet import Sheet
from engine.run.roster.working import IN_ONE_WRITE, Standing, Working, append_of
from engine.run.waiting_room import WaitingRoom
from engine.store.directory import Directory
from engine.store.log import Append, Log
from engine.store.states import StateReader
from engine.store.waiting import Waiting

READ_AT_ONCE: Final = 1_000

Step = Literal["reading", "comparing", "writing"]
OnProgress = Callable[[Step, int, int], None]


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one row. `changes` are the columns that are new; `faults` say why it is refused."""

    line: int
    is_: Literal["new", "changed", "unchanged", "refused"]
    member: str | None = None
    changes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would do. `elsewhere` is how many known members no row is about; nothing happens to them."""

    fates: tuple[Fate, ...]
    writes: tuple[tuple[int, Append], ...]
    """In their order, each with its line."""
    aliases: tuple[str, ...]
    """All aliases of rows that are not refused."""
    elsewhere: int
    known: frozenset[str]
    """The members who were known before and have a row."""
    going: frozenset[str] = frozenset()
    """Those of them who work here until now and by their row do not any more."""


class Importer:
    """See the module."""

    def __init__(
        self,
        *,
        directory: Directory,
        log: Log,
        reader: StateReader,
        room: WaitingRoom,
        waiting: Waiting,
        secret: bytes,
        on_progress: OnProgress = lambda _step, _done, _whole: None,
    ) -> None:
        self._directory, self._log, self._reader = directory, log, reader
        self._room, self._waiting, self._secret = room, waiting, secret
        self._working = Working(directory=directory, log=log)
        self._on_progress = on_progress

    async def compare(self, sheet: Sheet, when: When) -> Comparison:
        """What each row would change; nothing is written."""
        fates: dict[int, Fate] = {}
        rows = await self._rows(sheet, fates)
        new = {row.member for row in rows if row.before is None}
        rows, without_place = in_order(await self._with_inviters(rows, fates), new)
        for row in without_place:
            found = "somebody whose own row is refused, or a circle of invitations"
            fault = Fault("invited_by", found, "somebody who is known, or whose row can be used")
            fates[row.said.line] = Fate(line=row.said.line, is_="refused", faults=(fault,))
        facts = await self._facts([row.member for row in rows if row.before is not None])
        turning = {row.member: row.said.active for row in rows if row.said.active is not None}
        going = {member for member, active in turning.items() if not active}
        standing = await self._working.standing(list(turning), going)
        writes: list[tuple[int, Append]] = []
        for done, row in enumerate(rows):
            self._compare_row(row, facts.get(row.member, MemberFacts()), standing, when, fates, writes)
            if done % READ_AT_ONCE == 0:
                self._on_progress("comparing", done, len(rows))
                await asyncio.sleep(0)
        known = frozenset(row.member for row in rows if row.before is not None)
        return Comparison(
            fates=tuple(fates[line.number] for line in sheet.lines),
            writes=tuple(writes),
            aliases=tuple(alias for row in rows if fates[row.said.line].is_ != "refused" for alias in row.said.aliases),
            elsewhere=await self._directory.count() - len(known),
            known=known,
            going=frozenset(member for member in going & known if standing.works_here(member)),
        )

    async def write(self, comparison: Comparison, when: When) -> tuple[Fate, ...]:
        """Write what is new or changed; the fates then. A row whose member was changed meanwhile is refused.

        Raises:
            LogFull, MembersFull, HistoryNotOpen: What was written before stays; run it again.
            StoreUnavailable: The same.
        """
        fates = {fate.line: fate for fate in comparison.fates}
        pairs = comparison.writes
        for start in range(0, len(pairs), IN_ONE_WRITE):
            part = pairs[start : start + IN_ONE_WRITE]
            appended = await self._log.append([append for _, append in part])
            for (line, _), answer in zip(part, appended, strict=True):
                match answer.status:
                    case "accepted" | "duplicate":
                        pass
                    case "full":
                        raise LogFull
                    case "members-full":
                        raise MembersFull
                    case "no-history" | "not-empty":
                        raise HistoryNotOpen
                    case "changed" | "conflict" | "waiting":
                        fault = Fault("", "a member whom somebody else changed meanwhile", "the same import once more")
                        fates[line] = Fate(line=line, is_="refused", faults=(fault,))
            self._on_progress("writing", start + len(part), len(pairs))
        await self._let_in(comparison.aliases, when)
        return tuple(fates[fate.line] for fate in comparison.fates)

    async def _rows(self, sheet: Sheet, fates: dict[int, Fate]) -> list[Row]:
        """The rows that can be used, each with its member; nobody is in two of them."""
        read = []
        for done, line in enumerate(sheet.lines):
            read.append(read_row(line))
            if done % READ_AT_ONCE == 0:
                self._on_progress("reading", done, len(sheet.lines))
                await asyncio.sleep(0)
        said = [row for row in read if isinstance(row, Said)]
        for row in read:
            if isinstance(row, Refused):
                fates[row.line] = Fate(line=row.line, is_="refused", faults=row.faults)
        holders = await self._directory.resolve([alias for row in said for alias in row.aliases])
        asked = [*holders.values(), *(row.id for row in said if row.id is not None)]
        records = await self._directory.members(list(dict.fromkeys(asked)))
        rows: list[Row] = []
        seen: dict[str, int] = {}
        for row in said:
            found = matched(row, holders, records, seen)
            before = records.get(found) if isinstance(found, str) else None
            record = found if isinstance(found, Fault) else record_of(row, before)
            if isinstance(found, Fault) or isinstance(record, Fault):
                fault = found if isinstance(found, Fault) else record
                assert isinstance(fault, Fault)
                fates[row.line] = Fate(line=row.line, is_="refused", faults=(fault,))
                continue
            rows.append(Row(said=row, member=found or new_member_id(), before=before, record=record))
            seen.update(dict.fromkeys([*row.aliases, *([found] if found else [])], row.line))
        return rows

    async def _with_inviters(self, rows: list[Row], fates: dict[int, Fate]) -> list[Row]:
        """The same with the ids of those who invited them; whoever names nobody is refused."""
        here = {alias: row.member for row in rows for alias in row.said.aliases}
        here.update((row.member, row.member) for row in rows if row.before is not None)
        names = {row.said.inviter: alias_of(row.said.inviter) for row in rows if row.said.inviter is not None}
        others = [name for name in names.values() if name not in here]
        known = await self._directory.resolve([name for name in others if ":" in name])
        known.update((name, name) for name in await self._directory.members([n for n in others if ":" not in n]))
        good: list[Row] = []
        for row in rows:
            if row.said.inviter is not None:
                name = names[row.said.inviter]
                row.inviter = here.get(name) or known.get(name)
                if row.inviter is None or row.inviter == row.member:
                    found = "the person themselves" if row.inviter else f"“{row.said.inviter}”, whom nobody knows"
                    fault = Fault("invited_by", found, "the id or alias of somebody else, known or in this file")
                    fates[row.said.line] = Fate(line=row.said.line, is_="refused", faults=(fault,))
                    continue
            good.append(row)
        return good

    async def _facts(self, members: Sequence[str]) -> dict[str, MemberFacts]:
        """What the log says of these members, judged or not: states, then the entries after them."""
        judged = await self._reader.judged()
        facts: dict[str, MemberFacts] = {}
        for start in range(0, len(members), READ_AT_ONCE):
            part = members[start : start + READ_AT_ONCE]
            states = await self._reader.read([member_key(member) for member in part])
            for member in part:
                state = states[member_key(member)]
                assert isinstance(state, MemberState)
                facts[member] = state.facts
        while entries := await self._log.read(judged, READ_AT_ONCE):
            for logged in entries:
                entry = logged.entry
                if isinstance(entry, MemberSet) and entry.member in facts:
                    facts[entry.member] = entry.facts_after(facts[entry.member])
            judged = entries[-1].position
        return facts

    def _compare_row(
        self,
        row: Row,
        facts: MemberFacts,
        standing: Standing,
        when: When,
        fates: dict[int, Fate],
        writes: list[tuple[int, Append]],
    ) -> None:
        said, line = row.said, row.said.line
        inviter = {"invited_by": row.inviter} if "invited_by" in said.facts else {}
        set_ = {**said.facts, **inviter}
        after = msgspec.structs.replace(facts, **set_)
        changes = tuple(changes_of(row.before, row.record, facts, after))
        turns = said.active is not None and said.active != standing.works_here(row.member)
        if row.before is not None and not changes and not turns:
            fates[line] = Fate(line=line, is_="unchanged", member=row.member)
            return
        fate: Literal["new", "changed"] = "new" if row.before is None else "changed"
        fates[line] = Fate(line=line, is_=fate, member=row.member, changes=(*changes, *(["active"] if turns else [])))
        if row.before is None or changes:
            entry = MemberSet(row.member, after, tuple(set_))
            own = self._directory.member_rows(row.member, row.record, row.before)
            writes.append((line, append_of(entry, own, when)))
        if turns:
            writes.append((line, self._working.turned(row.member, standing, when, active=said.active is True)))

    async def _let_in(self, aliases: Sequence[str], when: When) -> None:
        """Events that waited come in, also those that a run which was stopped has left waiting."""
        awaited = await self._waiting.awaited()
        if awaited:
            await self._room.let_in([each for each in aliases if alias_digest(each, self._secret) in awaited], when)
