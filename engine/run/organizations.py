"""What is an organization's own by its name: its tokens, the secret under which its digests are, its limits.

A token of another organization than `main` begins with the organization's name, so that it is looked for among the
tokens of that one alone.
"""

import secrets
from hashlib import blake2b
from typing import Final

from engine.store.log import Log
from engine.store.organizations import MAIN, OrganizationRecord, Organizations

BETWEEN: Final = "~"
"""Stands between the organization's name and what is its own: in tokens, in addresses of webhooks. In no name."""

TOKEN_BYTES: Final = 32
SECRET_BYTES: Final = 64


def new_token(organization: str) -> str:
    """A token nobody has: 256 random bits, and whose they are."""
    return of_organization(organization, secrets.token_urlsafe(TOKEN_BYTES))


def of_organization(organization: str, own: str) -> str:
    """How outsiders call what an organization itself calls `own`; `main` has no name there."""
    return own if organization == MAIN else f"{organization}{BETWEEN}{own}"


def parted(said: str) -> tuple[str, str]:
    """The organization's name, and what that itself calls what is said so; see `of_organization`."""
    organization, between, own = said.partition(BETWEEN)
    return (organization, own) if between else (MAIN, said)


def own_secret(secret: bytes, organization: str) -> bytes:
    """The secret of one organization: the same thing has another digest in each. That of `main` is the installation's.

    `secret` has at most 64 bytes, as the result has.
    """
    if organization == MAIN:
        return secret
    return blake2b(organization.encode(), digest_size=SECRET_BYTES, key=secret, person=b"organization").digest()


async def put_limits(
    log: Log, organizations: Organizations, record: OrganizationRecord, log_entries: int | None
) -> None:
    """Have the log hold to the limits of its organization; `log_entries` where it has none of its own.

    Several processes do this at the same time, one of them perhaps with a record that was changed meanwhile: each
    looks again after it has written, so the last one to write has written what holds.
    """
    while True:
        await log.limit(record.log_entries or log_entries, members=record.members)
        now = (await organizations.some((record.name,))).get(record.name, record)
        if now == record:
            return
        record = now
