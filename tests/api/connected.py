"""Tools that deliver in formats of their own: sources whose secrets a test knows, a mapping, and signed requests."""

import json
from base64 import b64encode
from typing import Any

import httpx
import msgspec

from engine.rulebook.book import compile_mappings
from engine.sources.signatures.profiles import PROFILES, Profile
from engine.sources.signatures.sign import sign
from tests.api.desk import Desk
from tests.rulebook.books import ORGANIZATION

SECRET = "a-secret-that-nobody-guesses"
KEY = "whsec_" + b64encode(b"a-key-that-nobody-ever-guesses").decode()

MAPPING = """\
[source]
title = "A tool"

[[map]]
id = "share"
if.kind = "share"
makes = "content.shared"
subject = "email:{who}"
event_id = "{id}"
key = "share:{id}"
data.channel = "{channel}"
data.own_words = true
undone_by.kind = "unshare"

[[link]]
id = "account"
if.kind = "link"
alias = "tool:{who}"
code = "{code}"
"""
MENDED = MAPPING.replace('"{channel}"', '"{channel|network}"')


def secret_for(profile: Profile) -> str:
    """A secret that such a sender can have."""
    match profile.scheme:
        case "standard":
            return KEY
        case "basic":
            return f"sulka:{SECRET}"
        case "digest" | "secret":
            return SECRET


async def map_by(desk: Desk, text: str = MAPPING, *, digest: bytes | None = None) -> None:
    """Read deliveries by this text from now on; another `digest` publishes it."""
    compiled = compile_mappings({"organization.toml": ORGANIZATION, "sources/tool.toml": text})
    desk.house.mappings.clear()
    desk.house.mappings.update(compiled)
    if digest is not None:
        desk.house.book = msgspec.structs.replace(desk.house.book, digest=digest)
        await desk.house.publish(number=2)


async def connect(desk: Desk, profile: str = "sha256", *, name: str = "tool", mapping: str = "tool") -> None:
    """A source of this name and profile, entered as an administrator does it."""
    if not desk.house.mappings:
        await map_by(desk)
    body = {"name": name, "title": "A tool", "profile": profile, "mapping": mapping}
    await desk.right("POST", "/v1/sources", {**body, "secret": secret_for(PROFILES[profile])}, by="admin")


def share(id: str = "s1", who: str = "anna@example.org", **more: object) -> dict[str, object]:
    """What the tool says when somebody has shared."""
    return {"kind": "share", "id": id, "who": who, "channel": "linkedin", **more}


async def deliver(
    desk: Desk,
    said: object,
    *,
    profile: str = "sha256",
    name: str = "tool",
    secret: str | None = None,
    type: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """What is answered to a delivery, signed as the profile asks; bytes are sent as they are."""
    row = PROFILES[profile]
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    now = desk.house.now
    signed = sign(row, secret or secret_for(row), body, id="d1", now_ms=now, type=type)
    assert signed is not None
    sent = {**signed.headers, **(headers or {})}
    return await desk.client.post(f"/v1/webhooks/{name}", content=body, headers=sent)


async def listed(desk: Desk, name: str = "tool", query: str = "") -> list[dict[str, Any]]:
    """The deliveries, as HR reads them."""
    found = await desk.right("GET", f"/v1/sources/{name}/deliveries{query}", by="hr")
    rows: list[dict[str, Any]] = found["deliveries"]
    return rows
