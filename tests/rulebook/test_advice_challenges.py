"""What is said about challenges that might do people no good."""

import dataclasses
from typing import Any

import msgspec
import pytest

from engine.core.rulebook import Rulebook
from engine.rulebook.advice import advise
from tests.rulebook.test_advice import book

Plain = dict[str, Any]


def challenge(**changed: Any) -> Plain:  # noqa: ANN401 - words by name
    """A month of planning together, for a badge."""
    reward = {"badge": "together", **changed.pop("reward", {})}
    return {
        "id": "c",
        "for": "team",
        "of": "plans",
        "goal": 40,
        "first_day": 20_000,
        "last_day": 20_029,
        "reward": reward,
        **changed,
    }


def with_challenges(*challenges: Plain, **changed: Any) -> Rulebook:  # noqa: ANN401 - words by name
    """A sound programme and these challenges."""
    steady = {"id": "steady", "metric": "acts", "per": "month", "tiers": (3, 10)}
    return book(
        challenges=list(challenges),
        metrics=[
            {"id": "acts", "on": ["content.shared", "planning.joined"]},
            {"id": "plans", "on": ["planning.joined"]},
            {"id": "shares", "on": ["content.shared"]},
        ],
        badges=[steady, {"id": "together"}, {"id": "more", "metric": "shares", "per": "month"}],
        **changed,
    )


def codes(rulebook: Rulebook) -> list[tuple[str, str]]:
    """What is said, and of what."""
    return [(advice.code, advice.subject) for advice in advise(rulebook)]


def test_a_sound_challenge_gets_no_advice() -> None:
    assert codes(with_challenges(challenge())) == []


def test_a_metric_that_a_challenge_counts_is_read() -> None:
    without = with_challenges()

    assert codes(without) == [("unread-metric", "metric:plans")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"of": "shares", "reward": {"points": 5}}, "challenge-pays-volume"),
        ({"of": "points", "reward": {"points": 5}}, "challenge-pays-volume"),
        ({"for": "member", "goal": 151}, "challenge-out-of-reach"),
        ({"reward": {"own_share": 151}, "goal": 900}, "challenge-out-of-reach"),
        ({"last_day": 20_092}, "challenge-too-long"),
        ({"goal": 3, "reward": {"own_share": 3}}, "challenge-of-one"),
        ({"goal": 1}, "challenge-of-one"),
    ],
)
def test_a_challenge_that_might_do_no_good_gets_advice(changed: Plain, code: str) -> None:
    found = codes(with_challenges(challenge(), challenge(id="d", **changed)))

    assert (code, "challenge:d") in found
    assert "challenge:c" not in {subject for _, subject in found}


@pytest.mark.parametrize(
    "changed",
    [
        {"reward": {"points": 5}},
        {"for": "member", "goal": 150},
        {"last_day": 20_091},
        {"goal": 4, "reward": {"own_share": 3}},
        {"for": "member", "goal": 1},
    ],
)
def test_what_is_just_right_gets_none(changed: Plain) -> None:
    assert codes(with_challenges(challenge(**changed))) == []


def test_a_second_challenge_for_the_same_badge_gets_advice() -> None:
    assert codes(with_challenges(challenge(), challenge(id="d"))) == [("challenge-badge-twice", "challenge:d")]


@pytest.mark.parametrize(("by_name", "per_point"), [(True, 0), (False, 1)])
def test_a_reward_that_is_worth_money_gets_advice(by_name: bool, per_point: int) -> None:  # noqa: FBT001 - a case
    reward = {"points": 5, **({"currency": "coins"} if by_name else {})}
    rulebook = with_challenges(challenge(reward=reward), currencys=[{"id": "coins", "per_point": per_point}])
    money = dataclasses.replace(rulebook.currencies[0], worth=("eur", "0.02"))

    found = codes(msgspec.structs.replace(rulebook, currencies=(money,)))

    assert ("challenge-pays-volume", "challenge:c") in found
