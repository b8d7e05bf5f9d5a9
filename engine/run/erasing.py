"""Erasing a member: what names or reaches them is gathered, wiped with one entry of the log, and looked for again.

Any step may be stopped and run again. Totals stay true: what the id did stays in the log, and leads to nobody.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from engine.core.entries import MemberErased, Thanked
from engine.core.keys import member_key
from engine.core.states import MemberState
from engine.run.errors import ChangedMeanwhile, UnknownMember
from engine.run.held import decode_held
from engine.run.keyed import alias_digest, pair_digest
from engine.run.outcomes import When
from engine.run.recorder import Recorder
from engine.run.traces import Traces, mentions, names_them, with_words
from engine.run.webhooks.naming import NamingDeliveries
from engine.store.directory import ERASED, Directory, MemberRecord
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.notices import Notices
from engine.store.states import StateReader
from engine.store.waiting import Waiting

ENTRIES_AT_ONCE: Final = 1_000
MOST_TRIES: Final = 10
"""So often the record may be changed by somebody else while it is being erased."""


class Left(msgspec.Struct, frozen=True, order=True):
    """Something that still names or reaches the person: where, and what it is, without saying it."""

    where: str
    what: str


class Eraser:
    """See the module."""

    def __init__(
        self,
        *,
        directory: Directory,
        looks: Looks,
        notices: Notices,
        log: Log,
        reader: StateReader,
        recorder: Recorder,
        waiting: Waiting,
        naming: NamingDeliveries,
        secret: bytes,
        on_progress: Callable[[int, int], None] = lambda _done, _whole: None,
    ) -> None:
        """`on_progress` hears how many entries of the log are looked through, of how many."""
        self._directory, self._looks, self._notices, self._log, self._reader = directory, looks, notices, log, reader
        self._recorder, self._waiting, self._naming, self._secret = recorder, waiting, naming, secret
        self._on_progress = on_progress

    async def is_erased(self, member: str) -> bool:
        """Whether an erasing of this member has begun; what the directory held is gone then."""
        row = (await self._directory.memberships([member])).get(member)
        return row is not None and row.erased

    async def gather(self, member: str) -> Traces:
        """What names or reaches this member now; of somebody erased, what is left of it.

        Raises:
            UnknownMember: Nobody has or had this id.
        """
        record = await self._directory.member(member)
        if record is None and not await self.is_erased(member):
            raise UnknownMember(member=member)
        traces = Traces(
            member=member,
            aliases=await self._aliases(member, record),
            tokens=tuple(key for key, token in (await self._directory.tokens()).items() if token.member == member),
        )
        digests = tuple(alias_digest(name, self._secret) for name in (*traces.aliases, member))
        traces = msgspec.structs.replace(traces, digests=digests)
        names = () if record is None else (record.name, *([record.email] if record.email else []))
        traces = with_words(traces, names, await self._directory.all_members())
        return msgspec.structs.replace(traces, texts=await self._texts(traces))

    async def erase(self, traces: Traces, when: When) -> None:
        """Wipe what was gathered, together with the entry that says so. Nothing happens where that was done already.

        Raises:
            LogFull, HistoryNotOpen: Nothing was changed.
            ChangedMeanwhile: Somebody changes the record again and again; nothing was changed.
        """
        for tried in range(MOST_TRIES):
            record = await self._directory.member(traces.member)
            if record is None:
                return
            rows = self._directory.erased_rows(traces.member, record, traces.texts, tokens=traces.tokens)
            try:
                await self._recorder.append(MemberErased(traces.member), when, rows=rows, what="The member")
            except ChangedMeanwhile:
                if tried == MOST_TRIES - 1:
                    raise
            else:
                return

    async def sweep(self, traces: Traces) -> Traces:
        """Wipe what came in while the member was being erased, and what waits for them; what was found then."""
        later = traces.with_what_is_in(await self.gather(traces.member))
        later = msgspec.structs.replace(later, texts={**later.texts, **await self._texts(later)})
        held = [alias for alias, holder in (await self._directory.all_aliases()).items() if holder == traces.member]
        rows = self._directory.wiped_rows(later.texts, aliases=held, tokens=later.tokens)
        await self._directory.wipe(rows)
        await self._looks.wipe(traces.member)
        await self._notices.wipe(traces.member)
        await self._waiting.take_out(await self._waiting_for(later))
        await self._naming.wipe(later)
        return later

    async def left(self, traces: Traces) -> list[Left]:
        """What of the rows that are known to hold such things still does."""
        found: list[Left] = []
        member, directory = traces.member, self._directory
        if await directory.member(member) is not None:
            found.append(Left("directory", "the record"))
        for alias, holder in (await directory.all_aliases()).items():
            if holder == member:
                found.append(Left("aliases", f"an alias of kind {alias.partition(':')[0]}"))
        row = (await directory.memberships([member])).get(member)
        if row != ERASED:
            found.append(Left("membership", "what they chose"))
        found.extend(
            Left("tokens", f"a token for {token.role}")
            for key, token in (await directory.tokens()).items()
            if token.member == member or key in traces.tokens
        )
        for key, text in (await directory.all_texts()).items():
            if key in traces.texts or text.member == member:
                found.append(Left("texts", f"text {key[:12]}…"))
            elif mentions(traces, text.text):
                found.append(Left("texts", f"text {key[:12]}… of somebody else, which names them"))
        if await self._looks.all(member):
            found.append(Left("looks", "who has looked at their record"))
        if await self._notices.has(member):
            found.append(Left("notices", "what they chose to be told by mail"))
        found.extend(Left("waiting", f"event {called[:12]}…") for called in await self._waiting_for(traces))
        async for source, id, _ in self._naming.of(traces):
            found.append(Left(f"deliveries of {source}", f"delivery {id}"))
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        if not isinstance(state, MemberState) or not state.erased:
            found.append(Left("state", "not judged as erased yet: is the engine running?"))
        return found

    async def _aliases(self, member: str, record: MemberRecord | None) -> tuple[str, ...]:
        held = [alias for alias, holder in (await self._directory.all_aliases()).items() if holder == member]
        email = [f"email:{record.email.strip().lower()}"] if record is not None and record.email else []
        return tuple(dict.fromkeys((*(record.aliases if record is not None else ()), *held, *email)))

    async def _texts(self, traces: Traces) -> dict[str, str]:
        """Texts by them, to them and about them."""
        texts = await self._directory.all_texts()
        thanks = await self._thanks_to(traces.member) if texts else set()
        reasons = {noted.look.reason for noted in await self._looks.all(traces.member)}
        return {
            key: text.text
            for key, text in texts.items()
            if text.member == traces.member or key in thanks or key in reasons or mentions(traces, text.text)
        }

    async def _thanks_to(self, member: str) -> set[str]:
        """The keys of what colleagues wrote to them, whether or not they took part at that time."""
        found: set[str] = set()
        position, last = 0, (await self._log.door()).position
        while entries := await self._log.read(position, ENTRIES_AT_ONCE):
            for logged in entries:
                match logged.entry:
                    case Thanked(giver=giver, pair=pair, text=str() as text):
                        if pair == pair_digest(giver, member, self._secret):
                            found.add(text)
                    case _:
                        pass
            position = entries[-1].position
            self._on_progress(position, max(last, position))
        return found

    async def _waiting_for(self, traces: Traces) -> list[str]:
        """What waits for them or speaks of them, called as `Waiting.everything` does."""
        return [
            called
            async for called, payload in self._waiting.everything()
            if names_them(traces, called, None if payload is None else decode_held(payload))
        ]
