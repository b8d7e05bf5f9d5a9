"""Whether a delivery is its sender's, by its raw bytes; nothing else of it is looked at before.

A stranger hears the same, and after the same time, whether or not there is a source of that name; why a delivery was
refused is noted for whoever runs Sulka, when the stranger has been answered.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.run.errors import UnknownSource, UnsignedSource
from engine.run.webhooks.notes import Notes
from engine.run.webhooks.pace import RefusedPace
from engine.run.webhooks.senders import Sender, Senders
from engine.sources.signatures.handshake import answer_to_code
from engine.sources.signatures.verify import Authentic, NotAuthentic, verify

NOBODY: Final = NotAuthentic(code="wrong-signature", look_at="there is no such source")


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came, and when; names of headers are in lower case."""

    source: str
    headers: Mapping[str, str]
    body: bytes
    received: int


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is its sender's."""

    sent: Sent
    sender: Sender
    authentic: Authentic


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is nobody's, as far as can be known; `source` is None where nobody is called so."""

    source: str | None
    received: int
    why: NotAuthentic


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender wants to hear that tried its address with a code."""

    source: str
    words: dict[str, str]


class Recognising:
    """See the module."""

    def __init__(self, senders: Senders, notes: Notes) -> None:
        self._senders, self._notes = senders, notes
        self._pace = RefusedPace()

    async def recognise(self, sent: Sent) -> Recognised | Refused:
        """Whether this is the sender's. It takes as long where nobody is called so.

        Raises:
            SealBroken: The secrets of this source don't open.
        """
        sender, is_known = await self._sender(sent.source)
        secrets = [secret.text for secret in sender.secrets]
        verdict = verify(sender.profile, secrets, sent.headers, sent.body, sent.received)
        if isinstance(verdict, Authentic) and is_known:
            return Recognised(sent=sent, sender=sender, authentic=verdict)
        why = verdict if isinstance(verdict, NotAuthentic) else NOBODY
        return Refused(source=sender.name if is_known else None, received=sent.received, why=why)

    async def note_refused(self, refused: Refused) -> None:
        """Remember a refused delivery, unless there are many; to be done when it is answered."""
        if refused.source is None:
            self._notes.count(None, "not-authentic")
            return
        unlogged = self._pace.admit(refused.source, refused.received)
        if unlogged is None:
            self._notes.count(refused.source, "not-authentic")
            return
        await self._notes.refused(refused.source, refused.received, refused.why, unlogged)

    async def answer_code(self, source: str, code: str) -> Answered | None:
        """The answer to who tries this address with a code; None where no sender of ours does that."""
        sender, is_known = await self._sender(source)
        words = answer_to_code(sender.profile, sender.secrets[0].text, code)
        return Answered(source=source, words=words) if is_known and words is not None else None

    async def note_code(self, answered: Answered, received: int) -> None:
        """Remember that an address was tried with a code, unless that happens all the time: anybody can."""
        if self._pace.admit(answered.source, received) is None:
            self._notes.count(answered.source, "handshake")
            return
        await self._notes.handshake(answered.source, received)

    async def _sender(self, name: str) -> tuple[Sender, bool]:
        """The sender of this name, or one that nobody is; whether there is one."""
        try:
            return await self._senders.of(name), True
        except (UnknownSource, UnsignedSource):
            return self._senders.decoy(), False
