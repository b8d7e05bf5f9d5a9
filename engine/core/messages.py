"""What may be told outside of what an entry led to: the lines of its journal as messages, as data. Pure.

A new kind of message is a row of `KINDS` and a function beside it. Nothing here names a person: members are random
ids, everything else is what HR called it. To whom it may be told is decided where it is sent.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, TypeAlias, TypeVar, cast

import msgspec

from engine.core.entries import AnyEntry, Thanked
from engine.core.journal import (
    AnyLine,
    BadgeGranted,
    BadgeWithdrawn,
    JournalEntry,
    LevelChanged,
    Line,
    Posted,
    Reason,
    Recognised,
    Refused,
    RulebookSet,
    ThanksNoted,
)
from engine.core.periods import period_name
from engine.core.plan import Plan

Kind = Literal[
    "points.posted",
    "badge.granted",
    "badge.withdrawn",
    "level.changed",
    "recognition.named",
    "thanks.received",
    "rulebook.published",
]
Data: TypeAlias = dict[str, int | str | bool | None]
Say: TypeAlias = Callable[[Line, Plan], Data]

OneLine = TypeVar("OneLine", bound=Line)


class Message(msgspec.Struct, frozen=True, gc=False):
    """One thing to tell. `effect` is the number of its line; `member` is None where it concerns nobody in particular.

    Position and effect name it for ever: the journal does not change.
    """

    kind: Kind
    position: int
    effect: int
    recorded: int
    member: str | None
    data: Data


def messages_of(position: int, recorded: int, entry: AnyEntry, journal: JournalEntry, plan: Plan) -> Iterator[Message]:
    """The messages of one entry in the order of its lines; `plan` is that of the rulebook by which it was judged."""
    thanks = _thanks(entry, journal, plan)
    if thanks is not None:
        receiver, effect = thanks
        yield Message("thanks.received", position, effect, recorded, receiver, {})
    for number, line in enumerate(journal.lines):
        row = KINDS.get(type(line))
        if row is not None:
            kind, say = row
            yield Message(kind, position, number, recorded, _member(line, journal), say(line, plan))


def may_tell(journal: JournalEntry) -> bool:
    """Whether there may be a message in it: most entries are told from the rest by the classes of their lines."""
    return any(type(line) in KINDS or type(line) in _OF_A_THANKS for line in journal.lines)


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
        _row(RulebookSet, "rulebook.published", _published),
    )
)
"""Which lines are told, as what, and what is said of them."""

_OF_A_THANKS: Final = frozenset({ThanksNoted, Refused})
