import json
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.sources.digests import DIGEST_BYTES, content_digest, mark
from engine.sources.events import IncomingEvent, JsonValue
from engine.sources.posted import read_posted

SECRET = bytes(range(32))

data = st.dictionaries(
    st.text(max_size=6),
    st.recursive(
        st.none() | st.booleans() | st.integers(-100, 100) | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=5,
)


def posted(**fields: object) -> IncomingEvent:
    event = {
        "id": "share-1",
        "type": "content.shared",
        "subject": "email:person@example.org",
        "data": {"channel": "linkedin"},
    } | fields
    return read(json.dumps({name: value for name, value in event.items() if value is not None}))


def read(text: str) -> IncomingEvent:
    (event,) = read_posted({"content-type": "application/json"}, text.encode()).items
    assert isinstance(event, IncomingEvent)
    return event


def reordered(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {key: reordered(value[key]) for key in reversed(value)}
        case list():
            return [reordered(item) for item in value]
        case _:
            return value


@given(data)
def test_the_order_of_keys_does_not_matter(fields: dict[str, JsonValue]) -> None:
    one, other = posted(data=fields), posted(data=reordered(fields))

    assert content_digest(one, SECRET) == content_digest(other, SECRET)


@given(data, data)
def test_other_data_have_another_digest(fields: dict[str, JsonValue], others: dict[str, JsonValue]) -> None:
    assume(json.dumps(fields, sort_keys=True) != json.dumps(others, sort_keys=True))

    one, other = posted(data=fields), posted(data=others)

    assert content_digest(one, SECRET) != content_digest(other, SECRET)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "content.removed"},
        {"subject": "email:other@example.org"},
        {"time": "2026-11-23T09:12:00Z"},
        {"data": {"channel": "x"}},
        {"data": None},
        {"data": {"channel": ["linkedin"]}},
    ],
)
def test_every_part_of_the_content_counts(change: dict[str, object]) -> None:
    assert content_digest(posted(), SECRET) != content_digest(posted(**change), SECRET)


@pytest.mark.parametrize(
    ("one", "other"), [('{"n": 1}', '{"n": "1"}'), ('{"n": 1.5}', '{"n": "1.5"}'), ('{"n": 1}', '{"n": true}')]
)
def test_a_number_is_no_text(one: str, other: str) -> None:
    event = '{"id": "1", "type": "t", "subject": "s", "data": %s}'

    assert content_digest(read(event % one), SECRET) != content_digest(read(event % other), SECRET)


@pytest.mark.parametrize(("one", "other"), [("1", "1.0"), ("1.5", "15.00e-1"), ("100", "1e2"), ("0", "-0.0")])
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    event = '{"id": "1", "type": "t", "subject": "s", "data": {"n": %s}}'

    assert content_digest(read(event % one), SECRET) == content_digest(read(event % other), SECRET)


def test_the_same_moment_in_another_offset_is_the_same_content() -> None:
    one, other = posted(time="2026-11-23T09:12:00Z"), posted(time="2026-11-23T11:12:00+02:00")

    assert content_digest(one, SECRET) == content_digest(other, SECRET)


def test_id_source_and_place_are_not_content() -> None:
    event = posted()

    same = msgspec.structs.replace(event, id="share-2", source="another", pointer="/7")

    assert content_digest(event, SECRET) == content_digest(same, SECRET)


def test_digests_are_those_that_a_store_already_holds() -> None:
    event = posted(time="2026-11-23T09:12:00.250Z", data={"b": 'ä"\n\u0001/', "a": [1, None, {"y": True, "x": ""}]})

    assert content_digest(event, SECRET).hex() == "184c357534295f2303bb34cef5d85133"
    assert mark("intranet", "share-1", SECRET).hex() == "f012bfc426a86db94705cfa5179fc5d0"


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_a_mark_is_that_of_its_source_and_id_only(source: str, id: str, other_source: str, other_id: str) -> None:
    same = (source, id) == (other_source, other_id)

    assert (mark(source, id, SECRET) == mark(other_source, other_id, SECRET)) == same


def test_another_secret_gives_other_digests() -> None:
    event = posted()

    assert content_digest(event, SECRET) != content_digest(event, SECRET[::-1])
    assert mark("a", "b", SECRET) != mark("a", "b", SECRET[::-1])
    assert len(content_digest(event, SECRET)) == len(mark("a", "b", SECRET)) == DIGEST_BYTES
