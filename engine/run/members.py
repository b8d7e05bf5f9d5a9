"""Members: who is known, what they chose, where they want to be shown. Each change is one entry with its rows."""

import secrets
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from engine.core.entries import ActiveSet, MemberFacts, MemberSet, MembershipChanged, VisibilityChosen
from engine.core.keys import member_key
from engine.core.membership import INACTIVE, MOST_ABSENCES, MOST_PAUSES, PAIR, away_after, has_paused_too_often
from engine.core.states import MemberState
from engine.run.errors import (
    AliasTaken,
    ChangedMeanwhile,
    OtherContent,
    PausedTooOften,
    TooManyAbsences,
    UnknownMember,
    WrongChoice,
)
from engine.run.outcomes import When
from engine.run.patience import is_judged
from engine.run.people import NOBODY, membership_after, normalized
from engine.run.recorder import Once, Recorder
from engine.run.waiting_room import WaitingRoom
from engine.store.directory import Directory, MemberRecord, MembershipRow
from engine.store.log import Appended, Log, Row
from engine.store.states import StateReader

Change = Literal["join", "pause", "resume", "leave", "away"]

Amend = Callable[[MemberRecord], MemberRecord]
"""The record as it should be, from what it is."""

LOOKS_FOR_HOLDERS = 2
MOST_AMENDS = 10
"""So often is a record amended anew because somebody else changed it at the same moment."""

SPEAKER, SAID = "sulka.memberset", "sulka.memberset.said"
"""Whose ids make a new member known once: the member's own, or the caller's of the request."""

ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
ID_LENGTH = 12


def new_member_id() -> str:
    """Sixty random bits that say nothing of anybody, in letters and digits that can't be mistaken for one another.

    Short, because boards, states and journal hold it again and again. An id that somebody has is refused where it is
    written.
    """
    return "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))


class _Known(msgspec.Struct, frozen=True):
    """What a request says of a new member, whole."""

    record: MemberRecord
    facts: MemberFacts


