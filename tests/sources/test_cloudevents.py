import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.cloudevents import CloudEvent, read_cloud_event, read_event
from engine.sources.events import (
    MAX_DATA_FIELDS,
    MAX_FAULTS,
    MAX_ID_LENGTH,
    MAX_KEY_LENGTH,
    MAX_SUBJECT_LENGTH,
    MAX_TYPE_LENGTH,
    IncomingEvent,
    NotUnderstood,
    RefusedEvent,
)
from engine.sources.json_guard import decode
from engine.sources.posted import Posted, read_posted

GOLDEN_MS = 1_522_949_460_000
"""2018-04-05T17:31:00Z, the time of the golden events."""

VALID_SINGLE = 10
INVALID_SINGLE = 25


def cloud_event(**attributes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    event = {
        "specversion": "1.0",
        "id": "share-1",
        "source": "https://intranet.example/social",
        "type": "content.shared",
        "subject": "email:person@example.org",
        "time": "2026-11-23T09:12:00+02:00",
        "data": {"channel": "linkedin"},
    } | attributes
    return {name: value for name, value in event.items() if value is not ...}


def codes(result: object) -> list[tuple[str, str]]:
    assert isinstance(result, RefusedEvent)
    return [(fault.pointer, fault.code) for fault in result.faults]


def official(vectors: Path, name: str) -> list[dict[str, Any]]:
    text = (vectors / "cloudevents" / "json-format" / name).read_text("utf-8-sig")
    tests: list[dict[str, Any]] = json.loads(text)["tests"]
    return tests


def batch(events: object) -> Posted:
    headers = {"content-type": "application/cloudevents-batch+json"}
    return read_posted(headers, json.dumps(events).encode())


def test_the_official_valid_events_are_read(vectors: Path) -> None:
    tests = official(vectors, "valid-events.json")

    read = {test["id"]: read_cloud_event(decode(json.dumps(test["event"]).encode())) for test in tests}

    assert len(read) == VALID_SINGLE
    for test in tests:
        event = read[test["id"]]
        assert isinstance(event, CloudEvent), (test["id"], event)
        assert event.id == test["sampleId"]
        assert event.type == "io.cloudevents.test"
        assert event.time is None or event.time.utc_ms == GOLDEN_MS
        assert (event.time is None) == (test["event"].get("time") is None)


def test_the_official_extensions_and_texts_are_kept(vectors: Path) -> None:
    tests = {test["id"]: test["event"] for test in official(vectors, "valid-events.json")}

    extended = read_cloud_event(tests["validAllExtensionTypes"])
    text = read_cloud_event(tests["validSimpleTextData"])
    full = read_cloud_event(tests["validAllCoreAttributes"])

    assert isinstance(extended, CloudEvent)
    assert isinstance(text, CloudEvent)
    assert isinstance(full, CloudEvent)
    assert extended.extensions == {
        "extinteger": 10,
        "extboolean": True,
        "extstring": "text",
        "exturi": "https://cloudevents.io",
        "exturiref": "//authority/path",
        "exttimestamp": "2023-03-31T15:12:00Z",
        "extbinary": "TWE=",
    }
    assert (text.data, text.datacontenttype) == ("Simple text", "text/plain")
    assert (full.subject, full.dataschema) == ("tests", "https://cloudevents.io/dataschema")


def test_the_official_invalid_events_are_refused(vectors: Path) -> None:
    tests = official(vectors, "invalid-events.json")

    accepted = [test["id"] for test in tests if isinstance(read_cloud_event(test["event"]), CloudEvent)]

    assert len(tests) == INVALID_SINGLE
    assert accepted == []


def test_the_official_valid_batches_are_read(vectors: Path) -> None:
    tests = official(vectors, "valid-batches.json")

    for test in tests:
        posted = batch(test["batch"])

        refused = [item for item in posted.items if isinstance(item, RefusedEvent)]
        assert len(posted.items) == len(test["batch"])
        assert refused == [], test["id"]


def test_the_official_invalid_batches_are_refused(vectors: Path) -> None:
    tests = official(vectors, "invalid-batches.json")

    for test in tests:
        posted = batch(test["batch"])

        assert any(isinstance(item, RefusedEvent) for item in posted.items), test["id"]
    assert tests


def test_an_event_is_read_with_all_that_it_says() -> None:
    event = read_event(cloud_event(key="star:1:2", traceparent="00-ab-cd-01"), "/3")

    assert isinstance(event, IncomingEvent)
    assert event.time is not None
    assert (event.id, event.source, event.type) == ("share-1", "https://intranet.example/social", "content.shared")
    assert (event.subject, event.key, event.pointer) == ("email:person@example.org", "star:1:2", "/3")
    assert (event.time.utc_ms, event.time.sent) == (1_795_417_920_000, "2026-11-23T09:12:00+02:00")
    assert event.data == {"channel": "linkedin"}


def test_what_is_null_is_absent() -> None:
    event = read_event(cloud_event(subject=None, time=None, key=None, data=None, data_base64=None, other=None))

    assert isinstance(event, IncomingEvent)
    assert (event.subject, event.time, event.key, event.data) == (None, None, None, {})


def test_all_faults_of_an_event_are_told_at_once() -> None:
    event = {"specversion": "0.3", "id": 7, "type": "", "time": "today", "data": [1], "Big": 1, "half": 1.5}

    refused = read_event(decode(json.dumps(event).encode()), "/2")

    assert sorted(codes(refused)) == [
        ("/2/Big", "unknown-field"),
        ("/2/data", "wrong-type"),
        ("/2/half", "wrong-type"),
        ("/2/id", "wrong-type"),
        ("/2/source", "missing"),
        ("/2/specversion", "wrong-version"),
        ("/2/time", "not-a-time"),
        ("/2/type", "empty"),
    ]


@pytest.mark.parametrize(
    ("name", "limit"),
    [("id", MAX_ID_LENGTH), ("type", MAX_TYPE_LENGTH), ("subject", MAX_SUBJECT_LENGTH), ("key", MAX_KEY_LENGTH)],
)
def test_texts_end_at_their_limits(name: str, limit: int) -> None:
    assert isinstance(read_event(cloud_event(**{name: "ä" * limit})), IncomingEvent)

    assert codes(read_event(cloud_event(**{name: "a" * (limit + 1)}))) == [(f"/{name}", "too-long")]


def test_data_end_at_their_limit() -> None:
    fields = {f"field{number}": number for number in range(MAX_DATA_FIELDS)}
    assert isinstance(read_event(cloud_event(data=fields)), IncomingEvent)

    assert codes(read_event(cloud_event(data=fields | {"more": 1}))) == [("/data", "too-many")]


@pytest.mark.parametrize("data", ["text", 1, True, [{"channel": "x"}]])
def test_data_without_fields_are_a_cloud_event_but_none_of_ours(data: object) -> None:
    event = cloud_event(data=data)

    assert isinstance(read_cloud_event(event), CloudEvent)
    assert codes(read_event(event)) == [("/data", "wrong-type")]


def test_data_in_base64_are_a_cloud_event_but_none_of_ours() -> None:
    event = cloud_event(data=..., data_base64="TWE=")

    standard = read_cloud_event(event)

    assert isinstance(standard, CloudEvent)
    assert standard.data == b"Ma"
    assert codes(read_event(event)) == [("/data_base64", "wrong-type")]


@pytest.mark.parametrize("encoded", ["TWE", "TW E=", "T\nWE=", "TWE=TWE=", "ä", "TWE-"])
def test_base64_is_read_strictly(encoded: str) -> None:
    assert ("/data_base64", "not-base64") in codes(read_cloud_event(cloud_event(data=..., data_base64=encoded)))


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        ("source", "not a uri", "not-a-uri"),
        ("source", "https://example.org/%zz", "not-a-uri"),
        ("dataschema", "relative/path", "not-a-uri"),
        ("datacontenttype", "json", "not-a-media-type"),
        ("id", "a\x00b", "wrong-characters"),
        ("subject", "a\u0085b", "wrong-characters"),
        ("type", "a\uffff", "wrong-characters"),
        ("bignumber", 2**31, "wrong-type"),
        ("listing", ["a"], "wrong-type"),
        ("under_score", "a", "unknown-field"),
        ("key", 7, "wrong-type"),
        ("key", "", "empty"),
    ],
)
def test_a_wrong_attribute_is_refused_where_it_stands(attribute: str, value: object, code: str) -> None:
    assert codes(read_event(cloud_event(**{attribute: value}))) == [(f"/{attribute}", code)]


