"""Challenges over HTTP: how far my team is, my own share, what HR sees, and never who did nothing."""

import dataclasses
from typing import Any

import msgspec
import pytest

from engine.core.goals import KEPT_MS
from engine.core.periods import local_day
from engine.core.rulebook import Name, Rulebook
from engine.core.rules import Badge, Challenge, Tier
from tests.api.desk import Desk
from tests.api.house import DAY_MS, NOON, programme, share
from tests.core.programme import POINTS, text

TODAY = local_day(NOON, "Europe/Helsinki")
CODE, GIVEN = 90, 91


def challenge(**changed: Any) -> Challenge:  # noqa: ANN401 - fields by name
    """A team earns 50 points this week; who brought 10 gets a badge."""
    found = Challenge(
        code=CODE,
        id="together",
        title=text("Together", "Yhdessä"),
        text=text("All of us.", "Me kaikki."),
        whose="team",
        metric=POINTS,
        first_day=TODAY,
        last_day=TODAY + 6,
        closes_ms=NOON + 8 * DAY_MS,
        goal=50,
        own_share=10,
        badge=GIVEN,
    )
    return dataclasses.replace(found, **changed)


def book(*challenges: Challenge, on_wall: bool = False) -> Rulebook:
    """The small programme with these challenges and their badge."""
    badge = Badge(code=GIVEN, id="given", title=text("Given", "Annettu"), tiers=(Tier(at=1),), on_wall=on_wall)
    small = programme()
    names = {**small.names, **{each.code: Name(kind="challenge", id=each.id, title=each.title) for each in challenges}}
    return msgspec.structs.replace(small, badges=(*small.badges, badge), challenges=challenges, names=names)


async def five(desk: Desk, *, shares: int = 5) -> dict[str, str]:
    """Five of one team have joined, and so many of them have shared."""
    names = ("anna", "bea", "carl", "dora", "eino")
    members = {name: await desk.as_member(name) for name in names}
    for name in names[:shares]:
        await desk.right("POST", "/v1/events", share(f"email:{name}@example.org", id=f"share-{name}"), by="source")
    await desk.house.judge()
    return members


async def told(desk: Desk, by: str = "anna", language: str = "en") -> list[dict[str, Any]]:
    """The challenges that somebody sees."""
    answer = await desk.right("GET", "/v1/challenges", by=by, headers={"accept-language": language})
    found: list[dict[str, Any]] = answer["challenges"]
    return found


async def test_a_member_sees_how_far_the_team_is_and_their_own_share(desk: Desk) -> None:
    desk.house.use(book(challenge()))
    await five(desk, shares=3)

    (found,) = await told(desk)

    assert found == {
        "id": "together",
        "title": "Together",
        "text": "All of us.",
        "whose": "team",
        "stage": "running",
        "first_day": "2026-11-23",
        "last_day": "2026-11-29",
        "goal": 50,
        "unit": "red",
        "sum": 30,
        "reached_at": None,
        "own": 10,
        "own_share": 10,
        "rewarded": False,
        "reward": {"badge": "Given", "points": 0, "currency": None},
        "units": [],
    }


async def test_a_goal_that_was_reached_says_since_when_and_each_has_the_reward_and_its_receipt(desk: Desk) -> None:
    desk.house.use(book(challenge()))
    await five(desk)

    (found,) = await told(desk, "eino", "fi")
    mine = await desk.right("GET", "/v1/me/badges", by="bea")
    ledger = await desk.right("GET", "/v1/me/ledger", by="bea")

    assert (found["title"], found["sum"], found["rewarded"]) == ("Yhdessä", 50, True)
    assert found["reached_at"] == "2026-11-23T10:00:00.000Z"
    assert [badge["id"] for badge in mine["badges"] if badge["held"]] == ["given"]
    settled, shared = ledger["receipts"][:2]
    assert (settled["type"], settled["title"]) == ("sulka.challenge.settled", "A goal was reached")
    assert settled["sentences"] == ["The goal was reached together: Together.", "Badge: Given."]
    assert "It counts for this challenge: Together." in shared["sentences"]


async def test_an_act_that_only_counts_for_a_challenge_says_both(desk: Desk) -> None:
    small = programme()
    counted = dataclasses.replace(small.metrics[0], code=92, id="shares", measure="count", of="")
    with_metric = msgspec.structs.replace(
        book(challenge(metric=counted)), metrics=(*small.metrics, counted), rules=(), caps=()
    )
    desk.house.use(with_metric)
    await desk.as_member("anna")
    await desk.right("POST", "/v1/events", share(), by="source")
    await desk.house.judge()

    newest = (await desk.right("GET", "/v1/me/ledger", by="anna"))["receipts"][0]

    assert newest["sentences"][:2] == [
        "Noted. No rule gives you points for this one.",
        "It counts for this challenge: Together.",
    ]


