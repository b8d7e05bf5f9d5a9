"""10 and 10,000 rules on one type of event, told apart by their equalities, of which the same few match.

Both rulebooks are rule files that went through the whole checker. An event says two things, each of a hundred values;
a rule asks for both. The events are the same for both rulebooks: each meets one rule of its pair of values and one
that asks for the first value alone, so two pay. The whole engine judges over a store, and the core by itself from
memory; both rulebooks in turn, part by part, so that the machine's moods meet both.
"""

import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Final

from bench.crowd import beginning_of, has_joined, member_id
from bench.figures import Figure
from bench.service import xadd_floor
from cli.memory import collect_nothing
from engine.bootstrap import Site, site_at
from engine.core.changes import Input
from engine.core.entries import Act, AnyEntry, Logged, encode_entry
from engine.core.keys import member_key
from engine.core.plan import Plan
from engine.core.states import MemberState, State
from engine.core.stored import decode_state
from engine.run.batch import BatchDecider, Desks
from engine.run.publish import Publisher
from engine.settings import Settings
from engine.store.embedded import EmbeddedServer
from engine.store.log import Append

FEW, MANY = 10, 10_000
VALUES: Final = 100
MATCHED: Final = ((0, 0), (1, 1), (2, 2), (3, 3))
"""The pairs of values that events have."""

ALONE: Final = len(MATCHED)
"""So many rules ask for the first value alone."""

MEMBERS, IN_A_PART, PARTS = 2_000, 2_000, 15
BEGIN = 1_767_607_200_000
IN_A_BATCH, AT_ONCE, RULES_A_FILE = 100, 500, 2_500
TYPE = "bench.done"


async def measure_rules() -> list[Figure]:
    """Both rulebooks in turn."""
    async with AsyncExitStack() as opened:
        few, many = [await opened.enter_async_context(_prepared(rules)) for rules in (FEW, MANY)]
        opened.enter_context(_collecting_as_an_engine())
        engine: dict[int, list[float]] = {FEW: [], MANY: []}
        core: dict[int, list[float]] = {FEW: [], MANY: []}
        floors: list[float] = []
        acts = _acts(IN_A_PART * PARTS)
        for start in range(0, len(acts), IN_A_PART):
            part = acts[start : start + IN_A_PART]
            for judge in (few, many):
                logged = await judge.append(part)
                engine[judge.rules].append(await judge.by_the_engine(logged))
                core[judge.rules].append(await judge.by_the_core(logged))
            floors.append(await xadd_floor(few.site.write, [encode_entry(act) for act in part]))
        calls = [await judge.calls_of_the_core(await judge.append(acts[:IN_A_PART])) for judge in (few, many)]
        assert await few.paid() == await many.paid() > 0, "the rulebooks did not pay the same"
    return [
        _figure("by the engine, over the store", engine, asked="x 1.3"),
        _figure("by the core alone", core, asked=""),
        Figure(
            what="… calls of Python's functions for it, by the core alone",
            reached=(calls[1] / calls[0], calls[0] / IN_A_PART, calls[1] / IN_A_PART),
            shape="x {:.2f}; {:.0f}; {:.0f}",
        ),
        Figure(
            what=f"… the floor of one of them, µs ({MEMBERS:,} members, {len(acts):,} events in {PARTS} parts)",
            reached=(1e6 / median(floors),),
            shape="{:.0f} (raw XADD)",
        ),
    ]


def _figure(how: str, seconds: dict[int, list[float]], *, asked: str) -> Figure:
    """The first part warms up. The growth is the median of each part's own."""
    few, many = seconds[FEW][1:], seconds[MANY][1:]
    growth = median(long / short for short, long in zip(few, many, strict=True))
    of_one = [1e6 * median(each) for each in (few, many)]
    return Figure(
        what=f"an event with {FEW} and {MANY:,} rules on its type, {how}: growth; µs; µs",
        reached=(growth, *of_one),
        shape="x {:.2f}; {:.0f}; {:.0f}",
        asked=asked,
    )


