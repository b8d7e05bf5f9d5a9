"""How a sender tries an address before it sends there, and what it wants to hear. Pure.

A challenge in a body is looked at only after the body is known to be authentic. A challenge code in an address is
signed by nobody, so whoever asks is answered: what is answered is a digest of the code under the secret, and a code has
a form that no signed delivery can have, so that nobody can have one signed for them this way.
"""

import hashlib
import hmac
import re
from typing import Final

from engine.sources.events import JsonValue
from engine.sources.signatures.profiles import Profile
from engine.sources.signatures.verify import Authentic

MOST_CHALLENGE_CHARACTERS: Final = 1_000
_CODE: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def answer_to_handshake(profile: Profile, authentic: Authentic, body: JsonValue) -> str | None:
    """What the sender wants to hear, where this delivery is a handshake and no event (to a ping nothing); else None."""
    match profile.handshake:
        case "challenge" if isinstance(body, dict) and body.get("type") == "url_verification":
            challenge = body.get("challenge")
            return challenge[:MOST_CHALLENGE_CHARACTERS] if isinstance(challenge, str) else None
        case "ping" if authentic.type == "ping":
            return ""
        case _:
            return None


def answer_to_code(profile: Profile, secret: str, code: str) -> dict[str, str] | None:
    """What a sender wants to hear that sends a code in the address; None where it is no code, or none is expected."""
    if profile.handshake != "challenge-code" or _CODE.fullmatch(code) is None:
        return None
    response = hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()
    return {"challengeCode": code, "challengeResponse": response}
