"""What is noted of deliveries: one row each, counted for operations, and bodies for as long as the settings say."""

import secrets as chance
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from engine.run.errors import DeliveriesFull
from engine.run.measures import Measures
from engine.run.webhooks.carrying_out import Carried
from engine.sources.signatures.verify import NotAuthentic
from engine.store.deliveries import Deliveries, DeliveryRow, KeptBody, Verdict, delivery_id

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
CHANCE_BYTES: Final = 4
NOT_KNOWN_YET: Final = -1


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """How long bodies of deliveries are kept: of those that could not be read, and of all others."""

    unreadable_days: int = 14
    bodies_hours: int = 0


class Notes:
    """See the module. `now_ms` is the door's clock."""

    def __init__(self, deliveries: Deliveries, measures: Measures, keeping: Keeping, now_ms: Callable[[], int]) -> None:
        self._deliveries, self._measures, self._keeping, self._now_ms = deliveries, measures, keeping, now_ms

    def new_id(self, received: int) -> str:
        """An id for a delivery."""
        return delivery_id(received, chance.token_hex(CHANCE_BYTES))

    def count(self, source: str | None, verdict: Verdict) -> None:
        """Count a delivery that is not noted."""
        self._measures.delivered(source, verdict)

    async def refused(self, source: str, received: int, why: NotAuthentic, unlogged: int) -> None:
        """Note one that is not authentic; so many before it were counted alone."""
        row = DeliveryRow(received, "not-authentic", why.code, NOT_KNOWN_YET, unlogged=unlogged, look_at=why.look_at)
        await self.note(source, self.new_id(received), row)

    async def handshake(self, source: str, received: int) -> None:
        """Note that an address was tried with a code."""
        await self.note(source, self.new_id(received), DeliveryRow(received, "handshake", None, NOT_KNOWN_YET))

    async def carried(
        self,
        source: str,
        id: str,
        row: DeliveryRow,
        carried: Carried,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Note what became of a delivery, the first time or again.

        Raises:
            DeliveriesFull: It has to wait and there is no room; it is not noted.
        """
        is_unreadable = carried.verdict == "unreadable"
        keep_ms = self._keeping.unreadable_days * DAY_MS if is_unreadable else self._keeping.bodies_hours * HOUR_MS
        until = row.received + keep_ms
        kept = KeptBody(until, dict(headers), body, carried.faults) if until > self._now_ms() else None
        row = msgspec.structs.replace(row, verdict=carried.verdict, reason=carried.reason, counts=carried.counts)
        self._measures.posted(carried.outcomes)
        await self.note(source, id, row, kept)

    async def note(self, source: str, id: str, row: DeliveryRow, kept: KeptBody | None = None) -> None:
        """Note this row as it is; the time that it took is now, where it is not known yet.

        Raises:
            DeliveriesFull: It has to wait and there is no room; it is not noted.
        """
        if row.took_ms == NOT_KNOWN_YET:
            row = msgspec.structs.replace(row, took_ms=max(0, self._now_ms() - row.received))
        if not await self._deliveries.note(source, id, row, kept):
            self._measures.delivered(source, "failed")
            raise DeliveriesFull(source=source)
        self._measures.delivered(source, row.verdict)
