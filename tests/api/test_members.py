"""Members, what they choose, and what HR says by hand."""

import asyncio
import dataclasses

import msgspec
import pytest

from engine.core.entries import Act, Blank, MemberFacts, MembershipChanged, encode_entry
from engine.core.membership import MOST_ABSENCES, MOST_PAUSES
from engine.core.rules import Pays
from engine.store.log import Append, Row
from tests.api.desk import Desk, problem
from tests.api.house import programme, share

BALANCE = 0


async def test_a_member_is_known_by_a_random_id_and_their_aliases(desk: Desk) -> None:
    made = await desk.right(
        "POST", "/v1/members", {"name": "Anna", "email": "Anna@Example.org", "team": "red"}, by="hr"
    )

    assert "anna" not in made["id"].lower()
    assert (await desk.house.parts.directory.resolve(["email:anna@example.org"])) == {
        "email:anna@example.org": made["id"]
    }
    assert made["position"] == await desk.house.position()


async def test_an_alias_that_somebody_has_is_refused(desk: Desk) -> None:
    await desk.house.member("anna")
    before = await desk.house.position()

    answer = await desk.post("/v1/members", {"name": "Bea", "email": "anna@example.org"}, by="hr")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")
    assert await desk.house.position() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "Anna", "tema": "red"}, "/tema"),
        ({"name": "Anna", "country": "Finland"}, "/country"),
        ({"name": "Anna", "country": "FI\n"}, "/country"),
        ({"name": "Anna", "language": "fi\n"}, "/language"),
        ({"name": "Anna", "started_on": "2024-03\n"}, "/started_on"),
        ({"name": "Anna", "time_zone": "Europe/Helsinky"}, "/time_zone"),
        ({"name": "Anna", "aliases": ["anna"]}, "/aliases/0"),
        ({"name": "Anna", "invited_by": "m-nobody"}, "/invited_by"),
        ({"name": "Anna", "started_on": "2024-13"}, "/started_on"),
    ],
)
async def test_a_wrong_member_is_refused_at_its_field(desk: Desk, body: object, pointer: str) -> None:
    before = await desk.house.position()

    answer = await desk.post("/v1/members", body, by="hr")

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await desk.house.position() == before


async def test_changing_one_fact_keeps_the_others(desk: Desk) -> None:
    body = {"name": "Anna", "email": "anna@example.org", "country": "FI", "team": "red", "started_on": "2024-03"}
    anna = (await desk.right("POST", "/v1/members", body, by="hr"))["id"]
    await desk.house.judge()

    await desk.right("PATCH", f"/v1/members/{anna}", {"team": "blue"}, by="hr")
    await desk.house.judge()

    facts = (await desk.house.parts.members.state(anna)).facts
    assert (facts.team, facts.country, facts.started_on) == ("blue", "FI", 2024 * 12 + 2)
    assert (await desk.house.parts.directory.resolve(["email:anna@example.org"])) == {"email:anna@example.org": anna}


async def test_changes_of_different_things_at_the_same_moment_all_stay(desk: Desk) -> None:
    """Nothing is judged in between, and each call reads what there is before any has written."""
    anna = (await desk.right("POST", "/v1/members", {"name": "A", "country": "SE", "team": "red"}, by="hr"))["id"]
    changes: list[dict[str, object]] = [
        {"name": "Anna"},
        {"email": "anna@example.org"},
        {"team": "blue"},
        {"department": "Sales"},
        {"country": "FI"},
        {"language": "fi"},
        {"is_leader": True},
        {"started_on": "2024-03"},
    ]

    await asyncio.gather(
        *(desk.right("PATCH", f"/v1/members/{anna}", change, by="hr") for change in changes),
    )
    await desk.house.judge()

    record = await desk.house.parts.members.record(anna)
    facts = (await desk.house.parts.members.state(anna)).facts
    assert (record.name, record.email, record.aliases) == ("Anna", "anna@example.org", ("email:anna@example.org",))
    assert facts == MemberFacts("FI", "blue", "Sales", None, "fi", 2024 * 12 + 2, is_leader=True)


async def test_a_value_that_is_taken_away_leaves_the_others(desk: Desk) -> None:
    said = {"name": "A", "email": "a@example.org", "country": "SE", "team": "red"}
    anna = (await desk.right("POST", "/v1/members", said, by="hr"))["id"]

    await desk.right("PATCH", f"/v1/members/{anna}", {"team": None}, by="hr")
    await desk.house.judge()

    facts = (await desk.house.parts.members.state(anna)).facts
    assert (facts.team, facts.country) == (None, "SE")


