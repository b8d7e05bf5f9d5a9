"""Judging entries one after another on one draft, as long as nothing has to be read between. Pure."""

from collections.abc import Mapping, Sequence
from typing import final

from engine.core.chain import Chain
from engine.core.close import due_closings
from engine.core.decide import judge
from engine.core.draft import Draft
from engine.core.entries import Logged
from engine.core.journal import Decision, JournalEntry
from engine.core.plan import Plan
from engine.store.wall_rows import may_be_for_the_wall


class JudgementFailed(Exception):
    """A bug of ours: this entry could not be judged. It has to go aside, and what is in memory is worth nothing."""

    def __init__(self, position: int, cause: BaseException) -> None:
        self.position, self.cause = position, cause
        super().__init__(f"entry {position} could not be judged: {type(cause).__name__}")


@final
class Judging:
    """What the entries of a batch have led to so far. Those that went aside are named, with their codes."""

    def __init__(self, plan: Plan, draft: Draft, chain: Chain, aside: Mapping[int, str]) -> None:
        self._plan, self._draft, self._chain, self._aside = plan, draft, chain, aside
        self.asides: dict[int, str] = {}
        self.for_the_wall: dict[int, JournalEntry] = {}

    def closes(self, logged: Logged) -> bool:
        """Whether periods close before this entry."""
        return bool(due_closings(self._plan, self._draft.organization(), logged.recorded))

    def judge(self, logged: Logged) -> Decision:
        """Judge an entry that has all it needs, and write its journal.

        Raises:
            JudgementFailed: It can't be judged.
        """
        position = logged.position
        code = self._aside.get(position)
        if code is None:
            try:
                decision = judge(self._plan, self._draft, logged)
            except Exception as error:
                raise JudgementFailed(position, error) from error
        else:
            self.asides[position] = code
            decision = Decision()
        entry = self._chain.add(logged, decision, aside=code is not None)
        if may_be_for_the_wall(entry):
            self.for_the_wall[position] = entry
        return decision

    def judge_complete(self, entries: Sequence[Logged], start: int, end: int, complete: set[int]) -> int:
        """Judge from number `start` on the entries that are `complete` (see `Asking`) and close nothing.

        Gives the number of the first that is neither, `end` if there is none before.

        Raises:
            JudgementFailed: One can't be judged.
        """
        open_from = self._draft.organization().open_from
        nothing_closes_before = self._plan.opened(open_from)[0] if open_from else None
        for number in range(start, end):
            logged = entries[number]
            if logged.position not in complete:
                return number
            if nothing_closes_before is not None and logged.recorded >= nothing_closes_before:
                return number
            self.judge(logged)
        return end
