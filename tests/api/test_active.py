"""Who does not work here any more: nothing of theirs counts, nobody sees it, and what they had stays."""

import asyncio

from engine.core.entries import Act, Blank, MembershipChanged
from tests.api.desk import Desk, problem
from tests.api.house import share


async def leaves(desk: Desk, member: str, *, active: bool = False) -> None:
    """HR says whether somebody works here."""
    await desk.right("PATCH", f"/v1/members/{member}", {"active": active}, by="hr")


async def test_an_event_about_somebody_who_has_gone_is_answered_like_any_other_and_counts_for_nothing(
    desk: Desk,
) -> None:
    anna = await desk.as_member("anna")
    before = await desk.right("POST", "/v1/events", [share(id="1")], by="source")
    await leaves(desk, anna)

    after = await desk.right("POST", "/v1/events", [share(id="2")], by="source")

    def without_positions(answer: dict[str, object]) -> object:
        return {**answer, "results": len(str(answer["results"]))}

    assert without_positions(before) == without_positions(after)
    entries = [logged.entry for logged in await desk.house.parts.log.read(0, 100)]
    assert [type(entry) for entry in entries if isinstance(entry, Act | Blank)] == [Act, Blank]


async def test_their_tokens_end_and_none_is_made_for_them(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    assert (await desk.call("GET", "/v1/me", by="anna")).status_code == 200
    await leaves(desk, anna)

    seen = await desk.call("GET", "/v1/me", by="anna")
    made = await desk.post("/v1/tokens", {"role": "member", "name": "phone", "member": anna}, by="admin")

    assert (seen.status_code, problem(seen)) == (401, "no-token")
    assert (made.status_code, problem(made)) == (409, "wrong-state")
    assert [token for token in (await desk.house.parts.directory.tokens()).values() if token.member == anna] == []


async def test_a_token_made_while_hr_says_so_does_not_stay(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    body = {"role": "member", "name": "phone", "member": anna}

    await asyncio.gather(leaves(desk, anna), *(desk.post("/v1/tokens", body, by="admin") for _ in range(5)))

    assert [token for token in (await desk.house.parts.directory.tokens()).values() if token.member == anna] == []


async def test_they_are_hidden_and_points_stay(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.right("POST", "/v1/events", [share(id="1"), share("email:bea@example.org", id="2")], by="source")
    await desk.house.judge()
    await leaves(desk, anna)
    await desk.house.judge()

    board = await desk.right("GET", "/v1/leaderboards/advocates", by="bea")

    assert [row["name"] for row in board["rows"]] == ["Bea"]
    assert (await desk.house.parts.members.state(anna)).balances == {0: 10, 50: 10}


async def test_who_comes_back_joins_again_themselves(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await leaves(desk, anna)
    await leaves(desk, anna, active=True)
    await desk.token("back", "member", member=anna)

    status = (await desk.right("GET", "/v1/me", by="back"))["choices"]["status"]
    joined = await desk.right("POST", "/v1/me/membership", {"change": "join"}, by="back")

    assert (status, joined["status"]) == ("left", "joined")


async def test_facts_and_leaving_can_be_said_in_one_call_and_twice_is_once(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    body = {"team": "blue", "active": False}

    for _ in range(2):
        await desk.right("PATCH", f"/v1/members/{anna}", body, by="hr")
    await desk.house.judge()

    state = await desk.house.parts.members.state(anna)
    assert (state.status, state.facts.team, len(state.pauses)) == ("inactive", "blue", 1)


async def test_a_choice_of_somebody_at_the_moment_of_leaving_is_kept_or_refused_whole(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    pause = {"change": "pause"}

    _, paused = await asyncio.gather(leaves(desk, anna), desk.post("/v1/me/membership", pause, by="anna"))
    await desk.house.judge()

    entries = [logged.entry for logged in await desk.house.parts.log.read(0, 100)]
    pauses = sum(isinstance(entry, MembershipChanged) and entry.change == "pause" for entry in entries)
    assert paused.status_code in {200, 401, 409}
    assert pauses == (paused.status_code == 200)
    assert (await desk.house.parts.members.state(anna)).status == "inactive"
    assert (await desk.house.parts.members.membership(anna)).status == "inactive"


async def test_an_open_code_links_nothing_for_somebody_who_has_gone(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code = (await desk.right("POST", "/v1/me/links", by="anna"))["code"]
    await leaves(desk, anna)

    answer = await desk.post("/v1/links", {"alias": "slack:U1", "code": code})

    assert (answer.status_code, await desk.house.parts.members.find("slack:u1")) == (409, None)


async def test_nobody_but_hr_says_who_works_here(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    answers = [await desk.call("PATCH", f"/v1/members/{anna}", {"active": False}, by=by) for by in ("anna", "source")]

    assert {answer.status_code for answer in answers} == {403}
