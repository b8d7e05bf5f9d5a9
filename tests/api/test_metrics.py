"""Metrics over HTTP: what is counted, who may read it, and that nothing of it is about a person."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.measured import Measured
from api.v1.metrics import WAIT_SECONDS
from engine.store.connect import read_client
from engine.store.keys import Keys
from engine.store.vitals import VitalsReader
from tests.api.desk import Desk, app_over, problem
from tests.api.house import HOUR_MS, METRICS_TOKEN, share

FROM_ELSEWHERE = ("203.0.113.7", 4711)


async def read(desk: Desk) -> dict[str, float]:
    """All samples as `name{label=value,…}`."""
    answer = await desk.call("GET", "/metrics", by=None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
async def elsewhere(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on another machine."""
    app = Measured(app_over(desk.house.all_parts), desk.house.parts.measures)
    transport = httpx.ASGITransport(app, client=FROM_ELSEWHERE)
    async with httpx.AsyncClient(transport=transport, base_url="http://sulka") as client:
        yield client


async def test_posted_events_are_counted_by_what_became_of_them(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share(id="1"))
    await desk.post("/v1/events", share(id="1"))
    await desk.post("/v1/events", [share(id="2"), share("email:nobody@example.org", id="3"), {"id": "4"}])

    found = await read(desk)

    outcomes = ("accepted", "duplicate", "waiting", "refused")
    assert {outcome: found[f"sulka_events_total|{outcome}"] for outcome in outcomes} == {
        "accepted": 2,
        "duplicate": 1,
        "waiting": 1,
        "refused": 1,
    }
    assert found["sulka_events_waiting"] == 1


async def test_an_act_that_a_member_says_is_counted_too(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.right("POST", "/v1/me/acts", {"type": "content.shared", "data": {"channel": "x"}}, by="anna")

    assert (await read(desk))["sulka_events_total|accepted"] == 1


async def test_answers_are_counted_by_route_template_and_status_and_timed(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    for path in (f"/v1/members/{anna}", "/v1/members/nobody?reason=Looking%20for%20somebody", "/nowhere/at/all"):
        await desk.get(path, by="hr")

    found = await read(desk)

    assert found["sulka_http_requests_total|GET|/v1/members/{member}|400"] == 1
    assert found["sulka_http_requests_total|GET|/v1/members/{member}|404"] == 1
    assert found["sulka_http_requests_total|GET|none|404"] == 1
    assert found["sulka_http_request_seconds_count|GET|/v1/members/{member}"] == 2


async def test_no_label_holds_what_a_caller_or_a_person_is_called(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.get(f"/v1/members/{anna}/ledger?reason=Looking%20for%20somebody", by="hr")
    await desk.call("BREW", f"/v1/members/{anna}", by="hr")
    await desk.get("/v1/sources/hub/events/share-1")
    await desk.post("/v1/events", {**share(), "type": "made.up"})

    page = (await desk.call("GET", "/metrics", by=None)).text

    assert [word for word in (anna, "anna", "hub", "share-1", "made.up", "BREW", "Looking") if word in page] == []


async def test_labels_stay_few_whatever_is_asked(desk: Desk) -> None:
    for number in range(50):
        await desk.get(f"/nowhere/{number}")
        await desk.get(f"/v1/event-types/type-{number}")
        await desk.call(f"METHOD{number}", f"/v1/members/{number}")
    few = len(await read(desk))

    for number in range(50, 200):
        await desk.get(f"/nowhere/{number}")
        await desk.get(f"/v1/event-types/type-{number}")
        await desk.call(f"METHOD{number}", f"/v1/members/{number}")

    assert len(await read(desk)) - few <= 20  # /metrics itself has been asked by now


async def test_positions_and_lag_say_how_far_the_engine_is(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.house.judge()
    judged = await desk.house.position()
    await desk.post("/v1/events", [share(id=str(number)) for number in range(3)])
    desk.house.now += HOUR_MS

    behind = await read(desk)
    await desk.house.judge()
    level = await read(desk)

    names = ("sulka_log_position", "sulka_judged_position", "sulka_lag_entries", "sulka_lag_seconds")
    assert [behind[name] for name in names] == [judged + 3, judged, 3, 3_600]
    assert [level[name] for name in names] == [judged + 3, judged + 3, 0, 0]
    assert (level["sulka_store_up"], level["sulka_entries_aside"]) == (1, 0)


async def test_commits_are_counted_and_timed(desk: Desk) -> None:
    desk.house.parts.measures.committed(40, 0.003)
    desk.house.parts.measures.connected(7, streams=3)

    found = await read(desk)

    assert (found["sulka_engine_batch_entries_sum"], found["sulka_engine_commit_seconds_count"]) == (40, 1)
    assert (found["sulka_http_connections"], found["sulka_streams"]) == (7, 3)


async def test_a_store_that_is_away_is_what_the_page_says(desk: Desk) -> None:
    async with read_client("redis://127.0.0.1:1/0") as nobody:
        desk.house.use_vitals(VitalsReader(read=nobody, keys=Keys("x")))
        desk.use(app_over(desk.house.all_parts))

        found = await read(desk)

    assert found["sulka_store_up"] == 0
    assert "sulka_log_position" not in found


async def test_another_machine_reads_with_the_token_alone(desk: Desk, elsewhere: httpx.AsyncClient) -> None:
    answers = [
        await elsewhere.get("/metrics", headers=headers)
        for headers in (
            {},
            {"authorization": "Bearer " + "x" * 32},
            {"authorization": f"Bearer {desk.secret('admin')}"},
            {"authorization": f"Bearer {METRICS_TOKEN}"},
        )
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 200]
    assert problem(answers[0]) == "not-allowed"
    assert "SULKA_METRICS_TOKEN" in answers[0].json()["detail"]


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
async def test_a_request_through_a_proxy_of_this_machine_is_not_local(desk: Desk, header: str) -> None:
    answer = await desk.call("GET", "/metrics", by=None, headers={header: "for=203.0.113.7"})

    assert answer.status_code == 403


async def test_a_store_that_hangs_is_not_waited_for(desk: Desk) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with read_client(f"redis://127.0.0.1:{port}/0") as hanging:
            desk.house.use_vitals(VitalsReader(read=hanging, keys=Keys("x")))
            desk.use(app_over(desk.house.all_parts))
            async with asyncio.timeout(2 * WAIT_SECONDS):
                found = await read(desk)

    assert found["sulka_store_up"] == 0
