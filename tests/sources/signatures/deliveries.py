"""Deliveries of every kind of sender, signed with secrets of our own."""

from base64 import b64encode

from engine.sources.signatures.profiles import PROFILES, Profile
from engine.sources.signatures.sign import Signed, sign
from engine.sources.signatures.verify import Authentic, NotAuthentic, verify

NOW_MS = 1_795_000_000_000
SECOND_MS = 1_000
BODY = b'{"type": "post.shared", "by": "U\xc3\xa42"}'
NAMES = tuple(PROFILES)
WITH_TIME = tuple(name for name, profile in PROFILES.items() if profile.time_header is not None)
OVER_THE_BODY = tuple(name for name, profile in PROFILES.items() if profile.scheme in {"digest", "standard"})


def secret_for(profile: Profile, number: int = 1) -> str:
    """A good secret; another one by number."""
    match profile.scheme:
        case "standard":
            return "whsec_" + b64encode(f"a-key-of-ours-number-{number:03}".encode()).decode()
        case "basic":
            return f"sulka:a-password-of-ours-{number:03}"
        case "digest" | "secret":
            return f"a-secret-of-ours-{number:03}"


def delivered(name: str, *, number: int = 1, body: bytes = BODY, now_ms: int = NOW_MS) -> Signed:
    """A delivery of this profile, signed with that secret."""
    profile = PROFILES[name]
    signed = sign(profile, secret_for(profile, number), body, id="delivery-1", now_ms=now_ms, type="post.shared")
    assert signed is not None
    return signed


def verdict(
    name: str,
    headers: dict[str, str],
    body: bytes = BODY,
    *,
    numbers: tuple[int, ...] = (1,),
    now_ms: int = NOW_MS,
) -> Authentic | NotAuthentic:
    """What is found with these of the secrets in use."""
    profile = PROFILES[name]
    return verify(profile, [secret_for(profile, number) for number in numbers], headers, body, now_ms)


def code(found: Authentic | NotAuthentic) -> str:
    return found.code if isinstance(found, NotAuthentic) else "authentic"
