"""The turner: once a day, for each member for whom something is due, it appends a `sulka.member.turned`.

What is due is asked of the core, and the entry's mark is the member and the day: however often this looks, or dies
halfway, a day turns once for a member. Days on which nobody looked are made good with the next.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from engine.core.entries import Turned, encode_entry
from engine.core.keys import ORGANIZATION, member_key
from engine.core.periods import local_day
from engine.core.states import MemberState, OrganizationState
from engine.core.turning import is_due
from engine.run.plans import PlanSource
from engine.sources.digests import mark
from engine.store.directory import Directory
from engine.store.log import Append, Log
from engine.store.states import StateReader

SPEAKER: Final = "sulka.turned"
"""Whose ids the marks are: a name that no sender can have."""

NO_SECRET: Final = b""
"""The mark of a random id and a day tells nothing that its entry does not say."""

MOST_PAGES: Final = 200
"""So many pages of members (`engine.store.directory.MOST_READ`) are looked through at once; the next look goes on."""


class _Round(msgspec.Struct):
    """How far the walk through all members has come, for one day under one rulebook."""

    day: int
    rulebook: bytes
    cursor: int = 0
    is_done: bool = False


class Turner:
    """Looks when it is told to; `now_ms` is the door's clock."""

    def __init__(
        self, *, entries: Log, reader: StateReader, plans: PlanSource, directory: Directory, now_ms: Callable[[], int]
    ) -> None:
        self._log, self._reader, self._plans = entries, reader, plans
        self._directory, self._now_ms = directory, now_ms
        self._round = _Round(0, b"")

    async def look(self) -> int:
        """Go on with the walk of today; how many entries were appended.

        While history is open nothing happens; what its time has brought is due when it has ended.
        """
        if (await self._log.door()).history:
            return 0
        organization = (await self._reader.read([ORGANIZATION]))[ORGANIZATION]
        assert isinstance(organization, OrganizationState)
        if organization.history or not organization.open_from:
            return 0
        plan = await self._plans.in_force({})
        now = self._now_ms()
        day, digest = local_day(now, plan.rulebook.zone), plan.rulebook.digest
        if (self._round.day, self._round.rulebook) != (day, digest):
            self._round = _Round(day, digest)
        walk, appended = self._round, 0
        for _ in range(MOST_PAGES):
            if walk.is_done or not plan.turns:
                break
            following, members = await self._directory.some_members(walk.cursor)
            states = await self._reader.read([member_key(member) for member in members])
            due = [
                member
                for member in members
                if isinstance(state := states[member_key(member)], MemberState) and is_due(plan, state, day)
            ]
            outcomes = await self._log.append([_turned(member, day, now) for member in due])
            appended += sum(1 for outcome in outcomes if outcome.status == "accepted")
            if any(outcome.status == "full" for outcome in outcomes):
                break
            walk.cursor, walk.is_done = following, not following
        return appended


def _turned(member: str, day: int, now: int) -> Append:
    payload = encode_entry(Turned(member, day))
    mark_ = mark(SPEAKER, f"{member}:{day}", NO_SECRET)
    return Append(mark=mark_, digest=mark_, payload=payload, recorded=now)
