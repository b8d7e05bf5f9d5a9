"""Two organizations with the same people, in one store and one process: each goes as it would go alone."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from engine.core.entries import (
    AnyEntry,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    RulebookPublished,
    VisibilityChosen,
)
from engine.store.connect import read_client, write_client
from tests.run.site import BEGIN, DAY_MS, Site, programme, share

Kind = Literal["share", "take back", "pause", "resume", "judge"]
Step = tuple[int, Kind, Literal["anna", "bea"], int]
"""In which organization what happens to whom, how many hours after the step before."""

STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["share", "share", "share", "take back", "pause", "resume", "judge"]),
        st.sampled_from(["anna", "bea"]),
        st.integers(0, 60),
    ),
    min_size=4,
    max_size=25,
)
HOUR_MS = DAY_MS // 24


def beginning() -> list[AnyEntry]:
    """The same people in every organization."""
    book = programme().rulebook
    entries: list[AnyEntry] = [RulebookPublished(book.digest, (), book.zone, book.week_starts, book.days_back)]
    for member in ("anna", "bea"):
        entries.append(MemberSet(member, MemberFacts(country="FI", team="red")))
        entries.append(MembershipChanged(member, "join", BEGIN))
        entries.append(VisibilityChosen(member, boards=True, wall=True, badges=True))
    return entries


def entries_of(steps: Sequence[Step]) -> list[tuple[int, AnyEntry | None, int]]:
    """Where each entry goes, and when it is recorded; none where the engines are to judge."""
    now, told = BEGIN, list[tuple[int, AnyEntry | None, int]]()
    last = {(which, member): BEGIN for which in (0, 1) for member in ("anna", "bea")}
    for which, kind, member, hours in steps:
        now += hours * HOUR_MS
        match kind:
            case "share":
                last[which, member] = now
                told.append((which, share(member, now), now))
            case "take back":
                key = f"{member}{last[which, member]}".encode()
                told.append((which, Retracted("source", now, key=key), now))
            case "pause" | "resume":
                told.append((which, MembershipChanged(member, kind, now), now))
            case "judge":
                told.append((which, None, now))
    return told


async def filled(write: Redis, read: Redis) -> Site:
    site = Site(f"org-{secrets.token_hex(8)}", write, read)
    for entry in beginning():
        await site.append(entry)
    return site


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_each_comes_to_the_bytes_that_it_would_come_to_alone(server_url: str, steps: list[Step]) -> None:
    told = entries_of(steps)

    async def tell() -> list[tuple[dict[bytes, object], dict[bytes, object]]]:
        async with write_client(server_url) as write, read_client(server_url) as read:
            together = [await filled(write, read) for _ in range(2)]
            for which, entry, at in told:
                if entry is None:
                    await asyncio.gather(*(site.judge_all() for site in together))
                else:
                    await together[which].append(entry, at)
            await asyncio.gather(*(site.judge_all() for site in together))
            alone = [await filled(write, read) for _ in range(2)]
            for number, site in enumerate(alone):
                for which, entry, at in told:
                    if which == number and entry is not None:
                        await site.append(entry, at)
                await site.judge_all()
            return [
                (await one.everything(), await other.everything()) for one, other in zip(together, alone, strict=True)
            ]

    for side_by_side, alone in asyncio.run(tell()):
        assert side_by_side.keys() >= {b"journal", b"states"}
        assert side_by_side == alone
