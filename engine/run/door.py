"""The door: posted events in, entries of the log out. The answer comes after they are on disk.

Whether someone takes part, never took part or has left makes no difference to the answer. What the core admits is
appended as one write with whatever else comes at that moment; an event about someone whom nobody knows waits.
"""

from collections.abc import Iterator

from engine.core.admission import Admitted, Offered, People, admit
from engine.core.faults import FaultCode, shown
from engine.core.rulebook import EventType, Rulebook
from engine.run.entering import entering, names_in
from engine.run.held import UNKNOWN, hold
from engine.run.keyed import thing_digest
from engine.run.newest import NewestRulebook
from engine.run.outcomes import OUTCOME_OF, Outcome, Sender, When, Wrong, misfits, wrong_text
from engine.run.people import look_up
from engine.sources.digests import content_digest, mark
from engine.sources.events import MAX_SUBJECT_LENGTH, IncomingEvent, JsonValue, RefusedEvent
from engine.sources.json_guard import escaped
from engine.sources.posted import Posted
from engine.sources.times import parse_time
from engine.store.arrivals import Arrivals
from engine.store.coalesce import Coalescer
from engine.store.directory import Directory
from engine.store.log import Append, Appended

A_PERSON = "a member id or an alias kind:value"


class Door:
    """See the module."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        newest: NewestRulebook,
        coalescer: Coalescer,
        directory: Directory,
        secret: bytes,
    ) -> None:
        self._arrivals, self._newest, self._coalescer = arrivals, newest, coalescer
        self._directory, self._secret = directory, secret

    async def accept(self, posted: Posted, sender: Sender, when: When) -> list[Outcome]:
        """What became of each event, in order. Sending all of it again changes nothing.

        Raises:
            StoreUnavailable: With the outcome unknown; send the same again.
            StoreBusy: Nothing was done.
        """
        rulebook, people = await look_up(self._arrivals, self._newest, lambda book: _names(book, posted))
        judged = [self.offer(item, sender, rulebook, people, when) for item in posted.items]
        appended = iter(await self._coalescer.append([each for each in judged if isinstance(each, Append)]))
        return [
            _outcome(item, next(appended)) if isinstance(each, Append) else each
            for item, each in zip(posted.items, judged, strict=True)
        ]

    def offer(
        self, item: IncomingEvent | RefusedEvent, sender: Sender, rulebook: Rulebook, people: People, when: When
    ) -> Append | Outcome:
        """What would be written of the event, or why it is not taken. Nothing is written here."""
        if isinstance(item, RefusedEvent):
            return Outcome(id=item.id, status="refused", wrong=wrong_text(item.faults))
        if item.source is not None and item.source != sender.source:
            return _foreign(item, sender)
        event = rulebook.events.get(item.type)
        offered = Offered(
            type=item.type,
            source=sender.source,
            subject=None if item.subject is None else people.resolve(item.subject),
            time=None if item.time is None else item.time.utc_ms,
            data=_fitted(event, item),
            key=None if item.key is None else thing_digest(sender.source, item.key, self._secret),
            said_by_member=sender.member is not None,
        )
        admitted = admit(rulebook, offered, people, when.ms)
        wrong = _wrong_people(event, item)
        if event is None or item.subject is None or wrong or not isinstance(admitted, Admitted):
            faults = () if isinstance(admitted, Admitted) else misfits(admitted, item.pointer)
            return Outcome(id=item.id, status="refused", wrong=faults + wrong)
        mark_, digest = mark(sender.source, item.id, self._secret), content_digest(item, self._secret)
        unknown = [*([item.subject] if offered.subject is None else []), *admitted.unknown]
        if unknown:
            return hold(
                offered,
                event,
                subject=item.subject,
                whom=unknown[0],
                time=admitted.time,
                people=people,
                mark=mark_,
                digest=digest,
                when=when,
                secret=self._secret,
            )
        return entering(
            admitted.entry,
            event,
            mark=mark_,
            digest=digest,
            when=when,
            secret=self._secret,
            directory=self._directory,
        )


def _names(rulebook: Rulebook, posted: Posted) -> Iterator[str]:
    for item in posted.items:
        if isinstance(item, IncomingEvent):
            if item.subject is not None:
                yield item.subject
            yield from names_in(rulebook, item.type, item.data)


def _foreign(item: IncomingEvent, sender: Sender) -> Outcome:
    wrong = Wrong(
        pointer=f"{item.pointer}/source",
        code="foreign-source",
        found=f'"{item.source}"',
        expected=f'"{sender.source}", which is the source of this token, or none at all',
    )
    return Outcome(id=item.id, status="foreign-source", wrong=(wrong,))


def _fitted(event: EventType | None, item: IncomingEvent) -> dict[str, JsonValue]:
    """The data as the core reads them: times as milliseconds, names short and ready for a JSON pointer."""
    sent = item.data
    if event is None:
        return {}
    if not event.times and sent.keys() <= event.fields.keys():
        return sent
    data = {escaped(name): value for name, value in sent.items()}
    for name in event.times:
        value = data.get(name)
        if value is not None:
            time = parse_time(value) if isinstance(value, str) else None
            data[name] = str(value) if time is None else time.utc_ms
    return data


def _wrong_people(event: EventType | None, item: IncomingEvent) -> tuple[Wrong, ...]:
    """What the core does not look at: that there is a subject, and that names are short enough to be names."""
    found: list[Wrong] = []
    if item.subject is None:
        found.append(_wrong(f"{item.pointer}/subject", "missing", "nothing"))
    elif not _is_name(item.subject):
        found.append(_wrong(f"{item.pointer}/subject", "wrong-value", shown(item.subject)))
    for name in event.people if event is not None else ():
        value = item.data.get(name)
        names = value if isinstance(value, list) else [value]
        wrong = next((each for each in names if isinstance(each, str) and not _is_name(each)), None)
        if wrong is not None:
            found.append(_wrong(f"{item.pointer}/data/{name}", "wrong-value", shown(wrong)))
    return tuple(found)


def _wrong(pointer: str, code: FaultCode, found: str) -> Wrong:
    return Wrong(pointer=pointer, code=code, found=found, expected=A_PERSON)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_SUBJECT_LENGTH and not text.startswith(UNKNOWN)


def _outcome(item: IncomingEvent | RefusedEvent, appended: Appended) -> Outcome:
    status = OUTCOME_OF[appended.status]
    wrong: tuple[Wrong, ...] = ()
    if status == "conflict":
        expected = "the same content again, or an id of its own"
        wrong = (Wrong(pointer=f"{item.pointer}/id", code="conflict", found=f'"{item.id}"', expected=expected),)
    position = appended.position if status in {"accepted", "duplicate"} else None
    return Outcome(id=item.id, status=status, position=position, wrong=wrong)
