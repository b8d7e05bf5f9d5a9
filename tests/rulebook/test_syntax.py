import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rulebook import check
from engine.rulebook.positions import Positions
from engine.rulebook.syntax import MOST_FAULTS, read_toml
from tests.rulebook.books import ORGANIZATION, mistakes_of, rule, texts


def test_what_stands_around_an_unreadable_line_is_read() -> None:
    document = read_toml('[[rule]]\nid = "a"\ntitle = "A\npoints = 3\n\n[[rule]]\nid = "b"\n')

    assert document.values == {"rule": [{"id": "a", "points": 3}, {"id": "b"}]}
    assert [(fault.line, fault.column) for fault in document.faults] == [(3, 9)]


def test_a_line_that_could_not_be_read_is_not_called_missing() -> None:
    found = mistakes_of(rule(points="ten"))

    assert [m.code for m in found] == ["syntax"]


def test_what_stands_below_an_unreadable_heading_is_left_out() -> None:
    document = read_toml('[defaults]\non = "x"\n[[rule]\nid = "a"\n[[rule]]\nid = "b"\n')

    assert document.values == {"defaults": {"on": "x"}, "rule": [{"id": "b"}]}


def test_a_forgotten_bracket_swallows_nothing() -> None:
    document = read_toml("a = [1, 2\nb = 3\n\n[[c]]\nd = { e = 1\n[f]\n")

    assert document.values == {"b": 3, "c": [{}], "f": {}}
    assert [fault.line for fault in document.faults] == [1, 5]


def test_lists_over_several_lines_are_read() -> None:
    document = read_toml(
        '# [a]\na = [\n  { b = "]" },\n  # c = 3\n  { b = "[" }\n]\nd = """\n[x]\ne = 1\n"""\nf = ten\n'
    )

    assert document.values == {"a": [{"b": "]"}, {"b": "["}], "d": "[x]\ne = 1\n"}
    assert [fault.line for fault in document.faults] == [11]


def test_after_many_unreadable_lines_the_rest_is_not_looked_at() -> None:
    document = read_toml("a = ten\n" * (MOST_FAULTS + 10))

    assert document.values == {}


def test_a_mark_at_the_start_of_a_file_and_windows_line_ends_do_no_harm() -> None:
    pack = "\ufeff" + rule('if.chanel = "x"').replace("\n", "\r\n")

    (found,) = mistakes_of(pack)

    assert (found.line, found.column) == (6, 4)


def test_brackets_without_end_are_told_and_not_followed() -> None:
    found = mistakes_of("x = " + "[" * 100_000)

    assert {m.code for m in found} == {"syntax"}


def test_a_number_without_end_is_told() -> None:
    found = mistakes_of(rule(points="9" * 5_000))

    assert len(found) == 1
    assert len(found[0].render()) < 300


@pytest.mark.parametrize(
    "value",
    [
        "a" * 500_000 + " =",
        "[" + " " * 500_000 + "x",
        '"\\"' + '\\"' * 250_000,
        "{ a" + ":" * 500_000,
        "1" * 500_000 + "x",
    ],
)
def test_a_long_line_that_can_not_be_read_is_told_as_fast_as_any(value: str) -> None:
    (found,) = mistakes_of(f"x = {value}")

    assert (found.code, found.line) == ("syntax", 1)
    assert len(found.render()) < 300


@pytest.mark.parametrize("heading", ["[rule]", "  [ rule ] # why", "[rule]\r"])
def test_a_heading_with_one_bracket_is_told_once_and_what_stands_below_is_read(heading: str) -> None:
    document = read_toml(f'{heading}\nid = "a"\n[[rule]]\nid = "b"\n')

    assert document.values == {"rule": [{"id": "a"}, {"id": "b"}]}
    assert [(fault.line, fault.code) for fault in document.faults] == [(1, "wrong-type")]


def test_a_heading_with_one_bracket_and_more_behind_it_is_one_mistake() -> None:
    document = read_toml('[rule] x\nid = "a"\n[[rule]]\nid = "b"\n')

    assert [(fault.line, fault.code) for fault in document.faults] == [(1, "syntax")]


def test_columns_count_characters() -> None:
    text = '"tähti" = "ÄÖ🪶"\n"höyhen 🪶"."ö" = [ "🪶", { "å" = 1 } ]\n'
    positions = Positions(text)

    assert positions.value(("tähti",)) == (1, 11)
    assert positions.key(("höyhen 🪶", "ö")) == (2, 12)
    assert positions.value(("höyhen 🪶", "ö", 1, "å")) == (2, 33)


def test_tables_lists_and_dotted_names_have_places() -> None:
    text = (
        '[[rule]]\nid = "a"\n[[rule]]\nif.x.at_least = 1\n[rule.unless]\nz = [1,\n  2]\n[[rule.limits]]\nper = "week"\n'
    )
    positions = Positions(text)

    assert positions.key(("rule", 1)) == (3, 1)
    assert positions.key(("rule", 1, "if", "x")) == (4, 4)
    assert positions.value(("rule", 1, "if", "x", "at_least")) == (4, 17)
    assert positions.value(("rule", 1, "unless", "z", 1)) == (7, 3)
    assert positions.value(("rule", 1, "limits", 0, "per")) == (9, 7)


