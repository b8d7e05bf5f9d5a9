"""Checking and publishing rule files over HTTP while others go on calling."""

import asyncio

import httpx
import pytest

from engine.run.workshop import MOST_WAITING
from tests.api.desk import Desk, problem
from tests.rulebook.books import PACK, rule, texts
from tests.sources.mapping.chat import SHARED, SOURCE


def big(rules: int) -> dict[str, object]:
    """A rulebook that takes a while to check."""
    return {"files": texts("".join(rule(id_=f"r{number}") for number in range(rules)))}


@pytest.mark.parametrize("call", ["check", "publish"])
async def test_others_are_answered_while_a_big_rulebook_is_worked_on(desk: Desk, call: str) -> None:
    working = asyncio.create_task(desk.post(f"/v1/rulebook/{call}", big(1_500), by="hr"))

    answered = 0
    while not working.done():
        assert (await desk.call("GET", "/health/ready", by=None)).status_code == 200
        answered += 1

    assert (await working).status_code == 200
    # On the event loop it would be two: one while the token is looked up, one that the work had to end for.
    assert answered > 5


async def test_more_rulebooks_than_may_wait_are_asked_to_come_again(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(desk.post("/v1/rulebook/check", big(100), by="hr") for _ in range(MOST_WAITING + 2))
    )

    busy = [answer for answer in answers if answer.status_code == 503]
    assert len(busy) == 2
    assert {problem(answer) for answer in busy} == {"busy"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in busy)
    assert {answer.status_code for answer in answers if answer not in busy} == {200}


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 100_000, "a = " + "{b=" * 50_000, "a = " + "[" * 50_000 + "]" * 50_000, 'x = "' + "(" * 300_000],
)
async def test_a_file_nested_too_deeply_is_a_mistake_like_any_other(desk: Desk, text: str) -> None:
    answer = await desk.right("POST", "/v1/rulebook/check", {"files": texts(text)}, by="hr")

    assert {mistake["file"] for mistake in answer["mistakes"]} == {PACK}
    assert (await desk.call("GET", "/health/live", by=None)).status_code == 200


async def test_nothing_is_published_into_a_full_log(desk: Desk) -> None:
    before = await desk.house.position()
    await desk.house.parts.log.limit(before)

    answer = await desk.post("/v1/rulebook/publish", {"files": texts(rule())}, by="hr")

    assert (answer.status_code, problem(answer)) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert await desk.house.position() == before


async def test_a_mistake_in_a_pack_that_is_off_is_told_and_stops_no_publication(desk: Desk) -> None:
    wrong = '[[rule]]\nid = "wrong"\ntitle = "Wrong"\non = "content.shraed"\npoints = 1\n'
    body = {"files": texts("") | {"extras/wrong.toml": wrong}}

    checked = await desk.right("POST", "/v1/rulebook/check", body, by="hr")
    published = await desk.post("/v1/rulebook/publish", body, by="hr")

    assert [(each["file"], each["off"]) for each in checked["mistakes"]] == [("extras/wrong.toml", True)]
    assert published.status_code == httpx.codes.OK, published.text


async def test_mapping_files_are_checked_and_published_with_the_rules(desk: Desk) -> None:
    payloads = {f"sources/payloads/p{number}.json": "{}" for number in range(120)}
    right = {"files": texts("") | {"sources/chat.toml": SOURCE + SHARED} | payloads}
    wrong = {"files": texts("") | {"sources/chat.toml": SOURCE + SHARED.replace("content.shared", "content.shraed")}}

    checked = await desk.right("POST", "/v1/rulebook/check", wrong, by="hr")
    refused = await desk.post("/v1/rulebook/publish", wrong, by="hr")
    await desk.right("POST", "/v1/rulebook/publish", right, by="hr")
    in_force = await desk.right("GET", "/v1/rulebook", None, by="hr")

    assert [(each["file"], each["did_you_mean"], each["off"]) for each in checked["mistakes"]] == [
        ("sources/chat.toml", "content.shared", False)
    ]
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert in_force["files"] == right["files"]


async def test_hr_reads_how_far_the_past_is_counted(desk: Desk) -> None:
    later = {"files": texts(rule() + rule("past = 'count'", id_="later"))}
    await desk.right("POST", "/v1/rulebook/publish", {"files": texts(rule())}, by="hr")
    before = await desk.right("GET", "/v1/rulebook", None, by="hr")
    published = await desk.right("POST", "/v1/rulebook/publish", later, by="hr")
    await desk.house.judge()

    in_force = await desk.right("GET", "/v1/rulebook", None, by="hr")

    assert before["past"] == []
    assert in_force["past"] == [{"publication": published["position"], "told": False, "reached": 0}]
