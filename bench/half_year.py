"""What half a year takes in the store: 80 events a member, with closed weeks, months and quarters, by kind of key.

A running service is filled through its door in history mode, while its engine judges: 1,000 members over 26 weeks
with all shipped packs in force, and 500 with the starter alone; the boards are the starter's. What each key takes
is the server's own word (`MEMORY USAGE`, of every row); every key belongs to one of the families below. `sulka
verify` follows.

| family | keys |
|---|---|
| states | `states`: of members, units, content, the organization |
| remembered | `recent:`, for `days_back` days: keys of events, what they are about, what was taken back |
| boards | `board:`, `units:`, `final`, `flagged`, `pages:`, `ranks:`, `recut` |
| log and marks | `log`; `marks:` |
| journal and index | `journal`, `index`, `aside`, `aside:`, `retried`, `wall:` |
| directory | `directory`, `aliases`, `membership`, `tokens`, `sources`, `texts`, `team:`, `waiting`, `looks:` |
| the rest | `door`, `engine`, `rulebooks`, `versions` |
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, cast

import msgspec

from bench.crowd import Crowd
from bench.figures import Figure
from bench.filling import Filled, fill
from bench.service import RULES, all_packs, service, store_of
from engine.bootstrap import Site
from engine.rulebook.book import read_folder

EVENTS_A_MEMBER, WEEKS = 80, 26
WITH_ALL_PACKS, WITH_THE_STARTER = 1_000, 500
"""So many members."""

FIRST_DAY = datetime(2026, 5, 18, tzinfo=UTC)
DAYS_BACK = 45
"""As the shipped rules say."""

FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "states": ("states",),
    "remembered": ("recent:",),
    "boards": ("board:", "units:", "final", "flagged", "pages:", "ranks:", "recut"),
    "log": ("log",),
    "marks": ("marks:",),
    "journal": ("journal", "index", "aside", "aside:", "retried", "wall:"),
    "directory": (
        *("directory", "aliases", "membership", "tokens", "sources", "texts", "team:", "waiting", "waiting:", "looks:"),
        *("notices", "digests", "links", "imports"),
    ),
    "rest": ("door", "engine", "rulebooks", "versions", "outbox", "attempts:", "deliveries:"),
}


class Taken(msgspec.Struct, frozen=True):
    """Bytes by the beginning of a key's name, and how many marks there are: they are kept for 90 days at most."""

    bytes: Mapping[str, int]
    marks: int

    def of(self, family: str) -> int:
        """What a family takes."""
        return sum(self.bytes.get(start, 0) for start in FAMILIES[family])

    def parts(self, family: str, count: int) -> str:
        """What the kinds of keys of a family take, for each of so many."""
        found = {start: self.bytes.get(start, 0) / count for start in FAMILIES[family]}
        return ", ".join(f"{start.rstrip(':')} {each:,.0f}" for start, each in found.items() if each >= 1)


async def measure_half_year() -> list[Figure]:
    """Fill half a year through the door, ask the server, verify; with all packs, and with the starter alone."""
    return [
        *await _measure("all packs", all_packs(), WITH_ALL_PACKS),
        *await _measure("the starter alone", read_folder(RULES), WITH_THE_STARTER),
    ]


async def _measure(packs: str, texts: dict[str, str], members: int) -> list[Figure]:
    with service(history=True) as running:
        crowd, events = Crowd(members, name="half-year"), members * EVENTS_A_MEMBER
        filled = await fill(running, crowd, events=events, begin=FIRST_DAY, days=7 * WEEKS, texts=texts)
        async with store_of(running) as site:
            taken = await _taken(site)
        verified = await asyncio.to_thread(running.verify)
    return _figures(packs, members, taken, filled, verified)


async def _taken(site: Site) -> Taken:
    starts = [start for family in FAMILIES.values() for start in family]
    found: Counter[str] = Counter()
    marks = 0
    async for key in site.read.scan_iter(f"{site.keys.prefix}*", count=1_000):
        name = cast("bytes", key).decode().removeprefix(site.keys.prefix)
        start = next(start for start in starts if name == start or (start.endswith(":") and name.startswith(start)))
        found[start] += int(await site.read.memory_usage(key, samples=0) or 0)
        marks += await site.read.hlen(key) if start == "marks:" else 0
    return Taken(found, marks)


def _figures(packs: str, members: int, taken: Taken, filled: Filled, verified: str) -> list[Figure]:
    events, entries = filled.events, filled.entries
    mark = taken.of("marks") / taken.marks
    return [
        Figure(
            what=f"half a year, {packs}, {members:,} members, {EVENTS_A_MEMBER} events each: states, bytes a member",
            reached=(taken.of("states") / members,),
            asked="1,500",
        ),
        Figure(
            what=f"… remembered for {DAYS_BACK} days: bytes a member; an event of {taken.marks:,}",
            reached=(taken.of("remembered") / members, taken.of("remembered") / taken.marks),
            shape="{:,.0f}; {:,.0f}",
        ),
        Figure(
            what="… boards, bytes a member",
            reached=(taken.of("boards") / members,),
            asked="1,500",
            note=taken.parts("boards", members),
        ),
        Figure(
            what="… log and mark, bytes an event",
            reached=(taken.of("log") / entries + mark,),
            asked="350",
            note=f"log {taken.of('log') / entries:.0f}, mark {mark:.0f}",
        ),
        Figure(
            what="… journal and index, bytes an event",
            reached=(taken.of("journal") / entries,),
            asked="400",
            note=taken.parts("journal", entries),
        ),
        Figure(
            what="… directory, bytes a member; the rest, kB",
            reached=(taken.of("directory") / members, taken.of("rest") / 1e3),
            shape="{:,.0f}; {:,.0f}",
            note=taken.parts("directory", members),
        ),
        Figure(
            what=f"… {events:,} events, {entries:,} entries; append-only file, bytes an event; rows an event",
            reached=(filled.file_bytes / events, filled.rows / events),
            shape="{:,.0f}; {:.2f}",
            note=verified,
        ),
    ]
