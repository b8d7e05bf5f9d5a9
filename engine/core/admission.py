"""Admission: whether an event fits the rulebook, and which of its people take part. Pure.

The door asks here before it appends. What comes out holds nothing of anybody who takes no part: those are left out
of the entry, and the answer to the sender is the same as if they were in it.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from engine.core.entries import RESERVED_PREFIX, Act, Blank
from engine.core.faults import FaultCode, shown
from engine.core.questions import Value
from engine.core.rulebook import ACT_FIELD_VALUES, EventType, Field, FieldType, Rulebook

MINUTE_MS = 60_000
DAY_MS = 86_400_000
AHEAD_MS = 5 * MINUTE_MS
"""An event may lie this far ahead of the door's clock, for clocks that differ."""

MOST_NUMBER = 2**53 - 1
MOST_KEY = 200
MOST_CONTENT_ID = 100
MOST_LISTED = 64


class AdmissionFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with an event: where (a JSON pointer inside it), what, and what to do."""

    pointer: str
    code: FaultCode
    found: str
    expected: str
    near: str | None = None


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it came, its names resolved: `subject` is a member id, or None where the alias is unknown."""

    type: str
    source: str
    subject: str | None
    time: int | None
    data: Mapping[str, object]
    key: bytes | None
    said_by_member: bool


class People(msgspec.Struct, frozen=True):
    """What the door knows of members: who an alias is, and whether someone takes part at a time."""

    resolve: Callable[[str], str | None]
    takes_part: Callable[[str, int], bool]


class Admitted(msgspec.Struct, frozen=True):
    """What to append. `unknown` names the aliases or ids that nobody has: the event has to wait for them."""

    entry: Act | Blank
    time: int
    unknown: tuple[str, ...] = ()


def admit(rulebook: Rulebook, offered: Offered, people: People, now: int) -> Admitted | tuple[AdmissionFault, ...]:
    """The entry for this event, or everything that is wrong with it."""
    event = rulebook.events.get(offered.type)
    if event is None:
        return (_unknown_type(rulebook, offered.type),)
    faults: list[AdmissionFault] = []
    speaker = "member" if offered.said_by_member else "tool"
    if speaker not in event.said_by:
        allowed = " or ".join(event.said_by)
        faults.append(_fault("/type", "not-said-by", f"{offered.type} said by a {speaker}", f"said by {allowed}"))
    time = _time(rulebook, offered.time, now, faults)
    unknown: list[str] = []
    data = _data(event, offered.data, people, time, faults, unknown)
    if faults:
        return tuple(faults)
    subject = offered.subject
    if subject is not None and not people.takes_part(subject, time):
        subject = None
    if subject is None and not any(name in data for name in event.people):
        return Admitted(Blank(), time, tuple(unknown))
    act = Act(offered.type, time, offered.source, subject, data, offered.key, offered.said_by_member)
    return Admitted(act, time, tuple(unknown))


def _fault(pointer: str, code: FaultCode, found: str, expected: str, near: str | None = None) -> AdmissionFault:
    return AdmissionFault(pointer=pointer, code=code, found=found, expected=expected, near=near)


def _near(found: str, known: list[str]) -> str | None:
    return next(iter(get_close_matches(found, known, n=1)), None)


def _unknown_type(rulebook: Rulebook, type_: str) -> AdmissionFault:
    if type_.startswith(RESERVED_PREFIX):
        expected = f'a type that does not begin with "{RESERVED_PREFIX}": those have calls of their own'
        return _fault("/type", "reserved-type", f'"{type_}"', expected)
    known = sorted(rulebook.events)
    expected = "one of " + ", ".join(known) if known else "no type yet: no rulebook is published"
    return _fault("/type", "unknown-type", f'"{type_}"', expected, _near(type_, known))


def _time(rulebook: Rulebook, time: int | None, now: int, faults: list[AdmissionFault]) -> int:
    if time is None:
        return now
    if time > now + AHEAD_MS:
        faults.append(_fault("/time", "time-ahead", "a time in the future", "at most 5 minutes ahead of now"))
    elif time < now - rulebook.days_back * DAY_MS:
        expected = f"at most {rulebook.days_back} days ago"
        faults.append(_fault("/time", "time-too-old", "a time too long ago", expected))
    return time


def _data(
    event: EventType,
    sent: Mapping[str, object],
    people: People,
    time: int,
    faults: list[AdmissionFault],
    unknown: list[str],
) -> dict[str, Value]:
    for name in sent:
        if name not in event.fields:
            known = sorted(event.fields)
            expected = "one of " + ", ".join(known) if known else "no fields"
            faults.append(_fault(f"/data/{name}", "unknown-field", f'"{name}"', expected, _near(name, known)))
    data: dict[str, Value] = {}
    for field in event.ordered:
        name = field.name
        value = sent.get(name)
        if value is None:
            if field.default is not None:
                data[name] = field.default
            elif not field.optional:
                expected = f"{_expected(field)}: {event.type} asks for it"
                faults.append(_fault(f"/data/{name}", "missing", "nothing", expected))
            continue
        fitting = _fit(field, value, people, time, unknown)
        if isinstance(fitting, AdmissionFault):
            faults.append(fitting)
        elif fitting is not None:
            data[name] = fitting
    return data


