"""When an organization began: the time of its first entry. It never changes, so it is read once."""

from engine.store.log import Log


class Beginning:
    """See the module."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: int | None = None

    async def ms(self) -> int | None:
        """The moment; None as long as nothing is recorded."""
        if self._known is None:
            first = await self._log.entry(1)
            self._known = None if first is None else first.recorded
        return self._known
