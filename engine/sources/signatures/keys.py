"""What a secret of a sender is as a key, and whether it may become one. Pure.

A secret is looked at once, when it is entered: what verifies may take those that it is given as good.
"""

import binascii
import re
from base64 import b64decode
from typing import Final

import msgspec

from engine.sources.signatures.profiles import MOST_SECRET_CHARACTERS, Profile

SYMMETRIC: Final = "whsec_"
PUBLIC: Final = "whpk_"
PRIVATE: Final = "whsk_"
MOST_KEY_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 32

_VISIBLE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class WeakSecret(msgspec.Struct, frozen=True, kw_only=True):
    """Why something can't be the secret of a sender; the secret itself is not repeated."""

    found: str
    expected: str


class VerifyingKey(msgspec.Struct, frozen=True):
    """A key of Standard Webhooks: bytes of `v1`, or the public key of `v1a`."""

    version: str
    key: bytes


def weakness_of(profile: Profile, secret: str) -> WeakSecret | None:
    """Why this can't be a secret of such a sender, or None."""
    if len(secret) > MOST_SECRET_CHARACTERS:
        return WeakSecret(found=f"{len(secret)} characters", expected=f"at most {MOST_SECRET_CHARACTERS}")
    if secret and _VISIBLE.fullmatch(secret) is None:
        return WeakSecret(
            found="a secret with characters that a header can't hold", expected="visible ASCII, no space at its ends"
        )
    match profile.scheme:
        case "standard":
            return _weakness_of_key(profile, secret)
        case "basic":
            name, colon, password = secret.partition(":")
            if not colon or not name:
                return WeakSecret(found="no name", expected="a name, a colon and a password: sulka:…")
            return _weakness_of_length(password, profile.least_secret, "the password")
        case "digest" | "secret":
            return _weakness_of_length(secret, profile.least_secret, "it")


def verifying_key(secret: str) -> VerifyingKey | None:
    """The key that a secret of Standard Webhooks stands for, whether or not it is long enough; None where it is none.

    The filling `=` may be missing, as some senders leave it out.
    """
    version, text = "v1", secret.removeprefix(SYMMETRIC)
    if secret.startswith(PUBLIC):
        version, text = "v1a", secret.removeprefix(PUBLIC)
    text = text.rstrip("=")
    try:
        key = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if version == "v1a" and len(key) != PUBLIC_KEY_BYTES:
        return None
    return VerifyingKey(version, key) if key else None


def _weakness_of_key(profile: Profile, secret: str) -> WeakSecret | None:
    if secret.startswith(PRIVATE):
        return WeakSecret(found="a private key", expected=f"the public key, which begins with {PUBLIC}")
    if secret.startswith(PUBLIC):
        if verifying_key(secret) is None:
            return WeakSecret(found="no public key", expected=f"{PUBLIC} and {PUBLIC_KEY_BYTES} bytes in base64")
        return None
    expected = f"{SYMMETRIC} and {profile.least_secret} to {MOST_KEY_BYTES} bytes in base64"
    found = verifying_key(secret)
    if found is None:
        return WeakSecret(found="no base64" if secret.removeprefix(SYMMETRIC) else "nothing", expected=expected)
    if not profile.least_secret <= len(found.key) <= MOST_KEY_BYTES:
        return WeakSecret(found=f"{len(found.key)} bytes", expected=expected)
    return None


def _weakness_of_length(secret: str, least: int, what: str) -> WeakSecret | None:
    if len(secret) >= least:
        return None
    found = f"{what} has {len(secret)} characters" if secret else "nothing"
    return WeakSecret(found=found, expected=f"at least {least} characters that nobody can guess")