def _fit(field: Field, value: object, people: People, time: int, unknown: list[str]) -> Value | AdmissionFault | None:
    """The value as the log holds it; None where it names only people who take no part."""
    match value:
        case str() if field.type is FieldType.MEMBER:
            return next(iter(_taking_part([value], people, time, unknown)), None)
        case list() if field.type is FieldType.MEMBERS:
            if len(value) <= ACT_FIELD_VALUES and all(isinstance(each, str) for each in value):
                return _taking_part(value, people, time, unknown) or None
        case bool():
            if field.type is FieldType.YES_NO:
                return value
        case str() | int() | list():
            fits = _FITS.get((field.type, type(value)))
            if fits is not None and fits(field, value):
                return value
        case _:
            pass
    return _misfit(field, value)


def _is_whole(_: Field, value: int) -> bool:
    return abs(value) <= MOST_NUMBER


def _is_content(_: Field, value: str) -> bool:
    return 0 < len(value) <= MOST_CONTENT_ID and value.isprintable() and "|" not in value


def _is_short(_: Field, value: str) -> bool:
    return 0 < len(value) <= MOST_KEY


def _is_choice(field: Field, value: str) -> bool:
    return value in field.choices


def _are_choices(field: Field, value: list[object]) -> bool:
    if len(value) > MOST_LISTED:
        return False
    for item in value:  # noqa: SIM110 - three times as fast as `all` of a generator, for each event
        if item not in field.choices:
            return False
    return True


# By the kind of field and of what was sent; `match` over enumerations costs more than all the rest of admission.
_FITS: Mapping[tuple[FieldType, type], Callable[[Field, Any], bool]] = {
    (FieldType.CHOICE, str): _is_choice,
    (FieldType.CHOICES, list): _are_choices,
    (FieldType.NUMBER, int): _is_whole,
    (FieldType.TIME, int): _is_whole,
    (FieldType.CONTENT, str): _is_content,
    (FieldType.KEY, str): _is_short,
    (FieldType.TEXT, str): _is_short,
}


def _taking_part(names: list[str], people: People, time: int, unknown: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        member = people.resolve(name)
        if member is None:
            unknown.append(name)
        elif people.takes_part(member, time):
            found.append(member)
    return found


def _misfit(field: Field, value: object) -> AdmissionFault:
    found, near = shown(value), None
    if field.choices:
        items = value if isinstance(value, list) else [value]
        wrong = next((item for item in items if item not in field.choices), None)
        if wrong is not None:
            found, near = shown(wrong), _near(str(wrong)[:MOST_KEY], list(field.choices))
    return _fault(f"/data/{field.name}", _code(field, value), found, _expected(field), near)


def _code(field: Field, value: object) -> FaultCode:
    """In which way it does not fit, in the words of every other door."""
    match field.type, value:
        case FieldType.TIME, str():
            return "not-a-time"
        case (FieldType.CONTENT | FieldType.KEY | FieldType.TEXT, ""):
            return "empty"
        case (FieldType.CONTENT, str()) if len(value) > MOST_CONTENT_ID:
            return "too-long"
        case (FieldType.KEY | FieldType.TEXT, str()):
            return "too-long"
        case (FieldType.CHOICES, list()) if len(value) > MOST_LISTED:
            return "too-many"
        case (FieldType.MEMBERS, list()) if len(value) > ACT_FIELD_VALUES:
            return "too-many"
        case (FieldType.CHOICE | FieldType.CONTENT, str()) | (FieldType.CHOICES | FieldType.MEMBERS, list()):
            return "wrong-value"
        case (FieldType.NUMBER, int()) if not isinstance(value, bool):
            return "wrong-value"
        case _:
            return "wrong-type"


def _expected(field: Field) -> str:
    match field.type:
        case FieldType.CHOICE:
            return "one of " + ", ".join(field.choices)
        case FieldType.CHOICES:
            return "a list out of " + ", ".join(field.choices)
        case FieldType.YES_NO:
            return "true or false"
        case FieldType.NUMBER:
            return "a whole number"
        case FieldType.TIME:
            return "a time like 2026-11-23T09:12:00+02:00"
        case FieldType.MEMBER:
            return "a member id or an alias kind:value"
        case FieldType.MEMBERS:
            return f"a list of at most {ACT_FIELD_VALUES} member ids or aliases kind:value"
        case FieldType.CONTENT:
            return f"a content id of at most {MOST_CONTENT_ID} characters without |"
        case FieldType.KEY | FieldType.TEXT:
            return f"a text of 1 to {MOST_KEY} characters"
