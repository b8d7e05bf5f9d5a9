"""Accounts of other tools: linked with a code that their member says there, and taken away."""

import asyncio
from urllib.parse import quote

import httpx
import msgspec
import pytest

from engine.core.entries import Act, MemberFacts
from engine.run.linking import CODE_LENGTH, MINUTE_MS, MOST_WRONG, MOST_WRONG_OF_ONE, OPEN_MS
from engine.run.member_fields import MOST_ALIASES
from engine.run.members import ID_LETTERS
from engine.sources.mapping.mapped import Link
from engine.store.scripts import script
from tests.api.desk import Desk, problem
from tests.api.house import become, share

SLACK = "slack:U00000001"


async def code_of(desk: Desk, who: str = "anna") -> str:
    """A code that a member was just given."""
    code: str = (await desk.right("POST", "/v1/me/links", by=who))["code"]
    return code


async def say(desk: Desk, code: str, alias: str = SLACK) -> httpx.Response:
    """An account says a code."""
    return await desk.post("/v1/links", {"alias": alias, "code": code})


async def holder(desk: Desk, alias: str = SLACK) -> str | None:
    """Whose the alias is."""
    return await desk.house.parts.members.find(alias)


async def events(desk: Desk) -> list[Act]:
    """The events in the log."""
    entries = [logged.entry for logged in await desk.house.parts.log.read(0, 1_000)]
    return [entry for entry in entries if isinstance(entry, Act)]


