"""The rulebook in force as it was seen last: reading with it saves two trips to the store.

Whoever reads with it compares its digest with that of the state that came with the answer, and reads again after
`renew` where they differ.
"""

from engine.core.rulebook import Rulebook
from engine.run.plans import PlanSource


class RememberedRulebook:
    """See the module."""

    def __init__(self, plans: PlanSource) -> None:
        self._plans = plans
        self._known: Rulebook | None = None

    async def rulebook(self) -> Rulebook:
        """The one that was seen last."""
        return self._known or await self.renew()

    async def renew(self) -> Rulebook:
        """The one in force now."""
        self._known = (await self._plans.in_force({})).rulebook
        return self._known
