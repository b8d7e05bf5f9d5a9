from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.questions import FormulaFault, Reading, Scope, Value
from engine.core.windows import parse_window
from engine.rulebook.cel import Kind, Result
from engine.rulebook.formula_text import DEEPEST_BRACKETS, LONGEST_FORMULA
from engine.rulebook.formula_trials import MOST_TRIALS, try_formula
from engine.rulebook.formulas import CompiledFormula, FormulaMistake, FormulaScope, FormulaSet, compile_formula

KINDS: dict[str, Kind] = {
    "event.channel": "string",
    "event.minutes": "int",
    "event.seats": "int",
    "event.own_words": "bool",
    "event.topics": "list of strings",
    "event.proposed_at": "time",
    "event.hour": "int",
    "event.weekday": "int",
    "member.country": "string",
    "content.present": "bool",
    "content.age_days": "int",
    "content.published": "time",
    "metrics.acts.week": "int",
    "metrics.acts.last_16_weeks": "int",
}

CHOICES = {"event.channel": ("linkedin", "x", "blog"), "event.topics": ("hiring", "products", "technology")}


def reading(name: str) -> Reading:
    root, _, rest = name.partition(".")
    if root == "metrics":
        metric, _, window = rest.partition(".")
        return Reading(scope=Scope.METRIC, name=metric, metric=1, window=parse_window(window))
    return Reading(scope=Scope.CLOCK if rest in {"hour", "weekday"} else Scope(root), name=rest)


SCOPE = FormulaScope({name: (reading(name), kind) for name, kind in KINDS.items()})


def formula(source: str, result: Result = "bool") -> CompiledFormula:
    compiled = compile_formula(source, scope=SCOPE, result=result)
    assert isinstance(compiled, CompiledFormula), compiled
    return compiled


def mistake(source: str, result: Result = "bool") -> FormulaMistake:
    refused = compile_formula(source, scope=SCOPE, result=result)
    assert isinstance(refused, FormulaMistake), source
    return refused


def outcome(source: str, result: Result = "bool", **values: Value) -> bool | int | FormulaFault:
    """The result for these values; `event_channel` stands for `event.channel`, all others are absent."""
    compiled = formula(source, result)
    bindings = FormulaSet([compiled])
    named = {name: values.get(name.replace(".", "_")) for name in KINDS}
    return compiled.evaluate(bindings.bind([named[name] for name in bindings.names]))


def trial(source: str, result: Result = "bool") -> FormulaMistake | None:
    return try_formula(formula(source, result), CHOICES)


# What formulas can say


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('event.channel == "linkedin" && event.minutes >= 30', True),
        ('event.channel in ["x", "blog"]', False),
        ('"hiring" in event.topics', True),
        ('event.topics.exists(topic, topic.startsWith("hir"))', True),
        ("event.topics.size() == 2 && size(event.topics) == 2", True),
        ("event.own_words ? event.minutes > 30 : event.minutes > 60", True),
        ("metrics.acts.last_16_weeks > metrics.acts.week * 2", True),
        ("event.weekday in [6, 7] || event.hour >= 18", True),
        ('event.channel.matches("^link[a-z]+$")', True),
    ],
)
def test_a_condition_reads_event_clock_and_metrics(*, source: str, expected: bool) -> None:
    result = outcome(
        source,
        event_channel="linkedin",
        event_minutes=45,
        event_topics=["hiring", "products"],
        event_own_words=True,
        event_weekday=1,
        event_hour=19,
        metrics_acts_week=3,
        metrics_acts_last_16_weeks=20,
    )

    assert result is expected


def test_points_are_whole_and_division_rounds_down() -> None:
    assert outcome("event.minutes / 10 + 2", "int", event_minutes=59) == 7


def test_times_are_compared_to_the_millisecond_whatever_zone_the_machine_has() -> None:
    first_of_may_2027_ms = 1_809_129_600_000
    source = 'event.proposed_at >= timestamp("2027-05-01T00:00:00Z")'

    assert outcome(source, event_proposed_at=first_of_may_2027_ms) is True
    assert outcome(source, event_proposed_at=first_of_may_2027_ms - 1) is False


