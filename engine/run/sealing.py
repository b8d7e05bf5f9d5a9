"""Secrets of other tools, sealed: what the store, its file and its copies hold is of no use without the installation's.

A secret that signs or checks has to be known in full, so a digest will not do. Each is sealed for the place where it
stands: moved to another row, it does not open.
"""

import os
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.run.errors import RunError

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class SealBroken(RunError):
    """A stored secret does not open: it was sealed with another secret of the installation, or for another place."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"what is sealed for {place} does not open; the installation's secret is not that of then")


class Seal:
    """Seals and opens with the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        key = blake2b(b"seal", key=secret, digest_size=KEY_BYTES, person=b"sulka").digest()
        self._cipher = AESGCM(key)

    def close(self, text: str, place: str) -> bytes:
        """The text, sealed for a place such as "source/slack"; never the same bytes twice."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """The text that was sealed for this place.

        Raises:
            SealBroken: With another secret, for another place, or changed since.
        """
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place) from error
        return plain.decode()
