"""Whether a delivery is its sender's: headers, raw bytes and the time in, a verdict out. Pure, and it never raises.

What was sent is compared as bytes and as it was written, in constant time: nothing is decoded before it is known to be
authentic, so no second spelling of a signature counts.
"""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.sources.signatures.keys import VerifyingKey, verifying_key
from engine.sources.signatures.profiles import Profile

MOST_ID_CHARACTERS: Final = 200
MOST_SIGNATURES: Final = 20
"""So many signatures of one delivery are looked at: senders sign with each secret that is in use."""

SECOND_MS: Final = 1_000

NotAuthenticCode: TypeAlias = Literal[
    "no-signature",
    "no-id",
    "no-timestamp",
    "malformed-signature",
    "malformed-id",
    "malformed-timestamp",
    "mixed-headers",
    "too-old",
    "too-new",
    "wrong-signature",
]

_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_STANDARD: Final = "webhook-"
_ALIAS: Final = "svix-"
_NAMES: Final = ("id", "timestamp", "signature")


class Authentic(msgspec.Struct, frozen=True, kw_only=True):
    """It is the sender's: `secret` says by which of the secrets. `id` and `type` are those of headers, if any."""

    secret: int
    id: str | None
    type: str | None


class NotAuthentic(msgspec.Struct, frozen=True, kw_only=True):
    """It is not, or nobody can know. `look_at` is what an administrator should look at; a sender is not told."""

    code: NotAuthenticCode
    look_at: str


Headers: TypeAlias = Mapping[str, str]


def verify(
    profile: Profile, secrets: Sequence[str], headers: Headers, body: bytes, now_ms: int
) -> Authentic | NotAuthentic:
    """The verdict on one delivery; any one of the secrets is enough. Names of headers are in lower case."""
    match profile.scheme:
        case "standard":
            return _standard(profile, secrets, headers, body, now_ms)
        case "digest":
            return _digest(profile, secrets, headers, body, now_ms)
        case "secret":
            expected = [f"{profile.prefix}{secret}".encode() for secret in secrets]
            return _compared(profile, headers, expected)
        case "basic":
            return _compared(profile, headers, [basic_header(profile, secret) for secret in secrets])


def digest_of(profile: Profile, secret: str, body: bytes, time: str) -> bytes:
    """What stands in the signature's header of a delivery with this body, sent at this time, without the prefix."""
    before, _, after = profile.signed.replace("{time}", time).partition("{body}")
    digest = hmac.new(secret.encode(), before.encode() + body + after.encode(), getattr(hashlib, profile.hash))
    return b64encode(digest.digest()) if profile.encoding == "base64" else digest.hexdigest().encode()


def standard_content(id: str, time: str, body: bytes) -> bytes:
    """What is signed. Source: Standard Webhooks 1.0.0, §Signature scheme."""
    return f"{id}.{time}.".encode() + body


def standard_signature(key: bytes, content: bytes) -> bytes:
    """A `v1` signature of this content, without its version."""
    return b64encode(hmac.new(key, content, hashlib.sha256).digest())


def basic_header(profile: Profile, secret: str) -> bytes:
    """The header of a name and a password. Source: RFC 7617 §2."""
    return profile.prefix.encode() + b64encode(secret.encode())


def _digest(
    profile: Profile, secrets: Sequence[str], headers: Headers, body: bytes, now_ms: int
) -> Authentic | NotAuthentic:
    time = ""
    if profile.time_header is not None:
        fault = _fault_of_time(profile, headers.get(profile.time_header), profile.time_header, now_ms)
        if fault is not None:
            return fault
        time = headers[profile.time_header]
    prefix = profile.prefix.encode()
    return _compared(profile, headers, [prefix + digest_of(profile, secret, body, time) for secret in secrets])


def _compared(profile: Profile, headers: Headers, expected: Sequence[bytes]) -> Authentic | NotAuthentic:
    """Whether the signature's header is one of these, to the letter; all are compared, whichever it is."""
    sent = headers.get(profile.header)
    if not sent:
        return NotAuthentic(code="no-signature", look_at=f"the header {profile.header} is missing or empty")
    sent = _spelled(profile, sent)
    given = _bytes(sent)
    if given is None or not sent.startswith(profile.prefix):
        form = f'it begins with "{profile.prefix}"' if profile.prefix else "it is a text"
        return NotAuthentic(code="malformed-signature", look_at=f"the header {profile.header}: {form}")
    matches = [hmac.compare_digest(given, each) for each in expected]
    return _of_matches(profile, headers, matches)


def _spelled(profile: Profile, sent: str) -> str:
    """The header; the scheme of an Authorization counts in any case. Source: RFC 9110 §11.1."""
    length = len(profile.prefix)
    if profile.header == "authorization" and sent[:length].lower() == profile.prefix.lower():
        return profile.prefix + sent[length:]
    return sent


