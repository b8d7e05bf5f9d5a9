"""Nothing of one organization is visible or changeable from another: every operation, every id, every role."""

import json
from collections.abc import Iterator

import pytest

from api.v1.subscription_forms import ADD
from engine.run.organizations import of_organization
from engine.store.organizations import OrganizationRecord
from tests.api.connected import deliver, listed
from tests.api.desk import Desk, problem
from tests.api.house import House, share
from tests.api.test_problems_listed import WHY, Call, calls

ALIAS = "email:anna@example.org"
ROLES = ("admin", "hr", "source", "anna")
OF_THE_INSTALLATION = {"add_organization", "organizations", "change_organization"}


class Place:
    """An organization full of things under the names that the other one uses too, and with words of its own."""

    def __init__(self, house: House, desk: Desk, word: str) -> None:
        self.house, self.desk, self.word = house, desk, word
        self.ids: dict[str, str] = {}
        self.secret = ""

    @property
    def own_words(self) -> set[str]:
        """What stands nowhere else."""
        return {self.word, self.word.title(), self.ids["member"]}

    async def fill(self) -> None:
        desk = self.desk
        await desk.__aenter__()
        anna, bea = await desk.as_member("anna"), await desk.as_member("bea")
        await desk.right("PATCH", f"/v1/members/{anna}", {"name": f"Anna {self.word.title()}"}, by="hr")
        await desk.right("POST", "/v1/events", share(id=f"{self.word}-1", data={"words": self.word}), by="source")
        await desk.right("POST", "/v1/events", share("email:nobody@example.org", id=f"{self.word}-2"), by="source")
        thanks = {"to": bea, "text": f"Thank you, {self.word}"}
        await desk.right("POST", "/v1/thanks", thanks, by="anna")
        award = {"member": anna, "points": 5, "reason": f"For {self.word}"}
        await desk.right("POST", "/v1/awards", award, by="hr")
        await desk.right("GET", f"/v1/members/{anna}?reason=for+the+{self.word}+talk", by="hr")
        code = (await desk.right("POST", "/v1/me/links", by="anna"))["code"]
        linked = {"alias": f"chat:{self.word}", "code": code}
        await desk.right("POST", "/v1/links", linked, by="source")
        await self.house.judge()
        tool = {"name": "tool", "title": f"The tool of {self.word}", "profile": "sha256"}
        made = (await desk.right("POST", "/v1/sources", tool, by="admin"))["secret"]
        name = of_organization(self.house.parts.organization, "tool")
        await deliver(desk, {"said": self.word}, name=name, secret=made["secret"])
        self.secret = made["secret"]
        told = {**ADD, "title": f"The receiver of {self.word}"}
        subscription = (await desk.right("POST", "/v1/subscriptions", told, by="admin"))["subscription"]
        self.ids = {
            "alias": linked["alias"],
            "secret": made["id"],
            "subscription": subscription["id"],
            "delivery": (await listed(desk))[0]["id"],
            "member": anna,
            "position": str(await self.house.position()),
            "board": "advocates",
            "event_id": f"{self.word}-1",
            "type": "content.shared",
            "organization": self.house.keys.organization,
        }

    async def rows(self) -> dict[bytes, bytes | None]:
        """All that lies under its keys, as it lies there."""
        read = self.house.read
        names = sorted([key async for key in read.scan_iter(match=f"{self.house.keys.prefix}*", count=1_000)])
        return {key: await read.dump(key) for key in names}


@pytest.fixture
async def places(desk: Desk, house: House) -> dict[str, Place]:
    """The first organization and another one; both are asked through the same application."""
    name = f"{house.keys.organization}-b"
    await house.organizations.add(OrganizationRecord(name, "The other", house.now))
    other = house.other(name)
    await other.publish()
    there = Desk(other)
    desk.use(desk.app)
    there.use(desk.app)
    found = {"main": Place(house, desk, "kuusi"), "other": Place(other, there, "honka")}
    for place in found.values():
        await place.fill()
    return found


def asked(call: Call, of: Place) -> Iterator[tuple[str, object]]:
    """The call about what another organization has: its ids in the address, and in the body for each person."""
    path = call.path.replace("{source}", "tool" if "{delivery}" in call.path or "{secret}" in call.path else "hub")
    for name, value in of.ids.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, f"{path}: say in Place.ids what this id is"
    address = f"{path}?{WHY}" if any(each["name"] == "reason" for each in call.operation["parameters"]) else path
    yield address, call.body
    if call.body is not None and ALIAS in (sent := json.dumps(call.body)):
        yield address, json.loads(sent.replace(ALIAS, of.ids["member"]))


@pytest.mark.parametrize(("from_", "at"), [("main", "other"), ("other", "main")])
async def test_no_operation_shows_or_changes_anything_of_another_organization(
    places: dict[str, Place], from_: str, at: str
) -> None:
    attacker, victim = places[from_], places[at]
    before = await victim.rows()
    wrong: list[str] = []
    seen = 0

    for call in calls():
        if call.name == "stream":
            continue  # its answer has no end; tests/api/test_stream.py says whose it is
        for by in ROLES:
            if from_ == "main" and by == "admin" and call.name in OF_THE_INSTALLATION:
                continue
            for address, body in asked(call, victim):
                answer = await attacker.desk.call(call.method, address, body, by=by)
                seen += 1
                where = f"{by}: {call.method} {address}: {answer.status_code} {answer.text[:200]}"
                told = answer.text
                if answer.status_code in {404, 422}:  # what was asked for is told back
                    for asked_for in victim.ids.values():
                        told = told.replace(asked_for, "")
                if any(word in told for word in victim.own_words):
                    wrong.append(f"shown: {where}")
                if victim.ids["member"] in address and answer.status_code not in {403, 404}:
                    wrong.append(f"let in: {where}")
                if call.name in OF_THE_INSTALLATION and answer.status_code != 403:
                    wrong.append(f"let in: {where}")

    assert wrong == []
    assert seen > 150
    assert await victim.rows() == before


