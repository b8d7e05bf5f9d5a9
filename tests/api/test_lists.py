"""Who asks for what there is not gets the list of what there is; of people there is no list, for nobody."""

import pytest

from engine.store.directory import SourceRecord
from tests.api.desk import Desk, problem
from tests.api.house import share

THERE_ARE = "There are: crm, hub."


@pytest.fixture
async def two_sources(desk: Desk) -> Desk:
    """A desk at which the sources crm and hub are known, and Anna, who shared something."""
    await desk.as_member("anna")
    await desk.house.parts.directory.add_source(SourceRecord("crm", "The CRM", desk.house.now))
    await desk.post("/v1/events", share(key="post-7"))
    return desk


@pytest.mark.parametrize("by", ["hr", "admin"])
async def test_whoever_asks_about_an_unknown_source_reads_which_there_are(two_sources: Desk, by: str) -> None:
    before = await two_sources.house.position()

    fate = await two_sources.get("/v1/sources/hubb/events/share-1", by=by)
    retraction = await two_sources.post("/v1/retractions", {"key": "post-7", "source": "hubb"}, by=by)
    other = await two_sources.get("/v1/sources/nobody/events/share-1", by=by)

    assert {(each.status_code, problem(each)) for each in (fate, retraction, other)} == {(404, "not-found")}
    told = f'No source is called "hubb". Did you mean "hub"? {THERE_ARE}'
    assert [fate.json()["detail"], retraction.json()["detail"]] == [told, told]
    assert other.json()["detail"] == f'No source is called "nobody". {THERE_ARE}'
    assert await two_sources.house.position() == before


async def test_a_token_for_an_unknown_source_is_told_the_same(two_sources: Desk) -> None:
    answer = await two_sources.post("/v1/tokens", {"role": "source", "name": "x", "source": "hubb"}, by="admin")

    assert answer.json()["detail"] == f'No source is called "hubb". Did you mean "hub"? {THERE_ARE}'


async def test_an_event_that_never_came_is_not_found_without_a_list(two_sources: Desk) -> None:
    answer = await two_sources.get("/v1/sources/crm/events/share-1", by="hr")

    assert answer.json()["detail"] == 'No event "share-1" of "crm" came in the days that are remembered.'


async def test_a_source_and_a_member_are_told_of_no_other_source(two_sources: Desk) -> None:
    by_source = await two_sources.get("/v1/sources/hubb/events/share-1")
    by_anna = await two_sources.post("/v1/me/retractions", {"key": "post-7", "source": "hubb"}, by="anna")

    assert (by_source.status_code, by_anna.status_code) == (403, 202)
    assert "crm" not in by_source.text + by_anna.text


async def test_hr_may_take_back_what_a_member_said_themselves(two_sources: Desk) -> None:
    anna = await two_sources.house.parts.members.find("email:anna@example.org")

    answer = await two_sources.post("/v1/retractions", {"key": "mine", "source": f"member:{anna}"}, by="hr")

    assert answer.status_code == 202


@pytest.mark.parametrize("by", ["hr", "admin", "anna", "source"])
async def test_nobody_gets_a_list_of_members(two_sources: Desk, by: str) -> None:
    """Not even near ones: a wrong address would be a way to learn who is known (docs/decisions/0027)."""
    anna = str(await two_sources.house.parts.members.find("email:anna@example.org"))
    wrong = "email:ana@example.org"
    answers = [
        await two_sources.get(f"/v1/members/{wrong}?reason=She+asked+me+to+look", by=by),
        await two_sources.call("PATCH", f"/v1/members/{anna[:-1]}", {"team": "x"}, by=by),
        await two_sources.post("/v1/awards", {"member": wrong, "points": 5, "reason": "r"}, by=by),
        await two_sources.post("/v1/retractions", {"content": "c", "member": wrong}, by=by),
        await two_sources.post("/v1/thanks", {"to": wrong, "text": "Thank you"}, by=by),
        await two_sources.post("/v1/members", {"name": "Bea", "invited_by": wrong}, by=by),
    ]

    assert all(400 <= answer.status_code < 500 for answer in answers)
    assert [answer.text for answer in answers if anna in answer.text or "email:anna@" in answer.text] == []
