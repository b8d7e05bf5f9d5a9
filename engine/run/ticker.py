"""The ticker: when a period has ended and no event came to close it, it appends a `sulka.tick`.

Which period has ended is asked of the core. A tick too many changes nothing.
"""

from collections.abc import Callable

from engine.core.close import due_closings, era_due
from engine.core.entries import Tick, encode_entry
from engine.core.keys import ORGANIZATION
from engine.core.periods import local_day
from engine.core.states import OrganizationState
from engine.run.plans import PlanSource
from engine.store.log import Append, Log
from engine.store.states import StateReader
from engine.store.waiting import Waiting


class Ticker:
    """Looks when it is told to; `now_ms` is the door's clock."""

    def __init__(
        self, *, entries: Log, reader: StateReader, plans: PlanSource, waiting: Waiting, now_ms: Callable[[], int]
    ) -> None:
        self._log, self._reader, self._plans = entries, reader, plans
        self._waiting, self._now_ms = waiting, now_ms

    async def look(self) -> bool:
        """Append a tick if one is due; whether it did. What has waited too long for somebody is forgotten, too.

        While history is open nothing happens: its time is that of the callers, not this clock's.
        """
        if (await self._log.door()).history:
            return False
        while await self._waiting.forget(self._now_ms()):
            pass
        organization = (await self._reader.read([ORGANIZATION]))[ORGANIZATION]
        assert isinstance(organization, OrganizationState)
        if organization.history or not organization.open_from:
            return False
        plan = await self._plans.in_force({})
        now = self._now_ms()
        today = local_day(now, plan.rulebook.zone)
        if not due_closings(plan, organization, now) and not era_due(organization, today):
            return False
        await self._log.append([Append(mark=None, digest=None, payload=encode_entry(Tick()), recorded=now)])
        return True
