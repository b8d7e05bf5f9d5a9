"""A real `sulka serve` with 20,000 members to measure: its own data folder, the shipped packs, all of them in force."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from urllib.parse import quote

import msgspec
from redis.asyncio import Redis

from bench.engine import all_packs
from bench.http_load import Connection, LoadFigures, LoadPlan, in_own_process, request
from engine.bootstrap import Site, site_at
from engine.core.entries import MemberFacts, MemberSet, MembershipChanged, VisibilityChosen, encode_entry
from engine.settings import Settings
from engine.store.directory import MemberRecord, MembershipRow, TokenRecord, token_digest
from engine.store.folder import socket_of
from engine.store.log import Append

PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")
PATIENCE_SECONDS = 600
SOURCE, TOKEN = "bench", "the-token-of-the-measurements"
COUNTRIES = ("FI", "SE", "EE", "DE")
AT_ONCE = 500
PIPELINE = 100
MOST_SECONDS = 120
"""A load that takes longer is no figure."""

JOINED_OF_TEN = 9
"""So many of ten members have joined; the acts of the others become blank entries."""

TICKS = os.sysconf("SC_CLK_TCK")


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """The program as it runs, and where it is to be found."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    environment: Mapping[str, str]

    @property
    def store_url(self) -> str:
        """The address of its store."""
        path = socket_of(self.data / "store")
        assert path is not None, "sulka serve has no store"
        return f"unix://{quote(str(path))}"

    def cpu_seconds(self) -> dict[str, float]:
        """What each of its processes has used of the processors until now, by name."""
        found: dict[str, float] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, ValueError):
                continue
            if int(fields[1]) == self.process.pid:
                name = words[words.index("cli.worker") + 1] if "cli.worker" in words else "store"
                found[name] = found.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / TICKS
        return found

    def file_bytes(self) -> int:
        """What its append-only files hold."""
        return sum(path.stat().st_size for path in (self.data / "store").rglob("appendonly*") if path.is_file())

    def verify(self) -> str:
        """What `sulka verify` says of its data.

        Raises:
            CalledProcessError: It found a difference: no figure counts.
        """
        done = subprocess.run(
            [*PROGRAM, "verify"], env=self.environment, stdout=subprocess.PIPE, timeout=PATIENCE_SECONDS, check=True
        )
        return done.stdout.decode().strip()

    async def take(self, requests: list[bytes], connections: int) -> tuple[LoadFigures, dict[str, float]]:
        """Send all of these and get a good answer to each; with what each process used of the processors meanwhile."""
        before = self.cpu_seconds()
        figures = await in_own_process(
            LoadPlan(host="127.0.0.1", port=self.port, requests=requests, connections=connections, seconds=MOST_SECONDS)
        )
        assert set(figures.statuses) <= {200, 202}, f"not all was accepted: {figures.statuses}, {figures.sample!r}"
        assert figures.answers == len(requests), "the load did not end in time"
        return figures, {**self.cpu_since(before), "load": figures.cpu_seconds}

    def cpu_since(self, before: Mapping[str, float]) -> dict[str, float]:
        """What each of its processes has used since then."""
        return {name: seconds - before.get(name, 0.0) for name, seconds in self.cpu_seconds().items()}

    async def judged(self) -> int:
        """Wait until the engine has come to the end of the log; where that is."""
        connection = await Connection.open("127.0.0.1", self.port)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                said = msgspec.json.decode((await connection.ask(request("GET", "/health/ready"))).body)
                if said["position"] == said["judged"]:
                    connection.close()
                    return int(said["position"])
                await asyncio.sleep(0.05)


