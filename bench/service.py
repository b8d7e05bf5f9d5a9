"""A real `sulka serve` to measure: its own data folder, the shipped packs, all of them in force."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import quote

import msgspec
from redis.asyncio import Redis

from bench.crowd import alias, beginning_of, member_id
from bench.http_load import Connection, LoadFigures, LoadPlan, in_own_process, request
from engine.bootstrap import Site, site_at
from engine.core.entries import MemberSet, VisibilityChosen, encode_entry
from engine.rulebook.book import read_folder
from engine.settings import Settings
from engine.store.ask import Argument, ask
from engine.store.directory import MemberRecord, MembershipRow, TokenRecord, encode_record, token_digest
from engine.store.folder import socket_of
from engine.store.log import Append, Row

PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")
PATIENCE_SECONDS = 600
SOURCE, TOKEN = "bench", "the-token-of-the-measurements"
ADMIN = "the-token-of-the-measurements-administrator"
RECORDED_AT = "sulka-recorded-at"
RULES = Path("rules")
AT_ONCE = 500
PIPELINE = 100
MOST_SECONDS = 400
"""A load that takes longer is no figure."""

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

    async def take(
        self, requests: list[bytes], connections: int, stages: Sequence[int] = ()
    ) -> tuple[LoadFigures, dict[str, float]]:
        """Send all of these and get a good answer to each; with what each process used of the processors meanwhile."""
        before = self.cpu_seconds()
        plan = LoadPlan(
            host="127.0.0.1",
            port=self.port,
            requests=requests,
            connections=connections,
            seconds=MOST_SECONDS,
            stages=stages,
        )
        figures = await in_own_process(plan)
        assert set(figures.statuses) <= {200, 201, 202}, f"not all was accepted: {figures.statuses}, {figures.sample!r}"
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


def all_packs() -> dict[str, str]:
    """The shipped files with every pack in force."""
    texts = read_folder(RULES)
    rules = [path for path in texts if path != "organization.toml" and not path.startswith("sources/")]
    packs = sorted({path.split("/")[0] if path.startswith("starter") else path.removesuffix(".toml") for path in rules})
    named = ", ".join(f'"{pack}"' for pack in packs)
    name = "organization.toml"
    texts[name] = texts[name].replace('packs = ["starter"]', f"packs = [{named}]")
    return texts


@contextmanager
def service(*, history: bool = False) -> Iterator[Service]:
    """The program, for as long as this is open; with `history` it waits for history to be opened."""
    with tempfile.TemporaryDirectory(prefix="sulka-bench-") as folder:
        rules = Path(folder) / "rules"
        for name, text in all_packs().items():
            path = rules / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        data, port = Path(folder) / "data", _free_port()
        said = {"SULKA_DATA_DIR": str(data), "SULKA_RULES_DIR": str(rules), "SULKA_PORT": str(port)}
        environment = {**os.environ, **said}
        process = subprocess.Popen(
            [*PROGRAM, "serve", *(["--history"] if history else [])], env=environment, stdout=subprocess.DEVNULL
        )
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


async def give_tokens(site: Site) -> None:
    """Tokens for the sender of events and for the administrator."""
    now = _now_ms()
    await site.directory.put_token(token_digest(TOKEN), TokenRecord("source", SOURCE, now, None, SOURCE))
    await site.directory.put_token(token_digest(ADMIN), TokenRecord("admin", SOURCE, now))


async def make_known(site: Site, members: int, at_ms: int | None = None) -> None:
    """Members with an alias and a token each, of whom most have joined and are shown.

    With `at_ms` it was then, in history mode. The rows are those that the door's calls write, in bulk.
    """
    now = _now_ms() if at_ms is None else at_ms
    for start in range(0, members, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, members))
        items = [item for number in numbers for item in _known(site, number, members, now, said=at_ms is not None)]
        appended = await site.log.append(items)
        assert all(each.status == "accepted" for each in appended)
        tokens: list[Argument] = []
        for number in numbers:
            record = TokenRecord("member", SOURCE, now, member_id(number))
            tokens.extend((token_digest(own_token(number)), encode_record(record)))
        await ask(site.write, "HSET", site.keys.tokens, *tokens)


def own_token(number: int) -> str:
    """The token of a made-up member."""
    return f"the-token-of-member-{number}"


async def stored_rows(client: Redis, prefix: str) -> int:
    """How many rows lie under all keys that begin so: fields of hashes, members of sets, entries of streams."""
    counts = {b"hash": client.hlen, b"zset": client.zcard, b"stream": client.xlen}
    rows = 0
    async for key in client.scan_iter(f"{prefix}*", count=1_000):
        rows += await counts[cast("bytes", await client.type(key))](key)
    return rows


def _known(site: Site, number: int, members: int, at_ms: int, *, said: bool) -> Iterator[Append]:
    member, directory = member_id(number), site.directory
    for entry in beginning_of(number, members, at_ms):
        rows: tuple[Row, ...] = ()
        if isinstance(entry, MemberSet):
            record = MemberRecord(f"Member {number}", aliases=(alias(number),))
            rows = tuple(directory.member_rows(member, record, None))
        if isinstance(entry, VisibilityChosen):
            row = MembershipRow(status="joined", joined_at=at_ms, boards=True, wall=True, badges=True)
            rows = (directory.membership_row(member, row, None),)
        yield Append(mark=None, digest=None, payload=encode_entry(entry), recorded=at_ms, said_recorded=said, rows=rows)


def post(body: object, *, path: str = "/v1/events", token: str = TOKEN, at: datetime | None = None) -> bytes:
    """The bytes of a request that posts an event, an array of them, or something else; in history mode, when."""
    headers = {"authorization": f"Bearer {token}"}
    if at is not None:
        headers[RECORDED_AT] = at.isoformat()
    return request("POST", path, headers=headers, body=msgspec.json.encode(body))


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
