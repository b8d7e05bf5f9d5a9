"""Days of a lane in a moment: a made-up clock, a receiver that is up, down or picky, and what became of everything."""

from collections.abc import Callable, Sequence
from random import Random

import msgspec

from engine.run.outbox.lane import Key, Lane, Ref, decode_lane, encode_lane
from engine.run.outbox.results import JITTER_PERCENT, Result, after_wave
from engine.run.outbox.waves import Scan, Wave, next_wave

SECOND_MS = 1_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BEGIN = 1_790_000_000_000

Answers = Callable[[int, Ref], Result]
"""What the receiver answers at a moment, counted from the beginning."""

OK = Result(ok=True, status=204)
DOWN = Result(ok=False, status=0)


class Try(msgspec.Struct, frozen=True):
    at: int
    ref: Ref
    ok: bool


class Days:
    """See the module. `refs` come with the moment at which their entry is judged."""

    def __init__(
        self,
        refs: Sequence[tuple[int, Ref]],
        answers: Answers,
        *,
        seed: int = 1,
        crash_percent: int = 0,
        pause_ms: int = 0,
    ) -> None:
        self.refs, self.answers, self.pause_ms = list(refs), answers, pause_ms
        self.lane, self.now = Lane(), 0
        self.tries: list[Try] = []
        self.waves: list[Wave] = []
        self.most_waiting = 0
        self._random, self._crash_percent = Random(seed), crash_percent

    def run(self, until: int) -> None:
        """Let time pass; a worker that looks every second, and dies now and then before it has noted a wave."""
        while self.now < until:
            scan = self._scan()
            wave = next_wave(self.lane, scan, BEGIN + self.now)
            if not wave.chains and ((not wave.taken and scan.to == self.lane.cursor) or self._holds()):
                self.now = self._following(until)
                continue
            self.waves.append(wave)
            results = self._results(wave)
            if self._random.randrange(100) < self._crash_percent:
                self.now += SECOND_MS
                continue
            lane = after_wave(self.lane, scan, wave, results, BEGIN + self.now, self._jitter, pause_ms=self.pause_ms)
            if lane == self.lane:
                self.now = self._following(until)
                continue
            self.lane = decode_lane(encode_lane(lane))
            self.most_waiting = max(self.most_waiting, len(lane.waiting))

    def delivered(self) -> list[Ref]:
        """What arrived, as often as it did."""
        return [each.ref for each in self.tries if each.ok]

    def of(self, member: str) -> list[Key]:
        """What arrived of a member, each once, in the order of its first arrival."""
        return list(dict.fromkeys(ref.key for ref in self.delivered() if ref.member == member))

    def _holds(self) -> bool:
        return bool(self.lane.disabled) or BEGIN + self.now < self.lane.hold_until

    def _scan(self) -> Scan:
        known = [ref for at, ref in self.refs if at <= self.now]
        to = max((ref.position for ref in known), default=self.lane.cursor)
        return Scan(tuple(ref for ref in known if ref.position > self.lane.cursor), max(to, self.lane.cursor))

    def _results(self, wave: Wave) -> dict[Key, Result]:
        results: dict[Key, Result] = {}
        self.now += 50
        for chain in wave.chains:
            for ref in chain:
                result = results[ref.key] = self.answers(self.now, ref)
                self.tries.append(Try(self.now, ref, result.ok))
                if not result.ok:
                    break
        return results

    def _following(self, until: int) -> int:
        """The next moment at which something can happen, and a second at least."""
        moments = [at for at, _ in self.refs if at > self.now]
        moments += [each.due - BEGIN for each in self.lane.waiting]
        moments.append(self.lane.hold_until - BEGIN)
        return max(self.now + SECOND_MS, min((at for at in moments if at > self.now), default=until))

    def _jitter(self) -> int:
        return self._random.randint(-JITTER_PERCENT, JITTER_PERCENT)
