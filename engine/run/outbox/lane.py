"""What is remembered of a subscription: how far it is, and the messages that wait. Pure; the moment is an argument.

Nothing is kept of a message until it fails. What goes out next is decided in `waves.py`, what a wave led to in
`results.py`.
"""

from typing import Final, Literal

import msgspec

from engine.store.errors import StoreDamaged

FAILING: Final = 5
"""So many failures without a success, and the receiver counts as failing: one message asks for all."""

Why = Literal["", "gone", "five-days", "by-hand"]
Key = tuple[int, int]
"""Position and effect: which message."""


class Ref(msgspec.Struct, frozen=True, array_like=True):
    """A message: where it stands, and whose it is ("" where it concerns nobody in particular)."""

    position: int
    effect: int
    member: str = ""

    @property
    def key(self) -> Key:
        return self.position, self.effect


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """A message that waits: after `tries` failures, the first at `since`; or behind another one of its member."""

    position: int
    effect: int
    member: str = ""
    tries: int = 0
    due: int = 0
    since: int = 0

    @property
    def key(self) -> Key:
        return self.position, self.effect

    @property
    def ref(self) -> Ref:
        return Ref(self.position, self.effect, self.member)


class GivenUp(msgspec.Struct, frozen=True, array_like=True):
    """A message that the receiver would not take, and when that was decided."""

    position: int
    effect: int
    at: int


class Lane(msgspec.Struct, frozen=True, array_like=True):
    """See the module. All up to `cursor` is delivered, given up or in `waiting`; moments in milliseconds, 0: never."""

    cursor: int = 0
    waiting: tuple[Waiting, ...] = ()
    failures: int = 0
    """Without a success since."""
    failing_since: int = 0
    probes: int = 0
    """How often a failing receiver was asked in vain."""
    hold_until: int = 0
    last_success: int = 0
    given_up: tuple[GivenUp, ...] = ()
    disabled: Why = ""
    disabled_at: int = 0

    @property
    def is_failing(self) -> bool:
        return self.failures >= FAILING


def enabled(lane: Lane, now: int) -> Lane:
    """All that waits goes out at once; also where the receiver has shown that it answers."""
    return msgspec.structs.replace(
        lane,
        waiting=tuple(_anew(each, now) for each in lane.waiting),
        failures=0,
        failing_since=0,
        probes=0,
        hold_until=0,
        disabled="",
        disabled_at=0,
    )


def switched_off(lane: Lane, now: int) -> Lane:
    """Nothing goes out until it is enabled; what comes meanwhile is kept for then."""
    return msgspec.structs.replace(lane, disabled="by-hand", disabled_at=now)


def replayed(lane: Lane, position: int) -> Lane:
    """Everything from this position on goes out once more, under the same ids."""
    return msgspec.structs.replace(
        lane,
        cursor=min(lane.cursor, position - 1),
        waiting=tuple(each for each in lane.waiting if each.position < position),
        given_up=tuple(each for each in lane.given_up if each.position < position),
    )


def _anew(waiting: Waiting, now: int) -> Waiting:
    return msgspec.structs.replace(waiting, tries=0, due=now, since=0)


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Lane)


def encode_lane(lane: Lane) -> bytes:
    """The bytes that the store holds."""
    return _encoder.encode(lane)


def decode_lane(encoded: bytes) -> Lane:
    """The lane of these bytes.

    Raises:
        StoreDamaged: They are none.
    """
    try:
        return _decoder.decode(encoded)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"how far a subscription is can't be read ({error})") from error
