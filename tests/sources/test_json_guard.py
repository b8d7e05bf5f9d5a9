import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.events import MAX_BODY_BYTES, MAX_DEPTH, MAX_FAULTS, BodyTooLarge, Fault, NotUnderstood
from engine.sources.json_guard import decode

numbers = st.integers(-(10**18) + 1, 10**18 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
keys = st.sampled_from(["a", "b", 'quote"', "back\\slash", '\\"', "brace{", "colon:", "ä", "a/b~"])


def faults_of(body: bytes) -> tuple[Fault, ...]:
    with pytest.raises(NotUnderstood) as refusal:
        decode(body)
    return refusal.value.faults


def only_fault(body: bytes) -> Fault:
    (fault,) = faults_of(body)
    return fault


@given(values, st.booleans())
def test_what_was_written_is_read(value: object, ascii_only: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    body = json.dumps(value, ensure_ascii=ascii_only).encode()

    assert decode(body) == value


@given(st.lists(st.tuples(keys, values), max_size=6))
def test_an_object_is_read_exactly_when_no_key_stands_twice(members: list[tuple[str, object]]) -> None:
    text = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members)
    body = f'{{"id": [{{{text}}}]}}'.encode()

    if len({key for key, _ in members}) == len(members):
        assert decode(body) == {"id": [dict(members)]}
    else:
        assert {fault.code for fault in faults_of(body)} == {"duplicate-key"}


def test_each_key_that_stands_twice_is_named_by_its_pointer() -> None:
    body = b'[{"id": "1", "data": {"a/b": 1, "a/b": 2}}, {"id": "2", "id": "3"}]'

    assert [fault.pointer for fault in faults_of(body)] == ["/0/data/a~1b", "/1/id"]


def test_a_key_is_the_same_key_however_it_is_escaped() -> None:
    assert only_fault(rb'{"id": 1, "\u0069d": 2}').code == "duplicate-key"


def test_many_duplicate_keys_make_a_short_answer() -> None:
    body = b"{" + b'"a": 1,' * 10_000 + b'"a": 1}'

    assert len(faults_of(body)) == MAX_FAULTS


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_ends_at_its_limit(opening: bytes, closing: bytes) -> None:
    decode(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH)

    assert only_fault(opening * (MAX_DEPTH + 1) + b"1" + closing * (MAX_DEPTH + 1)).code == "too-deep"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b'["\\\\", ' + b"[" * 100_000,
        b'["\\"", ' + b"[" * 100_000,
        b'["]]]]]]]]]]]]]]]]]]]]", ' + b"[" * 100_000,
    ],
)
def test_a_nesting_bomb_is_refused_before_it_is_parsed(body: bytes) -> None:
    assert only_fault(body).code == "too-deep"


@pytest.mark.parametrize("text", ["[" * 40, "]" * 40, '"' + "[" * 40, "\\" + "{" * 40, '\\"' + "[" * 40])
def test_brackets_in_a_text_are_text(text: str) -> None:
    assert decode(json.dumps({"a": [text]}).encode()) == {"a": [text]}


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    try:
        decode(body)
    except NotUnderstood as refusal:
        faults = refusal.faults
    else:
        faults = ()
        json.loads(body)
    assert all(fault.found and fault.expected for fault in faults)


@given(st.text(alphabet='[]{}",:\\ua1e.-0tn ', max_size=30))
def test_what_python_reads_otherwise_is_refused(text: str) -> None:
    try:
        value = decode(text.encode())
    except NotUnderstood:
        return
    assert json.loads(text, parse_float=Decimal) == value


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "an empty body"),
        (b"  \n", "an empty body"),
        (b'{"id": "1"', "unfinished"),
        (b'{"id": }', "byte 7"),
        (b"[1, 2,]", "byte 6"),
        (b'{"a": 1} {}', "byte 9"),
        (b"{'id': 1}", "byte 1"),
        (b'"\\ud800\\u0041"', "byte"),
        (b'"a\x01b"', "byte 2"),
        (b"id=1", "byte 0"),
    ],
)
def test_what_is_no_json_is_refused_at_its_byte(body: bytes, found: str) -> None:
    fault = only_fault(body)

    assert fault.code == "not-json"
    assert found in fault.found


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused_with_a_cure(word: str) -> None:
    fault = only_fault(f'{{"n": {word}}}'.encode())

    assert fault.code == "not-json"
    assert "no NaN" in str(fault.cure)


def test_a_byte_order_mark_is_refused_with_a_cure() -> None:
    assert "byte order mark" in str(only_fault(b"\xef\xbb\xbf{}").cure)


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}', b"\xff\xfe{\x00}\x00", b'"\xc3'])
def test_what_is_no_utf8_is_refused(body: bytes) -> None:
    assert only_fault(body).code == "not-utf8"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("1.10", Decimal("1.1")),
        ("-2.50e1", -25),
        ("1.0", 1),
        ("1e2", 100),
        ("-0.0", 0),
        ("0e999", 0),
        ("999999999999999999", 10**18 - 1),
        ("0.3000000000000000444", Decimal("0.3000000000000000444")),
        ("12345678901234567.12345678901", Decimal("12345678901234567.12345678901")),
    ],
)
def test_numbers_are_kept_exactly(text: str, value: int | Decimal) -> None:
    read = decode(text.encode())

    assert read == value
    assert type(read) is type(value)
    assert str(read) == str(value)


@pytest.mark.parametrize(
    "text",
    [
        "1000000000000000000",
        "-1000000000000000000",
        "9" * 5_000,
        "1e18",
        "1e999999999",
        "1e99999999999999999999",
        "1e-31",
        "0." + "1" * 60,
        "1e-99999999999999999999",
    ],
)
def test_a_number_beyond_what_can_be_kept_is_refused(text: str) -> None:
    assert only_fault(f"[{text}]".encode()).code == "number-out-of-range"


def test_a_long_row_of_digits_in_a_text_is_text() -> None:
    assert decode(b'["12345678901234567890123"]') == ["12345678901234567890123"]


def test_a_body_ends_at_its_limit() -> None:
    largest = b'"' + b"a" * (MAX_BODY_BYTES - 2) + b'"'
    decode(largest)

    with pytest.raises(BodyTooLarge) as refusal:
        decode(largest + b" ")

    assert refusal.value.found_bytes == MAX_BODY_BYTES + 1
