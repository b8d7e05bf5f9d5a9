"""Everything that is held about one member, in words: for the person's own right to see it."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.core.entries import Logged
from engine.core.held import held_badges
from engine.core.keys import CODES, member_key
from engine.core.periods import local_day, period_name
from engine.core.plan import KINDS
from engine.core.receipts.stance import Stance
from engine.core.receipts.words import LANGUAGES, Language
from engine.core.states import CodesState, MemberState
from engine.run.errors import UnknownMember
from engine.run.held import decode_held
from engine.run.logged import judged_at
from engine.run.own_words import (
    Record,
    challenges_in_words,
    choices_in_words,
    counts_in_words,
    day_of,
    entry_in_words,
    facts_in_words,
    limits_in_words,
    lots_in_words,
    marks_in_words,
    moment_of,
    notices_in_words,
    others_in_words,
    recognised_in_words,
    streaks_in_words,
    text_of,
)
from engine.run.plans import PlanSource
from engine.run.telling import Telling
from engine.run.traces import Traces, names_them
from engine.run.webhooks.naming import NamingDeliveries
from engine.store.board_rows import BoardRows
from engine.store.directory import Directory, MembershipRow, TextRecord
from engine.store.log import Log
from engine.store.looks import Looks
from engine.store.notices import Notices
from engine.store.states import StateReader
from engine.store.waiting import Waiting

RECEIPTS_AT_ONCE: Final = 500


class OwnRecords:
    """See the module."""

    def __init__(
        self,
        *,
        directory: Directory,
        looks: Looks,
        notices: Notices,
        log: Log,
        reader: StateReader,
        plans: PlanSource,
        telling: Telling,
        boards: BoardRows,
        waiting: Waiting,
        naming: NamingDeliveries,
        on_progress: Callable[[int, int], None] = lambda _done, _whole: None,
    ) -> None:
        """`on_progress` hears how many receipts are written, of how many."""
        self._notices = notices
        self._directory, self._looks, self._log, self._reader, self._plans = directory, looks, log, reader, plans
        self._telling, self._boards, self._waiting, self._naming = telling, boards, waiting, naming
        self._on_progress = on_progress

    async def of(self, traces: Traces, language: str | None, now: int) -> Record:
        """The whole record of the member whose traces these are, ready for JSON.

        Raises:
            UnknownMember: Nobody has this id, or they were erased.
        """
        member = traces.member
        record = await self._directory.member(member)
        if record is None:
            raise UnknownMember(member=member)
        judged = await self._reader.judged()
        state, names, plan = await self._state(member), await self._names(), await self._plans.in_force({})
        texts = await self._directory.texts(list(traces.texts))
        spoken = await self._language(language, state)
        row = (await self._directory.memberships([member])).get(member, MembershipRow())
        tokens = [token for token in (await self._directory.tokens()).values() if token.member == member]
        return {
            "about": "All that Sulka holds about one member. Ids of other members are random and name nobody here; a "
            "colleague is named only where a receipt says who gave a thanks or did what it paid for.",
            "written_at": moment_of(now),
            "judged_up_to": judged,
            "not_judged_yet": (await self._log.door()).position - judged,
            "member": member,
            "name": record.name,
            "email": record.email,
            "aliases": list(record.aliases),
            "made_up_for_a_trial": record.trial,
            "facts": facts_in_words(state),
            "choices": choices_in_words(row, state),
            "notices": notices_in_words(await self._notices.of(member), (await self._notices.told()).get(member)),
            "balances": {names.get(code, str(code)): amount for code, amount in sorted(state.balances.items())},
            "badges": await self._badges(state, names),
            "boards": await self._board_rows(member),
            "counts": list(counts_in_words(state, names, plan, local_day(now, plan.rulebook.zone))),
            "runs_out": list(lots_in_words(state, names)),
            "anniversaries_and_answers": list(recognised_in_words(state, names)),
            "limits_used": list(limits_in_words(state, names, plan)),
            "streaks": list(streaks_in_words(state, names)),
            "paid_once_for": list(marks_in_words(state, names, plan)),
            "challenges": list(challenges_in_words(state, names)),
            "thanked_by": {giver: moment_of(time) for giver, time in sorted(state.thanked_by.items())},
            "tokens": [{"name": token.name, "created": moment_of(token.created)} for token in tokens],
            "who_has_looked": [
                {
                    "at": moment_of(noted.at),
                    "opened": noted.look.opened,
                    "who": f"{noted.look.name} ({noted.look.role})",
                    "reason": text_of(texts, noted.look.reason),
                }
                for noted in await self._looks.all(member)
            ],
            "texts": [
                {"text": text.text, "by_or_about": text.member, "written": moment_of(text.created)}
                for text in sorted(texts.values(), key=lambda each: each.created)
            ],
            "waiting_events": await self._waiting_events(traces),
            "deliveries_that_name_them": [
                {"source": source, "came": moment_of(row.received), "verdict": row.verdict}
                async for source, _, row in self._naming.of(traces)
            ],
            "receipts": await self._receipts(member, spoken, now, texts, state.entries),
        }

    async def _receipts(
        self, member: str, language: Language, now: int, texts: Mapping[str, TextRecord], whole: int
    ) -> list[Record]:
        """Every receipt, the newest first, each with what the log holds of it."""
        found: list[Record] = []
        before: int | None = None
        while True:
            page = await self._telling.page(member, language, now, before=before, count=RECEIPTS_AT_ONCE)
            held = await judged_at(self._reader, [told.receipt.position for told in page.receipts])
            for told in page.receipts:
                receipt = told.receipt
                found.append(
                    {
                        "position": receipt.position,
                        "recorded": moment_of(receipt.recorded),
                        "time": moment_of(receipt.time),
                        "title": receipt.title,
                        "points": receipt.points,
                        "sentences": list(receipt.sentences),
                        "who": None if told.who is None else {"id": receipt.who, "name": told.who},
                        "held": _held(receipt.stance, held.get(receipt.position), member, texts),
                    }
                )
            self._on_progress(len(found), max(whole, len(found)))
            if page.before is None:
                return found
            before = page.before

    async def _board_rows(self, member: str) -> list[Record]:
        titles = {board.code: board.id for board in (await self._plans.in_force({})).rulebook.boards}
        return [
            {
                "board": titles.get(each.place.code, "a board of an earlier rulebook"),
                "period": period_name(KINDS[each.place.kind], each.place.period),
                "rank": each.row.rank,
                "tied_with": each.row.tied,
                "score": each.row.score,
                "final": each.is_final,
            }
            for each in await self._boards.of(member)
        ]

    async def _badges(self, state: MemberState, names: Mapping[int, str]) -> list[Record]:
        book = (await self._plans.in_force({})).rulebook
        titles = {badge.code: badge.title.said_in("en") for badge in book.badges}
        return [
            {
                "badge": names.get(held.badge, str(held.badge)),
                "title": titles.get(held.badge),
                "value": held.value or None,
                "step": held.step,
                "day": day_of(held.day),
                "position": held.position,
            }
            for held in held_badges(state)
        ]

    async def _waiting_events(self, traces: Traces) -> list[Record]:
        """Events that wait for somebody whom nobody knows, and speak of this member."""
        found: list[Record] = []
        async for called, payload in self._waiting.everything():
            held = None if payload is None else decode_held(payload)
            if held is not None and names_them(traces, called, held):
                found.append(
                    {"type": held.type, "source": held.source, "time": moment_of(held.time), "data": held.data}
                )
        return found

    async def _state(self, member: str) -> MemberState:
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    async def _names(self) -> dict[int, str]:
        codes = (await self._reader.read([CODES]))[CODES]
        assert isinstance(codes, CodesState)
        # Without its kind a name reads as HR wrote it.
        return {code: name.partition(":")[2] for name, code in codes.codes.items()}

    async def _language(self, asked: str | None, state: MemberState) -> Language:
        book = (await self._plans.in_force({})).rulebook
        for word in (asked, state.facts.language, *book.languages):
            for language in LANGUAGES:
                if word == language:
                    return language
        return "en"


def _held(stance: Stance, logged: Logged | None, member: str, texts: Mapping[str, TextRecord]) -> Record | None:
    """What the log holds of an entry, as far as it is this member's; somebody else's says no more than its receipt."""
    if logged is None or stance in {Stance.QUIET, Stance.PERIOD}:
        return None
    if stance is Stance.OTHERS:
        return others_in_words(logged.entry, member)
    return entry_in_words(logged.entry, member, texts)
