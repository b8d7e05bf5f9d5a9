"""What waits until somebody agrees: HR sees it, decides once, and never about their own."""

from typing import cast

import msgspec
import pytest

from engine.core.entries import Verdict
from engine.core.lines.ledger import HoldChanged, HoldNow
from engine.core.rulebook import Rulebook
from engine.core.rules import Approval
from engine.core.states import OrganizationState
from engine.core.stored import decode_state, encode_state
from engine.run.erasing import Eraser
from engine.run.webhooks.naming import NamingDeliveries
from engine.store.directory import token_digest
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, House, share

REASON = "A talk that many came to hear"
PAYS = 10


def waiting_over(points: int, book: Rulebook, approver: str = "hr") -> Rulebook:
    """The programme in which more than so many points wait for two weeks."""
    approval = Approval(
        over=points,
        approver="admin" if approver == "admin" else "hr",
        not_by=("giver", "receiver"),
        within_ms=14 * DAY_MS,
    )
    return msgspec.structs.replace(book, approval=approval)


@pytest.fixture
async def office(desk: Desk) -> Desk:
    """Anna's shares wait; two people of HR have tokens of their own."""
    desk.house.use(waiting_over(PAYS - 1, desk.house.book))
    await desk.as_member("anna")
    helga = await desk.as_member("helga")
    await desk.token("helga of hr", "hr", member=helga)
    await desk.token("other hr", "hr")
    return desk


async def share_of_anna(desk: Desk, number: int = 1, **data: object) -> int:
    """The position of a share that waits."""
    await desk.right("POST", "/v1/events", share(id=f"share-{number}", data=data), by="source")
    await desk.house.judge()
    return await desk.house.position()


async def points(desk: Desk, member: str = "anna") -> int:
    return int((await desk.right("GET", "/v1/me", by=member))["points"])


async def listed(desk: Desk, query: str = "") -> list[int]:
    page = await desk.right("GET", f"/v1/approvals{query}", by="hr")
    return [each["position"] for each in page["approvals"]]


def verdict(said: str = "approve", reason: str | None = REASON) -> dict[str, object]:
    return {"verdict": said, **({} if reason is None else {"reason": reason})}


async def test_hr_sees_who_would_get_what_and_up_to_when(office: Desk) -> None:
    position = await share_of_anna(office)

    page = await office.right("GET", "/v1/approvals", by="hr", headers={"accept-language": "fi"})

    anna = await office.house.parts.members.find("email:anna@example.org")
    (row,) = page["approvals"]
    assert row == {
        "position": position,
        "type": "content.shared",
        "giver": anna,
        "given_by": None,
        "since": "2026-11-23T10:00:00.000Z",
        "until": "2026-12-07T10:00:00.000Z",
        "payments": [{"member": anna, "title": "Jako omin sanoin", "points": PAYS}],
    }
    assert await points(office) == 0


async def test_what_hr_agrees_to_is_paid_and_the_member_reads_why(office: Desk) -> None:
    position = await share_of_anna(office)

    answer = await office.right("POST", f"/v1/approvals/{position}", verdict(), by="hr")
    await office.house.judge()

    receipt = await office.right("GET", f"/v1/me/receipts/{answer['position']}", by="anna")
    assert (await points(office), await listed(office)) == (PAYS, [])
    assert (receipt["type"], receipt["points"], receipt["words"]) == ("sulka.approval", PAYS, REASON)
    assert receipt["sentences"][0] == "A colleague in HR agreed to it."


async def test_what_hr_declines_is_not_paid_and_says_why(office: Desk) -> None:
    position = await share_of_anna(office)

    without = await office.post(f"/v1/approvals/{position}", verdict("decline", None), by="hr")
    answer = await office.right("POST", f"/v1/approvals/{position}", verdict("decline"), by="hr")
    await office.house.judge()

    receipt = await office.right("GET", f"/v1/me/receipts/{answer['position']}", by="anna")
    assert [(each["pointer"], each["code"]) for each in without.json()["errors"]] == [("/reason", "missing")]
    assert (await points(office), receipt["words"]) == (0, REASON)
    assert "this time it brings no points" in receipt["sentences"][0]


async def test_a_second_verdict_is_told_so_before_and_after_the_first_is_judged(office: Desk) -> None:
    position = await share_of_anna(office)
    address = f"/v1/approvals/{position}"

    first = await office.right("POST", address, verdict(), by="hr")
    lost_answer = await office.right("POST", address, verdict(), by="hr")
    other = await office.post(address, verdict("decline"), by="other hr")
    await office.house.judge()
    after = [await office.post(address, verdict(), by=by) for by in ("hr", "other hr")]

    assert lost_answer == first
    assert [(answer.status_code, problem(answer)) for answer in (other, *after)] == [(409, "wrong-state")] * 3
    assert await points(office) == PAYS


async def test_nothing_can_be_decided_where_nothing_waits(office: Desk) -> None:
    await share_of_anna(office, own_words=False)

    answers = [await office.post(f"/v1/approvals/{at}", verdict(), by="hr") for at in (1, 99_999)]

    assert [(answer.status_code, problem(answer)) for answer in answers] == [(404, "not-found")] * 2


