"""The worker that sends: one an installation, fenced by an epoch, a lane for each subscription beside the others.

A lane is read, a wave of it is sent, and what became of it is written in one script, if nobody else has moved the lane
or taken over. A crash anywhere repeats at most the wave that was under way, under the same ids.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
import structlog

from engine.core.messages import Message
from engine.run.errors import RunError
from engine.run.outbox.chat import PAUSE_MS
from engine.run.outbox.digests import LOOK_SECONDS as MAILS_SECONDS
from engine.run.outbox.digests import Digests
from engine.run.outbox.lane import Key, Lane, Ref, decode_lane, encode_lane
from engine.run.outbox.messages import CHAT, Messages
from engine.run.outbox.post import Answer
from engine.run.outbox.results import Jitter, Result, after_wave
from engine.run.outbox.sending import NOBODY_TO_TELL, Carrier
from engine.run.outbox.waves import Wave, next_wave
from engine.store.errors import StoreUnavailable
from engine.store.outbox import Attempt, OutboxStore, Subscription

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0
REST_SECONDS: Final = 60.0
"""How long a lane is left alone after a bug, so that one of them does not end the others."""

MOST_AT_ONCE: Final = 64
"""So many requests are under way at the same moment, of all subscriptions of an organization together."""

OnTried = Callable[[str], None]
"""Hears what became of each try: delivered, failed, nobody; and of each message that was given up."""


class TakenOver(RunError):
    """Another worker sends now; this one ends."""

    def __init__(self) -> None:
        super().__init__("Another worker has taken over the outbox.")


class Tried(msgspec.Struct, frozen=True):
    """A message that was tried, and what came back."""

    ref: Ref
    kind: str
    at: int
    answer: Answer


def hear_nothing(_outcome: str) -> None:
    """Where nobody counts."""


class Courier:
    """See the module. `now_ms` is the clock, `jitter` spreads tries."""

    def __init__(
        self,
        *,
        outbox: OutboxStore,
        messages: Messages,
        carrier: Carrier,
        now_ms: Callable[[], int],
        jitter: Jitter,
        on_tried: OnTried = hear_nothing,
        digests: Digests | None = None,
    ) -> None:
        """`digests` are the mails that are written beside it, where there is a server for them."""
        self._outbox, self._messages, self._carrier = outbox, messages, carrier
        self._now_ms, self._jitter, self._on_tried = now_ms, jitter, on_tried
        self._digests = digests
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._epoch = 0
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()

    async def run(self, stop: asyncio.Event, look_seconds: float = LOOK_SECONDS) -> None:
        """Send until told to stop; requests that are under way get their answer.

        Raises:
            TakenOver: Another worker has begun.
            StoreUnavailable: Start again.
        """
        self._stop = asyncio.Event()
        told = asyncio.create_task(stop.wait())
        told.add_done_callback(lambda _: self._stop.set())
        await self.take_over()
        mails = None if self._digests is None else asyncio.create_task(self._write_mails(self._digests))
        try:
            while not self._stop.is_set():
                await self._look()
                if mails is not None and mails.done():
                    mails.result()
                await self._pause(look_seconds)
        finally:
            told.cancel()
            self._stop.set()
            await asyncio.gather(*self._lanes.values(), *([] if mails is None else [mails]), return_exceptions=True)

    async def _write_mails(self, digests: Digests) -> None:
        while not self._stop.is_set():
            await self._or_rest("mails", digests.look(self._epoch))
            await self._pause(MAILS_SECONDS)

    async def take_over(self) -> None:
        """Be the one who sends; whoever did before ends."""
        self._epoch = await self._outbox.take_epoch()

    async def _look(self) -> None:
        """Go on with each lane that nobody is at."""
        for id_, task in list(self._lanes.items()):
            if task.done():
                del self._lanes[id_]
                task.result()
        for id_ in await self._outbox.ids():
            if id_ not in self._lanes:
                self._lanes[id_] = asyncio.create_task(self._or_rest(id_, self.send_due(id_)))

    async def _or_rest(self, what: str, work: Awaitable[None]) -> None:
        """Do this; where a bug or a row that can't be read ends it, say so, and leave it alone for a while."""
        try:
            await work
        except (StoreUnavailable, TakenOver):
            raise
        except Exception:
            log.exception("a bug stops a part of the outbox for a while", part=what)
            self._on_tried("bug")
            await self._pause(REST_SECONDS)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def send_due(self, id_: str) -> None:
        """Send what is due of one subscription, wave after wave, until nothing is.

        Raises:
            TakenOver: Another worker has begun; what was sent is sent again by that one.
        """
        while not self._stop.is_set() and await self._wave(id_):
            pass

    async def _wave(self, id_: str) -> bool:
        """One wave; False where nothing is due."""
        row = await self._outbox.row(id_)
        if row is None:
            return False
        lane, now = decode_lane(row.lane), self._now_ms()
        if lane.disabled or now < lane.hold_until:
            return False
        if await self._outbox.epoch() != self._epoch:
            raise TakenOver
        scan = await self._messages.after(row.subscription, lane)
        wave = next_wave(lane, scan, now)
        tried = await self._send(id_, row.subscription, wave)
        results = {each.ref.key: _result(each.answer) for each in tried}
        pause = PAUSE_MS if row.subscription.format in CHAT else 0
        after = after_wave(lane, scan, wave, results, self._now_ms(), self._jitter, pause_ms=pause)
        if after == lane:
            return False
        moved = await self._outbox.move(
            id_, before=row.lane, after=encode_lane(after), epoch=self._epoch, attempts=_attempts(tried, after)
        )
        if moved == "taken-over":
            raise TakenOver
        self._tell_tries(results)
        if moved == "moved":
            self._tell(id_, lane, after)
        return True

    async def _send(self, id_: str, subscription: Subscription, wave: Wave) -> list[Tried]:
        """Send the chains beside each other."""
        if not wave.chains:
            return []
        if subscription.format in CHAT:
            return await self._send_chat(id_, subscription, [ref for chain in wave.chains for ref in chain])
        messages = await self._messages.of(subscription, [ref for chain in wave.chains for ref in chain])
        async with asyncio.TaskGroup() as group:
            chains = [group.create_task(self._send_chain(id_, subscription, chain, messages)) for chain in wave.chains]
        return [each for chain in chains for each in chain.result()]

    async def _send_chain(
        self, id_: str, subscription: Subscription, chain: Sequence[Ref], messages: dict[Key, Message]
    ) -> list[Tried]:
        """Send one after the other, up to the first that does not arrive; none after the worker is to stop."""
        tried: list[Tried] = []
        for ref in chain:
            message = messages.get(ref.key)
            if message is None:
                tried.append(Tried(ref, "", self._now_ms(), NOBODY_TO_TELL))
                continue
            if self._stop.is_set():
                break
            async with self._room:
                at = self._now_ms()
                answer = await self._carrier.message(id_, subscription, message)
            tried.append(Tried(ref, message.kind, at, answer))
            if not answer.ok:
                break
        return tried

    async def _send_chat(self, id_: str, subscription: Subscription, refs: Sequence[Ref]) -> list[Tried]:
        """All of a wave is one message in a channel."""
        at = self._now_ms()
        body = await self._messages.chat(subscription, refs, at)
        if body is None:
            return [Tried(ref, "chat", at, NOBODY_TO_TELL) for ref in refs]
        async with self._room:
            answer = await self._carrier.chat(id_, subscription, body)
        return [Tried(ref, "chat", at, answer) for ref in refs]

    def _tell_tries(self, results: dict[Key, Result]) -> None:
        for result in results.values():
            self._on_tried("nobody" if not result.told else "delivered" if result.ok else "failed")

    def _tell(self, id_: str, lane: Lane, after: Lane) -> None:
        """What operations may know of a lane that was moved."""
        given_up = set(after.given_up) - set(lane.given_up)
        for each in given_up:
            self._on_tried("given-up")
            log.warning("a message is given up", subscription=id_, position=each.position, effect=each.effect)
        if after.disabled:
            log.error(
                "a subscription is disabled: its receiver takes nothing",
                subscription=id_,
                why=after.disabled,
                cure=f"mend the receiver, then PATCH /v1/subscriptions/{id_} with state active",
            )
        elif after.is_failing and not lane.is_failing:
            log.warning("a receiver takes nothing at the moment", subscription=id_)
        elif lane.is_failing and not after.is_failing:
            log.info("a receiver takes messages again", subscription=id_, waiting=len(after.waiting))


def _result(answer: Answer) -> Result:
    if answer is NOBODY_TO_TELL:
        return Result(ok=True, told=False)
    return Result(ok=answer.ok, status=answer.status, retry_after_ms=answer.retry_after_ms)


def _attempts(tried: Sequence[Tried], after: Lane) -> list[Attempt]:
    """What is kept of them to be shown."""
    due = {each.key: each.due for each in after.waiting}
    return [
        Attempt(
            each.at,
            *each.ref.key,
            each.kind,
            each.answer.status,
            each.answer.ms,
            each.answer.why,
            max(due[each.ref.key], after.hold_until) if each.ref.key in due else 0,
        )
        for each in tried
        if each.answer is not NOBODY_TO_TELL
    ]
