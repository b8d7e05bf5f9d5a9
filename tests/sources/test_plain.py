from typing import Any

import pytest

from engine.sources.events import MAX_FAULTS, IncomingEvent, RefusedEvent
from engine.sources.plain import read_plain_event

IN_DATA = 'What describes the act belongs into "data".'


def plain(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    event = {
        "id": "share-1",
        "type": "content.shared",
        "subject": "email:person@example.org",
        "data": {"channel": "linkedin"},
    } | fields
    return {name: value for name, value in event.items() if value is not ...}


def refused(value: Any, pointer: str = "") -> RefusedEvent:  # noqa: ANN401 - any JSON value
    result = read_plain_event(value, pointer)
    assert isinstance(result, RefusedEvent)
    return result


def test_a_plain_event_needs_no_more_than_id_type_and_subject() -> None:
    event = read_plain_event({"id": "1", "type": "planning.joined", "subject": "m1"}, "/4")

    assert isinstance(event, IncomingEvent)
    assert (event.id, event.type, event.subject, event.pointer) == ("1", "planning.joined", "m1", "/4")
    assert (event.source, event.time, event.key, event.data) == (None, None, None, {})


def test_a_plain_event_may_say_time_key_and_source() -> None:
    event = read_plain_event(plain(time="2026-11-23T09:12:00Z", key="post:7", source="intranet"))

    assert isinstance(event, IncomingEvent)
    assert event.time is not None
    assert (event.key, event.source, event.time.sent) == ("post:7", "intranet", "2026-11-23T09:12:00Z")


@pytest.mark.parametrize(
    ("name", "near", "cure"),
    [
        ("subjekt", "subject", None),
        ("Type", "type", None),
        ("channel", None, IN_DATA),
    ],
)
def test_an_unknown_field_is_refused_with_what_was_meant(name: str, near: str | None, cure: str | None) -> None:
    (fault,) = refused(plain(**{name: "x"})).faults

    assert (fault.pointer, fault.code) == (f"/{name}", "unknown-field")
    assert (fault.near, fault.cure) == (near, cure)


def test_all_faults_of_an_event_are_told_at_once() -> None:
    result = refused({"type": 1, "subject": "", "time": "9:12", "b/c": 1, "data": None, "key": "k" * 201}, "/7")

    assert [(fault.pointer, fault.code) for fault in result.faults] == [
        ("/7/b~1c", "unknown-field"),
        ("/7/id", "missing"),
        ("/7/type", "wrong-type"),
        ("/7/subject", "empty"),
        ("/7/time", "not-a-time"),
        ("/7/key", "too-long"),
    ]
    assert (result.id, result.pointer) == (None, "/7")


def test_a_refused_event_still_says_which_one_it_is() -> None:
    assert refused(plain(subject=...)).id == "share-1"


def test_a_cloud_event_sent_as_plain_json_is_told_its_content_type() -> None:
    (fault,) = refused(plain(specversion="1.0", source="/social")).faults

    assert "application/cloudevents+json" in str(fault.cure)


@pytest.mark.parametrize("value", [None, 1, "event", True, []])
def test_what_is_no_object_is_no_event(value: object) -> None:
    (fault,) = refused(value, "/1").faults

    assert (fault.pointer, fault.code) == ("/1", "wrong-type")


def test_what_was_sent_is_shown_short() -> None:
    (fault,) = refused(plain(time="x" * 10_000)).faults

    assert len(fault.found) < 100


def test_an_event_with_very_many_faults_gets_a_short_answer() -> None:
    assert len(refused(plain(**{f"field{number}": 1 for number in range(1_000)})).faults) == MAX_FAULTS
