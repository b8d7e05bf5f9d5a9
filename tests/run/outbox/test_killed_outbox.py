"""kill -9 between any two steps of the worker that sends: everything arrives, in order, under the same ids."""

import asyncio
from itertools import cycle
from pathlib import Path
from typing import get_args

import pytest

from cli.moment import secret_of
from engine.bootstrap import Site, outbox
from engine.core.entries import AnyEntry, MemberFacts, MemberSet, MembershipChanged, encode_entry
from engine.run.outbox.lane import decode_lane
from engine.run.outbox.subscriptions import Subscriptions, Wanted
from engine.run.publish import Publisher
from engine.settings import OutboxSettings, Settings
from engine.store.log import Append
from tests.run.killing import LOOK_SECONDS, PATIENCE_SECONDS, Snapshot, Step, Victim, When, script_step, settings_for
from tests.run.outbox.receiving import ACCEPTED, Received, Receiver
from tests.run.outbox.test_courier import place, until
from tests.run.site import BEGIN, rows_of_door
from tests.run.story import BOOK, MEMBERS, share
from tests.run.test_killed import database, site

__all__ = ["database", "site"]

HOUR_MS = 3_600_000


async def write(site: Site, entry: AnyEntry, recorded: int) -> None:
    rows = await rows_of_door(site.directory, entry)
    item = Append(mark=None, digest=None, payload=encode_entry(entry), recorded=recorded, rows=rows)
    (appended,) = await site.log.append([item])
    assert appended.status == "accepted"


async def life(site: Site, data: Path, origin: str) -> str:
    """A programme, members and their acts, all judged, and somebody who is told; the subscription's id."""
    await Publisher(site.log, site.rulebooks).publish(BOOK, now=BEGIN, by="test")
    for member in MEMBERS[:4]:
        await write(site, MemberSet(member, MemberFacts(country="FI")), BEGIN)
        await write(site, MembershipChanged(member, "join", BEGIN), BEGIN)
    settings = settings_for(data)
    await site.settle(settings)
    settings = Settings(data=settings.data, outbox=OutboxSettings(allow=(origin,)))
    carrier = outbox.carrier(site, settings, secret_of(settings), lambda: BEGIN)
    service = Subscriptions(outbox=site.outbox, carrier=carrier, reader=site.reader, now_ms=lambda: BEGIN)
    wanted = Wanted(
        title="Ours", format="standard-webhooks", url=f"{origin}/hook", kinds=("points.posted", "badge.granted")
    )
    standing, _ = await service.add(wanted)
    for number in range(24):
        await write(site, share(MEMBERS[number % 4], BEGIN + number * HOUR_MS, number), BEGIN + number * HOUR_MS)
    await site.settle(settings)
    return standing.id


async def until_told(site: Site, id_: str, victim: Victim) -> bool:
    """Wait until everything is told; False where the process died before."""
    judged = await site.reader.judged()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while victim.lives:
            row = await site.outbox.row(id_)
            assert row is not None
            lane = decode_lane(row.lane)
            if lane.cursor == judged and not lane.waiting:
                return True
            await asyncio.sleep(LOOK_SECONDS)
    return False


@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.soak)])
async def test_a_worker_killed_at_a_step_is_followed_by_one_that_tells_the_rest(
    site: Site, database: str, tmp_path: Path, every: int
) -> None:
    async with Receiver() as receiver:
        id_ = await life(site, tmp_path, receiver.origin)
        begin = await Snapshot.of(site.write)

        async def finish() -> list[Step]:
            async with Victim(database).outbox(tmp_path, receiver.origin) as worker:
                assert await until_told(site, id_, worker)
                return list(worker.seen)

        await finish()
        expected = {each.id: each.body for each in receiver.arrived}
        await begin.restore(site.write)
        steps = [step for step in await finish() if step.time == 1][::every]
        killed = 0
        kills: list[tuple[Step, When]] = list(zip(steps, cycle(get_args(When)), strict=False))
        kills += [(script_step("move_lane"), when) for when in get_args(When)]
        for step, when in kills:
            await begin.restore(site.write)
            receiver.arrived.clear()
            async with Victim(database, at=step, when=when).outbox(tmp_path, receiver.origin) as worker:
                killed += not await until_told(site, id_, worker)
            await finish()

            assert {each.id: each.body for each in receiver.arrived} == expected, (step, when)
            for member in MEMBERS[:4]:
                ids = dict.fromkeys(each.id for each in receiver.arrived if each.member == member)
                assert list(ids) == sorted(ids, key=place)

    assert len(expected) == 16
    assert killed >= len(steps) > 8 // every


async def test_a_worker_killed_while_it_sends_repeats_what_it_had_not_noted_under_the_same_ids(
    site: Site, database: str, tmp_path: Path
) -> None:
    async with Receiver() as receiver:
        id_ = await life(site, tmp_path, receiver.origin)

        def take_seven(_: Received) -> bytes:
            receiver.says_nothing = len(receiver.arrived) >= 6
            return ACCEPTED

        receiver.behave = take_seven
        async with Victim(database).outbox(tmp_path, receiver.origin) as worker:
            await until(lambda: len(receiver.arrived) >= 7)
            worker.kill()
        before = [each.id for each in receiver.arrived]
        receiver.says_nothing, receiver.behave = False, lambda _: ACCEPTED

        async with Victim(database).outbox(tmp_path, receiver.origin) as worker:
            assert await until_told(site, id_, worker)

    after = [each.id for each in receiver.arrived[len(before) :]]
    assert set(before) < set(after)
    assert len(before) == len(set(before)) < len(after) == len(set(after)) == 16
