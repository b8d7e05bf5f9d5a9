"""What a member sees: points, receipts in words, own acts, thanks."""

import asyncio
import dataclasses

import msgspec
import pytest

from engine.core.entries import Thanked
from engine.core.rules import Limit, Use
from engine.run.traces import Traces
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, programme, share
from tests.core.programme import WEEK
from tests.core.test_words import blaming


async def test_points_badges_and_level_follow_from_events(desk: Desk) -> None:
    await desk.as_member("anna")
    for number in range(3):
        event = share(id=str(number), data={"content": f"post-{number}", "topics": ["hiring"]})
        await desk.post("/v1/events", event)
        desk.house.now += DAY_MS
    await desk.house.judge()

    mine = await desk.right("GET", "/v1/me", by="anna")

    assert (mine["points"], mine["balances"]) == (25, {"points": 25, "coins": 25})
    assert mine["level"]["id"] == "voice"
    assert [badge["title"] for badge in mine["badges"]] == ["hiring: expert path – starter"]
    assert mine["position"] == await desk.house.position()


async def test_a_second_share_on_one_day_is_explained_without_blame(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share(id="1", data={"content": "a"}))
    desk.house.now += HOUR_MS
    await desk.post("/v1/events", share(id="2", data={"content": "b"}))
    await desk.house.judge()
    position = await desk.house.position()

    told = await desk.right("GET", f"/v1/me/receipts/{position}", by="anna")
    finnish = await desk.right(
        "GET", f"/v1/me/receipts/{position}", by="anna", headers={"accept-language": "fi-FI, en"}
    )

    words = " ".join(told["sentences"])
    assert told["points"] == 0
    assert "yours of 12:00 was it" in words
    assert "The next one counts from Tue 24 Nov 00:00 (Helsinki)" in words
    assert blaming(words) == []
    assert "ti 24.11." in " ".join(finnish["sentences"])


async def test_the_act_that_is_named_is_the_one_of_the_same_channel(desk: Desk) -> None:
    await desk.as_member("anna")
    for number, channel in enumerate(("linkedin", "x", "linkedin")):
        await desk.post("/v1/events", share(id=str(number), data={"channel": channel, "content": f"post-{number}"}))
        desk.house.now += HOUR_MS
    await desk.house.judge()

    told = await desk.right("GET", f"/v1/me/receipts/{await desk.house.position()}", by="anna")

    assert "yours of 12:00 was it" in " ".join(told["sentences"])


async def test_the_ledger_is_read_in_pages_the_newest_first(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", [share(id=str(number)) for number in range(5)])
    await desk.house.judge()

    first = await desk.right("GET", "/v1/me/ledger?limit=3", by="anna")
    second = await desk.right("GET", f"/v1/me/ledger?limit=50&cursor={first['cursor']}", by="anna")

    positions = [receipt["position"] for receipt in first["receipts"] + second["receipts"]]
    assert positions == sorted(set(positions), reverse=True)
    assert positions[0] == await desk.house.position()
    assert second["cursor"] is None


async def test_nobody_reads_the_receipt_of_somebody_else(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.post("/v1/events", share())
    await desk.house.judge()

    answer = await desk.get(f"/v1/me/receipts/{await desk.house.position()}", by="bea")

    assert (answer.status_code, problem(answer)) == (404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/me/receipts/x",
        *(f"/v1/me/receipts/{n}" for n in (-5, 0, 2**53, 10**30)),
        "/v1/me/ledger?limit=0",
        "/v1/me/ledger?cursor=x",
    ],
)
async def test_a_wrong_address_is_no_bug(desk: Desk, path: str) -> None:
    await desk.as_member("anna")

    answer = await desk.get(path, by="anna")

    assert answer.status_code in {400, 404}
    assert problem(answer)


async def test_an_act_said_by_the_member_is_answered_with_its_receipt(desk: Desk) -> None:
    await desk.as_member("anna")
    body = {"type": "content.shared", "id": "mine", "data": {"channel": "x", "own_words": True}}

    waiting = asyncio.create_task(desk.right("POST", "/v1/me/acts", body, by="anna", headers={"prefer": "wait"}))
    before = await desk.house.position()
    while await desk.house.position() == before:  # noqa: ASYNC110 - the other request appends in between
        await asyncio.sleep(0)
    await desk.house.judge()
    said = await waiting
    again = await desk.right("POST", "/v1/me/acts", body, by="anna")

    assert said["receipt"]["points"] == 10
    assert "You said this yourself." in said["receipt"]["sentences"]
    assert again["event"]["duplicates"] == 1


async def test_an_act_before_joining_is_not_taken(desk: Desk) -> None:
    await desk.as_member("anna", joined=False)
    before = await desk.house.position()

    answer = await desk.post("/v1/me/acts", {"type": "content.shared", "data": {"channel": "x"}}, by="anna")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")
    assert await desk.house.position() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "content.shared", "data": {"channel": "fax"}}, "/data/channel"),
        ({"type": "sulka.award"}, "/type"),
        ({"type": "content.shared", "data": {"channel": "x"}, "time": "now"}, "/time"),
        ({"type": "content.shared", "data": 5}, "/data"),
    ],
)
async def test_a_wrong_act_is_refused_at_its_field(desk: Desk, body: object, pointer: str) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    answer = await desk.post("/v1/me/acts", body, by="anna")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await desk.house.position() == before


