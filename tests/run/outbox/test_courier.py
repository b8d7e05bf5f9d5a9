"""What receivers get: everything of those who take part, signed, in order, under ids that never change."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from engine.core.entries import HistoryOpened, Retracted, Tick, encode_entry
from engine.core.lines.badges import BadgeGranted, LevelChanged
from engine.core.lines.ledger import Posted
from engine.run.outbox.courier import Courier, TakenOver
from engine.run.outbox.messages import POSITIONS_AT_ONCE
from engine.run.outbox.subscriptions import MOST_SECRETS, Amended
from engine.run.outbox.waves import WAVE_CHAINS
from engine.run.outcomes import When
from engine.store.log import Append
from engine.store.outbox import MOST_ATTEMPTS
from tests.api.house import HOUR_MS, House
from tests.run.outbox.office import Office
from tests.run.outbox.receiving import Receiver, answering
from tests.run.test_erasing import eraser

SECOND_MS = 1_000
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 10
DAY_MS = 24 * HOUR_MS


async def test_what_happened_arrives_signed_with_opaque_ids_and_no_name(office: Office, receiver: Receiver) -> None:
    members = await office.open("anna")
    id_, secret = await office.subscribe()
    await office.share("anna")

    await (await office.courier()).send_due(id_)

    found = [each.json for each in receiver.received]
    position = await office.house.position()
    assert found == [
        {
            "type": "points.posted",
            "timestamp": "2026-11-23T10:00:00.000Z",
            "data": {
                "member": members["anna"],
                "position": position,
                "currency": currency,
                "amount": 10,
                "cause": cause,
            },
        }
        for currency, cause in (("points", "share-in-own-words"), ("coins", "share-in-own-words"))
    ]
    for each in receiver.received:
        assert each.is_signed_by(secret)
        assert not each.is_signed_by("whsec_" + "A" * 44)
        assert each.headers["webhook-timestamp"] == str(office.now // SECOND_MS)
        assert each.headers["content-type"] == "application/json"
        assert each.path == "/hook"
    assert [each.id for each in receiver.received] == [
        f"msg_{office.organization}_{position}_{each.id.rpartition('_')[2]}" for each in receiver.received
    ]


async def test_only_the_kinds_that_were_asked_for_are_told_and_only_from_the_subscription_on(
    office: Office, receiver: Receiver
) -> None:
    await office.open("anna")
    await office.share("anna")
    id_, _ = await office.subscribe(kinds=("level.changed", "rulebook.published"))
    courier = await office.courier()
    await office.share("anna", at=1)

    await courier.send_due(id_)

    assert [each.json["type"] for each in receiver.received] == ["level.changed"]
    assert receiver.received[0].json["data"] | {"position": 0, "member": ""} == {
        "position": 0,
        "member": "",
        "level": "voice",
        "up": True,
    }


async def test_nobody_is_told_of_those_who_left_or_were_erased_meanwhile(office: Office, receiver: Receiver) -> None:
    members = await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe(kinds=("points.posted",))
    await office.share("anna", "bea", "carl")
    house = office.house
    await house.parts.members.choose(members["anna"], "leave", house.when)
    await erase(house, members["bea"])

    await (await office.courier()).send_due(id_)

    assert {each.member for each in receiver.received} == {members["carl"]}
    assert (await office.lane(id_)).waiting == ()
    assert office.told.count("nobody") == 4


async def test_what_fails_comes_again_under_the_same_id_and_keeps_back_that_member_alone(
    office: Office, receiver: Receiver
) -> None:
    members = await office.open("anna", "bea")
    id_, _ = await office.subscribe(kinds=("points.posted",))
    await office.share("anna", "bea")
    receiver.behave = lambda got: answering(500) if got.member == members["anna"] else answering(200)
    courier = await office.courier()
    await courier.send_due(id_)
    assert {each.member for each in receiver.arrived} == {members["bea"]}
    assert [each.tries for each in (await office.lane(id_)).waiting] == [1, 0]

    receiver.behave = lambda _: answering(200)
    office.house.now += 5 * SECOND_MS
    await courier.send_due(id_)

    of_anna = [each.id for each in receiver.received if each.member == members["anna"]]
    assert of_anna[0] == of_anna[1]
    assert of_anna[1:] == sorted(of_anna[1:], key=place)
    assert len(receiver.arrived) == 4
    assert (await office.lane(id_)).waiting == ()


async def test_a_receiver_that_was_down_for_a_day_gets_everything_in_order_once_each(
    office: Office, receiver: Receiver
) -> None:
    members = await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe()
    courier = await office.courier()
    receiver.behave = lambda _: answering(503)
    for round_ in range(3):
        await office.share("anna", "bea", "carl", at=round_)
    for _ in range(24):
        await courier.send_due(id_)
        office.house.now += HOUR_MS
    assert receiver.arrived == []
    assert len(receiver.received) < 30

    receiver.behave = lambda _: answering(204)
    for _ in range(12):
        await courier.send_due(id_)
        office.house.now += HOUR_MS

    assert len(receiver.arrived) == len({each.id for each in receiver.arrived}) == await lines(office)
    for member in members.values():
        places = [place(each.id) for each in receiver.arrived if each.member == member]
        assert places == sorted(places)


async def test_a_worker_that_was_overtaken_moves_nothing(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    old = await office.courier()
    new = await office.courier()

    with pytest.raises(TakenOver):
        await old.send_due(id_)
    assert receiver.received == []
    await new.send_due(id_)

    assert len(receiver.arrived) == 2


async def test_a_worker_that_is_overtaken_while_it_sends_notes_nothing(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    old = await office.courier(patience_seconds=0.5)
    before = await office.lane(id_)
    sending = asyncio.create_task(old.send_due(id_))
    receiver.says_nothing = True
    await until(lambda: len(receiver.received) == 1)

    new = await office.courier()
    receiver.says_nothing = False
    await asyncio.gather(sending, return_exceptions=True)

    assert isinstance(sending.exception(), TakenOver)
    assert await office.lane(id_) == before
    await new.send_due(id_)
    assert receiver.received[0].id == receiver.arrived[0].id


async def test_a_replay_sends_the_same_ids_again(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    courier = await office.courier()
    await courier.send_due(id_)
    first = [each.id for each in receiver.arrived]

    await office.house.parts.subscriptions.replay(id_, position=1)
    await courier.send_due(id_)

    again = receiver.arrived[len(first) :]
    assert [each.id for each in again if each.member is not None] == first
    assert [each.json["type"] for each in again if each.member is None] == ["rulebook.published"]


async def test_what_is_taken_back_is_told_as_a_negative_amount(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    house = office.house
    id_, _ = await office.subscribe(kinds=("points.posted",))
    await house.post({"id": "k", "type": "content.shared", "subject": "email:anna@example.org", "key": "thing",
                      "data": {"channel": "linkedin", "own_words": True}})  # fmt: skip
    await house.judge()
    entry = (await house.parts.log.entry(await house.position())).entry  # type: ignore[union-attr]
    await house.parts.recorder.append(
        Retracted("source", house.now, key=entry.key, source="hub"),  # type: ignore[union-attr]
        house.when,
    )
    await house.judge()

    await (await office.courier()).send_due(id_)

    assert [each.json["data"]["amount"] for each in receiver.arrived] == [10, 10, -10, -10]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(office: Office, receiver: Receiver, status: int) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    receiver.behave = lambda _: answering(status, f"Location: {receiver.origin}/elsewhere")

    await (await office.courier()).send_due(id_)

    assert [each.path for each in receiver.received] == ["/hook"]
    (attempt,) = await office.house.parts.outbox.attempts(id_, 10)
    assert (attempt.status, attempt.next_at) == (status, office.now + 5 * SECOND_MS)


async def test_what_closes_or_says_nothing_or_no_http_is_a_failure_with_a_reason(
    office: Office, receiver: Receiver
) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    courier = await office.courier(patience_seconds=0.2)
    for answer in (b"", b"SSH-2.0-nothing\r\n\r\n"):
        receiver.behave = lambda _, answer=answer: answer  # type: ignore[misc]
        await courier.send_due(id_)
        office.house.now += HOUR_MS
    receiver.says_nothing = True
    await courier.send_due(id_)

    attempts = await office.house.parts.outbox.attempts(id_, 10)
    assert [each.why for each in attempts] == ["no answer in time", "not an HTTP answer", "no answer"]
    assert {each.status for each in attempts} == {0}


async def test_an_endless_answer_is_not_read_to_its_end(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    receiver.behave = lambda _: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nhello\r\n" * 100_000

    await (await office.courier()).send_due(id_)

    assert len(receiver.arrived) == 2
    assert (await office.lane(id_)).waiting == ()


async def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_is_switched_on(
    office: Office, receiver: Receiver
) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    courier = await office.courier()
    await office.share("anna")
    receiver.behave = lambda _: answering(410)
    await courier.send_due(id_)
    await office.share("anna", at=1)
    office.house.now += DAY_MS
    await courier.send_due(id_)
    assert len(receiver.received) == 1
    assert (await office.house.parts.subscriptions.one(id_)).why == "gone"

    receiver.behave = lambda _: answering(200)
    await office.house.parts.subscriptions.change(id_, Amended(state="active"))
    await courier.send_due(id_)

    places = [place(each.id) for each in receiver.arrived]
    assert len(places) == 5
    assert places == sorted(places)


async def test_both_secrets_sign_for_a_day_after_a_new_one(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, old = await office.subscribe(kinds=("points.posted",))
    courier = await office.courier()

    _, new = await office.house.parts.subscriptions.change(id_, Amended(new_secret=True))
    assert new is not None
    await office.share("anna")
    await courier.send_due(id_)
    office.house.now += DAY_MS + SECOND_MS
    await office.share("anna", at=1)
    await courier.send_due(id_)

    signed = [(each.is_signed_by(old), each.is_signed_by(new)) for each in receiver.arrived]
    assert signed == [(True, True), (True, True), (False, True), (False, True)]


async def test_history_is_told_to_nobody(office: Office, receiver: Receiver) -> None:
    house = office.house
    then = When(house.now - 30 * DAY_MS, said=True)
    await open_history(house, then)
    await house.publish(then)
    id_, _ = await office.subscribe()
    courier = await office.courier()
    await house.judge()
    await courier.send_due(id_)
    await house.member("anna")
    await house.judge()
    await office.share("anna")

    await courier.send_due(id_)
    await house.parts.subscriptions.replay(id_, position=1)
    await courier.send_due(id_)

    kinds = [each.json["type"] for each in receiver.arrived]
    assert kinds == ["points.posted"] * 4


async def test_a_lane_with_a_bug_rests_and_the_others_go_on(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    broken, _ = await office.subscribe()
    good, _ = await office.subscribe(path="/good")
    await office.share("anna")
    row = await office.house.parts.outbox.row(broken)
    assert row is not None
    wrong = msgspec.structs.replace(
        row.subscription,
        secrets=(msgspec.structs.replace(row.subscription.secrets[0], sealed=no_secret(office, broken)),),
    )
    assert await office.house.parts.outbox.change(broken, wrong, row.subscription) == "done"
    courier: Courier = await office.courier()
    stop = asyncio.Event()
    running = asyncio.create_task(courier.run(stop, 0.01))

    await until(lambda: len(receiver.arrived) == 2 and "bug" in office.told)
    stop.set()
    await running

    assert {each.path for each in receiver.received} == {"/good"}
    assert (await office.lane(good)).cursor == await office.house.position()


async def erase(house: House, member: str) -> None:
    """As the command does it, but for the proof."""
    erasing = eraser(house)
    traces = await erasing.gather(member)
    await erasing.erase(traces, house.when)
    await erasing.sweep(traces)


async def open_history(house: House, when: When) -> None:
    """As the call does it; the first entry without a time of its own ends it."""
    await house.parts.recorder.append(HistoryOpened(), when, history="opens")


async def lines(office: Office) -> int:
    """How many lines of the journal there are to tell of."""
    journals = await office.house.parts.ledger.entries(range(1, await office.house.position() + 1))
    told = (Posted, BadgeGranted, LevelChanged)
    return sum(isinstance(line, told) for journal in journals.values() for line in journal.lines)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another task does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - the receiver is no task of ours
            await asyncio.sleep(LOOK_SECONDS)


def no_secret(office: Office, id_: str) -> bytes:
    """Sealed rightly, and none of ours."""
    return office.carrier().sealed(id_, "whsec_§")


def place(message: str) -> tuple[int, int]:
    """Position and effect of a message's id."""
    _, position, effect = message.rsplit("_", 2)
    return int(position), int(effect)


