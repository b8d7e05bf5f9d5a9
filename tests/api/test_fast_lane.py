"""Posted events go past the framework; nobody can tell by the answer."""

from collections.abc import Mapping
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State

from api.app import create_app
from api.fast_lane import FastLane
from tests.api.desk import Desk, problem
from tests.api.house import share


def over(app: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(cast("Any", app))
    return httpx.AsyncClient(transport=transport, base_url="http://sulka")


async def post(desk: Desk, app: object, body: object, headers: Mapping[str, str]) -> httpx.Response:
    said = {"authorization": f"Bearer {desk.secret('source')}", **headers}
    async with over(app) as client:
        if isinstance(body, bytes):
            return await client.post("/v1/events", content=body, headers={"content-type": "application/json", **said})
        return await client.post("/v1/events", json=body, headers=said)


def shape(answer: httpx.Response) -> object:
    return answer.status_code, dict(answer.headers), answer.content


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (share(), {}, 202),
        ([share(), share(id="share-2", subject="email:nobody@example.org")], {}, 202),
        (share(data={"channel": "x"}), {}, 409),
        ([share(), share(id="share-3", data={"channel": "nowhere"})], {}, 422),
        (share(id="share-4", source="another"), {}, 403),
        (b"{", {}, 400),
        (b'{"id": "1", "id": "2"}', {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 40, {}, 400),
        (share(), {"content-type": "text/plain"}, 415),
        (share(), {"sulka-recorded-at": "yesterday"}, 400),
        (share(id="share-5"), {"sulka-recorded-at": "2026-11-23T12:00:00+02:00"}, 409),
        (share(id="share-6", time="2020-01-01T00:00:00Z"), {}, 422),
        ([share(id=f"n{number}") for number in range(1_001)], {}, 413),
        (b" " * 1_048_577, {}, 413),
    ],
)
async def test_both_ways_give_the_same_answer(
    desk: Desk, body: object, headers: Mapping[str, str], status: int
) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", [share(), share(id="share-2", subject="email:nobody@example.org")])
    app = create_app(desk.house.parts)

    slow = await post(desk, app, body, headers)
    fast = await post(desk, FastLane(app), body, headers)

    assert slow.status_code == status
    assert shape(fast) == shape(slow)


async def test_a_source_that_was_just_here_goes_past_the_framework(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share())
    without_calls = Litestar([], state=State({"parts": desk.house.parts}, deep_copy=False))

    answer = await post(desk, FastLane(without_calls), share(id="share-2"), {})

    assert answer.status_code == 202
    assert answer.json()["results"][0]["status"] == "accepted"


@pytest.mark.parametrize("by", ["hr", "nobody"])
async def test_only_tokens_of_sources_go_past_the_framework(desk: Desk, by: str) -> None:
    await desk.post("/v1/events", share(), by="source")

    answer = await desk.post("/v1/events", share(), by=by)

    assert problem(answer) in {"not-allowed", "no-token"}
