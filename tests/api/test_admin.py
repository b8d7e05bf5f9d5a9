"""Tokens, sources, history, the rulebook."""

import pytest
from redis.asyncio import Redis

from engine.core.entries import HistoryEnded, HistoryOpened, MemberSet
from tests.api.desk import Desk, problem
from tests.api.house import House, share

WEEK_AGO = "2026-11-16T10:00:00Z"


async def test_a_token_that_was_created_lets_in_and_is_kept_as_a_digest_alone(desk: Desk) -> None:
    await desk.right("POST", "/v1/sources", {"name": "crm", "title": "The CRM"}, by="admin")

    made = await desk.right("POST", "/v1/tokens", {"role": "source", "name": "crm", "source": "crm"}, by="admin")

    answer = await desk.client.get("/v1/whoami", headers={"authorization": f"Bearer {made['token']}"})
    assert answer.json() == {"role": "source", "name": "crm", "member": None, "source": "crm"}
    kept = await desk.house.read.hgetall(desk.house.keys.tokens)
    assert not any(made["token"].encode() in each for each in (*kept, *kept.values()))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "source", "name": "x"}, 422),
        ({"role": "hr", "name": "x", "member": "m-unknown"}, 404),
        ({"role": "source", "name": "x", "source": "crm", "member": "m"}, 422),
        ({"role": "boss", "name": "x"}, 422),
        ({"role": "source", "name": "x", "source": "unknown"}, 404),
        ({"role": "member", "name": "x", "member": "m-unknown"}, 404),
    ],
)
async def test_a_token_for_nobody_is_not_created(desk: Desk, body: object, status: int) -> None:
    before = await desk.house.parts.directory.tokens()

    answer = await desk.post("/v1/tokens", body, by="admin")

    assert (answer.status_code, bool(problem(answer))) == (status, True)
    assert await desk.house.parts.directory.tokens() == before


async def test_hr_creates_no_tokens_and_no_sources(desk: Desk) -> None:
    bodies = {"/v1/tokens": {"role": "admin", "name": "x"}, "/v1/sources": {"name": "x", "title": "x"}}

    answers = [await desk.post(path, body, by="hr") for path, body in bodies.items()]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(403, "not-allowed")}


@pytest.mark.parametrize("name", ["CRM", "member:x", "", "a b", "hub", "crm\n"])
async def test_a_source_needs_a_name_of_its_own(desk: Desk, name: str) -> None:
    answer = await desk.post("/v1/sources", {"name": name, "title": "x"}, by="admin")

    assert answer.status_code in {409, 422}


async def test_history_is_said_by_its_calls_and_ends_for_good(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    async with Desk(house) as desk:
        said = {"sulka-recorded-at": WEEK_AGO}
        await desk.right("POST", "/v1/history", by="admin", headers=said)
        await desk.right("POST", "/v1/members", {"name": "Anna"}, by="hr", headers=said)
        await desk.right("POST", "/v1/members", {"name": "Bea"}, by="hr")
        late = await desk.post("/v1/members", {"name": "Carl"}, by="hr", headers=said)
        event = await desk.post("/v1/events", share(), headers=said)
        again = await desk.post("/v1/history", None, by="admin", headers=said)

        entries = await house.parts.log.read(0, 10)
        assert [type(logged.entry) for logged in entries] == [HistoryOpened, MemberSet, HistoryEnded, MemberSet]
        assert [logged.recorded < house.now for logged in entries] == [True, True, False, False]
        assert (late.status_code, problem(late)) == (409, "wrong-state")
        assert event.status_code >= 400
        assert (again.status_code, problem(again)) == (409, "wrong-state")


async def test_history_can_be_ended_by_a_call(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    async with Desk(house) as desk:
        await desk.right("POST", "/v1/history", by="admin", headers={"sulka-recorded-at": WEEK_AGO})

        ended = await desk.right("DELETE", "/v1/history", by="admin")

        assert ended == {"open": False, "position": 2}


@pytest.mark.parametrize("said", ["yesterday", "2026-11-16", ""])
async def test_a_recorded_time_that_is_none_is_refused(desk: Desk, said: str) -> None:
    before = await desk.house.position()

    answer = await desk.post("/v1/events", share(), headers={"sulka-recorded-at": said})

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert await desk.house.position() == before


async def test_mistakes_of_rule_files_are_named_and_nothing_is_published(desk: Desk) -> None:
    body = {"files": {"organization.toml": "[organization\n"}}
    before = await desk.house.position()

    checked = await desk.right("POST", "/v1/rulebook/check", body, by="hr")
    refused = await desk.post("/v1/rulebook/publish", body, by="hr")

    assert checked["mistakes"][0]["file"] == "organization.toml"
    assert (refused.status_code, problem(refused)) == (422, "does-not-fit")
    assert await desk.house.position() == before


async def test_the_rulebook_in_force_is_read_with_its_version(desk: Desk) -> None:
    found = await desk.right("GET", "/v1/rulebook", by="hr")
    versions = await desk.right("GET", "/v1/rulebook/versions", by="hr")

    assert found["version"] == versions[-1]
    assert found["version"]["number"] == 1