def test_the_gap_between_two_times_is_a_span() -> None:
    source = 'event.proposed_at - content.published < duration("24h")'

    assert outcome(source, event_proposed_at=86_399_999, content_published=0) is True
    assert outcome(source, event_proposed_at=86_400_000, content_published=0) is False


def test_a_formula_knows_the_names_that_it_reads_and_no_others() -> None:
    compiled = formula('event.topics.exists(t, t == "event.minutes") && metrics.acts.week > 1 && event.channel.present')

    assert compiled.readings == ("event.channel", "event.topics", "metrics.acts.week")


# What is absent


@pytest.mark.parametrize("name", ["event.channel", "event.minutes", "event.proposed_at", "member.country"])
def test_an_absent_value_is_a_fault_that_names_it(name: str) -> None:
    assert outcome(f"{name} == {name}") == FormulaFault(f"absent: {name}")


def test_presence_can_be_asked_first() -> None:
    source = 'event.channel.present && event.channel == "x"'

    assert outcome(source) is False
    assert outcome(source, event_channel="x") is True
    assert outcome("!event.own_words.present") is True
    assert outcome("event.own_words.present", event_own_words=False) is True


def test_the_presence_of_a_content_is_a_fact_of_its_own() -> None:
    assert outcome("content.present") is False
    assert outcome("!content.present || content.age_days < 30", content_present=True, content_age_days=3) is True


def test_a_list_is_there_even_when_it_is_empty() -> None:
    assert outcome("event.topics.size() == 0", event_topics=[]) is True


# Faults


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("10 / event.minutes", "it divides by zero"),
        ("10 % event.minutes", "it divides by zero"),
        ("9223372036854775807 + 1 + event.minutes", "a number is too large"),
        ("1000000001 + event.minutes", "more than 1,000,000,000 points"),
        ("event.minutes - 1", "points below zero"),
        ('event.topics[5] == "x" ? 1 : 2', "a list is shorter than the formula expects"),
        ('"abc".matches("(") ? 1 : 2', "a pattern of matches( ) can't be read"),
        ('timestamp("soon") > event.proposed_at ? 1 : 2', "a date of timestamp( ) can't be read"),
        ('event.proposed_at + duration("long") > event.proposed_at ? 1 : 2', "a span of duration( ) can't be read"),
    ],
)
def test_what_can_not_be_worked_out_is_a_fault_in_our_own_words(source: str, reason: str) -> None:
    result = outcome(source, "int", event_minutes=0, event_topics=["x"], event_proposed_at=0)

    assert result == FormulaFault(reason)


def test_the_most_points_still_come_out() -> None:
    assert outcome("1000000000 + event.minutes", "int", event_minutes=0) == 1_000_000_000


def test_a_walk_through_a_list_that_is_too_long_is_a_fault() -> None:
    result = outcome('event.topics.exists(t, t == "never")', event_topics=["topic"] * 20_000)

    assert result == FormulaFault("a list is too long")


VALUES: dict[Kind, st.SearchStrategy[Value | None]] = {
    "string": st.none() | st.text(),
    "int": st.none() | st.integers(),
    "bool": st.none() | st.booleans(),
    "list of strings": st.none() | st.lists(st.text(), max_size=5),
    "time": st.none() | st.integers(),
}

EVERYTHING = formula(
    "(event.channel.matches(member.country) || event.minutes / event.seats > content.age_days"
    " || event.topics[1] == event.channel) && event.proposed_at > content.published && event.own_words"
    " && content.present && event.seats.present"
)


def test_the_formula_of_the_property_test_reads_every_kind() -> None:
    assert {read.kind for read in EVERYTHING.reads} == set(get_args(Kind))


@given(st.data())
def test_no_value_makes_a_formula_raise(data: st.DataObject) -> None:
    bindings = FormulaSet([EVERYTHING])
    values = [data.draw(VALUES[KINDS[name]]) for name in bindings.names]

    result = EVERYTHING.evaluate(bindings.bind(values))

    assert isinstance(result, bool | FormulaFault)


def test_half_a_character_is_a_fault_and_no_crash() -> None:
    assert isinstance(outcome('event.channel == "x"', event_channel="\ud800"), FormulaFault)


# One binding for all formulas of an event type


