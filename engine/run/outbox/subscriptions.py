"""Subscriptions as an administrator keeps them: added, changed, tested, replayed. Each change is one script."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Literal

import msgspec

from engine.run.errors import RunError
from engine.run.members import ID_LENGTH, ID_LETTERS
from engine.run.outbox.lane import Lane, Why, decode_lane, enabled, encode_lane, replayed, switched_off
from engine.run.outbox.post import Answer
from engine.run.outbox.sending import Carrier, secrets_in_force
from engine.run.outbox.signing import new_secret
from engine.run.sealing import SealBroken
from engine.store.outbox import MOST_SUBSCRIPTIONS, Attempt, Format, OutboxStore, Row, SealedSecret, Subscription
from engine.store.states import StateReader

MOST_TRIES: Final = 10
"""So often a change is made anew because the worker moved on at the same moment."""

OLD_SECRET_MS: Final = 24 * 3_600_000
"""For so long the secret before signs beside a new one."""

MOST_SECRETS: Final = 4
UNREADABLE: Final = "sealed with another secret of the installation: set it again"

State = Literal["active", "failing", "disabled"]


class UnknownSubscription(RunError):
    """There is none of this id."""

    def __init__(self, *, id_: str) -> None:
        self.id = id_
        super().__init__(f'No subscription has the id "{id_[:100]}"; GET /v1/subscriptions lists them.')


class NoSuchPlace(RunError):
    """A replay was asked for from where nothing is."""

    def __init__(self, *, found: int, last: int) -> None:
        self.found, self.last = found, last
        super().__init__(f"There is no judged entry at position {found}; the last one is {last}.")


class TooManySubscriptions(RunError):
    """There are as many as there may be."""

    def __init__(self) -> None:
        super().__init__(f"There are {MOST_SUBSCRIPTIONS} subscriptions, the most that there may be. Delete one first.")


class LaneMoves(RunError):
    """What is sent moves on so quickly that nothing could be changed."""

    def __init__(self) -> None:
        super().__init__("Messages go out so quickly that nothing could be changed. Send it again.")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a new subscription should be."""

    title: str
    format: Format
    url: str
    kinds: tuple[str, ...]
    language: str = "en"


