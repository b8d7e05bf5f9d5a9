"""The badges that a member holds: of each, and of each value that it is for, a `Track` of day and position by step."""

from typing import Final, NamedTuple

from engine.core.states import MemberState, Steps
from engine.core.tracks import drop_track, end_record, keys_of, locate, record_at, track_for

WIDTH: Final = 2


class HeldBadge(NamedTuple):
    """A badge that a member holds: since when, and the position of the entry that brought it."""

    badge: int
    value: str
    step: int
    day: int
    position: int


def steps_of(state: MemberState, badge: int, value: str) -> Steps:
    """The steps of a badge, for this value where it is for each, that are held."""
    if not value:
        return state.badges.get(badge, _NO_STEPS)
    values = state.valued_badges.get(badge)
    return _NO_STEPS if values is None else values.get(value, _NO_STEPS)


_NO_STEPS: Final[Steps] = []


def has_step(steps: Steps, step: int) -> bool:
    """Whether this step is among those that are held."""
    at, found = locate(steps, WIDTH, step)
    return at > 0 and found == step


def position_of(steps: Steps, step: int) -> int:
    """The position of the entry that brought a step; 0 where it is not held."""
    at, found = locate(steps, WIDTH, step)
    return steps[at - 1] if at > 0 and found == step else 0


def hold_badge(state: MemberState, badge: int, value: str, step: int, since: tuple[int, int]) -> None:
    """Give a step of a badge to a member, since this day and entry."""
    steps = track_for(state.valued_badges, badge, value) if value else state.badges.setdefault(badge, [])
    at = record_at(steps, WIDTH, step)
    steps[at - 2], steps[at - 1] = since


def drop_badge(state: MemberState, badge: int, value: str, step: int) -> None:
    """Take a step of a badge from a member, if it is held."""
    steps = steps_of(state, badge, value)
    at, found = locate(steps, WIDTH, step)
    if at < 0 or found != step:
        return
    end_record(steps, WIDTH, at, step)
    if steps:
        return
    if value:
        drop_track(state.valued_badges, badge, value)
    else:
        del state.badges[badge]


def held_steps(state: MemberState, badge: int, value: str) -> list[HeldBadge]:
    """The steps of one badge, for this value where it is for each, that are held."""
    steps = steps_of(state, badge, value)
    return [
        HeldBadge(badge, value, step, steps[3 * number], steps[3 * number + 1])
        for number, step in enumerate(keys_of(steps, WIDTH))
    ]


def held_badges(state: MemberState) -> list[HeldBadge]:
    """All badges, by code, value and step."""
    named = [(badge, "") for badge in state.badges]
    named += [(badge, value) for badge, values in state.valued_badges.items() for value in values]
    return [held for badge, value in sorted(named) for held in held_steps(state, badge, value)]
