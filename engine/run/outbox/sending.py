"""One message as a request to its receiver: opened, signed, posted."""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from engine.core.messages import Message
from engine.core.receipts.words import Language
from engine.run.outbox.addresses import AddressRefused, Target, target_of
from engine.run.outbox.chat import test_body
from engine.run.outbox.messages import body_of, message_id
from engine.run.outbox.post import Answer, Poster
from engine.run.outbox.signing import headers_of
from engine.run.own_words import moment_of
from engine.run.sealing import Seal, SealBroken
from engine.store.outbox import SealedSecret, Subscription

SECOND_MS: Final = 1_000
TEST_BYTES: Final = 8

NOBODY_TO_TELL: Final = Answer(status=0, ms=0, why="nobody to tell")


class Carrier:
    """Sends to the receivers of one organization. `allowed` are origins that the operator has named."""

    def __init__(
        self, *, organization: str, seal: Seal, poster: Poster, allowed: Sequence[str], now_ms: Callable[[], int]
    ) -> None:
        self.organization, self._seal, self._poster = organization, seal, poster
        self._allowed, self._now_ms = allowed, now_ms

    def check(self, url: str) -> Target:
        """Where this address leads.

        Raises:
            AddressRefused: Nothing may be sent there.
        """
        return target_of(url, self._allowed)

    def sealed(self, id_: str, text: str) -> bytes:
        """An address or a secret as the store keeps it."""
        return self._seal.close(text, self._place(id_))

    def opened(self, id_: str, sealed: bytes) -> str:
        """The same in plain.

        Raises:
            SealBroken: The installation's secret is not that of then.
        """
        return self._seal.open(sealed, self._place(id_))

    async def message(self, id_: str, subscription: Subscription, message: Message) -> Answer:
        """Send a message under its own id, signed."""
        name = message_id(self.organization, message.position, message.effect)
        body = body_of(message, moment_of(message.recorded))
        return await self._post(id_, subscription, body, name)

    async def chat(self, id_: str, subscription: Subscription, body: bytes) -> Answer:
        """Send a body that a chat service takes."""
        return await self._post(id_, subscription, body, None)

    async def test(self, id_: str, subscription: Subscription) -> Answer:
        """Send a message that says nothing, to see whether the receiver takes it."""
        if subscription.format != "standard-webhooks":
            language: Language = "fi" if subscription.language == "fi" else "en"
            return await self._post(id_, subscription, test_body(subscription.format, language), None)
        now = moment_of(self._now_ms())
        body = msgspec.json.encode({"type": "test.sent", "timestamp": now, "data": {}})
        name = f"msg_{self.organization.replace('.', '_')}_test_{secrets.token_hex(TEST_BYTES)}"
        return await self._post(id_, subscription, body, name)

    async def _post(self, id_: str, subscription: Subscription, body: bytes, name: str | None) -> Answer:
        now = self._now_ms()
        try:
            target = self.check(self.opened(id_, subscription.address))
            in_force = [self.opened(id_, each.sealed) for each in secrets_in_force(subscription.secrets, now)]
        except SealBroken:
            return Answer(status=0, ms=0, why="sealed with another secret")
        except AddressRefused:
            # What the operator allowed once may not be allowed any more.
            return Answer(status=0, ms=0, why="address refused")
        headers = {} if name is None else headers_of(name, now // SECOND_MS, body, in_force)
        return await self._poster.post(target, headers, body)

    def _place(self, id_: str) -> str:
        return f"subscription/{self.organization}/{id_}"


def secrets_in_force(kept: Sequence[SealedSecret], now: int) -> list[SealedSecret]:
    """Those that sign now, the newest first."""
    return [each for each in kept if not each.until or each.until > now]
