"""Who has looked: each opening of one person's record, kept for that person before anything of it is answered."""

from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.directory import Role, TextRecord, encode_record
from engine.store.errors import StoreError
from engine.store.keys import Keys
from engine.store.scripts import script

MOST_LOOKS: Final = 10_000
"""So many openings of one person's record are kept. None is thrown away for a new one: beyond it, nobody looks."""

Opened = Literal["record", "ledger", "receipts", "badges", "export"]


class Look(msgspec.Struct, frozen=True, array_like=True):
    """Somebody opened a part of a member's record. `day` (since 1970, UTC) makes the same look once a day.

    `reason` is the key of the text; the name is that of the token.
    """

    opened: Opened
    role: Role
    name: str
    reason: str
    day: int


class NotedLook(msgspec.Struct, frozen=True):
    """A look, and when it was (milliseconds)."""

    at: int
    look: Look


class LooksPage(msgspec.Struct, frozen=True):
    """Looks, the newest first; `following` asks for the next page, if there is one."""

    looks: tuple[NotedLook, ...]
    following: tuple[int, int] | None


class TooManyLooks(StoreError):
    """The record was opened as often as is kept. Nothing was changed, and nothing may be shown."""

    def __init__(self) -> None:
        super().__init__(f"This record was opened {MOST_LOOKS:,} times, which is as many as are kept.")


_decoder = msgspec.msgpack.Decoder(Look)


class Looks:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def note(self, member: str, look: Look, *, at: int, reason: TextRecord) -> bool:
        """Keep the look with its reason; False where the same was kept before. On disk when it returns.

        Raises:
            TooManyLooks, StoreDamaged: Nothing was changed.
            StoreUnavailable: It may have been kept; note the same again.
        """
        keys = [self._keys.looks(member), self._keys.texts]
        arguments: list[Argument] = [encode_record(look), at, look.reason, encode_record(reason), MOST_LOOKS]
        noted = await script("note_look").run(self._write, keys, arguments)
        if noted == -1:
            raise TooManyLooks
        return noted == 1

    async def all(self, member: str) -> tuple[NotedLook, ...]:
        """Every look, the newest first."""
        return (await self.page(member, following=None, count=MOST_LOOKS)).looks

    async def wipe(self, member: str) -> None:
        """Forget who has looked, as the member is erased. Twice is once."""
        await ask(self._write, "UNLINK", self._keys.looks(member))

    async def page(self, member: str, *, following: tuple[int, int] | None, count: int) -> LooksPage:
        """At most `count` looks after a page, or the newest.

        `following` says a moment, and how many of the looks of that very moment were given.
        """
        top, given = following if following is not None else ("+inf", 0)
        found = await ask(
            self._read,
            *("ZREVRANGEBYSCORE", self._keys.looks(member), top, "-inf"),
            *("WITHSCORES", "LIMIT", given, count + 1),
        )
        flat = cast("list[bytes]", found)
        rows = [
            NotedLook(int(float(score)), _decoder.decode(row)) for row, score in zip(flat[::2], flat[1::2], strict=True)
        ]
        shown = tuple(rows[:count])
        if len(rows) <= count:
            return LooksPage(shown, None)
        last = shown[-1].at
        same = sum(row.at == last for row in shown)
        return LooksPage(shown, (last, same + given if following is not None and top == last else same))
