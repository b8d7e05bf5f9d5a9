"""Senders and their secrets, entered, changed for others and tried."""

import asyncio
from base64 import b64encode

import pytest
from redis.asyncio import Redis

from engine.run.webhooks.senders import MOST_SECRETS
from engine.sources.signatures.profiles import PROFILES
from engine.store.directory import SourceRecord
from tests.api.connected import SECRET, connect, deliver, listed, map_by, secret_for, share
from tests.api.desk import Desk, problem
from tests.store.building import everything

TOOL = {"name": "tool", "title": "A tool", "profile": "sha256"}
THEIRS = sorted(name for name, profile in PROFILES.items() if profile.chosen_by == "sender")
OURS = sorted(set(PROFILES) - set(THEIRS))
PUBLIC = "whpk_" + b64encode(b"k" * 32).decode()


@pytest.mark.parametrize("profile", OURS)
async def test_a_secret_is_made_where_the_sender_takes_ours_and_shown_this_once(desk: Desk, profile: str) -> None:
    await map_by(desk)
    made = await desk.right("POST", "/v1/sources", {**TOOL, "profile": profile, "mapping": "tool"}, by="admin")

    answer = await deliver(desk, share(), profile=profile, secret=made["secret"]["secret"])
    known = (await desk.right("GET", "/v1/sources", by="admin"))[-1]

    assert answer.status_code == 200
    assert (made["address"], made["profile"], made["mapping"]) == ("/v1/webhooks/tool", profile, "tool")
    assert [secret["id"] for secret in known["secrets"]] == [made["secret"]["id"]]
    assert made["secret"]["secret"] not in str(known)


@pytest.mark.parametrize("profile", THEIRS)
async def test_a_secret_that_the_sender_makes_has_to_be_sent_and_is_not_told_again(desk: Desk, profile: str) -> None:
    missing = await desk.post("/v1/sources", {**TOOL, "profile": profile}, by="admin")
    made = await desk.right("POST", "/v1/sources", {**TOOL, "profile": profile, "secret": SECRET}, by="admin")

    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (422, "missing")
    assert made["secret"]["secret"] is None


async def test_secrets_lie_sealed_in_the_store(desk: Desk, write: Redis, organization: str) -> None:
    await connect(desk)

    assert SECRET.encode() not in b"".join((await everything(write, organization)).values())


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"profile": "gitub"}, "/profile"),
        ({"secret": "short"}, "/secret"),
        ({"secret": "s" * 501}, "/secret"),
        ({"secret": ""}, "/secret"),
        ({"profile": "standard", "secret": "whsec_c2hvcnQ="}, "/secret"),
        ({"profile": "basic", "secret": "no-colon-in-this-one"}, "/secret"),
        ({"mapping": "nothing"}, "/mapping"),
        ({"profile": None, "secret": SECRET}, "/secret"),
        ({"profile": None, "mapping": "tool"}, "/mapping"),
    ],
)
async def test_what_can_not_be_a_sender_is_refused_with_its_place_and_nothing_is_made(
    desk: Desk, said: dict[str, object], pointer: str
) -> None:
    answer = await desk.post("/v1/sources", {**TOOL, **said}, by="admin")

    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])
    assert str(said.get("secret") or "-") not in answer.text or len(str(said.get("secret"))) < 6
    assert list(await desk.house.parts.directory.sources()) == ["hub"]


async def test_a_profile_that_was_misspelt_is_guessed(desk: Desk) -> None:
    answer = await desk.post("/v1/sources", {**TOOL, "profile": "gitub"}, by="admin")

    assert answer.json()["errors"][0]["did_you_mean"] == "github"


async def test_a_sender_is_given_another_secret_without_a_gap(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk)
    first = (await listed_sources(desk))["tool"]["secrets"][0]["id"]

    second = await desk.right("POST", "/v1/sources/tool/secrets", {}, by="admin")
    both = [await deliver(desk, share(id), secret=secret) for id, secret in (("a", None), ("b", second["secret"]))]
    left = await desk.right("DELETE", f"/v1/sources/tool/secrets/{first}", by="admin")
    after = [await deliver(desk, share(id), secret=secret) for id, secret in (("c", None), ("d", second["secret"]))]

    assert [answer.status_code for answer in (*both, *after)] == [200, 200, 401, 200]
    assert [secret["id"] for secret in left["secrets"]] == [second["id"]]
    assert {row["secret"] for row in await listed(desk)} == {first, second["id"], None}


async def test_no_secret_stands_where_a_sender_is_written_out(desk: Desk) -> None:
    await connect(desk)
    added = await desk.house.parts.senders.add_secret("tool", None, desk.house.now)

    assert added.made is not None
    for written in (repr(await desk.house.parts.senders.of("tool")), repr(added)):
        assert SECRET not in written
        assert added.made not in written


async def listed_sources(desk: Desk) -> dict[str, dict[str, list[dict[str, str]]]]:
    return {each["name"]: each for each in await desk.right("GET", "/v1/sources", by="admin")}


async def test_the_last_secret_can_not_go(desk: Desk) -> None:
    await connect(desk)
    (only,) = (await listed_sources(desk))["tool"]["secrets"]

    answer = await desk.call("DELETE", f"/v1/sources/tool/secrets/{only['id']}", by="admin")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")
    assert (await listed_sources(desk))["tool"]["secrets"] == [only]


