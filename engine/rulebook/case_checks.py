"""`[[case]]`: the names and values of examples. What comes out of them is for whoever runs them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from engine.core.periods import WEEKDAYS
from engine.core.rulebook import POINTS, EventType, Field, FieldType
from engine.rulebook.collect import Entry
from engine.rulebook.countries import check_country
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.ground import unknown_event
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.words.cases import Case

ME: Final = "me"
ROW_WORDS: Final = ("day", "at", "type", "who")
APPROVAL: Final = "approval"
VERDICT_WORDS: Final = ("day", "at", "type", "of", "verdict")
VERDICTS: Final = ("approve", "decline")
TURNED: Final = "turned"
MOST_DAYS: Final = 3_660
"""So many days may go by in a case."""

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_MEMBER_FACTS: Final[Mapping[str, str]] = {
    "country": "text",
    "team": "text",
    "department": "text",
    "time_zone": "text",
    "language": "text",
    "started_on": "day",
    "is_leader": "yes-no",
    "invited_by": "text",
    "away": "days",
}
_CONTENT_FACTS: Final[Mapping[str, str]] = {
    "published": "day",
    "topics": "topics",
    "kind": "text",
    "evergreen": "yes-no",
    "requires_label": "yes-no",
}


def check_case(entry: Entry[Case], badges: frozenset[str], scope: Scope) -> None:
    """Report every name and value of a case that can't be."""
    words, place = entry.words, entry.place
    for number, rule in enumerate(words.rules):
        if rule not in scope.rules:
            expected = f"Rules: {listed(sorted(scope.rules))}."
            found = f"{shown(rule)} is not a rule."
            scope.report.wrong(
                place.at("rules", number), "unknown-rule", found, near=nearest(rule, scope.rules), expected=expected
            )
    people = {ME, *words.members} | {str(row["who"]) for row in words.given if isinstance(row.get("who"), str)}
    for name, facts in words.members.items():
        _check_facts(facts, _MEMBER_FACTS, place.at("members", name), scope)
    for name, facts in words.contents.items():
        _check_facts(facts, _CONTENT_FACTS, place.at("contents", name), scope)
    first = _first_day(words)
    for number, row in enumerate(words.given):
        _check_row(row, number, place.at("given", number), people, first, scope)
    for number, badge in enumerate(words.expect.badges or ()):
        id_ = re.split("[:/]", badge)[0]
        if id_ not in badges:
            inner = place.at("expect", "badges", number)
            found = f"{shown(id_)} is not a badge."
            scope.report.wrong(
                inner, "unknown-badge", found, near=nearest(id_, badges), expected=f"Badges: {listed(sorted(badges))}."
            )
    _check_balance(words.expect.balance or {}, place.at("expect", "balance"), scope)
    for number, name in enumerate(words.expect.recognised or ()):
        _check_recognised(name, place.at("expect", "recognised", number), scope)
    for name in words.expect.streaks or ():
        if name not in scope.streaks:
            inner = place.at("expect", "streaks", name)
            found = f"{shown(name)} is not a streak."
            expected = f"Streaks: {listed(scope.streaks)}."
            near = nearest(name, scope.streaks)
            scope.report.wrong(inner, "unknown-streak", found, near=near, expected=expected, spot=inner.key)
    if words.expect.who is not None and words.expect.who not in people:
        _unknown_person(words.expect.who, people, place.at("expect", "who"), scope)


def _check_balance(balance: Mapping[str, int], place: Place, scope: Scope) -> None:
    known = [POINTS, *sorted(scope.currencies)]
    for name in balance:
        if name not in known:
            inner = place.at(name)
            found, near = f"{shown(name)} is not a currency.", nearest(name, known)
            expected = f"Currencies: {listed(known)}."
            scope.report.wrong(inner, "unknown-currency", found, near=near, expected=expected, spot=inner.key)


def _check_recognised(name: str, place: Place, scope: Scope) -> None:
    """An anniversary is called by its id and the years: work-anniversary/5."""
    known = sorted(scope.anniversaries)
    if name not in known:
        found, expected = f"{shown(name)} is not an anniversary.", f"Anniversaries: {listed(known)}."
        scope.report.wrong(place, "unknown-recognition", found, near=nearest(name, known), expected=expected)


def _unknown_person(name: str, people: set[str], place: Place, scope: Scope) -> None:
    found = f"{shown(name)} is nobody in this case."
    cure = f"Add to the case: members = {{ {name} = {{}} }}" if name.isidentifier() else ""
    scope.report.wrong(
        place,
        "unknown-member",
        found,
        near=nearest(name, people),
        expected=f"People: {listed(sorted(people))}.",
        cure=cure,
    )


