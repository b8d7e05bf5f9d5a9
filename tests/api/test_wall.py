"""The wall over HTTP: winners, thanks and badges of those who chose to be shown there."""

from typing import Any

import msgspec
import pytest

from engine.core.entries import MemberErased
from engine.run.wall import MOST_POSITIONS
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, share


async def week_is_over(desk: Desk) -> None:
    """The week and its grace pass, and the next entry closes it."""
    desk.house.now += 9 * DAY_MS
    await desk.post("/v1/events", share("email:late@example.org", id="late"))
    await desk.as_member("late")
    await desk.house.judge()


async def won_week(desk: Desk) -> dict[str, str]:
    """Anna, Bea and Carl are on the board; the week has closed."""
    members = {name: await desk.as_member(name) for name in ("anna", "bea", "carl")}
    for number, name in enumerate(("anna", "anna", "bea", "carl")):
        desk.house.now += DAY_MS if number == 1 else HOUR_MS
        await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-{number}"))
    await week_is_over(desk)
    return members


async def wall(desk: Desk, query: str = "", by: str = "hr") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await desk.right("GET", f"/v1/recognitions?{query}", by=by))["recognitions"]
    return rows


async def thank(desk: Desk, giver: str, to: str, text: str = "Well reviewed") -> None:
    await desk.right("POST", "/v1/thanks", {"to": f"email:{to}@example.org", "text": text}, by=giver)


async def test_the_winners_of_a_closed_week_are_on_the_wall(desk: Desk) -> None:
    members = await won_week(desk)

    rows = await wall(desk, "kind=recognition")

    assert [(row["place"], row["member"]["name"]) for row in rows] == [(1, "Anna"), (2, "Bea"), (2, "Carl")]
    assert {key: rows[0][key] for key in ("kind", "id", "title", "period", "giver", "words")} == {
        "kind": "recognition",
        "id": "week",
        "title": "Advocate of the week",
        "period": "2026-W48",
        "giver": None,
        "words": None,
    }
    assert rows[0]["member"]["id"] == members["anna"]


async def test_an_entry_takes_one_row_of_the_index_however_many_it_names(desk: Desk) -> None:
    await won_week(desk)

    assert len(await wall(desk, "kind=recognition")) == 3
    assert await desk.house.read.zcard(desk.house.keys.wall("recognition")) == 1


async def test_a_member_reads_the_wall_too_and_a_source_does_not(desk: Desk) -> None:
    await won_week(desk)

    assert len(await wall(desk, by="anna")) == 3
    answer = await desk.get("/v1/recognitions")
    assert (answer.status_code, problem(answer)) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/me/visibility", {"wall": "hidden"}), ("/v1/me/membership", {"change": "leave"})],
)
async def test_who_hides_or_leaves_is_gone_from_the_wall_at_once_and_places_stay(
    desk: Desk, path: str, body: object
) -> None:
    await won_week(desk)

    await desk.right("POST", path, body, by="bea")

    assert [(row["place"], row["member"]["name"]) for row in await wall(desk)] == [(1, "Anna"), (2, "Carl")]


async def test_who_was_erased_is_gone_from_the_wall(desk: Desk) -> None:
    members = await won_week(desk)
    directory = desk.house.parts.directory
    record = await directory.member(members["anna"])
    rows = directory.erased_rows(members["anna"], record, [])
    await desk.house.parts.recorder.append(MemberErased(members["anna"]), desk.house.when, rows=rows)

    assert [row["member"]["name"] for row in await wall(desk)] == ["Bea", "Carl"]


async def test_a_thanks_is_shown_with_its_words_where_both_chose_the_wall(desk: Desk) -> None:
    for name in ("anna", "bea", "carl"):
        await desk.as_member(name)
    await desk.right("POST", "/v1/me/visibility", {"wall": "hidden"}, by="carl")
    await thank(desk, "anna", "bea", "You found the one wrong number")
    await thank(desk, "anna", "carl", "Hidden receiver")
    await thank(desk, "carl", "anna", "Hidden giver")
    await desk.house.judge()

    rows = await wall(desk)

    assert [(row["kind"], row["giver"]["name"], row["member"]["name"], row["words"]) for row in rows] == [
        ("thanks", "Anna", "Bea", "You found the one wrong number")
    ]


