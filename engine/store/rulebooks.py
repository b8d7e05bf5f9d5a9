"""Published rulebooks: the full text of every one, kept for ever, and the order in which they were in force."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import ask
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.log import Row

CHECKSUM_BYTES: Final = 16


class PublishedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """A rulebook as it was written: file names and texts, and the versions that its digest covers beside them.

    The digest leaves out packs that are off; `checksum` covers all that stands here.
    """

    texts: dict[str, str]
    versions: dict[str, str]
    checksum: bytes


class Version(msgspec.Struct, frozen=True, array_like=True):
    """A publication: the n-th, of which rulebook, when (milliseconds), by whom (the token's name)."""

    number: int
    digest: bytes
    published_at: int
    by: str


class RulebookMissing(StoreDamaged):
    """The log names a rulebook whose text is not in the store: the data is not whole."""

    def __init__(self, *, digest: bytes) -> None:
        self.digest = digest
        super().__init__(found=f"the rulebook {digest.hex()} was published, but its text is not there")


class RulebookDamaged(StoreDamaged):
    """What is stored as a rulebook is not what was published: nothing may be judged by it."""

    def __init__(self, *, digest: bytes) -> None:
        self.digest = digest
        super().__init__(found=f"what is stored as the rulebook {digest.hex()} is not what was published")


_encoder = msgspec.msgpack.Encoder()


def encode_published(texts: Mapping[str, str], versions: Mapping[str, str]) -> bytes:
    """The row of a published rulebook. What is no text in a pack that is off is kept as "?" in a diamond."""
    texts = {_readable(name): _readable(text) for name, text in sorted(texts.items())}
    versions = dict(sorted(versions.items()))
    return _encoder.encode(
        PublishedTexts(texts=texts, versions=versions, checksum=_checksum(texts, versions)),
    )


def decode_published(digest: bytes, row: bytes) -> PublishedTexts:
    """What a row holds.

    Raises:
        RulebookDamaged: It is not what was stored.
    """
    try:
        published = msgspec.msgpack.decode(row, type=PublishedTexts)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RulebookDamaged(digest=digest) from None
    if _encoder.encode(published) != row or published.checksum != _checksum(published.texts, published.versions):
        raise RulebookDamaged(digest=digest)
    return published


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _checksum(texts: Mapping[str, str], versions: Mapping[str, str]) -> bytes:
    return blake2b(_encoder.encode([texts, versions]), digest_size=CHECKSUM_BYTES).digest()


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
        return (
            Row(self._keys.rulebooks, digest.hex(), encode_published(texts, versions)),
            Row(self._keys.versions, str(version.number), _encoder.encode(version), None),
        )

    async def get(self, digest: bytes) -> PublishedTexts:
        """The text of a published rulebook, as whole as it was stored; that its digest fits, the caller checks.

        Raises:
            RulebookMissing, RulebookDamaged: The data is not whole.
        """
        value = cast("bytes | None", await ask(self._read, "HGET", self._keys.rulebooks, digest.hex()))
        if value is None:
            raise RulebookMissing(digest=digest)
        return decode_published(digest, value)

    async def versions(self) -> list[Version]:
        """All publications, the first one first."""
        found = cast("dict[bytes, bytes]", await ask(self._read, "HGETALL", self._keys.versions))
        versions = (_version(value) for value in found.values())
        return sorted(versions, key=lambda version: version.number)

    async def newest(self) -> Version | None:
        """The last publication, in force for the door at once."""
        count = cast("int", await ask(self._read, "HLEN", self._keys.versions))
        if not count:
            return None
        value = cast("bytes | None", await ask(self._read, "HGET", self._keys.versions, count))
        return None if value is None else _version(value)


def _version(row: bytes) -> Version:
    try:
        return msgspec.msgpack.decode(row, type=Version)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"a version of the rules can't be read ({error})") from error
