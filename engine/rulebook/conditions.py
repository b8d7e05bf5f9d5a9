"""`if.`, `if_any` and `unless.`: nested tables to the lines of a condition."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec

from engine.core.questions import Operator, Reading, Scope, Test
from engine.core.questions import Scope as CoreScope
from engine.core.rulebook import EventType, FieldType
from engine.core.windows import Window
from engine.rulebook.did_you_mean import joined, listed, nearest, shown
from engine.rulebook.names import Kind, Readable, event_field
from engine.rulebook.operands import OPERATORS, fits, read_operand
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope as CheckScope

MOST_LINES: Final = 50
Table = Mapping[str, object]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition can see. `on` is how the file names its events."""

    scope: CheckScope
    events: tuple[EventType, ...] = ()
    on: str = ""
    sees: frozenset[CoreScope]
    of: Literal["rule", "metric", "badge", "recognition", "boost"]


SIGHT_OF_RULES: Final = frozenset(CoreScope)
SIGHT_OF_METRICS: Final = frozenset(CoreScope) - {CoreScope.METRIC}
SIGHT_OF_BADGES: Final = frozenset({CoreScope.MEMBER, CoreScope.METRIC})
SIGHT_OF_RECOGNITIONS: Final = frozenset({CoreScope.MEMBER})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a condition, with what it reads and where it stands."""

    test: Test
    readable: Readable
    place: Place


def read_lines(table: Table, place: Place, sight: Sight) -> tuple[Line, ...]:
    """The lines of one table; what is wrong is reported and left out."""
    lines: list[Line] = []
    for readable, value, inner in _named(table, place, sight):
        lines.extend(_lines_of(readable, value, inner, sight))
    if len(lines) > MOST_LINES:
        sight.scope.report.wrong(
            place, "too-many", f"{len(lines)} lines stand here.", expected=f"At most {MOST_LINES} are possible."
        )
        return ()
    return tuple(lines)


def _named(table: Table, place: Place, sight: Sight) -> Iterator[tuple[Readable, object, Place]]:
    for name, value in table.items():
        inner = place.at(name)
        match name:
            case "event":
                yield from _facts(sight.scope.clock_facts, name, value, inner, sight, CoreScope.CLOCK)
            case "member":
                yield from _facts(sight.scope.member_facts, name, value, inner, sight, CoreScope.MEMBER)
            case "content" if isinstance(value, dict) or not _is_field(name, sight):
                yield from _facts(sight.scope.content_facts, name, value, inner, sight, CoreScope.CONTENT)
            case "metrics":
                yield from _metrics(value, inner, sight)
            case _:
                readable = _field(name, inner, sight)
                if readable is not None:
                    yield readable, value, inner


def _is_field(name: str, sight: Sight) -> bool:
    return any(name in event.fields for event in sight.events)


def _out_of_sight(scope: CoreScope, place: Place, sight: Sight) -> bool:
    if scope in sight.sees:
        return False
    what = {
        CoreScope.EVENT: "a field of an event",
        CoreScope.CLOCK: "the time of an event",
        CoreScope.CONTENT: "a content",
        CoreScope.METRIC: "a metric",
        CoreScope.MEMBER: "a member",
    }[scope]
    seen = {
        "metric": "the event, the member and the content",
        "badge": "the holder (member) and metrics",
        "recognition": "the winner (member)",
    }
    sight.scope.report.wrong(
        place,
        "not-seen-here",
        f"A {sight.of} can't ask for {what}.",
        expected=f"It can ask for {seen.get(sight.of, 'everything')}.",
        spot=place.key,
    )
    return True


def _facts(
    known: Mapping[str, Readable], name: str, value: object, place: Place, sight: Sight, scope: CoreScope
) -> Iterator[tuple[Readable, object, Place]]:
    report = sight.scope.report
    if _out_of_sight(scope, place, sight):
        return
    if not isinstance(value, dict):
        cure = f"Write, for example: {name}.{next(iter(known))} = …"
        report.wrong(
            place, "unknown-name", f"{name} is asked by its facts.", expected=f"Facts: {listed(known)}.", cure=cure
        )
        return
    if scope is CoreScope.CONTENT and not _have_content(place, sight):
        return
    for fact, inner in value.items():
        readable = known.get(fact)
        if readable is not None:
            yield readable, inner, place.at(fact)
            continue
        field = name == "event" and _is_field(fact, sight)
        report.wrong(
            place.at(fact),
            "unknown-name",
            f"{shown(f'{name}.{fact}')} is not known.",
            near=fact if field else nearest(fact, known),
            expected=f"Known: {listed(f'{name}.{word}' for word in known)}.",
            cure="Fields stand without event. in front." if field else "",
            spot=place.at(fact).key,
        )


def _have_content(place: Place, sight: Sight) -> bool:
    without = [event.type for event in sight.events if not _has_content(event)]
    if not without:
        return True
    found = f"{joined(without)} has no content." if len(without) == 1 else f"{joined(without)} have no content."
    sight.scope.report.wrong(
        place,
        "field-not-in-all" if len(sight.events) > 1 else "unknown-field",
        found,
        expected="Conditions on content. need events with a field of the type content.",
        spot=place.key,
    )
    return False


def _has_content(event: EventType) -> bool:
    return any(field.type is FieldType.CONTENT for field in event.fields.values())


def _field(name: str, place: Place, sight: Sight) -> Readable | None:
    report = sight.scope.report
    if _out_of_sight(CoreScope.EVENT, place, sight):
        return None
    having = [event for event in sight.events if name in event.fields]
    if not having:
        if sight.events:
            fields = dict.fromkeys(field for event in sight.events for field in event.fields)
            report.wrong(
                place,
                "unknown-field",
                f"{shown(name)} is not a field of {sight.on}.",
                near=nearest(name, [*fields, "member", "content", "metrics", "event"]),
                expected=f"Fields: {listed(fields)}." if fields else "It has no fields.",
                spot=place.key,
            )
        return None
    without = [event.type for event in sight.events if name not in event.fields]
    if without:
        is_in = "is" if len(without) == 1 else "are"
        report.wrong(
            place,
            "field-not-in-all",
            f"{shown(name)} is not a field of {joined(without)}, which {is_in} in {sight.on}.",
            expected="A field that is read on a group must be in each of its events.",
            cure=f"Name the events that have it: on = {_list_of(having)}",
            spot=place.key,
        )
        return None
    if len({event.fields[name].type for event in having}) > 1:
        kinds = joined(f"{event.fields[name].type} in {event.type}" for event in having)
        report.wrong(
            place,
            "field-differs",
            f"{shown(name)} is {kinds}.",
            expected="It must be the same everywhere.",
            spot=place.key,
        )
        return None
    return event_field(name, tuple(having))


def _list_of(events: list[EventType]) -> str:
    return shown([event.type for event in events])


def _metrics(value: object, place: Place, sight: Sight) -> Iterator[tuple[Readable, object, Place]]:
    scope = sight.scope
    if _out_of_sight(CoreScope.METRIC, place, sight):
        return
    if not isinstance(value, dict):
        scope.report.wrong(
            place, "unknown-name", "metrics needs a metric and a period.", cure="Write: metrics.acts.week = 1"
        )
        return
    for id_, windows in value.items():
        metric = scope.metric(id_, place.at(id_))
        if metric is None:
            continue
        if not isinstance(windows, dict):
            cure = f"Write: metrics.{id_}.ever = {shown(windows)}"
            scope.report.wrong(place.at(id_), "unknown-period", f"metrics.{id_} has no period.", cure=cure)
            continue
        for word, inner in windows.items():
            at = place.at(id_, word)
            window = scope.window(word, at)
            if window is not None and metric.may_be_read(window, at, scope.report):
                yield metric_readable(scope, id_, window, word), inner, at


def metric_readable(scope: CheckScope, id_: str, window: Window, word: str) -> Readable:
    """A metric in a window as a name; remembers that it is read."""
    scope.reads(id_, window)
    return Readable(
        label=f"metrics.{id_}.{word}",
        noun="metric",
        reading=Reading(scope=Scope.METRIC, name=id_, metric=scope.metrics[id_].code, window=window),
        kind=Kind.NUMBER,
        least=0,
        always=True,
    )


def _lines_of(readable: Readable, value: object, place: Place, sight: Sight) -> Iterator[Line]:
    if isinstance(value, dict):
        for word, inner in value.items():
            line = _with_operator(readable, word, inner, place.at(word), sight)
            if line is not None:
                yield line
        return
    operator = Operator.ANY_OF if isinstance(value, list) else Operator.IS
    line = _line(readable, operator, value, place, sight)
    if line is not None:
        yield line


def _with_operator(readable: Readable, word: str, value: object, place: Place, sight: Sight) -> Line | None:
    report = sight.scope.report
    operator = OPERATORS.get(word)
    if operator is None:
        report.wrong(
            place,
            "unknown-operator",
            f"{shown(word)} is not a way to compare.",
            near=nearest(word, OPERATORS),
            expected=f"Ways: = value, = [one, another], {listed('.' + way for way in OPERATORS)}.",
            spot=place.key,
        )
        return None
    if operator is not Operator.PRESENT:
        return _line(readable, operator, value, place, sight)
    if not isinstance(value, bool):
        report.wrong(place, "wrong-value", f".present is {shown(value)}.", expected="true or false is expected.")
        return None
    operator = Operator.PRESENT if value else Operator.ABSENT
    if not fits(operator, readable, place, report):
        return None
    return Line(test=Test(reading=readable.reading, operator=operator), readable=readable, place=place)


def _line(readable: Readable, operator: Operator, value: object, place: Place, sight: Sight) -> Line | None:
    report = sight.scope.report
    if not fits(operator, readable, place, report):
        return None
    operand = read_operand(operator, value, readable, place, report)
    if operand is None:
        return None
    if readable.kind is Kind.KNOWN:
        known = Operator.PRESENT if operand is True else Operator.ABSENT
        return Line(test=Test(reading=readable.reading, operator=known), readable=readable, place=place)
    test = Test(reading=readable.reading, operator=operator, operand=operand)
    return Line(test=test, readable=readable, place=place)
