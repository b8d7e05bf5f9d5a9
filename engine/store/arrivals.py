"""What the door reads for a request: whose token it is, who its people are, how many rulebooks were published.

Requests that come at the same time share their trips. Of people nothing is remembered between two requests: who
leaves has left at once. The token of a source is remembered for a second, so one that is taken back lets nobody in
after that; all other tokens are looked up each time: before the work, or in the same script (`engine.store.bearers`).
"""

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Final, TypeVar, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.bearers import Bearer, Bearers
from engine.store.directory import MembershipRow, TokenRecord
from engine.store.errors import StoreDamaged
from engine.store.gathering import Gathering
from engine.store.keys import Keys
from engine.store.scripts import script

TOKEN_SECONDS: Final = 1.0
"""How long the token of a source counts after it was looked up."""

MOST_TOKENS: Final = 1_000
"""So many are remembered at once."""

Record = TypeVar("Record", MembershipRow, TokenRecord)

_rows = msgspec.msgpack.Decoder(MembershipRow)
_records = msgspec.msgpack.Decoder(TokenRecord)


class Arrived(msgspec.Struct, frozen=True):
    """How many rulebooks were published, whose the names are, and what those members chose."""

    versions: int
    members: Mapping[str, str]
    memberships: Mapping[str, MembershipRow]


class Arrivals:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys, clock: Callable[[], float] = monotonic) -> None:
        self._read, self._keys, self._clock = read, keys, clock
        self._people = Gathering(self._read_people)
        self._tokens = Gathering(self._read_tokens)
        self._senders: dict[str, tuple[float, TokenRecord]] = {}
        self._seen = Bearers()

    async def of(self, names: Iterable[str]) -> Arrived:
        """What is known of these names, aliases (with a colon) and ids; whom nobody is, or was erased, is absent."""
        return await self._people.of(names)

    def source_seen(self, digest: str) -> str | None:
        """The source whose token this is, where it was looked up within the last second."""
        known = self._senders.get(digest)
        return known[1].source if known is not None and self._clock() < known[0] else None

    def bearer_seen(self, digest: str) -> Bearer | None:
        """The person whose token this was when it was last looked up; it has to be looked up again."""
        return self._seen.seen(digest)

    async def token(self, digest: str) -> TokenRecord | None:
        """Whom the token with this digest lets in; None for nobody."""
        known = self._senders.get(digest)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asked = self._clock()
        bearer = (await self._tokens.of((digest,))).get(digest)
        if bearer is None:
            self._seen.forget(digest)
            return None
        if bearer.record.role == "source":
            if len(self._senders) >= MOST_TOKENS:
                self._senders.clear()
            self._senders[digest] = (asked + TOKEN_SECONDS, bearer.record)
        else:
            self._seen.look(bearer)
        return bearer.record

    async def _read_people(self, names: list[str]) -> Arrived:
        keys = self._keys
        aliases = [name for name in names if ":" in name]
        names = [*aliases, *(name for name in names if ":" not in name)]
        places = [keys.versions, keys.aliases, keys.directory, keys.membership]
        answer = await script("people").run(self._read, places, [len(aliases), *names])
        versions, *found = cast("list[int | bytes | None]", answer)
        members: dict[str, str] = {}
        memberships: dict[str, MembershipRow] = {}
        for name, member, row in zip(names, found[::2], found[1::2], strict=True):
            if isinstance(member, bytes):
                id_ = members[name] = member.decode()
                if isinstance(row, bytes) and id_ not in memberships:
                    memberships[id_] = _decoded(_rows, row, f"the membership of {id_}")
        return Arrived(cast("int", versions), members, memberships)

    async def _read_tokens(self, digests: list[str]) -> dict[str, Bearer]:
        values = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.tokens, *digests))
        return {
            digest: Bearer(digest, _decoded(_records, value, f"the token {digest[:12]}"), value)
            for digest, value in zip(digests, values, strict=True)
            if value is not None
        }


def _decoded(decoder: "msgspec.msgpack.Decoder[Record]", row: bytes, what: str) -> Record:
    try:
        return decoder.decode(row)
    except msgspec.DecodeError as error:
        raise StoreDamaged(found=f"{what} can't be read ({error})") from error
