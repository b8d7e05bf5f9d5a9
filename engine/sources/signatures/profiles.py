"""How each kind of sender proves that a delivery is its own, as data: a further sender is one more row. Pure.

What a payload means does not belong here (`engine.sources.mapping`), nor whose secrets there are.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

MOST_SECRET_CHARACTERS: Final = 500
TOLERANCE_MS: Final = 300_000
"""Five minutes, as the senders' own libraries have it."""

Scheme = Literal[
    # A keyed digest of the body stands in one header.
    "digest",
    # https://www.standardwebhooks.com: a list of signatures, and secrets that are base64 or public keys.
    "standard",
    # The secret itself stands in a header, and nothing is signed.
    "secret",
    # The same, as RFC 7617 writes a name and a password.
    "basic",
]
Handshake = Literal["challenge", "challenge-code", "ping"]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of sender. Names of headers are in lower case.

    `signed` is what the digest is of: `{time}` and `{body}` stand for what was sent. `id_path` and `type_path` are JSON
    pointers into the body, for senders that have no header for them; a header counts first. `handshake` says how the
    sender tries the address: by a `challenge` in a signed body, by a `challenge-code` in the address, or by a `ping`,
    which is an event of that type. `chosen_by` says whether the sender makes the secret or we may. A form that has the
    field `form_field` holds its JSON there. `mapping` is how its file in rules/sources is called.
    """

    name: str
    title: str
    scheme: Scheme
    header: str
    mapping: str
    chosen_by: Literal["sender", "us"]
    least_secret: int = 16
    prefix: str = ""
    hash: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    signed: str = "{body}"
    time_header: str | None = None
    tolerance_ms: int = TOLERANCE_MS
    id_header: str | None = None
    id_path: str | None = None
    type_header: str | None = None
    type_path: str | None = None
    handshake: Handshake | None = None
    form_field: str | None = None


GITHUB: Final = Profile(
    name="github",
    title="GitHub",
    scheme="digest",
    header="x-hub-signature-256",
    prefix="sha256=",
    mapping="github",
    chosen_by="us",
    id_header="x-github-delivery",
    type_header="x-github-event",
    handshake="ping",
    form_field="payload",
)

BEARER: Final = Profile(
    name="bearer",
    title="A tool that sends a secret",
    scheme="secret",
    header="authorization",
    prefix="Bearer ",
    mapping="generic",
    chosen_by="us",
    id_header="idempotency-key",
)

_SHIPPED: Final = (
    Profile(
        name="standard",
        title="Standard Webhooks",
        scheme="standard",
        header="webhook-signature",
        mapping="generic",
        chosen_by="us",
        least_secret=24,
        time_header="webhook-timestamp",
        id_header="webhook-id",
        type_path="/type",
    ),
    GITHUB,
    msgspec.structs.replace(
        GITHUB,
        name="gitea",
        title="Gitea and Forgejo",
        mapping="github",
        id_header="x-gitea-delivery",
        type_header="x-gitea-event",
        handshake=None,
    ),
    Profile(
        name="gitlab",
        title="GitLab",
        scheme="secret",
        header="x-gitlab-token",
        mapping="gitlab",
        chosen_by="us",
        id_header="x-gitlab-event-uuid",
        type_header="x-gitlab-event",
    ),
    Profile(
        name="slack",
        title="Slack",
        scheme="digest",
        header="x-slack-signature",
        prefix="v0=",
        signed="v0:{time}:{body}",
        mapping="slack",
        chosen_by="sender",
        time_header="x-slack-request-timestamp",
        id_path="/event_id",
        type_path="/event/type",
        handshake="challenge",
        form_field="payload",
    ),
    Profile(
        name="discourse",
        title="Discourse",
        scheme="digest",
        header="x-discourse-event-signature",
        prefix="sha256=",
        mapping="discourse",
        chosen_by="us",
        id_header="x-discourse-event-id",
        type_header="x-discourse-event",
        handshake="ping",
    ),
    Profile(
        name="linkedin",
        title="LinkedIn",
        scheme="digest",
        header="x-li-signature",
        signed="hmacsha256={body}",
        mapping="linkedin",
        chosen_by="sender",
        type_path="/type",
        handshake="challenge-code",
    ),
    Profile(
        name="sha256",
        title="A tool that signs with HMAC-SHA256",
        mapping="generic",
        scheme="digest",
        header="x-hub-signature-256",
        prefix="sha256=",
        chosen_by="us",
        id_header="idempotency-key",
    ),
    BEARER,
    msgspec.structs.replace(BEARER, name="zapier", title="Zapier, Make and forms", mapping="zapier"),
    Profile(
        name="basic",
        title="A tool that sends a name and a password",
        mapping="generic",
        scheme="basic",
        header="authorization",
        prefix="Basic ",
        chosen_by="us",
        id_header="idempotency-key",
    ),
)

PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in _SHIPPED}
"""What is shipped, by name."""
