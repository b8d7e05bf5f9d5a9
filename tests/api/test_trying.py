"""POST /v1/events?try=true: judged by the real rules on somebody made up, and nothing is stored."""

import dataclasses
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.questions import Condition, Operator, Reading, Scope
from engine.core.questions import Test as OfFact
from engine.core.rules import Pays, Rule
from engine.run.outcomes import When
from tests.api.desk import Desk, problem
from tests.api.house import House, share
from tests.api.test_events import WRONG
from tests.core.history import at
from tests.core.programme import share_rule
from tests.store.building import everything

TRY = "/v1/events?try=true"
EXPERT = {"content": "post-1", "topics": ["hiring"]}


def extra(code: int, pays: Pays, **member: object) -> Rule:
    """Seven more points for a share, where these facts of the member hold."""
    tests = tuple(
        OfFact(reading=Reading(scope=Scope.MEMBER, name=name), operator=Operator.IS, operand=value)  # type: ignore[arg-type]  # facts as rules say them
        for name, value in member.items()
    )
    return dataclasses.replace(
        share_rule(),
        code=code,
        id=f"extra-{code}",
        condition=Condition(all_of=tests),
        points=7,
        fade=None,
        limits=(),
        counts=(),
        once=None,
        pays=pays,
    )


async def tried(desk: Desk, *, by: str = "source", language: str = "en", **event: Any) -> Any:  # noqa: ANN401 - decoded JSON
    """What one share would lead to."""
    answer = await desk.right("POST", TRY, share(**event), by=by, headers={"accept-language": language})
    (one,) = answer["tried"]
    return one


async def test_a_try_says_points_and_why_in_the_language_that_is_asked_for(desk: Desk) -> None:
    english = await tried(desk)
    finnish = await tried(desk, language="fi-FI, en;q=0.5")

    assert (english["id"], english["subject"]) == ("share-1", "email:anna@example.org")
    assert (english["points"], english["balances"]) == (10, {"points": 10, "coins": 10})
    assert any("Share in your own words" in line for line in english["lines"])
    assert any("Jako omin sanoin" in line for line in finnish["lines"])
    assert english["badges"] == english["others"] == []


async def test_a_try_says_why_nothing_would_be_paid(desk: Desk) -> None:
    found = await tried(desk, data={"own_words": False})

    assert found["points"] == 0
    assert found["lines"]