@pytest.mark.parametrize("name", ["email:Anna@Example.org", "id"])
async def test_whoever_invited_somebody_is_paid_by_whatever_name_they_were_told(desk: Desk, name: str) -> None:
    anna = await desk.as_member("anna")
    book = programme()
    invite = dataclasses.replace(book.rules[0], pays=Pays(who="invited_by"), once=None, limits=(), fade=None)
    desk.house.use(msgspec.structs.replace(book, rules=(invite,)))
    said = {"name": "Bea", "email": "bea@example.org", "invited_by": anna if name == "id" else name}
    bea = (await desk.right("POST", "/v1/members", said, by="hr"))["id"]
    carl = (await desk.right("POST", "/v1/members", {"name": "Carl", "email": "carl@example.org"}, by="hr"))["id"]
    await desk.house.judge()
    await desk.right("PATCH", f"/v1/members/{carl}", {"invited_by": said["invited_by"]}, by="hr")
    for member in (bea, carl):
        await desk.house.parts.members.choose(member, "join", desk.house.when)

    for who in ("bea", "carl"):
        await desk.right("POST", "/v1/events", share(f"email:{who}@example.org", id=who), by="source")
    await desk.house.judge()

    assert (await desk.house.parts.members.state(anna)).balances[BALANCE] == 20


async def test_nobody_has_invited_themselves(desk: Desk) -> None:
    anna = await desk.house.member("anna")
    await desk.house.judge()
    before = await desk.house.position()

    answers = [
        await desk.call("PATCH", f"/v1/members/{anna}", {"invited_by": name}, by="hr")
        for name in (anna, "email:anna@example.org", "email:nobody@example.org")
    ]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(422, "does-not-fit")}
    assert [answer.json()["errors"][0]["pointer"] for answer in answers] == ["/invited_by"] * 3
    assert await desk.house.position() == before


async def test_an_unknown_member_can_not_be_changed(desk: Desk) -> None:
    answer = await desk.call("PATCH", "/v1/members/m-nobody", {"team": "blue"}, by="hr")

    assert (answer.status_code, problem(answer)) == (404, "not-found")


async def test_only_the_member_joins_and_acts_count_from_then_on(desk: Desk) -> None:
    await desk.as_member("anna", joined=False)
    await desk.post("/v1/events", share(id="before"))

    joined = await desk.right("POST", "/v1/me/membership", {"change": "join"}, by="anna")
    await desk.post("/v1/events", share(id="after"))

    assert joined["status"] == "joined"
    assert (await desk.post("/v1/me/membership", {"change": "join"}, by="hr")).status_code == 403
    entries = [logged.entry for logged in await desk.house.parts.log.read(0, 100)]
    assert [type(entry) for entry in entries if isinstance(entry, Act | Blank)] == [Blank, Act]


async def test_a_choice_that_means_nothing_is_refused(desk: Desk) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    answers = [await desk.post("/v1/me/membership", {"change": change}, by="anna") for change in ("join", "resume")]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(409, "wrong-state")}
    assert await desk.house.position() == before


@pytest.mark.parametrize(
    "body",
    [
        {"change": "quit"},
        {"change": "away"},
        {"change": "away", "first_day": "2026-11-30", "last_day": "2026-11-24"},
        {"change": "away", "first_day": "2026-02-30", "last_day": "2026-03-02"},
        {"change": "pause", "first_day": "2026-11-24"},
    ],
)
async def test_a_wrong_choice_is_refused(desk: Desk, body: object) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    answer = await desk.post("/v1/me/membership", body, by="anna")

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    assert await desk.house.position() == before


async def test_being_away_is_no_pause(desk: Desk) -> None:
    await desk.as_member("anna")

    body = {"change": "away", "first_day": "2026-11-24", "last_day": "2026-11-30"}
    chosen = await desk.right("POST", "/v1/me/membership", body, by="anna")

    assert chosen["status"] == "joined"


async def append(desk: Desk, entry: MembershipChanged, *rows: Row) -> None:
    """One entry, past the door."""
    item = Append(mark=None, digest=None, payload=encode_entry(entry), recorded=desk.house.now, rows=rows)
    assert (await desk.house.parts.log.append([item]))[0].status == "accepted"


