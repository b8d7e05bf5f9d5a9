"""`[[metric]]`: read first, since rules, badges and boards read metrics."""

from typing import Final, Literal

from engine.core.periods import PeriodKind
from engine.core.questions import Condition
from engine.core.rulebook import POINTS, EventType, FieldType
from engine.core.rules import Metric
from engine.rulebook.collect import Entry
from engine.rulebook.conditions import SIGHT_OF_METRICS, Sight
from engine.rulebook.did_you_mean import joined, listed, nearest, shown
from engine.rulebook.formula_use import read_formula
from engine.rulebook.formulas import CompiledFormula
from engine.rulebook.metric_seen import MetricSeen
from engine.rulebook.predicates import check_possible, core_condition, read_parts
from engine.rulebook.report import Place, Report
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_text
from engine.rulebook.words.rules import Metric as MetricWords

NEVER: Final = "This metric could never count"


def read_metric(entry: Entry[MetricWords], scope: Scope) -> tuple[MetricSeen, tuple[CompiledFormula, ...]]:
    """The metric, and the formula that it may have."""
    words, place = entry.words, entry.place
    if words.id == POINTS:
        found = "points is a metric of Sulka's own."
        scope.report.wrong(place.at("id"), "reserved-name", found, cure="Choose another id.")
    events = scope.events_of(words.on, place.at("on"))
    sight = Sight(scope=scope, events=events, on=on_in_words(words.on), sees=SIGHT_OF_METRICS, of="metric")
    parts = read_parts(words, place, sight)
    possible = check_possible(parts, place, sight, NEVER)
    formula = None
    if words.formula is not None and possible:
        formula = read_formula(words.formula, place.at("formula"), sight, parts, "bool", NEVER)
    measure, of, of_period = _measure(words, place, events, scope.report)
    title = read_text(words.title, place.at("title"), scope.ground.languages, scope.report)
    condition: Condition = core_condition(parts, formula)
    metric = Metric(
        code=scope.names.code("metric", words.id, title, words.formerly),
        id=words.id,
        title=title,
        on=tuple(event.type for event in events),
        condition=condition,
        measure=measure,
        of=of,
        of_period=of_period,
        past=words.past,
    )
    return MetricSeen(metric=metric, events=events), (formula,) if formula is not None else ()


def on_in_words(on: str | list[str]) -> str:
    """How the file names its events."""
    return on if isinstance(on, str) else listed(on)


Measure = Literal["count", "sum", "distinct", "each"]
_SUMS: Final = (FieldType.NUMBER,)
_DISTINCT: Final = (
    FieldType.CHOICE,
    FieldType.CHOICES,
    FieldType.YES_NO,
    FieldType.NUMBER,
    FieldType.MEMBER,
    FieldType.MEMBERS,
    FieldType.CONTENT,
    FieldType.KEY,
)
_EACH: Final = (FieldType.CHOICE, FieldType.CHOICES)


def _measure(
    words: MetricWords, place: Place, events: tuple[EventType, ...], report: Report
) -> tuple[Measure, str, PeriodKind | None]:
    said = [name for name in ("sum", "distinct", "each") if getattr(words, name) is not None]
    if len(said) > 1:
        second = place.at(said[1])
        report.wrong(
            second, "only-one", f"{joined(said)} can't stand together.", cure="Keep one of them.", spot=second.key
        )
    if words.sum is not None:
        has_field(words.sum, events, _SUMS, "a number", place.at("sum"), report)
        return "sum", words.sum, None
    if words.distinct is not None:
        if words.distinct in {kind.value for kind in PeriodKind if kind is not PeriodKind.EVER}:
            return "distinct", words.distinct, PeriodKind(words.distinct)
        has_field(words.distinct, events, _DISTINCT, "a value that can be told apart", place.at("distinct"), report)
        return "distinct", words.distinct, None
    if words.each is not None:
        has_field(words.each, events, _EACH, "a closed list (choice or choices)", place.at("each"), report)
        return "each", words.each, None
    return "count", "", None


def has_field(
    name: str,
    events: tuple[EventType, ...],
    possible: tuple[FieldType, ...],
    wanted: str,
    place: Place,
    report: Report,
) -> bool:
    """Whether each event has a field of one of these types; reported where not."""
    without = [event.type for event in events if name not in event.fields]
    if without:
        fields = dict.fromkeys(field for event in events for field in event.fields)
        code = "unknown-field" if len(without) == len(events) else "field-not-in-all"
        report.wrong(
            place,
            code,
            f"{shown(name)} is not a field of {listed(without)}.",
            near=nearest(name, fields),
            expected=f"Fields: {listed(fields)}." if fields else "",
        )
        return False
    odd = next((event for event in events if event.fields[name].type not in possible), None)
    if odd is not None:
        found = f"{shown(name)} is of the type {odd.fields[name].type} in {odd.type}."
        report.wrong(place, "wrong-field", found, expected=f"{wanted[0].upper()}{wanted[1:]} is expected here.")
        return False
    return True