class Amended(msgspec.Struct, frozen=True, kw_only=True):
    """What should be different; None stays as it is."""

    title: str | None = None
    url: str | None = None
    kinds: tuple[str, ...] | None = None
    language: str | None = None
    state: Literal["active", "disabled"] | None = None
    new_secret: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription and how it is doing. Of chat services `url` is the origin alone: the rest is a secret."""

    id: str
    subscription: Subscription
    url: str
    state: State
    why: Why
    secrets: int
    lane: Lane


class Subscriptions:
    """See the module."""

    def __init__(
        self, *, outbox: OutboxStore, carrier: Carrier, reader: StateReader, now_ms: Callable[[], int]
    ) -> None:
        self._outbox, self._carrier, self._reader, self._now_ms = outbox, carrier, reader, now_ms

    async def add(self, wanted: Wanted) -> tuple[Standing, str | None]:
        """Tell somebody more from now on; the secret that signs, shown this once, where the format has one.

        Raises:
            AddressRefused, TooManySubscriptions: Nothing was changed.
        """
        self._carrier.check(wanted.url)
        id_ = "sub_" + "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))
        now = self._now_ms()
        secret = new_secret() if wanted.format == "standard-webhooks" else None
        subscription = Subscription(
            title=wanted.title,
            format=wanted.format,
            address=self._carrier.sealed(id_, wanted.url),
            kinds=wanted.kinds,
            created=now,
            secrets=() if secret is None else (SealedSecret(self._carrier.sealed(id_, secret)),),
            language=wanted.language,
        )
        lane = Lane(cursor=await self._reader.judged())
        if await self._outbox.add(id_, subscription, encode_lane(lane)) != "done":
            # The id is random: nobody has it.
            raise TooManySubscriptions
        return self._standing(id_, Row(subscription, encode_lane(lane))), secret

    async def all(self) -> list[Standing]:
        """All of them, the oldest first."""
        return [self._standing(id_, row) for id_, row in (await self._outbox.rows()).items()]

    async def one(self, id_: str) -> Standing:
        """One of them.

        Raises:
            UnknownSubscription: There is none.
        """
        return self._standing(id_, await self._row(id_))

    async def change(self, id_: str, amended: Amended) -> tuple[Standing, str | None]:
        """Amend one, switch it on or off; a new secret, shown this once, where one was asked for.

        Raises:
            UnknownSubscription, AddressRefused, LaneMoves: Nothing was changed.
        """
        if amended.url is not None:
            self._carrier.check(amended.url)
        secret = new_secret() if amended.new_secret else None
        for _ in range(MOST_TRIES):
            before = (await self._row(id_)).subscription
            after = self._amended(id_, before, amended, secret)
            if after == before or await self._outbox.change(id_, after, before) == "done":
                break
        else:
            raise LaneMoves
        if amended.state is not None:
            switch = enabled if amended.state == "active" else switched_off
            await self._move(id_, lambda lane: switch(lane, self._now_ms()))
        return await self.one(id_), secret

    async def drop(self, id_: str) -> None:
        """Tell this one no more.

        Raises:
            UnknownSubscription: There is none.
        """
        await self._row(id_)
        await self._outbox.drop(id_)

    async def test(self, id_: str) -> Answer:
        """Send a message that says nothing. Where it arrives, all that waits goes out at once, unless it is disabled.

        Raises:
            UnknownSubscription: There is none.
        """
        row = await self._row(id_)
        answer = await self._carrier.test(id_, row.subscription)
        if answer.ok:
            # It may have been switched off, or dropped, while this was under way.
            with suppress(UnknownSubscription):
                await self._move(id_, lambda lane: lane if lane.disabled else enabled(lane, self._now_ms()))
        return answer

    async def replay(self, id_: str, *, position: int | None = None, since: int | None = None) -> Standing:
        """Send everything from a position, or recorded since a moment, once more under the same ids.

        Raises:
            UnknownSubscription, NoSuchPlace, LaneMoves: Nothing was changed.
        """
        await self._row(id_)
        judged = await self._reader.judged()
        if position is None:
            position = await self._reader.first_since(since or 0, judged)
        elif position > judged:
            raise NoSuchPlace(found=position, last=judged)
        begin = position
        await self._move(id_, lambda lane: replayed(lane, begin))
        return await self.one(id_)

    async def deliveries(self, id_: str, count: int) -> tuple[Standing, list[Attempt]]:
        """How it is doing, and the newest tries, the last one first.

        Raises:
            UnknownSubscription: There is none.
        """
        return await self.one(id_), await self._outbox.attempts(id_, count)

    async def _row(self, id_: str) -> Row:
        row = await self._outbox.row(id_)
        if row is None:
            raise UnknownSubscription(id_=id_)
        return row

    async def _move(self, id_: str, change: Callable[[Lane], Lane]) -> None:
        for _ in range(MOST_TRIES):
            row = await self._row(id_)
            after = encode_lane(change(decode_lane(row.lane)))
            if after == row.lane:
                return
            if await self._outbox.move(id_, before=row.lane, after=after, epoch=None) == "moved":
                return
        raise LaneMoves

    def _amended(self, id_: str, before: Subscription, amended: Amended, secret: str | None) -> Subscription:
        kept = before.secrets
        if secret is not None and before.format == "standard-webhooks":
            now = self._now_ms()
            old = [
                msgspec.structs.replace(each, until=each.until or now + OLD_SECRET_MS)
                for each in secrets_in_force(kept, now)
            ]
            kept = (SealedSecret(self._carrier.sealed(id_, secret)), *old)[:MOST_SECRETS]
        return msgspec.structs.replace(
            before,
            title=before.title if amended.title is None else amended.title,
            address=before.address if amended.url is None else self._carrier.sealed(id_, amended.url),
            kinds=before.kinds if amended.kinds is None else amended.kinds,
            language=before.language if amended.language is None else amended.language,
            secrets=kept,
        )

    def _standing(self, id_: str, row: Row) -> Standing:
        lane, subscription = decode_lane(row.lane), row.subscription
        return Standing(
            id=id_,
            subscription=subscription,
            url=self._shown(id_, subscription),
            state="disabled" if lane.disabled else "failing" if lane.is_failing else "active",
            why=lane.disabled,
            secrets=len(secrets_in_force(subscription.secrets, self._now_ms())),
            lane=lane,
        )

    def _shown(self, id_: str, subscription: Subscription) -> str:
        try:
            url = self._carrier.opened(id_, subscription.address)
        except SealBroken:
            return UNREADABLE
        if subscription.format == "standard-webhooks":
            return url.partition("?")[0].partition("#")[0]
        return "/".join(url.split("/", 3)[:3]) + "/…"
