"""Recognitions that ask first, over HTTP: nobody but the member sees one before their yes."""

import dataclasses
from typing import Any

import msgspec

from engine.core.entries import Turned
from engine.core.rulebook import Name
from engine.core.rules import Anniversary, Currency, Text
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, programme, share

WHY = "reason=She+asked+me+to+look"


async def asks_first(desk: Desk) -> dict[str, str]:
    """Anna and Bea have won a week whose winners are asked first; nobody has answered yet."""
    book = programme()
    winners = tuple(dataclasses.replace(each, asks_first=True) for each in book.recognitions)
    desk.house.use(msgspec.structs.replace(book, recognitions=winners))
    members = {name: await desk.as_member(name) for name in ("anna", "bea")}
    for number, name in enumerate(("anna", "anna", "bea")):
        desk.house.now += DAY_MS if number == 1 else HOUR_MS
        await desk.post("/v1/events", share(f"email:{name}@example.org", id=f"{name}-{number}"))
    desk.house.now += 9 * DAY_MS
    await desk.as_member("late")
    await desk.house.judge()
    return members


async def asked(desk: Desk, by: str = "anna") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await desk.right("GET", "/v1/me/recognitions", by=by))["recognitions"]
    return rows


async def answer(desk: Desk, show: str, by: str = "anna") -> None:
    row = (await asked(desk, by))[0]
    body = {"position": row["position"], "number": row["number"], "show": show}
    await desk.right("POST", "/v1/me/recognitions", body, by=by)
    await desk.house.judge()


async def wall(desk: Desk, by: str = "hr") -> list[tuple[int, str]]:
    rows = (await desk.right("GET", "/v1/recognitions?kind=recognition", by=by))["recognitions"]
    return [(row["place"], row["member"]["name"]) for row in rows]


async def test_who_was_asked_sees_it_and_nobody_else_does(desk: Desk) -> None:
    await asks_first(desk)

    rows = await asked(desk)

    assert [(row["title"], row["period"], row["place"], row["years"], row["answer"]) for row in rows] == [
        ("Advocate of the week", "2026-W48", 1, None, "waiting")
    ]
    assert [await wall(desk, by) for by in ("hr", "bea", "anna")] == [[], [], []]


async def test_a_yes_shows_it_a_no_takes_it_away_again_and_places_stay(desk: Desk) -> None:
    await asks_first(desk)

    seen = []
    for show in ("shown", "hidden", "shown"):
        await answer(desk, show, by="bea")
        seen.append(await wall(desk))

    assert seen == [[(2, "Bea")], [], [(2, "Bea")]]
    assert [(await asked(desk, by))[0]["answer"] for by in ("anna", "bea")] == ["waiting", "shown"]


async def test_who_hides_from_the_wall_is_not_on_it_whatever_they_answered(desk: Desk) -> None:
    await asks_first(desk)
    await answer(desk, "shown")

    await desk.right("POST", "/v1/me/visibility", {"wall": "hidden"}, by="anna")

    assert await wall(desk) == []


async def test_what_a_colleague_was_asked_can_not_be_answered(desk: Desk) -> None:
    await asks_first(desk)
    bea = (await asked(desk, "bea"))[0]

    body = {"position": bea["position"], "number": bea["number"], "show": "shown"}
    refused = await desk.post("/v1/me/recognitions", body, by="anna")

    assert (refused.status_code, problem(refused)) == (404, "not-found")
    assert "GET /v1/me/recognitions" in refused.json()["detail"]