async def test_so_many_secrets_count_at_once_and_no_more(desk: Desk) -> None:
    await connect(desk)

    answers = [await desk.post("/v1/sources/tool/secrets", {}, by="admin") for _ in range(MOST_SECRETS)]

    assert [answer.status_code for answer in answers] == [201] * (MOST_SECRETS - 1) + [409]
    assert len((await listed_sources(desk))["tool"]["secrets"]) == MOST_SECRETS


async def test_a_secret_that_is_sent_twice_is_there_once(desk: Desk) -> None:
    await connect(desk)

    again = await desk.right("POST", "/v1/sources/tool/secrets", {"secret": SECRET}, by="admin")

    assert [each["id"] for each in (await listed_sources(desk))["tool"]["secrets"]] == [again["id"]]


async def test_secrets_that_are_added_at_the_same_time_are_all_there(desk: Desk) -> None:
    await connect(desk)

    added = await asyncio.gather(
        *(desk.right("POST", "/v1/sources/tool/secrets", {}, by="admin") for _ in range(MOST_SECRETS - 1))
    )

    known = [each["id"] for each in (await listed_sources(desk))["tool"]["secrets"]]
    assert {each["id"] for each in added} < set(known)


async def test_a_record_that_somebody_else_has_changed_is_not_overwritten(desk: Desk) -> None:
    directory = desk.house.parts.directory
    found = await directory.source("hub")
    assert found is not None
    record, row = found

    first = await directory.change_source(SourceRecord("hub", "Renamed", record.created), row)
    second = await directory.change_source(record, row)

    assert (first, second) == (True, False)
    assert (await directory.sources())["hub"].title == "Renamed"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/sources/nobody/secrets"),
        ("DELETE", "/v1/sources/tool/secrets/00000000"),
        ("GET", "/v1/sources/nobody/deliveries"),
        ("POST", "/v1/sources/tool/deliveries/0-0/replay"),
        ("POST", "/v1/sources/nobody/test"),
    ],
)
async def test_what_there_is_not_is_not_found(desk: Desk, method: str, path: str) -> None:
    await connect(desk)

    answer = await desk.call(method, path, {} if path.endswith("secrets") else None, by="admin")

    assert (answer.status_code, problem(answer)) == (404, "not-found")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/sources/hub/secrets"), ("POST", "/v1/sources/hub/test")])
async def test_a_sender_with_a_token_has_no_secrets_and_no_trial(desk: Desk, method: str, path: str) -> None:
    answer = await desk.call(method, path, {} if path.endswith("secrets") else None, by="admin")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_a_trial_says_what_became_of_it_and_pays_nobody(desk: Desk, profile: str) -> None:
    await map_by(desk)
    await connect(desk, profile)
    before = await desk.house.position()

    tried = await desk.right("POST", "/v1/sources/tool/test", by="admin")

    expected = "handshake" if PROFILES[profile].handshake in {"ping", "challenge"} else "ignored"
    assert tried["verdict"] == expected
    assert await desk.house.position() == before
    assert [row["id"] for row in await listed(desk)] == [tried["delivery"]]


async def test_a_trial_that_a_mapping_would_take_is_not_carried_out(desk: Desk) -> None:
    greedy = """\
[source]
title = "Takes all"

[[map]]
id = "all"
makes = "content.shared"
subject = "email:{trial}"
event_id = "{id}"
data.channel = "linkedin"
data.own_words = true
"""
    await map_by(desk, greedy)
    await connect(desk)
    before = await desk.house.position()

    tried = await desk.right("POST", "/v1/sources/tool/test", by="admin")

    assert tried["verdict"] == "ignored"
    assert await desk.house.position() == before


async def test_a_trial_of_a_sender_without_its_mapping_says_what_is_missing(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk)
    await map_by(desk, digest=b"without")
    desk.house.mappings.clear()

    tried = await desk.right("POST", "/v1/sources/tool/test", by="admin")

    (row,) = await listed(desk)
    assert (tried["verdict"], tried["faults"][0]["expected"]) == ("unreadable", "rules/sources/tool.toml, published")
    assert (row["reason"], row["kept_until"]) == ("test", None)


async def test_a_public_key_can_not_be_tried(desk: Desk) -> None:
    await map_by(desk)
    body = {**TOOL, "profile": "standard", "mapping": "tool", "secret": PUBLIC}
    await desk.right("POST", "/v1/sources", body, by="admin")

    answer = await desk.call("POST", "/v1/sources/tool/test", by="admin")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")


async def test_deliveries_are_read_in_pages_and_by_verdict(desk: Desk) -> None:
    await map_by(desk)
    await connect(desk)
    for number in range(5):
        desk.house.now += 1
        await deliver(desk, {"kind": "poll"} if number % 2 else share(f"s{number}"))

    pages, cursors = [], [""]
    for _ in range(3):
        page = await desk.right("GET", f"/v1/sources/tool/deliveries?limit=2{cursors[-1]}", by="hr")
        pages.append([row["verdict"] for row in page["deliveries"]])
        cursors.append(f"&cursor={page['cursor']}")

    assert pages == [["accepted", "ignored"], ["accepted", "ignored"], ["accepted"]]
    assert cursors[-1] == "&cursor=None"
    assert [row["verdict"] for row in await listed(desk, query="?verdict=ignored")] == ["ignored"] * 2


def test_every_profile_is_tried_with_a_secret_of_its_own_form() -> None:
    assert len({secret_for(profile) for profile in PROFILES.values()}) == 3
