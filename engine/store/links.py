"""Codes by which members link their accounts: open for a quarter of an hour, kept as keyed digests.

A code is used by a row that goes with the entry that links the account (`Links.used_row`), so it is used once.
"""

from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.connect import store_answers
from engine.store.directory import encode_record
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.log import Row
from engine.store.scripts import script

OF_MEMBER: Final = "@"
"""Before the id of a member: the digest of the code that they were given last."""

OF_MINUTE: Final = "!"
"""Before a minute and a source, or an account of one: how many codes it has said that linked nothing."""

ROWS_AT_ONCE: Final = 1_000


class CodeRecord(msgspec.Struct, frozen=True, array_like=True):
    """Whose a code is, until when (milliseconds), and whether it has linked something."""

    member: str
    until: int
    used: bool = False


_decoder = msgspec.msgpack.Decoder(CodeRecord)


class Links:
    """See the module. Digests are in hex."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def open(self, digest: str, record: CodeRecord) -> None:
        """Let a code link accounts of its member; the one before links nothing any more."""
        before = await self.newest(record.member)
        rows = (digest, encode_record(record), OF_MEMBER + record.member, digest)
        await ask(self._write, "HSET", self._keys.links, *rows)
        if before is not None and before != digest:
            await ask(self._write, "HDEL", self._keys.links, before)

    async def newest(self, member: str) -> str | None:
        """The digest of the code that a member was given last."""
        found = cast("bytes | None", await ask(self._read, "HGET", self._keys.links, OF_MEMBER + member))
        return None if found is None else found.decode()

    async def code(self, digest: str) -> CodeRecord | None:
        """Whose the code is; None for one that nobody was given, or that is forgotten."""
        found = cast("bytes | None", await ask(self._read, "HGET", self._keys.links, digest))
        return None if found is None else _decoded(digest, found)

    def used_row(self, digest: str, record: CodeRecord) -> Row:
        """The row that uses the code; "changed" where it is used already."""
        used = msgspec.structs.replace(record, used=True)
        return Row(self._keys.links, digest, encode_record(used), encode_record(record))

    async def attempt(self, who: str, minute: int) -> int:
        """Count a code that somebody says in this minute; how many they have said by now that linked nothing.

        `who` is a source, or `source:digest` of one of its accounts.
        """
        field = f"{OF_MINUTE}{minute}:{who}"
        return cast("int", await ask(self._write, "HINCRBY", self._keys.links, field, 1))

    async def was_right(self, who: str, minute: int) -> None:
        """Take a code out of the count again, because it linked something."""
        await ask(self._write, "HINCRBY", self._keys.links, f"{OF_MINUTE}{minute}:{who}", -1)

    async def forget(self, now_ms: int, minute: int) -> None:
        """Forget codes that are over, and counts of minutes before this one. Twice is once."""
        gone: list[bytes] = []
        members: dict[bytes, bytes] = {}
        with store_answers():
            async for field, value in self._read.hscan_iter(self._keys.links, count=ROWS_AT_ONCE):
                name = cast("bytes", field)
                match name[:1].decode(errors="replace"):
                    case "@":
                        members[name] = cast("bytes", value)
                    case "!":
                        said = name[1:].partition(b":")[0]
                        gone += [name] if int(said) < minute else []
                    case _:
                        record = _decoded(name.decode(), cast("bytes", value))
                        gone += [name] if record.until <= now_ms else []
        over = set(gone)
        for name, digest in members.items():
            if digest in over:
                # The member may be given a new code at this moment.
                await script("drop_row").run(self._write, [self._keys.links], [name, digest])
        for start in range(0, len(gone), ROWS_AT_ONCE):
            await ask(self._write, "HDEL", self._keys.links, *gone[start : start + ROWS_AT_ONCE])


def _decoded(digest: str, row: bytes) -> CodeRecord:
    try:
        return _decoder.decode(row)
    except msgspec.DecodeError as error:
        raise StoreDamaged(found=f"the code {digest[:8]}… can't be read ({error})") from error
