"""The organizations of one installation beside `main`, which nobody has to know about: who there is, and their limits.

They stand in one key outside of any organization. All else of an organization lies under its own keys.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.directory import encode_record
from engine.store.errors import StoreDamaged, UnknownOrganization
from engine.store.scripts import number, script

MAIN: Final = "main"
"""The organization that nobody has to know about. It is always there, and in no list of the store."""

INSTALLATION: Final = "sulka"
"""The hash tag of what belongs to no organization; so none is called like that."""

ORGANIZATIONS: Final = f"{{{INSTALLATION}}}:organizations"

MOST_ORGANIZATIONS: Final = 1_000
"""Each that is used is kept in the memory of every process."""

NAME_PATTERN: Final = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
MOST_NAME: Final = 40


class OrganizationRecord(msgspec.Struct, frozen=True, array_like=True):
    """An organization. `log_entries` and `members` are its own limits, None where the installation's hold.

    `created` in milliseconds. One that is closed lets nobody in, and its engine rests.
    """

    name: str
    title: str
    created: int
    log_entries: int | None = None
    members: int | None = None
    closed: bool = False


Added = Literal["added", "taken", "full"]


def is_name(text: str) -> bool:
    """Whether an organization may be called so; `main` and the installation itself are taken."""
    return len(text) <= MOST_NAME and re.fullmatch(NAME_PATTERN, text) is not None and text not in {MAIN, INSTALLATION}


class Organizations:
    """See the module. `key` is another one in tests alone, `most` how many there may be."""

    def __init__(self, *, write: Redis, read: Redis, key: str = ORGANIZATIONS, most: int = MOST_ORGANIZATIONS) -> None:
        self._write, self._read, self._key, self._most = write, read, key, most

    async def add(self, record: OrganizationRecord) -> Added:
        """Make an organization known, unless its name is taken or there are as many as there may be."""
        answer = await self._set(record.name, b"", record)
        return "added" if answer == 1 else "taken" if answer == 0 else "full"

    async def change(self, before: OrganizationRecord, after: OrganizationRecord) -> bool:
        """Put this record in the place of that one; False where somebody else was quicker, and nothing was changed."""
        return await self._set(before.name, encode_record(before), after) == 1

    async def _set(self, name: str, was: bytes, record: OrganizationRecord) -> int:
        arguments: list[Argument] = [name, was, encode_record(record), self._most]
        return number(await script("organization").run(self._write, [self._key], arguments))

    async def some(self, names: Sequence[str]) -> dict[str, OrganizationRecord]:
        """Those of these that there are."""
        values = cast("list[bytes | None]", await ask(self._read, "HMGET", self._key, *names))
        return {name: _decoded(name, value) for name, value in zip(names, values, strict=True) if value is not None}

    async def check(self, name: str) -> None:
        """See that there is an organization of this name.

        Raises:
            UnknownOrganization: There is none.
        """
        if name != MAIN and not await self.some((name,)):
            raise UnknownOrganization(name=name, known=(MAIN, *await self.all()))

    async def all(self) -> dict[str, OrganizationRecord]:
        """All of them by name, in the order of their names; `main` is none of them."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._key))
        return {name.decode(): _decoded(name.decode(), value) for name, value in sorted(found.items())}


def _decoded(name: str, row: bytes) -> OrganizationRecord:
    try:
        return msgspec.msgpack.decode(row, type=OrganizationRecord)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"the organization {name} can't be read ({error})") from error
