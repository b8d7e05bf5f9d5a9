import asyncio
import threading
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from engine.core.entries import MemberFacts
from engine.core.keys import member_key, unit_key
from engine.core.states import UnitsState, UnitState
from engine.store.board_answers import BoardPage, Cursor
from engine.store.boards import TeamTooLarge
from engine.store.connect import write_client
from engine.store.pages import PageWriter
from engine.store.ranks import BoardRow, ranked_whole, unit_rows
from engine.store.rows import rows_of
from tests.store.boarding import Setting, asking, recomputed
from tests.store.building import (
    EVER,
    EVER_BOARD,
    batch,
    changes_of,
    everything,
    plan_with_boards,
    shown_member,
)
from tests.store.proxy import ReplyDroppingProxy, Request

SCORES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=6), st.integers(1, 12), max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores=SCORES, limit=st.integers(1, 7), paged=st.booleans())
def test_ranks_ties_and_pages_are_those_of_a_sorted_recomputation(
    server_url: str, scores: dict[str, int], limit: int, *, paged: bool
) -> None:
    async def read() -> list[BoardPage]:
        async with write_client(server_url) as write:
            setting = Setting(write)
            await setting.show(scores, closed=paged)
            if paged:
                await setting.pages.finish_all()
            return await setting.all_pages(limit)

    pages = asyncio.run(read())

    assert [row for page in pages for row in page.rows] == recomputed(scores)
    assert {page.count for page in pages} == {len(scores)}
    assert all(page.is_final == paged for page in pages)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores=SCORES.filter(bool), hidden_score=st.integers(0, 13), data=st.data(), paged=st.booleans())
def test_ones_own_place_and_the_rows_around_it_are_those_of_a_sorted_recomputation(
    server_url: str, scores: dict[str, int], hidden_score: int, data: st.DataObject, *, paged: bool
) -> None:
    member = data.draw(st.sampled_from([*sorted(scores), "hidden"]))
    own_score = scores.get(member, hidden_score)
    everybody = scores if member != "hidden" else {**scores, "hidden": own_score}

    async def read() -> BoardPage:
        async with write_client(server_url) as write:
            setting = Setting(write)
            await setting.show(scores, closed=paged)
            if paged:
                await setting.pages.finish_all()
            return await setting.boards.around(EVER_BOARD, asking(member, own_score), limit=5)

    around = asyncio.run(read())

    expected = next(row for row in recomputed(everybody) if row.id == member)
    higher = [score for score in scores.values() if score > own_score]
    if around.own is None:
        assert own_score == 0
        return
    assert own_score > 0
    assert around.own.row == expected
    assert around.own.shown == (member != "hidden")
    assert around.own.to_next == (min(higher) - own_score if higher else None)
    board = recomputed(scores)
    start = board.index(around.rows[0]) if around.rows else 0
    assert list(around.rows) == board[start : start + 5]
    if member != "hidden":
        assert expected in around.rows


