"""When the client sends a request again."""

from typing import Any

import httpx
import msgspec
import pytest

from sulka_client import AnswerNotUnderstood, NotReached, Patience, Problem, SulkaError, forms
from sulka_client.http import not_reached
from sulka_client.patience import pause_before_again
from sulka_client.request import Request, meant, problem_in, request

PATIENCE = Patience(tries=4, first_seconds=1, most_seconds=8)
READ = request("GET", "/v1/me", forms.Me)
KNOWN = request("POST", "/v1/events", forms.EventsAnswer, body=forms.PlainEvent(id="a", type="t", subject="s"))
CHOICE = request("POST", "/v1/me/membership", forms.Choices, body=forms.MembershipBody(change="join"))
LOST = NotReached("reset", is_unknown=True)
NOT_SENT = NotReached("refused", is_unknown=False)


def refused(status: int, kind: str = "busy", **headers: str) -> Problem | AnswerNotUnderstood:
    body = forms.Problem(type=f"/docs/api.md#{kind}", title="t", status=status, detail="d")
    return problem_in(status, {"content-type": "application/problem+json", **headers}, msgspec.json.encode(body))


def pause(asked: Request[Any], error: SulkaError, tried: int = 1) -> float | None:
    return pause_before_again(asked, error, tried, PATIENCE, 1.0)


def test_what_can_come_twice_is_sent_again_after_a_lost_answer_and_nothing_else() -> None:
    assert pause(READ, LOST) == pause(KNOWN, LOST) == 1
    assert pause(CHOICE, LOST) is None
    assert pause(CHOICE, NOT_SENT) == 1
    rotation = request(
        "PATCH", "/v1/subscriptions/x", forms.SubscriptionView, body=forms.SubscriptionPatch(new_secret=True)
    )
    assert pause(rotation, LOST) is None


def test_pauses_double_and_end() -> None:
    assert [pause(READ, LOST, tried) for tried in (1, 2, 3, 4)] == [1, 2, 4, None]
    assert Patience().pause_seconds(50, 1.0) == Patience().most_seconds
    assert Patience(first_seconds=1).pause_seconds(1, 0.0) == 0.5


def test_sulka_says_when_to_come_again() -> None:
    after = {"retry-after": "5"}

    assert pause(KNOWN, refused(503, **after)) == 5
    assert pause(CHOICE, refused(503, **after)) is None
    assert pause(CHOICE, refused(429, **after)) == 5
    assert pause(KNOWN, refused(503, **{"retry-after": "900"})) == 8


@pytest.mark.parametrize(
    "error", [refused(503, "damaged"), refused(429, "too-many-streams"), refused(422), refused(409), refused(500)]
)
def test_nothing_is_sent_again_that_waiting_does_not_help(error: SulkaError) -> None:
    assert pause(KNOWN, error) is None


def test_a_server_between_that_is_overloaded_is_asked_again() -> None:
    error = problem_in(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")

    assert isinstance(error, AnswerNotUnderstood)
    assert pause(KNOWN, error) == 1
    assert pause(CHOICE, error) is None


def test_a_body_without_an_id_of_its_own_gets_one_that_stays() -> None:
    body = forms.AwardBody(member="m", reason="r", points=5)

    first, second = (request("POST", "/v1/awards", forms.Recorded, body=body) for _ in range(2))

    assert first.repeats
    assert first.content is not None
    assert len(msgspec.json.decode(first.content)["id"]) == 32
    assert first.content != second.content


def test_what_is_left_out_is_not_sent_and_null_is() -> None:
    asked = request(
        "PATCH", "/v1/members/{member}", forms.MemberKnown, places={"member": "m/1"}, body=forms.MemberPatch(team=None)
    )

    assert asked.content == b'{"team":null}'
    assert asked.address == "/v1/members/m%2F1"


def test_an_error_before_anything_was_sent_is_known_to_be_one() -> None:
    assert not not_reached(httpx.ConnectError("refused")).is_unknown
    assert not_reached(httpx.ReadTimeout("")).is_unknown


def test_an_answer_of_something_else_is_said_to_be_one() -> None:
    with pytest.raises(AnswerNotUnderstood, match="200"):
        meant(READ, 200, {}, b"<html>")