async def test_a_thanks_to_somebody_who_takes_no_part_is_not_on_the_wall(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea", joined=False)
    await thank(desk, "anna", "bea")
    await desk.house.judge()

    assert await wall(desk) == []


async def test_a_thanks_whose_words_are_gone_is_shown_without_them(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")
    await thank(desk, "anna", "bea")
    await desk.house.judge()
    await desk.house.write.hdel(desk.house.keys.texts, *await desk.house.parts.directory.texts_of(anna))

    assert [(row["member"]["name"], row["words"]) for row in await wall(desk)] == [("Bea", None)]


async def expert(desk: Desk) -> None:
    """Anna has shared about one topic thrice and so has a badge."""
    await desk.as_member("anna")
    for number in range(3):
        data = {"content": f"post-{number}", "topics": ["hiring"]}
        await desk.post("/v1/events", share(id=str(number), key=f"key-{number}", data=data))
        desk.house.now += DAY_MS
    await desk.house.judge()


async def test_a_badge_is_shown_where_wall_and_badges_are(desk: Desk) -> None:
    await expert(desk)

    shown = await wall(desk)
    await desk.right("POST", "/v1/me/visibility", {"badges": "hidden"}, by="anna")

    assert [(row["kind"], row["id"], row["title"]) for row in shown] == [
        ("badge", "expert", "hiring: expert path – starter")
    ]
    assert await wall(desk) == []


async def test_a_badge_that_was_taken_back_is_gone_from_the_wall(desk: Desk) -> None:
    await expert(desk)
    await desk.right("POST", "/v1/retractions", {"key": "key-2"}, by="source")
    await desk.house.judge()

    assert await wall(desk) == []


async def test_the_wall_is_read_in_pages_the_newest_first(desk: Desk) -> None:
    await won_week(desk)
    for number in range(4):
        await thank(desk, "anna", "bea", f"Thanks {number}")
    await desk.house.judge()
    whole = await wall(desk, "limit=50")

    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(10):
        page = await desk.right("GET", f"/v1/recognitions?limit=2{cursor}", by="hr")
        found.extend(page["recognitions"])
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"

    assert sorted(found, key=str) == sorted(whole, key=str)
    assert [row["words"] for row in found[:4]] == [f"Thanks {number}" for number in (3, 2, 1, 0)]
    assert [row["kind"] for row in found[4:]] == ["recognition"] * 3


async def test_a_page_looks_at_so_much_and_no_more_and_its_cursor_leads_on(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.as_member("carl")
    await thank(desk, "anna", "bea", "The oldest")
    await desk.right("POST", "/v1/me/visibility", {"wall": "hidden"}, by="carl")
    index = {str(10_000 + number): 10_000 + number for number in range(MOST_POSITIONS + 10)}
    await desk.house.judge()
    await desk.house.write.zadd(desk.house.keys.wall("thanks"), index)

    first = await desk.right("GET", "/v1/recognitions", by="hr")
    second = await desk.right("GET", f"/v1/recognitions?cursor={first['cursor']}", by="hr")

    assert first["recognitions"] == []
    assert [row["words"] for row in second["recognitions"]] == ["The oldest"]
    assert second["cursor"] is None


async def test_the_wall_is_read_in_the_language_of_the_reader(desk: Desk) -> None:
    await expert(desk)

    answer = await desk.right("GET", "/v1/recognitions", by="anna", headers={"accept-language": "fi"})

    assert answer["recognitions"][0]["title"] == "hiring: asiantuntijan polku – alku"


async def test_a_title_stays_that_of_the_rulebook_by_which_it_was_judged(desk: Desk) -> None:
    await won_week(desk)
    book = desk.house.plans.plan.rulebook
    desk.house.plans.in_force_now(msgspec.structs.replace(book, recognitions=()))

    assert [row["title"] for row in await wall(desk)] == ["Advocate of the week"] * 3


TOO_LONG = "cursor=1." + "9" * 30


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=1", "cursor=-1.2", TOO_LONG, "limit=0", "limit=51", "kind=gossip"]
)
async def test_a_wrong_page_of_the_wall_is_no_bug(desk: Desk, query: str) -> None:
    answer = await desk.get(f"/v1/recognitions?{query}", by="hr")

    assert (answer.status_code, problem(answer)) == (400, "not-understood")
