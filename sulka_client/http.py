"""What both clients share of HTTP."""

from typing import Final

import httpx

from sulka_client.errors import NotReached

TIMEOUT_SECONDS: Final = 30.0

NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Errors before a byte has left."""


def head_of(token: str) -> dict[str, str]:
    """What goes with every request."""
    return {"authorization": f"Bearer {token}"}


def not_reached(error: httpx.TransportError) -> NotReached:
    """What it means that there was no answer."""
    return NotReached(str(error) or type(error).__name__, is_unknown=not isinstance(error, NEVER_SENT))
