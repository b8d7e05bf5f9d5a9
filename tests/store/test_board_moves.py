"""Boards that change while they are read, close, and say how everybody moved since the period before."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from engine.core.states import MemberState
from engine.store.board_answers import Asking, Cursor
from engine.store.boards import Boards
from engine.store.connect import write_client
from engine.store.errors import StoreUnavailable
from engine.store.keys import Keys, Place
from engine.store.pages import PageWriter
from engine.store.ranks import BoardRow
from tests.store.boarding import Setting, asking, recomputed
from tests.store.building import EVER_BOARD, WEEK, everything
from tests.store.proxy import ReplyDroppingProxy, Request

LAST_WEEK, THIS_WEEK = Place(EVER_BOARD.code, WEEK, 19_996), Place(EVER_BOARD.code, WEEK, 20_003)
IDS = st.text("abc", min_size=1, max_size=2)
SCORES = st.dictionaries(IDS, st.integers(1, 4), max_size=12)
State = Literal["open", "flagged", "paged"]

slow = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def moved(now: Mapping[str, int], before: Mapping[str, int]) -> list[BoardRow]:
    """The rows of this period with the difference of ranks, both from their definition."""
    ranks = {row.id: row.rank for row in recomputed(before)}
    return [
        BoardRow(row.rank, row.id, row.score, row.tied, ranks[row.id] - row.rank if row.id in ranks else None)
        for row in recomputed(now)
    ]


async def both_weeks(setting: Setting, before: Mapping[str, int], now: Mapping[str, int], states: list[State]) -> None:
    """Two weeks of a board, each as far as its state says."""
    await setting.show(before, place=LAST_WEEK, closed=states[0] != "open")
    if states[0] == "paged":
        await setting.pages.finish_all()
    await setting.show(now, place=THIS_WEEK, closed=states[1] != "open")
    if states[1] == "paged":
        await setting.pages.finish_all()


@slow
@given(
    before=SCORES,
    now=SCORES,
    limit=st.integers(1, 7),
    states=st.sampled_from(
        [["open", "open"], ["flagged", "open"], ["paged", "open"], ["flagged", "flagged"], ["paged", "paged"]]
    ),
)
def test_every_row_says_how_it_moved_since_the_period_before(
    server_url: str, before: dict[str, int], now: dict[str, int], limit: int, states: list[State]
) -> None:
    async def read() -> list[BoardRow]:
        async with write_client(server_url) as write:
            setting = Setting(write)
            await both_weeks(setting, before, now, states)
            return [row for page in await setting.all_pages(limit, THIS_WEEK) for row in page.rows]

    rows = asyncio.run(read())

    assert rows == moved(now, before)


@slow
@given(
    before=SCORES.filter(bool),
    now=SCORES.filter(bool),
    is_paged=st.booleans(),
    scores=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    data=st.data(),
)
def test_ones_own_movement_is_that_of_ones_places_shown_or_hidden(
    server_url: str,
    before: dict[str, int],
    now: dict[str, int],
    scores: tuple[int, int],
    data: st.DataObject,
    *,
    is_paged: bool,
) -> None:
    member = data.draw(st.sampled_from([*sorted(now), "hidden"]))
    if member == "hidden":
        expected = moved({**now, "hidden": scores[0]}, {**before, "hidden": scores[1]})
    else:
        expected = moved(now, before)

    def score_on(_: MemberState, place: Place) -> int:
        return scores[0] if place == THIS_WEEK else scores[1]

    async def read() -> BoardRow | None:
        async with write_client(server_url) as write:
            setting = Setting(write)
            await both_weeks(setting, before, now, ["paged" if is_paged else "open", "open"])
            page = await setting.boards.page(THIS_WEEK, limit=1, asking=Asking(member, score_on))
            return page.own.row if page.own is not None else None

    own = asyncio.run(read())

    assert own == next(row for row in expected if row.id == member)


@slow
@given(
    scores=SCORES,
    moves=st.lists(
        st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 6), max_size=5), max_size=8
    ),
    limit=st.integers(1, 3),
    closes_after=st.integers(0, 9),
)
def test_who_pages_through_a_moving_board_sees_each_row_that_stays_exactly_once(
    server_url: str, scores: dict[str, int], moves: list[dict[str, int]], limit: int, closes_after: int
) -> None:
    """Also when the board closes between two pages."""

    async def read() -> list[str]:
        async with write_client(server_url) as write:
            setting = Setting(write)
            await setting.show(scores)
            seen: list[str] = []
            cursor: Cursor | None = None
            for number in range(len(scores) + sum(map(len, moves)) + 2):
                page = await setting.boards.page(EVER_BOARD, limit=limit, after=cursor)
                seen.extend(row.id for row in page.rows)
                cursor = page.following
                if cursor is None:
                    return seen
                if number <= closes_after:
                    moving = moves[number] if number < len(moves) else {}
                    await setting.show(moving, closed=number == closes_after)
                    await setting.pages.finish_all()
            raise AssertionError(seen)

    seen = asyncio.run(read())

    staying = scores.keys() - {member for move in moves for member in move}
    assert sorted(member for member in seen if member in staying) == sorted(staying)


@slow
@given(scores=SCORES, limit=st.integers(1, 7))
def test_a_board_reads_the_same_when_it_is_final(server_url: str, scores: dict[str, int], limit: int) -> None:
    async def read() -> list[list[BoardRow]]:
        async with write_client(server_url) as write:
            setting = Setting(write)
            found = []
            await setting.show(scores)
            found.append([row for page in await setting.all_pages(limit) for row in page.rows])
            await setting.show({}, closed=True)
            found.append([row for page in await setting.all_pages(limit) for row in page.rows])
            await setting.pages.finish_all()
            found.append([row for page in await setting.all_pages(limit) for row in page.rows])
            return found

    opened, flagged, paged = asyncio.run(read())

    assert opened == flagged == paged == recomputed(scores)


async def test_several_weeks_that_close_at_once_become_final_in_their_order(write: Redis) -> None:
    setting = Setting(write)
    await setting.show({"a": 1, "b": 2}, place=LAST_WEEK, closed=True)
    await setting.show({"a": 2, "b": 1}, place=THIS_WEEK, closed=True)

    await setting.pages.finish_all()

    rows = (await setting.boards.page(THIS_WEEK, limit=10)).rows
    assert [(row.id, row.moved) for row in rows] == [("a", 1), ("b", -1)]
    assert await write.exists(setting.keys.ranks(LAST_WEEK)) == 0
    assert await write.exists(setting.keys.ranks(THIS_WEEK)) == 1


PAGES = {f"m{number}": number // 4 + 1 for number in range(250)}


async def closed_weeks(write: Redis) -> Setting:
    setting = Setting(write)
    await setting.show(PAGES, place=LAST_WEEK, closed=True)
    await setting.pages.finish_all()
    await setting.show({f"m{number}": 250 - number for number in range(250)}, place=THIS_WEEK, closed=True)
    return setting


def without_name(found: dict[bytes, bytes], setting: Setting) -> dict[bytes, bytes]:
    return {key.removeprefix(setting.keys.prefix.encode()): value for key, value in found.items()}


@pytest.mark.parametrize("asked", range(1, 12))
async def test_a_job_that_dies_anywhere_leaves_a_board_that_the_next_one_finishes(
    server_url: str, write: Redis, asked: int
) -> None:
    """The answer to its n-th question is the last thing that happens to it; the server has done what was asked."""
    whole, setting = await closed_weeks(write), await closed_weeks(write)
    await whole.pages.finish_all()
    seen = 0

    def count(_: Request) -> None:
        nonlocal seen
        seen += 1
        if seen == asked:
            proxy.drop_next_reply()

    async with ReplyDroppingProxy(server_url, on_request=count) as proxy, write_client(proxy.url) as client:
        proxy.drop_next_reply() if asked == 1 else None
        try:
            await PageWriter(write=client, keys=setting.keys).finish_all()
        except StoreUnavailable:
            died = True
        else:
            died = False
    rows_between = (await setting.boards.page(THIS_WEEK, limit=100)).rows
    await setting.pages.finish_all()

    assert died or seen < asked + 1
    assert rows_between == (await whole.boards.page(THIS_WEEK, limit=100)).rows
    assert without_name(await everything(write, setting.organization), setting) == without_name(
        await everything(write, whole.organization), whole
    )


async def test_a_job_that_others_overtake_by_a_week_brings_no_ranks_back(server_url: str, write: Redis) -> None:
    setting = Setting(write)
    await setting.show(PAGES, place=LAST_WEEK, closed=True)
    overtaken = 0

    async def go_on() -> None:
        async with write_client(server_url) as client:
            other = Setting(client, setting.organization)
            await other.pages.finish_all()
            other.seat = await other.committer.take_epoch()
            other.position, other.tail = other.seat.position, other.seat.tail
            await other.show(PAGES, place=THIS_WEEK, closed=True)
            await other.pages.finish_all()

    def overtake(request: Request) -> None:
        """Just before the slower job writes."""
        nonlocal overtaken
        if request[0] == b"EVALSHA" and b"pages:" in request[4] and not overtaken:
            overtaken += 1
            faster = threading.Thread(target=lambda: asyncio.run(go_on()))
            faster.start()
            faster.join()

    async with ReplyDroppingProxy(server_url, on_request=overtake) as proxy, write_client(proxy.url) as client:
        done = await PageWriter(write=client, keys=setting.keys).finish(LAST_WEEK)

    assert (done, overtaken) == (False, 1)
    assert await write.exists(setting.keys.ranks(LAST_WEEK)) == 0


@pytest.mark.parametrize("asked", [1, 2])
async def test_a_board_that_closes_while_a_hidden_member_reads_it_answers_with_its_pages(
    server_url: str, write: Redis, asked: int
) -> None:
    setting = Setting(write)
    await setting.show({"a": 3, "b": 1})
    reads = 0

    async def close() -> None:
        async with write_client(server_url) as client:
            other = Setting(client, setting.organization)
            other.seat = await other.committer.take_epoch()
            other.position, other.tail = other.seat.position, other.seat.tail
            await other.show({}, closed=True)
            await other.pages.finish_all()

    def close_then(request: Request) -> None:
        nonlocal reads
        reads += request[0] == b"EVALSHA"
        if reads == asked and request[0] == b"EVALSHA":
            reads = 100
            closer = threading.Thread(target=lambda: asyncio.run(close()))
            closer.start()
            closer.join()

    async with ReplyDroppingProxy(server_url, on_request=close_then) as proxy, write_client(proxy.url) as client:
        page = await Boards(read=client, keys=Keys(setting.organization)).around(EVER_BOARD, asking("x", 2), limit=2)

    assert page.is_final
    assert [(row.rank, row.id) for row in page.rows] == [(1, "a"), (2, "b")]
    assert page.own is not None
    assert (page.own.row.rank, page.own.shown, page.own.to_next) == (2, False, 1)


async def test_a_final_place_far_from_where_the_score_would_be_is_found(write: Redis) -> None:
    """Day by day counts are forgotten after some weeks: the state then gives nothing for the old period."""
    setting = Setting(write)
    await setting.show({f"m{number:05}": number + 1 for number in range(12_000)}, place=LAST_WEEK, closed=True)
    await setting.pages.finish_all()
    await setting.show({"m11990": 1}, place=THIS_WEEK, closed=True)
    await setting.pages.finish_all()

    page = await setting.boards.around(LAST_WEEK, asking("m11990", 0), limit=3)

    assert page.own is not None
    assert page.own.row == BoardRow(10, "m11990", 11_991, 0)
    assert [row.rank for row in page.rows] == [9, 10, 11]
