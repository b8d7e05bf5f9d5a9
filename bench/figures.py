"""What was measured, as numbers: so that several rounds give medians. Pure."""

from collections.abc import Sequence
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `shape` and `floor_shape` say how their numbers are written; `asked` is what to reach.

    The ratio is that of the first number to the first of the floor. `note` is said as it is.
    """

    what: str
    reached: tuple[float, ...] = ()
    shape: str = "{:,.0f}"
    floor: tuple[float, ...] = ()
    floor_shape: str = "{:,.0f}"
    asked: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """What was reached, as a share of the floor."""
        return self.reached[0] / self.floor[0] if self.reached and self.floor and self.floor[0] else None


Row = tuple[str, str, str, str, str]


def row_of(rounds: Sequence[Figure]) -> Row:
    """The line of one figure over its rounds: medians, and how far the first number went."""
    last = rounds[-1]
    reached = last.shape.format(*_medians([each.reached for each in rounds])) if last.reached else ""
    if len(rounds) > 1 and last.reached:
        firsts = sorted(each.reached[0] for each in rounds)
        reached += f" ({_short(firsts[0])} to {_short(firsts[-1])})"
    floor = last.floor_shape.format(*_medians([each.floor for each in rounds])) if last.floor else ""
    ratios = [ratio for each in rounds if (ratio := each.ratio) is not None]
    share = f"{median(ratios):.2f}" if ratios else ""
    return last.what, "; ".join(filter(None, (reached, last.note))), floor, share, last.asked


def rows_of(rounds: Sequence[Sequence[Figure]]) -> list[Row]:
    """The lines of a measurement whose rounds each gave the same figures in the same order."""
    return [row_of(figures) for figures in zip(*rounds, strict=True)]


def cpu_in_words(seconds: dict[str, float], events: int) -> str:
    """Processor time by process, for each event."""
    used = ", ".join(f"{name} {each / events * 1e6:.0f}" for name, each in seconds.items())
    return f"CPU, µs each: {used}"


def _medians(rounds: Sequence[tuple[float, ...]]) -> list[float]:
    return [median(numbers) for numbers in zip(*rounds, strict=True)]


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.2f}"
