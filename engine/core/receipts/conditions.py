"""A condition in words: what a field, a fact or a number would have to be for a rule to hold. Pure.

Nothing is judged anew: which line did not hold stands in the journal. Only equalities, by which rules are found before
they are judged, are compared once more with the act itself.
"""

from collections.abc import Mapping
from typing import Literal

from engine.core.conditions import FORMULA_LINE
from engine.core.entries import Act
from engine.core.questions import Condition, Operator, Reading, Scope, Test, Value
from engine.core.receipts.speech import Speech
from engine.core.receipts.titles import value_title
from engine.core.receipts.words import PER, WEEKDAYS, Language
from engine.core.rules import Rule

Need = Literal[
    "is",
    "is_not",
    "any_of",
    "none_of",
    "at_least",
    "less_than",
    "at_most",
    "more_than",
    "has_any",
    "has_none",
    "has_all",
    "has_not_all",
    "present",
    "absent",
    "formula",
    "and",
    "or",
    "yes",
    "no",
    "more",
]

NEEDS: Mapping[Language, Mapping[Need, str]] = {
    "en": {
        "is": "{name} would have to be {value}",
        "is_not": "{name} would have to be other than {value}",
        "any_of": "{name} would have to be {value}",
        "none_of": "{name} would have to be other than {value}",
        "at_least": "{name} would have to be at least {value}",
        "less_than": "{name} would have to be less than {value}",
        "at_most": "{name} would have to be at most {value}",
        "more_than": "{name} would have to be more than {value}",
        "has_any": "{name} would have to contain {value}",
        "has_none": "{name} would have to be without {value}",
        "has_all": "{name} would have to contain all of {value}",
        "has_not_all": "{name} would have to be without one of {value}",
        "present": "{name} would have to be given",
        "absent": "{name} would have to be left out",
        "formula": "its formula asks for something else",
        "and": " and ",
        "or": " or ",
        "yes": "yes",
        "no": "no",
        "more": "one of {n} more",
    },
    "fi": {
        "is": "kohdan {name} pitäisi olla {value}",
        "is_not": "kohdan {name} pitäisi olla muu kuin {value}",
        "any_of": "kohdan {name} pitäisi olla {value}",
        "none_of": "kohdan {name} pitäisi olla muu kuin {value}",
        "at_least": "kohdan {name} pitäisi olla vähintään {value}",
        "less_than": "kohdan {name} pitäisi olla alle {value}",
        "at_most": "kohdan {name} pitäisi olla enintään {value}",
        "more_than": "kohdan {name} pitäisi olla yli {value}",
        "has_any": "kohdassa {name} pitäisi olla {value}",
        "has_none": "kohdassa {name} ei pitäisi olla {value}",
        "has_all": "kohdassa {name} pitäisi olla kaikki näistä: {value}",
        "has_not_all": "kohdassa {name} ei pitäisi olla kaikkia näistä: {value}",
        "present": "kohta {name} pitäisi kertoa",
        "absent": "kohta {name} pitäisi jättää pois",
        "formula": "sen kaava edellyttää muuta",
        "and": " ja ",
        "or": " tai ",
        "yes": "kyllä",
        "no": "ei",
        "more": "jokin {n} muusta",
    },
}

FACTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "weekday": "day of the week",
        "hour": "hour",
        "country": "your country",
        "team": "your team",
        "department": "your department",
        "time_zone": "your time zone",
        "language": "your language",
        "started_on": "the month you started",
        "is_leader": "you lead a team",
        "invited_by": "who invited you",
        "present": "content that is known",
        "published": "when the content was published",
        "age_days": "age of the content in days",
        "topics": "topics of the content",
        "kind": "kind of the content",
        "evergreen": "evergreen content",
        "requires_label": "content that requires a label",
    },
    "fi": {
        "weekday": "viikonpäivä",
        "hour": "tunti",
        "country": "maasi",
        "team": "tiimisi",
        "department": "osastosi",
        "time_zone": "aikavyöhykkeesi",
        "language": "kielesi",
        "started_on": "aloituskuukautesi",
        "is_leader": "johdat tiimiä",
        "invited_by": "kutsujasi",
        "present": "tunnettu sisältö",
        "published": "sisällön julkaisuaika",
        "age_days": "sisällön ikä päivinä",
        "topics": "sisällön aiheet",
        "kind": "sisällön laji",
        "evergreen": "ajaton sisältö",
        "requires_label": "merkintää vaativa sisältö",
    },
}
"""What is no field of the event: the clock, facts of the member, facts of the content."""

VALUES_SAID = 8
"""Of so many values that would do, each is said."""

NEAR_SAID = 3
"""So many rules that came near are named where none spoke, those with the fewest lines that do not fit first."""