@contextmanager
def service() -> Iterator[Service]:
    """The program, for as long as this is open."""
    with tempfile.TemporaryDirectory(prefix="sulka-bench-") as folder:
        rules = Path(folder) / "rules"
        for name, text in all_packs().items():
            path = rules / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        data, port = Path(folder) / "data", _free_port()
        said = {"SULKA_DATA_DIR": str(data), "SULKA_RULES_DIR": str(rules), "SULKA_PORT": str(port)}
        environment = {**os.environ, **said}
        process = subprocess.Popen([*PROGRAM, "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_until_it_listens(process, port)
            yield Service(process=process, data=data, port=port, environment=environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)


@asynccontextmanager
async def store_of(service: Service) -> AsyncIterator[Site]:
    """The parts over the store of a running service."""
    async with site_at(service.store_url, Settings()) as site:
        yield site


async def make_known(site: Site, members: int) -> None:
    """Members with an alias each, of whom most have joined and are shown, and the sender's token."""
    record = TokenRecord("source", SOURCE, _now_ms(), None, SOURCE)
    await site.directory.put_token(token_digest(TOKEN), record)
    for start in range(0, members, AT_ONCE):
        items = [item for number in range(start, min(start + AT_ONCE, members)) for item in _known(site, number)]
        appended = await site.log.append(items)
        assert all(each.status == "accepted" for each in appended)


def member_id(number: int) -> str:
    """The id of a made-up member."""
    return f"m{number:011}"


async def stored_rows(client: Redis, prefix: str) -> int:
    """How many rows lie under all keys that begin so: fields of hashes, members of sets, entries of streams."""
    counts = {b"hash": client.hlen, b"zset": client.zcard, b"stream": client.xlen}
    rows = 0
    async for key in client.scan_iter(f"{prefix}*", count=1_000):
        rows += await counts[cast("bytes", await client.type(key))](key)
    return rows


def alias(number: int) -> str:
    """By what senders know a made-up member."""
    return f"email:person{number}@example.org"


def has_joined(number: int) -> bool:
    """Whether that one takes part."""
    return number % 10 < JOINED_OF_TEN


def _known(site: Site, number: int) -> Iterator[Append]:
    member, now = member_id(number), _now_ms()
    facts = MemberFacts(country=COUNTRIES[number % 4], team=f"team-{number % 400}", department=f"d-{number % 40}")
    record = MemberRecord(f"Member {number}", aliases=(alias(number),))
    yield Append(
        mark=None,
        digest=None,
        payload=encode_entry(MemberSet(member, facts)),
        recorded=now,
        rows=site.directory.member_rows(member, record, None),
    )
    if has_joined(number):
        row = MembershipRow(status="joined", joined_at=now, boards=True, wall=True, badges=True)
        joined = encode_entry(MembershipChanged(member, "join", now))
        shown = encode_entry(VisibilityChosen(member, boards=True, wall=True, badges=True))
        for payload in (joined, shown):
            yield Append(
                mark=None,
                digest=None,
                payload=payload,
                recorded=now,
                rows=(site.directory.membership_row(member, row, None),) if payload is joined else (),
            )


def events(count: int, *, first_member: int, members: int, name: str) -> list[dict[str, object]]:
    """Events as senders post them, most of them shares, by members from `first_member` on; each id is said once."""
    chance = random.Random(7)
    made: list[dict[str, object]] = []
    for number in range(count):
        type_ = chance.choices(("content.shared", "planning.joined", "content.reviewed"), (7, 2, 1))[0]
        data: dict[str, object] = {"topics": [chance.choice(("hiring", "products", "technology"))]}
        if type_ == "content.shared":
            data |= {"channel": chance.choice(("linkedin", "x", "bluesky", "blog")), "own_words": chance.random() < 0.6}
            data["content"] = f"post-{chance.randrange(400)}"
        if type_ == "content.reviewed":
            data["useful"] = chance.random() < 0.8
        made.append(
            {
                "id": f"{name}-{number}",
                "type": type_,
                "subject": alias(first_member + chance.randrange(members)),
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "data": data,
            }
        )
    return made


def post(body: object) -> bytes:
    """The bytes of a request that posts an event, or an array of them."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    return request("POST", "/v1/events", headers=headers, body=msgspec.json.encode(body))


async def xadd_floor(client: Redis, payloads: list[bytes]) -> float:
    """Raw XADDs a second of these bytes by one client on one connection in pipelines, on the same server."""
    began = time.perf_counter()
    for start in range(0, len(payloads), PIPELINE):
        pipeline = client.pipeline(transaction=False)
        for payload in payloads[start : start + PIPELINE]:
            pipeline.execute_command("XADD", "{floor}:log", "*", "e", payload)
        await pipeline.execute()
    took = time.perf_counter() - began
    await client.unlink("{floor}:log")
    return len(payloads) / took


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError
