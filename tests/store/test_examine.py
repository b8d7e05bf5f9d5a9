from collections.abc import Mapping

import pytest
from redis.asyncio import Redis

from engine.store.connect import read_client
from engine.store.errors import StoreRefused
from engine.store.examine import Answers, Durability, examine, judge

REDIS = {
    "redis_version": "7.0.15",
    "aof_enabled": "1",
    "aof_last_write_status": "ok",
    "maxmemory_policy": "noeviction",
    "role": "master",
}
VALKEY = REDIS | {"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "9.1.2"}
SETTINGS = {"appendfsync": "always", "no-appendfsync-on-rewrite": "no"}


def answers(
    info: Mapping[str, str] = REDIS,
    *,
    forbidden: Mapping[str, str] | None = None,
    settings: Mapping[str, str] = SETTINGS,
    **more_info: str,
) -> Answers:
    return Answers(info={**info, **more_info}, settings=settings, forbidden=forbidden or {})


async def test_a_server_that_keeps_the_promise_is_accepted(read: Redis) -> None:
    examination = await examine(read)

    assert examination.durability == "always"
    assert examination.promise == "An accepted event is on disk before the answer is sent."


@pytest.mark.parametrize(
    ("info", "server", "version"),
    [
        (REDIS, "redis", "7.0.15"),
        (REDIS | {"redis_version": "8.6.0"}, "redis", "8.6.0"),
        (REDIS | {"redis_version": "10.0.0"}, "redis", "10.0.0"),
        (VALKEY, "valkey", "9.1.2"),
        (VALKEY | {"valkey_version": "7.2.5"}, "valkey", "7.2.5"),
    ],
)
def test_the_server_is_known_by_its_own_name_and_version(info: Mapping[str, str], server: str, version: str) -> None:
    examination = judge(answers(info))

    assert (examination.server, examination.version) == (server, version)


@pytest.mark.parametrize(
    ("info", "subject", "found"),
    [
        (REDIS | {"redis_version": "6.2.14"}, "redis_version", "6.2.14"),
        (REDIS | {"redis_version": "255"}, "redis_version", "255"),
        (VALKEY | {"valkey_version": "7.1.9"}, "valkey_version", "7.1.9"),
        (REDIS | {"aof_enabled": "0"}, "aof_enabled", "0"),
        (REDIS | {"aof_last_write_status": "err"}, "aof_last_write_status", "err"),
        (REDIS | {"maxmemory_policy": "allkeys-lru"}, "maxmemory_policy", "allkeys-lru"),
        (REDIS | {"role": "slave"}, "role", "slave"),
    ],
)
def test_a_server_that_cannot_keep_the_promise_is_refused_with_the_reason(
    info: Mapping[str, str], subject: str, found: str
) -> None:
    with pytest.raises(StoreRefused) as refusal:
        judge(answers(info))

    (finding,) = refusal.value.findings
    assert (finding.subject, finding.found) == (subject, found)
    assert finding.cure in str(refusal.value)


@pytest.mark.parametrize("missing", ["aof_enabled", "aof_last_write_status", "maxmemory_policy", "role"])
def test_a_server_that_does_not_tell_is_not_believed(missing: str) -> None:
    silent = {name: value for name, value in REDIS.items() if name != missing}

    with pytest.raises(StoreRefused) as refusal:
        judge(answers(silent))

    (finding,) = refusal.value.findings
    assert (finding.subject, finding.found) == (missing, "nothing")


@pytest.mark.parametrize(
    ("settings", "durability", "subject"),
    [
        (SETTINGS | {"appendfsync": "everysec"}, "always", "appendfsync"),
        (SETTINGS | {"appendfsync": "no"}, "always", "appendfsync"),
        (SETTINGS | {"appendfsync": "no"}, "everysec", "appendfsync"),
        (SETTINGS | {"no-appendfsync-on-rewrite": "yes"}, "always", "no-appendfsync-on-rewrite"),
        (SETTINGS | {"no-appendfsync-on-rewrite": "yes"}, "everysec", "no-appendfsync-on-rewrite"),
    ],
)
def test_a_server_that_answers_before_the_disk_has_it_is_refused(
    settings: Mapping[str, str], durability: Durability, subject: str
) -> None:
    with pytest.raises(StoreRefused) as refusal:
        judge(answers(settings=settings), durability=durability)

    assert [finding.subject for finding in refusal.value.findings] == [subject]


def test_the_laxer_mode_promises_less_and_only_when_asked_for_by_name() -> None:
    lax = answers(settings=SETTINGS | {"appendfsync": "everysec"})

    examination = judge(lax, durability="everysec")

    assert examination.durability == "everysec"
    assert "last two seconds may be lost" in examination.promise


def test_a_strict_server_keeps_the_strict_promise_also_where_a_laxer_one_was_allowed() -> None:
    examination = judge(answers(), durability="everysec")

    assert examination.durability == "always"
    assert "on disk before the answer" in examination.promise


def test_all_reasons_come_at_once() -> None:
    worst = answers(
        redis_version="6.0.16",
        aof_enabled="0",
        maxmemory_policy="volatile-ttl",
        settings=SETTINGS | {"appendfsync": "everysec"},
    )

    with pytest.raises(StoreRefused) as refusal:
        judge(worst)

    assert [finding.subject for finding in refusal.value.findings] == [
        "redis_version",
        "aof_enabled",
        "maxmemory_policy",
        "appendfsync",
    ]


def test_a_server_without_the_config_command_is_refused_and_told_what_is_missing() -> None:
    hosted = answers(settings={}, forbidden={"CONFIG GET": "unknown command 'CONFIG'"})

    with pytest.raises(StoreRefused) as refusal:
        judge(hosted)

    (finding,) = refusal.value.findings
    assert finding.found == "\"unknown command 'CONFIG'\""
    assert "+config|get" in finding.cure


@pytest.mark.parametrize(("command", "subject"), [("config|get", "CONFIG GET"), ("info", "INFO")])
async def test_a_user_who_may_not_ask_is_refused_with_the_servers_words(
    server_url: str, organization: str, write: Redis, command: str, subject: str
) -> None:
    scheme, _, place = server_url.partition("://")
    await write.acl_setuser(
        organization, enabled=True, passwords=["+secret"], keys=["*"], categories=["+@all"], commands=[f"-{command}"]
    )

    try:
        async with read_client(f"{scheme}://{organization}:secret@{place.rpartition('@')[2]}") as client:
            with pytest.raises(StoreRefused) as refusal:
                await examine(client)
    finally:
        await write.acl_deluser(organization)

    (finding,) = refusal.value.findings
    assert finding.subject == subject
    assert "no permissions" in finding.found