async def test_a_badge_that_the_first_act_earns_is_named(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    (badge,) = house.book.badges
    first = dataclasses.replace(badge, tiers=(dataclasses.replace(badge.tiers[0], at=1), badge.tiers[1]))
    house.book = msgspec.structs.replace(house.book, badges=(first,))
    await house.publish()
    async with Desk(house) as desk:
        english, finnish = await tried(desk, data=EXPERT), await tried(desk, data=EXPERT, language="fi")

    assert english["badges"] == [{"id": "expert", "title": "hiring: expert path – starter", "value": "hiring"}]
    assert finnish["badges"][0]["title"] == "hiring: asiantuntijan polku – alku"


async def test_a_try_writes_nothing_at_all(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.post("/v1/events", share(id="before"))
    await desk.house.judge()
    before = await everything(desk.house.read, desk.house.keys.organization)

    for by in ("source", "hr", "admin"):
        await desk.right("POST", TRY, [share(id="before"), share("slack:nobody", id="new", key="k")], by=by)
    await desk.post(TRY, share(type="content.shard"))

    assert await everything(desk.house.read, desk.house.keys.organization) == before


async def test_what_was_tried_is_what_a_newcomer_gets(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    event: dict[str, Any] = {"data": EXPERT, "key": "k"}
    before = await tried(desk, **event)

    await desk.right("POST", "/v1/events", share(**event), by="source")
    await desk.house.judge()

    state = await desk.house.parts.members.state(anna)
    told = await desk.right("GET", f"/v1/me/receipts/{await desk.house.position()}", by="anna")
    assert before["points"] == state.balances[0] == 10
    assert before["lines"] == told["sentences"]
    assert await tried(desk, **event) == before


async def test_the_answer_is_the_same_whoever_the_subject_is(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea", joined=False)
    await desk.post("/v1/events", share(id="earlier"))
    await desk.house.judge()
    people = ("email:anna@example.org", "email:bea@example.org", "email:nobody@example.org", "abcdefghijkm")

    answers = [await tried(desk, subject=person) for person in people]

    assert [answer.pop("subject") for answer in answers] == list(people)
    assert answers == [answers[0]] * len(people)


async def test_facts_beside_the_event_are_those_of_the_made_up_member(
    organization: str, write: Redis, read: Redis
) -> None:
    house = House(organization, write, read)
    rules = (
        *house.book.rules,
        extra(80, Pays(), team="blue"),
        extra(81, Pays(), country="SE", is_leader=True),
        extra(82, Pays(who="invited_by")),
        extra(83, Pays(who="field", field="helper")),
    )
    house.book = msgspec.structs.replace(house.book, rules=rules)
    await house.publish()
    async with Desk(house) as desk:
        plain = await tried(desk)
        facts = {"team": "blue", "country": "SE", "is_leader": True, "started_on": "2024-03"}
        told = await tried(desk, facts=facts)
        cloud = {**share(facts=facts), "specversion": "1.0", "source": "hub"}
        as_cloud_event = await desk.call("POST", TRY, cloud, kind="application/cloudevents+json")
        invited = await tried(desk, facts={"invited_by": "email:carl@example.org"})
        helped = await tried(desk, data={"helper": "email:dora@example.org"})
        by_oneself = await tried(desk, data={"helper": "EMAIL:anna@example.org"})

    assert (plain["points"], told["points"]) == (10, 24)
    assert as_cloud_event.json()["tried"][0]["points"] == 24
    assert [(each["subject"], each["points"]) for each in invited["others"]] == [("email:carl@example.org", 7)]
    assert [(each["subject"], each["points"]) for each in helped["others"]] == [("email:dora@example.org", 7)]
    assert (by_oneself["points"], by_oneself["others"]) == (10, [])


async def test_an_act_of_some_weeks_ago_is_tried_as_a_late_one(desk: Desk) -> None:
    found = await tried(desk, time="2026-11-02T12:00:00Z")

    assert found["points"] == 10
    assert any("after its period had closed" in line for line in found["lines"])


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_event_gets_the_same_problem_as_the_real_call(desk: Desk, name: str) -> None:
    content, _, _ = WRONG[name]
    before = await everything(desk.house.read, desk.house.keys.organization)

    real = await desk.call("POST", "/v1/events", content=content)
    tried_ = await desk.call("POST", TRY, content=content)

    assert (tried_.status_code, problem(tried_)) == (real.status_code, problem(real))
    assert tried_.json().get("errors") == real.json().get("errors")
    assert await everything(desk.house.read, desk.house.keys.organization) == before


async def test_of_an_array_every_fault_is_named_at_its_place(desk: Desk) -> None:
    events = [
        share(id="1"),
        share(id="2", data={"channel": "linkedn"}),
        share(id="3", facts={"cuntry": "FI", "time_zone": "Europe/Helsinky"}),
        share(id="4", facts="blue"),
        share(id="5", source="crm"),
    ]

    answer = await desk.post(TRY, events)

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    body = answer.json()
    assert [(each["id"], each["status"]) for each in body["results"]] == [
        ("1", "tried"),
        ("2", "refused"),
        ("3", "refused"),
        ("4", "refused"),
        ("5", "foreign-source"),
    ]
    assert [error["pointer"] for error in body["errors"]] == [
        "/1/data/channel",
        "/2/facts/cuntry",
        "/2/facts/time_zone",
        "/3/facts",
        "/4/source",
    ]
    assert body["errors"][1]["did_you_mean"] == "country"


async def test_each_event_of_an_array_is_tried_by_itself(desk: Desk) -> None:
    answer = await desk.right("POST", TRY, [share(id=str(number)) for number in range(7)], by="source")

    assert [each["points"] for each in answer["tried"]] == [10] * 7


async def test_facts_are_nothing_that_the_real_call_takes(desk: Desk) -> None:
    answer = await desk.post("/v1/events", share(facts={"team": "blue"}))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/facts")


async def test_hr_tries_what_any_source_or_member_may_say(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    shared = house.book.events["content.shared"]
    by_members = msgspec.structs.replace(shared, said_by=("member",))
    house.book = msgspec.structs.replace(house.book, events={shared.type: by_members})
    await house.publish()
    async with Desk(house) as desk:
        own = await tried(desk, by="hr")
        named = await tried(desk, by="admin", source="crm")
        refused = await desk.post(TRY, share(), by="source")

    assert (own["points"], named["points"]) == (10, 10)
    assert [error["code"] for error in refused.json()["errors"]] == ["not-said-by"]


async def test_only_sources_hr_and_administrators_try_and_only_sources_post(desk: Desk) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()

    member = await desk.post(TRY, share(), by="anna")
    real = [await desk.post(path, share(), by="hr") for path in ("/v1/events", "/v1/events?try=false")]

    assert {(answer.status_code, problem(answer)) for answer in (member, *real)} == {(403, "not-allowed")}
    assert await desk.house.position() == before


@pytest.mark.parametrize("query", ["try=maybe", "try=", "try=True", "try=1", "try=true&try=false", "try=true&try=true"])
async def test_a_try_that_is_neither_yes_nor_no_is_refused(desk: Desk, query: str) -> None:
    before = await desk.house.position()

    answer = await desk.post(f"/v1/events?{query}", share())

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert "expected true or false" in answer.json()["detail"]
    assert await desk.house.position() == before


async def test_try_false_is_the_real_call(desk: Desk) -> None:
    await desk.house.member("anna")
    before = await desk.house.position()

    answer = await desk.post("/v1/events?try=false", share())

    assert answer.status_code == 202
    assert await desk.house.position() == before + 1


async def test_a_time_of_history_can_be_tried_only_while_history_is_open(
    organization: str, write: Redis, read: Redis
) -> None:
    house = House(organization, write, read)
    async with Desk(house) as desk:
        then = {"sulka-recorded-at": "2026-06-01T10:00:00Z"}
        closed = await desk.post(TRY, share(), headers=then)
        await desk.right("POST", "/v1/history", by="admin", headers=then)
        await house.publish(When(at("2026-06-01 14:00"), said=True))
        event = share(time="2026-06-20T10:00:00Z")
        ahead = await desk.post(TRY, event, headers=then)
        fitting = await desk.post(TRY, event, headers={"sulka-recorded-at": "2026-06-20T10:00:00Z"})
        door = await house.parts.log.door()

    assert (closed.status_code, problem(closed)) == (409, "wrong-state")
    assert ahead.json()["errors"][0]["code"] == "time-ahead"
    assert fitting.json()["tried"][0]["points"] == 10
    assert door.history
