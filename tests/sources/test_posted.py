import json

import pytest

from engine.sources.events import (
    MAX_BODY_BYTES,
    MAX_EVENTS,
    BodyTooLarge,
    IncomingEvent,
    NotUnderstood,
    RefusedEvent,
    WrongContentType,
)
from engine.sources.posted import CLOUD_EVENT, CLOUD_EVENT_BATCH, JSON, Posted, read_posted


def plain(number: int = 1) -> dict[str, object]:
    return {"id": f"share-{number}", "type": "content.shared", "subject": "m1"}


def cloud(number: int = 1) -> dict[str, object]:
    return {"specversion": "1.0", "id": f"share-{number}", "source": "/a", "type": "content.shared"}


def post(value: object, content_type: str | None = JSON) -> Posted:
    headers = {} if content_type is None else {"content-type": content_type}
    return read_posted(headers, json.dumps(value).encode())


@pytest.mark.parametrize(
    ("content_type", "value", "is_array"),
    [
        (JSON, plain(), False),
        (JSON, [plain()], True),
        (CLOUD_EVENT, cloud(), False),
        (CLOUD_EVENT_BATCH, [cloud()], True),
    ],
)
def test_each_form_is_read_under_its_content_type(content_type: str, value: object, is_array: bool) -> None:  # noqa: FBT001
    posted = post(value, content_type)

    assert posted.is_array == is_array
    assert [item.id for item in posted.items] == ["share-1"]


@pytest.mark.parametrize("content_type", [JSON, CLOUD_EVENT_BATCH])
def test_an_empty_array_is_an_array_of_no_events(content_type: str) -> None:
    assert post([], content_type) == Posted(is_array=True, items=())


def test_good_events_of_an_array_stand_beside_refused_ones() -> None:
    first, second, third = post([plain(1), {"id": "share-2"}, plain(3)]).items

    assert isinstance(first, IncomingEvent)
    assert isinstance(second, RefusedEvent)
    assert isinstance(third, IncomingEvent)
    assert (first.pointer, third.pointer) == ("/0", "/2")
    assert [fault.pointer for fault in second.faults] == ["/1/type", "/1/subject"]


def test_a_single_event_with_faults_is_not_understood() -> None:
    with pytest.raises(NotUnderstood) as refusal:
        post({"id": "share-1"})

    assert [fault.pointer for fault in refusal.value.faults] == ["/type", "/subject"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json ; profile=x",
        "application/json;",
    ],
)
def test_parameters_of_a_content_type_are_allowed(content_type: str) -> None:
    assert post(plain(), content_type).items


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin1",
        "application/cloudevents+xml",
    ],
)
def test_other_content_types_are_refused_with_those_that_are_read(content_type: str | None) -> None:
    with pytest.raises(WrongContentType, match="curl --json") as refusal:
        post(plain(), content_type)

    assert JSON in refusal.value.expected


@pytest.mark.parametrize(
    ("content_type", "value", "cure"),
    [(CLOUD_EVENT, [cloud()], CLOUD_EVENT_BATCH), (CLOUD_EVENT_BATCH, cloud(), CLOUD_EVENT)],
)
def test_one_for_many_and_many_for_one_are_refused_with_the_right_content_type(
    content_type: str, value: object, cure: str
) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        post(value, content_type)

    assert cure in str(refusal.value.faults[0].cure)


@pytest.mark.parametrize(("content_type", "event"), [(JSON, plain()), (CLOUD_EVENT_BATCH, cloud())])
def test_an_array_ends_at_its_limit(content_type: str, event: object) -> None:
    assert len(post([event] * MAX_EVENTS, content_type).items) == MAX_EVENTS

    with pytest.raises(NotUnderstood) as refusal:
        post([event] * (MAX_EVENTS + 1), content_type)

    assert refusal.value.faults[0].code == "too-many-events"


@pytest.mark.parametrize("headers", [{}, {"ce-specversion": "1.0"}])
def test_a_body_over_the_limit_is_not_read(headers: dict[str, str]) -> None:
    with pytest.raises(BodyTooLarge):
        read_posted({"content-type": JSON, **headers}, b" " * (MAX_BODY_BYTES + 1))