def _check_facts(facts: Mapping[str, object], known: Mapping[str, str], place: Place, scope: Scope) -> None:
    for name, value in facts.items():
        inner = place.at(name)
        if name not in known:
            found = f"{shown(name)} is not known of it."
            scope.report.wrong(
                inner,
                "unknown-name",
                found,
                near=nearest(name, known),
                expected=f"Known: {listed(known)}.",
                spot=inner.key,
            )
        elif known[name] == "topics":
            _check_topics(value, inner, scope)
        elif known[name] == "days":
            _check_days(value, inner, scope)
        elif not _fits_fact(value, known[name]):
            expected = {"text": "A text", "day": "A day like 2026-11-20", "yes-no": "true or false"}[known[name]]
            found = f"{name} is {shown(value)}."
            scope.report.wrong(inner, "wrong-value", found, expected=f"{expected} is expected.")
        elif name == "country" and isinstance(value, str):
            check_country(value, inner, scope.report)


def _check_days(value: object, place: Place, scope: Scope) -> None:
    days = value if isinstance(value, list) else []
    are_days = bool(days) and all(isinstance(day, date) and not isinstance(day, datetime) for day in days)
    if not are_days or len(days) % 2 or days != sorted(days):
        expected = "First and last day of each absence are expected, in their order: [2026-12-21, 2026-12-31]."
        scope.report.wrong(place, "wrong-value", f"away is {shown(value)}.", expected=expected)


def _fits_fact(value: object, kind: str) -> bool:
    return isinstance(value, {"text": str, "day": date, "yes-no": bool}[kind])


def _check_topics(value: object, place: Place, scope: Scope) -> None:
    topics = scope.ground.topic_ids
    if not isinstance(value, list):
        scope.report.wrong(place, "wrong-value", f"topics is {shown(value)}.", expected="A list [ … ] is expected.")
        return
    for number, topic in enumerate(value):
        if topic not in topics:
            near = nearest(str(topic), topics)
            found = f"{shown(topic)} is not a topic."
            scope.report.wrong(
                place.at(number),
                "unknown-topic",
                found,
                near=near,
                expected=f"Topics: {listed(topics)}. Capitals count.",
            )


def _check_row(
    row: Mapping[str, object], number: int, place: Place, people: set[str], first: date | None, scope: Scope
) -> None:
    report = scope.report
    type_ = row.get("type")
    if not isinstance(type_, str):
        report.wrong(place, "missing", "This row has no type.", cure='Add, for example: type = "content.shared"')
        return
    if type_ == APPROVAL:
        _check_verdict(row, place, number, scope)
        return
    if type_ == TURNED:
        _check_turned(row, place, first, scope)
        return
    if type_ not in scope.events:
        unknown_event(type_, place.at("type"), scope.ground, report)
        return
    _check_when(row, place, scope)
    who = row.get("who")
    if who is not None and not isinstance(who, str):
        report.wrong(place.at("who"), "wrong-value", f"who is {shown(who)}.", expected="A name is expected.")
    event = scope.events[type_]
    for name, value in row.items():
        if name in ROW_WORDS:
            continue
        field = event.fields.get(name)
        inner = place.at(name)
        if field is None:
            near = nearest(name, [*event.fields, *ROW_WORDS])
            expected = f"Fields: {listed([*event.fields, *ROW_WORDS])}."
            found = f"{shown(name)} is not a field of {type_}."
            report.wrong(inner, "unknown-field", found, near=near, expected=expected, spot=inner.key)
        else:
            _check_value(field, value, inner, people, event, scope)
    for name, field in event.fields.items():
        if name not in row and not field.optional and field.default is None:
            found = f"{type_} needs {name}."
            report.wrong(place, "missing", found, cure=f"Add {name} to this row.")


def _check_verdict(row: Mapping[str, object], place: Place, number: int, scope: Scope) -> None:
    """What HR decides about an earlier row."""
    report = scope.report
    _check_when(row, place, scope)
    for name in row:
        if name not in VERDICT_WORDS:
            inner = place.at(name)
            found, near = f"{shown(name)} says nothing about an approval.", nearest(name, VERDICT_WORDS)
            report.wrong(
                inner, "unknown-field", found, near=near, expected=f"Words: {listed(VERDICT_WORDS)}.", spot=inner.key
            )
    for name, fits in (("of", _is_row_before(row.get("of"), number)), ("verdict", row.get("verdict") in VERDICTS)):
        if name not in row:
            cure = "of = 1" if name == "of" else 'verdict = "approve"'
            report.wrong(place, "missing", f"This approval has no {name}.", cure=f"Add, for example: {cure}")
        elif not fits:
            first = "It is about a row before this one, and this is the first."
            rows = f"The number of a row before this one is expected, from 1 to {number}." if number else first
            expected = rows if name == "of" else f"Verdicts: {listed(VERDICTS)}."
            report.wrong(place.at(name), "wrong-value", f"{name} is {shown(row[name])}.", expected=expected)


