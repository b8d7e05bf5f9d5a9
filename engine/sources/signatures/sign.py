"""A delivery as a sender of some kind would send it, signed: for trying a connection. Pure."""

import json
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.sources.signatures.keys import verifying_key
from engine.sources.signatures.profiles import Profile
from engine.sources.signatures.verify import SECOND_MS, basic_header, digest_of, standard_content, standard_signature

TRIAL: Final = "sulka.test"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Headers (names in lower case) and body of a delivery."""

    headers: Mapping[str, str]
    body: bytes


def sign(profile: Profile, secret: str, body: bytes, *, id: str, now_ms: int, type: str | None = None) -> Signed | None:
    """The delivery with these; None where the secret only verifies (a public key) and can't sign."""
    time = str(now_ms // SECOND_MS)
    headers = {"content-type": "application/json"}
    if profile.id_header is not None:
        headers[profile.id_header] = id
    if profile.type_header is not None and type is not None:
        headers[profile.type_header] = type
    if profile.time_header is not None:
        headers[profile.time_header] = time
    match profile.scheme:
        case "standard":
            key = verifying_key(secret)
            if key is None or key.version != "v1":
                return None
            headers[profile.header] = f"v1,{standard_signature(key.key, standard_content(id, time, body)).decode()}"
        case "digest":
            headers[profile.header] = profile.prefix + digest_of(profile, secret, body, time).decode()
        case "secret":
            headers[profile.header] = profile.prefix + secret
        case "basic":
            headers[profile.header] = basic_header(profile, secret).decode()
    return Signed(headers=headers, body=body)


def trial_delivery(profile: Profile, secret: str, *, id: str, now_ms: int) -> Signed | None:
    """A delivery that means nothing: the handshake of such senders, or a payload that no mapping should want."""
    said = {"trial": TRIAL, "id": id}
    if profile.handshake == "challenge":
        said = {"type": "url_verification", "challenge": id}
    type = "ping" if profile.handshake == "ping" else TRIAL
    return sign(profile, secret, json.dumps(said).encode(), id=id, now_ms=now_ms, type=type)
