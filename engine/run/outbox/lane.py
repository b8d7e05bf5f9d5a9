"""What goes out next to one receiver, and when: decisions as data. Pure; the moment and the jitter are arguments.

A lane is what is remembered of a subscription: a cursor over the journal and the messages that wait before it. Nothing
is kept of a message until it fails. The messages of one member go out one after the other; those of others go on.

A receiver that takes nothing any more is asked with one message at a time, and no message is given up meanwhile: it is
the receiver that fails. As soon as it takes one, all that waits is due. A message is given up after its last try where
the receiver has taken others since it first failed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal

import msgspec

from engine.store.errors import StoreDamaged

HOUR_MS: Final = 3_600_000
DELAYS_MS: Final = (5_000, 300_000, 1_800_000, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS)
"""Between one try and the next: 27 hours 35 minutes in all. Source: Standard Webhooks, as operated by Svix."""

MOST_TRIES: Final = len(DELAYS_MS) + 1
JITTER_PERCENT: Final = 20
FAILING: Final = 5
"""So many failures without a success, and the receiver counts as failing: one message asks for all."""

TRIES_BEFORE_ANOTHER: Final = 4
"""A failing receiver is asked with another message after so many tries of one, which might be at fault itself."""

GIVEN_UP_AFTER_MS: Final = sum(DELAYS_MS) * (100 - JITTER_PERCENT) // 100
"""Not before, though a receiver that fails and recovers again and again had all its tries by then."""

TRIES_LEFT: Final = 2
"""When a receiver recovers, what waits has so many tries more at least."""

DISABLED_AFTER_MS: Final = 5 * 24 * HOUR_MS
MOST_RETRY_AFTER_MS: Final = 12 * HOUR_MS
SLOW_MS: Final = 30_000
"""A receiver that says it is overloaded is left alone so long at least."""

MOST_WAITING: Final = 1_000
"""Where so many messages wait, the cursor waits for them."""

WAVE_CHAINS: Final = 16
WAVE_MESSAGES: Final = 64
MOST_GIVEN_UP: Final = 1_000

GONE: Final = 410
OVERLOADED: Final = frozenset({429, 502, 504})
ASKS_TO_WAIT: Final = frozenset({429, 503})

Why = Literal["", "gone", "five-days", "by-hand"]
Key = tuple[int, int]
"""Position and effect: which message."""

Jitter = Callable[[], int]
"""Percent between -20 and 20."""


class Ref(msgspec.Struct, frozen=True, array_like=True):
    """A message: where it stands, and whose it is ("" where it concerns nobody in particular)."""

    position: int
    effect: int
    member: str = ""

    @property
    def key(self) -> Key:
        return self.position, self.effect


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """A message that waits: after `tries` failures, the first at `since`; or behind another one of its member."""

    position: int
    effect: int
    member: str = ""
    tries: int = 0
    due: int = 0
    since: int = 0

    @property
    def key(self) -> Key:
        return self.position, self.effect

    @property
    def ref(self) -> Ref:
        return Ref(self.position, self.effect, self.member)


class GivenUp(msgspec.Struct, frozen=True, array_like=True):
    """A message that the receiver would not take, and when that was decided."""

    position: int
    effect: int
    at: int


class Lane(msgspec.Struct, frozen=True, array_like=True):
    """See the module. All up to `cursor` is delivered, given up or in `waiting`; moments in milliseconds, 0: never."""

    cursor: int = 0
    waiting: tuple[Waiting, ...] = ()
    failures: int = 0
    """Without a success since."""
    failing_since: int = 0
    probes: int = 0
    """How often a failing receiver was asked in vain."""
    hold_until: int = 0
    last_success: int = 0
    given_up: tuple[GivenUp, ...] = ()
    disabled: Why = ""
    disabled_at: int = 0

    @property
    def is_failing(self) -> bool:
        return self.failures >= FAILING


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


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message that was tried. `status` 0: there was no answer.

    `told` is False where nobody may be told any more: it is done, and says nothing of the receiver.
    """

    ok: bool
    status: int = 0
    retry_after_ms: int = 0
    told: bool = True


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


def after_wave(
    lane: Lane, scan: Scan, wave: Wave, results: Mapping[Key, Result], now: int, jitter: Jitter, *, pause_ms: int = 0
) -> Lane:
    """The lane when all of a wave that was tried has its result; `pause_ms` is kept after a success."""
    told = [result for result in results.values() if result.told]
    succeeded = any(result.ok for result in told)
    failed = sum(not result.ok for result in told)
    changed = _counted(lane, succeeded=succeeded, failed=failed, now=now, jitter=jitter)
    waiting, given_up = _still_waiting(changed.last_success, _tried(lane, scan, wave), results, now, jitter)
    if succeeded and lane.is_failing:
        waiting = [_due_now(each, now) for each in waiting]
    holds = [now + _hold_ms(result) for result in told if not result.ok and _hold_ms(result)]
    holds.extend([now + pause_ms] if succeeded and pause_ms else [])
    return msgspec.structs.replace(
        changed,
        cursor=scan.to if wave.taken == len(scan.refs) else max(lane.cursor, scan.refs[wave.taken].position - 1),
        waiting=tuple(waiting),
        given_up=(*lane.given_up, *given_up)[-MOST_GIVEN_UP:],
        hold_until=max(changed.hold_until, *holds, 0),
        **_disabled(changed, told, now),
    )


