"""Another tool delivers in its own format: authentic, read by its mapping, once."""

import hashlib
import hmac
from urllib.parse import urlencode

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.entries import Act, Retracted
from engine.run.outcomes import When
from engine.run.sealing import Seal
from engine.run.webhooks.notes import Keeping
from engine.run.webhooks.pace import MOST_A_MINUTE
from engine.sources.events import MAX_BODY_BYTES
from engine.sources.forms import MOST_FORM_FIELDS
from engine.sources.signatures.profiles import PROFILES
from engine.store.deliveries import MOST_BODIES
from tests.api.connected import MENDED, SECRET, connect, deliver, listed, map_by, share
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, House
from tests.core.history import at

WEEK_AGO = {"sulka-recorded-at": "2026-11-16T12:00:00+02:00"}
NONE = {"accepted": 0, "duplicates": 0, "waiting": 0, "ignored": 0, "unreadable": 0}
CODE = "4f6c1d2e-8a3b-4c5d-9e7f-0123456789ab"


@pytest.fixture
async def tool(desk: Desk) -> Desk:
    """A desk with Anna, and a tool that signs with sha256."""
    await desk.as_member("anna")
    await map_by(desk)
    await connect(desk)
    return desk


async def acts(desk: Desk) -> list[Act | Retracted]:
    entries = [logged.entry for logged in await desk.house.parts.log.read(0, 1_000)]
    return [entry for entry in entries if isinstance(entry, Act | Retracted)]


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_what_a_tool_says_in_its_own_words_is_paid_whatever_way_it_signs(desk: Desk, profile: str) -> None:
    await desk.as_member("anna")
    await map_by(desk)
    await connect(desk, profile)

    answer = await deliver(desk, share(), profile=profile)
    await desk.house.judge()

    assert (answer.status_code, answer.json()) == (200, {**NONE, "accepted": 1})
    assert (await desk.right("GET", "/v1/me", by="anna"))["points"] == 10


async def test_a_delivery_that_comes_again_changes_nothing(tool: Desk) -> None:
    await deliver(tool, share())

    again = await deliver(tool, share(), headers={"idempotency-key": "another"})

    assert again.json() == {**NONE, "duplicates": 1}
    assert len(await acts(tool)) == 1


async def test_the_same_id_said_otherwise_is_known_too(tool: Desk) -> None:
    await deliver(tool, share())

    other = await deliver(tool, share(channel="x"))

    assert other.json() == {**NONE, "duplicates": 1}
    assert len(await acts(tool)) == 1


async def test_what_is_undone_is_taken_back_once(tool: Desk) -> None:
    await deliver(tool, share())

    answers = [(await deliver(tool, {**share(), "kind": "unshare"})).json() for _ in range(2)]
    await tool.house.judge()

    assert answers == [{**NONE, "accepted": 1}, {**NONE, "duplicates": 1}]
    assert [type(entry) for entry in await acts(tool)] == [Act, Retracted]
    assert (await tool.right("GET", "/v1/me", by="anna"))["points"] == 0


async def test_what_no_mapping_wants_is_counted_and_left(tool: Desk) -> None:
    before = await tool.house.position()

    sent: list[object] = [{"kind": "poll"}, [], "x", {}]
    answers = [(await deliver(tool, said)).json() for said in sent]

    assert answers == [{**NONE, "ignored": 1}] * 4
    assert await tool.house.position() == before
    assert [row["reason"] for row in await listed(tool)] == ["unwanted"] * 4


async def test_whoever_nobody_knows_is_waited_for(tool: Desk) -> None:
    answer = await deliver(tool, share(who="nobody@example.org"))

    assert answer.json() == {**NONE, "waiting": 1}


async def test_a_letter_may_be_written_in_one_character_or_in_two(tool: Desk) -> None:
    anna = await tool.house.parts.members.find("email:anna@example.org")
    assert anna is not None
    await tool.right("PATCH", f"/v1/members/{anna}", {"aliases": ["email:p\u00e4ivi@example.org"]}, by="hr")

    answers = [await deliver(tool, share(name, f"{name}@example.org")) for name in ("P\u00c4IVI", "pa\u0308ivi")]

    assert [answer.json() for answer in answers] == [{**NONE, "accepted": 1}] * 2


async def test_who_takes_part_is_not_told(tool: Desk) -> None:
    await tool.as_member("bea", joined=False)

    answer = await deliver(tool, share(who="bea@example.org"))

    assert answer.json() == {**NONE, "accepted": 1}


async def test_an_account_that_says_a_code_is_ignored_as_long_as_nobody_links_accounts(tool: Desk) -> None:
    answer = await deliver(tool, {"kind": "link", "who": "u1", "code": "123456"})

    assert answer.json() == {**NONE, "ignored": 1}


