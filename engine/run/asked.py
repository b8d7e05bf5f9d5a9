"""Recognitions that ask first: what a member was asked, in words, and what they answer."""

from typing import Literal

import msgspec

from engine.core.asking_first import HIDDEN, SHOWN, WAITS, Asked, all_asked, answer_to
from engine.core.entries import RecognitionAnswered
from engine.core.journal import AnyLine, JournalEntry
from engine.core.keys import member_key
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import YearsReached
from engine.core.periods import period_name
from engine.core.plan import Plan
from engine.core.receipts.words import Language
from engine.core.rules import Anniversary, Recognition
from engine.core.states import MemberState
from engine.run.errors import NothingAsked
from engine.run.logged import logged_at
from engine.run.outcomes import When
from engine.run.plans import PlanSource
from engine.run.recorder import Recorder
from engine.store.ledger import Ledger
from engine.store.states import StateReader

Answer = Literal["waiting", "shown", "hidden"]

ANSWERS: dict[int, Answer] = {WAITS: "waiting", SHOWN: "shown", HIDDEN: "hidden"}


class AskedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recognition that asks first, for the member themselves. `number` tells those of one position apart."""

    position: int
    number: int
    at: int
    id: str
    title: str
    text: str | None
    period: str | None
    place: int | None
    years: int | None
    answer: Answer


class AskedFirst:
    """See the module."""

    def __init__(self, *, ledger: Ledger, reader: StateReader, plans: PlanSource, recorder: Recorder) -> None:
        self._ledger, self._reader, self._plans, self._recorder = ledger, reader, plans, recorder

    async def rows(self, member: str, language: Language) -> list[AskedRow]:
        """Everything that the member was asked, the newest first; see `engine.core.asking_first.MOST_ASKED`."""
        asked = all_asked(await self._state(member))
        positions = list(dict.fromkeys(each.position for each in asked))
        journal, logged = await self._ledger.entries(positions), await logged_at(self._reader, positions)
        rows: list[AskedRow] = []
        for each in reversed(asked):
            if each.position in journal and each.position in logged:
                entry = journal[each.position]
                plan = await self._plans.of(entry.rulebook)
                row = _row(each, entry, plan, logged[each.position].recorded, language)
                if row is not None:
                    rows.append(row)
        return rows

    async def answer(self, member: str, position: int, number: int, when: When, *, shown: bool) -> int:
        """Whether others may see it, from now on; the entry's position. The last answer holds, twice is once.

        Raises:
            NothingAsked: The member was not asked that; nothing was changed.
        """
        if answer_to(await self._state(member), position, number) is None:
            raise NothingAsked(position=position, number=number)
        entry = RecognitionAnswered(member, position, number, shown)
        return (await self._recorder.append(entry, when)).position

    async def _state(self, member: str) -> MemberState:
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state


def asks(line: AnyLine) -> int:
    """The number under which a line asks first; 0 for one that does not."""
    return line.asks if isinstance(line, Recognised | YearsReached) else 0


def _row(asked: Asked, journal: JournalEntry, plan: Plan, recorded: int, language: Language) -> AskedRow | None:
    line = next((each for each in journal.lines if asks(each) == asked.asks), None)
    found = _recognition(line, plan)
    if found is None:
        return None
    is_winner = isinstance(line, Recognised) and isinstance(found, Recognition)
    return AskedRow(
        position=asked.position,
        number=asked.asks,
        at=recorded,
        id=found.id,
        title=found.title.said_in(language),
        text=None if found.text is None else found.text.said_in(language),
        period=period_name(found.at_end_of, line.period) if is_winner else None,  # type: ignore[union-attr]  # as said
        place=line.place if is_winner else None,  # type: ignore[union-attr]  # as said
        years=line.years if isinstance(line, YearsReached) else None,
        answer=ANSWERS[asked.answer],
    )


def _recognition(line: AnyLine | None, plan: Plan) -> Recognition | Anniversary | None:
    match line:
        case Recognised():
            return next((each for each in plan.rulebook.recognitions if each.code == line.recognition), None)
        case YearsReached():
            return next((each for each in plan.rulebook.anniversaries if each.code == line.recognition), None)
        case _:
            return None