@pytest.mark.parametrize(("from_", "at"), [("main", "other"), ("other", "main")])
async def test_no_token_opens_an_organization_that_it_is_not_of(places: dict[str, Place], from_: str, at: str) -> None:
    attacker, victim = places[from_], places[at]
    before = await victim.rows()
    own = [attacker.desk.secret(by).rpartition("~")[2] for by in ROLES]
    prefix = f"{victim.house.keys.organization}~" if at == "other" else ""
    found = set()

    for call in calls():
        if not call.roles:
            continue
        for secret in own:
            for address, body in asked(call, victim):
                answer = await attacker.desk.call(
                    call.method, address, body, by=None, headers={"authorization": f"Bearer {prefix}{secret}"}
                )
                found.add((answer.status_code, problem(answer)))

    assert found == {(401, "no-token")}
    assert await victim.rows() == before


@pytest.mark.parametrize(("from_", "at"), [("main", "other"), ("other", "main")])
async def test_a_delivery_is_authentic_in_the_organization_of_its_address_alone(
    places: dict[str, Place], from_: str, at: str
) -> None:
    attacker, victim = places[from_], places[at]
    name = of_organization(victim.house.parts.organization, "tool")
    said: dict[str, object] = {"said": "something else"}

    forged = await deliver(victim.desk, said, name=name, secret=attacker.secret)
    nowhere = await deliver(victim.desk, said, name="nobody~tool", secret=victim.secret)
    right = await deliver(victim.desk, said, name=name, secret=victim.secret)

    assert [problem(answer) for answer in (forged, nowhere)] == ["not-authentic"] * 2
    assert forged.content == nowhere.content
    assert right.is_success
    verdicts = [sorted(row["verdict"] for row in await listed(each.desk)) for each in (victim, attacker)]
    assert verdicts == [["not-authentic", "unreadable", "unreadable"], ["unreadable"]]


async def test_the_same_person_is_two_people(places: dict[str, Place]) -> None:
    here, there = places["main"], places["other"]

    assert here.ids["member"] != there.ids["member"]
    names = [await each.desk.right("GET", f"/v1/members/{ALIAS}?{WHY}", by="hr") for each in places.values()]
    assert ["Kuusi" in json.dumps(names[0]), "Honka" in json.dumps(names[1])] == [True, True]
    marks = [
        {field async for field, _ in each.house.read.hscan_iter(f"{each.house.keys.marks}0")}
        for each in places.values()
    ]
    waiting = [await each.house.waiting.awaited() for each in places.values()]
    assert not marks[0] & marks[1]
    assert not waiting[0] & waiting[1]


async def test_an_administrator_of_the_first_organization_adds_lists_limits_and_closes(
    desk: Desk, house: House
) -> None:
    name = f"{house.keys.organization}-new"
    made = await desk.right("POST", "/v1/organizations", {"name": name, "title": "New", "members": 1}, by="admin")
    header = {"authorization": f"Bearer {made['token']}"}

    first = await desk.client.get("/v1/whoami", headers=header)
    people = [
        await desk.client.post("/v1/members", json={"name": each, "aliases": [f"x:{each}"]}, headers=header)
        for each in ("Anna", "Bea")
    ]
    await desk.right("PATCH", f"/v1/organizations/{name}", {"members": 2}, by="admin")
    again = await desk.client.post("/v1/members", json={"name": "Bea", "aliases": ["x:Bea"]}, headers=header)
    listed = await desk.right("GET", "/v1/organizations", by="admin")
    await desk.right("PATCH", f"/v1/organizations/{name}", {"closed": True}, by="admin")
    closed = await desk.client.get("/v1/whoami", headers=header)
    await desk.right("PATCH", f"/v1/organizations/{name}", {"closed": False}, by="admin")
    opened = await desk.client.get("/v1/whoami", headers=header)

    assert first.json()["role"] == "admin"
    assert [answer.status_code for answer in (*people, again)] == [201, 409, 201]
    assert "as many members as it may have" in people[1].json()["detail"]
    assert [(each["name"], each["members"], each["closed"]) for each in listed["organizations"]] == [(name, 2, False)]
    assert problem(closed) == "no-token"
    assert opened.is_success


async def test_health_and_metrics_are_of_all_that_are_open_and_sound(places: dict[str, Place], desk: Desk) -> None:
    here, there = places["main"].house, places["other"].house
    await there.post(share(id="late"))

    ready = (await desk.call("GET", "/health/ready", by=None)).json()
    page = (await desk.call("GET", "/metrics", by=None, headers={"authorization": f"Bearer {'m' * 32}"})).text
    await there.write.delete(there.keys.door)
    await there.write.set(there.keys.door, "what nobody of ours writes")
    without = (await desk.call("GET", "/health/ready", by=None)).json()

    assert ready["position"] == await here.position() + ready["judged"] - await here.parts.reader.judged() + 1
    assert ready["furthest_behind"] == 1
    assert f"sulka_log_position {float(ready['position'])}" in page
    assert "sulka_lag_entries 1.0" in page
    assert without["position"] == await here.position()