def test_formulas_of_one_event_type_share_one_binding() -> None:
    condition = formula('event.channel == "x" && content.published.present')
    points = formula("event.minutes * 2", "int")
    times = formula("event.proposed_at > content.published")
    together = FormulaSet([condition, points, times])
    values: dict[str, Value] = {
        "event.channel": "x",
        "event.minutes": 4,
        "event.proposed_at": 2_000,
        "content.published": 1_000,
    }

    bound = together.bind([values[name] for name in together.names])

    assert together.names == ("content.published", "event.channel", "event.minutes", "event.proposed_at")
    assert together.readings == tuple(reading(name) for name in together.names)
    assert [each.evaluate(bound) for each in (condition, points, times)] == [True, 8, True]


def test_a_formula_on_a_group_runs_in_the_binding_of_each_of_its_event_types() -> None:
    shared = formula("event.minutes > 3")
    first, second = FormulaSet([shared]), FormulaSet([shared, formula("event.own_words")])

    assert shared.evaluate(first.bind([4])) is True
    assert shared.evaluate(second.bind([2, True])) is False


# What is refused, and where


@pytest.mark.parametrize(
    ("source", "code", "near"),
    [
        ('event.chanel == "x"', "formula-name", "event.channel"),
        ('channel == "x"', "formula-name", "event.channel"),
        ("metrics.act.week > 1", "formula-name", "metrics.acts.week"),
        ("event.own_words and true", "formula-word", "&&"),
        ("event.minutes = 1", "formula-sign", "=="),
        ("event.minutes ≥ 1", "formula-sign", ">="),
        ("“x” == event.channel", "formula-sign", '"'),
        ("sice(event.topics) > 1", "formula-function", "size"),
        ("event.own_words == True", "formula-word", "true"),
        ("event.minutes > 1.0", "formula-fraction", "1"),
    ],
)
def test_a_near_miss_says_what_was_probably_meant(source: str, code: str, near: str) -> None:
    refused = mistake(source)

    assert (refused.code, refused.near) == (code, near)


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("event.minutes * 1.0 > 3", "formula-fraction", "Write 1, not 1.0."),
        ("event.minutes * 1.5 > 3", "formula-fraction", "x * 3 / 2"),
        ("event.minutes > 1e3", "formula-fraction", "whole numbers only"),
        ("event.minutes > 1u", "formula-fraction", "Write 1, not 1u."),
        ("has(event.channel)", "formula-has", "event.channel.present"),
        ("event.channel == null", "formula-null", "event.channel.present"),
        ('event.channel + "a" == "b"', "formula-types", "can't be joined"),
        ("event.topics + event.topics == []", "formula-types", "can't be joined"),
        ("event.topics.map(t, t) == []", "formula-builds-list", "exists"),
        ("event.topics.filter(t, true) == []", "formula-builds-list", "exists"),
        ("event.channel == 1", "formula-types", "a text and a whole number"),
        ('event.topics == "a"', "formula-types", '"x" in event.topics'),
        ('"a" in event.channel', "formula-types", "Write =="),
        ("1 < event.minutes < 3", "formula-types", "1 < x && x < 3"),
        ("event.minutes && true", "formula-types", "&&, || and !"),
        ("event.minutes ? true : false", "formula-types", "Before ?"),
        ('event.own_words ? 1 : "a"', "formula-types", "same kind"),
        ('event.proposed_at > "2027-01-31"', "formula-types", "timestamp("),
        ("event.proposed_at - content.published > 3", "formula-types", 'duration("24h")'),
        ("event.proposed_at.getHours() > 17", "formula-types", "event.hour"),
        ('event.proposed_at.getDayOfWeek("Europe/Helsinki") > 5', "formula-function", "event.weekday"),
        ("double(event.minutes) > 1", "formula-function", "Functions: size"),
        ("metrics.acts > 1", "formula-name", "metrics.acts.last_16_weeks or metrics.acts.week"),
        ("event.channel.foo", "formula-name", "event.channel.foo"),
        ("metrics.acts.week.present", "formula-name", "metrics.acts.week.present"),
        ("event.minutes / 2 +", "formula-syntax", "ends in the middle"),
        ("event.own_words event.minutes", "formula-syntax", "from event on"),
        ("(event.own_words", "formula-bracket", "never closed"),
        ("event.own_words]", "formula-bracket", "Take ] away"),
        ('event.channel == "x', "formula-text-open", 'Close it with "'),
        ("{1: 2} == {}", "formula-sign", "no braces"),
        ("event.minutes > 99999999999999999999", "formula-number", "too long"),
        ("  ", "formula-empty", "empty"),
        ("event.minutes", "formula-result", "gives a whole number"),
    ],
)
def test_a_mistake_is_said_in_plain_words_with_its_cure(source: str, code: str, says: str) -> None:
    refused = mistake(source)

    assert refused.code == code
    assert says in f"{refused.found} {refused.cure}"


