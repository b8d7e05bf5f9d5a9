"""`[[case]]` of a mapping file: a message, read as it is read in production, against what must come of it."""

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from engine.core.rulebook import EventType
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.mappings.files import FOLDER, Payload, Table
from engine.rulebook.report import Place, Report
from engine.rulebook.words.sources import Expected, MapCase
from engine.sources.events import JsonValue
from engine.sources.mapping.delivery import Delivery
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone
from engine.sources.mapping.mapping import Mapping as SourceMapping
from engine.sources.mapping.reading import moment_of
from engine.sources.mapping.values import rfc_3339

EXPECTED_OF_EVENTS: Final = ("type", "subject", "data", "key", "time", "id")
_OF_LINKS: Final = ("alias", "code")
DELIVERY_ID: Final = "delivery"
"""The id that the delivery of every case has."""


class Example(msgspec.Struct, frozen=True):
    """A case that can run."""

    case: MapCase
    place: Place
    payload: Payload


class CaseFailure(msgspec.Struct, frozen=True):
    """What came out otherwise."""

    key: str
    found: str
    expected: str


def read_case(table: Table[MapCase], payloads: Mapping[str, Payload | None], report: Report) -> Example | None:
    """The case, ready to run; None where something is wrong with it, which is reported."""
    words, place = table.words, table.place
    payload = _payload(words, place, payloads, report)
    fits = _check_expected(words.expect, place.at("expect"), report)
    return Example(words, place, payload) if payload is not None and fits else None


def run_example(example: Example, mapping: SourceMapping, event_types: Mapping[str, EventType]) -> CaseFailure | None:
    """The first thing that comes out otherwise."""
    payload = example.payload
    mapped = mapping.read(
        Delivery(headers=payload.headers, body=payload.body, is_form=payload.is_form, id=DELIVERY_ID, received_ms=0),
        event_types,
    )
    return next(_failures(example.case.expect, mapped), None)


def _payload(words: MapCase, place: Place, payloads: Mapping[str, Payload | None], report: Report) -> Payload | None:
    said = [name for name, value in _ways(words) if value is not None]
    if not said and place.file.is_torn(place.path):
        return None
    if len(said) != 1:
        found = "This case has no message." if not said else f"This case has several messages: {listed(said)}."
        cure = 'Give one: payload = "payloads/NAME.json", body = { … } or form = { … }'
        report.wrong(place, "missing" if not said else "said-twice", found, cure=cure, spot=place.key)
        return None
    headers = {name.lower(): value for name, value in words.headers.items()}
    if words.payload is not None:
        return _of_file(words.payload, headers, place.at("payload"), payloads, report)
    if words.form is not None:
        return Payload(headers, dict(words.form), is_form=True)
    body = _json(words.body, place.at("body"), report)
    return None if body is None else Payload(headers, body, is_form=False)


def _ways(words: MapCase) -> tuple[tuple[str, object], ...]:
    return ("payload", words.payload), ("body", words.body), ("form", words.form)


def _of_file(
    name: str, headers: Mapping[str, str], place: Place, payloads: Mapping[str, Payload | None], report: Report
) -> Payload | None:
    known = [each[len(FOLDER) :] for each in payloads]
    if name not in known:
        report.wrong(
            place,
            "unknown-payload",
            f"There is no file {shown(name)} beside this one.",
            near=nearest(name, known),
            expected=f"Payloads: {listed(known)}.",
        )
        return None
    payload = payloads[FOLDER + name]
    return None if payload is None else Payload({**payload.headers, **headers}, payload.body, payload.is_form)


def _json(value: object, place: Place, report: Report) -> JsonValue:
    """A value of TOML as JSON; None where it is reported."""
    match value:
        case bool() | str() | int():
            return value
        case float() if math.isfinite(value):
            return Decimal(str(value))
        case list():
            items = [_json(item, place.at(number), report) for number, item in enumerate(value)]
            return None if None in items else items
        case dict():
            members = {str(name): _json(item, place.at(str(name)), report) for name, item in value.items()}
            return None if None in members.values() else members
        case _:
            kind = "such number" if isinstance(value, float) else "dates"
            found = f"{place.label} is {shown(value)}, and JSON has no {kind}."
            report.wrong(place, "wrong-type", found, cure=f'Write it as a text: "{value}"')
            return None