async def test_hr_reads_nothing_of_it_in_the_members_record_before_a_yes(desk: Desk) -> None:
    members = await asks_first(desk)
    path = f"/v1/members/{members['anna']}/ledger?{WHY}"

    before = (await desk.right("GET", path, by="hr"))["receipts"]
    await answer(desk, "hidden")
    hidden = (await desk.right("GET", path, by="hr"))["receipts"]
    await answer(desk, "shown")
    after = (await desk.right("GET", path, by="hr"))["receipts"]
    own = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"]

    def told(receipts: list[dict[str, Any]]) -> list[str]:
        return [said for each in receipts for said in each["sentences"] if "Advocate" in said or "ecognition" in said]

    assert told(before) == told(hidden) == []
    assert told(after) == ["Advocate of the week, place 1 (2026-W48)."]
    assert not [said for each in after for said in each["sentences"] if "Only you" in said]
    assert told(own) == [
        "Others may see this recognition.",
        "This recognition stays with you.",
        "Advocate of the week, place 1 (2026-W48).",
    ]


async def test_years_are_asked_about_and_shown_with_their_number(desk: Desk) -> None:
    book = programme()
    years = Anniversary(code=81, id="years", title=Text({"en": "Years"}), years=(1,), asks_first=True)
    names = {**book.names, 81: Name(kind="recognition", id="years", title=years.title)}
    desk.house.use(msgspec.structs.replace(book, anniversaries=(years,), names=names))
    anna = await desk.as_member("anna")
    await desk.right("PATCH", f"/v1/members/{anna}", {"started_on": "2025-11"}, by="hr")
    day = desk.house.plans.now.local_day(desk.house.now)
    await desk.house.parts.recorder.append(Turned(anna, day), desk.house.when)
    await desk.house.judge()

    (row,) = await asked(desk)
    await answer(desk, "shown")

    assert (row["id"], row["years"], row["place"], row["answer"]) == ("years", 1, None, "waiting")
    (shown,) = (await desk.right("GET", "/v1/recognitions", by="hr"))["recognitions"]
    assert (shown["kind"], shown["title"], shown["years"], shown["member"]["name"]) == (
        "recognition",
        "Years",
        1,
        "Anna",
    )
    assert (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"][1]["sentences"] == [
        "Years: one year together.",
        "Only you see this, until you say that others may.",
    ]


async def test_my_page_says_in_time_until_when_coins_can_be_used(desk: Desk) -> None:
    book = programme()
    (coins,) = book.currencies
    assert isinstance(coins, Currency)
    runs_out = dataclasses.replace(coins, expires_months=4, announce_days=60)
    desk.house.use(msgspec.structs.replace(book, currencies=(runs_out,)))
    anna = await desk.as_member("anna")
    await desk.post("/v1/events", share("email:anna@example.org", id="one"))
    await desk.house.judge()
    before = (await desk.right("GET", "/v1/me", by="anna"))["expiring"]
    desk.house.now += 75 * DAY_MS
    day = desk.house.plans.now.local_day(desk.house.now)
    await desk.house.parts.recorder.append(Turned(anna, day), desk.house.when)
    await desk.house.judge()

    after = (await desk.right("GET", "/v1/me", by="anna"))["expiring"]

    assert (before, [each["last_day"] for each in after]) == ([], ["2027-04-07"])
    assert after[0]["amount"] == (await desk.right("GET", "/v1/me", by="anna"))["balances"]["coins"]
    receipt = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"][0]
    assert receipt["sentences"][-1:] == ["Coins: 10 from November 2026 can be used until 7 Apr 2027."]


async def test_hr_can_not_give_a_currency_after_its_last_day(desk: Desk) -> None:
    book = programme()
    (coins,) = book.currencies
    last_day = desk.house.plans.now.local_day(desk.house.now)
    ended = dataclasses.replace(coins, last_day=last_day, announce_days=60)
    desk.house.use(msgspec.structs.replace(book, currencies=(ended,)))
    await desk.as_member("anna")
    body = {"member": "email:anna@example.org", "points": 5, "currency": "coins", "reason": "For the fair"}

    in_time = await desk.post("/v1/awards", body, by="hr")
    desk.house.now += DAY_MS
    late = await desk.post("/v1/awards", body, by="hr")

    assert (in_time.status_code, late.status_code) == (202, 422)
    assert late.json()["errors"][0]["expected"].endswith("the last day of coins was 2026-11-23")
