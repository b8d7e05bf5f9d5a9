"""POST /v1/me/retractions: a member takes back what is theirs, and learns nothing of what is not."""

import pytest

from engine.core.entries import Retracted
from tests.api.desk import Desk, problem
from tests.api.house import share

BALANCE = 0


def act(content: str = "post-1", **more: object) -> dict[str, object]:
    """An act that a member says themselves."""
    data = {"channel": "linkedin", "own_words": True, "content": content}
    return {"type": "content.shared", "data": data, **more}


async def balance(desk: Desk, member: str) -> int:
    """The member's points once everything is judged."""
    await desk.house.judge()
    return (await desk.house.parts.members.state(member)).balances.get(BALANCE, 0)


async def test_a_member_takes_back_their_own_act_by_its_key(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.right("POST", "/v1/me/acts", act(key="k"), by="anna")
    paid = await balance(desk, anna)

    answer = await desk.right("POST", "/v1/me/retractions", {"key": "k", "reason": "A slip"}, by="anna")

    assert answer == {"position": await desk.house.position()}
    assert (paid, await balance(desk, anna)) == (10, 0)


async def test_a_member_takes_back_what_a_tool_said_about_them(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.post("/v1/events", share(id="1", key="k"))
    by_key = await balance(desk, anna)
    await desk.right("POST", "/v1/me/retractions", {"key": "k", "source": "hub"}, by="anna")
    taken_by_key = await balance(desk, anna)

    await desk.post("/v1/events", share(id="2", data={"content": "post-2"}))
    by_content = await balance(desk, anna)
    await desk.right("POST", "/v1/me/retractions", {"content": "post-2"}, by="anna")

    assert (by_key, taken_by_key, by_content, await balance(desk, anna)) == (10, 0, 10, 0)


@pytest.mark.parametrize(
    "said", [{"key": "k"}, {"key": "k", "source": "hub"}, {"key": "k", "source": "member:bea"}, {"content": "post-1"}]
)
async def test_another_member_s_event_is_not_touched_and_nobody_learns_of_it(
    desk: Desk, said: dict[str, object]
) -> None:
    await desk.as_member("anna")
    bea = await desk.as_member("bea")
    if "source" in said and said["source"] != "hub":
        said = {**said, "source": f"member:{bea}"}
    missing = await desk.post("/v1/me/retractions", {**said, "id": "before"}, by="anna")
    await desk.right("POST", "/v1/me/acts", act("post-1", key="k"), by="bea")
    data = {"content": "post-3", "channel": "x"}
    await desk.post("/v1/events", share("email:bea@example.org", id="2", key="k", data=data))
    paid = await balance(desk, bea)

    present = await desk.post("/v1/me/retractions", {**said, "id": "after"}, by="anna")

    assert (paid, await balance(desk, bea)) == (20, 20)
    assert (missing.status_code, present.status_code) == (202, 202)
    assert list(missing.json()) == list(present.json()) == ["position"]
    seen = [await desk.get(f"/v1/me/receipts/{each.json()['position']}", by="anna") for each in (missing, present)]
    assert len({answer.status_code for answer in seen}) == 1
    assert len({tuple(answer.json().get("sentences", ())) for answer in seen}) == 1


async def test_a_key_that_a_tool_may_send_one_day_can_not_be_taken_back_before_by_somebody_else(desk: Desk) -> None:
    await desk.as_member("anna")
    bea = await desk.as_member("bea")

    await desk.right("POST", "/v1/me/retractions", {"key": "k", "source": "hub"}, by="anna")
    await desk.post("/v1/events", share("email:bea@example.org", key="k"))

    assert await balance(desk, bea) == 10


async def test_an_own_act_that_comes_after_it_was_taken_back_pays_nothing(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    await desk.right("POST", "/v1/me/retractions", {"key": "k"}, by="anna")
    await desk.right("POST", "/v1/me/acts", act(key="k"), by="anna")

    assert await balance(desk, anna) == 0


async def test_taken_back_twice_is_once(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.right("POST", "/v1/me/acts", act("post-1", key="k"), by="anna")
    await desk.right("POST", "/v1/me/acts", {**act("post-2"), "data": {"channel": "x", "own_words": True}}, by="anna")

    first = await desk.right("POST", "/v1/me/retractions", {"key": "k", "id": "r"}, by="anna")
    again = await desk.right("POST", "/v1/me/retractions", {"key": "k", "id": "r"}, by="anna")
    without_id = await desk.right("POST", "/v1/me/retractions", {"key": "k"}, by="anna")

    assert first == again != without_id
    assert await balance(desk, anna) == 10


async def test_a_badge_goes_with_what_earned_it_unless_it_is_said_to_stay(desk: Desk) -> None:
    kept: dict[bool, list[object]] = {}
    for stays in (True, False):
        name = f"anna-{stays}".lower()
        await desk.as_member(name)
        for number in range(3):
            event = share(f"email:{name}@example.org", id=f"{name}-{number}")
            await desk.post("/v1/events", {**event, "data": _hiring(f"{name}-{number}")})
        await desk.right("POST", "/v1/me/retractions", {"content": f"{name}-1", "badges_stay": stays}, by=name)
        await desk.house.judge()
        kept[stays] = (await desk.right("GET", "/v1/me", by=name))["badges"]

    assert [badge["id"] for badge in kept[True]] == ["expert"]  # type: ignore[index]  # decoded JSON
    assert kept[False] == []


def _hiring(content: str) -> dict[str, object]:
    return {"channel": "linkedin", "own_words": True, "content": content, "topics": ["hiring"]}


async def test_the_reason_is_a_text_of_the_member_and_not_in_the_log(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    await desk.right("POST", "/v1/me/retractions", {"key": "k", "reason": "I changed my mind"}, by="anna")

    (logged,) = await desk.house.parts.log.read(await desk.house.position() - 1, 1)
    assert isinstance(logged.entry, Retracted)
    texts = await desk.house.parts.directory.texts([logged.entry.reason or ""])
    assert [(text.text, text.member) for text in texts.values()] == [("I changed my mind", anna)]
    assert b"mind" not in logged.payload


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "k", "content": "c"},
        {"content": "c", "source": "hub"},
        {"source": "hub"},
        {"content": "a|b"},
        {"key": ""},
        {"key": "k", "member": "email:bea@example.org"},
    ],
)
async def test_what_can_not_be_taken_back_is_refused(desk: Desk, body: object) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    answer = await desk.post("/v1/me/retractions", body, by="anna")

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    assert await desk.house.position() == before


async def test_only_a_member_has_something_of_their_own(desk: Desk) -> None:
    answers = [await desk.post("/v1/me/retractions", {"key": "k"}, by=by) for by in ("source", "hr", "admin")]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(403, "not-allowed")}