def _is_row_before(value: object, number: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= number


def _check_turned(row: Mapping[str, object], place: Place, first: date | None, scope: Scope) -> None:
    """A row at which days have gone by holds for everybody, and says a date."""
    day = row.get("day")
    for name in [name for name in row if name not in ROW_WORDS or name == "who"]:
        inner = place.at(name)
        found = f"{name} says nothing where days go by: that holds for everybody."
        scope.report.wrong(inner, "says-nothing", found, cure="Take it out.", spot=inner.key)
    if not isinstance(day, date):
        found = "This row does not say until which date days go by."
        scope.report.wrong(place, "missing", found, cure="Add, for example: day = 2027-12-01")
    elif first is not None and (_date(day) - first).days > MOST_DAYS:
        found = f"{_date(day)} lies more than {MOST_DAYS:,} days after the first row."
        scope.report.wrong(place.at("day"), "out-of-range", found, expected="Take a day that lies nearer.")


def _first_day(words: Case) -> date | None:
    """The first date that a row says."""
    return min((_date(day) for row in words.given if isinstance(day := row.get("day"), date)), default=None)


def _date(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _check_when(row: Mapping[str, object], place: Place, scope: Scope) -> None:
    day, at = row.get("day", "monday"), row.get("at")
    if isinstance(day, str) and day not in WEEKDAYS:
        found = f"{shown(day)} is not a day."
        expected = f"Days: {listed(WEEKDAYS)}, or a date like 2026-11-23 without quotes."
        scope.report.wrong(place.at("day"), "unknown-day", found, near=nearest(day, WEEKDAYS), expected=expected)
    elif not isinstance(day, str | date):
        found = f"day is {shown(day)}."
        scope.report.wrong(
            place.at("day"), "unknown-day", found, expected='Like "monday", or 2026-11-23 without quotes.'
        )
    if at is not None and not (isinstance(at, str) and _CLOCK.fullmatch(at)):
        scope.report.wrong(
            place.at("at"), "wrong-value", f"at is {shown(at)}.", expected='A time like "09:12" is expected.'
        )


def _check_value(field: Field, value: object, place: Place, people: set[str], event: EventType, scope: Scope) -> None:
    report = scope.report
    match field.type:
        case FieldType.CHOICE:
            _check_choice(field, value, place, event, scope)
        case FieldType.CHOICES if isinstance(value, list):
            for number, item in enumerate(value):
                _check_choice(field, item, place.at(number), event, scope)
        case FieldType.MEMBER if isinstance(value, str):
            if value not in people:
                _unknown_person(value, people, place, scope)
        case FieldType.MEMBERS if isinstance(value, list) and all(isinstance(item, str) for item in value):
            for number, item in enumerate(value):
                if item not in people:
                    _unknown_person(item, people, place.at(number), scope)
        case FieldType.YES_NO if isinstance(value, bool):
            pass
        case FieldType.NUMBER if isinstance(value, int) and not isinstance(value, bool):
            pass
        case FieldType.TIME if isinstance(value, date):
            if isinstance(value, datetime) and value.tzinfo is None:
                found = f"{field.name} does not say its time zone."
                report.wrong(place, "wrong-value", found, cure="Like 2026-11-23T09:00:00+02:00.")
        case FieldType.CONTENT | FieldType.KEY | FieldType.TEXT if isinstance(value, str):
            pass
        case _:
            found = f"{field.name} is {shown(value)}."
            report.wrong(place, "wrong-value", found, expected=f"It is a field of the type {field.type}.")


def _check_choice(field: Field, value: object, place: Place, event: EventType, scope: Scope) -> None:
    if isinstance(value, str) and value in field.choices:
        return
    near = nearest(value, field.choices) if isinstance(value, str) else ""
    found = f"{shown(value)} is not a {field.name} of {event.type}."
    expected = f"Possible: {listed(field.choices)}. Capitals count."
    scope.report.wrong(place, "unknown-choice", found, near=near, expected=expected)
