"""The exact negatives of what an entry did, in the same buckets: for whatever takes something back."""

from typing import TypeAlias

from engine.core.desk import Desk
from engine.core.lines.counts import Counted, OnceUsed, ThanksNoted, Used
from engine.core.lines.ledger import Posted
from engine.core.lines.streaks import StreakActed

Negatable: TypeAlias = Counted | Posted | Used | OnceUsed | ThanksNoted | StreakActed


def negate(desk: Desk, line: Negatable, who: int) -> None:
    """Write the negative of a line; `who` is the place of its person at this desk."""
    match line:
        case Counted():
            desk.write(Counted(who, line.day, -line.amount, line.metrics, line.value))
        case Posted():
            desk.post(Posted(who, line.cause, line.currency, -line.amount, line.day))
        case Used():
            slots = tuple((slot, period, -times, value) for slot, period, times, value in line.slots)
            desk.write(Used(who, line.day, -line.points, slots))
        case OnceUsed():
            desk.write(OnceUsed(who, line.rule, line.values, line.forget_day, undone=True))
        case ThanksNoted():
            desk.write(ThanksNoted(who, line.giver, line.time, undone=True))
        case StreakActed():
            desk.write(StreakActed(who, -line.amount, line.periods))
