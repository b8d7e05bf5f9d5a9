"""Looking for bytes everywhere: in each key, field and value of an organization, and in the files on disk."""

import mmap
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from engine.store.ask import ask
from engine.store.connect import store_answers
from engine.store.decoding import StreamRow, id_and_fields
from engine.store.keys import Keys

ROWS_AT_ONCE: Final = 1_000
MOST_SLOW_COMMANDS: Final = 10_000
MOST_IN_A_FILE: Final = 20
"""So many places of one file are named."""

LONGEST_PLACE: Final = 80


class Place(msgspec.Struct, frozen=True):
    """Where something was found: a key and a field, or a file and an offset. `found` is what was looked for."""

    where: str
    at: str
    found: str


class Needles:
    """What is looked for, all at once; ASCII letters match whatever their case."""

    def __init__(self, named: Mapping[str, str]) -> None:
        """`named`: the text to look for -> how a finding of it is called."""
        self._called = {text.lower(): called for text, called in named.items()}
        forms = {form for text in named for form in (text, text.lower(), text.upper())}
        longest_first = sorted((form.encode() for form in forms), key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first)) or b"(?!)", re.IGNORECASE)

    def first_in(self, *values: bytes) -> str | None:
        """What is found first in these values."""
        for value in values:
            match = self._pattern.search(value)
            if match is not None:
                return self._name(match[0])
        return None

    def all_in(self, data: mmap.mmap | bytes) -> Iterator[tuple[int, str]]:
        """Every place in this, with what is found there."""
        for match in self._pattern.finditer(data):
            yield match.start(), self._name(match[0])

    def texts_in(self, *values: bytes) -> Iterator[str]:
        """What is found in these values, in lower case."""
        for value in values:
            for match in self._pattern.finditer(value):
                yield match[0].decode().lower()

    def _name(self, found: bytes) -> str:
        return self._called.get(found.decode().lower(), "something of theirs")


class StoreSearch:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def places(self, needles: Needles) -> AsyncIterator[Place | int]:
        """Every row that holds one of the needles; between them, how many rows were looked at since the last time."""
        for key in await self._names():
            name = key.decode(errors="replace").removeprefix(self._keys.prefix)
            found = needles.first_in(key)
            if found is not None:
                yield Place(name[:LONGEST_PLACE], "the name of the key", found)
            async for rows in self._rows(key):
                for at, values in rows:
                    found = needles.first_in(at, *values)
                    if found is not None:
                        yield Place(name[:LONGEST_PLACE], at.decode(errors="replace")[:LONGEST_PLACE], found)
                yield len(rows)

    async def held(self, named: Mapping[str, str]) -> frozenset[str]:
        """Those of the texts to look for that stand somewhere in this organization, alone or within another one."""
        needles, found = Needles(named), set[str]()
        for key in await self._names():
            found.update(needles.texts_in(key))
            async for rows in self._rows(key):
                for at, values in rows:
                    found.update(needles.texts_in(at, *values))
        return frozenset(text for text in named if any(text.lower() in one for one in found))

    async def _names(self) -> list[bytes]:
        keys: set[bytes] = set()
        with store_answers():
            async for key in self._read.scan_iter(match=f"{self._keys.prefix}*", count=ROWS_AT_ONCE):
                keys.add(cast("bytes", key))
        return sorted(keys)

    async def slow_commands(self, needles: Needles) -> list[Place] | None:
        """What the server keeps of slow commands, in memory; None where it lets nobody see."""
        try:
            found = await ask(self._read, "SLOWLOG", "GET", MOST_SLOW_COMMANDS)
        except ResponseError:
            return None
        # An entry: its number, when, how long, the command with its arguments, and who sent it.
        entries = cast("list[tuple[int, int, int, list[bytes], bytes, bytes]]", found)
        places = ((entry[0], needles.first_in(*entry[3])) for entry in entries)
        return [Place("the server's slow log", f"entry {number}", found) for number, found in places if found]

    async def _rows(self, key: bytes) -> AsyncIterator[Sequence[tuple[bytes, tuple[bytes, ...]]]]:
        kind = cast("bytes", await ask(self._read, "TYPE", key))
        match kind:
            case b"stream":
                after = b"-"
                while found := await ask(self._read, "XRANGE", key, after, "+", "COUNT", ROWS_AT_ONCE):
                    entries = cast("list[StreamRow]", found)
                    yield [(id_, tuple(fields[1::2])) for id_, fields in map(id_and_fields, entries)]
                    after = b"(" + id_and_fields(entries[-1])[0]
            case b"string":
                yield [(b"", (cast("bytes", await ask(self._read, "GET", key) or b""),))]
            case b"list":
                yield [(b"", tuple(cast("list[bytes]", await ask(self._read, "LRANGE", key, 0, -1))))]
            case b"hash" | b"zset" | b"set":
                async for rows in self._scanned(kind, key):
                    yield rows
            case _:
                pass

    async def _scanned(self, kind: bytes, key: bytes) -> AsyncIterator[list[tuple[bytes, tuple[bytes, ...]]]]:
        command = {b"hash": "HSCAN", b"zset": "ZSCAN", b"set": "SSCAN"}[kind]
        cursor = 0
        while True:
            answer = await ask(self._read, command, key, cursor, "COUNT", ROWS_AT_ONCE)
            following, found = cast("tuple[int, object]", answer)
            match found:
                case dict():
                    yield [(field, (value,)) for field, value in found.items()]
                case _ if kind == b"zset":
                    yield [(member, ()) for member, _ in cast("list[tuple[bytes, float]]", found)]
                case _:
                    yield [(member, ()) for member in cast("list[bytes]", found)]
            if not following:
                return
            cursor = int(following)


def search_files(folder: Path, needles: Needles, *, besides: Path) -> Iterator[Place | int]:
    """Every place in the files of this folder that holds one of the needles; between them, bytes looked at.

    What lies in `besides` is left out. A file that goes while it is looked at is one that the server has let go of.
    """
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or besides in path.parents:
            continue
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                if not size:
                    continue
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    for number, (at, found) in enumerate(needles.all_in(data)):
                        if number == MOST_IN_A_FILE:
                            break
                        yield Place(str(path.relative_to(folder)), f"byte {at:,}", found)
        except FileNotFoundError:
            continue
        yield size