def test_points_must_come_out_as_a_number() -> None:
    refused = mistake("event.own_words", "int")

    assert refused.code == "formula-result"
    assert "gives a yes-or-no" in refused.found


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ('event.chanel == "x"', 1, 1),
        ('event.own_words &&\n  event.chanel == "ä"', 2, 3),
        ('"ÄÖ𝄞" == event.channel && event.chanel == "x"', 1, 27),
        ('"ÄÖ𝄞" == event.channel && event.minutes == "x"', 1, 41),
        ("event.own_words // yes\n && 1.5 > 1", 2, 5),
        ("event.minutes /", 1, 16),
    ],
)
def test_a_mistake_has_its_line_and_column_in_characters(source: str, line: int, column: int) -> None:
    refused = mistake(source)

    assert (refused.line, refused.column) == (line, column)


WORDS_OF_THE_LIBRARY = ("overload", "undeclared", "INVALID_ARGUMENT", "<input>", "mismatched", "container", "int64")


@given(
    st.lists(
        st.sampled_from([*KINDS, *'()[]!,.:?<>=&|+-*/%"', "1", " && ", '"x"', " in ", ".size()", "é"]), max_size=12
    )
)
def test_any_text_is_compiled_or_refused_in_our_own_words(pieces: list[str]) -> None:
    compiled = compile_formula("".join(pieces), scope=SCOPE, result="bool")

    if isinstance(compiled, FormulaMistake):
        assert not any(word in compiled.found + compiled.cure for word in WORDS_OF_THE_LIBRARY)
        assert compiled.line >= 1
        assert compiled.column >= 1


# Guards


def padded(length: int) -> str:
    return "true" + " " * (length - 4)


def test_a_formula_has_at_most_a_thousand_characters() -> None:
    formula(padded(LONGEST_FORMULA))
    assert mistake(padded(LONGEST_FORMULA + 1)).code == "formula-too-long"


def test_brackets_stand_at_most_twelve_deep() -> None:
    formula("(" * DEEPEST_BRACKETS + "true" + ")" * DEEPEST_BRACKETS)
    assert mistake("(" * (DEEPEST_BRACKETS + 1) + "true" + ")" * (DEEPEST_BRACKETS + 1)).code == "formula-too-deep"


def test_brackets_inside_texts_and_comments_do_not_count() -> None:
    source = f'event.channel != "{"(" * 20}" // {"[" * 20}'

    assert outcome(source, event_channel="x") is True


def test_a_formula_walks_through_two_lists_and_not_three() -> None:
    walk = 'event.topics.exists(t, t == "x")'

    formula(f"{walk} || {walk}")
    assert mistake(f"{walk} || {walk} || {walk}").code == "formula-too-many-lists"


@pytest.mark.parametrize("macro", ["exists", "all", "exists_one"])
def test_no_walk_through_a_list_stands_inside_another(macro: str) -> None:
    refused = mistake(f"event.topics.exists(t, (event.topics.{macro}(u, u == t)))")

    assert refused.code == "formula-nested"


def test_more_than_32_terms_in_a_row_are_refused() -> None:
    formula(" + ".join(["event.minutes"] * 30) + " > 3")
    assert mistake(" + ".join(["event.minutes"] * 40) + " > 3").code == "formula-too-deep"


# Tried at load


@pytest.mark.parametrize(
    "source",
    [
        'event.channel == "x" && event.channel == "blog"',
        "event.minutes > 5 && event.minutes < 5",
        "event.hour > 24",
        "event.weekday == 0",
        "event.own_words && !event.own_words",
        "event.channel.present && !event.channel.present",
        "metrics.acts.week < 0",
        'event.channel.startsWith("zz")',
        'event.proposed_at != event.proposed_at || event.proposed_at < timestamp("0001-01-01T00:00:00Z")',
        "false",
    ],
)
def test_a_condition_that_can_never_hold_is_refused(source: str) -> None:
    refused = trial(source)

    assert refused is not None
    assert refused.code == "formula-never-holds"


