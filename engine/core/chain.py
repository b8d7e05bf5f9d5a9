"""The journal as bytes: one entry per position, each with the digest of the one before and of what the log holds."""

from hashlib import blake2b

import msgspec

from engine.core.entries import Logged
from engine.core.journal import DIGEST_BYTES, Decision, JournalEntry

START_OF_CHAIN = bytes(DIGEST_BYTES)

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(JournalEntry)


def log_digest(position: int, recorded: int, payload: bytes) -> bytes:
    """What the journal remembers of a log entry: its place, its recorded time and every byte of it."""
    return blake2b(b"%d-%d:" % (position, recorded) + payload, digest_size=DIGEST_BYTES).digest()


def chain_digest(encoded: bytes) -> bytes:
    """What the next journal entry says of this one."""
    return blake2b(encoded, digest_size=DIGEST_BYTES).digest()


def encode_journal(entry: JournalEntry) -> bytes:
    """The bytes that the store holds."""
    return _encoder.encode(entry)


def decode_journal(encoded: bytes) -> JournalEntry:
    """The entry of these bytes.

    Raises:
        msgspec.DecodeError: The bytes are no journal entry; the journal is damaged.
    """
    return _decoder.decode(encoded)


class Chain:
    """Journal entries written one after another under one rulebook.

    `tail` is the digest of the last one, `encoded` holds their bytes by position.
    """

    def __init__(self, rulebook: bytes, tail: bytes) -> None:
        self._rulebook, self.tail = rulebook, tail
        self.encoded: dict[int, bytes] = {}

    def add(self, logged: Logged, decision: Decision, *, aside: bool = False) -> JournalEntry:
        """Write what an entry of the log led to."""
        entry = JournalEntry(
            rulebook=self._rulebook,
            log_digest=log_digest(logged.position, logged.recorded, logged.payload),
            previous=self.tail,
            people=decision.people,
            lines=decision.lines,
            late=decision.late,
            aside=aside,
        )
        encoded = encode_journal(entry)
        self.tail = chain_digest(encoded)
        self.encoded[logged.position] = encoded
        return entry