async def test_everything_is_told_where_there_are_more_entries_than_are_looked_through_at_once(
    office: Office, receiver: Receiver
) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe(kinds=("points.posted",))
    house = office.house
    blanks = [Append(mark=None, digest=None, payload=encode_entry(Tick()), recorded=house.now)] * POSITIONS_AT_ONCE
    await house.parts.log.append(blanks)
    await office.share("anna")
    await house.parts.log.append(blanks)
    await office.share("anna", at=1)

    await (await office.courier()).send_due(id_)

    assert len(receiver.arrived) == 4
    assert (await office.lane(id_)).cursor == await house.position()


async def test_the_newest_tries_are_kept(office: Office, receiver: Receiver) -> None:
    await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe()
    courier = await office.courier()
    await office.share("anna", "bea", "carl")
    receiver.behave = lambda _: answering(400)
    subscriptions = office.house.parts.subscriptions
    while len(receiver.received) < MOST_ATTEMPTS + 10:
        await subscriptions.change(id_, Amended(state="active"))
        await courier.send_due(id_)
        office.house.now += SECOND_MS

    attempts = await office.house.parts.outbox.attempts(id_, 10 * MOST_ATTEMPTS)
    assert len(attempts) == MOST_ATTEMPTS
    assert attempts[0].at == office.now - SECOND_MS


async def test_so_many_secrets_sign_at_most(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe(kinds=("points.posted",))
    service = office.house.parts.subscriptions
    for _ in range(MOST_SECRETS + 2):
        await service.change(id_, Amended(new_secret=True))
    standing, newest = await service.change(id_, Amended(new_secret=True))
    await office.share("anna")

    await (await office.courier()).send_due(id_)

    assert standing.secrets == MOST_SECRETS
    assert len(receiver.arrived[0].headers["webhook-signature"].split(" ")) == MOST_SECRETS
    assert newest is not None
    assert receiver.arrived[0].is_signed_by(newest)


async def test_chains_of_many_members_go_beside_each_other_and_are_bounded(office: Office, receiver: Receiver) -> None:
    names = [f"member{chr(97 + number)}" for number in range(WAVE_CHAINS + 4)]
    await office.open(*names)
    id_, _ = await office.subscribe(kinds=("points.posted",))
    await office.share(*names)

    await (await office.courier()).send_due(id_)

    assert len(receiver.arrived) == 2 * len(names)
    assert 1 < receiver.most_at_once <= WAVE_CHAINS
