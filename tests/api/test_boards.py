"""Leaderboards over HTTP."""

import dataclasses

import msgspec
import pytest

from engine.core.entries import MemberFacts
from engine.store.pages import PageWriter
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, become, programme, share

BOARD = "/v1/leaderboards/advocates"
BEGAN = "that began on 2026-11-23. This board has: week, month, ever"


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


async def five_in_a_team(desk: Desk) -> list[str]:
    """Anna to Eve of the red team with 20, 10, 10, 10, 10 points in this week; Frans of the blue one with 10."""
    names = ["anna", "bea", "carl", "dora", "eve"]
    for name in names:
        await desk.as_member(name)
    frans = await desk.house.member("frans", team="blue")
    await desk.token("frans", "member", member=frans)
    for name in [*names, "frans"]:
        await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-1"))
    desk.house.now += DAY_MS
    await desk.post("/v1/events", share("email:anna@example.org", id="anna-2"))
    await desk.house.judge()
    return names


async def week_later(desk: Desk) -> None:
    """Tuesday of the next week: the last one is over and its grace of a day too, when somebody shares again."""
    desk.house.now += 7 * DAY_MS
    for number in (1, 2):
        desk.house.now += DAY_MS * (number - 1)
        await desk.post("/v1/events", share("email:eve@example.org", id=f"eve-later-{number}"))
    await desk.post("/v1/events", share("email:anna@example.org", id="anna-later"))
    await desk.house.judge()


async def test_my_team_is_ranked_among_itself(desk: Desk) -> None:
    await five_in_a_team(desk)

    board = await desk.right("GET", "/v1/leaderboards/advocates?around=team", by="bea")

    assert [(row["rank"], row["name"], row["tied"]) for row in board["rows"]] == [
        (1, "Anna", 0),
        *((2, name, 3) for name in ("Bea", "Carl", "Dora", "Eve")),
    ]
    assert (board["own"]["rank"], board["own"]["to_next"], board["count"]) == (2, 10, 5)


async def test_who_comes_to_my_team_is_on_its_board_and_whoever_left_is_not(desk: Desk) -> None:
    """Also when they go and come back before the engine has come to it."""
    await five_in_a_team(desk)
    members = {row["name"]: row["id"] for row in (await desk.right("GET", BOARD, by="hr"))["rows"]}
    for name, team in (("Frans", "red"), ("Eve", "blue"), ("Dora", "blue"), ("Dora", "red")):
        member = members[name]
        record = await desk.house.parts.members.record(member)
        await desk.house.parts.members.change(member, become(record), MemberFacts(team=team), desk.house.when)
    await desk.house.judge()

    board = await desk.right("GET", f"{BOARD}?around=team", by="anna")

    assert sorted(row["name"] for row in board["rows"]) == ["Anna", "Bea", "Carl", "Dora", "Frans"]


async def test_a_team_of_fewer_than_five_is_not_shown_to_itself_either(desk: Desk) -> None:
    await five_in_a_team(desk)

    board = await desk.right("GET", "/v1/leaderboards/advocates?around=team", by="frans")

    assert (board["rows"], board["own"], board["count"]) == ([], None, 0)


@pytest.mark.parametrize("is_paged", [False, True])
async def test_rows_and_my_own_say_how_they_moved_since_the_last_period(desk: Desk, *, is_paged: bool) -> None:
    await five_in_a_team(desk)
    await week_later(desk)
    if is_paged:
        await PageWriter(write=desk.house.write, keys=desk.house.keys).finish_all()

    board = await desk.right("GET", "/v1/leaderboards/advocates", by="eve")
    team = await desk.right("GET", "/v1/leaderboards/advocates?around=team", by="anna")

    assert [(row["name"], row["rank"], row["moved"]) for row in board["rows"]] == [("Eve", 1, 1), ("Anna", 2, -1)]
    assert (board["own"]["rank"], board["own"]["moved"]) == (1, 1)
    assert [(row["name"], row["moved"]) for row in team["rows"]] == [("Eve", 1), ("Anna", -1)]


async def test_who_is_hidden_learns_their_own_movement_too(desk: Desk) -> None:
    await five_in_a_team(desk)
    await desk.right("POST", "/v1/me/visibility", {"boards": "hidden"}, by="eve")
    await week_later(desk)
    await PageWriter(write=desk.house.write, keys=desk.house.keys).finish_all()

    board = await desk.right("GET", "/v1/leaderboards/advocates?around=me", by="eve")

    assert {name: board["own"][name] for name in ("rank", "moved", "shown")} == {"rank": 1, "moved": 1, "shown": False}


