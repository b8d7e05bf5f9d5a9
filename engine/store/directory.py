"""Who people are, and who may call: members' names, aliases, membership, tokens, sources, texts.

Names, addresses and texts live here and nowhere else, so that wiping a record wipes them. What belongs to an entry of
the log is given back as rows, for the same write as the entry (`engine.store.log.Append.rows`).
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Final, Literal, TypeVar, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask, ask_all
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.log import Row
from engine.store.scripts import script

Role = Literal["admin", "hr", "source", "member"]

MOST_READ: Final = 1_000
"""So many rows are read in one command."""


class MemberRecord(msgspec.Struct, frozen=True, array_like=True):
    """What names a person. `aliases` are `kind:value`, normalized by the caller."""

    name: str
    email: str | None = None
    aliases: tuple[str, ...] = ()
    trial: bool = False


class MembershipRow(msgspec.Struct, frozen=True, array_like=True):
    """What the door must know of a member to answer without the engine; as in `engine.core.states.MemberState`."""

    status: str = ""
    joined_at: int = 0
    pauses: tuple[int, ...] = ()
    boards: bool = False
    wall: bool = False
    badges: bool = False
    erased: bool = False


ERASED: Final = MembershipRow(erased=True)
"""All that is left of what an erased member chose."""


class TokenRecord(msgspec.Struct, frozen=True, array_like=True):
    """Whom a token lets in. `member` or `source` say which one; `created` in milliseconds."""

    role: Role
    name: str
    created: int
    member: str | None = None
    source: str | None = None


class SealedSecret(msgspec.Struct, frozen=True, array_like=True):
    """One secret of a sender, of use to nobody without that of the installation (`engine.run.sealing`)."""

    id: str
    added: int
    sealed: bytes


class SourceRecord(msgspec.Struct, frozen=True, array_like=True):
    """A sender of events. With a `profile` it sends its own format, signed with one of its `secrets`, newest first."""

    name: str
    title: str
    created: int
    profile: str | None = None
    mapping: str | None = None
    secrets: tuple[SealedSecret, ...] = ()


class TextRecord(msgspec.Struct, frozen=True, array_like=True):
    """Words of a person (a thanks, a reason): whose, and until when (milliseconds, 0: no end)."""

    text: str
    member: str | None
    created: int
    until: int = 0


Record = TypeVar("Record", MemberRecord, MembershipRow, TokenRecord, SourceRecord, TextRecord)

_encoder = msgspec.msgpack.Encoder()


def encode_record(record: msgspec.Struct) -> bytes:
    """The bytes that the store holds."""
    return _encoder.encode(record)


def token_digest(secret: str) -> str:
    """How a token is kept: a digest says nothing of 256 random bits."""
    return sha256(secret.encode()).hexdigest()


class Directory:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    def member_rows(self, member: str, record: MemberRecord, before: MemberRecord | None) -> tuple[Row, ...]:
        """The rows that set a member's record and aliases; an alias that somebody has makes the append "changed"."""
        old = before.aliases if before is not None else ()
        was = None if before is None else encode_record(before)
        return (
            Row(self._keys.directory, member, encode_record(record), was),
            *(Row(self._keys.aliases, alias, None) for alias in old if alias not in record.aliases),
            *(Row(self._keys.aliases, alias, member.encode(), None) for alias in record.aliases if alias not in old),
        )

    def erased_rows(
        self,
        member: str,
        record: MemberRecord | None,
        texts: Iterable[str],
        *,
        tokens: Iterable[str] = (),
    ) -> tuple[Row, ...]:
        """The rows that wipe what names or reaches a member; "changed" where the record is not as it was read.

        These are the record, the aliases, the texts by these keys, the tokens by these digests, and all that the
        member chose: what is left says that somebody with this id was erased.
        """
        return (
            Row(self._keys.directory, member, None, None if record is None else encode_record(record)),
            Row(self._keys.membership, member, encode_record(ERASED)),
            *self.wiped_rows(texts, aliases=() if record is None else record.aliases, tokens=tokens),
        )

    def wiped_rows(
        self, texts: Iterable[str], *, aliases: Iterable[str] = (), tokens: Iterable[str] = ()
    ) -> tuple[Row, ...]:
        """The rows that wipe these texts, aliases and tokens alone."""
        return (
            *(Row(self._keys.aliases, alias, None) for alias in aliases),
            *(Row(self._keys.texts, text, None) for text in texts),
            *(Row(self._keys.tokens, token, None) for token in tokens),
        )

    async def wipe(self, rows: Sequence[Row]) -> None:
        """Take these rows away without an entry of the log; what is gone already stays gone."""
        for start in range(0, len(rows), MOST_READ):
            part = rows[start : start + MOST_READ]
            await ask_all(self._write, [("HDEL", row.key, row.field) for row in part])

    def membership_row(self, member: str, row: MembershipRow, before: MembershipRow | None) -> Row:
        """The row that goes with a membership entry; "changed" where it is not as it was read."""
        was = None if before is None else encode_record(before)
        return Row(self._keys.membership, member, encode_record(row), was)

    def text_row(self, key: str, text: TextRecord) -> Row:
        """The row of a text that an entry names by its key."""
        return Row(self._keys.texts, key, encode_record(text))

    async def member(self, member: str) -> MemberRecord | None:
        """The record of a member; None for an unknown or erased one."""
        return (await self.members([member])).get(member)

    async def members(self, members: Sequence[str]) -> dict[str, MemberRecord]:
        """The records of those of these members who have one."""
        return await self._rows(self._keys.directory, members, MemberRecord)

    async def all_members(self) -> dict[str, MemberRecord]:
        """Everybody's record, for exports and for verifying."""
        return await self._all(self._keys.directory, MemberRecord)

    async def some_members(self, cursor: int) -> tuple[int, list[str]]:
        """About `MOST_READ` ids from this cursor on (0: the start), and the cursor of those that follow (0: none).

        Who is there all the while is met at least once.
        """
        answer = await ask(self._read, "HSCAN", self._keys.directory, cursor, "COUNT", MOST_READ)
        following, rows = cast("tuple[int, dict[bytes, bytes]]", answer)
        return following, [member.decode() for member in rows]

    async def count(self) -> int:
        """How many members are known."""
        return cast("int", await ask(self._read, "HLEN", self._keys.directory))

    async def resolve(self, aliases: Sequence[str]) -> dict[str, str]:
        """The member ids of those of these aliases that somebody has."""
        values = await self._values(self._keys.aliases, aliases)
        return {alias: value.decode() for alias, value in values.items()}

    async def all_aliases(self) -> dict[str, str]:
        """Every alias and whose it is."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.aliases))
        return {alias.decode(): member.decode() for alias, member in found.items()}

    async def memberships(self, members: Sequence[str]) -> dict[str, MembershipRow]:
        """The membership of those of these members who ever chose anything."""
        return await self._rows(self._keys.membership, members, MembershipRow)

    async def put_token(self, digest: str, record: TokenRecord) -> None:
        """Let this token in; `digest` is that of `token_digest`."""
        await ask(self._write, "HSET", self._keys.tokens, digest, encode_record(record))

    async def drop_tokens(self, digests: Sequence[str]) -> None:
        """Let these tokens in no more."""
        if digests:
            await ask(self._write, "HDEL", self._keys.tokens, *digests)

    async def token(self, secret: str) -> TokenRecord | None:
        """Whom this token lets in; None for nobody."""
        digest = token_digest(secret)
        return (await self._rows(self._keys.tokens, [digest], TokenRecord)).get(digest)

    async def tokens(self) -> dict[str, TokenRecord]:
        """All tokens by digest."""
        return await self._all(self._keys.tokens, TokenRecord)

    async def tokens_of(self, members: Collection[str]) -> tuple[str, ...]:
        """The digests of all tokens of these members."""
        return tuple(key for key, token in (await self.tokens()).items() if token.member in members)

    async def add_source(self, record: SourceRecord) -> bool:
        """Make a sender known; False if its name is taken."""
        return await ask(self._write, "HSETNX", self._keys.sources, record.name, encode_record(record)) == 1

    async def source(self, name: str) -> tuple[SourceRecord, bytes] | None:
        """A sender, and its row as it stands for `change_source`; None where nobody is called so."""
        row = (await self._values(self._keys.sources, [name])).get(name)
        return None if row is None else (_decoded(self._keys.sources, name, row, SourceRecord), row)

    async def change_source(self, record: SourceRecord, row: bytes) -> bool:
        """Set a sender's record where it still is as it was read; False where somebody else has changed it."""
        keys = [self._keys.sources]
        return await script("replace_row").run(self._write, keys, [record.name, row, encode_record(record)]) == 1

    async def sources(self) -> dict[str, SourceRecord]:
        """All senders by name."""
        return await self._all(self._keys.sources, SourceRecord)

    async def texts(self, keys: Sequence[str]) -> dict[str, TextRecord]:
        """Those of these texts that still exist."""
        return await self._rows(self._keys.texts, keys, TextRecord)

    async def all_texts(self) -> dict[str, TextRecord]:
        """Every text by its key."""
        return await self._all(self._keys.texts, TextRecord)

    async def texts_of(self, member: str) -> list[str]:
        """The keys of all texts of a member."""
        return [key for key, text in (await self.all_texts()).items() if text.member == member]

    async def forget_texts(self, now_ms: int, cursor: int) -> int:
        """Delete those that have run out among about `MOST_READ` texts from this cursor on (0: the start).

        The cursor of those that follow; 0 after the last. Twice is once.

        Raises:
            StoreDamaged: One of them can't be read; none was deleted.
        """
        answer = await ask(self._read, "HSCAN", self._keys.texts, cursor, "COUNT", MOST_READ)
        following, rows = cast("tuple[int, dict[bytes, bytes]]", answer)
        texts = {key.decode(): row for key, row in rows.items()}
        gone = [key for key, row in texts.items() if 0 < _decoded("texts", key, row, TextRecord).until <= now_ms]
        if gone:
            await ask(self._write, "HDEL", self._keys.texts, *gone)
        return following

    async def put_text(self, key: str, text: TextRecord) -> None:
        """Keep a text that no entry of the log names."""
        await ask(self._write, "HSET", self._keys.texts, key, encode_record(text))

    async def _rows(self, name: str, fields: Sequence[str], kind: type[Record]) -> dict[str, Record]:
        values = await self._values(name, fields)
        return {field: _decoded(name, field, value, kind) for field, value in values.items()}

    async def _values(self, name: str, fields: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(fields), MOST_READ):
            part: Sequence[Argument] = fields[start : start + MOST_READ]
            values = cast("list[bytes | None]", await ask(self._read, "HMGET", name, *part))
            for field, value in zip(part, values, strict=True):
                if value is not None:
                    found[str(field)] = value
        return found

    async def _all(self, name: str, kind: type[Record]) -> dict[str, Record]:
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", name))
        return {field.decode(): _decoded(name, field.decode(), value, kind) for field, value in found.items()}


def _decoded(name: str, field: str, value: bytes, kind: type[Record]) -> Record:
    """The record of a row.

    Raises:
        StoreDamaged: It can't be read.
    """
    try:
        return msgspec.msgpack.decode(value, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"the row {field} of {name} can't be read ({error})") from error