async def test_the_sum_of_fewer_than_five_is_not_told_and_their_own_share_is(desk: Desk) -> None:
    desk.house.use(book(challenge(goal=20)))
    for name in ("anna", "bea"):
        await desk.as_member(name)
        await desk.right("POST", "/v1/events", share(f"email:{name}@example.org", id=name), by="source")
    await desk.house.judge()

    (found,) = await told(desk)
    (seen_by_hr,) = await told(desk, "hr")

    assert (found["sum"], found["own"], found["rewarded"]) == (None, 10, True)
    assert found["reached_at"] is not None
    assert seen_by_hr["units"] == []


async def test_hr_sees_each_team_that_is_large_enough_and_no_person(desk: Desk) -> None:
    desk.house.use(book(challenge()))
    await five(desk, shares=4)

    (found,) = await told(desk, "hr")

    assert (found["unit"], found["sum"], found["own"], found["rewarded"]) == (None, None, None, False)
    assert found["units"] == [{"unit": "red", "sum": 40, "reached_at": None}]


async def test_what_everyone_brought_together_is_told_to_all(desk: Desk) -> None:
    desk.house.use(book(challenge(whose="everyone", goal=500)))
    await five(desk, shares=2)

    (found,) = await told(desk, "eino")
    (seen_by_hr,) = await told(desk, "hr")

    assert (found["unit"], found["sum"], found["own"]) == (None, 20, 0)
    assert (seen_by_hr["sum"], seen_by_hr["units"]) == (20, [])


async def test_a_goal_of_ones_own_tells_nothing_of_others(desk: Desk) -> None:
    desk.house.use(book(challenge(whose="member", goal=10)))
    await five(desk, shares=1)

    (found,) = await told(desk)
    (others,) = await told(desk, "bea")
    (seen_by_hr,) = await told(desk, "hr")

    assert (found["sum"], found["own"], found["own_share"], found["rewarded"]) == (10, 10, 10, True)
    assert (others["sum"], others["own"], others["rewarded"]) == (0, 0, False)
    assert (seen_by_hr["sum"], seen_by_hr["units"]) == (None, [])


@pytest.mark.parametrize(("days", "stage"), [(-3, "coming"), (0, "running"), (7, "running"), (8, "over"), (39, "over")])
async def test_a_challenge_is_coming_then_runs_then_is_over_for_some_weeks(desk: Desk, days: int, stage: str) -> None:
    desk.house.use(book(challenge()))
    await desk.as_member("anna")
    await desk.house.judge()

    desk.house.now = NOON + days * DAY_MS
    found = await told(desk)

    assert [each["stage"] for each in found] == [stage]


async def test_a_challenge_that_ended_long_ago_is_not_told(desk: Desk) -> None:
    desk.house.use(book(challenge()))
    await desk.as_member("anna")
    await desk.house.judge()

    desk.house.now = challenge().closes_ms + KEPT_MS

    assert await told(desk) == []


@pytest.mark.parametrize(("on_wall", "rows"), [(False, 0), (True, 5)])
async def test_a_badge_that_is_shown_to_its_holder_is_not_on_the_wall(desk: Desk, on_wall: bool, rows: int) -> None:  # noqa: FBT001 - a case
    desk.house.use(book(challenge(), on_wall=on_wall))
    await five(desk)

    wall = await desk.right("GET", "/v1/recognitions?kind=badge", by="hr")

    assert [row["id"] for row in wall["recognitions"]] == ["given"] * rows


async def test_a_member_reads_that_a_badge_comes_with_a_challenge(desk: Desk) -> None:
    of_challenge = book(challenge())
    badges = tuple(
        dataclasses.replace(badge, challenge=text("Together")) if badge.code == GIVEN else badge
        for badge in of_challenge.badges
    )
    desk.house.use(msgspec.structs.replace(of_challenge, badges=badges))
    await desk.as_member("anna")
    await desk.house.judge()

    mine = await desk.right("GET", "/v1/me/badges", by="anna")

    (given,) = [badge for badge in mine["badges"] if badge["id"] == "given"]
    assert given["steps"][0]["sentences"] == ["It comes with a challenge: Together."]
