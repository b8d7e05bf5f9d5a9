"""Whom a row is about, and what it makes of them. Pure."""

from collections import deque
from collections.abc import Iterator, Mapping

import msgspec

from engine.core.entries import MemberFacts
from engine.run.member_fields import MOST_ALIASES
from engine.run.people import normalized
from engine.run.roster.rows import Fault, Said
from engine.store.directory import MemberRecord


class Row(msgspec.Struct, kw_only=True):
    """A row that can be used: whose it is, and what names them before and after."""

    said: Said
    member: str
    before: MemberRecord | None
    record: MemberRecord
    inviter: str | None = None


def alias_of(name: str) -> str:
    """An id or alias as it is kept; a bare address is that of an email."""
    return normalized(f"email:{name}" if "@" in name and ":" not in name else name)


def matched(
    row: Said, holders: Mapping[str, str], records: Mapping[str, MemberRecord], seen: Mapping[str, int]
) -> str | Fault | None:
    """The member whom the row is about, None for somebody new."""
    if row.id is not None and row.id not in records:
        return Fault("id", f"“{row.id}”, which nobody has", "an id of somebody known, or an empty cell")
    found = dict.fromkeys([*([row.id] if row.id else []), *(holders[each] for each in row.aliases if each in holders)])
    if len(found) > 1:
        return Fault("", f"a row about {len(found)} members ({', '.join(found)})", "aliases of one person")
    twice = next((seen[name] for name in (*row.aliases, *found) if name in seen), None)
    if twice is not None:
        return Fault("", f"a person who stands on line {twice} already", "one row for each person")
    return next(iter(found), None)


def in_order(rows: list[Row], new: set[str]) -> tuple[list[Row], list[Row]]:
    """Those who invited somebody come before them, so that no entry names an id that is not known yet.

    Then the rows that have no place: invited in a circle, or by somebody of `new` who is not among the rows.
    """
    invited: dict[str, list[Row]] = {}
    ready = deque[Row]()
    for row in rows:
        if row.inviter is not None and row.inviter in new:
            invited.setdefault(row.inviter, []).append(row)
        else:
            ready.append(row)
    ordered: list[Row] = []
    while ready:
        row = ready.popleft()
        ordered.append(row)
        ready.extend(invited.pop(row.member, ()))
    return ordered, [row for rest in invited.values() for row in rest]


def record_of(said: Said, before: MemberRecord | None) -> MemberRecord | Fault:
    """What names the person from then on."""
    if before is None:
        if said.name is None:
            return Fault("name", "missing for somebody new", "the person's name")
        email = said.email if isinstance(said.email, str) else None
        return MemberRecord(said.name, email, said.aliases)
    email = before.email if said.email is msgspec.UNSET else said.email
    gone = normalized(f"email:{before.email}") if before.email and email != before.email else None
    aliases = tuple(dict.fromkeys((*(alias for alias in before.aliases if alias != gone), *said.aliases)))
    if len(aliases) > MOST_ALIASES:
        return Fault("aliases", f"{len(aliases)} with those known before", f"at most {MOST_ALIASES}")
    return msgspec.structs.replace(before, name=said.name or before.name, email=email, aliases=aliases)


def changes_of(
    before: MemberRecord | None, record: MemberRecord, facts: MemberFacts, after: MemberFacts
) -> Iterator[str]:
    for column in ("name", "email", "aliases"):
        if getattr(before, column, None) != getattr(record, column):
            yield column
    for column in MemberFacts.__struct_fields__:
        if getattr(facts, column) != getattr(after, column):
            yield column
