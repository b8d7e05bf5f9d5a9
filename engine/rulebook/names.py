"""The names that conditions and formulas can read, and what kind of value each one is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from engine.core.questions import Reading, Scope
from engine.core.rulebook import EventType, FieldType


class Kind(StrEnum):
    """What a value is, as far as conditions tell apart."""

    YES_NO = "a yes-no value"
    NUMBER = "a number"
    CHOICE = "a text of a list"
    WORD = "a text"
    CHOICES = "a list"
    COUNTRY = "a country"
    LANGUAGE = "a language"
    ZONE = "a time zone"
    MONTH = "a month"
    WEEKDAY = "a day of the week"
    TIME = "a time"
    PERSON = "a member"
    OPAQUE = "an opaque value"
    KNOWN = "whether a content is known"


class Readable(msgspec.Struct, frozen=True, kw_only=True):
    """A name, how to read it, and what it may be compared with. `closed` are all its possible texts."""

    label: str
    noun: str
    owner: str = ""
    """The event whose field it is, where it is one."""
    reading: Reading
    kind: Kind
    closed: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    always: bool = False
    """Whether it can't be absent."""


FIELD_KINDS: Final[Mapping[FieldType, Kind]] = {
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.CHOICES: Kind.CHOICES,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.TIME: Kind.TIME,
    FieldType.MEMBER: Kind.PERSON,
    FieldType.MEMBERS: Kind.PERSON,
    FieldType.CONTENT: Kind.OPAQUE,
    FieldType.KEY: Kind.OPAQUE,
    FieldType.TEXT: Kind.OPAQUE,
}

_MEMBER: Final[Mapping[str, Kind]] = {
    "country": Kind.COUNTRY,
    "team": Kind.WORD,
    "department": Kind.WORD,
    "time_zone": Kind.ZONE,
    "language": Kind.LANGUAGE,
    "started_on": Kind.MONTH,
    "is_leader": Kind.YES_NO,
    "invited_by": Kind.PERSON,
}
_CONTENT: Final[Mapping[str, Kind]] = {
    "present": Kind.KNOWN,
    "published": Kind.TIME,
    "age_days": Kind.NUMBER,
    "topics": Kind.CHOICES,
    "kind": Kind.WORD,
    "evergreen": Kind.YES_NO,
    "requires_label": Kind.YES_NO,
}


def member_facts() -> dict[str, Readable]:
    """What follows `member.`."""
    return {
        name: Readable(
            label=f"member.{name}",
            noun=name.replace("_", " "),
            reading=Reading(scope=Scope.MEMBER, name=name),
            kind=kind,
            always=name == "is_leader",
        )
        for name, kind in _MEMBER.items()
    }


def content_facts(topics: tuple[str, ...]) -> dict[str, Readable]:
    """What follows `content.`."""
    return {
        name: Readable(
            label=f"content.{name}",
            noun="topic" if name == "topics" else name.replace("_", " "),
            reading=Reading(scope=Scope.CONTENT, name=name),
            kind=kind,
            closed=topics if name == "topics" else (),
        )
        for name, kind in _CONTENT.items()
    }


def clock_facts() -> dict[str, Readable]:
    """`event.weekday` and `event.hour`."""
    weekday = Readable(
        label="event.weekday",
        noun="weekday",
        reading=Reading(scope=Scope.CLOCK, name="weekday"),
        kind=Kind.WEEKDAY,
        least=1,
        most=7,
        always=True,
    )
    hour = Readable(
        label="event.hour",
        noun="hour",
        reading=Reading(scope=Scope.CLOCK, name="hour"),
        kind=Kind.NUMBER,
        least=0,
        most=23,
        always=True,
    )
    return {"weekday": weekday, "hour": hour}


def event_field(name: str, events: tuple[EventType, ...]) -> Readable:
    """A field that each of these events has, with the same type."""
    fields = [event.fields[name] for event in events]
    closed = dict.fromkeys(choice for field in fields for choice in field.choices)
    return Readable(
        label=name,
        noun="topic" if name == "topics" else name.replace("_", " "),
        owner=events[0].type if len(events) == 1 else "",
        reading=Reading(scope=Scope.EVENT, name=name),
        kind=FIELD_KINDS[fields[0].type],
        closed=tuple(closed),
        always=all(not field.optional or field.default is not None for field in fields),
    )
