"""A board of a million members: rank, a page of fifty, around me, in the store and over HTTP, while events are judged.

The million are put on the board by the store's own rows (sorted set, ranks of the week before, records), since a
million people through the door is out of proportion. Five thousand more came through the log; they act, the engine in
its own process judges, and the API in its own process answers. The floors are taken from the same server and the same
HTTP server in the same run: PING and a plain ZREVRANGE of 50 rows over one connection, and an empty body.
"""

import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import uvicorn

from bench.crowd import Crowd, as_act, beginning_of
from bench.figures import Figure
from bench.http_load import LoadFigures, LoadPlan, in_own_process, percentile_ms, request
from bench.processes import cpu_seconds, free_port, process, until_it_listens
from bench.service import all_packs
from cli.one_write import OneWrite
from engine.bootstrap import Site, site_at
from engine.core.entries import AnyEntry, encode_entry
from engine.core.periods import PeriodKind, local_day, period_of
from engine.core.plan import KINDS
from engine.core.states import MemberState
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.ask import Argument, ask, ask_all
from engine.store.board_answers import Asking, place_before
from engine.store.directory import MemberRecord, TokenRecord, encode_record, token_digest
from engine.store.embedded import EmbeddedServer
from engine.store.keys import Place
from engine.store.log import Append

MEMBERS = 1_000_000
ACTIVE = 5_000
CALLERS = 1_000
"""Members of the million who have a token."""

CONNECTIONS = 16
EVENTS_PER_SECOND = 500
BACKLOG = 250_000
"""Events that wait when the engine is to work as fast as it can: more than it judges while boards are read."""

SECONDS = 6.0
"""How long each kind of request is sent."""

BOARD = "advocates"
PAGE, AROUND, RANK = "?limit=50&period=week", "?around=me&limit=50", "?around=me&limit=1"
HOUR_MS = 3_600_000

Done = TypeVar("Done")


class Latency(msgspec.Struct, frozen=True):
    """Of calls one after the other."""

    p50_ms: float
    p99_ms: float


class StoreFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Reads of the store, with the client's own time; `ping` and `plain` (ZREVRANGE of 50 rows) are the floor."""

    rank: Latency
    page: Latency
    around: Latency
    ping: Latency
    plain: Latency


class HttpFigures(msgspec.Struct, frozen=True):
    """A load, and the CPU that the API took for it."""

    load: LoadFigures
    api_cpu_seconds: float


class BoardFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured; judged is events a second that the engine did meanwhile."""

    members: int
    quiet: StoreFigures
    busy: StoreFigures
    page: HttpFigures
    around: HttpFigures
    rank: HttpFigures
    mixed: HttpFigures
    empty: LoadFigures
    judged: float
    busy_mixed: HttpFigures
    busy_judged: float


async def measure_boards(members: int = MEMBERS, seconds: float = SECONDS) -> list[Figure]:
    """Fill the board, start engine and API, measure both loads."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer.start(Path(folder) / "store") as server:
        settings = Settings()
        async with site_at(server.url, settings) as site:
            now = time.time_ns() // 1_000_000
            await Publisher(site.log, site.rulebooks).publish(all_packs(), now=now - HOUR_MS, by="bench")
            await _append_all(site, _people(), now - HOUR_MS)
            await site.engine(settings).run(asyncio.Event(), until=(await site.log.door()).position)
            place = await _place(site, now)
            await _fill(site, place, members)
            secrets_ = await _tokens(site, members)
            environment = {"SULKA_DATA_DIR": folder, "SULKA_PORT": str(free_port()), "SULKA_STORE_URL": server.url}
            async with (
                process(("-m", "cli.worker", "engine", server.url), environment),
                process(("-m", "cli.worker", "api", server.url), environment) as api,
            ):
                port = int(environment["SULKA_PORT"])
                await until_it_listens(port)
                bench = _Bench(site, server.url, place, port, api, secrets_, members, seconds)
                return _figures(await _measure(bench))


class _Bench(msgspec.Struct, frozen=True):
    site: Site
    url: str
    place: Place
    port: int
    api: int
    secrets: list[str]
    members: int
    seconds: float

    async def load(self, *paths: str) -> HttpFigures:
        """These questions in turn, each by another member."""
        chance = random.Random(3)
        requests = [
            request(
                "GET",
                f"/v1/leaderboards/{BOARD}{path}",
                headers={"authorization": f"Bearer {chance.choice(self.secrets)}"},
            )
            for _ in range(500)
            for path in paths
        ]
        plan = LoadPlan(
            host="127.0.0.1",
            port=self.port,
            requests=requests,
            connections=CONNECTIONS,
            seconds=self.seconds,
            again=True,
        )
        before = cpu_seconds(self.api)
        figures = await in_own_process(plan)
        assert set(figures.statuses) == {200}, figures.statuses
        return HttpFigures(figures, cpu_seconds(self.api) - before)


