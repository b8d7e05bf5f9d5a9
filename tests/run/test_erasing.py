"""Erasing somebody leaves nothing that names or reaches them, and a trace that was left behind is named."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from engine.core.entries import MemberErased, MemberFacts, Thanked
from engine.core.keys import member_key
from engine.core.periods import PeriodKind, parse_period
from engine.core.plan import KINDS
from engine.core.states import MemberState
from engine.run.erasing import Eraser, Left
from engine.run.errors import UnknownMember
from engine.run.keyed import pair_digest
from engine.run.traces import Traces, needles_of
from engine.run.webhooks.naming import NamingDeliveries
from engine.store.board_answers import Asking
from engine.store.directory import MemberRecord, MembershipRow, TextRecord, TokenRecord, encode_record
from engine.store.keys import Place as BoardPlace
from engine.store.looks import Look
from engine.store.pages import PageWriter
from engine.store.search import Needles, Place, StoreSearch
from tests.api.house import DAY_MS, SECRET, House, become, share
from tests.store.building import everything

Change = Callable[[House, str], Awaitable[object]]


def eraser(house: House) -> Eraser:
    parts = house.parts
    return Eraser(
        directory=parts.directory,
        looks=parts.looks,
        notices=parts.notices,
        log=parts.log,
        reader=parts.reader,
        recorder=parts.recorder,
        waiting=house.waiting,
        naming=NamingDeliveries(parts.deliveries, parts.directory),
        secret=SECRET,
    )


async def thank(house: House, giver: str, receiver: str, text: str, key: str) -> None:
    entry = Thanked(giver, None, pair_digest(giver, receiver, SECRET), house.now, key)
    rows = (house.parts.directory.text_row(key, TextRecord(text, giver, house.now)),)
    await house.parts.recorder.append(entry, house.when, rows=rows)


async def look_at(house: House, member: str) -> None:
    reason = TextRecord("A question about points", None, house.now)
    look = Look("record", "hr", "the HR desk", f"look-{member}", 20_000)
    await house.parts.looks.note(member, look, at=house.now, reason=reason)


async def life(house: House) -> tuple[str, str]:
    """Anna has done all that leaves something behind; so has Bea, who stays."""
    directory = house.parts.directory
    anna, bea = await house.member("anna", team="red"), await house.member("bea", team="red")
    # A name that is told from chance, as most are.
    record = MemberRecord("Anna Virtanen", "anna@example.org", ("email:anna@example.org", "github:anna-v"))
    await house.parts.members.change(anna, become(record), await facts(house, anna), house.when)
    for member in (anna, bea):
        await directory.put_token(f"token-{member}", TokenRecord("member", "phone", house.now, member))
        await look_at(house, member)
    await house.post(
        share(data={"words": "My own words about it"}),
        share("email:bea@example.org", id="bea-1"),
        share("email:nobody@example.org", id="waits-1", data={"helpers": ["github:anna-v"]}),
        share("email:nobody@example.org", id="waits-2", data={"words": "as Anna Virtanen said"}),
        share("email:nobody@example.org", id="waits-3"),
    )
    await thank(house, bea, anna, "You helped me a lot", "to-anna")
    await thank(house, anna, bea, "You helped me as well", "to-bea")
    await thank(house, bea, bea, "Thanks to ANNA VIRTANEN and others", "names-anna")
    await thank(house, bea, bea, "Thanks to Annamari and others", "names-nobody")
    await house.judge()
    return anna, bea


async def facts(house: House, member: str) -> MemberFacts:
    await house.judge()
    return (await house.parts.members.state(member)).facts


async def erase(house: House, member: str) -> Traces:
    erasing = eraser(house)
    traces = await erasing.gather(member)
    await erasing.erase(traces, house.when)
    await house.judge()
    return await erasing.sweep(traces)


async def all_but_the_engine(house: House) -> dict[bytes, bytes]:
    found = await everything(house.write, house.keys.organization)
    return {key: value for key, value in found.items() if key != house.keys.engine.encode()}


async def bytes_left(house: House, traces: Traces) -> list[Place]:
    needles = Needles(needles_of(traces, await house.parts.directory.all_texts()))
    search = StoreSearch(read=house.read, keys=house.keys)
    return [each async for each in search.places(needles) if isinstance(each, Place)]


async def test_nothing_remains_of_somebody_who_was_erased_and_others_keep_theirs(house: House) -> None:
    anna, bea = await life(house)
    before = await eraser(house).gather(anna)

    traces = await erase(house, anna)

    directory = house.parts.directory
    assert len(before.texts) == 5
    assert await eraser(house).left(traces) == []
    assert await bytes_left(house, traces) == []
    assert set(await directory.all_texts()) == {"names-nobody", f"look-{bea}"}
    assert list(await directory.tokens()) == [f"token-{bea}"]
    assert await directory.all_aliases() == {"email:bea@example.org": bea}
    assert await house.waiting.count() == 1


async def test_totals_stay_and_the_person_is_hidden(house: House) -> None:
    anna, _ = await life(house)
    before = (await house.parts.members.state(anna)).balances

    await erase(house, anna)

    state = (await house.parts.reader.read([member_key(anna)]))[member_key(anna)]
    assert isinstance(state, MemberState)
    assert state.erased
    assert state.balances == before
    assert before


async def test_a_final_page_drops_the_row_when_it_is_read_and_the_ranks_of_the_others_stay(house: House) -> None:
    anna, bea, carl = [await house.member(name) for name in ("anna", "bea", "carl")]
    await house.post(*(share(f"email:{name}@example.org", id=name) for name in ("anna", "bea", "carl")))
    house.now += DAY_MS
    await house.post(share(id="anna-2"), share("email:bea@example.org", id="bea-2", data={"channel": "x"}))
    house.now += DAY_MS
    await house.post(share(id="anna-3"))
    await house.judge()
    house.now += 14 * DAY_MS
    await house.post(share("email:bea@example.org", id="later"))
    await house.judge()
    await PageWriter(write=house.write, keys=house.keys).finish_all()
    board = house.plans.plan.rulebook.boards[0]
    week = BoardPlace(board.code, KINDS.index(PeriodKind.WEEK), parse_period("2026-W48").index)
    before = await house.parts.boards.page(week, limit=10)

    await erase(house, anna)

    after = await house.parts.boards.page(week, limit=10)
    around = await house.parts.boards.around(week, Asking(bea, lambda _state, _place: 0), limit=10)
    on_disk = str(await house.read.hvals(house.keys.pages(week, "members")))
    assert after.is_final
    assert before.rows[0].id == anna
    assert after.rows == before.rows[1:]
    assert around.own is not None
    assert around.own.row.rank == before.rows[1].rank
    assert [row.id for row in around.rows] == [bea, carl]
    # The page itself holds ids alone, which lead to nobody.
    assert anna in on_disk
    assert "Anna" not in on_disk


async def test_an_event_for_somebody_who_was_erased_waits_and_counts_for_nothing(house: House) -> None:
    anna, _ = await life(house)
    await erase(house, anna)
    position = await house.position()

    by_alias, by_id = await house.post(share(id="later-1"), share(anna, id="later-2"))

    assert (by_alias.status, by_id.status) == ("waiting", "waiting")
    assert await house.position() == position


async def test_erasing_twice_enters_it_once(house: House) -> None:
    anna, _ = await life(house)
    traces = await erase(house, anna)
    before = await all_but_the_engine(house)

    again = await erase(house, anna)

    entries = [logged.entry for logged in await house.parts.log.read(0, 1_000)]
    assert sum(isinstance(entry, MemberErased) for entry in entries) == 1
    assert await all_but_the_engine(house) == before
    assert again.texts == {}
    assert traces.texts


async def test_what_came_between_gathering_and_wiping_is_swept(house: House) -> None:
    anna, bea = await life(house)
    erasing = eraser(house)
    traces = await erasing.gather(anna)
    await erasing.erase(traces, house.when)
    await thank(house, bea, anna, "A late word of thanks", "late")
    await thank(house, anna, bea, "A late word of mine", "late-too")
    await house.post(share(id="later-1"))
    await house.judge()

    swept = await erasing.sweep(traces)

    assert {"late", "late-too"} <= set(swept.texts)
    assert await erasing.left(swept) == []


async def test_a_record_that_is_changed_meanwhile_is_erased_as_it_is_then(house: House) -> None:
    anna, _ = await life(house)
    traces = await eraser(house).gather(anna)
    record = await house.parts.members.record(anna)
    more = msgspec.structs.replace(record, aliases=(*record.aliases, "slack:anna-on-slack"))
    await house.parts.members.change(anna, become(more), await facts(house, anna), house.when)

    await eraser(house).erase(traces, house.when)

    assert "slack:anna-on-slack" not in await house.parts.directory.all_aliases()


async def test_nobody_is_erased_whom_nobody_knows(house: House) -> None:
    position = await house.position()

    with pytest.raises(UnknownMember):
        await eraser(house).gather("nobody")

    assert await house.position() == position


async def test_the_name_of_another_person_of_that_name_is_not_taken_for_a_trace(house: House) -> None:
    anna, bea = await life(house)
    same = MemberRecord("Anna Virtanen", None, ("email:bea@example.org",))
    await house.parts.members.change(bea, become(same), await facts(house, bea), house.when)

    traces = await erase(house, anna)

    assert "names-anna" in await house.parts.directory.all_texts()
    assert traces.left_out == ("the name is that of another member, too",)
    assert await bytes_left(house, traces) == []


async def put_row(house: House, key: str, field: str, value: bytes) -> None:
    await house.write.hset(key, field, value)


LEFT_BEHIND: dict[str, tuple[Change, str]] = {
    "record": (
        lambda house, anna: put_row(
            house, house.keys.directory, anna, encode_record(MemberRecord("Anna Virtanen", None, ()))
        ),
        "directory",
    ),
    "alias": (lambda house, anna: put_row(house, house.keys.aliases, "github:anna-v", anna.encode()), "aliases"),
    "unknown alias": (lambda house, anna: put_row(house, house.keys.aliases, "slack:other", anna.encode()), "aliases"),
    "membership": (
        lambda house, anna: put_row(house, house.keys.membership, anna, encode_record(MembershipRow("joined", 5))),
        "membership",
    ),
    "token": (
        lambda house, anna: put_row(
            house, house.keys.tokens, "digest", encode_record(TokenRecord("member", "x", 1, anna))
        ),
        "tokens",
    ),
    "text of theirs": (
        lambda house, anna: put_row(house, house.keys.texts, "t", encode_record(TextRecord("Hi", anna, 1))),
        "texts",
    ),
    "text to them": (
        lambda house, _: put_row(house, house.keys.texts, "to-anna", encode_record(TextRecord("Hi", None, 1))),
        "texts",
    ),
    "text that names them": (
        lambda house, _: put_row(house, house.keys.texts, "t", encode_record(TextRecord("So anna virtanen", None, 1))),
        "texts",
    ),
    "look": (
        lambda house, anna: house.parts.looks.note(
            anna, Look("record", "hr", "x", "x", 1), at=5, reason=TextRecord("Hi", None, 1)
        ),
        "looks",
    ),
    "waiting": (lambda house, _: house.post(share(id="late")), "waiting"),
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
async def test_one_thing_left_behind_is_named(house: House, what: str) -> None:
    anna, _ = await life(house)
    traces = await erase(house, anna)
    leave, where = LEFT_BEHIND[what]
    await leave(house, anna)

    left = await eraser(house).left(traces)

    assert {each.where for each in left} == {where}


async def test_somebody_who_is_not_judged_as_erased_yet_is_named(house: House) -> None:
    anna, _ = await life(house)
    erasing = eraser(house)
    traces = await erasing.gather(anna)
    await erasing.erase(traces, house.when)

    left = await erasing.left(await erasing.sweep(traces))

    assert left == [Left("state", "not judged as erased yet: is the engine running?")]


@pytest.mark.parametrize("where", ["rulebooks", "aside", "versions"])
async def test_bytes_that_name_somebody_are_found_wherever_nobody_looks(house: House, where: str) -> None:
    anna, _ = await life(house)
    traces = await erase(house, anna)
    await put_row(house, f"{house.keys.prefix}{where}", "x", b"\x92said by Anna Virtanen, anna@example.org")

    places = await bytes_left(house, traces)

    assert [(place.where, place.at) for place in places] == [(where, "x")]
