"""A subscription that an administrator changes, tries or drops while messages of it are under way."""

import asyncio
from collections.abc import Sequence

from engine.run.outbox.post import Poster
from engine.run.outbox.sending import Carrier
from engine.run.outbox.subscriptions import Amended, Subscriptions
from engine.run.sealing import Seal
from tests.api.house import HOUR_MS, SECRET
from tests.run.outbox.office import KINDS, Office
from tests.run.outbox.receiving import Receiver, answering
from tests.run.outbox.test_courier import until


async def test_of_a_kind_that_is_left_out_nothing_is_told_that_waits(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    courier = await office.courier()
    await office.share("anna")
    receiver.behave = lambda _: answering(503)
    await courier.send_due(id_)
    kinds = [each.json["type"] for each in receiver.received]
    receiver.behave = lambda _: answering(204)
    left = tuple(kind for kind in KINDS if kind != "points.posted")
    await office.house.parts.subscriptions.change(id_, Amended(kinds=left))
    office.house.now += HOUR_MS
    await courier.send_due(id_)

    assert kinds == ["points.posted"]
    assert receiver.arrived == []
    assert office.told == ["failed", "nobody", "nobody"]
    assert (await office.lane(id_)).waiting == ()


async def test_what_an_administrator_changes_while_it_is_sent_is_noted_by_nobody_else(
    office: Office, receiver: Receiver
) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    courier = await office.courier(patience_seconds=0.5)
    receiver.says_nothing = True
    sending = asyncio.create_task(courier.send_due(id_))
    await until(lambda: len(receiver.received) == 1)

    await office.house.parts.subscriptions.change(id_, Amended(state="disabled"))
    await sending
    assert (await office.lane(id_)).disabled == "by-hand"
    assert (await office.lane(id_)).waiting == ()
    receiver.says_nothing = False
    await office.house.parts.subscriptions.change(id_, Amended(state="active"))
    await courier.send_due(id_)

    assert [each.id for each in receiver.arrived] == list(dict.fromkeys(each.id for each in receiver.received))


async def test_a_trial_switches_nothing_on_that_is_switched_off_meanwhile(office: Office, receiver: Receiver) -> None:
    id_, _ = await office.subscribe()
    kept = office.house.parts.subscriptions

    async def switching_off(_host: str, _port: int) -> Sequence[str]:
        await kept.change(id_, Amended(state="disabled"))
        return ["127.0.0.1"]

    trying = trying_over(office, Poster(resolve=switching_off))
    assert (await trying.test(id_)).ok
    assert (await office.lane(id_)).disabled == "by-hand"


async def test_a_trial_of_what_is_dropped_meanwhile_says_what_came_back(office: Office, receiver: Receiver) -> None:
    id_, _ = await office.subscribe()

    async def dropping(_host: str, _port: int) -> Sequence[str]:
        await office.house.parts.subscriptions.drop(id_)
        return ["127.0.0.1"]

    assert (await trying_over(office, Poster(resolve=dropping)).test(id_)).ok
    assert await office.house.parts.outbox.ids() == []


def trying_over(office: Office, poster: Poster) -> Subscriptions:
    """Subscriptions whose requests go out by this poster."""
    carrier = Carrier(
        organization=office.organization,
        seal=Seal(SECRET),
        poster=poster,
        allowed=(office.origin,),
        now_ms=lambda: office.now,
    )
    parts = office.house.parts
    return Subscriptions(outbox=parts.outbox, carrier=carrier, reader=parts.reader, now_ms=lambda: office.now)


async def test_a_subscription_that_is_dropped_while_it_sends_leaves_nothing(office: Office, receiver: Receiver) -> None:
    await office.open("anna")
    id_, _ = await office.subscribe()
    await office.share("anna")
    courier = await office.courier(patience_seconds=0.5)
    receiver.says_nothing = True
    sending = asyncio.create_task(courier.send_due(id_))
    await until(lambda: len(receiver.received) == 1)

    await office.house.parts.subscriptions.drop(id_)
    await sending

    assert await office.house.parts.outbox.ids() == []
    assert await office.house.parts.outbox.attempts(id_, 10) == []
