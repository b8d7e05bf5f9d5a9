"""Posted events and reads of boards go past the framework; nobody can tell by the answer."""

from collections.abc import Mapping
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State

from api.fast_lane import FastLane
from engine.store.directory import TokenRecord, token_digest
from engine.store.pages import PageWriter
from tests.api.desk import Desk, app_over, problem
from tests.api.house import DAY_MS, METRICS_TOKEN, share

BOARD = "/v1/leaderboards/advocates"


def over(app: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(cast("Any", app))
    return httpx.AsyncClient(transport=transport, base_url="http://sulka")


async def post(desk: Desk, app: object, body: object, headers: Mapping[str, str]) -> httpx.Response:
    said = {"authorization": f"Bearer {desk.secret('source')}", **headers}
    async with over(app) as client:
        if isinstance(body, bytes):
            return await client.post("/v1/events", content=body, headers={"content-type": "application/json", **said})
        return await client.post("/v1/events", json=body, headers=said)


async def get(app: object, path: str, secret: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    async with over(app) as client:
        return await client.get(path, headers={"authorization": f"Bearer {secret}", **(headers or {})})


def without_calls(desk: Desk) -> FastLane:
    """The fast lane before an application that knows no call at all."""
    return FastLane(Litestar([], state=State({"all_parts": desk.house.all_parts}, deep_copy=False)))


async def two_weeks(desk: Desk) -> dict[str, str]:
    """Anna, Bea and Carl share in two weeks, and so does Dora, who is hidden; the first week's board is final."""
    members = {name: await desk.as_member(name) for name in ("anna", "bea", "carl", "dora")}
    await desk.right("POST", "/v1/me/visibility", {"boards": "hidden"}, by="dora")
    for week, count in enumerate((1, 2, 1)):
        for name in list(members)[: 5 - count]:
            await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-{week}"))
        desk.house.now += (8 if week == 0 else 1) * DAY_MS
    await desk.house.judge()
    await PageWriter(write=desk.house.write, keys=desk.house.keys).finish_all()
    return members


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
    app = app_over(desk.house.all_parts)

    slow = await post(desk, app, body, headers)
    fast = await post(desk, FastLane(app), body, headers)

    assert slow.status_code == status
    assert shape(fast) == shape(slow)


async def test_a_source_that_was_just_here_goes_past_the_framework(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share())

    answer = await post(desk, without_calls(desk), share(id="share-2"), {})

    assert answer.status_code == 202
    assert answer.json()["results"][0]["status"] == "accepted"


@pytest.mark.parametrize("by", ["hr", "nobody"])
async def test_only_tokens_of_sources_go_past_the_framework(desk: Desk, by: str) -> None:
    await desk.post("/v1/events", share(), by="source")

    answer = await desk.post("/v1/events", share(), by=by)

    assert problem(answer) in {"not-allowed", "no-token"}


QUESTIONS = [
    "",
    "?limit=2",
    "?limit=1&around=me",
    "?around=me",
    "?around=me&limit=50",
    "?period=week",
    "?period=week&limit=1",
    "?period=2026-W48",
    "?period=2026-W48&around=me",
    "?period=2026-W48&limit=1",
    "?period=ever&around=me",
]


@pytest.mark.parametrize("by", ["anna", "carl", "dora", "hr", "admin"])
async def test_a_board_is_the_same_both_ways(desk: Desk, by: str) -> None:
    await two_weeks(desk)
    app, secret = app_over(desk.house.all_parts), desk.secret(by)
    paths = [f"{BOARD}{question}" for question in QUESTIONS if by not in {"hr", "admin"} or "around" not in question]

    for path in paths:
        slow = await get(app, path, secret)
        fast = await get(without_calls(desk), path, secret)

        assert slow.status_code == 200, (path, slow.text)
        assert shape(fast) == shape(slow), path


async def test_the_pages_of_a_board_are_the_same_both_ways(desk: Desk) -> None:
    await two_weeks(desk)
    app, secret, cursor = app_over(desk.house.all_parts), desk.secret("hr"), ""
    await get(app, BOARD, secret)

    seen = []
    while cursor is not None:
        path = f"{BOARD}?period=2026-W48&limit=1" + (f"&cursor={cursor}" if cursor else "")
        slow, fast = await get(app, path, secret), await get(without_calls(desk), path, secret)
        assert shape(fast) == shape(slow)
        seen += [row["name"] for row in fast.json()["rows"]]
        cursor = fast.json()["cursor"]

    assert sorted(seen) == ["Anna", "Bea", "Carl"]


@pytest.mark.parametrize(
    ("path", "by", "status"),
    [
        ("/v1/leaderboards/nowhere", "anna", 404),
        ("/v1/leaderboards/Advocates", "anna", 404),
        ("/v1/leaderboards/advocates/", "anna", 200),
        (f"{BOARD}?period=2026-W99", "anna", 404),
        (f"{BOARD}?period=2030-W01", "anna", 404),
        (f"{BOARD}?period=2020-W01", "anna", 404),
        (f"{BOARD}?period=century", "anna", 404),
        (f"{BOARD}?period=", "anna", 404),
        (f"{BOARD}?limit=0", "anna", 400),
        (f"{BOARD}?limit=101", "anna", 400),
        (f"{BOARD}?limit=050", "anna", 400),
        (f"{BOARD}?limit=many", "anna", 400),
        (f"{BOARD}?limit=2&limit=3", "anna", 200),
        (f"{BOARD}?around=us", "anna", 400),
        (f"{BOARD}?around=me", "hr", 403),
        (f"{BOARD}?around=me&cursor=kwAB", "anna", 400),
        (f"{BOARD}?cursor=nonsense", "anna", 400),
        (f"{BOARD}?around=team", "anna", 200),
        (f"{BOARD}?by=teams", "anna", 200),
        (f"{BOARD}?by=countries", "anna", 404),
        (f"{BOARD}?unknown=1", "anna", 400),
        (f"{BOARD}?limit=2&perod=2026-W48", "anna", 400),
        (f"{BOARD}?limit=%32", "anna", 200),
        (BOARD, "source", 403),
        (BOARD, "nobody", 401),
    ],
)
async def test_what_is_asked_in_other_words_or_wrongly_is_answered_the_same(
    desk: Desk, path: str, by: str, status: int
) -> None:
    await two_weeks(desk)
    app, secret = app_over(desk.house.all_parts), desk.secret(by)
    await get(app, BOARD, secret)

    slow, fast = await get(app, path, secret), await get(FastLane(app), path, secret)

    assert slow.status_code == status
    assert shape(fast) == shape(slow)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"host": "a b"}, 400), ({"content-length": "5"}, 404), ({"transfer-encoding": "chunked"}, 404)],
)
async def test_what_is_unusual_in_the_head_is_left_to_the_framework(
    desk: Desk, headers: Mapping[str, str], status: int
) -> None:
    await two_weeks(desk)
    secret = desk.secret("anna")
    await get(app_over(desk.house.all_parts), BOARD, secret)

    usual = await get(without_calls(desk), BOARD, secret)
    unusual = await get(without_calls(desk), BOARD, secret, headers)

    assert (usual.status_code, unusual.status_code) == (200, status)


