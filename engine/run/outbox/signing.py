"""Signatures of what goes out, by Standard Webhooks: an HMAC of id, time and body under each secret in force."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from engine.run.errors import RunError

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


class SecretNotUnderstood(RunError):
    """What is kept is no secret of ours."""

    def __init__(self) -> None:
        super().__init__(f"A secret of a subscription is not {PREFIX} with base64 behind it.")


def new_secret() -> str:
    """256 random bits, as receivers know them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_of(message: str, seconds: int, body: bytes, secrets_in_force: Iterable[str]) -> dict[str, str]:
    """The headers by which a receiver knows that a message is ours, which one it is, and when it was sent."""
    signed = b"%s.%d.%s" % (message.encode(), seconds, body)
    signatures = (hmac.digest(_key(secret), signed, "sha256") for secret in secrets_in_force)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signatures),
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise SecretNotUnderstood from None