async def _measure(bench: _Bench) -> BoardFigures:
    async with process(("-m", "bench.boards", "events", bench.url), {}):
        quiet, judged = await _while_judging(bench, lambda: _store(bench))
        page = await bench.load(PAGE)
        around = await bench.load(AROUND)
        rank = await bench.load(RANK)
        mixed = await bench.load(PAGE, AROUND, RANK)
    async with _empty_server() as port:
        plan = LoadPlan(
            host="127.0.0.1",
            port=port,
            requests=[request("GET", "/", headers={"authorization": f"Bearer {bench.secrets[0]}"})],
            connections=CONNECTIONS,
            seconds=bench.seconds,
            again=True,
        )
        empty = await in_own_process(plan)
    await _append_all(bench.site, _acts(BACKLOG, Crowd(ACTIVE, name="backlog")), time.time_ns() // 1_000_000)
    busy, _ = await _while_judging(bench, lambda: _store(bench))
    busy_mixed, busy_judged = await _while_judging(bench, lambda: bench.load(PAGE, AROUND, RANK))
    return BoardFigures(
        members=bench.members,
        quiet=quiet,
        busy=busy,
        page=page,
        around=around,
        rank=rank,
        mixed=mixed,
        empty=empty,
        judged=judged,
        busy_mixed=busy_mixed,
        busy_judged=busy_judged,
    )


async def _while_judging(bench: _Bench, doing: Callable[[], Awaitable[Done]]) -> tuple[Done, float]:
    """What was done, and how many events a second were judged meanwhile."""
    before, began = await bench.site.reader.judged(), time.perf_counter()
    done = await doing()
    return done, (await bench.site.reader.judged() - before) / (time.perf_counter() - began)


async def _store(bench: _Bench) -> StoreFigures:
    """Questions to the store one after the other, in turn, so that each meets the same commits."""
    boards, place, read = bench.site.boards, bench.place, bench.site.read
    chance = random.Random(5)

    def asking() -> Asking:
        return Asking(_member(chance.randrange(bench.members)), _no_score)

    kinds: dict[str, Callable[[], Awaitable[object]]] = {
        "rank": lambda: boards.around(place, asking(), limit=1),
        "page": lambda: boards.page(place, limit=50),
        "around": lambda: boards.around(place, asking(), limit=50),
        "ping": lambda: ask(read, "PING"),
        "plain": lambda: ask(read, "ZREVRANGE", bench.site.keys.board(place), 0, 49, "WITHSCORES"),
    }
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    end = time.perf_counter() + bench.seconds
    while time.perf_counter() < end:
        for kind, call in kinds.items():
            began = time.perf_counter()
            await call()
            took[kind].append(time.perf_counter() - began)
    return StoreFigures(**{kind: _latency(seconds) for kind, seconds in took.items()})


def _latency(seconds: list[float]) -> Latency:
    ordered = sorted(seconds)
    return Latency(percentile_ms(ordered, 50), percentile_ms(ordered, 99))


def _no_score(_state: MemberState, _place: Place) -> int:
    return 0


async def _place(site: Site, now: int) -> Place:
    book = (await site.plans.in_force({})).rulebook
    board = next(board for board in book.boards if board.id == BOARD)
    week = period_of(PeriodKind.WEEK, local_day(now, book.zone), book.week_starts)
    return Place(board.code, KINDS.index(PeriodKind.WEEK), week)


def _member(number: int) -> str:
    return f"b{number:011}"


async def _fill(site: Site, place: Place, members: int) -> None:
    """The million: rows of this week, ranks of the last one, records."""
    chance, keys = random.Random(11), site.keys
    board, ranks = keys.board(place), keys.ranks(place_before(place))
    for start in range(0, members, 1_000):
        numbers = range(start, min(start + 1_000, members))
        scores: list[Argument] = []
        places: list[Argument] = []
        records: list[Argument] = []
        for number in numbers:
            member = _member(number)
            scores.extend((1 + chance.randrange(150), member))
            places.extend((member, 1 + chance.randrange(members)))
            records.extend((member, encode_record(MemberRecord(f"Member {number}", f"m{number}@example.org"))))
        await ask_all(
            site.write, [("ZADD", board, *scores), ("HSET", ranks, *places), ("HSET", keys.directory, *records)]
        )


async def _tokens(site: Site, members: int) -> list[str]:
    chance = random.Random(13)
    made = []
    for _ in range(CALLERS):
        secret = secrets.token_hex(32)
        record = TokenRecord("member", "bench", 0, _member(chance.randrange(members)))
        await site.directory.put_token(token_digest(secret), record)
        made.append(secret)
    return made


def _people() -> list[AnyEntry]:
    joined = time.time_ns() // 1_000_000 - HOUR_MS
    return [entry for number in range(ACTIVE) for entry in beginning_of(number, ACTIVE, joined)]


def _acts(count: int, crowd: Crowd) -> list[AnyEntry]:
    return [as_act(event, "bench") for event in crowd.events(count, datetime.now(UTC))]


async def _append_all(site: Site, entries: Sequence[AnyEntry], recorded: int) -> None:
    for start in range(0, len(entries), 500):
        payloads = map(encode_entry, entries[start : start + 500])
        await site.log.append(
            [Append(mark=None, digest=None, payload=payload, recorded=recorded) for payload in payloads]
        )


async def _post_events(url: str) -> None:
    """A client: 500 events a second, in tens, until it is ended."""
    async with site_at(url, Settings()) as site:
        crowd = Crowd(ACTIVE, name="steady")
        began, sent = time.perf_counter(), 0
        while True:
            await asyncio.sleep(max(0.0, began + sent / EVENTS_PER_SECOND - time.perf_counter()))
            await _append_all(site, _acts(10, crowd), time.time_ns() // 1_000_000)
            sent += 10


async def _serve_nothing(port: int) -> None:
    """The floor: the same HTTP server with the same options, answering an empty body."""

    async def nothing(scope: dict[str, object], receive: object, send: Callable[[object], Awaitable[None]]) -> None:  # noqa: ARG001 - of ASGI
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(
        nothing,
        port=port,
        loop="uvloop",
        http=OneWrite,
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
    await uvicorn.Server(config).serve()


@asynccontextmanager
async def _empty_server() -> AsyncIterator[int]:
    port = free_port()
    async with process(("-m", "bench.boards", "nothing", str(port)), {}):
        await until_it_listens(port)
        yield port


def _figures(found: BoardFigures) -> list[Figure]:
    figures = []
    for when, store, asked in (("500 events/s", found.quiet, "p99 5"), ("full engine speed", found.busy, "")):
        for kind, latency in (("rank", store.rank), ("page of 50", store.page), ("around me, 50", store.around)):
            figures.append(
                Figure(
                    what=f"board of {found.members:,}, {kind}, in the store, p50 / p99 ms, at {when}",
                    reached=(latency.p50_ms, latency.p99_ms),
                    shape="{:.2f} / {:.2f}",
                    floor=(store.plain.p50_ms, store.plain.p99_ms, store.ping.p50_ms, store.ping.p99_ms),
                    floor_shape="{:.2f} / {:.2f} (ZREVRANGE), {:.2f} / {:.2f} (PING)",
                    asked=asked,
                )
            )
    for kind, http, judged, asked in (
        ("rank", found.rank, found.judged, ""),
        ("page of 50", found.page, found.judged, ""),
        ("around me, 50", found.around, found.judged, ""),
        ("these three in turn", found.mixed, found.judged, "2,500"),
        ("these three in turn, at full engine speed", found.busy_mixed, found.busy_judged, ""),
    ):
        load, answers = http.load, http.load.answers
        cpu = (
            f"CPU, µs each: api {1e6 * http.api_cpu_seconds / answers:.0f}, load {1e6 * load.cpu_seconds / answers:.0f}"
        )
        figures.append(
            Figure(
                what=f"board of {found.members:,}, {kind}, requests/s over HTTP; p99 ms",
                reached=(load.per_second, load.p99_ms),
                shape="{:,.0f}; {:.1f}",
                floor=(found.empty.per_second,),
                floor_shape="{:,.0f} (empty body)",
                asked=asked,
                note=f"{cpu}; judged {judged:,.0f}/s",
            )
        )
    return figures


def main() -> None:
    """One of the processes of the measurement."""
    match sys.argv[1:]:
        case ["events", url]:
            asyncio.run(_post_events(url))
        case ["nothing", port]:
            asyncio.run(_serve_nothing(int(port)))
        case words:
            sys.exit(f"No process of the measurement is called {' '.join(words)}.")


if __name__ == "__main__":
    main()
