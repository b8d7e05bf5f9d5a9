"""What a mapping has made of a delivery, carried out: events through the door, what is undone as a retraction.

Sent again, nothing happens twice: each has an id of the sender's, by which the store knows it.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

import msgspec

from engine.core.entries import Retracted
from engine.run.door import Door
from engine.run.errors import HistoryNotOpen, LogFull, OtherContent
from engine.run.keyed import thing_digest
from engine.run.outcomes import Outcome, Sender, When
from engine.run.recorder import Once, Recorder
from engine.sources.events import IncomingEvent
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone
from engine.sources.posted import Posted
from engine.sources.times import time_of
from engine.store.deliveries import BodyFault, Counts, Verdict

OnLink: TypeAlias = Callable[[str, Link, When], Awaitable[bool]]
"""An alias says a member's code, by this source: whether it is theirs now."""

MOST_FAULTS: Final = 20
UNREADABLE: Final = "payload"
"""Why a delivery waits that its mapping could not read."""


class _Undoing(msgspec.Struct, frozen=True):
    """What tells one message that undoes something from another under the same id."""

    key: str


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what a delivery held, in numbers, and what of it could not be taken, and why."""

    counts: Counts
    reason: str | None = None
    faults: tuple[BodyFault, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """In one word: what needs somebody counts before what was taken, that before what was known."""
        counts = self.counts
        if counts.unreadable:
            return "unreadable"
        if counts.accepted or counts.waiting:
            return "accepted"
        return "duplicate" if counts.duplicates else "ignored"


class CarryingOut:
    """See the module. Without `on_link`, what an account says of a member's code is ignored."""

    def __init__(self, *, door: Door, recorder: Recorder, secret: bytes, on_link: OnLink | None = None) -> None:
        self._door, self._recorder, self._secret, self._on_link = door, recorder, secret, on_link

    async def carry_out(self, mapped: Mapped, source: str, when: When, *, acted_ms: int | None = None) -> Carried:
        """All of it, in its order. `acted_ms` is the time of an event that says none itself; without it, now is.

        Raises:
            LogFull, HistoryNotOpen: What came before in the delivery may be taken; all of it can be sent again.
            StoreUnavailable: As for every write.
        """
        tally = _Tally()
        for kind, made in groupby(mapped.made, type):
            if kind is Event:
                events = [each for each in made if isinstance(each, Event)]
                tally.took(events, await self._post(events, source, when, acted_ms))
                continue
            for each in made:
                match each:
                    case Undone():
                        tally.undid(was_new=await self._undo(each, source, when))
                    case Link():
                        tally.linked(carried_out=await self._link(each, source, when))
                    case Event():
                        pass
        return tally.carried(mapped)

    async def _post(self, events: Sequence[Event], source: str, when: When, acted_ms: int | None) -> list[Outcome]:
        items = tuple(_incoming(event, acted_ms) for event in events)
        outcomes = await self._door.accept(Posted(is_array=True, items=items), Sender(source=source), when)
        statuses = {outcome.status for outcome in outcomes}
        if "full" in statuses:
            raise LogFull
        if "no-history" in statuses:
            raise HistoryNotOpen
        return outcomes

    async def _undo(self, undone: Undone, source: str, when: When) -> bool:
        """Whether this had not come before."""
        entry = Retracted(
            by="source",
            time=when.ms,
            key=thing_digest(source, undone.key, self._secret),
            content=None,
            member=None,
            badges_stay=False,
            reason=None,
            source=source,
        )
        once = Once(speaker=f"sulka.undone:{source}", id=undone.id, content=_Undoing(undone.key))
        try:
            appended = await self._recorder.append(entry, when, once=once)
        except OtherContent:
            return False
        return appended.status == "accepted"

    async def _link(self, link: Link, source: str, when: When) -> bool:
        return self._on_link is not None and await self._on_link(source, link, when)


class _Tally:
    """Counts what becomes of each thing."""

    def __init__(self) -> None:
        self._accepted = self._duplicates = self._waiting = self._ignored = 0
        self._refused: list[tuple[str, BodyFault]] = []
        self._outcomes: list[Outcome] = []
        self._refused_events = 0

    def took(self, events: Sequence[Event], outcomes: Sequence[Outcome]) -> None:
        for event, outcome in zip(events, outcomes, strict=True):
            self._outcomes.append(outcome)
            match outcome.status:
                case "accepted":
                    self._accepted += 1
                case "waiting":
                    self._waiting += 1
                # The same thing under its id, said otherwise: a mapping that was mended, or a time of its own.
                case "duplicate" | "conflict":
                    self._duplicates += 1
                case "refused" | "foreign-source" | "full" | "no-history":
                    self._refused_events += 1
                    self._refused += _faults(event, outcome)

    def undid(self, *, was_new: bool) -> None:
        self._accepted += was_new
        self._duplicates += not was_new

    def linked(self, *, carried_out: bool) -> None:
        self._accepted += carried_out
        self._ignored += not carried_out

    def carried(self, mapped: Mapped) -> Carried:
        is_unwanted = not mapped.made and not mapped.unreadable
        unread = [
            (UNREADABLE, BodyFault(each.map, each.pointer, each.found, each.expected)) for each in mapped.unreadable
        ]
        faults = (*unread, *self._refused)
        counts = Counts(
            accepted=self._accepted,
            duplicates=self._duplicates,
            waiting=self._waiting,
            ignored=self._ignored + is_unwanted,
            unreadable=len(mapped.unreadable) + self._refused_events,
        )
        reason = faults[0][0] if faults else "unwanted" if is_unwanted else None
        return Carried(
            counts=counts,
            reason=reason,
            faults=tuple(fault for _, fault in faults[:MOST_FAULTS]),
            outcomes=tuple(self._outcomes),
        )


def _incoming(event: Event, acted_ms: int | None) -> IncomingEvent:
    acted = event.time if event.time is not None else acted_ms
    return IncomingEvent(
        id=event.id,
        source=None,
        type=event.type,
        subject=event.subject,
        time=None if acted is None else time_of(acted),
        key=event.key,
        data=event.data,
        pointer="",
    )


def _faults(event: Event, outcome: Outcome) -> Iterator[tuple[str, BodyFault]]:
    """What of an event does not fit; its pointers are into the event that was made, not into the payload."""
    for wrong in outcome.wrong:
        yield wrong.code, BodyFault(event.type, wrong.pointer, wrong.found, wrong.expected)
