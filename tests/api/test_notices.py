"""What members choose to be told by mail."""

import pytest

from engine.store.notices import NoticeRow
from tests.api.desk import Desk, problem


async def test_nobody_is_told_anything_by_mail_at_first(desk: Desk) -> None:
    member = await desk.as_member("anna")

    found = await desk.right("GET", "/v1/me/notices", by="anna")

    assert found == {"email": "never", "quiet_from": 20, "quiet_to": 8, "has_address": False}
    assert not await desk.house.parts.notices.has(member)


async def test_what_is_chosen_holds_and_what_is_left_out_stays(desk: Desk) -> None:
    member = await desk.as_member("anna")

    await desk.right("POST", "/v1/me/notices", {"email": "weekly"}, by="anna")
    chosen = await desk.right("POST", "/v1/me/notices", {"quiet_from": 17, "quiet_to": 9}, by="anna")

    assert chosen == {"email": "weekly", "quiet_from": 17, "quiet_to": 9, "has_address": False}
    assert await desk.right("GET", "/v1/me/notices", by="anna") == chosen
    assert await desk.house.parts.notices.weekly() == {member: NoticeRow("weekly", 17, 9)}


async def test_the_first_mail_is_about_the_week_in_which_it_was_asked_for(desk: Desk) -> None:
    member = await desk.as_member("anna")

    await desk.right("POST", "/v1/me/notices", {"email": "weekly"}, by="anna")

    monday = 20_780  # 2026-11-23
    assert await desk.house.parts.notices.told() == {member: monday - 7}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "daily"}, "/email"),
        ({"quiet_from": 24}, "/quiet_from"),
        ({"quiet_to": -1}, "/quiet_to"),
        ({"remind": True}, "/remind"),
    ],
)
async def test_what_can_not_be_chosen_is_refused(desk: Desk, body: object, pointer: str) -> None:
    await desk.as_member("anna")

    answer = await desk.post("/v1/me/notices", body, by="anna")

    assert problem(answer) == "does-not-fit"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_only_a_member_chooses(desk: Desk) -> None:
    answers = [await desk.post("/v1/me/notices", {"email": "weekly"}, by=by) for by in ("admin", "hr", "source")]

    assert {answer.status_code for answer in answers} == {403}
