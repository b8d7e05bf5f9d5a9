"""Leaderboards over HTTP."""

import pytest

from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, share


async def week_of_sharing(desk: Desk) -> dict[str, str]:
    """Anna shares twice, Bea and Carl once, Dora is hidden; judged."""
    members = {name: await desk.as_member(name) for name in ("anna", "bea", "carl", "dora")}
    await desk.right("POST", "/v1/me/visibility", {"boards": "hidden"}, by="dora")
    for name in ("anna", "bea", "carl", "dora"):
        await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-1"))
    desk.house.now += DAY_MS
    for name in ("anna", "dora"):
        await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-2"))
    await desk.house.judge()
    return members


async def test_a_board_says_ranks_ties_and_where_it_stands(desk: Desk) -> None:
    await week_of_sharing(desk)

    board = await desk.right("GET", "/v1/leaderboards/advocates?period=2026-W48", by="hr")

    assert [(row["rank"], row["name"], row["score"], row["tied"]) for row in board["rows"]] == [
        (1, "Anna", 20, 0),
        (2, "Bea", 10, 1),
        (2, "Carl", 10, 1),
    ]
    assert (board["state"], board["period"], board["ends"]) == ("open", "2026-W48", "2026-11-29T22:00:00.000Z")
    assert board["position"] == await desk.house.position()


async def test_a_board_is_read_in_pages(desk: Desk) -> None:
    await week_of_sharing(desk)

    first = await desk.right("GET", "/v1/leaderboards/advocates?limit=2", by="hr")
    second = await desk.right("GET", f"/v1/leaderboards/advocates?limit=2&cursor={first['cursor']}", by="hr")

    assert len(first["rows"]) == 2
    assert len({row["id"] for row in first["rows"] + second["rows"]}) == 3
    assert second["cursor"] is None


async def test_my_own_place_is_seen_even_when_hidden(desk: Desk) -> None:
    await week_of_sharing(desk)

    bea = await desk.right("GET", "/v1/leaderboards/advocates?around=me", by="bea")
    dora = await desk.right("GET", "/v1/leaderboards/advocates", by="dora")

    assert (bea["own"]["rank"], bea["own"]["to_next"], bea["own"]["shown"]) == (2, 10, True)
    assert (dora["own"]["rank"], dora["own"]["shown"]) == (1, False)
    assert "Dora" not in {row["name"] for row in dora["rows"]}


async def test_teams_under_five_are_not_shown(desk: Desk) -> None:
    await week_of_sharing(desk)

    board = await desk.right("GET", "/v1/leaderboards/advocates?by=teams", by="hr")

    assert board["rows"] == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/leaderboards/advocats", "advocates"),
        ("/v1/leaderboards/advocates?period=2026-Q4", "week, month, ever"),
        ("/v1/leaderboards/advocates?period=next", "week, month, ever"),
        ("/v1/leaderboards/advocates?by=cities", "members, teams"),
    ],
)
async def test_an_unknown_board_or_period_is_answered_with_the_right_ones(desk: Desk, path: str, named: str) -> None:
    answer = await desk.get(path, by="hr")

    assert (answer.status_code, problem(answer)) == (404, "not-found")
    assert named in answer.json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x", "cursor=1.2.", "around=you", "cursor=²." + "1.m"])
async def test_a_wrong_question_is_no_bug(desk: Desk, query: str) -> None:
    answer = await desk.get(f"/v1/leaderboards/advocates?{query}", by="hr")

    assert (answer.status_code, problem(answer)) == (400, "not-understood")


async def test_boards_are_listed_with_the_names_of_their_periods(desk: Desk) -> None:
    boards = await desk.right("GET", "/v1/leaderboards", by="hr")

    assert boards[0]["current"] == {"week": "2026-W48", "month": "2026-11", "ever": "ever"}


async def test_sources_see_no_boards(desk: Desk) -> None:
    assert (await desk.get("/v1/leaderboards/advocates")).status_code == 403
