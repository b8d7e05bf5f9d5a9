"""A receipt names the act that used up a limit: the right one, with its day, however long ago; or none at all."""

import dataclasses

import msgspec
import pytest

from engine.core.rules import Limit, Slot, Use
from engine.core.windows import parse_window
from engine.run.earlier import EARLIER_SEARCHED
from tests.api.desk import Desk
from tests.api.house import DAY_MS, HOUR_MS, share
from tests.core.programme import DAY_BY_CHANNEL, WEEK

FORTNIGHT = Slot(code=15, per=parse_window("last_14_days"))


def limit(desk: Desk, slot: Slot, times: int) -> None:
    """The rule of the small programme with this limit alone, and without its fade."""
    book = desk.house.plans.plan.rulebook
    rule = dataclasses.replace(
        book.rules[0], fade=None, limits=(Limit(use=Use(slot=slot), times=times),), counts=(Use(slot=slot),), once=None
    )
    desk.house.plans.judge_by(msgspec.structs.replace(book, rules=(rule,)))


async def post(desk: Desk, id_: str, **data: object) -> None:
    """A share, an hour after the one before, that can be taken back by its key."""
    desk.house.now += HOUR_MS
    await desk.post("/v1/events", share(id=id_, key=id_, data=data))


async def words(desk: Desk, language: str = "en") -> str:
    """The newest receipt of Anna."""
    await desk.house.judge()
    ledger = await desk.right("GET", "/v1/me/ledger?limit=1", by="anna", headers={"accept-language": language})
    return " ".join(ledger["receipts"][0]["sentences"])


async def test_the_act_is_found_behind_many_others_of_the_same_day(desk: Desk) -> None:
    await desk.as_member("anna")
    await post(desk, "first")
    await desk.post("/v1/events", [share(id=f"x-{number}", data={"channel": "x"}) for number in range(300)])
    await post(desk, "second")

    assert "yours of 13:00 was it" in await words(desk)


async def test_each_receipt_of_a_page_names_its_own_act(desk: Desk) -> None:
    await desk.as_member("anna")
    for channel in ("linkedin", "x", "linkedin", "x"):
        await post(desk, f"{channel}-{desk.house.now}", channel=channel)
    await desk.house.judge()

    ledger = await desk.right("GET", "/v1/me/ledger?limit=2", by="anna")

    told = [" ".join(receipt["sentences"]) for receipt in ledger["receipts"]]
    assert ["yours of 14:00" in told[0], "yours of 13:00" in told[1]] == [True, True]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "yours of Mon 23 Nov 13:00 (Helsinki) was it"), ("fi", "sinun ma 23.11. klo 13.00 (Helsinki) tehtysi")],
)
async def test_an_act_of_another_day_is_named_with_its_day(desk: Desk, language: str, expected: str) -> None:
    limit(desk, WEEK, 1)
    await desk.as_member("anna")
    await post(desk, "first")
    desk.house.now += 2 * DAY_MS
    await post(desk, "second")

    assert expected in await words(desk, language)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "the latest was yours of 14:00"), ("fi", "viimeisin niistä oli sinun kello 14.00 tehtysi")],
)
async def test_of_several_acts_that_used_a_limit_the_latest_is_called_so(
    desk: Desk, language: str, expected: str
) -> None:
    limit(desk, DAY_BY_CHANNEL, 2)
    await desk.as_member("anna")
    for id_ in ("first", "second", "third"):
        await post(desk, id_)

    assert expected in await words(desk, language)


async def test_an_act_that_was_taken_back_is_not_named(desk: Desk) -> None:
    limit(desk, DAY_BY_CHANNEL, 2)
    await desk.as_member("anna")
    await post(desk, "first")
    await post(desk, "second")
    await desk.right("POST", "/v1/retractions", {"key": "second"}, by="source")
    await desk.house.judge()
    limit(desk, DAY_BY_CHANNEL, 1)
    await post(desk, "third")

    assert "yours of 13:00 was it" in await words(desk)


async def test_an_act_within_a_rolling_window_is_named_and_one_before_it_is_not(desk: Desk) -> None:
    limit(desk, FORTNIGHT, 1)
    await desk.as_member("anna")
    await post(desk, "first")
    desk.house.now += 14 * DAY_MS
    await post(desk, "second")
    desk.house.now += 3 * DAY_MS
    await post(desk, "third")

    assert "yours of Mon 7 Dec 14:00 (Helsinki) was it" in await words(desk)


async def test_beyond_what_is_looked_through_the_receipt_says_all_but_the_hour(desk: Desk) -> None:
    await desk.as_member("anna")
    await post(desk, "first")
    for start in range(0, EARLIER_SEARCHED + 64, 500):
        more = range(start, min(start + 500, EARLIER_SEARCHED + 64))
        await desk.post("/v1/events", [share(id=f"x-{number}", data={"channel": "x"}) for number in more])
    await post(desk, "second")

    said = await words(desk)

    assert "one a day counts (linkedin)." in said
    assert "was it" not in said
