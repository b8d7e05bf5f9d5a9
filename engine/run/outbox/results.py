"""What a wave led to: what arrived, what waits until when, what is given up. Pure; moment and jitter are arguments.

While nothing at all arrives no message is given up: it is the receiver that fails. As soon as it takes one, all that
waits is due. A message is given up after its last try where the receiver has taken others since it first failed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from engine.run.outbox.lane import GivenUp, Key, Lane, Waiting
from engine.run.outbox.waves import Scan, Wave

HOUR_MS: Final = 3_600_000
DELAYS_MS: Final = (5_000, 300_000, 1_800_000, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS)
"""Between one try and the next: 27 hours 35 minutes in all. Source: Standard Webhooks, as operated by Svix."""

MOST_TRIES: Final = len(DELAYS_MS) + 1
JITTER_PERCENT: Final = 20
GIVEN_UP_AFTER_MS: Final = sum(DELAYS_MS) * (100 - JITTER_PERCENT) // 100
"""Not before, though a receiver that fails and recovers again and again had all its tries by then."""

TRIES_LEFT: Final = 2
"""When a receiver recovers, what waits has so many tries more at least."""

DISABLED_AFTER_MS: Final = 5 * 24 * HOUR_MS
MOST_RETRY_AFTER_MS: Final = 12 * HOUR_MS
SLOW_MS: Final = 30_000
"""A receiver that says it is overloaded is left alone so long at least."""

MOST_GIVEN_UP: Final = 1_000

GONE: Final = 410
OVERLOADED: Final = frozenset({429, 502, 504})
ASKS_TO_WAIT: Final = frozenset({429, 503})

Jitter = Callable[[], int]
"""Percent between -20 and 20."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message that was tried. `status` 0: there was no answer.

    `told` is False where nobody may be told any more: it is done, and says nothing of the receiver.
    """

    ok: bool
    status: int = 0
    retry_after_ms: int = 0
    told: bool = True


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
