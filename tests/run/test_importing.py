"""Bringing a table of people into the directory, over a real store."""

import pytest

from engine.core.entries import Act, MemberFacts, MemberSet
from engine.core.keys import member_key
from engine.core.membership import INACTIVE
from engine.core.states import MemberState
from engine.run.errors import LogFull, MembersFull
from engine.run.outcomes import When
from engine.run.roster.importing import Fate, Importer
from engine.run.roster.sheet import read_sheet
from engine.run.roster.working import IN_ONE_WRITE, Working
from engine.run.waiting_room import WaitingRoom
from engine.store.directory import MemberRecord, TokenRecord
from tests.api.house import HOUR_MS, SECRET, House, share

HEADER = "name,email,alias:employee,team,country,invited_by"
AADA = "Aada Esimerkki,aada@example.org,4711,sales,FI,"
OTSO = "Otso Esimerkki,otso@example.org,4712,sales,FI,aada@example.org"


def importer(house: House) -> Importer:
    parts = house.parts
    room = WaitingRoom(
        arrivals=parts.arrivals,
        newest=parts.newest,
        coalescer=parts.coalescer,
        directory=parts.directory,
        waiting=house.waiting,
        secret=SECRET,
    )
    return Importer(
        directory=parts.directory,
        log=parts.log,
        reader=parts.reader,
        room=room,
        waiting=house.waiting,
        secret=SECRET,
    )


async def bring_in(house: House, *lines: str, header: str = HEADER) -> list[Fate]:
    """The fates of these rows, written."""
    importing = importer(house)
    comparison = await importing.compare(read_sheet("\n".join((header, *lines)).encode()), house.when)
    return list(await importing.write(comparison, house.when))


async def state(house: House, member: str | None) -> MemberState:
    assert member is not None
    await house.judge()
    found = (await house.parts.reader.read([member_key(member)]))[member_key(member)]
    assert isinstance(found, MemberState)
    return found


def kinds(fates: list[Fate]) -> list[str]:
    return [fate.is_ for fate in fates]


async def test_people_of_a_file_are_known_by_all_their_aliases_and_have_not_joined(house: House) -> None:
    fates = await bring_in(house, AADA, OTSO)

    aliases = ["email:aada@example.org", "employee:4711", "email:otso@example.org", "employee:4712"]
    holders = await house.parts.directory.resolve(aliases)
    aada, otso = (fate.member for fate in fates)
    assert kinds(fates) == ["new", "new"]
    assert [holders[alias] for alias in aliases] == [aada, aada, otso, otso]
    assert (await state(house, otso)).facts.invited_by == aada
    assert (await state(house, otso)).status == ""


async def test_importing_twice_changes_nothing_the_second_time(house: House) -> None:
    first = await bring_in(house, AADA, OTSO)
    position = await house.position()
    unjudged = await bring_in(house, AADA, OTSO)
    await house.judge()
    judged = await bring_in(house, AADA, OTSO)

    assert kinds(unjudged) == kinds(judged) == ["unchanged", "unchanged"]
    assert [fate.member for fate in judged] == [fate.member for fate in first]
    assert await house.position() == position


async def test_a_dry_run_says_the_same_and_writes_nothing(house: House) -> None:
    await bring_in(house, AADA)
    position = await house.position()
    sheet = read_sheet("\n".join((HEADER, AADA.replace("sales", "legal"), OTSO)).encode())

    comparison = await importer(house).compare(sheet, house.when)

    assert [fate.is_ for fate in comparison.fates] == ["changed", "new"]
    assert comparison.fates[0].changes == ("team",)
    assert await house.position() == position


async def test_a_file_that_was_stopped_half_way_is_brought_in_by_the_next_run(house: House) -> None:
    people = [f"Person {number},p{number}@example.org,{number},sales,FI," for number in range(IN_ONE_WRITE + 50)]
    await house.parts.log.limit(await house.position() + IN_ONE_WRITE)
    with pytest.raises(LogFull):
        await bring_in(house, *people)
    await house.parts.log.limit(None)

    fates = await bring_in(house, *people)

    assert kinds(fates) == ["unchanged"] * IN_ONE_WRITE + ["new"] * 50
    assert await house.parts.directory.count() == len(people)


