"""kill -9 around what follows: whatever an engine had sent or heard, everybody has the reward of a challenge once."""

import asyncio
from pathlib import Path
from typing import get_args

import pytest

from engine.bootstrap import Site
from engine.core.entries import HistoryOpened
from engine.core.goals import BLOCK
from engine.core.keys import ORGANIZATION, member_key
from engine.core.states import MemberState, OrganizationState
from engine.run.publish import Publisher
from tests.rulebook.books import ORGANIZATION as RULES_OF_ALL
from tests.rulebook.books import texts
from tests.run.killing import LOOK_SECONDS, PATIENCE_SECONDS, Snapshot, Step, Victim, When, script_step
from tests.run.site import BEGIN
from tests.run.story import PACK, append, join, share
from tests.run.test_killed import check_by_replay, database, site

__all__ = ["database", "site"]

PEOPLE = tuple(f"member-{number:02}" for number in range(BLOCK + 5))
TOGETHER = f"""
[[challenge]]
id = "together"
title = "Together"
for = "everyone"
of = {{ metric = "shares" }}
first_day = 2026-11-23
last_day = 2026-12-20
goal = {len(PEOPLE)}
reward = {{ points = 5 }}
"""
PAID = 15
"""A share and the reward."""


async def write_history(site: Site) -> None:
    """All of them share once, with which they reach their goal."""
    await append(site, HistoryOpened(), BEGIN)
    book = texts(PACK + TOGETHER, RULES_OF_ALL)
    await Publisher(site.log, site.rulebooks).publish(book, now=BEGIN, by="test", said_recorded=True)
    for member in PEOPLE:
        await join(site, member, "red", BEGIN)
    for number, member in enumerate(PEOPLE):
        await append(site, share(member, BEGIN, number), BEGIN)


async def until_nothing_is_owed(site: Site, victim: Victim) -> bool:
    """Wait until all is judged and rewarded; False where the process died before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while victim.lives:
            judged = await site.reader.judged()
            organization = (await site.reader.read([ORGANIZATION]))[ORGANIZATION]
            assert isinstance(organization, OrganizationState)
            if judged == (await site.log.door()).position and not organization.owed:
                return True
            await asyncio.sleep(LOOK_SECONDS)
    return False


async def rewards(site: Site) -> dict[str, int]:
    """What everybody has."""
    found = await site.reader.read([member_key(member) for member in PEOPLE])
    balances = [state.balances for state in found.values() if isinstance(state, MemberState)]
    return {member: sum(balance.values()) for member, balance in zip(PEOPLE, balances, strict=True)}


@pytest.mark.parametrize("when", get_args(When))
async def test_everybody_has_the_reward_once_whenever_the_engine_was_killed(
    site: Site, database: str, tmp_path: Path, when: When
) -> None:
    await write_history(site)
    begin = await Snapshot.of(site.write)
    async with Victim(database).engine(tmp_path) as engine:
        assert await until_nothing_is_owed(site, engine)
    last_commit = max(step for step in engine.seen if step.command == script_step("commit").command)
    steps: list[Step] = [script_step("append"), script_step("append", 2), last_commit]
    killed_at: list[Step] = []

    for step in steps:
        await begin.restore(site.write)
        async with Victim(database, at=step, when=when).engine(tmp_path) as engine:
            if not await until_nothing_is_owed(site, engine):
                killed_at.append(step)
        async with Victim(database).engine(tmp_path) as engine:
            assert await until_nothing_is_owed(site, engine)

        assert await rewards(site) == dict.fromkeys(PEOPLE, PAID), step

    assert killed_at[:2] == steps[:2]  # of the last commit, the answer may come too late for anybody to see the death
    await check_by_replay(site, tmp_path / "empty")