def _check_expected(words: Expected, place: Place, report: Report) -> bool:
    said = [name for name in words.__struct_fields__ if getattr(words, name) is not None]
    if not said or (words.nothing is not None and (len(said) > 1 or not words.nothing)):
        found = "This case expects nothing that can be checked."
        cure = "Write one of: expect.makes = [ { type = … } ], expect.undoes = …, expect.nothing = true"
        report.wrong(place, "wrong-value", found, cure=cure, spot=place.key)
        return False
    fits = True
    for number, row in enumerate(words.makes or ()):
        for name in row:
            if name not in EXPECTED_OF_EVENTS:
                fits = False
                inner = place.at("makes", number, name)
                report.wrong(
                    inner,
                    "unknown-name",
                    f"{shown(name)} is not known of an event.",
                    near=nearest(name, EXPECTED_OF_EVENTS),
                    expected=f"Known: {listed(EXPECTED_OF_EVENTS)}.",
                    spot=inner.key,
                )
    for name in words.links or ():
        if name not in _OF_LINKS:
            fits = False
            inner = place.at("links", name)
            found = f"{shown(name)} is not known of a link."
            report.wrong(inner, "unknown-name", found, expected=f"Known: {listed(_OF_LINKS)}.", spot=inner.key)
    return fits


def _failures(expect: Expected, mapped: Mapped) -> Iterator[CaseFailure]:
    pointers = [each.pointer for each in mapped.unreadable]
    wanted = [] if expect.unreadable is None else [expect.unreadable]
    if pointers != wanted:
        faults = (
            f"{each.pointer or 'the delivery'} with {each.found}, where {each.expected} was expected (map {each.map})"
            for each in mapped.unreadable
        )
        yield CaseFailure("unreadable", "; ".join(faults) or "nothing", _written(expect.unreadable))
    events = [each for each in mapped.made if isinstance(each, Event)]
    rows = expect.makes or []
    if len(events) != len(rows):
        types = listed(each.type for each in events) if events else "nothing"
        yield CaseFailure("makes", types, f"{len(rows)} event{'' if len(rows) == 1 else 's'}")
    for event, row in zip(events, rows, strict=False):
        yield from _differences(event, row)
    keys = [each.key for each in mapped.made if isinstance(each, Undone)]
    if keys != ([] if expect.undoes is None else [expect.undoes]):
        yield CaseFailure("undoes", listed(map(shown, keys)) if keys else "nothing", _written(expect.undoes))
    links = [{"alias": each.alias, "code": each.code} for each in mapped.made if isinstance(each, Link)]
    if links != ([] if expect.links is None else [expect.links]):
        yield CaseFailure("links", _written_link(links[0] if links else None), _written_link(expect.links))


def _differences(event: Event, row: Mapping[str, object]) -> Iterator[CaseFailure]:
    for name, wanted in row.items():
        if name == "data" and isinstance(wanted, dict):
            for field, value in wanted.items():
                if event.data.get(field) != value:
                    yield CaseFailure(f"data.{field}", _written(event.data.get(field)), _written(value))
        elif name == "time":
            moment = _moment(wanted)
            if event.time != moment:
                yield CaseFailure("time", _written_moment(event.time), _written_moment(moment))
        elif getattr(event, name) != wanted:
            yield CaseFailure(name, _written(getattr(event, name)), _written(wanted))


def _moment(wanted: object) -> int | None:
    if isinstance(wanted, datetime | date):
        return moment_of(wanted.isoformat())
    return moment_of(wanted) if isinstance(wanted, str | int) else None


def _written_link(link: Mapping[str, str] | None) -> str:
    return "nothing" if link is None else " with ".join(shown(link.get(name, "")) for name in _OF_LINKS)


def _written_moment(utc_ms: int | None) -> str:
    return "nothing" if utc_ms is None else rfc_3339(utc_ms)


def _written(value: object) -> str:
    return "nothing" if value is None else shown(value)