def test_spaces_and_letters_of_any_language_are_fine_in_an_id() -> None:
    assert isinstance(read_event(cloud_event(id="jako 7 – ä\u00a0中")), IncomingEvent)


def test_an_event_with_very_many_faults_gets_a_short_answer() -> None:
    refused = read_event(cloud_event(**{f"Wrong{number}": 1 for number in range(1_000)}))

    assert len(codes(refused)) == MAX_FAULTS


def binary(headers: dict[str, str], body: bytes = b'{"channel": "linkedin"}') -> IncomingEvent:
    defaults = {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": "share-1",
        "ce-source": "/social",
        "ce-type": "content.shared",
    }
    (event,) = read_posted(defaults | headers, body).items
    assert isinstance(event, IncomingEvent)
    return event


def test_binary_mode_reads_headers_and_takes_the_body_as_data() -> None:
    event = binary(
        {"ce-subject": "email:j%C3%A4rvi%40example.org", "ce-key": "k%201", "ce-time": "2026-11-23T09:12:00Z"}
    )

    assert (event.id, event.source, event.subject) == ("share-1", "/social", "email:järvi@example.org")
    assert (event.key, event.data) == ("k 1", {"channel": "linkedin"})
    assert event.time is not None


def test_binary_mode_without_a_body_has_no_data() -> None:
    assert binary({}, b"").data == {}


def test_binary_mode_takes_quotes_of_older_senders_away() -> None:
    assert binary({"ce-id": '"say \\"hi\\""'}).id == 'say "hi"'


@pytest.mark.parametrize(
    ("header", "value"), [("ce-id", "%ff"), ("ce-id", ""), ("ce-data", "x"), ("ce-specversion", "0.3"), ("ce-a_b", "x")]
)
def test_wrong_headers_are_refused(header: str, value: str) -> None:
    with pytest.raises(NotUnderstood):
        binary({header: value})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*cloud_event(), "key", "data_base64", "dataschema", "x y"]), json_values))
def test_no_value_breaks_the_reading(attributes: dict[str, Any]) -> None:
    result = read_event(cloud_event(**attributes))

    assert isinstance(result, IncomingEvent) or result.faults
