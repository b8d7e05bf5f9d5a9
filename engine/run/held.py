"""An event that waits for someone, as it is kept apart: nothing in it names a person. Pure."""

import msgspec

from engine.core.admission import Offered, People
from engine.core.rulebook import EventType, FieldType, Value
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

    def known(name: str) -> str:
        return people.resolve(name) or UNKNOWN + digest_of_name(name, secret)

    data: dict[str, Value] = {}
    for name, value in offered.data.items():
        match event.fields[name].type, value:
            case FieldType.MEMBER, str():
                data[name] = known(value)
            case FieldType.MEMBERS, list():
                data[name] = [known(str(each)) for each in value]
            case _, str() | int() | list():
                data[name] = value
            case _:
                pass
    held = Held(
        type=offered.type,
        source=offered.source,
        subject=known(subject),
        time=time,
        data=data,
        key=offered.key,
        said_by_member=offered.said_by_member,
        digest=digest,
    )
    return wait_longer(held, mark, digest_of_name(whom, secret), when, lets_in=False)


def wait_longer(held: Held, mark: bytes, whom: str, when: When, *, lets_in: bool = True) -> Append:
    """The append that keeps an event for the one with this digest, out of where it waited (`lets_in`) before."""
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
