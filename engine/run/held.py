"""An event that waits for someone, as it is kept apart: nothing in it names a person. Pure."""

from collections.abc import Mapping

import msgspec

from engine.core.admission import Offered, People
from engine.core.questions import Value
from engine.core.rulebook import EventType, FieldType
from engine.run.keyed import alias_digest
from engine.run.outcomes import When
from engine.run.people import normalized
from engine.store.log import Append

UNKNOWN = "?"
"""A name that nobody has stands as this and its keyed digest."""


class Held(msgspec.Struct, frozen=True, array_like=True):
    """What admission needs to look at the event again. `subject` and people in `data` are member ids or digests."""

    type: str
    source: str
    subject: str
    time: int
    data: dict[str, Value]
    key: bytes | None
    said_by_member: bool
    digest: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Held)


def digest_of_name(name: str, secret: bytes) -> str:
    """For whom an event waits, whether the name came from outside or stands in what was kept."""
    return name.removeprefix(UNKNOWN) if name.startswith(UNKNOWN) else alias_digest(normalized(name), secret)


def hold(
    offered: Offered,
    event: EventType,
    *,
    subject: str,
    whom: str,
    time: int,
    people: People,
    mark: bytes,
    digest: bytes,
    when: When,
    secret: bytes,
) -> Append:
    """The append that keeps a fitting event apart until somebody is `whom`."""
    held = Held(
        type=offered.type,
        source=offered.source,
        subject=_known(subject, people, secret),
        time=time,
        data=_named(offered.data, event, people, secret),
        key=offered.key,
        said_by_member=offered.said_by_member,
        digest=digest,
    )
    return _append(held, mark, digest_of_name(whom, secret), when, lets_in=False)


def hold_longer(
    held: Held, event: EventType, *, whom: str, people: People, mark: bytes, when: When, secret: bytes
) -> Append:
    """The append that keeps an event, out of where it waited before, until somebody is `whom`, too."""
    data = _named(held.data, event, people, secret)
    still = msgspec.structs.replace(held, subject=_known(held.subject, people, secret), data=data)
    return _append(still, mark, digest_of_name(whom, secret), when, lets_in=True)


def _known(name: str, people: People, secret: bytes) -> str:
    return people.resolve(name) or UNKNOWN + digest_of_name(name, secret)


def _named(sent: Mapping[str, object], event: EventType, people: People, secret: bytes) -> dict[str, Value]:
    data: dict[str, Value] = {}
    for name, value in sent.items():
        match event.fields[name].type, value:
            case FieldType.MEMBER, str():
                data[name] = _known(value, people, secret)
            case FieldType.MEMBERS, list():
                data[name] = [_known(str(each), people, secret) for each in value]
            case _, str() | int() | list():
                data[name] = value
            case _:
                pass
    return data


def _append(held: Held, mark: bytes, whom: str, when: When, *, lets_in: bool) -> Append:
    return Append(
        mark=mark,
        digest=held.digest,
        payload=_encoder.encode(held),
        recorded=when.ms,
        said_recorded=when.said,
        waits_for=whom,
        lets_in=lets_in,
    )


def decode_held(payload: bytes) -> Held:
    """The event of these bytes.

    Raises:
        msgspec.DecodeError: The bytes are no such event.
    """
    return _decoder.decode(payload)
