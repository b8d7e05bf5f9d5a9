"""One `[[map]]` or `[[link]]` and what it makes of a payload that it wants."""

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.core.faults import shown
from engine.core.rulebook import EventType
from engine.sources.events import MAX_DATA_FIELDS, MAX_ID_LENGTH, MAX_KEY_LENGTH, MAX_SUBJECT_LENGTH, JsonValue
from engine.sources.json_guard import escaped
from engine.sources.mapping.conditions import Condition
from engine.sources.mapping.mapped import Event, Link, Undone
from engine.sources.mapping.paths import View
from engine.sources.mapping.reading import bounded, digest, moment_of
from engine.sources.mapping.templates import Gap, Template
from engine.sources.mapping.values import A_TIME, Source, expected_of, fill, fitting

MOST_CODE_LENGTH: Final = 100

_ENCODER: Final = msgspec.json.Encoder(order="deterministic", decimal_format="number")


class OfContent(msgspec.Struct, frozen=True):
    """The id of a message is a digest of what it says."""


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[map]]`. `data` names a source for each field; `rest` is an object whose members are fields.

    `spoken_for` are the members of the payload that are no data, where `rest` is the whole payload. An `event_id` of
    None is the delivery's own.
    """

    id: str
    condition: Condition
    undone: Condition | None
    makes: Template
    subject: Template
    event_id: Template | OfContent | None
    time: Template | None
    key: Template | None
    data: tuple[tuple[str, Source], ...]
    rest: Template | None = None
    spoken_for: frozenset[str] = frozenset()

    def read(self, view: View, delivery_id: str | None, event_types: Mapping[str, EventType]) -> Event | Undone | None:
        """What it makes of this payload; None where it does not want it.

        Raises:
            Gap: It wants the payload and can't read it.
        """
        is_undone = self.undone is not None and self.undone.holds(view)
        if not is_undone and not self.condition.holds(view):
            return None
        id_ = self._event_id(view, delivery_id)
        if is_undone and self.key is not None:
            return Undone(key=bounded(self.key.text(view), MAX_KEY_LENGTH), id=id_)
        type_ = self.makes.text(view)
        event = event_types.get(type_)
        if event is None:
            raise _of(self.makes, view, type_, "one of " + ", ".join(sorted(event_types)))
        return Event(
            id=id_,
            type=type_,
            subject=_name(self.subject, view),
            time=_moment(self.time, view),
            data=_data(self, view, event),
            key=self._key(view),
        )

    def _key(self, view: View) -> str | None:
        """Where the whole key is the sender's own, it may be missing: then the event can't be taken back by it."""
        if self.key is None or (self.key.whole is not None and not self.key.is_there(view)):
            return None
        return bounded(self.key.text(view), MAX_KEY_LENGTH)

    def _event_id(self, view: View, delivery_id: str | None) -> str:
        """The same for the same message, and of each map its own."""
        if isinstance(self.event_id, Template):
            text = self.event_id.text(view)
        elif isinstance(self.event_id, OfContent):
            text = digest(_ENCODER.encode(view.body).decode())
        elif delivery_id is not None:
            text = delivery_id
        else:
            raise Gap("", "a delivery without an id", "an event_id in this map")
        return bounded(f"{text}/{self.id}", MAX_ID_LENGTH)


class LinkMap(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[link]]`."""

    id: str
    condition: Condition
    alias: Template
    code: Template

    def read(self, view: View) -> Link | None:
        """The account and its code; None where this is another payload.

        Raises:
            Gap: It wants the payload and can't read it.
        """
        if not self.condition.holds(view):
            return None
        code = self.code.text(view).strip()
        if not code or len(code) > MOST_CODE_LENGTH or not code.isprintable():
            raise _of(self.code, view, code, f"a code of at most {MOST_CODE_LENGTH} letters")
        return Link(alias=_name(self.alias, view), code=code)


def _of(template: Template, view: View, text: str, expected: str) -> Gap:
    """What to say where the text of a template can't be used."""
    if template.whole is not None or not template.holes:
        return template.gap(view, expected) if template.holes else Gap("", shown(text), expected)
    return Gap(template.gap(view, expected).pointer, shown(text), expected)


def _name(template: Template, view: View) -> str:
    """A member id or an alias."""
    text = template.text(view)
    if len(text) > MAX_SUBJECT_LENGTH or not text.isprintable():
        raise _of(template, view, text, f"a name of at most {MAX_SUBJECT_LENGTH} letters")
    return text


def _moment(template: Template | None, view: View) -> int | None:
    """When it happened; None where the payload does not say."""
    if template is None or not template.is_there(view):
        return None
    moment = moment_of(template.text(view) if template.whole is None else template.whole.find(view))
    if moment is None:
        raise template.gap(view, A_TIME)
    return moment


def _data(map_: Map, view: View, event: EventType) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {}
    for name, source in map_.data:
        field = event.fields.get(name)
        if field is not None:
            value = fill(field, source, view)
            if value is not None:
                data[name] = value
        elif not isinstance(source, Template) or source.is_there(view):
            raise Gap("", f'a field "{name}"', _fields_of(event))
    if map_.rest is not None:
        _add_members(map_, map_.rest, view, event, data)
    for field in event.ordered:
        if field.name not in data and not field.optional and field.default is None:
            raise Gap(_pointer_of_member(map_, view, field.name), "nothing", expected_of(field))
    return data


def _add_members(map_: Map, rest: Template, view: View, event: EventType, data: dict[str, JsonValue]) -> None:
    """Put all members of an object into the data, each by its name."""
    value = None if rest.whole is None else rest.whole.find(view)
    if value is None:
        return
    if not isinstance(value, dict) or len(value) > MAX_DATA_FIELDS:
        raise rest.gap(view, f"an object of at most {MAX_DATA_FIELDS} fields")
    for name, member in value.items():
        if member is None or member == "" or name in map_.spoken_for or name in data:
            continue
        field = event.fields.get(name)
        pointer = _pointer_of_member(map_, view, name)
        if field is None:
            raise Gap(pointer, f'a field "{name[:100]}"', _fields_of(event))
        fitted = fitting(field, member)
        if fitted is None:
            raise Gap(pointer, shown(member), expected_of(field))
        data[name] = fitted


def _fields_of(event: EventType) -> str:
    return f"fields of {event.type}: " + (", ".join(field.name for field in event.ordered) or "none")


def _pointer_of_member(map_: Map, view: View, name: str) -> str:
    """Where a field would stand in the payload; "" where the file fills it otherwise."""
    whole = None if map_.rest is None else map_.rest.whole
    return "" if whole is None else f"{whole.paths[0].pointer(view)}/{escaped(name)}"
