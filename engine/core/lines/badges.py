"""The lines about badges and levels."""

from engine.core.lines.line import Line


class BadgeGranted(Line, tag=5, frozen=True, array_like=True, gc=False):
    """A badge; `step` is its tier, or its period when it repeats."""

    who: int
    badge: int
    step: int
    day: int
    value: str = ""


class BadgeWithdrawn(Line, tag=6, frozen=True, array_like=True, gc=False):
    """A badge whose condition a retraction took away."""

    who: int
    badge: int
    step: int
    value: str = ""


class LevelChanged(Line, tag=7, frozen=True, array_like=True, gc=False):
    """The level by points of all time is now this one (-1: none); for people to read, no state of its own."""

    who: int
    level: int
    up: bool
