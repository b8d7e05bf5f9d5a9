"""All badges over HTTP: which a member has and why, and what the others take, in words that press nobody."""

from typing import Any

import msgspec
import pytest

from engine.core.periods import PeriodKind
from engine.core.questions import Condition, Operator, Reading, Scope
from engine.core.questions import Test as ConditionLine
from engine.core.rules import Badge, Metric, Tier
from engine.core.windows import Window
from tests.api.desk import Desk
from tests.api.house import DAY_MS, share
from tests.core.programme import POINTS, TOPIC_ACTS, text

SHARES = Metric(
    code=2,
    id="shares",
    title=text("Shares", "Jaot"),
    on=("content.shared",),
    windows=(Window("ever"), Window("month")),
    keep_days=76,
)
MODEST = ConditionLine(reading=Reading(scope=Scope.MEMBER, name="is_leader"), operator=Operator.IS, operand=False)


def badge(id_: str, *, at: int = 5, **more: Any) -> Badge:  # noqa: ANN401 - fields of a badge
    fields: dict[str, Any] = {"metric": SHARES, "window": Window("ever"), "tiers": (Tier(at=at),), **more}
    return Badge(code=41, id=id_, title=text("Own voice", "Oma ääni"), text=text("In own words."), **fields)


def use(desk: Desk, *badges: Badge) -> None:
    """Have these badges, beside the metrics of the programme, from the beginning."""
    book = desk.house.plans.plan.rulebook
    desk.house.plans.judge_by(msgspec.structs.replace(book, badges=badges, metrics=(TOPIC_ACTS, SHARES)))


async def shares(desk: Desk, count: int = 3) -> None:
    await desk.as_member("anna")
    for number in range(count):
        data = {"content": f"post-{number}", "topics": ["hiring"]}
        await desk.post("/v1/events", share(id=str(number), data=data))
        desk.house.now += DAY_MS
    await desk.house.judge()


async def told(desk: Desk, language: str = "en") -> dict[str, Any]:
    answer = await desk.right("GET", "/v1/me/badges", by="anna", headers={"accept-language": language})
    found: dict[str, Any] = answer["badges"][0]
    return found


async def test_a_badge_says_since_when_and_where_its_receipt_is(desk: Desk) -> None:
    await shares(desk)

    found = await told(desk)

    assert found["held"] == [
        {
            "title": "hiring: expert path – starter",
            "value": "hiring",
            "since": "2026-11-25",
            "position": await desk.house.position(),
        }
    ]
    receipt = await desk.right("GET", f"/v1/me/receipts/{found['held'][0]['position']}", by="anna")
    assert "Badge: hiring: expert path – starter." in receipt["sentences"]


async def test_the_next_tier_of_a_begun_topic_is_told_with_what_there_is(desk: Desk) -> None:
    await shares(desk)

    steps = (await told(desk))["steps"]

    assert [(step["title"], step["at"], step["so_far"]) for step in steps] == [
        ("…: expert path – starter", 3, None),
        ("hiring: expert path – regular", 10, 3),
    ]
    assert steps[1]["sentences"] == ["It takes 10 in all: topic_acts (hiring).", "You have 3 so far."]


@pytest.mark.parametrize(
    ("language", "title", "sentences"),
    [
        ("en", "Own voice", ["It takes 5 in all: Shares.", "You have 2 so far."]),
        ("fi", "Oma ääni", ["Siihen tarvitaan kaikkiaan 5: Jaot.", "Sinulla on tähän mennessä 2."]),
    ],
)
async def test_what_a_badge_takes_is_said_in_both_languages(
    desk: Desk, language: str, title: str, sentences: list[str]
) -> None:
    use(desk, badge("own-voice"))
    await shares(desk, 2)

    found = await told(desk, language)

    assert (found["title"], found["held"], found["times"]) == (title, [], 0)
    assert found["steps"] == [{"title": title, "value": "", "at": 5, "so_far": 2, "sentences": sentences}]


async def test_a_badge_that_somebody_has_takes_nothing_more(desk: Desk) -> None:
    use(desk, badge("own-voice", at=2))
    await shares(desk, 3)

    found = await told(desk)

    assert (len(found["held"]), found["steps"]) == (1, [])


async def test_a_badge_by_hand_says_that_a_person_gives_it(desk: Desk) -> None:
    use(desk, badge("feather", metric=None, window=None, at=0))
    await desk.as_member("anna")
    await desk.house.judge()

    steps = (await told(desk))["steps"]

    assert [(step["at"], step["so_far"], step["sentences"]) for step in steps] == [
        (None, None, ["A colleague gives this one by hand, and says why."])
    ]


async def test_a_badge_that_repeats_names_its_period_and_can_come_again(desk: Desk) -> None:
    use(desk, badge("month", window=Window("month"), at=2, repeats=PeriodKind.MONTH))
    await shares(desk, 2)

    found = await told(desk)

    assert [held["title"] for held in found["held"]] == ["Own voice (2026-11)"]
    assert found["steps"][0]["sentences"] == [
        "It takes 2 a month: Shares.",
        "You have 2 so far.",
        "It can come again, once a month.",
    ]


async def test_a_badge_with_a_condition_says_so(desk: Desk) -> None:
    use(desk, badge("own-voice", at=1, condition=Condition(all_of=(MODEST,))))
    await desk.as_member("anna")
    await desk.house.judge()

    assert (await told(desk))["steps"][0]["sentences"] == [
        "Once is enough: Shares.",
        "It has a condition of its own as well.",
    ]


async def test_a_badge_that_the_programme_has_no_more_stays_with_its_words(desk: Desk) -> None:
    await shares(desk)
    book = desk.house.plans.plan.rulebook
    desk.house.plans.in_force_now(msgspec.structs.replace(book, badges=()))

    found = await told(desk)

    assert (found["id"], found["steps"]) == ("expert", [])
    assert [held["title"] for held in found["held"]] == ["hiring: expert path – starter"]


async def test_the_newest_hundred_of_one_badge_are_told_and_all_are_counted(desk: Desk) -> None:
    anna = await desk.as_member("anna")
    values = [f"value-{number}" for number in range(103)]
    for value in values:
        award = {"member": anna, "badge": "expert", "value": value, "reason": "For the hundredth time"}
        await desk.right("POST", "/v1/awards", award, by="hr")
    await desk.house.judge()

    found = await told(desk)

    assert (len(found["held"]), found["times"]) == (100, 103)
    assert found["held"][0]["value"] == "value-102"


async def test_points_can_bring_a_badge(desk: Desk) -> None:
    use(desk, badge("hundred", metric=POINTS, at=20))
    await shares(desk, 2)

    assert [held["position"] for held in (await told(desk))["held"]] == [await desk.house.position()]
