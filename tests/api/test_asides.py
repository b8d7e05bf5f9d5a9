"""Entries that went aside: an administrator sees them and has one judged again, once."""

import msgspec
import pytest

from api.v1.asides import PAGE
from engine.core.buckets import amounts_of
from engine.core.entries import Retried
from tests.api.desk import Desk, problem
from tests.api.house import DAY_MS, HOUR_MS, share

BALANCE = 0
FAULT = "ZeroDivisionError"


async def balance(desk: Desk, member: str) -> int:
    return (await desk.house.parts.members.state(member)).balances.get(BALANCE, 0)


async def gone_aside(desk: Desk, **event: object) -> int:
    """The position of a share that the engine could not judge."""
    await desk.post("/v1/events", share(**event))  # type: ignore[arg-type]  # the test says what it means
    position = await desk.house.position()
    await desk.house.judge({position: FAULT})
    return position


async def test_an_administrator_sees_what_went_aside_without_learning_about_whom(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk)

    answer = await desk.call("GET", "/v1/asides", by="admin")
    ready = await desk.right("GET", "/health/ready", by="admin")

    aside = {
        "position": position,
        "code": FAULT,
        "type": "content.shared",
        "recorded_at": "2026-11-23T10:00:00.000Z",
        "retried": False,
    }
    assert answer.json() == {"open": 1, "asides": [aside], "cursor": None}
    assert anna not in answer.text
    assert ready["asides"] == 1


async def test_a_retry_is_paid_under_the_time_of_the_act(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk)
    desk.house.now += 2 * DAY_MS

    answer = await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    assert answer == {"position": await desk.house.position()}
    assert await balance(desk, anna) == 10
    state = await desk.house.parts.members.state(anna)
    ((day, _),) = amounts_of(state.series[BALANCE])
    assert day == (desk.house.now - 2 * DAY_MS) // DAY_MS
    assert (await desk.right("GET", "/v1/asides", by="admin"))["asides"][0]["retried"] is True
    assert (await desk.right("GET", "/health/ready", by="admin"))["asides"] == 0


async def test_a_retry_asked_for_twice_pays_once(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk)

    first = await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    again = await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()
    after = await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    assert first == again == after
    assert await balance(desk, anna) == 10


