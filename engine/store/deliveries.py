"""What senders have delivered: of each source the newest, with what became of it, and the bodies that wait.

A delivery that a mapping wanted and could not read waits with its body until it is replayed or its time is over; it is
not pushed out by later ones. Those that were refused have a list of their own, so that a stranger pushes nothing out.
What is read of a payload stands in the body alone: a row holds counts, codes and the sender's own id.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypeVar, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.scripts import script

MOST_ROWS: Final = 1_000
MOST_REFUSED: Final = 100
"""So many refused deliveries of one source are remembered."""

KEPT_DAYS: Final = 30
DAY_MS: Final = 86_400_000
MOST_BODIES: Final = 500
MOST_BODY_BYTES: Final = 33_554_432
"""32 MiB of bodies are kept for one source."""

ROWS_AT_ONCE: Final = 200
BODIES_AT_ONCE: Final = 20
_WITH_BODIES: Final = ("waits", "due", "bodies")

Verdict: TypeAlias = Literal["accepted", "duplicate", "ignored", "unreadable", "not-authentic", "handshake", "failed"]


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """What became of what a delivery held."""

    accepted: int = 0
    duplicates: int = 0
    waiting: int = 0
    ignored: int = 0
    unreadable: int = 0


class DeliveryRow(msgspec.Struct, frozen=True, array_like=True):
    """One delivery. `sent_id` and `type` are the sender's own; `secret` says which one it was signed with.

    `unlogged` are refused ones before it that are counted and not noted, since they were too many in a minute.
    `look_at` says in words what to look at, of one that was refused.
    """

    received: int
    verdict: Verdict
    reason: str | None
    took_ms: int
    sent_id: str | None = None
    type: str | None = None
    secret: str | None = None
    counts: Counts = Counts()
    unlogged: int = 0
    look_at: str | None = None


class BodyFault(msgspec.Struct, frozen=True, array_like=True):
    """Why something in a body could not be taken: by which map, where, what was found, what was expected."""

    map: str
    pointer: str
    found: str
    expected: str


class KeptBody(msgspec.Struct, frozen=True, array_like=True):
    """A body, with the headers that a mapping may ask for and never with one that holds a secret."""

    until: int
    headers: dict[str, str]
    body: bytes
    faults: tuple[BodyFault, ...] = ()


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as it is read: its row by our id, and its body where that is kept."""

    id: str
    row: DeliveryRow
    kept: KeptBody | None


Read = TypeVar("Read", DeliveryRow, KeptBody)

_encoder = msgspec.msgpack.Encoder()
_rows = msgspec.msgpack.Decoder(DeliveryRow)
_bodies = msgspec.msgpack.Decoder(KeptBody)


def delivery_id(received: int, chance: str) -> str:
    """Our id of a delivery: ids sort by when they came."""
    return f"{received:013d}-{chance}"


class Deliveries:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def note(self, source: str, id: str, row: DeliveryRow, kept: KeptBody | None = None) -> bool:
        """Keep a delivery; noted again under its id, it is what it is now. On disk when it returns.

        False where it has to wait and there is no room: then nothing was changed.
        """
        is_refused = row.verdict == "not-authentic"
        names = self._names(source)
        keys = [names["rows"], names["refused" if is_refused else "order"], *(names[each] for each in _WITH_BODIES)]
        waits = row.verdict == "unreadable" and kept is not None
        arguments: list[Argument] = [
            *(id, row.received, _encoder.encode(row), b"" if kept is None else _encoder.encode(kept)),
            *(0 if kept is None else kept.until, int(waits)),
            *(MOST_REFUSED if is_refused else MOST_ROWS, row.received - KEPT_DAYS * DAY_MS),
            *(MOST_BODIES, MOST_BODY_BYTES),
        ]
        return await script("note_delivery").run(self._write, keys, arguments) != -1

    async def page(
        self, source: str, *, verdict: Verdict | None = None, before: str | None = None, count: int
    ) -> tuple[list[Noted], str | None]:
        """At most `count` deliveries with this verdict, or any, the newest first; `before` of the next page."""
        found: list[Noted] = []
        ids = [id for id in await self._ids(source) if before is None or id < before]
        for start in range(0, len(ids), ROWS_AT_ONCE):
            part = ids[start : start + ROWS_AT_ONCE]
            for id, row in (await self._rows_of(source, part)).items():
                if verdict not in {None, row.verdict}:
                    continue
                if len(found) == count:
                    return await self._with_bodies(source, found), found[-1].id
                found.append(Noted(id=id, row=row, kept=None))
        return await self._with_bodies(source, found), None

    async def one(self, source: str, id: str) -> Noted | None:
        """The delivery with this id of ours."""
        row = (await self._rows_of(source, [id])).get(id)
        if row is None:
            return None
        return (await self._with_bodies(source, [Noted(id=id, row=row, kept=None)]))[0]

    async def forget(self, source: str, now: int, ids: Sequence[str] = ()) -> int:
        """Forget the bodies whose time is over, and these; how many that were. Twice is once."""
        names = self._names(source)
        keys = [names["order"], *(names[each] for each in _WITH_BODIES)]
        return cast("int", await script("forget_bodies").run(self._write, keys, [now, *ids]))

    async def _ids(self, source: str) -> list[str]:
        names = self._names(source)
        lists = [
            cast("list[bytes]", await ask(self._read, "ZRANGE", names[each], 0, -1))
            for each in ("order", "refused", "waits")
        ]
        return sorted((id.decode() for ids in lists for id in ids), reverse=True)

    async def _rows_of(self, source: str, ids: Sequence[str]) -> dict[str, DeliveryRow]:
        return {
            id: _decoded(_rows, row, f"delivery {id}")
            for id, row in (await self._values(self._names(source)["rows"], ids)).items()
        }

    async def _bodies_of(self, source: str, ids: Sequence[str]) -> dict[str, KeptBody]:
        return {
            id: _decoded(_bodies, row, f"the body of delivery {id}")
            for id, row in (await self._values(self._names(source)["bodies"], ids)).items()
        }

    async def _with_bodies(self, source: str, found: list[Noted]) -> list[Noted]:
        bodies: dict[str, KeptBody] = {}
        for start in range(0, len(found), BODIES_AT_ONCE):
            bodies |= await self._bodies_of(source, [each.id for each in found[start : start + BODIES_AT_ONCE]])
        return [msgspec.structs.replace(each, kept=bodies.get(each.id)) for each in found]

    async def _values(self, name: str, ids: Sequence[str]) -> dict[str, bytes]:
        if not ids:
            return {}
        values = cast("list[bytes | None]", await ask(self._read, "HMGET", name, *ids))
        return {id: value for id, value in zip(ids, values, strict=True) if value is not None}

    def _names(self, source: str) -> Mapping[str, str]:
        rows = self._keys.deliveries(source)
        lists = ("order", "refused", "waits", "due", "bodies")
        return {"rows": rows, **{each: f"{rows}:{each}" for each in lists}}


def _decoded(decoder: "msgspec.msgpack.Decoder[Read]", row: bytes, what: str) -> Read:
    try:
        return decoder.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"{what} can't be read ({error})") from error
