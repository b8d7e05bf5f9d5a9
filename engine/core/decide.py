"""The core's three questions: what must be read, what follows from an entry, what the states are then.

`needs` is asked until it names nothing; `decide` and `engine.core.evolve.evolve` are pure and never raise for bad
data. `judge` is the same on a draft, for an engine that decides many entries in a row.
"""

from collections.abc import Mapping

from engine.core.acts import judge_act
from engine.core.administer import judge_administration
from engine.core.challenges import settle
from engine.core.changes import Input
from engine.core.close import close_due
from engine.core.desk import Desk
from engine.core.draft import Draft
from engine.core.entries import (
    Act,
    AnyEntry,
    Blank,
    ChallengesSettled,
    HistoryCounted,
    HistoryDone,
    HistoryLooked,
    Logged,
    RecognitionAnswered,
    Retracted,
    Retried,
    Thanked,
    Tick,
    Turned,
    Verdict,
)
from engine.core.journal import Decision
from engine.core.lines.entries import EntryRetried
from engine.core.lines.refusals import Reason
from engine.core.past import judge_counted, judge_done, judge_looked
from engine.core.plan import Plan
from engine.core.retract import judge_retracted
from engine.core.retry import entry_to_retry
from engine.core.states import State
from engine.core.thanks import judge_thanked
from engine.core.turning import judge_answered, judge_turned
from engine.core.verdicts import judge_verdict


def decide(plan: Plan, states: Mapping[str, State | None], inputs: Mapping[str, Input], logged: Logged) -> Decision:
    """What this entry leads to. The states given stay as they are.

    Raises:
        NotRead: A state that `needs` would have named was not given.
    """
    return judge(plan, Draft(states, inputs), logged)


def judge(plan: Plan, draft: Draft, logged: Logged) -> Decision:
    """What this entry leads to, done to the draft at once."""
    desk = Desk(plan, draft, logged)
    close_due(desk)
    _judge_entry(desk, logged.entry)
    return desk.finish()


def _judge_entry(desk: Desk, entry: AnyEntry) -> None:
    match entry:
        case Act():
            judge_act(desk, entry)
        case Thanked():
            judge_thanked(desk, entry)
        case Retracted():
            judge_retracted(desk, entry)
        case Verdict():
            judge_verdict(desk, entry)
        case Retried():
            _judge_retried(desk, entry.position)
        case ChallengesSettled():
            settle(desk)
        case Turned():
            judge_turned(desk, entry)
        case RecognitionAnswered():
            judge_answered(desk, entry)
        case HistoryCounted():
            judge_counted(desk, entry)
        case HistoryLooked():
            judge_looked(desk, entry)
        case HistoryDone():
            judge_done(desk, entry)
        case Blank() | Tick():
            pass
        case _:
            judge_administration(desk, entry)


def _judge_retried(desk: Desk, position: int) -> None:
    entry = entry_to_retry(desk.draft, position)
    if isinstance(entry, Reason):
        desk.refuse(-1, -1, entry)
        return
    desk.write(EntryRetried(position))
    _judge_entry(desk, entry)