async def test_a_code_links_an_account_and_what_it_did_meanwhile_comes_in(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    assert (await desk.right("POST", "/v1/events", [share(SLACK)], by="source"))["waiting"] == 1

    answer = await say(desk, await code_of(desk))

    assert (answer.status_code, answer.json()) == (200, {"alias": SLACK})
    assert await holder(desk) == anna
    assert [act.subject for act in await events(desk)] == [anna]
    listed = (await desk.right("GET", "/v1/me/links", by="anna"))["links"]
    assert listed == [{"alias": "email:anna@example.org", "kept_by": "hr"}, {"alias": SLACK.lower(), "kept_by": "me"}]


async def test_a_code_is_short_plain_and_runs_out_after_a_quarter_of_an_hour(desk: Desk) -> None:
    await desk.as_member("anna")

    opened = await desk.right("POST", "/v1/me/links", by="anna")
    desk.house.now += OPEN_MS
    late = await say(desk, opened["code"])

    assert len(opened["code"]) == CODE_LENGTH
    assert set(opened["code"]) <= set(ID_LETTERS)
    assert len(set(ID_LETTERS)) ** CODE_LENGTH >= 2**40
    assert opened["expires_at"] == "2026-11-23T10:15:00.000Z"
    assert (late.status_code, await holder(desk)) == (409, None)


async def test_a_code_may_be_typed_in_capitals_with_spaces_and_hyphens(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code = (await code_of(desk)).upper()

    await desk.right("POST", "/v1/links", {"alias": SLACK, "code": f" {code[:4]}-{code[4:6]} {code[6:]}"}, by="source")

    assert await holder(desk) == anna


async def test_a_code_links_one_account_and_a_lost_answer_can_be_asked_for_again(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code = await code_of(desk)
    first = await say(desk, code)
    position = await desk.house.position()

    again, other = await say(desk, code), await say(desk, code, "slack:U00000002")

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert (await holder(desk), await holder(desk, "slack:U00000002")) == (anna, None)
    assert await desk.house.position() == position


async def test_the_same_code_said_twice_at_once_links_once(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code, before = await code_of(desk), await desk.house.position()

    both = await asyncio.gather(say(desk, code), say(desk, code))

    assert [answer.status_code for answer in both] == [200, 200]
    assert (await holder(desk), await desk.house.position()) == (anna, before + 1)


async def test_a_code_said_by_two_accounts_at_once_links_one_of_them(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code = await code_of(desk)

    both = await asyncio.gather(say(desk, code, "slack:U1"), say(desk, code, "slack:U2"))

    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert sorted([await holder(desk, "slack:U1") or "", await holder(desk, "slack:U2") or ""]) == ["", anna]


async def test_a_new_code_ends_the_one_before(desk: Desk) -> None:
    await desk.as_member("anna")
    first, second = await code_of(desk), await code_of(desk)

    assert (await say(desk, first)).status_code == 409
    assert (await say(desk, second)).status_code == 200


async def test_wrong_used_and_late_codes_and_accounts_of_somebody_have_one_answer(desk: Desk) -> None:
    """A source learns from none of them who is a member."""
    await desk.as_member("anna")
    await desk.as_member("bea")
    await say(desk, await code_of(desk, "bea"), "slack:U00000002")
    before = await desk.house.position()
    used = await code_of(desk)
    late = await code_of(desk)

    wrong = await say(desk, "aaaabbbb")
    taken = await say(desk, late, "slack:U00000002")
    ended = await say(desk, used)
    desk.house.now += OPEN_MS
    over = await say(desk, late)

    answers = (wrong, taken, ended, over)
    assert {(answer.status_code, answer.content) for answer in answers} == {(409, wrong.content)}
    assert problem(wrong) == "wrong-state"
    assert await desk.house.position() == before


async def test_a_code_that_met_an_account_of_somebody_can_still_be_used(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")
    await say(desk, await code_of(desk, "bea"), "slack:U00000002")
    code = await code_of(desk)

    await say(desk, code, "slack:U00000002")

    assert (await say(desk, code)).status_code == 200
    assert await holder(desk) == anna


async def test_codes_that_link_nothing_are_limited_by_the_minute_and_right_ones_are_not(desk: Desk) -> None:
    await desk.as_member("anna")
    await say(desk, await code_of(desk), "slack:U00000009")
    wrong = [(await say(desk, "aaaabbbb", f"slack:W{number}")).status_code for number in range(MOST_WRONG)]
    code = await code_of(desk)

    beyond = await say(desk, code)
    desk.house.now += MINUTE_MS
    next_minute = await say(desk, code)

    assert set(wrong) == {409}
    assert (beyond.status_code, problem(beyond), next_minute.status_code) == (429, "too-often", 200)
    assert beyond.headers["retry-after"] == "60"


async def test_an_account_that_guesses_codes_keeps_no_other_from_linking(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    tries = [(await say(desk, f"aaaa{number:04}", "slack:W1")).status_code for number in range(MOST_WRONG + 1)]
    code = await code_of(desk)

    guessed, answer = await say(desk, code, "SLACK:w1"), await say(desk, code)

    assert tries == [409] * MOST_WRONG_OF_ONE + [429] * (MOST_WRONG + 1 - MOST_WRONG_OF_ONE)
    assert (guessed.status_code, answer.status_code, await holder(desk)) == (429, 200, anna)
    assert not any(b"w1" in field for field in await desk.house.read.hkeys(desk.house.keys.links))


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("email:anna@private.example", "HR's to say"),
        ("Employee:4711", "HR's to say"),
        ("github:octo-anna", "the number of the account"),
        ("slack", "kind:value"),
    ],
)
async def test_an_account_that_no_tool_may_link_is_refused_at_its_field(desk: Desk, alias: str, expected: str) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    answer = await say(desk, await code_of(desk), alias)

    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"]) == (422, "/alias")
    assert expected in fault["expected"]
    assert await desk.house.position() == before


async def test_an_account_can_be_taken_away_and_what_it_brought_stays(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await say(desk, await code_of(desk), "github:9000001")
    await desk.right("POST", "/v1/events", share("github:9000001"), by="source")

    await desk.right("DELETE", "/v1/me/links/github:9000001", by="anna")
    later = await desk.right("POST", "/v1/events", [share("github:9000001", id="later")], by="source")

    assert (await holder(desk, "github:9000001"), later["waiting"]) == (None, 1)
    assert [act.subject for act in await events(desk)] == [anna]


async def test_what_hr_keeps_and_what_is_not_mine_stays(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    await say(desk, await code_of(desk, "bea"))
    before = await desk.house.position()

    kept = await desk.call("DELETE", "/v1/me/links/email:anna@example.org", by="anna")
    others = [await desk.call("DELETE", f"/v1/me/links/{alias}", by="anna") for alias in (SLACK, "slack:nobody")]

    assert (kept.status_code, problem(kept)) == (409, "wrong-state")
    assert {(answer.status_code, problem(answer)) for answer in others} == {(404, "not-found")}
    assert await desk.house.position() == before


async def test_a_member_has_so_many_accounts_at_most(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code = await code_of(desk)
    record = await desk.house.parts.members.record(anna)
    full = msgspec.structs.replace(record, aliases=tuple(f"chat:{number}" for number in range(MOST_ALIASES)))
    await desk.house.parts.members.change(anna, become(full), MemberFacts(), desk.house.when, only=())

    refused, said = await desk.call("POST", "/v1/me/links", by="anna"), await say(desk, code)

    assert (refused.status_code, problem(refused)) == (409, "wrong-state")
    assert (said.status_code, await holder(desk)) == (409, None)


async def test_a_delivery_that_says_a_code_links_its_account(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    code, linking = await code_of(desk), desk.house.parts.linking

    heard = await linking.hear("slack", Link(alias=SLACK, code=code), desk.house.when)
    not_heard = await linking.hear("slack", Link(alias="slack:U2", code=code), desk.house.when)

    assert (heard, not_heard, await holder(desk)) == (True, False, anna)


async def test_a_code_that_is_given_while_another_is_forgotten_stays(desk: Desk) -> None:
    """The row of the member was read before, and is another one now."""
    anna, keys = await desk.as_member("anna"), desk.house.keys
    await code_of(desk)
    read = await desk.house.read.hget(keys.links, f"@{anna}")
    code = await code_of(desk)

    dropped = await script("drop_row").run(desk.house.write, [keys.links], [f"@{anna}", read or b""])

    assert dropped == 0
    assert (await say(desk, code)).status_code == 200


async def test_codes_that_are_over_are_forgotten_and_those_that_are_open_are_not(desk: Desk) -> None:
    anna, keys = await desk.as_member("anna"), desk.house.keys
    await desk.as_member("bea")
    await code_of(desk)
    await say(desk, "aaaabbbb")
    desk.house.now += OPEN_MS
    open_code = await code_of(desk, "bea")

    await desk.house.parts.sweep.look()

    fields = set(await desk.house.read.hkeys(keys.links))
    assert len(fields) == 2
    assert f"@{anna}".encode() not in fields
    assert (await say(desk, open_code)).status_code == 200


async def test_an_account_whose_name_has_slashes_and_spaces_can_be_taken_away(desk: Desk) -> None:
    await desk.as_member("anna")
    alias = "forum:https://forum.example.org/u/anna e?x=1#2"
    await say(desk, await code_of(desk), alias)

    await desk.right("DELETE", f"/v1/me/links/{quote(alias, safe='')}", by="anna")

    assert await holder(desk, alias) is None