async def test_a_retry_pays_once_even_when_nobody_remembers_the_first(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk)
    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    for number in range(3):
        desk.house.now += 46 * DAY_MS
        await desk.right("POST", "/v1/content", {"id": f"post-{number}"}, by="hr")

    late = await desk.call("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    assert (late.status_code, problem(late)) == (409, "wrong-state")
    assert await balance(desk, anna) == 10


async def test_a_retry_that_goes_aside_can_be_retried_in_its_turn(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    first = await gone_aside(desk)
    second = (await desk.right("POST", f"/v1/asides/{first}/retry", by="admin"))["position"]
    await desk.house.judge({second: FAULT})

    third = (await desk.right("POST", f"/v1/asides/{second}/retry", by="admin"))["position"]
    again = (await desk.right("POST", f"/v1/asides/{first}/retry", by="admin"))["position"]
    await desk.house.judge()

    assert (third, again) == (second + 1, second)
    assert await balance(desk, anna) == 10
    listed = (await desk.right("GET", "/v1/asides", by="admin"))["asides"]
    assert [(each["position"], each["type"], each["retried"]) for each in listed] == [
        (second, "sulka.retried", True),
        (first, "content.shared", True),
    ]


async def test_what_was_taken_back_in_the_meantime_pays_nothing(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk, key="k")
    await desk.right("POST", "/v1/retractions", {"key": "k"}, by="source")

    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    assert await balance(desk, anna) == 0


async def test_a_second_retry_in_the_log_pays_nothing_even_where_the_door_forgot_the_first(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk)
    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    await desk.house.parts.recorder.append(Retried(position), desk.house.when)
    await desk.house.judge()

    assert await balance(desk, anna) == 10


@pytest.mark.parametrize(
    ("by", "path", "said"),
    [
        ("source", "/v1/retractions", {"key": "k"}),
        ("anna", "/v1/me/retractions", {"key": "k", "source": "hub"}),
        ("anna", "/v1/me/retractions", {"content": "post-1"}),
    ],
)
async def test_what_a_retry_paid_can_be_taken_back_as_any_other(
    desk: Desk, by: str, path: str, said: dict[str, object]
) -> None:
    anna = await desk.as_member("anna")
    position = await gone_aside(desk, key="k", data={"content": "post-1"})
    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()
    paid = await balance(desk, anna)

    await desk.right("POST", path, said, by=by)
    await desk.house.judge()

    assert (paid, await balance(desk, anna)) == (10, 0)


async def test_the_receipt_of_a_retry_is_that_of_the_act(desk: Desk) -> None:
    await desk.as_member("anna")
    position = await gone_aside(desk)
    desk.house.now += HOUR_MS
    retry = (await desk.right("POST", f"/v1/asides/{position}/retry", by="admin"))["position"]
    await desk.house.judge()

    receipt = await desk.right("GET", f"/v1/me/receipts/{retry}", by="anna")

    assert (receipt["type"], receipt["title"], receipt["points"]) == ("content.shared", "Shared company content", 10)
    assert receipt["time"] == "2026-11-23T10:00:00.000Z"


async def test_a_limit_names_the_act_that_a_retry_counted(desk: Desk) -> None:
    await desk.as_member("anna")
    position = await gone_aside(desk)
    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    desk.house.now += HOUR_MS
    await desk.post("/v1/events", share(id="share-2"))
    await desk.house.judge()

    (receipt, *_) = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"]

    assert "yours of 12:00 was it" in receipt["sentences"][0]


async def test_a_retried_thanks_is_on_the_wall(desk: Desk) -> None:
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.right("POST", "/v1/thanks", {"to": "email:bea@example.org", "text": "Well reviewed"}, by="anna")
    position = await desk.house.position()
    await desk.house.judge({position: FAULT})
    before = await desk.right("GET", "/v1/recognitions", by="hr")

    await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")
    await desk.house.judge()

    assert before["recognitions"] == []
    (row,) = (await desk.right("GET", "/v1/recognitions", by="hr"))["recognitions"]
    assert (row["kind"], row["giver"]["name"], row["member"]["name"], row["words"]) == (
        "thanks",
        "Anna",
        "Bea",
        "Well reviewed",
    )


async def test_the_sender_sees_that_an_event_was_judged_after_all(desk: Desk) -> None:
    await desk.as_member("anna")
    position = await gone_aside(desk)
    before = await desk.right("GET", "/v1/sources/hub/events/share-1", by="source")
    retry = (await desk.right("POST", f"/v1/asides/{position}/retry", by="admin"))["position"]
    await desk.house.judge({retry: FAULT})
    again = await desk.right("GET", "/v1/sources/hub/events/share-1", by="source")

    await desk.right("POST", f"/v1/asides/{retry}/retry", by="admin")
    await desk.house.judge()

    after = await desk.right("GET", "/v1/sources/hub/events/share-1", by="source")
    assert [each["status"] for each in (before, again, after)] == ["aside", "aside", "judged"]
    assert {each["position"] for each in (before, again, after)} == {position}


async def test_only_what_went_aside_is_judged_again(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    await desk.post("/v1/events", share())
    await desk.house.judge()
    before = await desk.house.position()

    answers = [await desk.call("POST", f"/v1/asides/{each}/retry", by="admin") for each in (0, before, 10**15)]
    unreadable = await desk.call("POST", "/v1/asides/first/retry", by="admin")

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(404, "not-found")}
    assert unreadable.status_code == 404
    assert (await desk.house.position(), await balance(desk, anna)) == (before, 10)


async def test_many_are_read_in_pages(desk: Desk) -> None:
    await desk.as_member("anna")
    for number in range(5):
        await desk.post("/v1/events", share(id=str(number)))
        desk.house.now += HOUR_MS
    last = await desk.house.position()
    await desk.house.judge(dict.fromkeys(range(last - 4, last + 1), FAULT))

    seen: list[int] = []
    page = await desk.right("GET", "/v1/asides?limit=2", by="admin")
    seen.extend(each["position"] for each in page["asides"])
    while page["cursor"] is not None:
        page = await desk.right("GET", f"/v1/asides?limit=2&cursor={page['cursor']}", by="admin")
        seen.extend(each["position"] for each in page["asides"])

    assert seen == list(range(last, last - 5, -1))
    assert (await desk.call("GET", "/v1/asides?limit=201", by="admin")).status_code == 400


async def test_the_examples_of_the_document_are_answered_so(desk: Desk) -> None:
    await desk.as_member("anna")
    position = await gone_aside(desk)

    page = await desk.right("GET", "/v1/asides", by="admin")
    retried = await desk.right("POST", f"/v1/asides/{position}/retry", by="admin")

    (example,) = msgspec.to_builtins(PAGE.asides)
    here = {"position": position, "recorded_at": "2026-11-23T10:00:00.000Z"}
    assert page == {**msgspec.to_builtins(PAGE), "asides": [{**example, **here}]}
    assert retried == {"position": position + 1}


async def test_a_page_reads_its_own_rows_and_no_others(desk: Desk) -> None:
    await desk.as_member("anna")
    for number in range(4):
        await desk.post("/v1/events", share(id=str(number)))
    last = await desk.house.position()
    await desk.house.judge(dict.fromkeys(range(last - 3, last + 1), FAULT))
    await desk.house.write.hset(desk.house.keys.aside, str(last - 3), b"can't be read")

    page = await desk.right("GET", "/v1/asides?limit=1", by="admin")
    following = await desk.right("GET", f"/v1/asides?limit=1&cursor={page['cursor']}", by="admin")

    assert [page["asides"][0]["position"], following["asides"][0]["position"]] == [last, last - 1]
    assert (page["open"], following["cursor"]) == (4, str(last - 1))


async def test_asides_are_for_administrators(desk: Desk) -> None:
    await desk.as_member("anna")
    calls = (("GET", "/v1/asides"), ("POST", "/v1/asides/1/retry"))

    answers = [await desk.call(method, path, by=by) for method, path in calls for by in ("hr", "source", "anna")]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(403, "not-allowed")}