@pytest.mark.parametrize(
    "source",
    [
        "event.minutes > 5 && event.minutes < 7",
        "event.minutes * event.minutes == 391",
        "event.minutes % 97 == 96",
        "event.minutes * event.seats == 2021",
        "metrics.acts.week > metrics.acts.last_16_weeks",
        "event.minutes > event.seats + 400",
        "event.minutes > 20 && event.seats > event.minutes && event.seats < 23",
        "event.hour >= 23 && event.weekday == 7",
        'member.country.endsWith("I")',
        'member.country == "FI"',
        "event.topics.size() == 3",
        '"hiring" in event.topics && "products" in event.topics && !("technology" in event.topics)',
        'event.proposed_at - content.published > duration("500h")',
        'event.topics[0] == "hiring"',
        "!event.channel.present",
        'event.channel == "x" && event.minutes > 3 && event.seats > 4 && event.own_words && event.hour == 3',
    ],
)
def test_a_condition_that_may_hold_is_left_alone(source: str) -> None:
    assert trial(source) is None


@pytest.mark.parametrize(
    ("source", "result", "why"),
    [
        ("event.minutes / 0 > 1", "bool", "it divides by zero"),
        ('event.channel.matches("(")', "bool", "a pattern of matches( ) can't be read"),
        ('event.proposed_at > timestamp("2027-01-31")', "bool", "a date of timestamp( ) can't be read"),
        ("0 - 5", "int", "points below zero"),
        ("2000000000", "int", "more than 1,000,000,000 points"),
    ],
)
def test_a_formula_that_can_only_fail_is_refused(source: str, result: Result, why: str) -> None:
    refused = trial(source, result)

    assert refused is not None
    assert refused.code == "formula-only-fails"
    assert why in refused.found


def test_points_that_can_only_be_none_are_refused() -> None:
    refused = trial("event.own_words ? 0 : 0", "int")

    assert refused is not None
    assert refused.code == "formula-never-pays"
    assert trial("event.own_words ? 5 : 0", "int") is None


@pytest.mark.parametrize(
    ("source", "column", "near"),
    [
        ('event.channel == "linkedn"', 18, "linkedin"),
        ('"Blog" != event.channel', 1, "blog"),
        ('event.channel in ["x", "blgo"]', 24, "blog"),
        ('"hirng" in event.topics', 1, "hiring"),
    ],
)
def test_a_value_that_a_name_can_not_have_is_found_where_it_stands(source: str, column: int, near: str) -> None:
    refused = trial(source)

    assert refused is not None
    assert (refused.code, refused.column, refused.near) == ("formula-value", column, near)


def test_the_lines_beside_a_formula_narrow_what_it_can_ask() -> None:
    refused = try_formula(formula('event.channel == "blog"'), {"event.channel": ("linkedin", "x")})

    assert refused is not None
    assert "Possible: linkedin, x." in refused.cure


def test_a_formula_beside_lines_that_leave_no_value_is_not_blamed() -> None:
    assert try_formula(formula('event.channel.startsWith("l")'), {"event.channel": ()}) is None


def test_trying_is_bounded_however_many_names_a_formula_reads() -> None:
    many = FormulaScope({f"event.n{i}": (Reading(scope=Scope.EVENT, name=f"n{i}"), "int") for i in range(40)})
    compiled = compile_formula(" && ".join(f"event.n{i} > {i}" for i in range(40)), scope=many, result="bool")
    assert isinstance(compiled, CompiledFormula)
    tried = Counting(compiled)

    assert try_formula(tried, {}) is None
    assert tried.count == MOST_TRIALS


class Counting(CompiledFormula):
    """Counts how often it is asked."""

    def __init__(self, of: CompiledFormula) -> None:
        super().__init__(source=of.source, result=of.result, reads=of.reads, program=of.program, tokens=of.tokens)
        self.count = 0

    def evaluate(self, bound: object) -> bool | int | FormulaFault:
        self.count += 1
        return super().evaluate(bound)