async def test_a_form_is_read_as_texts(tool: Desk) -> None:
    body = urlencode({**share(), "note": "ä & ö"}).encode()

    answer = await deliver(tool, body, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.json() == {**NONE, "accepted": 1}


@pytest.mark.parametrize("profile", ["github", "slack"])
async def test_a_form_that_holds_json_in_its_payload_is_that_json(desk: Desk, profile: str) -> None:
    await map_by(desk)
    await connect(desk, profile)
    body = urlencode({"payload": '{"kind": "share", "id": "s1", "who": "a@example.org", "channel": "x"}'}).encode()

    answer = await deliver(desk, body, profile=profile, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.json() == {**NONE, "waiting": 1}


@pytest.mark.parametrize(
    ("body", "kind", "status", "type_", "reason"),
    [
        (b"{", "application/json", 400, "not-json", "not-json"),
        (b'{"a": 1, "a": 2}', "application/json", 400, "not-json", "duplicate-key"),
        (b"[" * 17 + b"]" * 17, "application/json", 400, "not-json", "too-deep"),
        (b"\xff", "application/json", 400, "not-json", "not-utf8"),
        (b"a=%FF", "application/x-www-form-urlencoded", 400, "not-json", "not-utf8"),
        (b"a=1&a=2", "application/x-www-form-urlencoded", 400, "not-json", "duplicate-key"),
        (b"a=1&" * (MOST_FORM_FIELDS + 1), "application/x-www-form-urlencoded", 422, "does-not-fit", "too-many"),
        (b"a", "multipart/form-data", 415, "wrong-content-type", "wrong-content-type"),
        (b"a", "", 415, "wrong-content-type", "wrong-content-type"),
    ],
)
async def test_an_authentic_body_that_nobody_can_read_is_refused_and_noted(
    tool: Desk, body: bytes, kind: str, status: int, type_: str, reason: str
) -> None:
    answer = await deliver(tool, body, headers={"content-type": kind})

    assert (answer.status_code, problem(answer)) == (status, type_)
    (row,) = await listed(tool)
    assert (row["verdict"], row["reason"], row["kept_until"]) == ("failed", reason, None)


async def test_a_body_that_is_too_large_is_not_even_verified(tool: Desk) -> None:
    answer = await deliver(tool, b" " * (MAX_BODY_BYTES + 1))

    assert (answer.status_code, problem(answer)) == (413, "too-large")


async def test_whatever_is_not_authentic_gets_one_answer_also_where_there_is_no_such_source(tool: Desk) -> None:
    before = await tool.house.position()

    answers = [
        await deliver(tool, share(), secret="another-secret-of-nobody"),
        await deliver(tool, share(), headers={"x-hub-signature-256": ""}),
        await deliver(tool, share(), headers={"x-hub-signature-256": "sha1=0"}),
        await deliver(tool, share(), name="nobody"),
        await deliver(tool, share(), name="hub"),
        await deliver(tool, share(), name="x" * 300),
        await tool.client.post("/v1/webhooks/tool"),
        await tool.client.get("/v1/webhooks/tool"),
        await tool.client.get(f"/v1/webhooks/nobody?challengeCode={CODE}"),
    ]

    assert {(answer.status_code, problem(answer), answer.text) for answer in answers} == {
        (401, "not-authentic", answers[0].text)
    }
    assert await tool.house.position() == before
    assert sorted(row["reason"] for row in await listed(tool)) == [
        "malformed-signature",
        "no-signature",
        "no-signature",
        "wrong-signature",
    ]


async def test_a_stranger_fills_no_list_and_is_counted(tool: Desk) -> None:
    for _ in range(MOST_A_MINUTE + 5):
        await deliver(tool, share(), secret="another-secret-of-nobody")
    tool.house.now += 60_000
    await deliver(tool, share(), secret="another-secret-of-nobody")

    rows = await listed(tool)
    assert len(rows) == MOST_A_MINUTE + 1
    assert [row["unlogged"] for row in rows] == [5] + [0] * MOST_A_MINUTE
    text = tool.house.parts.measures.page(None, 0).decode()
    assert f'sulka_deliveries_total{{source="tool",verdict="not-authentic"}} {MOST_A_MINUTE + 6}.0' in text


async def test_names_of_sources_that_nobody_has_are_not_repeated_in_metrics(tool: Desk) -> None:
    await deliver(tool, share(), name="made-up-by-a-stranger")

    text = tool.house.parts.measures.page(None, 0).decode()
    assert 'sulka_deliveries_total{source="-",verdict="not-authentic"} 1.0' in text
    assert "made-up" not in text


async def test_a_replay_of_an_old_delivery_is_refused(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk, "slack")
    now = desk.house.now
    answer = await deliver(desk, share(), profile="slack")
    signed = answer.request

    desk.house.now = now + 300_001
    replayed = await desk.client.post(signed.url, content=signed.content, headers=dict(signed.headers))

    assert (answer.status_code, replayed.status_code) == (200, 401)
    (refused, _) = await listed(desk)
    assert refused["reason"] == "too-old"
    assert refused["look_at"].startswith("x-slack-request-timestamp is 300 s old, over 5 min")


async def test_a_signature_that_is_sent_twice_counts_as_neither(tool: Desk) -> None:
    right = (await deliver(tool, share())).request
    signature = right.headers["x-hub-signature-256"]
    twice = [*right.headers.multi_items(), ("x-hub-signature-256", signature)]

    answer = await tool.client.post(right.url, content=right.content, headers=twice)

    assert answer.status_code == 401


async def test_a_challenge_is_sent_back_as_text_once_it_is_signed(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk, "slack")
    said = {"type": "url_verification", "challenge": "c-1", "token": "x"}

    answer = await deliver(desk, said, profile="slack")
    forged = await deliver(desk, said, profile="slack", secret="another-secret-of-nobody")

    assert (answer.status_code, answer.text) == (200, "c-1")
    assert forged.status_code == 401
    assert {row["verdict"] for row in await listed(desk)} == {"not-authentic", "handshake"}


@pytest.mark.parametrize("profile", ["github", "discourse"])
async def test_a_ping_is_answered_and_means_nothing(desk: Desk, profile: str) -> None:
    await map_by(desk)
    await connect(desk, profile)

    answer = await deliver(desk, share(), profile=profile, type="ping")

    assert (answer.status_code, answer.json()) == (200, NONE)
    assert (await listed(desk))[0]["verdict"] == "handshake"


async def test_a_code_in_the_address_is_answered_with_its_digest(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk, "linkedin")

    answer = await desk.client.get(f"/v1/webhooks/tool?challengeCode={CODE}&applicationId=7")
    oracle = await desk.client.get("/v1/webhooks/tool", params={"challengeCode": "hmacsha256={}"})

    expected = hmac.new(SECRET.encode(), CODE.encode(), hashlib.sha256).hexdigest()
    assert answer.json() == {"challengeCode": CODE, "challengeResponse": expected}
    assert oracle.status_code == 401


async def test_what_a_mapping_can_not_read_waits_and_comes_in_when_the_mapping_is_mended(tool: Desk) -> None:
    broken = {**share(), "network": "linkedin"}
    del broken["channel"]
    answer = await deliver(tool, broken)
    (row,) = await listed(tool, query="?verdict=unreadable")

    still = await tool.right("POST", f"/v1/sources/tool/deliveries/{row['id']}/replay", by="admin")
    await map_by(tool, MENDED, digest=b"mended")
    mended = await tool.right("POST", f"/v1/sources/tool/deliveries/{row['id']}/replay", by="admin")
    again = await tool.call("POST", f"/v1/sources/tool/deliveries/{row['id']}/replay", by="admin")

    assert answer.json() == {**NONE, "unreadable": 1}
    assert (row["reason"], row["faults"][0]["pointer"], row["faults"][0]["map"]) == ("payload", "/channel", "share")
    assert still["verdict"] == "unreadable"
    assert (mended["verdict"], mended["counts"]) == ("accepted", {**NONE, "accepted": 1})
    assert (again.status_code, problem(again)) == (409, "wrong-state")
    (after,) = await listed(tool)
    assert (after["id"], after["verdict"], after["kept_until"], after["faults"]) == (row["id"], "accepted", None, [])


async def test_a_replay_counts_for_when_the_delivery_came(tool: Desk) -> None:
    came = tool.house.now
    broken = {**share(), "network": "linkedin"}
    del broken["channel"]
    await deliver(tool, broken)
    (row,) = await listed(tool)
    tool.house.now += 3 * DAY_MS
    await map_by(tool, MENDED, digest=b"mended")

    await tool.right("POST", f"/v1/sources/tool/deliveries/{row['id']}/replay", by="admin")

    (act,) = await acts(tool)
    assert act.time == came


async def test_what_does_not_fit_the_rules_waits_as_well_with_the_reason(tool: Desk) -> None:
    answer = await deliver(tool, share(channel="fax"))

    (row,) = await listed(tool)
    assert answer.json() == {**NONE, "unreadable": 1}
    assert row["verdict"] == "unreadable"
    assert row["kept_until"] is not None
    assert row["faults"][0]["found"] == '"fax"'


async def test_without_its_mapping_a_delivery_waits(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk)
    desk.house.mappings.clear()
    await map_by(desk, digest=b"without")
    desk.house.mappings.clear()

    answer = await deliver(desk, share())

    (row,) = await listed(desk)
    assert answer.json() == {**NONE, "unreadable": 1}
    assert (row["reason"], row["faults"][0]["found"]) == ("no-mapping", "no mapping is called tool")


async def test_a_recorded_time_is_refused_while_history_is_not_open_and_the_sender_is_told(tool: Desk) -> None:
    closed = await deliver(tool, share(), headers=WEEK_AGO)
    unclear = await deliver(tool, share(), headers={"sulka-recorded-at": "yesterday"})

    assert [(answer.status_code, problem(answer)) for answer in (closed, unclear)] == [
        (409, "wrong-state"),
        (400, "not-understood"),
    ]
    assert [(row["verdict"], row["reason"]) for row in await listed(tool)] == [("failed", "no-history")]


async def test_old_data_come_in_under_their_own_time(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    async with Desk(house) as desk:
        await desk.right("POST", "/v1/history", by="admin", headers=WEEK_AGO)
        await house.publish(When(at("2026-11-16 12:00"), said=True))
        await map_by(desk)
        await connect(desk)

        answer = await deliver(desk, share(), headers=WEEK_AGO)

        assert answer.json() == {**NONE, "waiting": 1}
        assert (await house.parts.log.door()).history


async def test_a_delivery_that_the_store_can_not_take_is_sent_again(tool: Desk) -> None:
    await tool.house.parts.log.limit(await tool.house.position())

    answer = await deliver(tool, share())

    assert (answer.status_code, problem(answer)) == (503, "busy")
    assert [(row["verdict"], row["reason"]) for row in await listed(tool)] == [("failed", "log-full")]


async def test_bodies_are_kept_for_as_long_as_the_settings_say(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read, keeping=Keeping(unreadable_days=1, bodies_hours=1))
    await house.publish()
    async with Desk(house) as desk:
        await connect(desk)
        await deliver(desk, share())
        await deliver(desk, share(channel="fax"))

        until = {row["verdict"]: row["kept_until"] for row in await listed(desk)}
        house.now += HOUR_MS
        await house.parts.sweep.look()
        later = {row["verdict"]: row["kept_until"] for row in await listed(desk)}

        assert until == {"accepted": "2026-11-23T11:00:00.000Z", "unreadable": "2026-11-24T10:00:00.000Z"}
        assert later == {**until, "accepted": None}


async def test_a_delivery_that_was_taken_is_replayed_and_changes_nothing(
    organization: str, write: Redis, read: Redis
) -> None:
    house = House(organization, write, read, keeping=Keeping(bodies_hours=1))
    await house.publish()
    async with Desk(house) as desk:
        await desk.as_member("anna")
        await connect(desk)
        await deliver(desk, share())
        (row,) = await listed(desk)

        again = await desk.right("POST", f"/v1/sources/tool/deliveries/{row['id']}/replay", by="admin")

        assert (again["verdict"], again["counts"]) == ("duplicate", {**NONE, "duplicates": 1})
        assert len(await acts(desk)) == 1


async def test_where_no_more_may_wait_the_sender_keeps_its_delivery(tool: Desk) -> None:
    bodies = f"{tool.house.keys.deliveries('tool')}:bodies"
    await tool.house.write.hset(bodies, mapping={str(number): "x" for number in range(MOST_BODIES)})

    answer = await deliver(tool, share(channel="fax"))
    other = await deliver(tool, share())

    assert (answer.status_code, problem(answer)) == (503, "busy")
    assert other.json() == {**NONE, "accepted": 1}
    assert [row["verdict"] for row in await listed(tool)] == ["accepted"]


async def seal_otherwise(tool: Desk) -> str:
    """As if the installation had another secret than when that of the tool was entered; which one it was."""
    directory = tool.house.parts.directory
    found = await directory.source("tool")
    assert found is not None
    record, row = found
    other = Seal(b"o" * 32).close(SECRET, f"source/tool/{record.secrets[0].id}")
    changed = msgspec.structs.replace(record.secrets[0], sealed=other)
    assert await directory.change_source(msgspec.structs.replace(record, secrets=(changed,)), row)
    return changed.id


async def test_secrets_that_do_not_open_are_said_to_be_damaged_and_nothing_is_taken(tool: Desk) -> None:
    await seal_otherwise(tool)

    answer = await deliver(tool, share())

    assert (answer.status_code, problem(answer)) == (503, "damaged")
    assert SECRET not in answer.text
    assert await acts(tool) == []


async def test_a_sender_whose_secret_does_not_open_is_given_another_one_and_comes_in_again(tool: Desk) -> None:
    broken = await seal_otherwise(tool)

    made = await tool.right("POST", "/v1/sources/tool/secrets", {}, by="admin")
    answers = [await deliver(tool, share(), secret=secret) for secret in (made["secret"], SECRET)]
    left = await tool.right("DELETE", f"/v1/sources/tool/secrets/{broken}", by="admin")

    assert [answer.status_code for answer in answers] == [200, 401]
    assert [each["id"] for each in left["secrets"]] == [made["id"]]
