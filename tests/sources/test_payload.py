"""The body of a delivery as a mapping reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.events import MAX_BODY_BYTES, BodyTooLarge, JsonValue, NotUnderstood, SourcesError
from engine.sources.forms import MOST_FORM_FIELDS
from engine.sources.payload import FORM, MOST_ID_CHARACTERS, Payload, open_headers, read_payload, value_at
from engine.sources.signatures.profiles import PROFILES
from engine.sources.times import LAST_MS, parse_time, time_of

SLACK = PROFILES["slack"]
KINDS = ["application/json", FORM, "text/plain", "application/x+json", "application/json; charset=utf-8"]


@given(body=st.binary(max_size=200), kind=st.sampled_from(KINDS))
def test_any_bytes_are_a_payload_or_are_said_not_to_be_one(body: bytes, kind: str) -> None:
    try:
        payload = read_payload(SLACK, {"content-type": kind}, body)
    except SourcesError:
        return

    assert payload.is_form is (kind == FORM) or b"payload" in body


def test_a_form_is_an_object_of_texts() -> None:
    read = read_payload(SLACK, {"content-type": FORM}, b"command=%2Fsulka&text=&n=3&a=b+c")

    assert read == Payload(body={"command": "/sulka", "text": "", "n": "3", "a": "b c"}, is_form=True)


def test_so_many_fields_of_a_form_are_read_and_no_more() -> None:
    fields = [f"f{number}=1" for number in range(MOST_FORM_FIELDS + 1)]

    read = read_payload(SLACK, {"content-type": FORM}, "&".join(fields[:-1]).encode())
    with pytest.raises(NotUnderstood):
        read_payload(SLACK, {"content-type": FORM}, "&".join(fields).encode())

    assert isinstance(read.body, dict)
    assert len(read.body) == MOST_FORM_FIELDS


def test_a_body_has_a_limit() -> None:
    with pytest.raises(BodyTooLarge):
        read_payload(SLACK, {"content-type": FORM}, b"a" * (MAX_BODY_BYTES + 1))


def test_a_mapping_sees_no_header_that_holds_a_secret_or_the_way_of_a_delivery() -> None:
    hidden = (
        *("x-slack-signature", "authorization", "cookie", "svix-signature", "x-api-token", "x-api-key", "apikey"),
        *("x-auth-key", "x-password", "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-original-url"),
        *("x-real-ip", "cf-connecting-ip", "true-client-ip", "client-ip"),
    )
    shown = {"x-topic": "star", "idempotency-key": "1", "x-device": "via", "x-author": "7"}

    assert open_headers(SLACK, {**dict.fromkeys(hidden, "x"), **shown}) == shown
    assert open_headers(PROFILES["gitlab"], {"x-gitlab-token": "t"}) == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"event": {"type": "x"}}, "x"),
        ({"event": {"type": 7}}, "7"),
        ({"event": {"type": True}}, None),
        ({"event": {"type": "a\nb"}}, None),
        ({"event": {"type": "a" * (MOST_ID_CHARACTERS + 1)}}, None),
        ({"event": ["type"]}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_a_payload_says_of_itself_is_short_and_printable(body: JsonValue, found: str | None) -> None:
    assert value_at(body, "/event/type") == found
    assert value_at(body, None) is None


@given(utc_ms=st.integers(0, LAST_MS))
def test_a_moment_is_the_same_whether_it_came_as_milliseconds_or_as_a_text(utc_ms: int) -> None:
    made = time_of(utc_ms)

    assert parse_time(made.sent) == made