def enabled(lane: Lane, now: int) -> Lane:
    """All that waits goes out at once; also where the receiver has shown that it answers."""
    return msgspec.structs.replace(
        lane,
        waiting=tuple(_anew(each, now) for each in lane.waiting),
        failures=0,
        failing_since=0,
        probes=0,
        hold_until=0,
        disabled="",
        disabled_at=0,
    )


def switched_off(lane: Lane, now: int) -> Lane:
    """Nothing goes out until it is enabled; what comes meanwhile is kept for then."""
    return msgspec.structs.replace(lane, disabled="by-hand", disabled_at=now)


def replayed(lane: Lane, position: int) -> Lane:
    """Everything from this position on goes out once more, under the same ids."""
    return msgspec.structs.replace(
        lane,
        cursor=min(lane.cursor, position - 1),
        waiting=tuple(each for each in lane.waiting if each.position < position),
        given_up=tuple(each for each in lane.given_up if each.position < position),
    )


def _tried(lane: Lane, scan: Scan, wave: Wave) -> Iterator[Waiting]:
    yield from lane.waiting
    for ref in scan.refs[: wave.taken]:
        yield Waiting(ref.position, ref.effect, ref.member)


def _still_waiting(
    last_success: int,
    tried: Iterator[Waiting],
    results: Mapping[Key, Result],
    now: int,
    jitter: Jitter,
) -> tuple[list[Waiting], list[GivenUp]]:
    waiting: list[Waiting] = []
    given_up: list[GivenUp] = []
    for each in tried:
        result = results.get(each.key)
        if result is None:
            waiting.append(each)
        elif not result.ok and result.told:
            again = _again(each, result, now, jitter)
            if again.tries >= MOST_TRIES and again.since < last_success and now - again.since >= GIVEN_UP_AFTER_MS:
                given_up.append(GivenUp(each.position, each.effect, now))
            else:
                waiting.append(again)
    return waiting, given_up


def _again(waiting: Waiting, result: Result, now: int, jitter: Jitter) -> Waiting:
    tries = waiting.tries + 1
    delay = _spread(DELAYS_MS[min(tries, len(DELAYS_MS)) - 1], jitter)
    return msgspec.structs.replace(
        waiting,
        tries=tries,
        due=now + max(delay, min(result.retry_after_ms, MOST_RETRY_AFTER_MS)),
        since=waiting.since or now,
    )


def _due_now(waiting: Waiting, now: int) -> Waiting:
    return msgspec.structs.replace(waiting, tries=min(waiting.tries, MOST_TRIES - TRIES_LEFT), due=now)


def _anew(waiting: Waiting, now: int) -> Waiting:
    return msgspec.structs.replace(waiting, tries=0, due=now, since=0)


def _counted(lane: Lane, *, succeeded: bool, failed: int, now: int, jitter: Jitter) -> Lane:
    if succeeded:
        return msgspec.structs.replace(lane, failures=0, failing_since=0, probes=0, hold_until=0, last_success=now)
    if not failed:
        return lane
    probes = lane.probes + lane.is_failing
    changed = msgspec.structs.replace(
        lane, failures=lane.failures + failed, failing_since=lane.failing_since or now, probes=probes
    )
    if not changed.is_failing:
        return changed
    hold = now + _spread(DELAYS_MS[min(probes, len(DELAYS_MS) - 1)], jitter)
    return msgspec.structs.replace(changed, hold_until=hold)


def _hold_ms(result: Result) -> int:
    """How long the whole receiver is left alone after this answer."""
    asked = min(result.retry_after_ms, MOST_RETRY_AFTER_MS) if result.status in ASKS_TO_WAIT else 0
    return max(asked, SLOW_MS if result.status in OVERLOADED else 0)


def _disabled(lane: Lane, told: Sequence[Result], now: int) -> dict[str, object]:
    if any(result.status == GONE for result in told):
        return {"disabled": "gone", "disabled_at": now}
    if lane.failing_since and now - lane.failing_since >= DISABLED_AFTER_MS:
        return {"disabled": "five-days", "disabled_at": now}
    return {}


def _spread(delay_ms: int, jitter: Jitter) -> int:
    return delay_ms * (100 + jitter()) // 100


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Lane)


def encode_lane(lane: Lane) -> bytes:
    """The bytes that the store holds."""
    return _encoder.encode(lane)


def decode_lane(encoded: bytes) -> Lane:
    """The lane of these bytes.

    Raises:
        StoreDamaged: They are none.
    """
    try:
        return _decoder.decode(encoded)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged(found=f"how far a subscription is can't be read ({error})") from error
