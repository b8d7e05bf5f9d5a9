"""What members chose to be told by mail, and up to which week each was told. Gone when a member is erased."""

from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask, ask_all
from engine.store.directory import encode_record
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.scripts import script

QUIET_FROM: Final = 20
QUIET_TO: Final = 8
NO_WEEK: Final = -1
"""Before every week of which anybody is told."""

Email = Literal["weekly", "never"]


class NoticeRow(msgspec.Struct, frozen=True, array_like=True):
    """A member's choice. Quiet hours are those of their own clock; from and to the same hour: none."""

    email: Email = "never"
    quiet_from: int = QUIET_FROM
    quiet_to: int = QUIET_TO


NOTHING: Final = NoticeRow()
"""Nobody is written to who has not asked for it."""

_decoder = msgspec.msgpack.Decoder(NoticeRow)


class Notices:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def of(self, member: str) -> NoticeRow:
        """What a member chose.

        Raises:
            StoreDamaged: It can't be read.
        """
        row = cast("bytes | None", await ask(self._read, "HGET", self._keys.notices, member))
        return NOTHING if row is None else _decoded(member, row)

    async def choose(self, member: str, row: NoticeRow, *, told: int | None = None) -> bool:
        """Set it; `told` is a week of which, and before which, they need nothing. False for nobody who is known."""
        keys = [self._keys.directory, self._keys.notices, self._keys.digests]
        arguments: list[Argument] = [member, encode_record(row), NO_WEEK if told is None else told]
        return await script("choose_notices").run(self._write, keys, arguments) == 1

    async def weekly(self) -> dict[str, NoticeRow]:
        """Those who want a mail a week."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.notices))
        rows = {member.decode(): _decoded(member.decode(), row) for member, row in found.items()}
        return {member: row for member, row in rows.items() if row.email == "weekly"}

    async def told(self) -> dict[str, int]:
        """Up to which week each was told, by the week's first day."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.digests))
        return {member.decode(): int(week) for member, week in found.items()}

    async def set_told(self, member: str, week: int) -> None:
        """Note that a member needs nothing of this week or before, while they are there. Twice is once."""
        await script("note_told").run(self._write, [self._keys.notices, self._keys.digests], [member, week])

    async def wipe(self, member: str) -> None:
        """Forget what a member chose. Twice is once."""
        rows = (("HDEL", key, member) for key in (self._keys.notices, self._keys.digests))
        await ask_all(self._write, list(rows))

    async def has(self, member: str) -> bool:
        """Whether anything is kept of them."""
        rows = [("HEXISTS", key, member) for key in (self._keys.notices, self._keys.digests)]
        return any(await ask_all(self._read, list(rows)))


def _decoded(member: str, row: bytes) -> NoticeRow:
    try:
        return _decoder.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"what {member} chose to be told by mail can't be read ({error})") from error
