"""What other tools sent about a person goes with them, however their name is spelt; what is about others stays."""

import json
from urllib.parse import urlencode

import pytest

from engine.store.deliveries import DAY_MS, DeliveryRow, KeptBody, Verdict, delivery_id
from engine.store.directory import MemberRecord, SourceRecord
from tests.api.house import House, become
from tests.run.test_erasing import bytes_left, erase, eraser, facts

NAME = "Änna Öhmen-Virtanen"
ALIASES = ("email:anna@example.org", "github:4711", "slack:U0ANNA")
SPELLINGS = {
    "as it is": json.dumps({"who": NAME}, ensure_ascii=False).encode(),
    "escaped": json.dumps({"who": NAME.upper()}).encode(),
    "a number": b'{"sender": {"id": 4711}}',
    "an id": b'{"event": {"user": "U0ANNA"}}',
    "an address": b'{"mail": "ANNA@example.org"}',
    "a path": b'{"url": "https:\\/\\/example.org\\/4711\\/"}',
    "a form": urlencode({"who": NAME}).encode(),
    "a form that holds json": urlencode({"payload": json.dumps({"who": NAME})}).encode(),
    "not even text": b"\xff\x00 U0ANNA \xff",
}
OF_OTHERS = (b'{"sender": {"id": 47110}}', b'{"event": {"user": "U0ANNAB"}}', b'{"who": "Anna"}', b"")


async def anna(house: House) -> str:
    member = await house.member("anna")
    record = MemberRecord(NAME, "anna@example.org", ALIASES)
    await house.parts.members.change(member, become(record), await facts(house, member), house.when)
    await house.parts.directory.add_source(SourceRecord("tool", "A tool", house.now))
    await house.judge()
    return member


async def keep(house: House, number: int, body: bytes | None, *, sent_id: str | None = None) -> str:
    """A delivery that waits with this body; its id."""
    id = delivery_id(house.now + number, f"{number:08x}")
    kept = None if body is None else KeptBody(house.now + 14 * DAY_MS, {"content-type": "text/plain"}, body)
    verdict: Verdict = "ignored" if body is None else "unreadable"
    row = DeliveryRow(house.now + number, verdict, "payload", 3, sent_id, "share")
    assert await house.parts.deliveries.note("tool", id, row, kept)
    return id


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_body_that_names_somebody_goes_when_they_are_erased(house: House, spelling: str) -> None:
    member = await anna(house)
    id = await keep(house, 1, SPELLINGS[spelling])

    traces = await erase(house, member)

    found = await house.parts.deliveries.one("tool", id)
    assert found is not None
    assert (found.kept, found.row.verdict, found.row.type) == (None, "unreadable", None)
    assert await eraser(house).left(traces) == []
    assert await bytes_left(house, traces) == []


async def test_what_the_sender_calls_a_delivery_goes_where_it_names_somebody(house: House) -> None:
    member = await anna(house)
    id = await keep(house, 1, None, sent_id="share-anna@example.org-7")

    traces = await erase(house, member)

    found = await house.parts.deliveries.one("tool", id)
    assert found is not None
    assert found.row.sent_id is None
    assert await bytes_left(house, traces) == []


async def test_what_is_about_others_stays(house: House) -> None:
    member = await anna(house)
    ids = [await keep(house, number, body, sent_id="evt-1") for number, body in enumerate(OF_OTHERS)]

    await erase(house, member)

    kept = [await house.parts.deliveries.one("tool", id) for id in ids]
    assert [each.row.sent_id for each in kept if each is not None and each.kept is not None] == ["evt-1"] * len(ids)


async def test_a_delivery_that_comes_after_is_named(house: House) -> None:
    member = await anna(house)
    traces = await erase(house, member)
    id = await keep(house, 1, SPELLINGS["an id"])

    left = await eraser(house).left(traces)

    assert [(each.where, each.what) for each in left] == [("deliveries of tool", f"delivery {id}")]


async def test_who_asks_what_is_held_is_told_of_deliveries_that_name_them(house: House) -> None:
    member = await anna(house)
    await keep(house, 1, SPELLINGS["an id"])
    await keep(house, 2, OF_OTHERS[0])

    found = await house.own_records().of(await eraser(house).gather(member), "en", house.now)

    assert found["deliveries_that_name_them"] == [
        {"source": "tool", "came": "2026-11-23T10:00:00.001Z", "verdict": "unreadable"}
    ]


async def test_bodies_go_by_themselves_when_their_time_is_over(house: House) -> None:
    await anna(house)
    id = await keep(house, 1, SPELLINGS["an id"])
    await house.parts.sweep.look()
    before = await house.parts.deliveries.one("tool", id)

    house.now += 14 * DAY_MS + 1
    await house.parts.sweep.look()

    after = await house.parts.deliveries.one("tool", id)
    assert before is not None
    assert after is not None
    assert (before.kept is None, after.kept is None) == (False, True)
