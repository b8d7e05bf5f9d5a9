"""The job that fills boards whose weeks were cut anew."""

from collections.abc import Mapping

import msgspec
import pytest
from redis.asyncio import Redis

from engine.core.buckets import sum_of
from engine.core.changes import Recut
from engine.core.keys import member_key
from engine.core.periods import weekday
from engine.core.states import MemberState
from engine.store.connect import write_client
from engine.store.errors import StoreDamaged, StoreUnavailable
from engine.store.keys import UNIT_KINDS, Keys, Place
from engine.store.packing import pack
from engine.store.raw import RawRows
from engine.store.recut import FIELD, STATES_AT_ONCE, BoardFiller, note_of
from engine.store.rows import rows_of
from engine.store.scripts import Script, script
from tests.core.tracks import buckets_with
from tests.store.boarding import Setting
from tests.store.building import EVER_BOARD, POINTS, WEEK, changes_of, everything, plan_with_boards, without
from tests.store.proxy import ReplyDroppingProxy, Request

OLD_WEEK = Place(EVER_BOARD.code, WEEK, 19_995)
NEW_WEEK = Place(EVER_BOARD.code, WEEK, 19_998)
LAST_OLD = Place(EVER_BOARD.code, WEEK, 19_988)


def counted(days: Mapping[int, int], *, shown: bool = True) -> MemberState:
    series = {POINTS: buckets_with(days.items())}
    return MemberState(status="joined", boards_shown=shown, series=series)


def recut(number: int = 1) -> Recut:
    metric = plan_with_boards().rulebook.points
    return Recut(
        number=number,
        week_starts=weekday(NEW_WEEK.period) - 1,
        fills=((NEW_WEEK.field, metric),),
        gone=(OLD_WEEK.field,),
        last=(LAST_OLD.field,),
    )


async def cut_anew(setting: Setting, states: Mapping[str, MemberState]) -> None:
    """These members' states are stored; then weeks are cut anew."""
    await setting.change({member_key(member): state for member, state in states.items()})
    changes = msgspec.structs.replace(changes_of({}), recut=recut())
    await setting.commit(rows_of(changes, plan_with_boards(), setting.keys))


async def rows(setting: Setting) -> dict[bytes, float]:
    raw = await RawRows(read=setting.write, keys=setting.keys).rows(f"board:{NEW_WEEK.field}")
    return {member: float(score) for member, score in raw.items()}


async def test_a_board_is_filled_with_what_members_who_are_shown_have_on_its_days(write: Redis) -> None:
    setting = Setting(write)
    states = {
        "before": counted({19_997: 5}),
        "first": counted({19_997: 5, 19_998: 3}),
        "last": counted({20_004: 2}),
        "hidden": counted({19_998: 9}, shown=False),
        "after": counted({20_005: 7}),
    }
    await cut_anew(setting, states)

    done = await setting.pages.finish_all()

    assert done == 0
    assert await rows(setting) == {b"first": 3, b"last": 2}


async def test_more_members_than_are_read_at_once_are_all_filled_in(write: Redis) -> None:
    setting = Setting(write)
    members = 2 * STATES_AT_ONCE + 500
    await cut_anew(setting, {f"m{number}": counted({20_000: number + 1}) for number in range(members)})

    await setting.pages.finish_all()

    assert await rows(setting) == {f"m{number}".encode(): number + 1 for number in range(members)}


async def test_boards_sums_and_ranks_of_the_old_weeks_go(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"anna": 3}, place=LAST_OLD, closed=True)
    await setting.pages.finish_all()
    await setting.show({"anna": 3}, place=OLD_WEEK)
    await write.hset(setting.keys.units(OLD_WEEK, "teams"), "red", "sums")
    assert await write.exists(setting.keys.ranks(LAST_OLD), setting.keys.board(OLD_WEEK)) == 2

    await cut_anew(setting, {"anna": counted({19_996: 3})})
    await setting.pages.finish_all()

    units = [setting.keys.units(OLD_WEEK, by) for by in UNIT_KINDS]
    gone = [setting.keys.board(OLD_WEEK), setting.keys.ranks(LAST_OLD), setting.keys.recut, *units]
    assert await write.exists(*gone) == 0
    assert await write.exists(setting.keys.pages(LAST_OLD, "members")) == 1


