"""What follows from what was judged: the rewards that challenges owe, as entries of their own.

Which they are, the states say, so that an entry too many does nothing, and one that was lost with a crash is appended
by the engine that starts next.
"""

from typing import Final, final

from engine.core.entries import ChallengesSettled, encode_entry
from engine.store.log import Append, Log

SETTLED: Final = encode_entry(ChallengesSettled())


@final
class Following:
    """See the module."""

    def __init__(self, entries: Log) -> None:
        self._log = entries
        self._position = 0
        """That of the last entry that was appended here."""

    async def settle(self, judged: int) -> bool:
        """Append the next entry, unless one is there that is not judged yet; whether it did.

        It is recorded at the moment of the entry before, in history mode as well: its own time decides nothing but
        the day of the rewards.

        Raises:
            StoreUnavailable: It may be there or not; either does.
        """
        if judged < self._position:
            return False
        door = await self._log.door()
        item = Append(mark=None, digest=None, payload=SETTLED, recorded=door.recorded, said_recorded=door.history)
        (appended,) = await self._log.append([item])
        if appended.status != "accepted":
            return False
        self._position = appended.position
        return True
