"""What the door reads for a request: whose token it is, who its people are, how many rulebooks were published.

Requests that come at the same time share their trips. Nothing is remembered between two requests: who leaves has left
at once.
"""

from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Command, ask, ask_all
from engine.store.directory import MembershipRow, TokenRecord
from engine.store.gathering import Gathering
from engine.store.keys import Keys

MOST_NAMES = 5_000
"""So many names are asked for in one command."""

_rows = msgspec.msgpack.Decoder(MembershipRow)
_tokens = msgspec.msgpack.Decoder(TokenRecord)


class Arrived(msgspec.Struct, frozen=True):
    """How many rulebooks were published, whose the names are, and what those members chose."""

    versions: int
    members: Mapping[str, str]
    memberships: Mapping[str, MembershipRow]


class Arrivals:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys
        self._people = Gathering(self._read_people)
        self._bearers = Gathering(self._read_tokens)

    async def of(self, names: Iterable[str]) -> Arrived:
        """What is known of these names, aliases (with a colon) and ids; whom nobody is, or was erased, is absent."""
        return await self._people.of(names)

    async def token(self, digest: str) -> TokenRecord | None:
        """Whom the token with this digest lets in; None for nobody."""
        return (await self._bearers.of((digest,))).get(digest)

    async def _read_people(self, names: list[str]) -> Arrived:
        keys = self._keys
        aliases = [name for name in names if ":" in name]
        ids = [name for name in names if ":" not in name]
        commands: list[Command] = [("HLEN", keys.versions)]
        commands += [("HMGET", keys.aliases, *part) for part in _parts(aliases)]
        commands += [("HMGET", keys.directory, *part) for part in _parts(ids)]
        versions, *rest = await ask_all(self._read, commands)
        values = [value for part in cast("list[list[bytes | None]]", rest) for value in part]
        members = {
            alias: member.decode()
            for alias, member in zip(aliases, values[: len(aliases)], strict=True)
            if member is not None
        }
        members.update(
            (id_, id_) for id_, record in zip(ids, values[len(aliases) :], strict=True) if record is not None
        )
        return Arrived(cast("int", versions), members, await self._memberships(list(dict.fromkeys(members.values()))))

    async def _memberships(self, members: list[str]) -> dict[str, MembershipRow]:
        commands: list[Command] = [("HMGET", self._keys.membership, *part) for part in _parts(members)]
        answers = cast("list[list[bytes | None]]", await ask_all(self._read, commands))
        rows = (row for part in answers for row in part)
        return {member: _rows.decode(row) for member, row in zip(members, rows, strict=True) if row is not None}

    async def _read_tokens(self, digests: list[str]) -> dict[str, TokenRecord]:
        values = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.tokens, *digests))
        return {
            digest: _tokens.decode(value) for digest, value in zip(digests, values, strict=True) if value is not None
        }


def _parts(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + MOST_NAMES] for start in range(0, len(names), MOST_NAMES))