async def test_a_file_with_more_people_than_there_may_be_stops_at_the_limit_and_goes_on_when_it_is_raised(
    house: House,
) -> None:
    people = [f"Person {number},p{number}@example.org,{number},sales,FI," for number in range(3)]
    await house.parts.log.limit(None, members=2)
    with pytest.raises(MembersFull):
        await bring_in(house, *people)
    await house.parts.log.limit(None, members=3)

    fates = await bring_in(house, *people)

    assert kinds(fates) == ["unchanged", "unchanged", "new"]


async def test_an_empty_cell_takes_a_value_away_and_a_missing_column_leaves_it(house: House) -> None:
    (made,) = await bring_in(house, AADA)

    fates = await bring_in(house, "aada@example.org,", header="email,country")

    facts = (await state(house, made.member)).facts
    record = await house.parts.directory.member(str(made.member))
    assert [(fate.is_, fate.changes) for fate in fates] == [("changed", ("country",))]
    assert (facts.team, facts.country) == ("sales", None)
    assert record is not None
    assert record.name == "Aada Esimerkki"


async def test_a_new_address_takes_the_place_of_the_old_one_and_other_aliases_stay(house: House) -> None:
    (made,) = await bring_in(house, AADA)

    await bring_in(house, "Aada Uusi,new@example.org,4711,sales,FI,")

    assert await house.parts.directory.all_aliases() == {
        "email:new@example.org": made.member,
        "employee:4711": made.member,
    }


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Someone,aada@example.org,9,sales,FI,", "a person who stands on line 2 already"),
        ("Someone,known@example.org,known2,sales,FI,", "a row about 2 members"),
        (",new@example.org,,sales,FI,", "empty"),
        ("Someone,new@example.org,,sales,FI,nobody@example.org", "“nobody@example.org”, whom nobody knows"),
        ("Someone,new@example.org,,sales,FI,new@example.org", "the person themselves"),
        ("Someone,new@example.org,,sales,Finland,", "“Finland”"),
    ],
)
async def test_a_row_that_can_not_be_used_is_refused_and_the_others_come_in(
    house: House, line: str, found: str
) -> None:
    await bring_in(house, "Known,known@example.org,,,,", "Known too,,known2,,,")
    before = await house.position()

    fates = await bring_in(house, AADA, line, OTSO)

    assert kinds(fates) == ["new", "refused", "new"]
    assert found in fates[1].faults[0].found
    assert fates[1].line == 3
    assert await house.position() == before + 2


async def test_whoever_invited_somebody_is_written_before_them(house: House) -> None:
    fates = await bring_in(house, OTSO, AADA)

    entries = [logged.entry for logged in await house.parts.log.read(0, 100)]
    written = [entry.member for entry in entries if isinstance(entry, MemberSet)]
    assert written == [fates[1].member, fates[0].member]


async def test_a_circle_of_invitations_and_those_invited_by_a_refused_row_are_refused(house: House) -> None:
    fates = await bring_in(
        house,
        "A,a@example.org,,,,b@example.org",
        "B,b@example.org,,,,a@example.org",
        "C,c@example.org,,,,nobody@example.org",
        "D,d@example.org,,,,c@example.org",
    )

    assert kinds(fates) == ["refused"] * 4


async def test_somebody_can_be_named_by_id_alone(house: House) -> None:
    (made,) = await bring_in(house, AADA)

    fates = await bring_in(house, f"{made.member},legal", "somebody-else,legal", header="id,team")

    assert [(fate.is_, fate.member) for fate in fates] == [("changed", made.member), ("refused", None)]


async def test_a_row_whose_member_was_changed_meanwhile_is_refused_and_nothing_of_it_is_written(house: House) -> None:
    importing = importer(house)
    comparison = await importing.compare(read_sheet(f"{HEADER}\n{AADA}".encode()), house.when)
    await bring_in(house, AADA.replace("Aada", "Another"))
    position = await house.position()

    fates = await importing.write(comparison, house.when)

    assert fates[0].is_ == "refused"
    assert "changed meanwhile" in fates[0].faults[0].found
    assert await house.position() == position