async def test_after_its_time_it_is_not_listed_and_can_not_be_decided(office: Desk) -> None:
    position = await share_of_anna(office)
    office.house.now += 14 * DAY_MS

    late = await office.post(f"/v1/approvals/{position}", verdict(), by="hr")

    assert (await listed(office), late.status_code, problem(late)) == ([], 409, "wrong-state")
    assert "POST /v1/awards" in late.json()["detail"]


async def test_while_history_is_told_its_last_entry_says_what_time_it_is(office: Desk) -> None:
    position = await share_of_anna(office)
    row = await office.house.read.hget(office.house.keys.states, "o")
    organization = decode_state("o", cast("bytes", row))
    assert isinstance(organization, OrganizationState)
    organization.history = True
    await office.house.write.hset(office.house.keys.states, "o", encode_state(organization))
    office.house.now += 365 * DAY_MS

    assert await listed(office) == [position]


async def test_nobody_decides_about_what_they_get(office: Desk) -> None:
    event = share("email:helga@example.org", id="hers")
    await office.right("POST", "/v1/events", event, by="source")
    await office.house.judge()
    position = await office.house.position()

    own = await office.post(f"/v1/approvals/{position}", verdict(), by="helga of hr")
    other = await office.right("POST", f"/v1/approvals/{position}", verdict(), by="other hr")
    await office.house.judge()

    assert (own.status_code, problem(own)) == (403, "not-allowed")
    assert other["position"] == position + 1
    assert await points(office, "helga") == PAYS


async def test_nobody_decides_about_what_they_gave(office: Desk) -> None:
    award = {"member": "email:anna@example.org", "points": 500, "reason": "Spoke at the fair"}
    position = (await office.right("POST", "/v1/awards", award, by="helga of hr"))["position"]
    await office.token("helga's second", "hr", member=await office.house.parts.members.find("email:helga@example.org"))
    await office.house.judge()

    (row,) = (await office.right("GET", "/v1/approvals", by="hr"))["approvals"]
    own = [await office.post(f"/v1/approvals/{position}", verdict(), by=by) for by in ("helga of hr", "helga's second")]
    await office.right("POST", f"/v1/approvals/{position}", verdict(), by="hr")
    await office.house.judge()

    assert token_digest(office.secret("helga of hr")).startswith(row["given_by"])
    assert [problem(answer) for answer in own] == ["not-allowed"] * 2
    assert await points(office) == 500


async def test_where_administrators_decide_hr_does_not(office: Desk) -> None:
    office.house.use(waiting_over(PAYS - 1, office.house.book, "admin"))
    position = await share_of_anna(office)

    by_hr = await office.post(f"/v1/approvals/{position}", verdict(), by="hr")
    await office.right("POST", f"/v1/approvals/{position}", verdict(), by="admin")
    await office.house.judge()

    assert (problem(by_hr), await points(office)) == ("not-allowed", PAYS)


async def test_what_waits_comes_in_pages_the_oldest_first(office: Desk) -> None:
    positions = [await share_of_anna(office, number, channel=each) for number, each in enumerate(("linkedin", "x"))]
    positions.append(await share_of_anna(office, 7, channel="blog"))

    first = await office.right("GET", "/v1/approvals?limit=2", by="hr")
    second = await office.right("GET", f"/v1/approvals?limit=2&cursor={first['cursor']}", by="hr")

    pages = [[each["position"] for each in page["approvals"]] for page in (first, second)]
    assert (pages, second["cursor"]) == ([positions[:2], positions[2:]], None)


async def test_what_an_erased_member_had_waiting_is_gone(office: Desk) -> None:
    position = await share_of_anna(office)
    await erase(office.house, "anna")

    assert await listed(office) == []
    await office.right("POST", f"/v1/approvals/{position}", verdict(), by="hr")
    await office.house.judge()
    entry = await office.house.parts.ledger.entry(position + 2)
    assert entry is not None
    assert (entry.people, entry.lines) == ((), (HoldChanged(position, HoldNow.APPROVED),))


async def test_the_log_names_the_token_by_digits_alone(office: Desk) -> None:
    position = await share_of_anna(office)
    await office.right("POST", f"/v1/approvals/{position}", verdict(), by="helga of hr")

    logged = await office.house.parts.log.entry(position + 1)

    assert logged is not None
    assert isinstance(logged.entry, Verdict)
    assert token_digest(office.secret("helga of hr"))[:16] == logged.entry.by
    assert b"helga" not in logged.payload


async def test_a_try_tells_what_would_wait(office: Desk) -> None:
    (tried,) = (await office.right("POST", "/v1/events?try=true", share(), by="source"))["tried"]

    assert tried["points"] == 0
    assert "a colleague in HR agrees first" in tried["lines"][0]


async def erase(house: House, name: str) -> None:
    """As `sulka members erase` does."""
    parts = house.parts
    member = await parts.members.find(f"email:{name}@example.org")
    assert member is not None
    eraser = Eraser(
        directory=parts.directory,
        looks=parts.looks,
        notices=parts.notices,
        log=parts.log,
        reader=parts.reader,
        recorder=parts.recorder,
        waiting=house.waiting,
        naming=NamingDeliveries(parts.deliveries, parts.directory),
        secret=b"s" * 32,
    )
    await eraser.erase(await eraser.gather(member), house.when)
    await house.judge()