def test_what_is_not_written_has_the_place_of_what_it_would_be_in() -> None:
    positions = Positions('[[rule]]\nid = "a"\n')

    assert positions.key(("rule", 0, "fade", "percent")) == (1, 1)
    assert positions.value(("badge", 3)) == (1, 1)


def test_a_character_of_a_text_has_its_place_behind_escapes_and_over_lines() -> None:
    short, literal, long = Positions(r'f = "a\"bc"'), Positions("f = 'abc'"), Positions('f = """\nab\ncd"""')

    assert short.within(("f",), 2) == (1, 9)
    assert literal.within(("f",), 2) == (1, 8)
    assert long.within(("f",), 3) == (3, 1)


keys = st.from_regex(r"[a-z_]{1,6}(\.[a-z_]{1,6}){0,3}", fullmatch=True)
scalars = st.sampled_from(
    [
        "1",
        "-5",
        "true",
        '"x"',
        "'y'",
        "1.5",
        "2026-01-01",
        "[]",
        "{}",
        "[1, [2]]",
        '"content.shared"',
        '"@acts"',
        '"ever"',
    ]
)
nested = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(keys, inner).map(lambda pair: f"{{ {pair[0]} = {pair[1]} }}")
    ),
    max_leaves=6,
)
words = st.sampled_from(
    [
        "id",
        "title",
        "text",
        "on",
        "if",
        "if_any",
        "unless",
        "formula",
        "pays",
        "points",
        "fade",
        "limits",
        "once_per",
        "per",
        "percent",
        "by",
        "counter",
        "dated",
        "type",
        "data",
        "events",
        "metric",
        "of",
        "at",
        "tiers",
        "each",
        "repeats",
        "board",
        "places",
        "at_end_of",
        "periods",
        "leave_out",
        "giver",
        "receiver",
        "allowance",
        "given",
        "expect",
        "rules",
        "members",
        "contents",
        "languages",
        "packs",
        "country",
        "time_zone",
        "grace",
        "keep",
        "if.member.country",
        "if.metrics.acts.week",
        "if_any",
        "unless.x",
    ]
)
headings = st.sampled_from(
    [
        "organization",
        "topic",
        "event",
        "group",
        "calendar",
        "defaults",
        "metric",
        "rule",
        "cap",
        "currency",
        "removal",
        "badge",
        "level",
        "leaderboard",
        "recognition",
        "thanks",
        "case",
        "streak",
        "challenge",
        "boost",
        "approval",
        "reward",
    ]
)
lines = st.one_of(
    headings.map(lambda word: f"[[{word}]]"),
    headings.map(lambda word: f"[{word}]"),
    st.tuples(words | keys, nested).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.text(max_size=20),
)


@given(st.lists(lines, max_size=20).map("\n".join), st.lists(lines, max_size=20).map("\n".join))
def test_no_text_makes_a_check_raise(organization: str, pack: str) -> None:
    check(texts(pack, organization))
    check(texts(pack))
    check(texts(pack, ORGANIZATION + organization))


@given(st.binary(max_size=200))
def test_no_bytes_make_a_check_raise(noise: bytes) -> None:
    text = noise.decode("utf-8", "surrogateescape")

    for mistake in mistakes_of(text):
        assert mistake.line >= 1
        assert mistake.column >= 1


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"{'a.' * 16}b = 1", 1, 32),
        (f"[{'a.' * 16}b]\nc = 1", 1, 33),
        (f"c = {{ {'a.' * 400_000}b = 1 }}", 1, 38),
        (f"c = [\n  1,\n  {{ {'a .' * 16} b = 1 }},\n]", 3, 52),
        (f'"{"x." * 20}"{".a" * 16} = 1', 1, 73),
    ],
)
def test_a_name_of_too_many_parts_is_named_and_the_rest_is_read(text: str, line: int, column: int) -> None:
    document = read_toml(f"{text}\n[table]\nx = 1\n")

    (fault,) = document.faults
    assert (fault.code, fault.line, fault.column) == ("too-deep", line, column)
    assert document.values == {"table": {"x": 1}}


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 15}b = 1",
        f'a = "{"x." * 40}" # {"y." * 40}',
        f"a = '''\n{'x.' * 40}\n{'x.' * 40}'''",
        f'a = """{"x." * 40}"""',
        f"a = [{'1.5, ' * 40}]",
        "a = [" + '"x.y", ' * 40 + "]",
    ],
)
def test_dots_that_join_no_names_are_no_fault(text: str) -> None:
    document = read_toml(text)

    assert (document.faults, document.values) == ((), tomllib.loads(text))
