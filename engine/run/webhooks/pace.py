"""How many refused deliveries of a source are noted in a minute; those beyond are counted, so that none is hidden."""

from typing import Final

MOST_A_MINUTE: Final = 10
MINUTE_MS: Final = 60_000


class RefusedPace:
    """Of one process. It remembers only names of sources that there are."""

    def __init__(self) -> None:
        self._minutes: dict[str, tuple[int, int, int]] = {}
        """By source: the minute, how many were noted in it, and how many were not since the last that was."""

    def admit(self, source: str, now_ms: int) -> int | None:
        """How many were not noted since the last one, where this one may be; None where it may not."""
        minute = now_ms // MINUTE_MS
        then, noted, unlogged = self._minutes.get(source, (minute, 0, 0))
        if then != minute:
            noted = 0
        if noted >= MOST_A_MINUTE:
            self._minutes[source] = (minute, noted, unlogged + 1)
            return None
        self._minutes[source] = (minute, noted + 1, 0)
        return unlogged
