"""Whose a token is: of one organization alone, however it is sent."""

import pytest
from litestar import Litestar
from litestar.datastructures import State

from api.all_parts import LOOK_SECONDS, AllParts
from api.fast_lane import FastLane
from engine.run.organizations import own_secret
from engine.store.organizations import MAIN, OrganizationRecord
from tests.api.desk import Desk, problem
from tests.api.house import SECRET, House, share


def named(name: str, **said: object) -> OrganizationRecord:
    """An organization as its administrator has made it."""
    return OrganizationRecord(name, name.title(), 0, **said)  # type: ignore[arg-type]  # what a test says


@pytest.fixture
async def other(house: House) -> House:
    """Another organization in the same installation."""
    other = house.other(f"{house.keys.organization}-other")
    await house.organizations.add(named(other.keys.organization))
    await other.publish()
    return other


async def test_a_token_opens_its_own_organization(desk: Desk, other: House) -> None:
    async with Desk(other) as there:
        answer = await desk.client.get("/v1/whoami", headers={"authorization": f"Bearer {there.secret('source')}"})
        posted = await desk.client.post(
            "/v1/events", json=share(), headers={"authorization": f"Bearer {there.secret('source')}"}
        )

    assert answer.json()["role"] == "source"
    assert posted.json()["waiting"] == 1
    assert [len(await each.waiting.awaited()) for each in (desk.house, other)] == [0, 1]


async def test_a_token_is_nobodys_under_the_name_of_another_organization(desk: Desk, other: House) -> None:
    async with Desk(other) as there:
        secrets = [
            there.secret("admin").partition("~")[2],
            f"{other.keys.organization}~{desk.secret('admin')}",
            f"{MAIN}~{desk.secret('admin')}",
            f"nobody~{there.secret('admin')}",
            f"No Name~{there.secret('admin')}",
            f"~{desk.secret('admin')}",
            "never-made",
        ]
        answers = [
            await desk.client.get("/v1/whoami", headers={"authorization": f"Bearer {secret}"}) for secret in secrets
        ]

    assert {problem(answer) for answer in answers} == {"no-token"}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1


async def test_the_fast_lane_takes_events_of_every_organization_into_its_own(desk: Desk, other: House) -> None:
    async with Desk(other) as there:
        header = {"authorization": f"Bearer {there.secret('source')}"}
        alone = FastLane(Litestar([], state=State({"all_parts": desk.app.state.all_parts}, deep_copy=False)))
        desk.use(desk.app)
        await desk.client.post("/v1/events", json=share(), headers=header)
        there.use_lane(alone)

        again = await there.post("/v1/events", share())

    assert again.json()["results"] == [{"id": "share-1", "status": "waiting", "position": None}]
    assert await desk.house.position() == 1


async def test_a_closed_organization_lets_nobody_in_within_a_second_and_its_own_hear_why(
    house: House, other: House
) -> None:
    clock = [0.0]
    record = named(other.keys.organization)
    all_parts = AllParts(house.parts, house.organizations, lambda _: other.parts, clock=lambda: clock[0])
    await all_parts.of(record.name)

    await house.organizations.change(record, named(record.name, closed=True))
    before = all_parts.seen(record.name), await all_parts.of(record.name)
    clock[0] = LOOK_SECONDS
    seen, after = all_parts.seen(record.name), await all_parts.of(record.name)

    assert before[0] is other.parts
    assert before[1] is not None
    assert not before[1].closed
    assert seen is None
    assert after is not None
    assert after.closed


async def test_only_a_token_hears_that_its_organization_is_closed(desk: Desk, other: House) -> None:
    record = named(other.keys.organization)
    await desk.house.organizations.change(record, named(record.name, closed=True))
    async with Desk(other) as there:
        own = await desk.client.get("/v1/whoami", headers={"authorization": f"Bearer {there.secret('hr')}"})
        strange = await desk.client.get("/v1/whoami", headers={"authorization": f"Bearer {there.secret('nobody')}"})

    assert problem(own) == problem(strange) == "no-token"
    assert "closed" in own.json()["detail"]
    assert "closed" not in strange.json()["detail"]


async def test_limits_hold_from_the_first_call_and_from_the_next_look_after_a_change(
    house: House, other: House
) -> None:
    clock = [0.0]
    all_parts = AllParts(house.parts, house.organizations, lambda _: other.parts, log_entries=7, clock=lambda: clock[0])
    record = named(other.keys.organization)
    await all_parts.of(record.name)
    first = (await other.parts.log.door()).log_limit

    await house.organizations.change(record, named(record.name, log_entries=5))
    clock[0] = LOOK_SECONDS
    await all_parts.of(record.name)

    assert first == 7
    assert (await other.parts.log.door()).log_limit == 5


def test_the_same_thing_has_another_secret_in_each_organization() -> None:
    secrets = {own_secret(SECRET, name) for name in (MAIN, "acme", "acme-2")}

    assert len(secrets) == 3
    assert own_secret(SECRET, MAIN) == SECRET
    assert all(len(secret) <= 64 for secret in secrets)