_NEED: Mapping[Operator, tuple[Need, Need]] = {
    Operator.IS: ("is", "is_not"),
    Operator.ANY_OF: ("any_of", "none_of"),
    Operator.AT_LEAST: ("at_least", "less_than"),
    Operator.AT_MOST: ("at_most", "more_than"),
    Operator.HAS_ANY: ("has_any", "has_none"),
    Operator.HAS_ALL: ("has_all", "has_not_all"),
    Operator.PRESENT: ("present", "absent"),
    Operator.ABSENT: ("absent", "present"),
}
"""What a line asks for, and what it asks for under `unless`."""


def line_in_words(condition: Condition, line: int, speech: Speech) -> str | None:
    """What the line of this number asks for (see `ReadyCondition`); None where there is no such line."""
    needs = NEEDS[speech.language]
    if line == FORMULA_LINE:
        return needs["formula"]
    after_all, after_none = len(condition.all_of), len(condition.all_of) + len(condition.none_of)
    if 0 <= line < after_all:
        return _need(condition.all_of[line], speech)
    if after_all <= line < after_none:
        return _need(condition.none_of[line - after_all], speech, is_unless=True)
    if after_none <= line < after_none + len(condition.choices):
        rows = condition.choices[line - after_none]
        return needs["or"].join(needs["and"].join(_need(test, speech) for test in row) for row in rows)
    return None


def near_rules(act: Act, speech: Speech) -> list[tuple[Rule, str]]:
    """Rules that could have paid the subject of such an act, each with what it asks for that was not so."""
    near: list[tuple[int, Rule, str]] = []
    for rule in speech.plan.rulebook.rules:
        could_pay = rule.points != 0 or rule.also
        if act.type not in rule.on or rule.pays.who != "subject" or not could_pay:
            continue
        tests = [test for test in rule.condition.all_of if test.operator in {Operator.IS, Operator.ANY_OF}]
        unmet = [test for test in tests if test.reading.scope is Scope.EVENT and not _holds(test, act.data)]
        # What was known of the member and the content at that time is not in the journal: it was one of these.
        unmet = unmet or [test for test in tests if test.reading.scope in {Scope.MEMBER, Scope.CONTENT}]
        if unmet:
            said = NEEDS[speech.language]["and"].join(_need(test, speech) for test in unmet)
            near.append((len(unmet), rule, said))
    near.sort(key=lambda each: (each[0], each[1].rank))
    return [(rule, said) for _, rule, said in near[:NEAR_SAID]]


def _holds(test: Test, data: Mapping[str, Value]) -> bool:
    value = data.get(test.reading.name)
    if test.operator is Operator.IS:
        return value is not None and value == test.operand
    return not isinstance(value, list) and value in _operands(test)


def _operands(test: Test) -> tuple[str | int | bool, ...]:
    return test.operand if isinstance(test.operand, tuple) else (test.operand,)


def _need(test: Test, speech: Speech, *, is_unless: bool = False) -> str:
    needs, operand = NEEDS[speech.language], test.operand
    if is_unless and test.operator is Operator.IS and isinstance(operand, bool):
        operand, is_unless = not operand, False
    need = _NEED[test.operator][is_unless]
    values = operand if isinstance(operand, tuple) else (operand,)
    said = [_value(value, test.reading, speech) for value in values[:VALUES_SAID]]
    if len(values) > VALUES_SAID:
        said.append(needs["more"].format(n=len(values) - VALUES_SAID))
    joined = needs["and" if test.operator is Operator.HAS_ALL else "or"]
    return needs[need].format(name=_name(test.reading, speech), value=joined.join(said))


def _name(reading: Reading, speech: Speech) -> str:
    if reading.scope is Scope.EVENT:
        return f"“{reading.name}”"
    if reading.scope is not Scope.METRIC:
        return f"“{FACTS[speech.language].get(reading.name, reading.name)}”"
    metric = speech.plan.metrics.get(reading.metric)
    title = reading.name if metric is None or metric.title is None else speech.text(metric.title)
    if reading.window is None:
        return f"“{title}”"
    return f"“{title}” {PER[speech.language][reading.window.kind].format(n=reading.window.n)}"


def _value(value: str | int, reading: Reading, speech: Speech) -> str:
    if isinstance(value, bool):
        return NEEDS[speech.language]["yes" if value else "no"]
    if isinstance(value, int):
        if reading.scope is Scope.MEMBER and reading.name == "started_on":
            return f"{value // 12}-{value % 12 + 1:02}"
        is_day = reading.scope is Scope.CLOCK and reading.name == "weekday" and 1 <= value <= len(WEEKDAYS["en"])
        return WEEKDAYS[speech.language][value - 1] if is_day else str(value)
    return value_title(speech.plan, value, speech.language)
