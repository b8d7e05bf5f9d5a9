"""From a posted event to its points on the board, at 500 events a second, while the append-only file is rewritten.

Each event is a single post by a member who has no points yet and is paid for it; the load looks at the board itself
until that member's score stands there. A latency counts from the moment at which the event was due to be sent.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import cast

import msgspec
import uvloop
from redis.asyncio import Redis

from bench.accept import make_posts_known
from bench.crowd import Crowd, has_joined, member_id
from bench.figures import Figure, cpu_in_words
from bench.http_load import Connection, percentile_ms
from bench.service import give_tokens, make_known, post, service, store_of
from engine.core.periods import PeriodKind
from engine.core.plan import KINDS
from engine.store.connect import read_client
from engine.store.keys import Place

MEMBERS = 20_000
FILLED_EVENTS, AT_ONCE, FILL_CONNECTIONS = 60_000, 500, 4
EVENTS, PER_SECOND, CONNECTIONS = 9_000, 500, 16
REWRITE_AFTER_SECONDS = 4.0
LOOK_SECONDS = 0.001
LAST_LOOK_SECONDS = 30.0
BOARD = "advocates"
FLOOR_WRITES = 2_000


class LatencyPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What the load's process needs: where, whose events, and the request that posts each."""

    port: int
    store_url: str
    board_key: str
    members: list[str]
    requests: list[bytes]


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds from the moment when an event was due: to its answer, and to its points on the board.

    `rewrite_p99_ms` is of the events that came while the append-only file was being rewritten.
    """

    answer_p50_ms: float
    answer_p99_ms: float
    board_p50_ms: float
    board_p99_ms: float
    board_most_ms: float
    rewrite_p99_ms: float
    rewrite_seconds: float
    per_second: float
    cpu_seconds: float


async def measure_latency() -> list[Figure]:
    """Fill a running service through its door, send at a steady rate, and verify."""
    with service() as running:
        async with store_of(running) as site:
            await give_tokens(site)
            await make_known(site, MEMBERS)
            await make_posts_known(running)
            now = datetime.now(UTC)
            bodies = Crowd(MEMBERS // 2, name="fill").events(FILLED_EVENTS, now)
            batches = [post(bodies[start : start + AT_ONCE]) for start in range(0, FILLED_EVENTS, AT_ONCE)]
            await running.take(batches, FILL_CONNECTIONS)
            await running.judged()
            rulebook = (await site.plans.in_force({})).rulebook
            board = next(each for each in rulebook.boards if rulebook.names[each.code].id == BOARD)
            who = [number for number in range(MEMBERS // 2, MEMBERS) if has_joined(number)][:EVENTS]
            crowd = Crowd(MEMBERS, name="steady")
            plan = LatencyPlan(
                port=running.port,
                store_url=running.store_url,
                board_key=site.keys.board(Place(board.code, KINDS.index(PeriodKind.EVER), 0)),
                members=[member_id(number) for number in who],
                requests=[post(crowd.share(number, now)) for number in who],
            )
            file_bytes, before = running.file_bytes(), running.cpu_seconds()
            found = await _in_own_process(plan)
            cpu = {**running.cpu_since(before), "load": found.cpu_seconds}
            await running.judged()
            floor = await _one_at_a_time(site.write, plan.requests[0][-200:])
        verified = await asyncio.to_thread(running.verify)
    lowest = (percentile_ms(floor, 50), percentile_ms(floor, 99))
    return [
        Figure(
            what=f"from a post to its points on the board, at {PER_SECOND} events/s, p50 / p99 / most, ms",
            reached=(found.board_p50_ms, found.board_p99_ms, found.board_most_ms),
            shape="{:.1f} / {:.1f} / {:.0f}",
            floor=lowest,
            floor_shape="{:.1f} / {:.1f} (raw XADD)",
            asked="10 / 50",
            note=f"sent {found.per_second:.0f}/s; {cpu_in_words(cpu, len(who))}",
        ),
        Figure(
            what=f"… of those during the rewrite of a file of {file_bytes / 1e6:,.0f} MB, p99, ms; it took s",
            reached=(found.rewrite_p99_ms, found.rewrite_seconds),
            shape="{:.1f}; {:.1f}",
            asked="50",
        ),
        Figure(
            what="… to the answer, p50 / p99, ms",
            reached=(found.answer_p50_ms, found.answer_p99_ms),
            shape="{:.1f} / {:.1f}",
            floor=lowest,
            floor_shape="{:.1f} / {:.1f} (raw XADD)",
            note=verified,
        ),
    ]


async def _one_at_a_time(client: Redis, payload: bytes) -> list[float]:
    took: list[float] = []
    for _ in range(FLOOR_WRITES):
        began = time.perf_counter()
        await client.xadd("{floor}:log", {"e": payload})
        took.append(time.perf_counter() - began)
    await client.unlink("{floor}:log")
    return sorted(took)


async def _in_own_process(plan: LatencyPlan) -> Latencies:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.latency", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(msgspec.msgpack.encode(plan))
    assert process.returncode == 0, "the load ended without figures"
    return msgspec.msgpack.decode(out, type=Latencies)


class _Steady:
    """The load: posts at a steady rate, and looks at the board for those that are not there yet."""

    def __init__(self, plan: LatencyPlan, store: Redis) -> None:
        self._plan, self._store = plan, store
        self._next = 0
        self._due: dict[str, float] = {}
        self._answered: list[float] = []
        self._seen: list[tuple[float, float]] = []
        self._began = 0.0

    async def run(self) -> Latencies:
        """All events, until the last one's points are seen."""
        connections = [await Connection.open("127.0.0.1", self._plan.port) for _ in range(CONNECTIONS)]
        cpu, self._began = time.process_time(), time.perf_counter()
        watching, rewriting = asyncio.create_task(self._watch()), asyncio.create_task(self._rewrite())
        await asyncio.gather(*(self._post(connection) for connection in connections))
        took = time.perf_counter() - self._began
        async with asyncio.timeout(LAST_LOOK_SECONDS):
            await watching
            first, last = await rewriting
        for connection in connections:
            connection.close()
        answered, seen = sorted(self._answered), sorted(seen - due for due, seen in self._seen)
        meanwhile = sorted(seen - due for due, seen in self._seen if first <= due <= last)
        return Latencies(
            answer_p50_ms=percentile_ms(answered, 50),
            answer_p99_ms=percentile_ms(answered, 99),
            board_p50_ms=percentile_ms(seen, 50),
            board_p99_ms=percentile_ms(seen, 99),
            board_most_ms=seen[-1] * 1_000,
            rewrite_p99_ms=percentile_ms(meanwhile, 99),
            rewrite_seconds=last - first,
            per_second=len(answered) / took,
            cpu_seconds=time.process_time() - cpu,
        )

    async def _post(self, connection: Connection) -> None:
        while self._next < len(self._plan.requests):
            number = self._next
            self._next += 1
            due = self._began + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._due[self._plan.members[number]] = due
            answer = await connection.ask(self._plan.requests[number])
            self._answered.append(time.perf_counter() - due)
            assert answer.status == 202, answer

    async def _watch(self) -> None:
        while len(self._seen) < len(self._plan.members):
            await asyncio.sleep(LOOK_SECONDS)
            waiting = list(self._due)
            if not waiting:
                continue
            scores = cast("list[bytes | None]", await self._ask("ZMSCORE", self._plan.board_key, *waiting))
            now = time.perf_counter()
            for member, score in zip(waiting, scores, strict=True):
                if score is not None and float(score) > 0:
                    self._seen.append((self._due.pop(member), now))

    async def _rewrite(self) -> tuple[float, float]:
        """Have the append-only file written anew in the middle of it all; when that began and ended."""
        await asyncio.sleep(REWRITE_AFTER_SECONDS)
        began = time.perf_counter()
        await self._ask("BGREWRITEAOF")
        while True:
            await asyncio.sleep(0.05)
            said = cast("dict[str, object]", await self._store.info("persistence"))
            if not said["aof_rewrite_in_progress"] and not said["aof_rewrite_scheduled"]:
                assert said["aof_last_bgrewrite_status"] == "ok", said
                return began, time.perf_counter()

    async def _ask(self, *words: str) -> object:
        answer: object = await self._store.execute_command(*words)  # type: ignore[no-untyped-call]  # of the client
        return answer


async def _load(plan: LatencyPlan) -> Latencies:
    async with read_client(plan.store_url) as store:
        return await _Steady(plan, store).run()


def main() -> None:
    """The load's process: a plan comes in, latencies go out."""
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=LatencyPlan)
    sys.stdout.buffer.write(msgspec.msgpack.encode(uvloop.run(_load(plan))))


if __name__ == "__main__":
    main()
