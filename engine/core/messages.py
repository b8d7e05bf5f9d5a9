"""What may be told outside of what an entry led to: the lines of its journal as messages, as data. Pure.

A new kind of message is a row of `KINDS` and a function beside it. Nothing here names a person: members are random
ids, everything else is what HR called it. To whom it may be told is decided where it is sent.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, TypeAlias, TypeVar, cast

import msgspec

from engine.core.entries import AnyEntry, Thanked
from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import ChallengeReached
from engine.core.lines.counts import ThanksNoted
from engine.core.lines.entries import RulebookSet
from engine.core.lines.ledger import CARRIED, Posted
from engine.core.lines.line import Line
from engine.core.lines.past import told_lines
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.streaks import StreakWentOn
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, YearsReached
from engine.core.periods import PeriodKind, period_name
from engine.core.plan import Plan

Kind = Literal[
    "points.posted",
    "badge.granted",
    "badge.withdrawn",
    "level.changed",
    "recognition.named",
    "currency.expiring",
    "streak.continued",
    "challenge.reached",
    "thanks.received",
    "rulebook.published",
]
Data: TypeAlias = dict[str, int | str | bool | None]
Say: TypeAlias = Callable[[Line, Plan], Data]

OneLine = TypeVar("OneLine", bound=Line)


class Message(msgspec.Struct, frozen=True, gc=False):
    """One thing to tell. `effect` is the number of its line; `member` is None where it concerns nobody in particular.

    Position and effect name it for ever: the journal does not change. A recognition that asks first is told where its
    member says yes: `asked` says then where it was named.
    """

    kind: Kind
    position: int
    effect: int
    recorded: int
    member: str | None
    data: Data
    asked: "Named | None" = None

    @property
    def place(self) -> tuple[int, int]:
        """The line that the wall shows."""
        return (self.position, self.effect) if self.asked is None else (self.asked.position, self.asked.line)


class Named(msgspec.Struct, frozen=True, gc=False):
    """A recognition that asks first: its position, its line there, and its number among those that ask."""

    position: int
    line: int
    asks: int


Asked: TypeAlias = Mapping[int, tuple[JournalEntry, Plan]]
"""The journal entries that answers are about, by position, with the plans by which they were judged."""


def messages_of(
    position: int, recorded: int, entry: AnyEntry, journal: JournalEntry, plan: Plan, asked: Asked
) -> Iterator[Message]:
    """The messages of one entry in the order of its lines; `plan` is that of the rulebook by which it was judged."""
    thanks = _thanks(entry, journal, plan)
    for number, line in enumerate(told_lines(journal.lines)):
        if thanks is not None and number == thanks[1]:
            yield Message("thanks.received", position, number, recorded, thanks[0], {})
        if isinstance(line, AnswerSet):
            yield from _answered(position, number, recorded, line, asked)
            continue
        row = KINDS.get(type(line))
        if row is not None and not _is_no_news(line):
            kind, say = row
            yield Message(kind, position, number, recorded, _member(line, journal), say(line, plan))


def answered_at(journal: JournalEntry) -> Iterator[int]:
    """The positions of recognitions to which an entry says yes: what `messages_of` is to be given."""
    return (line.position for line in journal.lines if isinstance(line, AnswerSet) and line.shown)


def _answered(position: int, number: int, recorded: int, answer: AnswerSet, asked: Asked) -> Iterator[Message]:
    """What was named under this number, now that its member says yes."""
    if not answer.shown or answer.position not in asked:
        return
    journal, plan = asked[answer.position]
    for at, line in enumerate(journal.lines):
        if isinstance(line, Recognised | YearsReached) and line.asks == answer.asks:
            kind, say = KINDS[type(line)]
            named = Named(answer.position, at, answer.asks)
            yield Message(kind, position, number, recorded, _member(line, journal), say(line, plan), named)


def _waits_for_an_answer(line: AnyLine) -> bool:
    return isinstance(line, Recognised | YearsReached) and line.asks > 0


def _is_no_news(line: AnyLine) -> bool:
    """What waits for an answer, what is undone, and what somebody had before."""
    is_carried_over = isinstance(line, Posted) and line.cause == CARRIED
    return _waits_for_an_answer(line) or getattr(line, "undone", False) or is_carried_over


def may_tell(journal: JournalEntry) -> bool:
    """Whether there may be a message in it: most entries are told from the rest by the classes of their lines."""
    return any(type(line) in KINDS or type(line) in _MAY_TELL for line in journal.lines)


def _thanks(entry: AnyEntry, journal: JournalEntry, plan: Plan) -> tuple[str, int] | None:
    """Who was thanked, and the first line that says so; not by whom, which is between the two."""
    if not isinstance(entry, Thanked) or entry.receiver is None or plan.rulebook.thanks is None:
        return None
    code = plan.rulebook.thanks.code
    for number, line in enumerate(journal.lines):
        match line:
            case ThanksNoted(undone=False):
                return entry.receiver, number
            case Refused() if line.cause == code and line.reason in {Reason.ALLOWANCE, Reason.SAME_PAIR}:
                return entry.receiver, number
            case _:
                pass
    return None


def _member(line: AnyLine, journal: JournalEntry) -> str | None:
    who: int | None = getattr(line, "who", None)
    return None if who is None or not 0 <= who < len(journal.people) else journal.people[who].id


def _posted(line: Posted, plan: Plan) -> Data:
    return {"currency": _id(line.currency, plan), "amount": line.amount, "cause": _id(line.cause, plan)}


def _granted(line: BadgeGranted, plan: Plan) -> Data:
    return _badge(line.badge, line.step, line.value, plan)


def _withdrawn(line: BadgeWithdrawn, plan: Plan) -> Data:
    return _badge(line.badge, line.step, line.value, plan)


def _badge(code: int, step: int, value: str, plan: Plan) -> Data:
    """A badge that repeats says its period; any other its tier, counted from 1."""
    badge = plan.badges.get(code)
    repeats = None if badge is None else badge.repeats
    said: Data = {"badge": _id(code, plan), "value": value or None}
    return said | ({"tier": step + 1} if repeats is None else {"period": period_name(repeats, step)})


def _level(line: LevelChanged, plan: Plan) -> Data:
    return {"level": None if line.level < 0 else _id(line.level, plan), "up": line.up}


def _recognised(line: Recognised, plan: Plan) -> Data:
    found = next((each for each in plan.rulebook.recognitions if each.code == line.recognition), None)
    if found is None:
        return {"recognition": _id(line.recognition, plan), "period": None, "place": line.place, "score": line.score}
    period = period_name(found.at_end_of, line.period)
    return {"recognition": found.id, "period": period, "place": line.place, "score": line.score}


def _years(line: YearsReached, plan: Plan) -> Data:
    found = next((each for each in plan.rulebook.anniversaries if each.code == line.recognition), None)
    return {"recognition": _id(line.recognition, plan) if found is None else found.id, "years": line.years}


def _expiring(line: ExpiryAnnounced, plan: Plan) -> Data:
    last_day = period_name(PeriodKind.DAY, line.last_day)
    return {"currency": _id(line.currency, plan), "amount": line.amount, "last_day": last_day}


def _continued(line: StreakWentOn, plan: Plan) -> Data:
    return {"streak": _id(line.streak, plan), "length": line.length}


def _reached(line: ChallengeReached, plan: Plan) -> Data:
    return {"challenge": _id(line.challenge, plan), "unit": line.unit or None}


def _published(line: RulebookSet, plan: Plan) -> Data:  # noqa: ARG001 - as every row is called
    return {"rulebook": line.digest.hex()}


def _id(code: int, plan: Plan) -> str | None:
    """What HR called it; None for what this rulebook no longer knows."""
    if code == plan.points:
        return plan.rulebook.points.id
    name = plan.rulebook.names.get(code)
    return None if name is None else name.id


def _row(of: type[OneLine], kind: Kind, say: Callable[[OneLine, Plan], Data]) -> tuple[type[Line], tuple[Kind, Say]]:
    return of, (kind, cast("Say", say))


KINDS: Final[Mapping[type[Line], tuple[Kind, Say]]] = dict(
    (
        _row(Posted, "points.posted", _posted),
        _row(BadgeGranted, "badge.granted", _granted),
        _row(BadgeWithdrawn, "badge.withdrawn", _withdrawn),
        _row(LevelChanged, "level.changed", _level),
        _row(Recognised, "recognition.named", _recognised),
        _row(YearsReached, "recognition.named", _years),
        _row(ExpiryAnnounced, "currency.expiring", _expiring),
        _row(StreakWentOn, "streak.continued", _continued),
        _row(ChallengeReached, "challenge.reached", _reached),
        _row(RulebookSet, "rulebook.published", _published),
    )
)
"""Which lines are told, as what, and what is said of them."""

_MAY_TELL: Final = frozenset({ThanksNoted, Refused, AnswerSet})