class _Judge:
    """An organization under so many rules, judged by the engine and beside it from memory by the core."""

    def __init__(self, site: Site, rules: int, plan: Plan) -> None:
        self.site, self.rules, self._plan = site, rules, plan
        self._commits: list[tuple[float, int]] = []
        self._engine = site.engine(Settings(), self._committed)
        self._decider = BatchDecider(Desks(Settings().engine.cached_states), _nothing_stored)
        self._tail = b""

    async def append(self, entries: Sequence[AnyEntry]) -> list[Logged]:
        """Put these into the log."""
        before = (await self.site.log.door()).position
        for start in range(0, len(entries), AT_ONCE):
            items = [
                Append(mark=None, digest=None, payload=encode_entry(entry), recorded=BEGIN)
                for entry in entries[start : start + AT_ONCE]
            ]
            await self.site.log.append(items)
        return await self.read(before)

    async def read(self, after: int) -> list[Logged]:
        """What the log has from there on."""
        found: list[Logged] = []
        while part := await self.site.log.read(after + len(found), AT_ONCE):
            found.extend(part)
        return found

    async def by_the_engine(self, logged: Sequence[Logged]) -> float:
        """Seconds for one of these, judged and on disk: from the first commit to the last; a start is no event."""
        self._commits.clear()
        await self._engine.run(asyncio.Event(), until=logged[-1].position)
        (first, _), (last, _) = self._commits[0], self._commits[-1]
        return (last - first) / sum(entries for _, entries in self._commits[1:])

    async def by_the_core(self, logged: Sequence[Logged]) -> float:
        """Seconds for one of these, with what they need in memory."""
        began, done = time.perf_counter(), 0
        while done < len(logged):
            batch = logged[done : done + IN_A_BATCH]
            await self._decider.prefetch(self._plan, batch)
            decided = await self._decider.decide(self._plan, batch, self._tail, settled=True, aside={})
            assert decided is not None
            self._tail, done = decided.tail, done + decided.last - decided.first + 1
        return (time.perf_counter() - began) / len(logged)

    async def calls_of_the_core(self, logged: Sequence[Logged]) -> int:
        """How many functions were called meanwhile: a cost that no other process disturbs."""
        calls = 0

        def count(_frame: FrameType, event: str, _about: object) -> None:
            nonlocal calls
            calls += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            await self.by_the_core(logged)
        finally:
            sys.setprofile(None)
        return calls

    def _committed(self, entries: int, _seconds: float) -> None:
        self._commits.append((time.perf_counter(), entries))

    async def paid(self) -> int:
        """All points of everybody."""
        states = await self.site.reader.read([member_key(member_id(number)) for number in range(MEMBERS)])
        members = [state for state in states.values() if isinstance(state, MemberState)]
        return sum(member.balances.get(self._plan.points, 0) for member in members)


@contextmanager
def _collecting_as_an_engine() -> Iterator[None]:
    """Python's collector as in an engine's process."""
    before = gc.get_threshold()
    collect_nothing()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@asynccontextmanager
async def _prepared(rules: int) -> AsyncIterator[_Judge]:
    """An organization of its own, on a server of its own, with its people known."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer.start(Path(folder) / "store") as server:
        async with site_at(server.url, Settings()) as site:
            await Publisher(site.log, site.rulebooks).publish(_files(rules), now=BEGIN, by="bench")
            await site.engine(Settings()).run(asyncio.Event(), until=1)
            judge = _Judge(site, rules, await site.plans.in_force({}))
            await judge.append([entry for number in range(MEMBERS) for entry in beginning_of(number, MEMBERS, BEGIN)])
            everything = await judge.read(0)
            await judge.by_the_engine(everything)
            await judge.by_the_core(everything)
            yield judge


async def _nothing_stored(keys: list[str]) -> tuple[dict[str, State | None], dict[str, Input]]:
    return {key: decode_state(key, None) for key in keys}, {}


def _acts(count: int) -> list[AnyEntry]:
    chance = random.Random(23)
    joined = [number for number in range(MEMBERS) if has_joined(number)]
    acts: list[AnyEntry] = []
    for _ in range(count):
        first, second = chance.choice(MATCHED)
        data = {"first": f"v{first}", "second": f"w{second}"}
        acts.append(Act(TYPE, BEGIN, "bench", member_id(chance.choice(joined)), dict(data), None))
    return acts


def _files(rules: int) -> dict[str, str]:
    """A whole rulebook with so many rules, in the language of the rule files."""
    first, second = ([f'"{letter}{number}"' for number in range(VALUES)] for letter in "vw")
    pairs = [*MATCHED, *((a, b) for a in range(VALUES) for b in range(VALUES) if (a, b) not in MATCHED)]
    alone = [
        f'[[rule]]\nid = "alone-{a}"\ntitle = "Alone"\non = "{TYPE}"\nif.first = "v{a}"\npoints = 2\n'
        for a in range(ALONE)
    ]
    both = [
        f'[[rule]]\nid = "pair-{a}-{b}"\ntitle = "Pair"\non = "{TYPE}"\nif.first = "v{a}"\nif.second = "w{b}"\n'
        f'points = 1\nlimits = [{{ times = 3, per = "day" }}]\n'
        for a, b in pairs[: rules - ALONE]
    ]
    written = [*alone, *both]
    assert len(written) == rules
    files = {
        f"many/part-{start}.toml": "\n".join(written[start : start + RULES_A_FILE])
        for start in range(0, rules, RULES_A_FILE)
    }
    files["organization.toml"] = f"""
[organization]
time_zone = "Europe/Helsinki"
country = "FI"
languages = ["en"]
packs = ["many"]

[[event]]
type = "{TYPE}"
title = "Done"
purpose = "To be measured"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool"]
data.first = {{ type = "choice", of = [{", ".join(first)}] }}
data.second = {{ type = "choice", of = [{", ".join(second)}] }}
"""
    return files
