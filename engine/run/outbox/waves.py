"""What goes out next to one receiver: a wave of chains, decided from its lane. Pure; the moment is an argument.

The messages of one member go out one after the other; those of others go on. A receiver that takes nothing any more is
asked with one message at a time.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

import msgspec

from engine.run.outbox.lane import FAILING, Key, Lane, Ref, Waiting

TRIES_BEFORE_ANOTHER: Final = 4
"""A failing receiver is asked with another message after so many tries of one, which might be at fault itself."""

MOST_WAITING: Final = 1_000
"""Where so many messages wait, the cursor waits for them."""

WAVE_CHAINS: Final = 16
WAVE_MESSAGES: Final = 64


class Scan(msgspec.Struct, frozen=True):
    """The messages after the cursor, all that there are up to a position."""

    refs: tuple[Ref, ...]
    to: int


class Wave(msgspec.Struct, frozen=True):
    """What to send now: chains beside each other, each in its order, up to its first failure.

    `taken` counts the messages of the scan that are settled by it: sent, or set to wait behind others.
    """

    chains: tuple[tuple[Ref, ...], ...] = ()
    taken: int = 0


def next_wave(lane: Lane, scan: Scan, now: int) -> Wave:
    """What goes out now; nothing while the receiver is left alone."""
    if lane.disabled or now < lane.hold_until:
        return Wave()
    wave = _Loading(lane, now)
    if lane.is_failing:
        wave.only = _probe(lane, scan, now)
        if wave.only is None:
            return Wave()
    for waiting in lane.waiting:
        wave.load_waiting(waiting)
    taken = 0
    for _, group in groupby(scan.refs, key=lambda ref: ref.position):
        # A position is taken whole, for the cursor can't stand within one.
        if not wave.has_room():
            break
        for ref in group:
            wave.load_fresh(ref)
            taken += 1
    return Wave(tuple(tuple(chain) for chain in wave.chains.values()), taken)


def _probe(lane: Lane, scan: Scan, now: int) -> Key | None:
    """The one message with which a failing receiver is asked: the oldest, unless it was tried often already."""
    heads = [head for head in _heads(lane) if head.due <= now]
    asked = {waiting.member for waiting in lane.waiting}
    candidates = [(head.tries // TRIES_BEFORE_ANOTHER, head.key) for head in heads]
    if len(lane.waiting) < MOST_WAITING:
        candidates.extend((0, ref.key) for ref in scan.refs if ref.member not in asked)
    return min(candidates, default=(0, None))[1]


def _heads(lane: Lane) -> Iterable[Waiting]:
    """The first message of each member that waits."""
    found: dict[str, Waiting] = {}
    for waiting in lane.waiting:
        found.setdefault(waiting.member, waiting)
    return found.values()


class _Loading:
    """A wave while it is put together."""

    def __init__(self, lane: Lane, now: int) -> None:
        self.only: Key | None = None
        self.chains: dict[str, list[Ref]] = {}
        self._now = now
        self._blocked: set[str] = set()
        self._messages = 0
        self._waiting = len(lane.waiting)
        self._most = WAVE_CHAINS if not lane.failures else max(1, FAILING - lane.failures)

    def has_room(self) -> bool:
        if self.only is not None:
            # What comes before the message that asks waits behind it.
            return not self.chains and self._waiting < MOST_WAITING
        return len(self.chains) < self._most and self._messages < WAVE_MESSAGES and self._waiting < MOST_WAITING

    def load_waiting(self, waiting: Waiting) -> None:
        is_due = waiting.member in self.chains or waiting.due <= self._now
        self._load(waiting.ref, is_due=is_due)

    def load_fresh(self, ref: Ref) -> None:
        if not self._load(ref, is_due=True):
            self._waiting += 1

    def _load(self, ref: Ref, *, is_due: bool) -> bool:
        if self.only is not None:
            if ref.key != self.only:
                return False
        elif ref.member in self._blocked or self._messages >= WAVE_MESSAGES or not is_due:
            self._blocked.add(ref.member)
            return False
        chain = self.chains.get(ref.member)
        if chain is None:
            if len(self.chains) >= self._most:
                self._blocked.add(ref.member)
                return False
            chain = self.chains[ref.member] = []
        chain.append(ref)
        self._messages += 1
        return True
