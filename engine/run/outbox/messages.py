"""What one receiver is told: its messages after a position, and the requests that carry them.

Read anew from the journal for each try, so that nobody is told of who has left or was erased meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from engine.core.asking_first import SHOWN, answer_to
from engine.core.entries import HistoryEnded, HistoryOpened, Logged, Retried
from engine.core.keys import member_key
from engine.core.messages import Message, Named, answered_at, may_tell, messages_of
from engine.core.receipts.words import Language
from engine.core.states import MemberState, State
from engine.run.logged import judged_at
from engine.run.outbox.chat import CHAT_KINDS, WALL_KINDS_OF, chat_body
from engine.run.outbox.lane import Lane, Ref
from engine.run.outbox.waves import Scan
from engine.run.plans import PlanSource
from engine.run.wall import Wall
from engine.store.directory import Directory
from engine.store.ledger import Ledger
from engine.store.log import Log
from engine.store.outbox import OutboxStore, Subscription
from engine.store.states import StateReader

POSITIONS_AT_ONCE: Final = 256
"""So many entries are looked through in one go."""

ENTRIES_AT_ONCE: Final = 1_000
CHAT: Final = frozenset({"slack", "teams"})
TAKING_PART: Final = frozenset({"joined", "paused"})


class Messages:
    """Reads what there is to tell of one organization."""

    def __init__(
        self,
        *,
        log: Log,
        reader: StateReader,
        ledger: Ledger,
        plans: PlanSource,
        directory: Directory,
        wall: Wall,
        outbox: OutboxStore,
    ) -> None:
        self._log, self._reader, self._ledger, self._plans = log, reader, ledger, plans
        self._directory, self._wall, self._outbox = directory, wall, outbox

    async def after(self, subscription: Subscription, lane: Lane) -> Scan:
        """The messages after the lane's cursor, of entries that are judged; nothing of history mode."""
        judged = await self._reader.judged()
        to = min(judged, lane.cursor + POSITIONS_AT_ONCE)
        begin = max(lane.cursor, min(await self._history_end(judged), to))
        if begin >= to:
            return Scan((), max(lane.cursor, to))
        logged = [each for each in await self._log.read(begin, to - begin) if each.position <= to]
        messages = await self._messages(logged)
        kinds = frozenset(subscription.kinds)
        wanted = [message for message in messages if message.kind in kinds]
        if subscription.format in CHAT:
            first = {message.position: message.effect for message in reversed(wanted)}
            return Scan(tuple(Ref(position, effect) for position, effect in sorted(first.items())), to)
        return Scan(tuple(Ref(each.position, each.effect, each.member or "") for each in wanted), to)

    async def of(self, subscription: Subscription, refs: Sequence[Ref]) -> dict[tuple[int, int], Message]:
        """These messages, of those who take part and of nobody in particular; of the kinds that are asked for now.

        What waits may be of a kind that was left out since. A recognition that asks first is told while its member's
        last answer is yes.
        """
        positions = sorted({ref.position for ref in refs})
        found = await judged_at(self._reader, positions)
        messages = await self._messages(list(found.values()))
        members = sorted({each.member for each in messages if each.member is not None})
        rows = await self._directory.memberships(members)
        told = {member for member, row in rows.items() if row.status in TAKING_PART and not row.erased}
        answers = await self._answers([each for each in messages if each.asked is not None])
        return {
            (each.position, each.effect): each
            for each in messages
            if each.kind in subscription.kinds
            and (each.member is None or each.member in told)
            and (each.asked is None or each in answers)
        }

    async def _answers(self, asked: Sequence[Message]) -> list[Message]:
        """Those of these to which their members say yes now."""
        keys = [member_key(each.member or "") for each in asked]
        states = await self._reader.read(list(dict.fromkeys(keys)))
        return [each for each, key in zip(asked, keys, strict=True) if _says_yes(states[key], each.asked)]

    async def chat(self, subscription: Subscription, refs: Sequence[Ref], now: int) -> bytes | None:
        """One message to a channel with all that the wall shows of these entries; None where it shows nothing."""
        kinds = [WALL_KINDS_OF[kind] for kind in CHAT_KINDS if kind in subscription.kinds]
        language: Language = "fi" if subscription.language == "fi" else "en"
        found = await judged_at(self._reader, sorted({ref.position for ref in refs}))
        places = {each.place for each in await self._messages(list(found.values())) if each.kind in subscription.kinds}
        rows = await self._wall.at(sorted({position for position, _ in places}), kinds, language, now)
        shown = [row for row in rows if (row.position, row.line) in places]
        return chat_body(subscription.format, shown, language) if shown else None

    async def _messages(self, entries: Iterable[Logged]) -> list[Message]:
        by_position = {each.position: each for each in entries}
        journals = await self._ledger.entries(list(by_position))
        telling = {at: journal for at, journal in journals.items() if may_tell(journal)}
        retries = [at for at in telling if isinstance(by_position[at].entry, Retried)]
        by_position |= await judged_at(self._reader, retries)
        asked = await self._ledger.entries(sorted({at for each in telling.values() for at in answered_at(each)}))
        digests = dict.fromkeys(each.rulebook for each in (*telling.values(), *asked.values()))
        plans = {digest: await self._plans.of(digest) for digest in digests}
        named = {at: (entry, plans[entry.rulebook]) for at, entry in asked.items()}
        found: list[Message] = []
        for at, journal in sorted(telling.items()):
            logged = by_position[at]
            found.extend(messages_of(at, logged.recorded, logged.entry, journal, plans[journal.rulebook], named))
        return found

    async def _history_end(self, judged: int) -> int:
        """The last position of history mode; 0 where there was none. While it is open, that is the last of all."""
        known = await self._outbox.history_end()
        if known is not None:
            return known
        first = await self._log.entry(1)
        if first is None:
            return 0
        end = 0
        if isinstance(first.entry, HistoryOpened):
            if (await self._log.door()).history:
                return judged
            end = await self._look_for_the_end()
        await self._outbox.set_history_end(end)
        return end

    async def _look_for_the_end(self) -> int:
        position = 0
        while entries := await self._log.read(position, ENTRIES_AT_ONCE):
            for logged in entries:
                if isinstance(logged.entry, HistoryEnded):
                    return logged.position
            position = entries[-1].position
        return position


def _says_yes(state: State | None, asked: Named | None) -> bool:
    return (
        isinstance(state, MemberState) and asked is not None and answer_to(state, asked.position, asked.asks) == SHOWN
    )


def message_id(organization: str, position: int, effect: int) -> str:
    """What a message is called, at every try and every replay."""
    return f"msg_{organization.replace('.', '_')}_{position}_{effect}"


def body_of(message: Message, at: str) -> bytes:
    """A message as Standard Webhooks has it: its kind, when it was recorded, and what it says."""
    whose: Mapping[str, object] = {"member": message.member} if message.member is not None else {}
    data = {**whose, "position": message.position, **message.data}
    return msgspec.json.encode({"type": message.kind, "timestamp": at, "data": data})
