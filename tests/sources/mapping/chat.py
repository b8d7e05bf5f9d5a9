"""A small mapping file to read messages by, and messages to read."""

from engine.core.rulebook import EventType
from engine.rulebook.book import mappings_of
from engine.sources.events import JsonValue
from engine.sources.mapping.delivery import Delivery
from engine.sources.mapping.mapped import Event, Mapped
from engine.sources.mapping.mapping import Mapping
from tests.rulebook.books import texts

SOURCE = '[source]\ntitle = { en = "Chat", fi = "Keskustelu" }\nsignature = "slack"\n'
SHARED = """
[[map]]
id = "shared"
makes = "content.shared"
subject = "chat:{user}"
data.channel = "{network}"
"""


def chat(tables: str = SHARED, source: str = SOURCE) -> tuple[Mapping, dict[str, EventType]]:
    """The mapping of a file with these tables, and the types of events that it makes."""
    book, event_types = mappings_of(texts() | {"sources/chat.toml": source + tables})
    return book.mappings["chat"], dict(event_types)


def delivery(body: JsonValue, *, id_: str | None = "d1", headers: dict[str, str] | None = None) -> Delivery:
    """A message as it comes."""
    return Delivery(headers=headers or {}, body=body, is_form=False, id=id_, received_ms=0)


def read(
    body: JsonValue, tables: str = SHARED, *, source: str = SOURCE, id_: str | None = "d1", **headers: str
) -> Mapped:
    """What the mapping makes of a message; headers by their names with _ for -."""
    mapping, event_types = chat(tables, source)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return mapping.read(delivery(body, id_=id_, headers=named), event_types)


def event_of(body: JsonValue, tables: str = SHARED, **headers: str) -> Event:
    """The one event that it makes."""
    mapped = read(body, tables, **headers)
    assert mapped.unreadable == ()
    (event,) = mapped.made
    assert isinstance(event, Event)
    return event
