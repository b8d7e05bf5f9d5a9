"""Subscriptions as an administrator keeps them, and what is shown of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from api.v1.subscription_forms import ADD
from tests.api.desk import Desk, problem
from tests.api.test_asked import answer, asks_first
from tests.run.outbox.office import Office
from tests.run.outbox.receiving import Receiver, answering

HOOK = {"title": "Ours", "kinds": ["points.posted"]}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def office(organization: str, write: Redis, read: Redis, receiver: Receiver) -> Office:
    office = Office(organization, write, read, receiver.origin)
    await office.open("anna")
    return office


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Desk]:
    async with Desk(office.house) as desk:
        yield desk


async def add(desk: Desk, **more: object) -> tuple[str, Any]:
    """A subscription; its id and secret."""
    made = await desk.right("POST", "/v1/subscriptions", {**ADD, **more}, by="admin")
    return made["subscription"]["id"], made["secret"]


async def shown(desk: Desk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await desk.right("GET", "/v1/subscriptions", by="admin"))["subscriptions"]
    return found


async def test_the_secret_is_shown_once_and_neither_it_nor_the_address_lies_in_the_store(desk: Desk) -> None:
    id_, secret = await add(desk, url="https://hooks.example.org/sulka/in?token=t0k3n")

    (view,) = await shown(desk)
    rows = await desk.house.read.hgetall(desk.house.keys.outbox)
    stored = repr(rows)
    assert (view["id"], view["url"], view["secrets"]) == (id_, "https://hooks.example.org/sulka/in", 1)
    assert secret.startswith("whsec_")
    assert "secret" not in view
    for word in (secret, secret.removeprefix("whsec_"), "t0k3n", "hooks.example.org"):
        assert word not in stored


async def test_of_a_channel_only_the_origin_is_shown_and_it_has_no_secret(desk: Desk) -> None:
    kinds = ["recognition.named"]
    _, secret = await add(desk, url="https://chat.example.org/services/T0/B0/s3cret", format="slack", kinds=kinds)

    (view,) = await shown(desk)
    assert (secret, view["url"], view["secrets"]) == (None, "https://chat.example.org/…", 0)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://hooks.example.org/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://hooks.example.org:8443/"}, "/url"),
        ({"url": "hooks"}, "/url"),
        ({"kinds": []}, "/kinds"),
        ({"kinds": ["points.won"]}, "/kinds/0"),
        ({"format": "slack", "kinds": ["recognition.named", "points.posted"]}, "/kinds/1"),
        ({"format": "smoke"}, "/format"),
        ({"title": ""}, "/title"),
        ({"secret": "mine"}, "/secret"),
    ],
)
async def test_what_can_not_be_told_is_refused_at_its_place(desk: Desk, body: dict[str, object], pointer: str) -> None:
    answer = await desk.post("/v1/subscriptions", {**ADD, **body}, by="admin")

    assert problem(answer) == "does-not-fit"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert await shown(desk) == []


async def test_only_administrators_keep_subscriptions(desk: Desk) -> None:
    id_, _ = await add(desk)
    calls = (
        ("GET", "", None),
        ("POST", "", ADD),
        ("PATCH", f"/{id_}", {"title": "x"}),
        ("DELETE", f"/{id_}", None),
        ("POST", f"/{id_}/test", None),
        ("POST", f"/{id_}/replay", {"position": 1}),
        ("GET", f"/{id_}/deliveries", None),
    )

    answers = [
        await desk.call(method, f"/v1/subscriptions{path}", body, by=by)
        for method, path, body in calls
        for by in ("hr", "source")
    ]

    assert {answer.status_code for answer in answers} == {403}


async def test_what_is_changed_is_changed_and_the_rest_stays(desk: Desk) -> None:
    id_, _ = await add(desk)
    (before,) = await shown(desk)

    changed = await desk.right(
        "PATCH", f"/v1/subscriptions/{id_}", {"title": "Other", "kinds": ["badge.granted"]}, by="admin"
    )
    moved = await desk.right("PATCH", f"/v1/subscriptions/{id_}", {"url": "https://other.example.org/"}, by="admin")
    refused = await desk.call("PATCH", f"/v1/subscriptions/{id_}", {"url": "https://10.0.0.1/"}, by="admin")

    assert changed["secret"] is None
    assert changed["subscription"] == {**before, "title": "Other", "kinds": ["badge.granted"]}
    assert moved["subscription"]["url"] == "https://other.example.org/"
    assert problem(refused) == "does-not-fit"
    assert await shown(desk) == [moved["subscription"]]


async def test_a_channel_has_no_secret_to_change(desk: Desk) -> None:
    id_, _ = await add(desk, format="teams", kinds=["thanks.received"])

    answer = await desk.call("PATCH", f"/v1/subscriptions/{id_}", {"new_secret": True}, by="admin")

    assert problem(answer) == "does-not-fit"


async def test_a_test_says_what_the_receiver_answers_and_makes_all_that_waits_due(
    desk: Desk, office: Office, receiver: Receiver
) -> None:
    id_, secret = await add(desk, url=receiver.url, **HOOK)
    courier = await office.courier()
    await office.share("anna")
    receiver.behave = lambda _: answering(500)
    for _ in range(6):
        await courier.send_due(id_)
        office.house.now += 3_600_000
    assert (await shown(desk))[0]["state"] == "failing"
    failed = await desk.right("POST", f"/v1/subscriptions/{id_}/test", by="admin")
    receiver.behave = lambda _: answering(200)

    passed = await desk.right("POST", f"/v1/subscriptions/{id_}/test", by="admin")
    await courier.send_due(id_)

    assert (failed["arrived"], failed["status"]) == (False, 500)
    assert (passed["arrived"], passed["status"], passed["why"]) == (True, 200, None)
    assert [each.json["type"] for each in receiver.arrived] == ["test.sent", "points.posted", "points.posted"]
    assert all(each.is_signed_by(secret) for each in receiver.arrived)
    assert (await shown(desk))[0]["state"] == "active"


async def test_deliveries_say_what_was_tried_what_waits_and_when(
    desk: Desk, office: Office, receiver: Receiver
) -> None:
    id_, _ = await add(desk, url=receiver.url, **HOOK)
    await office.share("anna")
    receiver.behave = lambda _: answering(503)
    await (await office.courier()).send_due(id_)

    found = await desk.right("GET", f"/v1/subscriptions/{id_}/deliveries", by="admin")

    (tried,), first = found["tries"], receiver.received[0].id
    expected = {"message": first, "type": "points.posted", "arrived": False, "status": 503, "why": None}
    assert tried | expected == tried
    assert tried["next_at"] == "2026-11-23T10:00:05.000Z"
    assert [(each["message"] == first, each["tries"]) for each in found["waiting"]] == [(True, 1), (False, 0)]
    assert found["given_up"] == []


async def test_a_replay_begins_at_a_position_or_at_a_moment(desk: Desk, office: Office, receiver: Receiver) -> None:
    id_, _ = await add(desk, url=receiver.url, **HOOK)
    courier = await office.courier()
    await office.share("anna")
    office.house.now += 3_600_000
    await office.share("anna", at=1)
    await courier.send_due(id_)
    first = [each.id for each in receiver.arrived]

    await desk.right("POST", f"/v1/subscriptions/{id_}/replay", {"since": "2026-11-23T10:30:00Z"}, by="admin")
    await courier.send_due(id_)
    await desk.right("POST", f"/v1/subscriptions/{id_}/replay", {"position": 1}, by="admin")
    await courier.send_due(id_)

    assert [each.id for each in receiver.arrived] == [*first, *first[2:], *first]


@pytest.mark.parametrize(
    "body", [{}, {"position": 1, "since": "2026-11-23T10:30:00Z"}, {"position": 999}, {"since": "yesterday"}]
)
async def test_a_replay_from_nowhere_is_refused(desk: Desk, body: object) -> None:
    id_, _ = await add(desk)

    answer = await desk.post(f"/v1/subscriptions/{id_}/replay", body, by="admin")

    assert problem(answer) == "does-not-fit"


async def test_who_is_dropped_is_told_nothing_more_and_nothing_is_left_of_it(
    desk: Desk, office: Office, receiver: Receiver
) -> None:
    id_, _ = await add(desk, url=receiver.url, **HOOK)
    await office.share("anna")
    courier = await office.courier()
    await courier.send_due(id_)

    await desk.right("DELETE", f"/v1/subscriptions/{id_}", by="admin")
    await office.share("anna", at=1)
    await courier.send_due(id_)

    assert len(receiver.received) == 2
    assert await shown(desk) == []
    left = [key async for key in desk.house.read.scan_iter(match=f"{desk.house.keys.attempts}*")]
    assert left == []
    assert not [name for name in await desk.house.read.hkeys(desk.house.keys.outbox) if id_.encode() in name]


async def test_metrics_count_receivers_by_how_they_are_doing(desk: Desk) -> None:
    first, _ = await add(desk)
    await add(desk)
    await desk.right("PATCH", f"/v1/subscriptions/{first}", {"state": "disabled"}, by="admin")

    page = (await desk.call("GET", "/metrics", by=None)).text

    assert 'sulka_outbox_subscriptions{state="active"} 1.0' in page
    assert 'sulka_outbox_subscriptions{state="disabled"} 1.0' in page
    assert 'sulka_outbox_subscriptions{state="failing"} 0.0' in page


async def test_a_recognition_that_asks_first_is_told_to_nobody_before_the_yes(
    organization: str, write: Redis, read: Redis, receiver: Receiver
) -> None:
    office = Office(organization, write, read, receiver.origin)
    await office.open()
    async with Desk(office.house) as desk:
        hook, _ = await add(desk, url=f"{receiver.origin}/hook", kinds=["recognition.named"])
        chat, _ = await add(desk, url=f"{receiver.origin}/chat", kinds=["recognition.named"], format="slack")
        courier = await office.courier()
        members = await asks_first(desk)
        for id_ in (hook, chat):
            await courier.send_due(id_)
        assert receiver.received == []

        await answer(desk, "shown", by="bea")
        await answer(desk, "shown", by="anna")
        await answer(desk, "hidden", by="anna")
        for id_ in (hook, chat):
            await courier.send_due(id_)

        told = [each for each in receiver.received if each.path == "/hook"]
        channel = [each for each in receiver.received if each.path == "/chat"]
        assert [(each.member, each.json["data"]["place"]) for each in told] == [(members["bea"], 2)]
        assert [each.json["text"] for each in channel] == ["Advocate of the week (2026-W48): Bea"]
