"""Applying the lines that time and answers bring to a member (`engine.core.turning` writes them)."""

from engine.core.asking_first import ask, set_answer
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached
from engine.core.lots import add_lot, announce
from engine.core.states import MemberState


def apply_turning(
    state: MemberState, position: int, line: Recognised | YearsReached | AnswerSet | LotBegun | ExpiryAnnounced
) -> None:
    """Change the member's state as the line says; `position` is that of its entry."""
    match line:
        case Recognised():
            if line.asks:
                ask(state, position, line.asks)
        case YearsReached():
            state.anniversaries.setdefault(line.recognition, []).append(line.years)
            if line.asks:
                ask(state, position, line.asks)
        case AnswerSet():
            set_answer(state, line.position, line.asks, shown=line.shown)
        case LotBegun():
            add_lot(state, line.currency, line.month, line.amount)
        case ExpiryAnnounced():
            announce(state, line.currency, line.month, line.last_day)
