"""Can this server keep the promise that an accepted event is never lost?

`judge` is pure: the server's own answers in, findings out. `examine` asks the server and judges.
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from engine.store.connect import store_answers
from engine.store.errors import Finding, StoreRefused, StoreUnavailable

ServerKind: TypeAlias = Literal["redis", "valkey"]
Durability: TypeAlias = Literal["always", "everysec"]
"""When the server forces its append-only file to disk: before it answers, or every second behind that."""

OLDEST: Mapping[ServerKind, tuple[int, int]] = {"redis": (7, 0), "valkey": (7, 2)}
"""Since 7.0 no answer overtakes its fsync, not even with I/O threads, blocked clients or long scripts."""

NAMES: Mapping[ServerKind, str] = {"redis": "Redis", "valkey": "Valkey"}

PROMISES: Mapping[Durability, str] = {
    "always": "An accepted event is on disk before the answer is sent.",
    "everysec": (
        "An accepted event is in the store's memory when the answer is sent, and on disk about a second "
        "later: if the machine fails, the accepted events of the last two seconds may be lost."
    ),
}

ASKED_SETTINGS = "*appendfsync*"
"""Matches the two settings that INFO does not tell: `appendfsync` and `no-appendfsync-on-rewrite`."""

IN_FILE_TOO = "and the same in the server's configuration file"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of itself: the fields of INFO and the asked settings.

    `forbidden` has the server's own words for each of the two commands that it refuses.
    """

    info: Mapping[str, str]
    settings: Mapping[str, str]
    forbidden: Mapping[str, str] = {}


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """A server that may be used. `promise` is what the API may say of an accepted event."""

    server: ServerKind
    version: str
    durability: Durability
    promise: str


async def examine(client: Redis, *, durability: Durability = "always") -> Examination:
    """Ask the server behind `client` and judge it. Writes nothing.

    Raises:
        StoreRefused: With every finding at once.
        StoreUnavailable: The server can't be reached, or still loads its data.
    """
    with store_answers():
        answers = await _ask(client)
    if answers.info.get("loading", "0") != "0":
        raise StoreUnavailable(reason="The server still loads its data.", outcome="nothing-done")
    return judge(answers, durability=durability)


def judge(answers: Answers, *, durability: Durability = "always") -> Examination:
    """Judge a server by its answers. `durability` is the laxest that the caller accepts.

    Raises:
        StoreRefused: With every finding at once.
    """
    server, version = _identity(answers.info)
    found = (
        *_forbidden_findings(answers.forbidden),
        *(() if "INFO" in answers.forbidden else _info_findings(answers.info)),
        *(() if "CONFIG GET" in answers.forbidden else _settings_findings(answers.settings, durability)),
    )
    if found:
        raise StoreRefused(server=f"{NAMES[server]} {version}", findings=found)
    kept: Durability = "always" if answers.settings["appendfsync"] == "always" else "everysec"
    return Examination(server=server, version=version, durability=kept, promise=PROMISES[kept])


async def _ask(client: Redis) -> Answers:
    info: dict[str, str] = {}
    settings: dict[str, str] = {}
    forbidden: dict[str, str] = {}
    try:
        info = {str(name): str(value) for name, value in (await client.info()).items()}
    except ResponseError as error:
        forbidden["INFO"] = _refusal(error)
    try:
        told = await client.config_get(ASKED_SETTINGS)
        settings = {name: value for name, value in told.items() if name is not None and value is not None}
    except ResponseError as error:
        forbidden["CONFIG GET"] = _refusal(error)
    return Answers(info=info, settings=settings, forbidden=forbidden)


def _refusal(error: ResponseError) -> str:
    """The words of a server that withholds a command: by its access list, or by having renamed it away.

    Raises:
        ResponseError: It is another error.
    """
    words = str(error)
    if isinstance(error, NoPermissionError) or "unknown command" in words.lower():
        return words
    raise error


def _identity(info: Mapping[str, str]) -> tuple[ServerKind, str]:
    """Valkey tells its own version beside the one of Redis that it equals: 9.1 says `redis_version` 7.2.4."""
    if "valkey_version" in info:
        return "valkey", info["valkey_version"]
    kind: ServerKind = "valkey" if info.get("server_name") == "valkey" else "redis"
    return kind, info.get("redis_version", "unknown")


def _forbidden_findings(forbidden: Mapping[str, str]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            subject=command,
            found=f'"{words}"',
            expected="an answer",
            cure=(
                "Without it nobody can tell whether an accepted event is on disk: "
                f"ACL SETUSER <user> +{command.lower().replace(' ', '|')}, or a server that allows it."
            ),
        )
        for command, words in forbidden.items()
    )


def _version_findings(server: ServerKind, version: str) -> tuple[Finding, ...]:
    oldest = OLDEST[server]
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) >= oldest:
        return ()
    return (
        Finding(
            subject=f"{server}_version",
            found=version,
            expected=f"{NAMES[server]} {oldest[0]}.{oldest[1]} or newer",
            cure='Install a newer server, or use store.url = "embedded".',
        ),
    )


def _info_findings(info: Mapping[str, str]) -> tuple[Finding, ...]:
    server, version = _identity(info)
    rows = (
        (
            "aof_enabled",
            "1",
            f"Without the append-only file a restart forgets all: CONFIG SET appendonly yes, {IN_FILE_TOO}.",
        ),
        (
            "aof_last_write_status",
            "ok",
            "A write to the append-only file failed: look for a full or broken disk in the server's log.",
        ),
        (
            "maxmemory_policy",
            "noeviction",
            f"Others throw data away in need: CONFIG SET maxmemory-policy noeviction, {IN_FILE_TOO}.",
        ),
        (
            "role",
            "master",
            "This server copies another one and takes no writes: point store.url at the primary.",
        ),
    )
    return _version_findings(server, version) + tuple(
        Finding(subject=subject, found=info.get(subject, "nothing"), expected=expected, cure=cure)
        for subject, expected, cure in rows
        if info.get(subject) != expected
    )


def _settings_findings(settings: Mapping[str, str], durability: Durability) -> tuple[Finding, ...]:
    accepted = ("always",) if durability == "always" else ("always", "everysec")
    findings = []
    fsync = settings.get("appendfsync", "nothing")
    if fsync not in accepted:
        cure = f"CONFIG SET appendfsync always, {IN_FILE_TOO}."
        if fsync == "everysec":
            cure += ' Or set store.durability = "everysec", which promises less to those who send events.'
        expected = " or ".join(accepted)
        findings.append(Finding(subject="appendfsync", found=fsync, expected=expected, cure=cure))
    on_rewrite = settings.get("no-appendfsync-on-rewrite", "nothing")
    if on_rewrite != "no":
        findings.append(
            Finding(
                subject="no-appendfsync-on-rewrite",
                found=on_rewrite,
                expected="no",
                cure=(
                    "While the file is rewritten nothing would be forced to disk: CONFIG SET "
                    f"no-appendfsync-on-rewrite no, {IN_FILE_TOO}."
                ),
            )
        )
    return tuple(findings)
