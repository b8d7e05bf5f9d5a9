"""An admitted event as what is written: an entry without what may not stand in the log. Pure."""

from collections.abc import Iterator, Mapping

from engine.core.entries import Act, Blank, encode_entry
from engine.core.rulebook import EventType, FieldType, Rulebook
from engine.run.keyed import field_digest, text_key
from engine.run.outcomes import When
from engine.store.directory import Directory, TextRecord
from engine.store.log import Append, Row

DAY_MS = 86_400_000


def names_in(rulebook: Rulebook, type_: str, data: Mapping[str, object]) -> Iterator[str]:
    """The texts in those fields of an event that name people."""
    event = rulebook.events.get(type_)
    if event is None:
        return
    for name in event.people:
        value = data.get(name)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def entering(
    entry: Act | Blank,
    event: EventType,
    *,
    mark: bytes,
    digest: bytes,
    when: When,
    secret: bytes,
    directory: Directory,
    lets_in: tuple[Row, ...] = (),
) -> Append:
    """The append of an entry: values of `key` fields as digests, texts as records of their own.

    `lets_in` are the rows that take the event out from where it waited.
    """
    rows: tuple[Row, ...] = ()
    if event.apart and isinstance(entry, Act):
        entry, rows = _apart(entry, event, mark, when, secret, directory)
    return Append(
        mark=mark,
        digest=digest,
        payload=encode_entry(entry),
        recorded=when.ms,
        said_recorded=when.said,
        rows=(*rows, *lets_in),
        lets_in=bool(lets_in),
    )


def _apart(
    act: Act, event: EventType, mark: bytes, when: When, secret: bytes, directory: Directory
) -> tuple[Act, tuple[Row, ...]]:
    data, rows = dict(act.data), []
    for field in event.apart:
        name = field.name
        value = data.get(name)
        if not isinstance(value, str):
            continue
        if field.type is FieldType.KEY:
            data[name] = field_digest(event.type, name, value, secret)
        else:
            key = data[name] = text_key(mark, name, secret)
            until = when.ms + event.keep_days * DAY_MS
            record = TextRecord(text=value, member=act.subject, created=when.ms, until=until)
            rows.append(directory.text_row(key, record))
    return Act(act.type, act.time, act.source, act.subject, data, act.key, act.said_by_member), tuple(rows)
