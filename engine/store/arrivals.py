"""What the door reads for one request, in as few trips as can be: who its people are, and which rulebook is newest."""

from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Command, ask_all
from engine.store.directory import MembershipRow
from engine.store.keys import Keys

_rows = msgspec.msgpack.Decoder(MembershipRow)


class Arrived(msgspec.Struct, frozen=True):
    """How many rulebooks were published, whose the names are, and what those members chose."""

    versions: int
    members: Mapping[str, str]
    memberships: Mapping[str, MembershipRow]


class Arrivals:
    """See the module. Nothing is remembered between two requests: who leaves has left at once."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def of(self, aliases: Iterable[str], ids: Iterable[str]) -> Arrived:
        """Everything about these names; those whom nobody has, or who were erased, are left out."""
        keys = self._keys
        aliases, ids = list(dict.fromkeys(aliases)), list(dict.fromkeys(ids))
        commands: list[Command] = [("HLEN", keys.versions)]
        if aliases:
            commands.append(("HMGET", keys.aliases, *aliases))
        if ids:
            commands += [("HMGET", keys.directory, *ids), ("HMGET", keys.membership, *ids)]
        answers = await ask_all(self._read, commands)
        members: dict[str, str] = {}
        memberships: dict[str, MembershipRow] = {}
        if ids:
            records, rows = (cast("list[bytes | None]", answer) for answer in answers[-2:])
            members.update((id_, id_) for id_, record in zip(ids, records, strict=True) if record is not None)
            memberships.update(_decoded(ids, rows))
        if aliases:
            found = cast("list[bytes | None]", answers[1])
            members.update(
                (alias, member.decode()) for alias, member in zip(aliases, found, strict=True) if member is not None
            )
            whose = list(dict.fromkeys(members[alias] for alias in aliases if alias in members))
            if whose:
                (answer,) = await ask_all(self._read, [("HMGET", keys.membership, *whose)])
                memberships.update(_decoded(whose, cast("list[bytes | None]", answer)))
        return Arrived(cast("int", answers[0]), members, memberships)


def _decoded(members: list[str], rows: list[bytes | None]) -> Iterable[tuple[str, MembershipRow]]:
    return ((member, _rows.decode(row)) for member, row in zip(members, rows, strict=True) if row is not None)