async def test_a_board_that_closes_reads_the_same_before_and_after_its_pages_are_written(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({f"m{number}": number // 3 + 1 for number in range(450)}, closed=True)
    flagged = await setting.all_pages(50)

    assert await setting.pages.finish_all() == 1

    paged = await setting.all_pages(50)
    assert [page.rows for page in paged] == [page.rows for page in flagged]
    assert all(page.is_final for page in flagged + paged)
    assert await write.exists(setting.keys.board(EVER_BOARD), setting.keys.flagged) == 0


async def test_the_job_that_writes_pages_may_be_stopped_and_run_again(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({f"m{number}": number + 1 for number in range(250)}, closed=True)
    await write.hset(setting.keys.pages(EVER_BOARD, "members"), "0", b"half of a page")

    first = await setting.pages.finish(EVER_BOARD)
    before = await everything(write, setting.organization)
    second = await setting.pages.finish(EVER_BOARD)

    assert (first, second) == (True, False)
    assert await everything(write, setting.organization) == before
    assert len((await setting.boards.page(EVER_BOARD, limit=100)).rows) == 100


async def test_several_jobs_at_once_write_what_one_would(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({f"m{number}": number + 1 for number in range(450)}, closed=True)

    await asyncio.gather(*(setting.pages.finish_all() for _ in range(3)))

    rows = [row for page in await setting.all_pages(100) for row in page.rows]
    assert rows == recomputed({f"m{number}": number + 1 for number in range(450)})


@pytest.mark.parametrize("reads_before_the_other", [1, 3])
async def test_a_job_that_another_one_overtakes_leaves_its_pages_alone(
    server_url: str, write: Redis, reads_before_the_other: int
) -> None:
    setting = Setting(write)
    scores = {f"m{number}": number + 1 for number in range(250)}
    await setting.show(scores, closed=True)
    reads = 0

    async def finish() -> None:
        async with write_client(server_url) as client:
            await PageWriter(write=client, keys=setting.keys).finish_all()

    def overtake(request: Request) -> None:
        """In a thread of its own, so that the slower job stands still meanwhile."""
        nonlocal reads
        reads += request[0] == b"EVALSHA"
        if reads == reads_before_the_other:
            reads += 1
            faster = threading.Thread(target=lambda: asyncio.run(finish()))
            faster.start()
            faster.join()

    async with ReplyDroppingProxy(server_url, on_request=overtake) as proxy, write_client(proxy.url) as client:
        done = await PageWriter(write=client, keys=setting.keys).finish(EVER_BOARD)

    rows = [row for page in await setting.all_pages(100) for row in page.rows]
    assert not done
    assert rows == recomputed(scores)


async def test_an_open_board_is_not_paged(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 1})

    assert not await setting.pages.finish(EVER_BOARD)
    assert (await setting.boards.page(EVER_BOARD, limit=10)).count == 1


@pytest.mark.parametrize("paged", [False, True])
async def test_who_hides_after_the_close_is_left_out_and_the_ranks_of_the_others_stay(
    write: Redis, *, paged: bool
) -> None:
    setting = Setting(write)
    await setting.show({"a": 3, "b": 2, "c": 1}, closed=True)
    if paged:
        await setting.pages.finish_all()
    await setting.change({member_key("b"): shown_member(2, shown=False)})

    page = await setting.boards.page(EVER_BOARD, limit=10)
    around = await setting.boards.around(EVER_BOARD, asking("c", 1), limit=10)

    assert [(row.rank, row.id) for row in page.rows] == [(1, "a"), (3, "c")]
    assert around.rows == page.rows
    assert around.own is not None
    assert around.own.row.rank == 3


async def test_a_final_place_is_found_although_late_acts_have_raised_the_score_since(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({f"m{number}": number + 1 for number in range(300)}, closed=True)
    await setting.pages.finish_all()

    page = await setting.boards.around(EVER_BOARD, asking("m9", 250), limit=3)

    assert page.own is not None
    assert page.own.row == BoardRow(291, "m9", 10, 0)


async def test_a_page_goes_on_where_the_last_one_ended_although_the_board_has_moved(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 5, "b": 4, "c": 3, "d": 2})
    first = await setting.boards.page(EVER_BOARD, limit=2)
    await setting.show({"d": 9})

    second = await setting.boards.page(EVER_BOARD, limit=2, after=first.following)

    assert first.following == Cursor(2, 4, "b")
    assert [(row.rank, row.id) for row in second.rows] == [(4, "c")]


async def test_an_answer_carries_the_position_up_to_which_it_holds(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 5})
    await setting.show({"b": 6})

    page = await setting.boards.page(EVER_BOARD, limit=2)
    around = await setting.boards.around(EVER_BOARD, asking("a"), limit=2)
    units = await setting.boards.units(EVER_BOARD, "teams")

    assert (page.position, around.position, units.position) == (2, 2, 2)


async def put_in_team(setting: Setting, team: str, scores: Mapping[str, int], *, joined: int) -> None:
    states = {
        member_key(member): msgspec.structs.replace(shown_member(score), facts=MemberFacts(team=team))
        for member, score in scores.items()
    }
    teams = {(team, member): True for member in scores}
    await setting.change({"n": UnitsState(joined={("teams", team): joined}), **states}, teams=teams)


@pytest.mark.parametrize("paged", [False, True])
async def test_a_team_is_ranked_among_itself(write: Redis, *, paged: bool) -> None:
    setting = Setting(write)
    scores = {"a": 5, "b": 4, "c": 4, "d": 2}
    await setting.show(scores, closed=paged)
    await put_in_team(setting, "red", {name: scores.get(name, 0) for name in ("b", "c", "d", "nobody")}, joined=5)
    if paged:
        await setting.pages.finish_all()

    page = await setting.boards.team(EVER_BOARD, asking("d"), limit=10)

    assert [(row.rank, row.id, row.tied) for row in page.rows] == [(1, "c", 1), (1, "b", 1), (3, "d", 0)]
    assert page.is_final == paged


async def test_a_team_of_which_fewer_than_five_have_joined_is_not_shown(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 5, "b": 4})
    await put_in_team(setting, "red", {"a": 5, "b": 4}, joined=4)

    page = await setting.boards.team(EVER_BOARD, asking("a"), limit=10)

    assert (page.rows, page.own, page.count) == ((), None, 0)


async def test_a_team_of_more_than_a_thousand_has_no_board_of_its_own(write: Redis) -> None:
    setting = Setting(write)
    await put_in_team(setting, "all", {f"m{number}": 1 for number in range(1_001)}, joined=1_001)

    with pytest.raises(TeamTooLarge, match="1001"):
        await setting.boards.team(EVER_BOARD, asking("m1"), limit=10)


async def test_who_has_left_a_team_is_not_on_its_board(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 5, "b": 4})
    await put_in_team(setting, "red", {"a": 5, "b": 4}, joined=5)
    await setting.change({}, teams={("red", "b"): False, ("blue", "b"): True})

    page = await setting.boards.team(EVER_BOARD, asking("a"), limit=10)

    assert [row.id for row in page.rows] == ["a"]


async def test_a_team_is_read_in_pages(write: Redis) -> None:
    setting = Setting(write)
    scores = {f"m{number}": number // 2 + 1 for number in range(7)}
    await setting.show(scores)
    await put_in_team(setting, "red", scores, joined=7)

    first = await setting.boards.team(EVER_BOARD, asking("m0"), limit=4)
    second = await setting.boards.team(EVER_BOARD, asking("m0"), limit=4, after=first.following)

    assert [*first.rows, *second.rows] == recomputed(scores)
    assert second.following is None


@pytest.mark.parametrize("paged", [False, True])
async def test_teams_are_scored_by_who_had_joined_when_the_board_closed(write: Redis, *, paged: bool) -> None:
    setting = Setting(write)
    joined = {("teams", "blue"): 10, ("teams", "red"): 5, ("countries", "fi"): 15}
    sums = {"blue": 60, "red": 30}
    seat = await setting.committer.take_epoch()
    changes = changes_of(
        {
            "n": UnitsState(joined=joined),
            **{unit_key("teams", unit): UnitState(sums={EVER_BOARD.field: (total, 3)}) for unit, total in sums.items()},
        },
        units={("teams", unit): [EVER_BOARD] for unit in sums},
    )
    rows = rows_of(changes, plan_with_boards(), setting.keys)
    first = batch(rows=rows)
    await setting.committer.commit(seat, first)
    if paged:
        grown = changes_of({"n": UnitsState(joined={("teams", "blue"): 1_000})}, closed=((EVER, 0),))
        closing = rows_of(grown, plan_with_boards(), setting.keys)
        await setting.committer.commit(seat, batch(2, 2, rows=closing, previous=first.tail))
        await setting.pages.finish_all()

    page = await setting.boards.units(EVER_BOARD, "teams")

    assert page.rows == (BoardRow(1, "red", 600, 1), BoardRow(1, "blue", 600, 1))
    assert page.is_final == paged


def test_small_units_are_mixed_with_the_mean_so_that_luck_does_not_lead() -> None:
    rows = unit_rows({"big": 2_000, "small": 100}, {"big": 100, "small": 5})

    # The mean is 20: (100 + 5 × 20) / 10 and (2000 + 5 × 20) / 105.
    assert rows == [BoardRow(1, "small", 2_000, 1), BoardRow(1, "big", 2_000, 1)]


def test_scores_of_units_are_exact_and_rounded_once() -> None:
    rows = unit_rows({"a": 100, "b": 10}, {"a": 7, "b": 8})

    # The mean is 110 / 15: (100 + 550/15) / 12 = 11.388…, (10 + 550/15) / 13 = 3.589…
    assert [(row.id, row.score) for row in rows] == [("a", 1_139), ("b", 359)]


def test_a_unit_under_five_is_not_shown_and_not_the_one_that_would_give_it_away() -> None:
    rows = unit_rows({"tiny": 9, "six": 6, "ten": 10, "big": 20}, {"tiny": 4, "six": 6, "ten": 10, "big": 20})

    assert [row.id for row in rows] == ["ten", "big"]


def test_several_small_units_hide_each_other() -> None:
    rows = unit_rows({"a": 9, "b": 9, "ten": 10}, {"a": 4, "b": 4, "ten": 10})

    assert [row.id for row in rows] == ["ten"]


def test_a_unit_whose_members_have_all_left_hides_nothing_and_is_not_shown() -> None:
    rows = unit_rows({"gone": 50, "ten": 10}, {"ten": 10})

    assert [row.id for row in rows] == ["ten"]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.tuples(st.integers(-5, 99), st.integers(0, 9))))
def test_what_is_hidden_is_nobody_or_five_people_at_least(units: dict[str, tuple[int, int]]) -> None:
    sums, joined = {u: s for u, (s, _) in units.items()}, {u: n for u, (_, n) in units.items()}

    shown = {row.id for row in unit_rows(sums, joined)}

    brought_nothing = {unit for unit in units if sums[unit] <= 0}
    hidden = sum(joined[unit] for unit in units if unit not in shown | brought_nothing)
    assert all(joined[unit] >= 5 for unit in shown)
    too_few = sum(n for n in joined.values() if n < 5)
    assert not shown or too_few == 0 or too_few >= 5 or hidden + sum(joined[u] for u in brought_nothing) >= 5


@given(SCORES)
def test_a_whole_board_is_ranked_like_its_pages(scores: dict[str, int]) -> None:
    assert ranked_whole(scores, {}) == recomputed(scores)


def test_pages_keep_the_bytes_of_rows_few() -> None:
    assert len(msgspec.msgpack.encode(BoardRow(17, "m" * 16, 300, 2))) <= 24
