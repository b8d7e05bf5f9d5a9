"""Boosts: which one works on an act. Made ready to be asked of each act of a type that has any."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from engine.core.conditions import Facts, ReadyCondition, ready_condition
from engine.core.rules import Boost


@final
@dataclass(frozen=True)
class ReadyBoost:
    """A boost; `condition` is None where it always holds."""

    boost: Boost
    condition: ReadyCondition | None


def ready_boosts(boosts: Iterable[Boost], type_: str) -> tuple[ReadyBoost, ...]:
    """The boosts of a type of event, made ready: the highest first and, of equal ones, by id."""
    ready = [ReadyBoost(boost, ready_condition(boost.condition)) for boost in boosts if type_ in boost.on]
    return tuple(sorted(ready, key=_highest_first))


def boost_of(boosts: tuple[ReadyBoost, ...], facts: Facts, day: int) -> Boost | None:
    """The boost that works on an act of this day: of those that hold the highest, for they never multiply."""
    for ready in boosts:
        boost = ready.boost
        if boost.first_day <= day <= boost.last_day and (ready.condition is None or ready.condition.holds(facts)):
            return boost
    return None


def _highest_first(ready: ReadyBoost) -> tuple[int, str]:
    return -ready.boost.percent, ready.boost.id