class Members:
    """See the module."""

    def __init__(
        self, *, directory: Directory, recorder: Recorder, room: WaitingRoom, reader: StateReader, log: Log
    ) -> None:
        self._directory, self._recorder, self._room = directory, recorder, room
        self._reader, self._log = reader, log

    async def add(
        self, record: MemberRecord, facts: MemberFacts, when: When, *, said_id: str | None = None
    ) -> tuple[str, int]:
        """Make a member known, under a random id; the id and the entry's position. They have not joined by that.

        The same again gives the same member and lets in what still waits for them: known by `said_id`, the caller's
        id of this, or else by the aliases. Call it again after an error.

        Raises:
            AliasTaken, OtherContent: Nothing was changed.
        """
        record = _normalized(record)
        appended, member = await self._made_known(record, facts, when, said_id)
        if appended.status == "duplicate":
            first = await self._log.entry(appended.position)
            assert first is not None
            assert isinstance(first.entry, MemberSet)
            member = first.entry.member
            record = await self.record(member)
        await self._room.let_in(record.aliases, when)
        return member, appended.position

    async def _made_known(
        self, record: MemberRecord, facts: MemberFacts, when: When, said_id: str | None
    ) -> tuple[Appended, str]:
        for _ in range(LOOKS_FOR_HOLDERS):
            holder = await self._holder(record.aliases)
            member = holder or new_member_id()
            once = Once(
                speaker=SPEAKER if said_id is None else SAID, id=said_id or member, content=_Known(record, facts)
            )
            rows = self._directory.member_rows(member, record, None)
            try:
                return await self._recorder.append(MemberSet(member, facts), when, rows=rows, once=once), member
            except OtherContent:
                if said_id is not None:
                    raise
                raise AliasTaken(alias=record.aliases[0]) from None
            except ChangedMeanwhile:
                # Who has an alias that was free a moment ago may be the same person, sent by the same request.
                if holder is not None:
                    raise AliasTaken(alias=record.aliases[0]) from None
        raise ChangedMeanwhile(what="An alias")

    async def _holder(self, aliases: Sequence[str]) -> str | None:
        """Who has these aliases, if anybody has; not two people."""
        holders = await self._directory.resolve(aliases)
        if len(set(holders.values())) > 1:
            raise AliasTaken(alias=next(iter(holders)))
        return next(iter(holders.values()), None)

    async def change(
        self,
        member: str,
        amend: Amend,
        facts: MemberFacts,
        when: When,
        *,
        only: tuple[str, ...] | None = None,
        rows: tuple[Row, ...] = (),
    ) -> int:
        """Amend a member's record and set facts, all or `only` these, together with `rows`; the entry's position.

        What somebody else changes at the same moment stays: the record is amended as it is when it is written. What
        waited for new aliases comes in. Call it again after an error: setting the same again changes nothing more.

        Raises:
            UnknownMember, AliasTaken, ChangedMeanwhile: Nothing was changed.
        """
        for _ in range(MOST_AMENDS):
            before = await self.record(member)
            record = _normalized(amend(before))
            await self._check_aliases([alias for alias in record.aliases if alias not in before.aliases], member)
            own = self._directory.member_rows(member, record, before)
            try:
                appended = await self._recorder.append(
                    MemberSet(member, facts, only), when, rows=(*own, *rows), what="The member"
                )
            except ChangedMeanwhile:
                continue
            # All of them: a call that failed after its write may have left events waiting.
            await self._room.let_in(record.aliases, when)
            return appended.position
        raise ChangedMeanwhile(what="The member")

    async def find(self, name: str) -> str | None:
        """The member who has this id or alias."""
        kept = normalized(name)
        if ":" in kept:
            return (await self._directory.resolve([kept])).get(kept)
        return kept if await self._directory.member(kept) is not None else None

    async def record(self, member: str) -> MemberRecord:
        """What names the member.

        Raises:
            UnknownMember: Nobody has this id.
        """
        found = await self._directory.member(member)
        if found is None:
            raise UnknownMember(member=member)
        return found

    async def membership(self, member: str) -> MembershipRow:
        """What the member chose so far."""
        return (await self._directory.memberships([member])).get(member, NOBODY)

    async def choose(
        self, member: str, change: Change, when: When, *, first_day: int = 0, last_day: int = 0
    ) -> tuple[MembershipRow, int]:
        """Join, pause, resume, leave, or say when they are away; the membership then and the entry's position.

        Raises:
            UnknownMember, WrongChoice, PausedTooOften, TooManyAbsences, ChangedMeanwhile: Nothing was changed.
        """
        await self.record(member)
        before = await self._kept_membership(member)
        row = before or NOBODY
        entry = MembershipChanged(member, change, when.ms, first_day, last_day)
        after = membership_after(row, entry)
        if after == row and change != "away":
            raise WrongChoice(change=change, status=row.status)
        if has_paused_too_often(row.pauses, change):
            raise PausedTooOften(most=MOST_PAUSES)
        if change == "away":
            spans = (await self.state(member)).away
            if len(away_after(spans, first_day, last_day)) > PAIR * MOST_ABSENCES:
                raise TooManyAbsences(most=MOST_ABSENCES)
        appended = await self._recorder.append(
            entry,
            when,
            rows=(self._directory.membership_row(member, after, before),),
            what="The membership",
        )
        return after, appended.position

    async def show(
        self, member: str, when: When, *, boards: bool | None, wall: bool | None, badges: bool | None
    ) -> tuple[MembershipRow, int]:
        """Where the member wants to be shown; None leaves a place as it is.

        Raises:
            UnknownMember, ChangedMeanwhile: Nothing was changed.
        """
        await self.record(member)
        before = await self._kept_membership(member)
        row = before or NOBODY
        entry = VisibilityChosen(
            member,
            boards=row.boards if boards is None else boards,
            wall=row.wall if wall is None else wall,
            badges=row.badges if badges is None else badges,
        )
        after = membership_after(row, entry)
        appended = await self._recorder.append(
            entry,
            when,
            rows=(self._directory.membership_row(member, after, before),),
            what="The choice",
        )
        return after, appended.position

    async def works_here(self, member: str) -> bool:
        """Whether nobody has said that the member does not work here any more, nor erased them."""
        row = await self.membership(member)
        return row.status != INACTIVE and not row.erased

    async def set_active(self, member: str, when: When, *, active: bool) -> int:
        """Say whether somebody works here; the entry's position. Without it nothing counts and no token is theirs.

        Saying it again changes nothing more.

        Raises:
            UnknownMember, ChangedMeanwhile: Nothing was changed.
        """
        await self.record(member)
        for _ in range(MOST_AMENDS):
            before = await self._kept_membership(member)
            entry = ActiveSet(member, active, when.ms)
            row = self._directory.membership_row(member, membership_after(before or NOBODY, entry), before)
            tokens = () if active else await self._directory.tokens_of({member})
            try:
                appended = await self._recorder.append(
                    entry, when, rows=(row, *self._directory.wiped_rows((), tokens=tokens)), what="The membership"
                )
            except ChangedMeanwhile:
                continue
            if not active:
                # One that was made between the look and the write.
                await self._directory.drop_tokens(await self._directory.tokens_of({member}))
            return appended.position
        raise ChangedMeanwhile(what="The membership")

    async def let_in(self, aliases: Sequence[str], when: When) -> None:
        """Let in what waits for these, whom somebody has; see `WaitingRoom.let_in`."""
        await self._room.let_in(aliases, when)

    async def state(self, member: str) -> MemberState:
        """The member's state as the engine left it last."""
        state = (await self._reader.read([member_key(member)]))[member_key(member)]
        assert isinstance(state, MemberState)
        return state

    async def judged(self, position: int, within_seconds: float) -> bool:
        """Wait until the entry at this position is judged and committed; whether it is."""
        return await is_judged(self._reader, position, within_seconds)

    async def _kept_membership(self, member: str) -> MembershipRow | None:
        return (await self._directory.memberships([member])).get(member)

    async def _check_aliases(self, aliases: Sequence[str], member: str) -> None:
        for alias, holder in (await self._directory.resolve(aliases)).items():
            if holder != member:
                raise AliasTaken(alias=alias)


def _normalized(record: MemberRecord) -> MemberRecord:
    return msgspec.structs.replace(record, aliases=tuple(dict.fromkeys(map(normalized, record.aliases))))
