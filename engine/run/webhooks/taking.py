"""Authentic deliveries of other tools, in their own formats: read by today's mapping, carried out, noted.

What a delivery leads to is on disk when this returns, and so is what waits because it could not be read.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from engine.core.rulebook import Rulebook
from engine.run.errors import (
    BodyForgotten,
    HistoryNotOpen,
    LogFull,
    NothingToSignWith,
    RunError,
    UnknownDelivery,
)
from engine.run.newest import NewestRulebook
from engine.run.newest_mappings import NewestMappings
from engine.run.outcomes import When
from engine.run.webhooks.carrying_out import Carried, CarryingOut
from engine.run.webhooks.notes import NOT_KNOWN_YET, Notes
from engine.run.webhooks.recognising import Recognised, Recognising, Refused, Sent
from engine.run.webhooks.senders import Sender, Senders
from engine.sources.events import BodyTooLarge, NotUnderstood, SourcesError, WrongContentType
from engine.sources.mapping.delivery import Delivery
from engine.sources.mapping.mapped import Mapped
from engine.sources.payload import open_headers, read_payload, short, value_at
from engine.sources.signatures.handshake import answer_to_handshake
from engine.sources.signatures.sign import trial_delivery
from engine.store.arrivals import Arrivals
from engine.store.deliveries import BodyFault, Counts, Deliveries, DeliveryRow, Verdict
from engine.store.errors import StoreError

TRIAL: Final = "test"
"""Why a delivery was noted that we made ourselves."""

NO_MAPPING: Final = "no-mapping"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a delivery; `handshake` is what the sender wants to hear, where it was no more than that."""

    id: str
    verdict: Verdict
    reason: str | None = None
    counts: Counts = Counts()
    faults: tuple[BodyFault, ...] = ()
    handshake: str | None = None


