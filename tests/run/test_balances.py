"""Balances from before: each row its fate, each balance once."""

import pytest

from engine.core.entries import OpeningBalance
from engine.core.periods import local_day
from engine.run.errors import LogFull
from engine.run.roster.balances import BALANCES, Balances
from engine.run.roster.importing import Fate
from engine.run.roster.sheet import SheetRefused, read_sheet
from engine.run.roster.working import IN_ONE_WRITE
from tests.api.house import DAY_MS, SECRET, House

HEADER = "member,currency,amount,as_of"
AADA = "email:aada@example.org"
POINTS, COINS = 0, 50


def balances(house: House) -> Balances:
    parts = house.parts
    return Balances(directory=parts.directory, log=parts.log, reader=parts.reader, plans=house.plans, secret=SECRET)


async def carry(house: House, *lines: str, origin: str = "old", header: str = HEADER) -> list[Fate]:
    """The fates of these rows, written."""
    carrying = await balances(house).compare(
        read_sheet("\n".join((header, *lines)).encode(), BALANCES), origin, house.when
    )
    return list(await balances(house).write(carrying))


async def held(house: House, member: str) -> dict[int, int]:
    await house.judge()
    return (await house.parts.members.state(member)).balances


async def test_balances_are_carried_over_once_judged_or_not(house: House) -> None:
    aada = await house.member("aada")
    rows = (f"{AADA},,120,2026-08-31", "aada@example.org,coins,1 030,31.8.2026")

    first = await carry(house, *rows)
    unjudged = await carry(house, *rows)
    balance = await held(house, aada)
    judged = await carry(house, *rows)

    assert [[fate.is_ for fate in fates] for fates in (first, unjudged, judged)] == [
        ["new", "new"],
        ["unchanged", "unchanged"],
        ["unchanged", "unchanged"],
    ]
    assert first[0].member == aada
    assert (balance, await held(house, aada)) == ({POINTS: 120, COINS: 1_030}, {POINTS: 120, COINS: 1_030})


async def test_a_balance_is_of_the_day_that_its_row_says(house: House) -> None:
    await house.member("aada")

    await carry(house, f"{AADA},,120,2026-08-31")

    (entry,) = [
        logged.entry for logged in await house.parts.log.read(0, 100) if isinstance(logged.entry, OpeningBalance)
    ]
    assert (local_day(entry.time, "Europe/Helsinki"), entry.origin) == (20_696, "old")


async def test_the_same_import_with_another_amount_is_refused_and_another_import_adds_its_own(house: House) -> None:
    aada = await house.member("aada")
    await carry(house, f"{AADA},,120,2026-08-31")

    (other,) = await carry(house, f"{AADA},,121,2026-08-31")
    (more,) = await carry(house, f"{AADA},,5,2026-08-31", origin="a second one")

    assert (other.is_, [str(fault) for fault in other.faults]) == (
        "refused",
        ["amount is another one than this import has said before; expected a correction by hand"],
    )
    assert (more.is_, await held(house, aada)) == ("new", {POINTS: 125})


async def test_one_import_is_known_long_after_its_marks_are_forgotten(house: House) -> None:
    aada = await house.member("aada")
    await carry(house, f"{AADA},,120,2026-08-31")
    for _ in range(4):
        house.now += 50 * DAY_MS
        await house.parts.members.show(aada, house.when, boards=True, wall=None, badges=None)
    await house.judge()

    (again,) = await carry(house, f"{AADA},,120,2026-08-31")

    assert (again.is_, await held(house, aada)) == ("unchanged", {POINTS: 120})


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("nobody@example.org,,120,2026-08-31", "member is “nobody@example.org”, whom nobody knows"),
        (",,120,2026-08-31", "member is “”, whom nobody knows"),
        (f"{AADA},gems,120,2026-08-31", "currency is “gems”; expected points, coins, or an empty cell"),
        (f"{AADA},coin,120,2026-08-31", "did you mean “coins”?"),
        (f"{AADA},,0,2026-08-31", "amount is “0”"),
        (f"{AADA},,-5,2026-08-31", "amount is “-5”"),
        (f"{AADA},,1.5,2026-08-31", "amount is “1.5”"),
        (f"{AADA},,1000000001,2026-08-31", "a whole number of 1 to 1,000,000,000"),
        (f"{AADA},,120,2026-11-24", "a day from 2000-01-01 to today"),
        (f"{AADA},,120,1999-12-31", "as_of is “1999-12-31”"),
        (f"{AADA},,120,31.2.2026", "as_of is “31.2.2026”"),
        (f"{AADA},,120", "3 cells"),
    ],
)
async def test_a_row_that_can_not_be_used_is_refused_and_the_others_come_in(house: House, row: str, found: str) -> None:
    await house.member("aada")
    await house.member("bea")
    before = await house.position()

    fates = await carry(house, "email:bea@example.org,,7,2026-08-31", row)

    assert [fate.is_ for fate in fates] == ["new", "refused"]
    assert found in str(fates[1].faults[0])
    assert await house.position() == before + 1


async def test_a_balance_stands_on_one_row(house: House) -> None:
    await house.member("aada")

    fates = await carry(house, f"{AADA},,7,2026-08-31", "aada@example.org,points,8,2026-08-31")

    assert [fate.is_ for fate in fates] == ["new", "refused"]
    assert "stands on line 2 already" in str(fates[1].faults[0])


@pytest.mark.parametrize("missing", ["member", "amount", "as_of"])
def test_a_table_without_a_needed_column_is_refused_whole(missing: str) -> None:
    header = ",".join(column for column in BALANCES.columns if column != missing)

    with pytest.raises(SheetRefused, match=f"Add {missing}"):
        read_sheet(header.encode(), BALANCES)


async def test_an_import_that_was_stopped_is_finished_by_the_next_one(house: House) -> None:
    members = [await house.member(f"p{number}", joined=False, shown=False) for number in range(IN_ONE_WRITE + 5)]
    rows = [f"{member},,{number + 1},2026-08-31" for number, member in enumerate(members)]
    await house.parts.log.limit(await house.position() + IN_ONE_WRITE)
    with pytest.raises(LogFull):
        await carry(house, *rows)
    await house.parts.log.limit(None)

    fates = await carry(house, *rows)

    assert [fate.is_ for fate in fates] == ["unchanged"] * IN_ONE_WRITE + ["new"] * 5
    assert (await held(house, members[0]), await held(house, members[-1])) == ({0: 1}, {0: IN_ONE_WRITE + 5})
