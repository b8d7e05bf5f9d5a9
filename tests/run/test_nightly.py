"""The nightly table of people: once a day, at its time, all of it or nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from engine.core.keys import member_key
from engine.core.membership import INACTIVE
from engine.core.states import MemberState
from engine.run.outcomes import When
from engine.run.roster.nightly import MOST_FATES, Nightly, NotFetched, Schedule, due_day
from engine.run.roster.sheet import read_sheet
from engine.run.roster.working import Working
from engine.store.imports import MOST_KEPT, Night, ToldFault
from tests.api.house import DAY_MS, NOON, House
from tests.core.history import at
from tests.run.test_importing import importer

TODAY = NOON // DAY_MS
HEADER = "name,email,team,country"
AADA, OTSO = "Aada Esimerkki,aada@example.org,sales,FI", "Otso Esimerkki,otso@example.org,sales,FI"
SCHEDULE = Schedule(at_minutes=150, most_missing_percent=50, missing_have_gone=False)


class Table:
    """The table as it lies there, and how often it was read."""

    def __init__(self, *lines: str, header: str = HEADER) -> None:
        self.reads = 0
        self.says(*lines, header=header)

    def says(self, *lines: str, header: str = HEADER) -> None:
        self._data = "\n".join((header, *lines)).encode()

    async def read(self) -> bytes:
        self.reads += 1
        return self._data


def nightly(house: House, fetch: Callable[[], Awaitable[bytes]], **changes: int) -> Nightly:
    return Nightly(
        fetch=fetch,
        schedule=msgspec.structs.replace(SCHEDULE, **changes),
        importer=importer(house),
        working=Working(directory=house.parts.directory, log=house.parts.log),
        imports=house.parts.imports,
        entries=house.parts.log,
        reader=house.parts.reader,
        plans=house.plans,
        now_ms=lambda: house.now,
    )


async def night(house: House, table: Table, **changes: int) -> Night:
    """What becomes of the table on the next day."""
    house.now += DAY_MS
    await house.judge()
    found = await nightly(house, table.read, **changes).look()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-23 02:29", None),
        ("2026-11-23 02:30", TODAY),
        ("2026-11-23 23:59", TODAY),
        ("2026-11-24 00:00", None),
        # Clocks are put forward from three to four, and back from four to three.
        ("2026-03-29 04:00", TODAY - 239),
        ("2026-10-25 03:30", TODAY - 29),
    ],
)
def test_a_table_is_due_from_its_time_on_in_the_zone_of_the_organization(moment: str, day: int | None) -> None:
    assert due_day(at(moment), "Europe/Helsinki", 150) == day


def test_a_time_that_a_day_does_not_have_has_come_when_the_clock_is_past_it() -> None:
    assert due_day(at("2026-03-29 02:59"), "Europe/Helsinki", 210) is None
    assert due_day(at("2026-03-29 04:00"), "Europe/Helsinki", 210) == TODAY - 239


async def test_a_table_is_brought_in_once_a_day_whoever_looks(house: House) -> None:
    await house.judge()
    table = Table(AADA)
    one, other = nightly(house, table.read), nightly(house, table.read)

    first = await one.look()
    again = [await one.look(), await other.look()]
    house.now += DAY_MS
    await house.judge()
    next_day = await other.look()

    assert (first, next_day) != (None, None)
    assert first is not None
    assert (first.counts, first.why, again, table.reads) == ({"new": 1}, None, [None, None], 2)
    assert [each.day for each in await house.parts.imports.nights()] == [TODAY + 1, TODAY]


async def test_a_night_that_was_stopped_before_its_result_is_done_again_and_changes_nothing_twice(
    house: House,
) -> None:
    await house.judge()
    table = Table(AADA, OTSO)
    await nightly(house, table.read).look()
    # As a process leaves it that ends right before it notes the result.
    await house.write.hdel(house.keys.imports, str(TODAY))
    position = await house.position()

    again = await nightly(house, table.read).look()

    assert again is not None
    assert (again.counts, await house.position()) == ({"unchanged": 2}, position)


async def test_two_processes_bring_in_one_table_and_neither_refuses_what_the_other_wrote(house: House) -> None:
    await house.judge()
    table = Table(AADA, OTSO)
    one, other = (nightly(house, table.read, missing_have_gone=1, most_missing_percent=100) for _ in range(2))

    found = await asyncio.gather(one.look(), other.look())

    (noted,) = await house.parts.imports.nights()
    assert [(each.counts.get("refused"), each.counts.get("gone"), each.absent) for each in found if each] == [
        (None, None, 0)
    ] * 2
    assert noted in found
    assert await house.parts.members.find("email:aada@example.org") is not None


async def test_whoever_another_process_made_known_by_the_same_table_is_not_absent(house: House) -> None:
    await house.judge()
    sheet = read_sheet(f"{HEADER}\n{AADA}\n{OTSO}".encode())
    compared = await importer(house).compare(sheet, house.when)
    await importer(house).write(await importer(house).compare(sheet, house.when), house.when)

    working = Working(directory=house.parts.directory, log=house.parts.log)
    absent = await working.absent(compared.known, compared.aliases)

    assert (absent.members, absent.of) == ((), 2)


async def test_what_became_of_each_row_is_kept_without_what_stood_there(house: House) -> None:
    found = await night(house, Table(AADA, "Otso Esimerkki,otso@example.org,sales,Finland"))

    assert [(fate.line, fate.is_, fate.changes) for fate in found.fates] == [
        (3, "refused", ()),
        (2, "new", ("name", "email", "aliases", "country", "team")),
    ]
    assert found.fates[0].faults == (ToldFault("country", "two letters of ISO 3166, such as FI"),)
    kept = repr(await house.read.hvals(house.keys.imports))
    assert "Finland" not in kept
    assert "otso" not in kept.lower()


async def test_a_table_that_is_not_there_or_no_table_changes_nothing_and_says_so(house: House) -> None:
    async def nothing() -> bytes:
        raise NotFetched(found="people.csv: No such file or directory.")

    await house.judge()
    missing = await nightly(house, nothing).look()
    position = await house.position()
    workbook = await night(house, Table(header="PK\x03\x04"))

    assert missing is not None
    assert missing.why == "people.csv: No such file or directory. Nothing was changed."
    assert "workbook" in str(workbook.why)
    assert await house.position() == position
    assert await nightly(house, nothing).look() is None


async def test_a_table_without_its_header_is_refused_without_keeping_whom_its_first_line_names(house: House) -> None:
    found = await night(house, Table(OTSO, header=AADA))

    assert str(found.why).startswith("Line 1: column 1 has a name that is not known.")
    assert "aada" not in repr(await house.read.hvals(house.keys.imports)).lower()


async def test_a_table_that_is_cut_off_changes_nothing(house: House) -> None:
    people = [f"Person {number},p{number}@example.org,sales,FI" for number in range(10)]
    await night(house, Table(*people))
    position = await house.position()
    cut = Table(*(person.replace("sales", "legal") for person in people[:4]))

    refused = await night(house, cut, missing_have_gone=1)
    taken = await night(house, cut, most_missing_percent=60)

    assert str(refused.why).startswith(
        "6 of 10 who work here are not in the table or not active in it, more than 50 %."
    )
    assert (taken.why, taken.counts, taken.absent) == (None, {"changed": 4}, 6)
    assert await house.position() == position + 4


async def test_a_table_by_which_most_have_gone_changes_nothing(house: House) -> None:
    people = [f"Person {number},p{number}@example.org,sales,FI" for number in range(4)]
    await night(house, Table(*people))
    position = await house.position()
    header = f"{HEADER},active"
    wrong = Table(*(f"{person},no" for person in people), header=header)
    right = Table(*(f"{person},{'no' if number < 2 else 'yes'}" for number, person in enumerate(people)), header=header)

    refused = await night(house, wrong)
    taken = await night(house, right)
    again = await night(house, right)

    assert str(refused.why).startswith("4 of 4 who work here are not in the table or not active in it, more than 50 %.")
    assert await house.position() == position + 2
    assert [(each.why, each.counts) for each in (taken, again)] == [
        (None, {"changed": 2, "unchanged": 2}),
        (None, {"unchanged": 4}),
    ]


async def test_whoever_is_missing_stays_unless_the_operator_says_otherwise(house: House) -> None:
    await night(house, Table(AADA, OTSO))
    otso = str(await house.parts.members.find("email:otso@example.org"))
    await house.parts.members.choose(otso, "join", When(house.now))

    stays = await night(house, Table(AADA))
    goes = await night(house, Table(AADA), missing_have_gone=1)
    again = await night(house, Table(AADA), missing_have_gone=1)
    await house.judge()

    assert (stays.counts, stays.absent) == ({"unchanged": 1}, 1)
    assert (goes.counts, goes.absent) == ({"unchanged": 1, "gone": 1}, 0)
    assert [(fate.line, fate.member) for fate in goes.fates] == [(0, otso)]
    assert (again.counts, again.absent) == ({"unchanged": 1}, 0)
    state = (await house.parts.reader.read([member_key(otso)]))[member_key(otso)]
    assert isinstance(state, MemberState)
    assert state.status == INACTIVE


async def test_nobody_has_gone_while_a_row_can_not_be_used(house: House) -> None:
    """It may be theirs."""
    await night(house, Table(AADA, OTSO))

    found = await night(house, Table(AADA, OTSO.replace("FI", "Finland")), missing_have_gone=1)

    assert (found.counts, found.absent) == ({"unchanged": 1, "refused": 1}, 1)


async def test_a_night_that_the_log_has_no_room_for_goes_on_when_it_has(house: House) -> None:
    await house.judge()
    table = Table(AADA)
    await house.parts.log.limit(await house.position())
    full = await nightly(house, table.read).look()
    await house.parts.log.limit(None)

    found = await nightly(house, table.read).look()

    assert (full, found is None) == (None, False)
    assert [each.counts for each in await house.parts.imports.nights()] == [{"new": 1}]


async def test_nothing_happens_while_history_is_open(house: House) -> None:
    table = Table(AADA)
    await house.write.hset(house.keys.door, "history", "1")

    assert await nightly(house, table.read).look() is None
    assert table.reads == 0


async def test_so_many_rows_and_nights_are_kept(house: House) -> None:
    people = [f"Person {number},p{number}@example.org,,Finland" for number in range(MOST_FATES + 1)]

    found = await night(house, Table(*people))
    for day in range(TODAY + 2, TODAY + 2 + MOST_KEPT):
        await house.parts.imports.note(Night(day, day * DAY_MS))

    assert (len(found.fates), found.untold, found.counts) == (MOST_FATES, 1, {"refused": MOST_FATES + 1})
    nights = await house.parts.imports.nights()
    assert (len(nights), nights[-1].day) == (MOST_KEPT, TODAY + 2)
