"""HR opens one person's record with a written reason alone, and that person sees who has looked and why."""

import pytest

from engine.core.entries import MemberFacts, VisibilityChosen, encode_entry
from engine.run.telling import MOST_LOOKED_THROUGH
from engine.store.directory import MemberRecord
from engine.store.log import Append
from engine.store.looks import MOST_LOOKS
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, share

WHY = "reason=Asked%20about%20a%20payment"
PARTS = ("", "/ledger", "/badges", "/receipts/3")


async def test_a_record_is_opened_with_a_reason_and_the_member_sees_who_looked(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.post("/v1/events", share())
    await desk.house.judge()

    record = await desk.right("GET", f"/v1/members/{anna}?{WHY}", by="hr")
    seen = await desk.right("GET", "/v1/me/looks", by="anna")

    assert (record["id"], record["name"], record["team"], record["points"]) == (anna, "Anna", "red", 10)
    assert seen == {
        "looks": [
            {
                "at": "2026-11-23T10:00:00.000Z",
                "role": "hr",
                "token": "hr",
                "opened": "record",
                "reason": "Asked about a payment",
            }
        ],
        "cursor": None,
    }


async def test_hr_reads_the_same_receipts_and_badges_as_the_member(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    for number in range(3):
        await desk.post("/v1/events", share(id=str(number), data={"content": f"p-{number}", "topics": ["hiring"]}))
        desk.house.now += DAY_MS
    await desk.house.judge()
    position = await desk.house.position()

    theirs = [await desk.right("GET", f"/v1/me{part}", by="anna") for part in ("/badges", f"/receipts/{position}")]
    ours = [
        await desk.right("GET", f"/v1/members/{anna}{part}?{WHY}", by="hr")
        for part in ("/badges", f"/receipts/{position}")
    ]
    ledger = await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}", by="hr")

    assert ours == theirs
    assert ledger["receipts"][0] == theirs[1]


async def test_hr_reads_who_won_a_week_and_not_that_somebody_joined_when_it_closed(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea", joined=False)
    await desk.post("/v1/events", share())
    desk.house.now += 9 * DAY_MS
    await desk.right("POST", "/v1/me/membership", {"change": "join"}, by="bea")
    await desk.house.judge()

    won, *_ = (await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}", by="hr"))["receipts"]
    joined = (await desk.right("GET", f"/v1/members/{bea}/ledger?{WHY}", by="hr"))["receipts"]

    assert (won["position"], won["title"]) == (await desk.house.position(), "A period closed")
    assert won["sentences"] == ["Advocate of the week, place 1 (2026-W48)."]
    assert won["position"] not in [receipt["position"] for receipt in joined]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("reason", ["", "reason=", "reason=%20%20", "reason=audit", "reason=" + "x" * 501])
async def test_without_a_written_reason_nothing_is_shown_and_nothing_recorded(
    desk: Desk, part: str, reason: str
) -> None:
    anna = await desk.as_member("anna")

    answer = await desk.get(f"/v1/members/{anna}{part}?{reason}", by="hr")

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert "They will see it" in answer.json()["detail"]
    assert "Anna" not in answer.text
    assert (await desk.right("GET", "/v1/me/looks", by="anna"))["looks"] == []


async def test_without_a_reason_nobody_learns_who_is_known(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    answers = [await desk.get(f"/v1/members/{member}", by="hr") for member in (anna, "nobody")]

    assert answers[0].json() == answers[1].json()


async def test_an_unknown_member_is_not_found_and_nothing_is_recorded(desk: Desk) -> None:
    answer = await desk.get(f"/v1/members/nobody?{WHY}", by="hr")

    assert (answer.status_code, problem(answer)) == (404, "not-found")
    assert "POST /v1/members" in answer.json()["detail"]
    assert await desk.house.read.exists(desk.house.keys.looks("nobody")) == 0


async def test_a_member_can_be_named_by_an_alias(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    record = await desk.right("GET", f"/v1/members/email:anna@example.org?{WHY}", by="hr")

    assert record["id"] == anna
    assert len((await desk.right("GET", "/v1/me/looks", by="anna"))["looks"]) == 1


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("by", ["source", "bea"])
async def test_nobody_but_hr_opens_a_record(desk: Desk, part: str, by: str) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")

    answer = await desk.get(f"/v1/members/{anna}{part}?{WHY}", by=by)

    assert (answer.status_code, problem(answer)) == (403, "not-allowed")
    assert (await desk.right("GET", "/v1/me/looks", by="anna"))["looks"] == []


async def test_the_look_is_kept_even_where_there_is_nothing_to_show(desk: Desk) -> None:
    anna = await desk.as_member("anna")

    answer = await desk.get(f"/v1/members/{anna}/receipts/9999?{WHY}", by="hr")

    assert (answer.status_code, problem(answer)) == (404, "not-found")
    assert [look["opened"] for look in (await desk.right("GET", "/v1/me/looks", by="anna"))["looks"]] == ["receipts"]


async def test_the_same_reason_stands_there_once_a_day_for_each_part(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    for part in ("", "", "/badges"):
        await desk.right("GET", f"/v1/members/{anna}{part}?{WHY}", by="hr")
        desk.house.now += HOUR_MS
    desk.house.now += DAY_MS
    await desk.right("GET", f"/v1/members/{anna}?{WHY}", by="hr")

    seen = (await desk.right("GET", "/v1/me/looks", by="anna"))["looks"]

    assert [(look["at"], look["opened"]) for look in seen] == [
        ("2026-11-24T13:00:00.000Z", "record"),
        ("2026-11-23T12:00:00.000Z", "badges"),
        ("2026-11-23T10:00:00.000Z", "record"),
    ]


async def test_who_has_looked_is_read_in_pages(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    for number in range(5):
        await desk.right("GET", f"/v1/members/{anna}?reason=Reason%20number%20{number}", by="hr")

    first = await desk.right("GET", "/v1/me/looks?limit=3", by="anna")
    second = await desk.right("GET", f"/v1/me/looks?limit=3&cursor={first['cursor']}", by="anna")

    reasons = {look["reason"] for look in first["looks"] + second["looks"]}
    assert (len(first["looks"]), len(second["looks"]), second["cursor"]) == (3, 2, None)
    assert reasons == {f"Reason number {number}" for number in range(5)}


async def test_an_erased_reason_leaves_who_and_when(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.right("GET", f"/v1/members/{anna}?{WHY}", by="hr")
    texts = await desk.house.parts.directory.texts_of(anna)
    await desk.house.write.hdel(desk.house.keys.texts, *texts)

    seen = (await desk.right("GET", "/v1/me/looks", by="anna"))["looks"]

    assert [(look["token"], look["reason"]) for look in seen] == [("hr", None)]


async def test_beyond_the_looks_that_are_kept_nobody_looks(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    looks = {f"look-{number}": number for number in range(MOST_LOOKS)}
    await desk.house.write.zadd(desk.house.keys.looks(anna), looks)

    answer = await desk.get(f"/v1/members/{anna}?{WHY}", by="hr")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")
    assert "Anna" not in answer.text


async def test_nobody_learns_from_a_record_who_never_joined(desk: Desk) -> None:
    facts = MemberFacts(country="FI", team="red")
    for name in ("never", "joined"):
        record = MemberRecord("Kim", aliases=(f"email:{name}@example.org",))
        member, _ = await desk.house.parts.members.add(record, facts, desk.house.when)
        await desk.token(name, "member", member=member)
    await desk.right("POST", "/v1/me/membership", {"change": "join"}, by="joined")
    await desk.right("POST", "/v1/me/visibility", {"wall": "shown"}, by="joined")
    await desk.right("POST", "/v1/me/membership", {"change": "pause"}, by="joined")
    await desk.post("/v1/events", share("email:never@example.org"))
    await desk.house.judge()

    seen = {}
    for name in ("never", "joined"):
        path = f"/v1/members/email:{name}@example.org"
        record = await desk.right("GET", f"{path}?{WHY}", by="hr")
        ledger = await desk.right("GET", f"{path}/ledger?limit=1&{WHY}", by="hr")
        badges = await desk.right("GET", f"{path}/badges?{WHY}", by="hr")
        told = [{**receipt, "position": None} for receipt in ledger["receipts"]]
        seen[name] = ({**record, "id": None}, told, ledger["cursor"], badges)

    assert seen["never"] == seen["joined"]


async def test_hr_reads_a_reason_but_not_the_words_of_a_thanks(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")
    award = {"member": anna, "points": 5, "reason": "Spoke at the fair"}
    await desk.right("POST", "/v1/awards", award, by="hr")
    await desk.right("POST", "/v1/thanks", {"to": anna, "text": "You saved my day"}, by="bea")
    await desk.house.judge()

    mine = await desk.right("GET", "/v1/me/ledger", by="anna")
    theirs = await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}", by="hr")

    assert [receipt["words"] for receipt in mine["receipts"][:2]] == ["You saved my day", "Spoke at the fair"]
    assert [receipt["words"] for receipt in theirs["receipts"][:2]] == [None, "Spoke at the fair"]


async def test_a_look_that_can_not_be_kept_shows_nothing(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.house.write.set(desk.house.keys.looks(anna), "damaged")

    answer = await desk.get(f"/v1/members/{anna}?{WHY}", by="hr")

    assert answer.status_code == 503
    assert "Anna" not in answer.text


async def test_a_time_far_back_in_the_ledger_is_found_through_the_cursor(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    for part in range(3):
        await desk.post("/v1/events", [share(id=f"{part}-{number}") for number in range(100)])
    await desk.house.judge()

    found: list[int] = []
    cursor = ""
    while True:
        page = await desk.right("GET", f"/v1/members/{anna}/ledger?limit=50&{WHY}{cursor}", by="hr")
        found.extend(receipt["position"] for receipt in page["receipts"])
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"

    assert found == sorted(set(found), reverse=True)
    assert len(found) == 301


async def test_a_page_for_hr_looks_through_so_much_and_its_cursor_leads_on(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    chosen = encode_entry(VisibilityChosen(anna, boards=True, wall=False, badges=False))
    item = Append(mark=None, digest=None, payload=chosen, recorded=desk.house.now)
    await desk.house.parts.log.append([item] * (MOST_LOOKED_THROUGH + 100))
    await desk.house.judge()

    first = await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}", by="hr")
    second = await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}&cursor={first['cursor']}", by="hr")

    assert (first["receipts"], first["cursor"] is None) == ([], False)
    assert ([receipt["type"] for receipt in second["receipts"]], second["cursor"]) == (["sulka.member.set"], None)