async def test_what_waited_for_an_alias_comes_in_even_when_a_run_was_stopped_before(house: House) -> None:
    (waiting,) = await house.post(share("employee:4711"))
    importing = importer(house)
    comparison = await importing.compare(read_sheet(f"{HEADER}\n{AADA}".encode()), house.when)
    # As a run leaves it that ends right after its last write.
    await house.parts.log.append([append for _, append in comparison.writes])
    await house.parts.members.choose(str(comparison.fates[0].member), "join", When(house.now - HOUR_MS))

    fates = await bring_in(house, AADA)

    acts = [each.entry for each in await house.parts.log.read(0, 100) if isinstance(each.entry, Act)]
    assert waiting.status == "waiting"
    assert kinds(fates) == ["unchanged"]
    assert [act.subject for act in acts] == [fates[0].member]


async def test_those_who_are_not_in_the_file_are_counted_and_stay(house: House) -> None:
    await bring_in(house, AADA, OTSO)

    comparison = await importer(house).compare(read_sheet(f"{HEADER}\n{AADA}".encode()), house.when)

    assert comparison.elsewhere == 1


ACTIVE = "name,email,active"


async def test_whoever_the_file_says_has_gone_is_gone_and_comes_back_by_it(house: House) -> None:
    (made,) = await bring_in(house, "Aada,aada@example.org,", header=ACTIVE)
    await house.parts.members.choose(str(made.member), "join", house.when)
    await house.parts.directory.put_token("digest", TokenRecord("member", "phone", house.now, made.member))

    gone = await bring_in(house, "Aada,aada@example.org,no", header=ACTIVE)
    there = (await state(house, made.member)).status
    tokens = await house.parts.directory.tokens()
    again = await bring_in(house, "Aada,aada@example.org,ei", header=ACTIVE)
    silent = await bring_in(house, "Aada,aada@example.org,", header=ACTIVE)
    back = await bring_in(house, "Aada,aada@example.org,yes", header=ACTIVE)

    assert [(fates[0].is_, fates[0].changes) for fates in (gone, again, silent, back)] == [
        ("changed", ("active",)),
        ("unchanged", ()),
        ("unchanged", ()),
        ("changed", ("active",)),
    ]
    assert (there, tokens, (await state(house, made.member)).status) == (INACTIVE, {}, "left")


async def test_somebody_new_can_have_gone_already(house: House) -> None:
    (made,) = await bring_in(house, "Aada,aada@example.org,no", header=ACTIVE)

    assert (made.is_, made.changes) == ("new", ("name", "email", "aliases", "active"))
    assert (await state(house, made.member)).status == INACTIVE


async def test_what_is_neither_yes_nor_no_is_refused_at_its_column(house: House) -> None:
    (fate,) = await bring_in(house, "Aada,aada@example.org,perhaps", header=ACTIVE)

    assert [str(fault) for fault in fate.faults] == ["active is “perhaps”; expected yes or no"]


async def test_whoever_works_here_and_has_no_row_is_absent_and_can_be_let_go_once(house: House) -> None:
    first, second = await bring_in(house, AADA, OTSO)
    trial = MemberRecord("Trial", trial=True)
    await house.parts.members.add(trial, MemberFacts(), house.when)
    importing, working = importer(house), Working(directory=house.parts.directory, log=house.parts.log)
    sheet = read_sheet(f"{HEADER}\n{AADA}".encode())

    absent = await working.absent((await importing.compare(sheet, house.when)).known, ())
    gone = await working.let_go(absent.members, house.when)
    after = await working.absent((await importing.compare(sheet, house.when)).known, ())

    assert (absent.members, absent.of) == ((second.member,), 2)
    assert gone == (second.member,)
    assert (after.members, after.of) == ((), 1)
    assert (await state(house, second.member)).status == INACTIVE
    assert (await state(house, first.member)).status == ""


async def test_whoever_chooses_something_at_the_moment_of_going_is_left_for_the_next_time(house: House) -> None:
    (made,) = await bring_in(house, AADA)
    importing = importer(house)
    comparison = await importing.compare(read_sheet(b"name,email,active\nAada,aada@example.org,no"), house.when)
    await house.parts.members.choose(str(made.member), "join", house.when)

    fates = await importing.write(comparison, house.when)

    assert (fates[0].is_, (await state(house, made.member)).status) == ("refused", "joined")