async def test_a_second_filling_changes_nothing(write: Redis) -> None:
    setting = Setting(write)
    await cut_anew(setting, {"anna": counted({20_000: 3})})
    filler = BoardFiller(write=write, keys=setting.keys)
    first = await filler.fill()
    before = await everything(write, setting.organization)

    second = await filler.fill()

    assert (first, second) == (True, False)
    assert await everything(write, setting.organization) == before


@pytest.mark.parametrize("asked", range(1, 7))
async def test_a_job_that_dies_anywhere_is_finished_by_the_next_one(server_url: str, write: Redis, asked: int) -> None:
    """The answer to its n-th question is the last thing that happens to it; the server has done what was asked."""
    setting = Setting(write)
    states = {f"m{number}": counted({20_000: number + 1}) for number in range(2 * STATES_AT_ONCE)}
    await cut_anew(setting, states)
    seen = 0

    def count(_: Request) -> None:
        nonlocal seen
        seen += 1
        if seen == asked:
            proxy.drop_next_reply()

    async with ReplyDroppingProxy(server_url, on_request=count) as proxy, write_client(proxy.url) as client:
        try:
            await BoardFiller(write=client, keys=setting.keys).fill()
        except StoreUnavailable:
            died = True
        else:
            died = False
    await setting.pages.finish_all()

    assert died or seen < asked + 1
    points = {member.encode(): sum_of(state.series[POINTS]) for member, state in states.items()}
    assert await rows(setting) == points
    assert await write.exists(setting.keys.recut) == 0


async def late_rows(setting: Setting, fill_script: Script) -> object:
    """A slice of a job of the first cut comes when the second one waits to be filled."""
    await cut_anew(setting, {"anna": counted({20_000: 3})})
    await setting.pages.finish_all()
    await setting.write.hset(setting.keys.recut, FIELD, note_of(recut(number=2)))
    names = [setting.keys.recut, setting.keys.board(NEW_WEEK)]
    return await fill_script.run(setting.write, names, [note_of(recut(number=1)), pack([[99, "anna"]])])


async def test_a_job_that_was_overtaken_writes_nothing(write: Redis) -> None:
    setting = Setting(write)

    answer = await late_rows(setting, script("fill_boards"))

    assert answer == 0
    assert await rows(setting) == {b"anna": 3}


async def test_without_its_guard_a_job_that_was_overtaken_would_bring_old_rows_back(write: Redis) -> None:
    setting = Setting(write)

    await late_rows(setting, without("cut", "fill_boards"))

    assert await rows(setting) == {b"anna": 99}


@pytest.mark.parametrize("name", ["recut", "board"])
async def test_where_something_else_lies_in_a_key_nothing_is_written(write: Redis, name: str) -> None:
    setting = Setting(write)
    await cut_anew(setting, {"anna": counted({20_000: 3})})
    keys: dict[str, str] = {"recut": setting.keys.recut, "board": setting.keys.board(NEW_WEEK)}
    await write.delete(keys[name])
    await write.set(keys[name], "text")
    before = await everything(write, setting.organization)
    names = [setting.keys.recut, setting.keys.board(NEW_WEEK)]

    with pytest.raises(StoreDamaged):
        await script("fill_boards").run(write, names, [note_of(recut()), pack([[3, "anna"]])])
    if name == "recut":
        with pytest.raises(StoreDamaged):
            await script("finish_recut").run(write, [setting.keys.recut], [note_of(recut())])

    assert await everything(write, setting.organization) == before


def test_keys_of_the_note_carry_the_tag_of_their_organization() -> None:
    assert Keys("acme").recut == "{acme}:recut"
