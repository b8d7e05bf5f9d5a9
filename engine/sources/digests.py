"""What tells two events apart: the mark of an id, and the digest of what was said under it.

Keyed, so that nobody who reads the store can try out names; 16 bytes each.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from engine.sources.events import IncomingEvent

DIGEST_BYTES: Final = 16

# Keys sorted, Decimals as JSON numbers: one value has one encoding, since `json_guard` has already made 1.0 and 1,
# 1.50 and 1.5 the same value.
_ENCODER: Final = msgspec.json.Encoder(order="deterministic", decimal_format="number")


def content_digest(event: IncomingEvent, secret: bytes) -> bytes:
    """Equal for the same type, subject as sent, moment as sent (an absent one is absent) and data in any order.

    `secret` has at most 64 bytes.
    """
    time = None if event.time is None else event.time.instant
    content = _ENCODER.encode((event.type, event.subject, time, event.data))
    return blake2b(content, digest_size=DIGEST_BYTES, key=secret, person=b"sulka.content").digest()


def mark(source: str, id: str, secret: bytes) -> bytes:
    """Equal for the same source and id only: what a duplicate is known by."""
    return blake2b(_ENCODER.encode((source, id)), digest_size=DIGEST_BYTES, key=secret, person=b"sulka.mark").digest()
