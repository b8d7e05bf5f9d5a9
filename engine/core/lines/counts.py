"""The lines about what is counted: metrics, uses of limits, who thanked whom, open weeks that are cut anew."""

from typing import TypeAlias

from engine.core.lines.line import Line


class Counted(Line, tag=1, frozen=True, array_like=True, gc=False):
    """Each of these metrics changed by `amount` on a day (since 1970, organization's zone); of a `value`, only one."""

    who: int
    day: int
    amount: int
    metrics: tuple[int, ...]
    value: str = ""


SlotUse: TypeAlias = tuple[int, int, int, str]
"""(slot, period, times, value): how often a paid act counts in a slot, for one value of what it is kept by."""


class Used(Line, tag=2, frozen=True, array_like=True, gc=False):
    """Counts of paid acts changed in these slots, and of points by `points` in each; `day` is that of the entry."""

    who: int
    day: int
    points: int
    slots: tuple[SlotUse, ...]


class OnceUsed(Line, tag=3, frozen=True, array_like=True, gc=False):
    """A rule was paid for these values; `forget_day` 0 means never. `undone` takes the mark away."""

    who: int
    rule: int
    values: str
    forget_day: int = 0
    undone: bool = False


class ThanksNoted(Line, tag=17, frozen=True, array_like=True, gc=False):
    """`who` was thanked by `giver` at `time` (remembered for the mutual rule)."""

    who: int
    giver: str
    time: int
    undone: bool = False


class UnitRecounted(Line, tag=24, frozen=True, array_like=True, gc=False):
    """What a unit brought together in the weeks that are open by a new cut: (`place_key`, sum, contributors)."""

    by: str
    unit: str
    sums: tuple[tuple[str, int, int], ...]


class PartsRecounted(Line, tag=25, frozen=True, array_like=True, gc=False):
    """What a member who has changed units brought to each of them in those weeks: (`place_key`, by, unit, amount)."""

    member: str
    parts: tuple[tuple[str, str, str, int], ...]
