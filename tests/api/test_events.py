"""POST /v1/events: each bad input has its own answer, and changes nothing."""

import json

import pytest

from tests.api.desk import Desk, problem
from tests.api.house import share

WRONG = {
    "not JSON": (b'{"id": ', 400, "not-json"),
    "empty": (b"", 400, "not-json"),
    "invalid UTF-8": (b'{"id": "\xff"}', 400, "not-json"),
    "a nesting bomb": (b"[" * 100_000, 400, "not-json"),
    "duplicate keys": (b'{"id": "a", "id": "b"}', 400, "not-json"),
    "a number too long": (b'{"id": 1' + b"0" * 40 + b"}", 400, "not-json"),
    "too many events": (json.dumps([share()] * 1_001).encode(), 413, "too-large"),
    "too large": (b'{"id": "' + b"x" * 1_048_576 + b'"}', 413, "too-large"),
    "wrong type": (json.dumps({**share(), "id": 5}).encode(), 422, "does-not-fit"),
    "unknown field": (json.dumps(share(idd="x")).encode(), 422, "does-not-fit"),
    "missing id": (json.dumps({"type": "content.shared", "subject": "email:a@b"}).encode(), 422, "does-not-fit"),
    "no object": (b"5", 422, "does-not-fit"),
    "unknown event type": (json.dumps(share(type="content.shard")).encode(), 422, "does-not-fit"),
    "reserved event type": (json.dumps(share(type="sulka.award")).encode(), 422, "does-not-fit"),
    "unknown field of data": (json.dumps(share(data={"chanel": "x"})).encode(), 422, "does-not-fit"),
    "a field name with a slash": (json.dumps(share(data={"a/b~c": "x"})).encode(), 422, "does-not-fit"),
    "wrong choice": (json.dumps(share(data={"channel": "linkedn"})).encode(), 422, "does-not-fit"),
    "a decimal": (json.dumps(share(data={"minutes": 1.5})).encode(), 422, "does-not-fit"),
    "time without zone": (json.dumps(share(time="2026-11-23T09:12:00")).encode(), 422, "does-not-fit"),
    "time ahead": (json.dumps(share(time="2026-11-23T10:06:00Z")).encode(), 422, "does-not-fit"),
    "time too old": (json.dumps(share(time="2026-10-01T09:12:00Z")).encode(), 422, "does-not-fit"),
    "another source": (json.dumps(share(source="crm")).encode(), 403, "foreign-source"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_bad_input_has_its_own_answer_and_changes_nothing(desk: Desk, name: str) -> None:
    content, status, kind = WRONG[name]
    await desk.house.member("anna")
    before = await desk.house.position()

    answer = await desk.call("POST", "/v1/events", content=content)

    assert (answer.status_code, problem(answer)) == (status, kind)
    assert await desk.house.position() == before


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=latin-1"]
)
async def test_a_wrong_content_type_says_how_to_send_it(desk: Desk, kind: str) -> None:
    before = await desk.house.position()

    answer = await desk.call("POST", "/v1/events", share(), kind=kind)

    assert (answer.status_code, problem(answer)) == (415, "wrong-content-type")
    assert "curl --json" in answer.json()["detail"]
    assert await desk.house.position() == before


async def test_the_same_id_with_other_content_is_a_conflict(desk: Desk) -> None:
    await desk.house.member("anna")
    await desk.post("/v1/events", share())
    before = await desk.house.position()

    answer = await desk.post("/v1/events", share(data={"channel": "x"}))

    assert (answer.status_code, problem(answer)) == (409, "content-conflict")
    assert await desk.house.position() == before


async def test_no_token_and_a_wrong_one_are_told_apart_from_a_wrong_role(desk: Desk) -> None:
    before = await desk.house.position()
    await desk.as_member("anna")
    after_anna = await desk.house.position()

    none = await desk.call("POST", "/v1/events", share(), by=None)
    wrong = await desk.call("POST", "/v1/events", share(), by="nobody")
    roles = [await desk.call("POST", "/v1/events", share(), by=by) for by in ("hr", "admin", "anna")]

    assert after_anna > before
    assert [none.status_code, wrong.status_code] == [401, 401]
    assert none.headers["www-authenticate"].startswith("Bearer")
    assert {(answer.status_code, problem(answer)) for answer in roles} == {(403, "not-allowed")}
    assert await desk.house.position() == after_anna


async def test_a_full_log_says_when_to_come_again(desk: Desk) -> None:
    await desk.house.member("anna")
    await desk.house.parts.log.limit(await desk.house.position())

    answer = await desk.post("/v1/events", share())

    assert (answer.status_code, problem(answer)) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


async def test_one_event_is_accepted_then_a_duplicate(desk: Desk) -> None:
    await desk.house.member("anna")

    first = await desk.post("/v1/events", share())
    again = await desk.post("/v1/events", share())

    assert (first.status_code, again.status_code) == (202, 202)
    position = await desk.house.position()
    assert first.json() == {
        "accepted": 1,
        "duplicates": 0,
        "waiting": 0,
        "results": [{"id": "share-1", "status": "accepted", "position": position}],
    }
    assert again.json()["results"][0] == {"id": "share-1", "status": "duplicate", "position": position}


async def test_an_array_keeps_the_good_ones_and_names_every_fault(desk: Desk) -> None:
    await desk.house.member("anna")

    events = [share(id="1"), share(id="2", data={"channel": "linkedn"}), share(id="3", idd=1), share("slack:u", id="4")]
    answer = await desk.post("/v1/events", events)

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    body = answer.json()
    assert [result["status"] for result in body["results"]] == ["accepted", "refused", "refused", "waiting"]
    assert [error["pointer"] for error in body["errors"]] == ["/1/data/channel", "/2/idd"]
    assert [error.get("did_you_mean") for error in body["errors"]] == ["linkedin", "id"]


async def test_cloud_events_come_in_every_mode(desk: Desk) -> None:
    await desk.house.member("anna")
    cloud = {**share(id="c1"), "specversion": "1.0", "source": "hub"}
    attributes = {f"ce-{name}": str(cloud[name]) for name in ("id", "type", "subject", "specversion", "source")}

    one = await desk.call("POST", "/v1/events", cloud, kind="application/cloudevents+json")
    batch = await desk.call("POST", "/v1/events", [cloud], kind="application/cloudevents-batch+json")
    binary = await desk.call("POST", "/v1/events", cloud["data"], headers=attributes)

    statuses = [answer.json()["results"][0]["status"] for answer in (one, batch, binary)]
    assert statuses == ["accepted", "duplicate", "duplicate"]


async def test_every_example_can_be_posted_as_it_is(desk: Desk) -> None:
    await desk.house.member("anna")
    await desk.house.member("bea")

    types = await desk.right("GET", "/v1/event-types", by="source")
    one = await desk.right("GET", f"/v1/event-types/{types[0]['type']}", by="source")
    answer = await desk.post("/v1/events", [each["example"] for each in types])

    assert one == types[0]
    assert {each["type"] for each in one["fields"]} >= {"choice", "members", "time", "key", "text", "content"}
    assert answer.json()["accepted"] == len(types)


async def test_an_unknown_event_type_is_answered_with_the_right_ones(desk: Desk) -> None:
    answer = await desk.get("/v1/event-types/content.shard")

    assert (answer.status_code, problem(answer)) == (404, "not-found")
    assert "content.shared" in answer.json()["detail"]


async def test_a_sender_sees_what_became_of_its_event(desk: Desk) -> None:
    await desk.house.member("anna")
    await desk.post("/v1/events", [share(id="a/b c"), share("slack:u", id="w")])

    async def status(id: str) -> object:
        return (await desk.right("GET", f"/v1/sources/hub/events/{id}", by="source"))["status"]

    assert await status("a/b%20c") == "accepted"
    assert await status("w") == "waiting"
    await desk.house.judge()
    assert await status("a/b%20c") == "judged"
    assert (await desk.get("/v1/sources/hub/events/never")).status_code == 404
    assert (await desk.get("/v1/sources/crm/events/w")).status_code == 403


async def test_whoami_says_what_a_token_may_speak_for(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    assert (await desk.right("GET", "/v1/whoami", by="source"))["source"] == "hub"
    assert (await desk.right("GET", "/v1/whoami", by="anna"))["member"] == anna


async def test_health_is_asked_without_a_token(desk: Desk) -> None:
    live = await desk.call("GET", "/health/live", by=None)
    ready = await desk.call("GET", "/health/ready", by=None)

    assert live.json() == {"status": "live"}
    assert ready.json() == {"status": "ready", "position": 1, "judged": 0, "asides": 0, "furthest_behind": 1}


async def test_a_wrong_path_and_a_wrong_method_are_problems(desk: Desk) -> None:
    assert problem(await desk.get("/v1/nothing")) == "not-found"
    assert problem(await desk.call("PUT", "/v1/events", {})) == "wrong-method"
