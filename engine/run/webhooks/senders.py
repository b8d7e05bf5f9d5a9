"""Senders with their secrets: made known, given another secret, and opened for the door.

A sender has several secrets at once, so that one can be changed for another without a delivery being refused in
between; the last one can't go. A secret is shown once, when it was made here, and never again.
"""

import secrets as chance
from base64 import b64encode
from collections.abc import Callable
from typing import Final

import msgspec

from engine.run.errors import (
    ChangedMeanwhile,
    LastSecret,
    SourceTaken,
    TooManySecrets,
    UnknownSecret,
    UnknownSource,
    UnsignedSource,
)
from engine.run.sealing import Seal, SealBroken
from engine.sources.signatures.keys import SYMMETRIC
from engine.sources.signatures.profiles import PROFILES, Profile
from engine.store.directory import Directory, SealedSecret, SourceRecord

MOST_SECRETS: Final = 5
"""Of one sender, at once."""

SECRET_BYTES: Final = 32
MOST_TRIES: Final = 10
"""So often the record may be changed by somebody else before we give up."""


class OpenSecret(msgspec.Struct, frozen=True):
    """A secret in plain words, for as long as a call takes."""

    id: str
    text: str

    def __repr__(self) -> str:
        """Without the secret, wherever it is written."""
        return f"OpenSecret({self.id!r})"


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A sender of its own format, ready to be verified; `secrets` are the newest first."""

    name: str
    profile: Profile
    mapping: str
    secrets: tuple[OpenSecret, ...]


class SecretAdded(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that counts from now on. `made` is the secret itself where we made it."""

    id: str
    made: str | None

    def __repr__(self) -> str:
        """Without the secret, wherever it is written."""
        return f"SecretAdded({self.id!r})"


class Senders:
    """See the module."""

    def __init__(self, directory: Directory, secret: bytes) -> None:
        self._directory, self._seal = directory, Seal(secret)
        self._decoy = self._seal.close(chance.token_urlsafe(SECRET_BYTES), "")

    async def add(
        self, name: str, title: str, now: int, *, profile: Profile, mapping: str | None, secret: str | None
    ) -> SecretAdded:
        """Make a sender known whose deliveries are signed; without a secret, one is made.

        Raises:
            SourceTaken: There is one of this name; nothing was changed.
        """
        added, sealed = self._sealed(name, profile, secret, now)
        record = SourceRecord(name, title, now, profile.name, mapping or profile.mapping, (sealed,))
        if not await self._directory.add_source(record):
            raise SourceTaken(source=name)
        return added

    async def add_secret(self, name: str, secret: str | None, now: int) -> SecretAdded:
        """Let a further secret count, made here where none is given. One that counts already is told again.

        Also where those that there are don't open: this is how a sender comes in again.

        Raises:
            UnknownSource, UnsignedSource, TooManySecrets, ChangedMeanwhile: Nothing was changed.
        """
        known, profile = await self._signed(name)
        if secret is not None:
            for each in known.secrets:
                if self._text(name, each) == secret:
                    return SecretAdded(id=each.id, made=None)
        added, sealed = self._sealed(name, profile, secret, now)

        def with_it(record: SourceRecord) -> SourceRecord:
            if len(record.secrets) >= MOST_SECRETS:
                raise TooManySecrets(source=name, most=MOST_SECRETS)
            return msgspec.structs.replace(record, secrets=(sealed, *record.secrets))

        await self._change(name, with_it)
        return added

    async def take_secret(self, name: str, id: str) -> None:
        """Let a secret count no more.

        Raises:
            UnknownSource, UnknownSecret, LastSecret, ChangedMeanwhile: Nothing was changed.
        """

        def without_it(record: SourceRecord) -> SourceRecord:
            left = tuple(each for each in record.secrets if each.id != id)
            if len(left) == len(record.secrets):
                raise UnknownSecret(source=name, known=[each.id for each in record.secrets], id=id)
            if not left:
                raise LastSecret(source=name)
            return msgspec.structs.replace(record, secrets=left)

        await self._change(name, without_it)

    async def of(self, name: str) -> Sender:
        """The sender of this name with its secrets opened; one that does not open counts no more, beside one that does.

        Raises:
            UnknownSource: Nobody is called so.
            UnsignedSource: It posts events with a token, and has no secrets.
            SealBroken: None of them opens.
        """
        record, profile = await self._signed(name)
        texts = {each.id: self._text(name, each) for each in record.secrets}
        opened = tuple(OpenSecret(id, text) for id, text in texts.items() if text is not None)
        if not opened:
            raise SealBroken(f"source/{name}")
        return Sender(name=name, profile=profile, mapping=record.mapping or profile.mapping, secrets=opened)

    async def profile(self, name: str) -> Profile:
        """How the sender of this name signs, whether or not its secrets open.

        Raises:
            UnknownSource, UnsignedSource: As for `of`.
        """
        return (await self._signed(name))[1]

    def decoy(self) -> Sender:
        """A sender that nobody is, verified like one, so that who tries names learns nothing from the time it takes."""
        profile = PROFILES["github"]
        secret = OpenSecret("", self._seal.open(self._decoy, ""))
        return Sender(name="", profile=profile, mapping=profile.mapping, secrets=(secret,))

    async def _signed(self, name: str) -> tuple[SourceRecord, Profile]:
        found = await self._directory.source(name)
        if found is None:
            raise UnknownSource(source=name)
        record, _ = found
        profile = PROFILES.get(record.profile or "")
        if profile is None:
            raise UnsignedSource(source=name)
        return record, profile

    def _text(self, name: str, secret: SealedSecret) -> str | None:
        """The secret in plain words; None where it does not open."""
        try:
            return self._seal.open(secret.sealed, _place(name, secret.id))
        except SealBroken:
            return None

    async def _change(self, name: str, change: Callable[[SourceRecord], SourceRecord]) -> None:
        for _ in range(MOST_TRIES):
            found = await self._directory.source(name)
            if found is None:
                raise UnknownSource(source=name)
            record, row = found
            if await self._directory.change_source(change(record), row):
                return
        raise ChangedMeanwhile(what=f'The source "{name}"')

    def _sealed(self, name: str, profile: Profile, secret: str | None, now: int) -> tuple[SecretAdded, SealedSecret]:
        id, text = chance.token_hex(4), secret or made_secret(profile)
        sealed = SealedSecret(id, now, self._seal.close(text, _place(name, id)))
        return SecretAdded(id=id, made=None if secret else text), sealed


def made_secret(profile: Profile) -> str:
    """A secret that such a sender can be given."""
    match profile.scheme:
        case "standard":
            return SYMMETRIC + b64encode(chance.token_bytes(SECRET_BYTES)).decode()
        case "basic":
            return f"sulka:{chance.token_urlsafe(SECRET_BYTES)}"
        case "digest" | "secret":
            return chance.token_urlsafe(SECRET_BYTES)


def _place(name: str, id: str) -> str:
    """For which place a secret is sealed."""
    return f"source/{name}/{id}"
