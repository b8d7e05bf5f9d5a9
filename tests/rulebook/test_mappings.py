"""Mapping files among the rule files: read, checked, run and published with them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rulebook import RulebookRefused, check, compile_mappings, compile_rulebook, digest_of, namings, read_folder
from engine.rulebook.collect import MOST_BYTES
from engine.rulebook.examples import run_cases
from engine.rulebook.mappings.book import MOST_FILES
from engine.rulebook.mappings.fields import MOST_ROWS
from engine.rulebook.mappings.files import MOST_MAPS, MOST_PAYLOAD_BYTES
from engine.rulebook.mappings.lines import MOST_LINES, MOST_OPERANDS
from engine.rulebook.unpublished import changes
from tests.rulebook.books import ORGANIZATION, rule, texts
from tests.sources.mapping.chat import SHARED, SOURCE

CASE = """
[[case]]
says = "A share is a share"
body = { user = "U1", network = "x" }
expect.makes = [{ type = "content.shared", subject = "chat:U1", data.channel = "x" }]
"""
PAYLOAD = "sources/payloads/share.json"
UNREADABLE_NETWORK = (
    'unreadable /network with "z", where one of linkedin, x, bluesky, blog for channel was expected (map shared), '
    "not nothing"
)


def with_chat(more: str = "", **files: str) -> dict[str, str]:
    """Rules and a mapping file with these lines after its map."""
    payloads = {f"sources/payloads/{name}.json": text for name, text in files.items()}
    return texts(rule()) | {"sources/chat.toml": SOURCE + SHARED + more} | payloads


def codes(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(mistake.file, mistake.code) for mistake in check(files).mistakes]


def failures(more: str, **files: str) -> list[str]:
    files = with_chat(more, **files)
    assert codes(files) == []
    return [mistake.render() for mistake in run_cases(files).mistakes]


def test_mapping_files_are_compiled_by_their_names() -> None:
    files = with_chat() | {"sources/forum.toml": SOURCE + SHARED}

    assert list(compile_mappings(files)) == ["chat", "forum"]


def test_a_mapping_file_with_a_mistake_is_never_in_force_and_stops_a_publication() -> None:
    files = with_chat('if.a = ""\n')

    assert [mistake.file for mistake in check(files).in_the_way] == ["sources/chat.toml"]
    with pytest.raises(RulebookRefused):
        compile_mappings(files)


def test_rules_are_judged_by_whatever_the_mapping_files_say() -> None:
    files = with_chat()
    numbered = {naming.name: code for code, naming in enumerate(namings(check(files)))}

    assert [each.id for each in compile_rulebook(files, numbered).rules] == ["share"]


def test_what_is_published_is_named_by_its_mapping_files_and_payloads_too() -> None:
    digests = [digest_of(files) for files in (texts(rule()), with_chat(), with_chat("# why\n"), with_chat(a="{}"))]

    assert len(set(digests)) == len(digests)


def test_a_change_of_a_mapping_file_is_counted_by_the_name_of_its_tool() -> None:
    after = with_chat(share="{}") | {
        "sources/chat.toml": SOURCE.replace("Chat", "Talk") + SHARED.replace("{user}", "{person}") + CASE
    }

    assert [change.render() for change in changes(with_chat(), after)] == [
        "added: case chat/A share is a share",
        "added: payload share.json",
        "changed: map chat/shared",
        "changed: source chat",
    ]


def test_mapping_files_and_their_payloads_are_read_from_the_folder_and_nothing_else_there(tmp_path: Path) -> None:
    for name in ("organization.toml", "sources/chat.toml", PAYLOAD, "sources/README.md", "sources/old/chat.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")

    assert list(read_folder(tmp_path)) == ["organization.toml", "sources/chat.toml", PAYLOAD]


@pytest.mark.parametrize(
    "name", ["sources/Chat.toml", "sources/old/chat.toml", "sources/chat.txt", "sources/payloads/a.toml", "sources/"]
)
def test_a_file_that_belongs_nowhere_in_the_folder_is_a_mistake(name: str) -> None:
    assert codes(texts() | {name: ""}) == [(name, "wrong-file")]


def test_cases_of_mapping_files_run_with_those_of_the_rules() -> None:
    assert run_cases(with_chat(CASE)).count == 1
    assert failures(CASE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('subject = "chat:U1"', 'subject = "chat:U2"', 'subject "chat:U1", not "chat:U2"'),
        ('data.channel = "x"', 'data.channel = "blog"', 'data.channel "x", not "blog"'),
        ('data.channel = "x"', "data.own_words = true", "data.own_words nothing, not true"),
        ('subject = "chat:U1"', 'key = "k"', 'key nothing, not "k"'),
        ('subject = "chat:U1"', "time = 2026-11-23T07:12:00Z", "time nothing, not 2026-11-23T07:12:00.000Z"),
        ('"content.shared", subject', '"link.clicked", subject', 'type "content.shared", not "link.clicked"'),
        ("expect.makes = [{", 'expect.makes = [{ type = "content.shared" }, {', "makes content.shared, not 2 events"),
        ('network = "x" }\nexpect', 'network = "x" }\nexpect.undoes = "k"\nexpect', 'undoes nothing, not "k"'),
        (
            'network = "x" }\nexpect',
            'network = "x" }\nexpect.links = { alias = "chat:U1", code = "1" }\nexpect',
            'links nothing, not "chat:U1" with "1"',
        ),
        (
            'network = "x"',
            'network = "z"',
            UNREADABLE_NETWORK,
        ),
        (
            'network = "x" }\nexpect',
            'network = "x" }\nexpect.unreadable = "/a"\nexpect',
            'unreadable nothing, not "/a"',
        ),
    ],
)
def test_a_case_that_comes_out_otherwise_says_what_came_out(right: str, wrong: str, said: str) -> None:
    assert CASE.count(right) == 1

    (failure,) = failures(CASE.replace(right, wrong))

    assert failure == (
        f'sources/chat.toml:11:1  The case "A share is a share" gives {said}.\n'
        "    Mend the map, or what the case expects."
    )


def test_a_case_that_expects_nothing_fails_where_something_is_made() -> None:
    (failure,) = failures(CASE.split("expect", maxsplit=1)[0] + "expect.nothing = true\n")

    assert "makes content.shared, not 0 events" in failure


@pytest.mark.parametrize(
    "payload",
    [
        '{"user": "U1", "network": "x"}',
        '{"body": {"user": "U1", "network": "x"}}',
        '{"headers": {"X-Kind": "share"}, "body": {"user": "U1", "network": "x"}}',
        '{"body": "user=U1&network=x&empty="}',
    ],
    ids=["a body by itself", "a body", "headers and a body", "a form"],
)
def test_a_payload_is_a_message_with_or_without_its_headers_or_a_form(payload: str) -> None:
    says = CASE.replace('body = { user = "U1", network = "x" }', 'payload = "payloads/share.json"')

    assert failures(says, share=payload) == []


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("{", "unreadable"),
        ('{"a": 1, "a": 2}', "unreadable"),
        ('{"body": "a=1&a=2"}', "unreadable"),
        ('"' + "a" * (MOST_PAYLOAD_BYTES - 1) + '"', "too-long"),
    ],
)
def test_a_payload_that_can_not_be_read_is_a_mistake_of_its_file(payload: str, code: str) -> None:
    says = CASE.replace('body = { user = "U1", network = "x" }', 'payload = "payloads/share.json"')

    assert codes(with_chat(says, share=payload)) == [(PAYLOAD, code)]


def test_a_payload_as_long_as_may_be_is_read() -> None:
    assert codes(with_chat(share='"' + "a" * (MOST_PAYLOAD_BYTES - 2) + '"')) == []


def test_an_event_that_no_tool_may_report_is_made_by_no_map() -> None:
    organization = ORGANIZATION.replace('said_by = ["tool", "member"]', 'said_by = ["member"]')
    files = with_chat() | {"organization.toml": organization}

    assert codes(files) == [("sources/chat.toml", "not-said-by")]


def test_too_many_files_maps_and_lines_are_told() -> None:
    payloads = {f"sources/payloads/p{number}.json": "{}" for number in range(MOST_FILES)}
    maps = SOURCE + "".join(SHARED.replace('"shared"', f'"m{number}"') for number in range(MOST_MAPS + 1))
    lines = "".join(f"if.a{number} = 1\n" for number in range(MOST_LINES + 1))

    assert codes(with_chat() | payloads) == [("sources/payloads/p99.json", "too-many")]
    assert codes(texts() | payloads) == []
    assert codes(texts() | {"sources/chat.toml": maps}) == [("sources/chat.toml", "too-many")]
    assert codes(texts() | {"sources/chat.toml": maps.rpartition("\n[[map]]")[0]}) == []
    assert codes(with_chat(lines)) == [("sources/chat.toml", "too-many")]
    assert codes(with_chat(lines.rpartition("if.")[0])) == []
    assert codes(with_chat("#" * MOST_BYTES)) == [("sources/chat.toml", "too-long")]


def test_too_many_values_and_rows_are_told() -> None:
    values = ", ".join(map(str, range(MOST_OPERANDS + 1)))
    rows = ", ".join(f'a{number} = "hiring"' for number in range(MOST_ROWS + 1))

    def with_values(values: str, rows: str) -> list[tuple[str, str]]:
        table = f'data.topics = {{ from = "{{a}}", map = {{ {rows} }} }}'
        return codes(with_chat(f"if.a = [{values}]\n{table}\n"))

    assert with_values(values, rows.rpartition(",")[0]) == [("sources/chat.toml", "too-many")]
    assert with_values(values.rpartition(",")[0], rows) == [("sources/chat.toml", "missing")]
    assert with_values(values.rpartition(",")[0], rows.rpartition(",")[0]) == []


def test_a_mapping_file_nested_too_deeply_is_a_mistake_like_any_other() -> None:
    for depth in (50, 90, 200, 10_000):
        for line in ("if.a = " + "{b = " * depth + "1" + "}" * depth, "[[case]]\nbody = " + "[" * depth + "]" * depth):
            assert {file for file, _ in codes(with_chat(line + "\n"))} <= {"sources/chat.toml"}


def test_a_line_that_is_no_toml_is_told_and_the_rest_is_read() -> None:
    files = with_chat("data.own_words = yes\nif.a = 1.5\n")

    assert [(m.line, m.code) for m in check(files).mistakes] == [(10, "syntax"), (11, "wrong-value")]


WORDS = (
    *("id", "title", "signature", "each", "makes", "subject", "event_id", "time", "key", "data", "data.channel"),
    *("data.topics", "if", "if.a.b", "if.a.at_least", "if.header.x", "if_any", "unless.a", "undone_by.a", "says"),
    *("payload", "body", "form", "headers", "expect", "expect.makes", "expect.undoes", "expect.links", "alias", "code"),
)
TEXTS = ("content.shared", "{a.b}", "x:{a|b}", "{", "}", "{a.*.b}", "content", "")
OTHERS = ("1", "1.5", "nan", "-inf", "true", "2026-11-23", "[]", "{}", '{ from = "{a}", map = { a = "x" } }')
SCALARS = st.sampled_from([*(f'"{text}"' for text in TEXTS), *OTHERS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(st.sampled_from(["a", "from", "map", "type", "data"]), inner).map(
            lambda p: f"{{ {p[0]} = {p[1]} }}"
        )
    ),
    max_leaves=4,
)
LINES = st.sampled_from(["[source]", "[[map]]", "[[link]]", "[[case]]", "[map]", "[[rule]]"]) | st.tuples(
    st.sampled_from(WORDS), VALUES
).map(lambda pair: f"{pair[0]} = {pair[1]}")


@given(st.lists(LINES, max_size=20).map("\n".join), st.text(max_size=40))
def test_no_mapping_file_and_no_payload_makes_a_check_raise(lines: str, payload: str) -> None:
    files = texts() | {"sources/chat.toml": lines, "sources/forum.toml": SOURCE + SHARED + lines, PAYLOAD: payload}

    found = check(files).mistakes

    assert all(mistake.line >= 1 and mistake.column >= 1 for mistake in found)
    if not found:
        run_cases(files)


@pytest.mark.parametrize(
    "line",
    ['data.channel = "{network}"', 'event_id = "{id}"', 'key = "k{id}"', "body = { a = 1 }"],
)
def test_what_stands_on_a_line_that_can_not_be_read_is_not_called_missing(line: str) -> None:
    text = (
        '[source]\ntitle = { en = "A", fi = "A" }\n[[map]]\nid = "a"\nmakes = "content.shared"\nsubject = "c:{u}"\n'
        'data.channel = "{network}"\nevent_id = "{id}"\nkey = "k{id}"\nundone_by.gone = true\n'
        '[[case]]\nsays = "S"\nbody = { a = 1 }\nexpect.nothing = true\n'
    )

    assert codes(texts() | {"sources/chat.toml": text}) == []
    assert codes(texts() | {"sources/chat.toml": text.replace(line, line[:-1])}) == [("sources/chat.toml", "syntax")]
