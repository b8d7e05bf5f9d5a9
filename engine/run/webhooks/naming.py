"""Deliveries that name a person: found in what is kept of them, and wiped when the person is erased.

A payload calls people by whatever the other tool calls them, so every alias counts by its value alone, however short:
a body that is dropped for a number that meant something else can be sent again, and a name that stayed could not be
taken back.
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Final
from urllib.parse import unquote_plus

import msgspec

from engine.run.traces import Traces
from engine.store.deliveries import Deliveries, DeliveryRow, KeptBody
from engine.store.directory import Directory

ROWS_AT_ONCE: Final = 200

_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


class NamingDeliveries:
    """See the module."""

    def __init__(self, deliveries: Deliveries, directory: Directory) -> None:
        self._deliveries, self._directory = deliveries, directory

    async def of(self, traces: Traces) -> AsyncIterator[tuple[str, str, DeliveryRow]]:
        """Source, id and row of each delivery that names them, by its body or by what the sender calls it."""
        for source in sorted(await self._directory.sources()):
            before: str | None = None
            while True:
                page, before = await self._deliveries.page(source, before=before, count=ROWS_AT_ONCE)
                for noted in page:
                    said = [text for text in (noted.row.sent_id, noted.row.type) if text is not None]
                    if noted.kept is not None:
                        said += _texts_of(noted.kept)
                    if _names_them(traces, said):
                        yield source, noted.id, noted.row
                if before is None:
                    break

    async def wipe(self, traces: Traces) -> None:
        """Drop these bodies, and what the sender calls these deliveries; that they came stays. Twice is once."""
        found = [each async for each in self.of(traces)]
        for source, id, row in found:
            # Without a body there is always room.
            await self._deliveries.note(source, id, msgspec.structs.replace(row, sent_id=None, type=None))


def _texts_of(kept: KeptBody) -> Iterator[str]:
    """A body as it may be read: as it was sent, without the escapes of a form, without those of JSON."""
    raw = kept.body.decode(errors="replace")
    for text in (raw, unquote_plus(raw), *kept.headers.values()):
        yield text
        if "\\" in text:
            yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")


def _names_them(traces: Traces, texts: list[str]) -> bool:
    words = {traces.member, *traces.words, *traces.aliases, *(alias.partition(":")[2] for alias in traces.aliases)}
    choice = "|".join(re.escape(word.lower()) for word in sorted(words) if word)
    pattern = re.compile(rf"(?<!\w)(?:{choice})(?!\w)")
    return any(pattern.search(text.lower()) for text in texts)
