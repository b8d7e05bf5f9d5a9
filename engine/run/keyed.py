"""Keyed digests of what must not stand in the log as it was sent: keys of things, pairs of people, aliases. Pure.

`secret` has at most 64 bytes.
"""

from hashlib import blake2b
from typing import Final

import msgspec

DIGEST_BYTES: Final = 16

_encoder = msgspec.msgpack.Encoder()


def thing_digest(source: str, key: str, secret: bytes) -> bytes:
    """The thing that a source calls so; keys are unique per source."""
    return _digest((source, key), secret, b"sulka.thing")


def field_digest(type_: str, field: str, value: str, secret: bytes) -> str:
    """A value of a `key` field: equal values of one field stay equal, and say nothing."""
    return _digest((type_, field, value), secret, b"sulka.field").hex()


def pair_digest(giver: str, receiver: str, secret: bytes) -> str:
    """Two people of a thanks, in this direction."""
    return _digest((giver, receiver), secret, b"sulka.pair").hex()


def alias_digest(alias: str, secret: bytes) -> str:
    """For whom an event waits: a normalized alias or an id that nobody has."""
    return _digest((alias,), secret, b"sulka.alias").hex()


def link_digest(code: str, secret: bytes) -> str:
    """A code by which a member links an account: short, so of no use to anybody without the secret."""
    return _digest((code,), secret, b"sulka.link").hex()


def text_key(mark: bytes, field: str, secret: bytes) -> str:
    """Where a text of the event with this mark is kept; the same for every delivery of it."""
    return _digest((mark, field), secret, b"sulka.text").hex()


def _digest(parts: tuple[str | bytes, ...], secret: bytes, person: bytes) -> bytes:
    return blake2b(_encoder.encode(parts), digest_size=DIGEST_BYTES, key=secret, person=person).digest()
