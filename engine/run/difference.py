"""What verifying finds, as data."""

import msgspec

from engine.core.chain import chain_digest


class Difference(msgspec.Struct, frozen=True, order=True):
    """Something that is not what the log says. `place` is a key's name and field: opaque ids, no names of people."""

    kind: str
    place: str
    found: str
    expected: str


def shown(value: bytes | None) -> str:
    """A digest: enough to tell two values apart, and nothing of what they say."""
    return "nothing" if value is None else chain_digest(value).hex()[:16]