def _of_matches(profile: Profile, headers: Headers, matches: Sequence[bool]) -> Authentic | NotAuthentic:
    if True not in matches:
        look_at = f"{len(matches)} secret(s) were tried: is one of them the one that the sender has?"
        return NotAuthentic(code="wrong-signature", look_at=look_at)
    id = headers.get(profile.id_header) if profile.id_header else None
    type = headers.get(profile.type_header) if profile.type_header else None
    return Authentic(secret=matches.index(True), id=id or None, type=type or None)


def _standard(
    profile: Profile, secrets: Sequence[str], headers: Headers, body: bytes, now_ms: int
) -> Authentic | NotAuthentic:
    family = _family(headers)
    if family is None:
        look_at = f"headers {_STANDARD}… and {_ALIAS}… stand in one delivery: one family alone can be meant"
        return NotAuthentic(code="mixed-headers", look_at=look_at)
    names = {name: family + name for name in _NAMES}
    id = headers.get(names["id"])
    if not id:
        return NotAuthentic(code="no-id", look_at=f"the header {names['id']} is missing or empty")
    if not id.isascii() or not id.isprintable() or len(id) > MOST_ID_CHARACTERS:
        look_at = f"the header {names['id']}: at most {MOST_ID_CHARACTERS} visible ASCII characters"
        return NotAuthentic(code="malformed-id", look_at=look_at)
    time = headers.get(names["timestamp"])
    fault = _fault_of_time(profile, time, names["timestamp"], now_ms)
    if fault is not None or time is None:
        return fault or NotAuthentic(code="no-timestamp", look_at=names["timestamp"])
    sent = headers.get(names["signature"])
    if not sent:
        return NotAuthentic(code="no-signature", look_at=f"the header {names['signature']} is missing or empty")
    signatures = [pair for entry in sent.split(" ")[:MOST_SIGNATURES] if (pair := _entry(entry)) is not None]
    if not signatures:
        look_at = f"the header {names['signature']}: version,base64, with a space between two"
        return NotAuthentic(code="malformed-signature", look_at=look_at)
    keys = [verifying_key(secret) for secret in secrets]
    content = standard_content(id, time, body)
    matches = [key is not None and _is_signed(key, signatures, content) for key in keys]
    verdict = _of_matches(profile, headers, matches)
    return verdict if isinstance(verdict, NotAuthentic) else msgspec.structs.replace(verdict, id=id)


def _family(headers: Headers) -> str | None:
    """How the names of the three headers begin; None where both families are there."""
    found = {
        family
        for family in (_STANDARD, _ALIAS)
        for name in ("id", "timestamp", "signature")
        if family + name in headers
    }
    if len(found) > 1:
        return None
    return _ALIAS if _ALIAS in found else _STANDARD


def _entry(entry: str) -> tuple[str, bytes] | None:
    """Version and signature of one entry of the list; None where it is not of that form, and is skipped."""
    version, comma, signature = entry.partition(",")
    given = _bytes(signature)
    return (version, given) if comma and signature and given is not None else None


def _is_signed(key: VerifyingKey, signatures: Sequence[tuple[str, bytes]], content: bytes) -> bool:
    """Whether one of the signatures is made with this key; entries of another version are skipped."""
    given = [signature for version, signature in signatures if version == key.version]
    if key.version == "v1":
        expected = standard_signature(key.key, content)
        return True in [hmac.compare_digest(each, expected) for each in given]
    return True in [_is_signed_by(key.key, each, content) for each in given]


def _is_signed_by(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        raw = b64decode(signature, validate=True)
        if b64encode(raw) != signature:
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(raw, content)
    except (NoBase64, ValueError, InvalidSignature):
        return False
    return True


def _fault_of_time(profile: Profile, sent: str | None, name: str, now_ms: int) -> NotAuthentic | None:
    """What is wrong with when a delivery says that it was sent."""
    if not sent:
        return NotAuthentic(code="no-timestamp", look_at=f"the header {name} is missing or empty")
    if _SECONDS.fullmatch(sent) is None:
        return NotAuthentic(
            code="malformed-timestamp", look_at=f"the header {name}: whole seconds since 1970, digits only"
        )
    ahead = int(sent) * SECOND_MS - now_ms
    if abs(ahead) <= profile.tolerance_ms:
        return None
    minutes = profile.tolerance_ms // 60_000
    if ahead > 0:
        look_at = f"{name} is {ahead // SECOND_MS} s ahead, over {minutes} min: are both clocks right?"
        return NotAuthentic(code="too-new", look_at=look_at)
    look_at = f"{name} is {-ahead // SECOND_MS} s old, over {minutes} min: are both clocks right? is it a replay?"
    return NotAuthentic(code="too-old", look_at=look_at)


def _bytes(sent: str) -> bytes | None:
    """The bytes of a header, as HTTP brought them; None for a text that no header can be."""
    try:
        return sent.encode("latin-1")
    except UnicodeEncodeError:
        return None