async def test_a_person_whose_token_is_taken_back_learns_nothing_any_more(desk: Desk) -> None:
    await two_weeks(desk)
    app, secret = FastLane(app_over(desk.house.all_parts)), desk.secret("anna")
    before = await get(app, f"{BOARD}?around=me", secret)
    await desk.house.parts.directory.drop_tokens([token_digest(secret)])

    answers = [await get(app, path, secret) for path in (BOARD, f"{BOARD}?around=me", f"{BOARD}?period=2026-W48")]

    assert before.status_code == 200
    assert [answer.status_code for answer in answers] == [401] * 3
    assert desk.house.parts.arrivals.bearer_seen(token_digest(secret)) is None


async def test_a_token_that_speaks_for_another_now_is_answered_for_the_other(desk: Desk) -> None:
    members = await two_weeks(desk)
    app, secret = FastLane(app_over(desk.house.all_parts)), desk.secret("anna")
    path = f"{BOARD}?around=me"
    anna = (await get(app, path, secret)).json()["own"]
    dora = (await get(app, path, desk.secret("dora"))).json()["own"]
    record = TokenRecord("member", "anna", desk.house.now, members["dora"])
    await desk.house.parts.directory.put_token(token_digest(secret), record)

    now = (await get(app, path, secret)).json()["own"]

    assert anna != dora
    assert now == dora


async def test_reads_of_boards_are_counted_by_their_route_on_both_ways(desk: Desk) -> None:
    await two_weeks(desk)

    for _ in range(2):
        await desk.get(BOARD, by="carl")

    said = {"authorization": f"Bearer {METRICS_TOKEN}"}
    lines = (await desk.client.get("/metrics", headers=said)).text.splitlines()
    counted = [line for line in lines if "leaderboards" in line and "_total" in line]
    assert counted == [
        'sulka_http_requests_total{method="GET",route="/v1/leaderboards/{board}",status="200"} 2.0',
    ]
