"""Entries that a call of the API owns, one at a time: appended once, or refused with the reason."""

from hashlib import blake2b
from typing import Literal

import msgspec

from engine.core.entries import AnyEntry, encode_entry
from engine.run.errors import ChangedMeanwhile, HistoryNotOpen, LogFull, LogNotEmpty, MembersFull, OtherContent
from engine.run.outcomes import When
from engine.sources.digests import DIGEST_BYTES, mark
from engine.store.coalesce import Coalescer
from engine.store.log import Append, Appended, Row

_encoder = msgspec.msgpack.Encoder()


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's id of what they say, unique for `speaker`: with the same `content` again, nothing happens."""

    speaker: str
    id: str
    content: msgspec.Struct


class Recorder:
    """See the module."""

    def __init__(self, coalescer: Coalescer, secret: bytes) -> None:
        self._coalescer, self._secret = coalescer, secret

    async def append(
        self,
        entry: AnyEntry,
        when: When,
        *,
        rows: tuple[Row, ...] = (),
        once: Once | None = None,
        history: Literal["", "opens", "ends"] = "",
        what: str = "It",
    ) -> Appended:
        """Where the entry is now, accepted or as a duplicate; `what` is the subject of the sentence if it changed.

        Raises:
            LogFull, MembersFull, HistoryNotOpen, LogNotEmpty, ChangedMeanwhile, OtherContent: Nothing was changed.
            StoreUnavailable: With the outcome unknown, send the same with the same id again.
        """
        item = Append(
            mark=None if once is None else mark(once.speaker, once.id, self._secret),
            digest=None if once is None else self._content(once),
            payload=encode_entry(entry),
            recorded=when.ms,
            said_recorded=when.said,
            history=history,
            rows=rows,
        )
        (appended,) = await self._coalescer.append([item])
        match appended.status:
            case "accepted" | "duplicate":
                return appended
            case "conflict":
                raise OtherContent(position=appended.position)
            case "changed" | "waiting":
                raise ChangedMeanwhile(what=what)
            case "full":
                raise LogFull
            case "members-full":
                raise MembersFull
            case "no-history":
                raise HistoryNotOpen
            case "not-empty":
                raise LogNotEmpty

    def _content(self, once: Once) -> bytes:
        """Of what was sent, whole; a time that was left out stays left out."""
        encoded = _encoder.encode(once.content)
        return blake2b(encoded, digest_size=DIGEST_BYTES, key=self._secret, person=b"sulka.said").digest()
