"""Who is told what goes on, and how far each is: subscriptions, their lanes, their newest tries.

A lane is bytes to this module; it is set only as it was read, by the one worker that sends or by an administrator's
call. Every write is one script, and twice is once.
"""

from collections.abc import Sequence
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.store.ask import Argument, ask, ask_all
from engine.store.directory import encode_record
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys
from engine.store.scripts import script

MOST_SUBSCRIPTIONS: Final = 50
MOST_ATTEMPTS: Final = 200
"""So many of the newest tries are kept of each subscription."""

EPOCH: Final = "epoch"
HISTORY_END: Final = "history"
SUBSCRIPTION, LANE = "s:", "l:"

Format = Literal["standard-webhooks", "slack", "teams"]
MovedLane = Literal["moved", "changed", "taken-over"]
SetSubscription = Literal["done", "changed", "full"]


class SealedSecret(msgspec.Struct, frozen=True, array_like=True):
    """A secret that signs, sealed; `until` in milliseconds, 0: no end."""

    sealed: bytes
    until: int = 0


class Subscription(msgspec.Struct, frozen=True, array_like=True):
    """Who is told, what, and how. The address is sealed, too: of some receivers it is a secret by itself."""

    title: str
    format: Format
    address: bytes
    kinds: tuple[str, ...]
    created: int
    secrets: tuple[SealedSecret, ...] = ()
    language: str = "en"


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One try: when, which message, what came back, and when the next one is due (0: none)."""

    at: int
    position: int
    effect: int
    kind: str
    status: int
    ms: int
    why: str = ""
    next_at: int = 0


class Row(msgspec.Struct, frozen=True):
    """A subscription with its lane as it is stored."""

    subscription: Subscription
    lane: bytes


_subscription = msgspec.msgpack.Decoder(Subscription)
_attempt = msgspec.msgpack.Decoder(Attempt)


class OutboxStore:
    """See the module."""

    def __init__(self, *, write: Redis, read: Redis, keys: Keys) -> None:
        self._write, self._read, self._keys = write, read, keys

    async def take_epoch(self) -> int:
        """Make the caller the one who sends; whoever did before is refused from now on."""
        return cast("int", await ask(self._write, "HINCRBY", self._keys.outbox, EPOCH, 1))

    async def epoch(self) -> int:
        """That of whoever sends."""
        return int(cast("bytes | None", await ask(self._read, "HGET", self._keys.outbox, EPOCH)) or 0)

    async def ids(self) -> list[str]:
        """All subscriptions, by name."""
        names = cast("list[bytes]", await ask(self._read, "HKEYS", self._keys.outbox))
        return sorted(name[2:].decode() for name in names if name.startswith(SUBSCRIPTION.encode()))

    async def row(self, id_: str) -> Row | None:
        """A subscription and how far it is.

        Raises:
            StoreDamaged: It can't be read.
        """
        answer = await ask(self._read, "HMGET", self._keys.outbox, SUBSCRIPTION + id_, LANE + id_)
        subscription, lane = cast("list[bytes | None]", answer)
        if subscription is None or lane is None:
            return None
        return Row(_decoded(id_, subscription), lane)

    async def rows(self) -> dict[str, Row]:
        """All of them, the oldest first."""
        found = {id_: row for id_ in await self.ids() if (row := await self.row(id_)) is not None}
        return dict(sorted(found.items(), key=lambda each: (each[1].subscription.created, each[0])))

    async def add(self, id_: str, subscription: Subscription, lane: bytes) -> SetSubscription:
        """Add a new one; "full" where there are `MOST_SUBSCRIPTIONS`, "changed" where the id is taken."""
        return await self._set(id_, subscription, b"", lane)

    async def change(self, id_: str, subscription: Subscription, before: Subscription) -> SetSubscription:
        """Set one; "changed" where it is not as it was read."""
        return await self._set(id_, subscription, encode_record(before), b"")

    async def _set(self, id_: str, subscription: Subscription, before: bytes, lane: bytes) -> SetSubscription:
        arguments: list[Argument] = [id_, encode_record(subscription), before, lane, MOST_SUBSCRIPTIONS]
        answer = await script("set_subscription").run(self._write, [self._keys.outbox], arguments)
        return "done" if answer == 1 else "changed" if answer == 0 else "full"

    async def drop(self, id_: str) -> None:
        """Tell this one no more. Twice is once."""
        fields = (SUBSCRIPTION + id_, LANE + id_)
        await ask_all(self._write, [("HDEL", self._keys.outbox, *fields), ("UNLINK", f"{self._keys.attempts}{id_}")])

    async def move(
        self, id_: str, *, before: bytes, after: bytes, epoch: int | None, attempts: Sequence[Attempt] = ()
    ) -> MovedLane:
        """Set how far one is, as the worker of this epoch or (None) as an administrator."""
        keys = [self._keys.outbox, f"{self._keys.attempts}{id_}"]
        arguments: list[Argument] = [id_, "" if epoch is None else epoch, before, after, MOST_ATTEMPTS]
        arguments.extend(encode_record(attempt) for attempt in attempts)
        answer = await script("move_lane").run(self._write, keys, arguments)
        return "moved" if answer == 1 else "changed" if answer == 0 else "taken-over"

    async def attempts(self, id_: str, count: int) -> list[Attempt]:
        """The newest tries, the last one first."""
        rows = await ask(self._read, "LRANGE", f"{self._keys.attempts}{id_}", 0, count - 1)
        return [_attempt.decode(row) for row in cast("list[bytes]", rows)]

    async def history_end(self) -> int | None:
        """The last position of history mode, of which nobody is told; None where that was never looked for."""
        found = cast("bytes | None", await ask(self._read, "HGET", self._keys.outbox, HISTORY_END))
        return None if found is None else int(found)

    async def set_history_end(self, position: int) -> None:
        """Remember it: it never changes, but is long to look for."""
        await ask(self._write, "HSET", self._keys.outbox, HISTORY_END, position)


def _decoded(id_: str, row: bytes) -> Subscription:
    try:
        return _subscription.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"the subscription {id_} can't be read ({error})") from error