async def test_times_away_are_taken_until_no_more_are_kept_and_then_only_what_meets_one(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    day = 20_000
    for number in range(MOST_ABSENCES):
        await append(desk, MembershipChanged(anna, "away", 0, day + 2 * number, day + 2 * number))
    await desk.house.judge()

    more = await desk.post(
        "/v1/me/membership", {"change": "away", "first_day": "2031-11-24", "last_day": "2031-11-30"}, by="anna"
    )
    meets = await desk.post(
        "/v1/me/membership", {"change": "away", "first_day": "2024-10-04", "last_day": "2024-10-06"}, by="anna"
    )

    assert (more.status_code, problem(more), meets.status_code) == (409, "wrong-state", 200)


async def test_pauses_are_taken_until_no_more_are_kept_and_who_pauses_can_still_go_on(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    before = (await desk.house.parts.directory.memberships([anna]))[anna]
    row = msgspec.structs.replace(before, pauses=(1,) * (2 * MOST_PAUSES - 2))
    written = desk.house.parts.directory.membership_row(anna, row, before)
    await append(desk, MembershipChanged(anna, "join", 0), written)

    changes = ("pause", "resume", "pause", "leave", "join")
    answers = [await desk.post("/v1/me/membership", {"change": change}, by="anna") for change in changes]

    assert [answer.status_code for answer in answers] == [200, 200, 409, 200, 409]


async def test_a_place_that_is_not_named_stays_as_it_is(desk: Desk) -> None:
    await desk.as_member("anna")

    chosen = await desk.right("POST", "/v1/me/visibility", {"wall": "hidden"}, by="anna")

    assert [chosen[place] for place in ("boards", "wall", "badges")] == ["shown", "hidden", "shown"]


async def test_awards_and_corrections_change_the_balance_once(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    award = {"member": anna, "points": 50, "reason": "Spoke at the fair", "id": "fair"}

    first = await desk.right("POST", "/v1/awards", award, by="hr")
    again = await desk.right("POST", "/v1/awards", award, by="hr")
    other = await desk.post("/v1/awards", {**award, "points": 60}, by="hr")
    correction = {"member": "email:anna@example.org", "amount": -20, "reason": "Too much"}
    await desk.right("POST", "/v1/corrections", correction, by="admin")
    await desk.house.judge()

    assert first == again
    assert (other.status_code, problem(other)) == (409, "content-conflict")
    assert (await desk.house.parts.members.state(anna)).balances[BALANCE] == 30


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("awards", {"member": "anna@x:y", "points": 5, "reason": "r"}, 404),
        ("awards", {"member": "email:anna@example.org", "reason": "r"}, 422),
        ("awards", {"member": "email:anna@example.org", "points": 5}, 422),
        ("awards", {"member": "email:anna@example.org", "points": 5, "reason": "r", "currency": "coin"}, 422),
        ("awards", {"member": "email:anna@example.org", "badge": "expret", "reason": "r"}, 422),
        ("awards", {"member": "email:anna@example.org", "badge": "expert", "tier": 2, "reason": "r"}, 422),
        ("corrections", {"member": "email:anna@example.org", "amount": 0, "reason": "r"}, 422),
        ("corrections", {"member": "email:anna@example.org", "amount": 10**10, "reason": "r"}, 422),
        ("content", {"id": "a|b"}, 422),
        ("content", {"id": "a", "published": "yesterday"}, 422),
        ("retractions", {"key": "k"}, 422),
        ("retractions", {"content": "c"}, 422),
        ("retractions", {"key": "k", "source": "hub", "content": "c", "member": "email:anna@example.org"}, 422),
        ("retractions", {"content": "c", "member": "email:nobody@example.org"}, 404),
    ],
)
async def test_what_hr_can_not_say_changes_nothing(desk: Desk, path: str, body: object, status: int) -> None:
    await desk.house.member("anna")
    before = await desk.house.position()

    answer = await desk.post(f"/v1/{path}", body, by="hr")

    assert answer.status_code == status, answer.text
    assert problem(answer)
    assert await desk.house.position() == before


async def test_a_source_takes_back_its_own_event_by_key(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.post("/v1/events", share(key="post-7"))
    await desk.house.judge()
    paid = (await desk.house.parts.members.state(anna)).balances[BALANCE]

    await desk.right("POST", "/v1/retractions", {"key": "post-7"}, by="source")
    await desk.house.judge()

    assert paid == 10
    assert (await desk.house.parts.members.state(anna)).balances.get(BALANCE, 0) == 0
    foreign = await desk.post("/v1/retractions", {"key": "post-7", "source": "crm"})
    assert (foreign.status_code, problem(foreign)) == (403, "foreign-source")


async def test_content_is_made_known(desk: Desk) -> None:
    body = {"id": "post-1", "published": "2026-11-20T08:00:00+02:00", "topics": ["hiring"]}

    answer = await desk.right("POST", "/v1/content", body, by="source")

    assert answer["position"] == await desk.house.position()
