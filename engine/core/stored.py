"""States as bytes, and back: as the store holds them."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from engine.core.states import (
    AboutState,
    ApprovedState,
    CodesState,
    ContentState,
    GoalState,
    HoldsState,
    ListState,
    MemberState,
    OrganizationState,
    RetriedState,
    State,
    TakenState,
    ThingState,
    UnitsState,
    UnitState,
)

_encode: Final = msgspec.msgpack.Encoder().encode
_plain = msgspec.msgpack.Decoder()
_members = msgspec.msgpack.Decoder(MemberState)
_decode: Final[Mapping[str, Callable[[bytes], State]]] = {
    "m:": _members.decode,
    "u:": msgspec.msgpack.Decoder(UnitState).decode,
    "c:": msgspec.msgpack.Decoder(ContentState).decode,
    "k:": msgspec.msgpack.Decoder(ThingState).decode,
    "a:": msgspec.msgpack.Decoder(AboutState).decode,
    "x:": msgspec.msgpack.Decoder(TakenState).decode,
    "y:": msgspec.msgpack.Decoder(RetriedState).decode,
    "g:": msgspec.msgpack.Decoder(GoalState).decode,
    "l:": msgspec.msgpack.Decoder(ListState).decode,
    "v:": msgspec.msgpack.Decoder(ApprovedState).decode,
    "h": msgspec.msgpack.Decoder(HoldsState).decode,
    "o": msgspec.msgpack.Decoder(OrganizationState).decode,
}


def encode_state(state: State) -> bytes:
    """The bytes that the store holds. Maps stay in the order in which they grew, which the log alone decides."""
    rows_of = _as_rows.get(type(state))
    return _encode(state if rows_of is None else rows_of(state))


def _joined_rows(state: State) -> object:
    assert isinstance(state, UnitsState)
    return [[*key, count] for key, count in sorted(state.joined.items())]


def _code_rows(state: State) -> object:
    assert isinstance(state, CodesState)
    return sorted(state.codes.items())


_as_rows: Final[dict[type, Callable[[State], object]]] = {UnitsState: _joined_rows, CodesState: _code_rows}
"""Written as rows, by name."""


def decode_state(key: str, encoded: bytes | None) -> State | None:
    """The state under this key; what is always there is a new one when it is absent, any other state None.

    Raises:
        msgspec.DecodeError, ValueError: The bytes are no such state; the store is damaged.
    """
    # Only what an era remembers has its number before a slash; a content or unit may have slashes in its name.
    kind = (key.partition("/")[2] if key[0] in "-0123456789" else key)[:2]
    if encoded is None:
        new = _new.get(kind)
        return None if new is None else new()
    match kind:
        case "n":
            return UnitsState(joined={(by, unit): count for by, unit, count in _plain.decode(encoded)})
        case "d":
            return CodesState(codes=dict(_plain.decode(encoded)))
        case _:
            return _decode[kind](encoded)


_new: Final[Mapping[str, Callable[[], State]]] = {
    "m:": MemberState,
    "u:": UnitState,
    "g:": GoalState,
    "n": UnitsState,
    "o": OrganizationState,
    "d": CodesState,
    "h": HoldsState,
}


def copy_state(state: State) -> State:
    """A copy that can be changed without changing this one."""
    match state:
        case MemberState():
            return _members.decode(_encode(state))
        case UnitState():
            return UnitState(sums=dict(state.sums))
        case UnitsState():
            return UnitsState(joined=dict(state.joined))
        case AboutState():
            return AboutState(positions=list(state.positions))
        case OrganizationState():
            return msgspec.structs.replace(state, open_from=list(state.open_from), owed=list(state.owed))
        case CodesState():
            return CodesState(codes=dict(state.codes))
        case ListState():
            return ListState(members=list(state.members))
        case ThingState() | GoalState():
            return msgspec.structs.replace(state)
        case HoldsState():
            return HoldsState(until=dict(state.until))
        case ContentState() | TakenState() | RetriedState() | ApprovedState():
            return state
