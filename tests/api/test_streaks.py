"""Streaks over HTTP: what a member sees of them, and what their own record keeps."""

import msgspec

from engine.core.periods import PeriodKind
from engine.core.rulebook import Name
from engine.core.streak import Streak
from engine.run.traces import Traces
from tests.api.desk import Desk
from tests.api.house import DAY_MS, share
from tests.core.programme import text
from tests.core.test_words import blaming

WEEKLY = Streak(
    code=80,
    id="weekly",
    title=text("Weeks in a row", "Viikkoja peräkkäin"),
    on=("content.shared",),
    every=PeriodKind.WEEK,
    away_pauses=True,
    start=1,
    most=3,
    earn=4,
    points=5,
)


async def acts(desk: Desk, *days_between: int) -> str:
    """Anna shares, and again after so many days each; her id."""
    book = desk.house.plans.plan.rulebook
    names = {**book.names, WEEKLY.code: Name(kind="streak", id="weekly", title=WEEKLY.title)}
    desk.house.plans.judge_by(msgspec.structs.replace(book, streaks=(WEEKLY,), names=names))
    anna = await desk.as_member("anna")
    for number, days in enumerate((0, *days_between)):
        desk.house.now += days * DAY_MS
        await desk.post("/v1/events", share(id=str(number), data={"content": f"post-{number}"}))
    await desk.house.judge()
    return anna


async def test_my_page_shows_how_many_weeks_in_a_row(desk: Desk) -> None:
    await acts(desk, 7, 7)

    mine = await desk.right("GET", "/v1/me", by="anna")
    finnish = await desk.right("GET", "/v1/me", by="anna", headers={"accept-language": "fi"})

    assert mine["streaks"] == [
        {
            "id": "weekly",
            "title": "Weeks in a row",
            "every": "week",
            "length": 3,
            "best": 3,
            "freezes": 1,
            "has_now": True,
            "sentences": [
                "3 weeks in a row.",
                "This week is in it already.",
                "It goes on even if one week stays empty.",
            ],
        }
    ]
    assert finnish["streaks"][0]["sentences"][0] == "3 viikkoa peräkkäin."
    assert mine["points"] == 40


async def test_my_page_is_that_of_the_day_on_which_it_is_read(desk: Desk) -> None:
    await acts(desk, 7)
    desk.house.now += 28 * DAY_MS

    (streak,) = (await desk.right("GET", "/v1/me", by="anna"))["streaks"]

    assert (streak["length"], streak["best"], streak["has_now"]) == (0, 2, False)
    assert blaming(" ".join(streak["sentences"])) == []


async def test_time_away_said_afterwards_repairs_a_streak(desk: Desk) -> None:
    await acts(desk, 7, 21)
    before = (await desk.right("GET", "/v1/me", by="anna"))["streaks"][0]["length"]
    days = {"first_day": "2026-12-07", "last_day": "2026-12-20"}
    await desk.right("POST", "/v1/me/membership", {"change": "away", **days}, by="anna")
    await desk.house.judge()

    after = (await desk.right("GET", "/v1/me", by="anna"))["streaks"][0]["length"]

    assert (before, after) == (1, 3)


async def test_the_receipt_says_that_the_streak_went_on(desk: Desk) -> None:
    await acts(desk, 7)

    (receipt, *_) = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"]

    assert "Weeks in a row: 2 weeks in a row." in receipt["sentences"]
    assert "Weeks in a row: 5 points." in receipt["sentences"]


async def test_what_is_kept_of_streaks_is_in_the_members_own_record(desk: Desk) -> None:
    anna = await acts(desk, 1, 7)

    record = await desk.house.own_records().of(Traces(member=anna), "en", desk.house.now)

    assert record["streaks"] == [
        {
            "streak": "80",  # the house keeps no codes
            "acts_by_period": {"2026-11-23": 2, "2026-11-30": 1},
            "longest_before": None,
            "before_means_until": None,
        }
    ]