async def test_a_thanks_is_sent_whether_or_not_the_colleague_takes_part(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea")
    await desk.as_member("carl", joined=False)

    answers = [
        await desk.right("POST", "/v1/thanks", {"to": f"email:{name}@example.org", "text": "Thanks!"}, by="anna")
        for name in ("bea", "carl")
    ]
    await desk.house.judge()

    assert [answer["status"] for answer in answers] == ["sent", "sent"]
    balances = [(await desk.house.parts.members.state(member)).balances[0] for member in (anna, bea)]
    assert balances == [4, 5]
    entries = await desk.house.parts.log.read(answers[0]["position"] - 1, 2)
    assert [entry.entry.receiver for entry in entries if isinstance(entry.entry, Thanked)] == [bea, None]
    assert not any(b"Thanks!" in entry.payload for entry in entries)


async def test_a_thanks_beyond_the_allowance_reaches_the_receiver_with_its_words(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    book = programme()
    assert book.thanks is not None
    once = Limit(use=Use(slot=WEEK), times=1)
    desk.house.use(msgspec.structs.replace(book, thanks=dataclasses.replace(book.thanks, same_pair=once)))

    for text in ("First", "Second"):
        await desk.right("POST", "/v1/thanks", {"to": "email:bea@example.org", "text": text}, by="anna")
    await desk.house.judge()

    got, *_ = (await desk.right("GET", "/v1/me/ledger", by="bea"))["receipts"]
    sent, *_ = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"]
    assert (got["title"], got["points"], got["words"]) == ("Thanks", 0, "Second")
    assert got["who"]["name"] == "Anna"
    assert got["sentences"] == ["Anna thanked you.", "This thanks comes without points."]
    assert (sent["points"], sent["words"]) == (0, "Second")
    assert sent["sentences"] == [
        "Your thanks was sent. Of thanks to the same person, one a week counts for points.",
        "You did nothing wrong.",
        "The next one counts from Mon 30 Nov 00:00 (Helsinki).",
    ]
    assert len((await desk.right("GET", "/v1/recognitions", by="hr"))["recognitions"]) == 2


async def test_who_won_a_week_reads_that_and_not_what_somebody_else_did_when_it_closed(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea")
    await desk.post("/v1/events", share())
    desk.house.now += 9 * DAY_MS
    award = {"member": bea, "points": 5, "reason": "For Bea alone"}
    await desk.right("POST", "/v1/awards", award, by="hr")
    await desk.house.judge()

    won, *_ = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"]
    given, *_ = (await desk.right("GET", "/v1/me/ledger", by="bea"))["receipts"]

    assert won["position"] == given["position"]
    assert (won["type"], won["title"], won["words"]) == ("sulka.closed", "A period closed", None)
    assert won["sentences"] == ["Advocate of the week, place 1 (2026-W48)."]
    assert (given["title"], given["words"]) == ("Given by hand", "For Bea alone")
    record = await desk.house.own_records().of(Traces(member=anna), "en", desk.house.now)
    newest = msgspec.json.decode(msgspec.json.encode(record["receipts"]))[0]
    assert (newest["position"], newest["held"]) == (won["position"], None)


@pytest.mark.parametrize(
    "body",
    [
        {"to": "email:anna@example.org", "text": "me"},
        {"to": "m-x", "text": "who"},
        {"to": "email:bea@example.org", "text": " "},
    ],
)
async def test_a_thanks_to_oneself_to_nobody_or_without_words_is_refused(desk: Desk, body: object) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    before = await desk.house.position()

    answer = await desk.post("/v1/thanks", body, by="anna")

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    assert await desk.house.position() == before