class Taking:
    """See the module. `now_ms` is the door's clock."""

    def __init__(
        self,
        *,
        senders: Senders,
        recognising: Recognising,
        deliveries: Deliveries,
        notes: Notes,
        carrying_out: CarryingOut,
        mappings: NewestMappings,
        newest: NewestRulebook,
        arrivals: Arrivals,
        now_ms: Callable[[], int],
    ) -> None:
        self._senders, self._recognising, self._deliveries, self._notes = senders, recognising, deliveries, notes
        self._carrying_out, self._now_ms = carrying_out, now_ms
        self._mappings, self._newest, self._arrivals = mappings, newest, arrivals

    async def take(self, found: Recognised, when: When) -> Taken:
        """Carry out what a delivery says.

        Raises:
            SourcesError: Its body can't be read at all; that is noted, and nothing else was done.
            DeliveriesFull: It has to wait and there is no room. What could be taken of it was; it can be sent again.
            RunError, StoreError: As of the door; it can be sent again.
        """
        return await self._take(found, when, is_trial=False)

    async def replay(self, source: str, id: str, when: When) -> Taken:
        """Read a delivery once more, by today's mapping. What it led to before stays, and happens no second time.

        Raises:
            UnknownSource, UnsignedSource, UnknownDelivery, BodyForgotten: Nothing was changed.
            RunError, StoreError: As for `take`.
        """
        sender = await self._senders.of(source)
        noted = await self._deliveries.one(source, id)
        if noted is None:
            raise UnknownDelivery(source=source, id=id)
        row, kept = noted.row, noted.kept
        if kept is None:
            raise BodyForgotten(id=id)
        delivery = _delivery(sender, kept.headers, kept.body, row)
        carried = await self._read(delivery, sender, when, acted_ms=row.received)
        await self._notes.carried(source, id, row, carried, kept.headers, kept.body)
        return _taken(id, carried)

    async def try_out(self, source: str) -> Taken:
        """Make a delivery as this sender would, sign it, and take it like any other; nobody gets anything by it.

        Raises:
            UnknownSource, UnsignedSource, NothingToSignWith: Nothing was changed.
        """
        sender, now = await self._senders.of(source), self._now_ms()
        id = self._notes.new_id(now)
        made = trial_delivery(sender.profile, sender.secrets[0].text, id=id, now_ms=now)
        if made is None:
            raise NothingToSignWith(source=source)
        sent = Sent(source=source, headers=made.headers, body=made.body, received=now)
        found = await self._recognising.recognise(sent)
        if isinstance(found, Refused):
            # Its secrets were changed just now.
            await self._recognising.note_refused(found)
            return Taken(id=id, verdict="not-authentic", reason=found.why.code)
        return await self._take(found, When(now), is_trial=True)

    async def _take(self, found: Recognised, when: When, *, is_trial: bool) -> Taken:
        sent, sender = found.sent, found.sender
        id, row = self._notes.new_id(sent.received), _row_of(found)
        headers = open_headers(sender.profile, sent.headers)
        try:
            delivery = _delivery(sender, headers, sent.body, row)
            row = _row_with(row, sender, delivery)
            handshake = answer_to_handshake(sender.profile, found.authentic, delivery.body)
            if handshake is not None:
                await self._notes.note(sent.source, id, msgspec.structs.replace(row, verdict="handshake"))
                return Taken(id=id, verdict="handshake", handshake=handshake)
            carried = await self._read(delivery, sender, when, is_trial=is_trial)
        except StoreError:
            # Nothing can be noted now.
            self._notes.count(sent.source, "failed")
            raise
        except (SourcesError, RunError) as error:
            await self._notes.note(sent.source, id, msgspec.structs.replace(row, reason=_reason(error)))
            raise
        if is_trial:
            tried = msgspec.structs.replace(row, verdict=carried.verdict, reason=TRIAL, counts=carried.counts)
            await self._notes.note(sent.source, id, tried)
        else:
            await self._notes.carried(sent.source, id, row, carried, headers, sent.body)
        return _taken(id, carried)

    async def _read(
        self, delivery: Delivery, sender: Sender, when: When, *, is_trial: bool = False, acted_ms: int | None = None
    ) -> Carried:
        """What today's mapping makes of a delivery, carried out unless this is a trial."""
        mapping = await self._mappings.get(sender.mapping)
        if mapping is None:
            expected = f"rules/sources/{sender.mapping}.toml, published"
            fault = BodyFault("", "", f"no mapping is called {sender.mapping}", expected)
            return Carried(counts=Counts(unreadable=1), reason=NO_MAPPING, faults=(fault,))
        mapped = mapping.read(delivery, (await self._rulebook()).events)
        if is_trial:
            mapped = Mapped(unreadable=mapped.unreadable)
        return await self._carrying_out.carry_out(mapped, sender.name, when, acted_ms=acted_ms)

    async def _rulebook(self) -> Rulebook:
        """The rulebook by which the door admits."""
        return await self._newest.of((await self._arrivals.of(())).versions)


def _row_of(found: Recognised) -> DeliveryRow:
    authentic = found.authentic
    return DeliveryRow(
        received=found.sent.received,
        verdict="failed",
        reason=None,
        took_ms=NOT_KNOWN_YET,
        sent_id=short(authentic.id),
        type=short(authentic.type),
        secret=found.sender.secrets[authentic.secret].id,
    )


def _delivery(sender: Sender, headers: Mapping[str, str], body: bytes, row: DeliveryRow) -> Delivery:
    """What a mapping reads of these bytes.

    Raises:
        SourcesError: They can't be read.
    """
    payload = read_payload(sender.profile, headers, body)
    return Delivery(
        headers=headers,
        body=payload.body,
        is_form=payload.is_form,
        id=row.sent_id or value_at(payload.body, sender.profile.id_path),
        received_ms=row.received,
    )


def _row_with(row: DeliveryRow, sender: Sender, delivery: Delivery) -> DeliveryRow:
    """The row with what the payload says of itself."""
    type_ = row.type or value_at(delivery.body, sender.profile.type_path)
    return msgspec.structs.replace(row, sent_id=delivery.id, type=type_)


def _reason(error: SourcesError | RunError) -> str:
    match error:
        case NotUnderstood():
            return error.faults[0].code
        case WrongContentType():
            return "wrong-content-type"
        case BodyTooLarge():
            return "too-large"
        case LogFull():
            return "log-full"
        case HistoryNotOpen():
            return "no-history"
        case _:
            return "not-taken"


def _taken(id: str, carried: Carried) -> Taken:
    return Taken(id=id, verdict=carried.verdict, reason=carried.reason, counts=carried.counts, faults=carried.faults)
