"""What became of the nightly tables of people: one row a day, kept for some weeks. Nothing in it names a person."""

from typing import Final, Literal, TypeAlias, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.directory import encode_record
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys

MOST_KEPT: Final = 60
"""So many nights are remembered."""

Kind: TypeAlias = Literal["new", "changed", "unchanged", "refused", "gone"]


class ToldFault(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong in a row: the column and what was expected; what stood there is in the file alone."""

    column: str
    expected: str


class ToldFate(msgspec.Struct, frozen=True, array_like=True):
    """What became of one row. Whoever is gone stands on line 0: they are known, and not in the file."""

    line: int
    is_: Kind
    member: str | None = None
    changes: tuple[str, ...] = ()
    faults: tuple[ToldFault, ...] = ()


class Night(msgspec.Struct, frozen=True, array_like=True):
    """One night's import, of a day (since 1970, organization's zone); `why` says why nothing was changed.

    `fates` are those of rows that were not unchanged, `untold` how many more of them there were, and `absent` how many
    work here, are not in the file, and stay.
    """

    day: int
    at: int
    why: str | None = None
    counts: dict[Kind, int] = {}
    fates: tuple[ToldFate, ...] = ()
    untold: int = 0
    absent: int = 0


_decoder = msgspec.msgpack.Decoder(Night)


class Imports:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def is_done(self, day: int) -> bool:
        """Whether this day had its import, however it went."""
        return await ask(self._read, "HEXISTS", self._keys.imports, day) == 1

    async def note(self, night: Night) -> bool:
        """Keep what became of a day, once; False where it is known already. The oldest nights go."""
        noted = await ask(self._write, "HSETNX", self._keys.imports, night.day, encode_record(night)) == 1
        days = sorted(int(day) for day in cast("list[bytes]", await ask(self._read, "HKEYS", self._keys.imports)))
        if old := days[:-MOST_KEPT]:
            await ask(self._write, "HDEL", self._keys.imports, *old)
        return noted

    async def nights(self) -> tuple[Night, ...]:
        """All that are kept, the newest first.

        Raises:
            StoreDamaged: One of them can't be read.
        """
        rows = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.imports))
        try:
            nights = [_decoder.decode(row) for row in rows.values()]
        except msgspec.DecodeError as error:
            raise StoreDamaged(found=f"a nightly import can't be read ({error})") from error
        return tuple(sorted(nights, key=lambda night: -night.day))