async def test_a_period_is_open_then_provisional_then_final(desk: Desk) -> None:
    await five_in_a_team(desk)
    path = "/v1/leaderboards/advocates?period=2026-W48"
    states = [(await desk.right("GET", path, by="hr"))["state"]]
    desk.house.now += 6 * DAY_MS

    states.append((await desk.right("GET", path, by="hr"))["state"])
    await week_later(desk)
    over = await desk.right("GET", path, by="hr")
    await PageWriter(write=desk.house.write, keys=desk.house.keys).finish_all()
    paged = await desk.right("GET", path, by="hr")
    ever = await desk.right("GET", "/v1/leaderboards/advocates?period=ever", by="hr")

    assert states == ["open", "provisional"]
    assert over["rows"] == paged["rows"]
    assert (over["state"], paged["state"], ever["state"]) == ("final", "final", "open")


async def test_a_period_in_which_the_organization_began_is_there_and_so_is_each_later_one(desk: Desk) -> None:
    await desk.as_member("anna")
    desk.house.now += 21 * DAY_MS
    await desk.post("/v1/events", share())
    await desk.house.judge()

    weeks = [await desk.right("GET", f"{BOARD}?period={week}", by="anna") for week in ("2026-W48", "2026-W49")]
    month = await desk.right("GET", f"{BOARD}?period=2026-11", by="anna")

    assert [(week["state"], week["rows"]) for week in weeks] == [("final", []), ("final", [])]
    assert month["state"] == "final"


async def test_a_board_says_when_it_is_final_and_when_all_begin_anew(desk: Desk) -> None:
    desk.house.now += 7 * DAY_MS
    this = await desk.right("GET", "/v1/leaderboards/advocates?period=week", by="hr")
    last = await desk.right("GET", "/v1/leaderboards/advocates?period=2026-W48", by="hr")
    ever = await desk.right("GET", "/v1/leaderboards/advocates?period=ever", by="hr")

    assert (this["next_reset"], this["final_from"]) == ("2026-12-06T22:00:00.000Z", "2026-12-07T22:00:00.000Z")
    assert (last["next_reset"], last["final_from"]) == ("2026-12-06T22:00:00.000Z", "2026-11-30T22:00:00.000Z")
    assert (ever["next_reset"], ever["final_from"], ever["ends"]) == (None, None, None)


async def test_rows_of_one_rank_stand_by_name_while_pages_go_on_by_id(desk: Desk) -> None:
    await five_in_a_team(desk)
    path = "/v1/leaderboards/advocates?limit=3"

    first = await desk.right("GET", path, by="hr")
    second = await desk.right("GET", f"{path}&cursor={first['cursor']}", by="hr")

    rows = first["rows"] + second["rows"]
    assert [row["name"] for row in first["rows"]] == ["Anna", *sorted(row["name"] for row in first["rows"][1:])]
    assert min(row["id"] for row in first["rows"][1:]) > max(row["id"] for row in second["rows"])
    assert len({row["id"] for row in rows}) == len(rows) == 6


async def test_who_was_erased_is_gone_at_once_although_the_engine_has_not_come_to_it(desk: Desk) -> None:
    members = await week_of_sharing(desk)
    await desk.house.write.hdel(desk.house.keys.directory, members["bea"])

    board = await desk.right("GET", "/v1/leaderboards/advocates", by="hr")

    assert [(row["rank"], row["name"]) for row in board["rows"]] == [(1, "Anna"), (2, "Carl")]


async def test_teams_say_how_they_moved_and_are_read_in_pages(desk: Desk) -> None:
    await five_in_a_team(desk)
    for number in range(4):
        await desk.house.member(f"blue{number}", team="blue")
    await desk.house.judge()
    await week_later(desk)

    first = await desk.right("GET", "/v1/leaderboards/advocates?by=teams&limit=1", by="hr")
    last = await desk.right("GET", "/v1/leaderboards/advocates?by=teams&period=2026-W48&limit=1", by="hr")
    rest = await desk.right(
        "GET", f"/v1/leaderboards/advocates?by=teams&period=2026-W48&limit=1&cursor={last['cursor']}", by="hr"
    )

    assert [(row["name"], row["moved"]) for row in first["rows"]] == [("red", 0)]
    assert [row["name"] for row in last["rows"] + rest["rows"]] == ["red", "blue"]
    assert rest["cursor"] is None


