"""A rulebook that begins weeks on another day, through the real engine: boards before and after, and what is left."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from engine.bootstrap import Site, site_at
from engine.core.chain import decode_journal
from engine.core.entries import (
    HistoryOpened,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    Tick,
    VisibilityChosen,
)
from engine.core.journal import JournalEntry
from engine.core.keys import ORGANIZATION, unit_key
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Recognised
from engine.core.states import OrganizationState, UnitState
from engine.run.publish import Publisher
from engine.run.verify import JUDGED, Verified
from engine.settings import EngineSettings, Settings
from engine.store.embedded import EmbeddedServer
from engine.store.keys import Place
from engine.store.raw import RawRows
from engine.store.recut import BoardFiller
from tests.run.site import BEGIN, DAY_MS
from tests.run.story import BOOK, MEMBERS, append, beginning_weeks_on, join, share

ANNA, BEA, CARL, DORA, EVE, FRAN, _ = MEMBERS
MONDAY = BEGIN // DAY_MS
HOUR_MS = DAY_MS // 24
WEEK = 1


@pytest.fixture
async def site(server_url: str, organization: str) -> AsyncIterator[Site]:
    async with site_at(server_url, Settings(), organization) as site:
        yield site


async def publish(site: Site, files: dict[str, str], at: int) -> None:
    await Publisher(site.log, site.rulebooks).publish(files, now=at, by="test", said_recorded=True)


async def write_weeks(site: Site, *files: dict[str, str]) -> None:
    """A Monday week that ends; then, on the second Monday, within its grace, these rulebooks; nobody acts after them.

    Bea changes her team in the running week; Eve hides; Dora's only act is taken back.
    """
    await append(site, HistoryOpened(), BEGIN)
    await publish(site, BOOK, BEGIN)
    for number, member in enumerate(MEMBERS):
        await join(site, member, "red" if number % 2 else "blue", BEGIN)
    days = {ANNA: (0, 3, 3, 5), BEA: (2, 4, 6), CARL: (3,), DORA: (4,), EVE: (3, 6), FRAN: (7,)}
    acts = sorted((day, member, number) for member, days_of in days.items() for number, day in enumerate(days_of))
    for day, member, number in acts:
        await append(site, share(member, BEGIN + day * DAY_MS, number), BEGIN + day * DAY_MS)
        if (day, member) == (4, BEA):
            await append(site, MemberSet(BEA, MemberFacts(country="FI", team="blue")), BEGIN + day * DAY_MS)
    second_monday = BEGIN + 7 * DAY_MS
    await append(site, Retracted("source", second_monday, key=f"{DORA}-0".encode(), source="hub"), second_monday)
    await append(site, VisibilityChosen(EVE, boards=False, wall=True, badges=True), second_monday)
    for number, book in enumerate(files):
        await publish(site, book, second_monday + (2 + number) * HOUR_MS)


async def judge_all(site: Site, *, batch_entries: int = 100) -> None:
    settings = Settings(engine=EngineSettings(batch_entries=batch_entries))
    await site.engine(settings).run(asyncio.Event(), until=(await site.log.door()).position)


async def journal_of(site: Site) -> list[JournalEntry]:
    raw = RawRows(read=site.read, keys=site.keys)
    return [decode_journal(entry) async for entry in raw.journal(await site.reader.judged())]


async def brought(site: Site, week: int, by: str = "id") -> dict[str, int]:
    """What the journal says was posted on the days of a week; by unit where `by` names one."""
    sums: dict[str, int] = {}
    for entry in await journal_of(site):
        for line in entry.lines:
            if isinstance(line, Posted) and week <= line.day < week + 7:
                key = getattr(entry.people[line.who], by)
                sums[key] = sums.get(key, 0) + line.amount
    return {key: points for key, points in sums.items() if points}


async def board(site: Site, week: int) -> dict[str, int]:
    rows = await RawRows(read=site.read, keys=site.keys).rows(f"board:{(await place(site, week)).field}")
    return {member.decode(): int(float(score)) for member, score in rows.items()}


async def place(site: Site, week: int) -> Place:
    plan = await site.plans.in_force({})
    return Place(plan.rulebook.boards[0].code, WEEK, week)


async def winners(site: Site) -> list[tuple[int, str]]:
    """(week, member) of everybody whom the journal recognises."""
    return [
        (line.period, entry.people[line.who].id)
        for entry in await journal_of(site)
        for line in entry.lines
        if isinstance(line, Recognised)
    ]


async def open_week(site: Site) -> int:
    state = (await site.reader.read([ORGANIZATION]))[ORGANIZATION]
    assert isinstance(state, OrganizationState)
    return state.open_from[WEEK]


async def names(site: Site, start: str) -> set[str]:
    return await RawRows(read=site.read, keys=site.keys).names((start,))


async def written_by_engines(site: Site) -> dict[str, dict[bytes, bytes]]:
    raw = RawRows(read=site.read, keys=site.keys)
    return {name: await raw.rows(name) for name in sorted(await raw.names(JUDGED))}


async def verify(site: Site, folder: Path) -> Verified:
    with EmbeddedServer.start(folder) as server:
        async with site_at(server.url, Settings(), site.keys.organization) as empty:
            return await site.verifier(empty, lambda _done, _whole: None).verify()


@pytest.mark.parametrize(("day", "first"), [("thursday", 3), ("sunday", 6), ("tuesday", 1)])
async def test_boards_of_the_new_weeks_show_who_acted_before_the_change(site: Site, day: str, first: int) -> None:
    await write_weeks(site, beginning_weeks_on(day))

    await judge_all(site)

    week = MONDAY + first
    expected = await brought(site, week)
    assert await open_week(site) == week
    assert FRAN in expected
    assert await board(site, week) == {member: points for member, points in expected.items() if member != EVE}
    assert await board(site, week + 7) == {}


async def test_units_have_what_their_members_brought_in_the_days_of_the_new_week(site: Site) -> None:
    await write_weeks(site, beginning_weeks_on("thursday"))

    await judge_all(site)

    expected = await brought(site, MONDAY + 3, "team")
    where = await place(site, MONDAY + 3)
    states = await site.reader.read([unit_key("teams", team) for team in expected])
    stored = await site.read.hgetall(site.keys.units(where, "teams"))
    for team, points in expected.items():
        state = states[unit_key("teams", team)]
        assert isinstance(state, UnitState)
        assert state.sums[where.field][0] == points
    assert {cast("bytes", team).decode() for team in stored} == set(expected)
    assert len(expected) == 2


async def test_the_week_that_had_ended_has_its_winners_at_the_change_and_once(site: Site) -> None:
    await write_weeks(site, beginning_weeks_on("thursday"))

    await judge_all(site)
    at_the_change = await winners(site)
    await append(site, Tick(), BEGIN + 30 * DAY_MS)
    await judge_all(site)
    later = await winners(site)

    first = [who for week, who in at_the_change if week == MONDAY]
    assert first
    assert {week for week, _ in at_the_change} == {MONDAY}
    assert later[: len(at_the_change)] == at_the_change
    assert {week for week, _ in later} == {MONDAY, MONDAY + 3}
    assert await site.read.hget(site.keys.final, (await place(site, MONDAY)).field) is not None


async def test_nothing_is_left_of_the_old_weeks_but_the_pages_of_those_that_had_ended(site: Site) -> None:
    await write_weeks(site, beginning_weeks_on("thursday"))

    await judge_all(site)

    code = (await place(site, 0)).code
    of_old = {f"{code}:{WEEK}:{MONDAY + 7 * number}" for number in range(3)}
    open_boards = {name.partition(":")[2] for name in await names(site, "board:")}
    open_units = {name.split(":", 2)[2] for name in await names(site, "units:")}
    assert not open_boards & of_old
    assert not open_units & of_old
    assert not await names(site, "ranks:")
    assert not await names(site, "recut")
    assert not await names(site, "flagged")
    assert {name for name in await names(site, "pages:") if "members" in name} == {
        f"pages:{code}:members:{WEEK}:{MONDAY}"
    }


async def test_a_cut_that_is_taken_back_within_the_hour_leaves_the_running_week_as_it_was(site: Site) -> None:
    """The Monday week that had ended stays final, and has its winners once."""
    await write_weeks(site, beginning_weeks_on("thursday"), BOOK)

    await judge_all(site)

    assert await open_week(site) == MONDAY + 7
    assert await board(site, MONDAY + 7) == await brought(site, MONDAY + 7) != {}
    assert {week for week, _ in await winners(site)} == {MONDAY}


async def test_acts_taken_back_and_moves_after_the_change_reach_the_new_week(site: Site) -> None:
    await write_weeks(site, beginning_weeks_on("thursday"))
    now = BEGIN + 7 * DAY_MS + 5 * HOUR_MS
    await append(site, Retracted("source", now, key=f"{CARL}-0".encode(), source="hub"), now)
    await append(site, MemberSet(FRAN, MemberFacts(country="FI", team="blue")), now)
    await append(site, share(FRAN, now, 9), now)
    await append(site, MembershipChanged(ANNA, "leave", now), now)

    await judge_all(site)

    expected = await brought(site, MONDAY + 3)
    assert CARL not in expected
    assert await board(site, MONDAY + 3) == {m: points for m, points in expected.items() if m not in {EVE, ANNA}}
    where = await place(site, MONDAY + 3)
    for team, points in (await brought(site, MONDAY + 3, "team")).items():
        state = (await site.reader.read([unit_key("teams", team)]))[unit_key("teams", team)]
        assert isinstance(state, UnitState)
        assert state.sums[where.field][0] == points


async def test_a_replay_comes_to_the_same_bytes_however_batches_fall(
    site: Site, server_url: str, tmp_path: Path
) -> None:
    files = (beginning_weeks_on("thursday"), beginning_weeks_on("sunday", zone="Pacific/Auckland"), BOOK)
    await write_weeks(site, *files)

    await judge_all(site)
    async with site_at(server_url, Settings(), f"{site.keys.organization}-cut") as other:
        await write_weeks(other, *files)
        await judge_all(other, batch_entries=1)
        other_rows = await written_by_engines(other)
    verified = await verify(site, tmp_path / "empty")

    assert await written_by_engines(site) == other_rows
    assert not verified.differences
    assert verified.entries == await site.reader.judged()


async def test_verifying_names_a_row_that_the_filling_left_out(site: Site, tmp_path: Path) -> None:
    await write_weeks(site, beginning_weeks_on("thursday"))
    await judge_all(site)
    where = await place(site, MONDAY + 3)
    await site.write.zrem(site.keys.board(where), FRAN)

    verified = await verify(site, tmp_path / "empty")

    assert [(each.kind, each.place) for each in verified.differences] == [("board", f"board:{where.field} {FRAN}")]


async def test_who_hides_after_a_change_of_zone_is_on_no_open_board(site: Site) -> None:
    """By the clock of the new zone it is two days before the day of the act."""
    weeks_alone, days_too = 'periods = ["week", "ever"]', 'periods = ["day", "week", "ever"]'
    files = beginning_weeks_on("monday", zone="Pacific/Kiritimati").items()
    book = {name: text.replace(weeks_alone, days_too) for name, text in files}
    at = MONDAY * DAY_MS + 10 * HOUR_MS + HOUR_MS // 2
    await append(site, HistoryOpened(), at)
    await publish(site, book, at)
    await join(site, ANNA, "red", at)
    await append(site, share(ANNA, at, 1), at)
    west = {name: text.replace("Pacific/Kiritimati", "Pacific/Midway") for name, text in book.items()}
    await publish(site, west, at)
    await judge_all(site)
    before = {name for name in await names(site, "board:") if await site.read.zcard(site.keys.prefix + name)}

    await append(site, VisibilityChosen(ANNA, boards=False, wall=False, badges=False), at)
    await judge_all(site)

    assert len(before) == 3
    assert not await names(site, "board:")


async def test_nothing_is_filled_where_no_week_was_cut_anew(site: Site) -> None:
    await write_weeks(site)
    await judge_all(site)

    assert not await BoardFiller(write=site.write, keys=site.keys).fill()
