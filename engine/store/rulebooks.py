"""Published rulebooks: the full text of every one, kept for ever, and the order in which they were in force."""

from collections.abc import Mapping
from typing import cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.errors import StoreError
from engine.store.keys import Keys
from engine.store.log import Row


class PublishedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """A rulebook as it was written: file names and texts, and the versions that its digest covers beside them."""

    texts: dict[str, str]
    versions: dict[str, str] = {}


class Version(msgspec.Struct, frozen=True, array_like=True):
    """A publication: the n-th, of which rulebook, when (milliseconds), by whom (the token's name)."""

    number: int
    digest: bytes
    published_at: int
    by: str


class RulebookMissing(StoreError):
    """The log names a rulebook whose text is not in the store: the data is not whole."""

    def __init__(self, *, digest: bytes) -> None:
        self.digest = digest
        super().__init__(
            f"The rulebook {digest.hex()} was published, but its text is not in the store. Restore it from a backup."
        )


_encoder = msgspec.msgpack.Encoder()


class Rulebooks:
    """See the module."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    def rows(
        self, digest: bytes, texts: Mapping[str, str], versions: Mapping[str, str], version: Version
    ) -> tuple[Row, ...]:
        """The rows that go with the entry `sulka.rulebook.published`.

        Where somebody else has published a version of this number meanwhile, the append says "changed".
        """
        published = PublishedTexts(texts=dict(sorted(texts.items())), versions=dict(sorted(versions.items())))
        return (
            Row(self._keys.rulebooks, digest.hex(), _encoder.encode(published)),
            Row(self._keys.versions, str(version.number), _encoder.encode(version), None),
        )

    async def get(self, digest: bytes) -> PublishedTexts:
        """The text of a published rulebook.

        Raises:
            RulebookMissing: The data is not whole.
        """
        value = cast("bytes | None", await ask(self._read, "HGET", self._keys.rulebooks, digest.hex()))
        if value is None:
            raise RulebookMissing(digest=digest)
        return msgspec.msgpack.decode(value, type=PublishedTexts)

    async def versions(self) -> list[Version]:
        """All publications, the first one first."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.versions))
        versions = (msgspec.msgpack.decode(value, type=Version) for value in found.values())
        return sorted(versions, key=lambda version: version.number)

    async def newest(self) -> Version | None:
        """The last publication, in force for the door at once."""
        count = cast("int", await ask(self._read, "HLEN", self._keys.versions))
        if not count:
            return None
        value = cast("bytes | None", await ask(self._read, "HGET", self._keys.versions, count))
        return None if value is None else msgspec.msgpack.decode(value, type=Version)