async def test_a_new_rulebook_is_seen_by_the_next_question(desk: Desk) -> None:
    """The rulebook that was seen last is remembered, and not a moment longer than it is in force."""
    await week_of_sharing(desk)
    await desk.right("GET", "/v1/leaderboards/advocates", by="hr")
    book = desk.house.book
    renamed = dataclasses.replace(book.boards[0], id="heralds")
    desk.house.use(msgspec.structs.replace(book, digest=b"second", boards=(renamed, *book.boards[1:])))
    await desk.house.publish(number=2)
    await desk.house.judge()

    new = await desk.right("GET", "/v1/leaderboards/heralds", by="hr")
    old = await desk.get("/v1/leaderboards/advocates", by="hr")

    assert [row["name"] for row in new["rows"]] == ["Anna", "Bea", "Carl"]
    assert old.status_code == 404


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
        ("/v1/leaderboards/advocates?period=2026-W49", "has not begun. This board has: week, month, ever; running now"),
        ("/v1/leaderboards/advocates?period=2027-01", "2026-W48, 2026-11, ever"),
        (
            "/v1/leaderboards/advocates?period=2020-W01",
            f"2020-W01 was over before anything was recorded here: {BEGAN}; running now: 2026-W48, 2026-11, ever.",
        ),
        ("/v1/leaderboards/advocates?period=2026-W47", BEGAN),
        ("/v1/leaderboards/advocates?period=2026-10", BEGAN),
        ("/v1/leaderboards/advocates?by=cities", "members, teams"),
    ],
)
async def test_an_unknown_board_or_period_is_answered_with_the_right_ones(desk: Desk, path: str, named: str) -> None:
    answer = await desk.get(path, by="hr")

    assert (answer.status_code, problem(answer)) == (404, "not-found")
    assert named in answer.json()["detail"]


CURSORS = ("x", "1.2.", "²", "k__NAaFh", "kwH_oWE", "kwEBYQ=", f"kwEB2f_{'a' * 400}", "")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "around=you", *(f"cursor={cursor}" for cursor in CURSORS)]
)
async def test_a_wrong_question_is_no_bug(desk: Desk, query: str) -> None:
    answer = await desk.get(f"/v1/leaderboards/advocates?{query}", by="hr")

    assert (answer.status_code, problem(answer)) == (400, "not-understood")


async def test_each_wrong_parameter_is_named_with_what_was_expected(desk: Desk) -> None:
    answer = await desk.get("/v1/leaderboards/advocates?limit=101&around=you&cursor=x", by="hr")

    told = answer.json()["detail"]
    assert told == 'around is "you"; expected one of me, team. limit is "101"; expected a whole number of 1 to 100.'


@pytest.mark.parametrize("query", ["around=me&by=teams", "around=team&by=teams", "around=me&cursor=kwEBoWE"])
async def test_questions_that_do_not_go_together_are_named(desk: Desk, query: str) -> None:
    await desk.as_member("anna")

    answer = await desk.get(f"/v1/leaderboards/advocates?{query}", by="anna")

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
    assert "leave" in answer.json()["detail"]


@pytest.mark.parametrize("around", ["me", "team"])
async def test_only_a_member_has_a_place_of_their_own(desk: Desk, around: str) -> None:
    answer = await desk.get(f"/v1/leaderboards/advocates?around={around}", by="hr")

    assert (answer.status_code, problem(answer)) == (403, "not-allowed")


async def test_boards_are_listed_with_the_names_of_their_periods(desk: Desk) -> None:
    boards = await desk.right("GET", "/v1/leaderboards", by="hr")

    assert boards[0]["current"] == {"week": "2026-W48", "month": "2026-11", "ever": "ever"}


async def test_sources_see_no_boards(desk: Desk) -> None:
    assert (await desk.get("/v1/leaderboards/advocates")).status_code == 403


async def cut_on_the_second_monday(desk: Desk) -> None:
    """Five in a team share in the week from 23 November; on Monday the 30th, Bea does, and weeks begin on Thursday."""
    await five_in_a_team(desk)
    desk.house.now += 6 * DAY_MS
    await desk.post("/v1/events", share("email:bea@example.org", id="bea-later"))
    await desk.house.judge()
    book = desk.house.book = msgspec.structs.replace(programme(), digest=b"c" * 16, week_starts=3)
    await desk.house.publish(number=2)
    await desk.house.judge()
    desk.house.use(book)
    await PageWriter(write=desk.house.write, keys=desk.house.keys).finish_all()


async def test_a_week_that_was_over_when_weeks_were_cut_anew_is_final_and_the_running_one_is_none(desk: Desk) -> None:
    await cut_on_the_second_monday(desk)

    over = await desk.right("GET", f"{BOARD}?period=2026-W48", by="hr")
    running = await desk.call("GET", f"{BOARD}?period=2026-W49", by="hr")
    now = await desk.right("GET", f"{BOARD}?period=week", by="hr")

    assert (over["state"], over["rows"][0]["name"], over["rows"][0]["score"]) == ("final", "Anna", 20)
    assert problem(running) == "not-found"
    detail = running.json()["detail"]
    assert detail.startswith("2026-W49 begins on Monday and never became final; weeks begin on Thursday now.")
    assert "2026-W48-from-thursday" in detail
    assert (now["period"], now["state"]) == ("2026-W48-from-thursday", "open")


async def test_who_hides_finds_their_place_in_a_week_of_the_old_cut(desk: Desk) -> None:
    await cut_on_the_second_monday(desk)
    await desk.right("POST", "/v1/me/visibility", {"boards": "hidden"}, by="anna")
    await desk.house.judge()

    over = await desk.right("GET", f"{BOARD}?period=2026-W48&around=me", by="anna")

    assert (over["own"]["rank"], over["own"]["score"]) == (1, 20)
