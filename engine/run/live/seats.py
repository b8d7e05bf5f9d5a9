"""How many may listen at once: each member a few times, a process so many; and how all are sent home."""

from typing import Final

import msgspec

from engine.run.live.listener import Listener

MOST_A_MEMBER: Final = 3
MOST_A_PROCESS: Final = 500


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often what is done for one stream, in seconds.

    `flush`: at most so often something is told. `rank`: at most so often it is looked whether others' points moved
    one's place. `slow`: who does not read for so long is let go.
    """

    flush: float = 1.0
    keep_alive: float = 15.0
    rank: float = 5.0
    slow: float = 30.0


class NoSeat(Exception):
    """Nobody more can listen; `by_member` says that it is this member who listens too often."""

    def __init__(self, *, by_member: bool) -> None:
        self.by_member = by_member
        super().__init__(
            f"You have {MOST_A_MEMBER} streams open, and more are not given. Close one, then open another."
            if by_member
            else "No more streams can be opened here right now."
        )


class Seats:
    """See the module. One in each process, for all organizations."""

    def __init__(self, *, most: int = MOST_A_PROCESS, pace: Pace | None = None) -> None:
        self.most, self.pace = most, pace or Pace()
        self._seated: list[tuple[str, Listener]] = []
        self._is_closed = False

    @property
    def taken(self) -> int:
        """So many streams are open."""
        return len(self._seated)

    def take(self, who: str, listener: Listener) -> None:
        """Take a seat; give it back with `leave`.

        Raises:
            NoSeat: None is free.
        """
        if sum(each == who for each, _ in self._seated) >= MOST_A_MEMBER:
            raise NoSeat(by_member=True)
        if self._is_closed or len(self._seated) >= self.most:
            raise NoSeat(by_member=False)
        self._seated.append((who, listener))

    def leave(self, who: str, listener: Listener) -> None:
        """Give a seat back."""
        self._seated.remove((who, listener))

    def close(self) -> None:
        """Send all home, and let nobody in: the process ends."""
        self._is_closed = True
        for _, listener in self._seated:
            listener.end()
