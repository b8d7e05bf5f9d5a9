"""Who works here, as tables of people say it: one entry each, together with the end of their tokens."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from engine.core.entries import ActiveSet, AnyEntry, encode_entry
from engine.core.membership import INACTIVE
from engine.run.errors import HistoryNotOpen, LogFull
from engine.run.outcomes import When
from engine.run.people import NOBODY, membership_after
from engine.store.directory import Directory, MembershipRow
from engine.store.log import Append, Log, Row

IN_ONE_WRITE: Final = 250
"""So many people go in together; a write blocks the store's other callers for some milliseconds."""


class Standing(msgspec.Struct, frozen=True):
    """What members chose, and the digests of the tokens of those who are to go."""

    memberships: Mapping[str, MembershipRow]
    tokens: Mapping[str, Sequence[str]]

    def works_here(self, member: str) -> bool:
        """Whether nobody has said that they don't."""
        return self.memberships.get(member, NOBODY).status != INACTIVE


class Absent(msgspec.Struct, frozen=True):
    """Who works here and has no row, of how many who work here. People made up for a trial are not among them."""

    members: tuple[str, ...]
    of: int


class Working:
    """See the module."""

    def __init__(self, *, directory: Directory, log: Log) -> None:
        self._directory, self._log = directory, log

    async def standing(self, members: Sequence[str], going: Collection[str]) -> Standing:
        """How these stand, with the tokens of those who are to go."""
        tokens: dict[str, list[str]] = {}
        for key, token in (await self._directory.tokens()).items() if going else ():
            if token.member in going:
                tokens.setdefault(str(token.member), []).append(key)
        return Standing(await self._directory.memberships(members), tokens)

    def turned(self, member: str, standing: Standing, when: When, *, active: bool) -> Append:
        """That somebody works here, or does not any more: then their tokens end with the same write."""
        entry = ActiveSet(member, active, when.ms)
        before = standing.memberships.get(member)
        row = self._directory.membership_row(member, membership_after(before or NOBODY, entry), before)
        tokens = () if active else standing.tokens.get(member, ())
        return append_of(entry, (row, *self._directory.wiped_rows((), tokens=tokens)), when)

    async def absent(self, known: Collection[str], aliases: Sequence[str]) -> Absent:
        """Who works here beside these and whoever has one of the aliases: they have a row.

        Whoever another process made known at this moment, by the same table, is known by an alias only.
        """
        everybody = await self._directory.all_members()
        known = {*known, *(await self._directory.resolve(aliases)).values()}
        real = [member for member, record in everybody.items() if not record.trial]
        standing = await self.standing(real, ())
        working = [member for member in real if standing.works_here(member)]
        return Absent(tuple(member for member in working if member not in known), len(working))

    async def let_go(self, members: Sequence[str], when: When) -> tuple[str, ...]:
        """Say that these do not work here any more; those of whom it holds now.

        Whoever chooses something at this moment is left for the next time.

        Raises:
            LogFull, HistoryNotOpen, StoreUnavailable: What was written before stays; run it again.
        """
        gone: list[str] = []
        standing = await self.standing(members, set(members))
        for start in range(0, len(members), IN_ONE_WRITE):
            part = members[start : start + IN_ONE_WRITE]
            appended = await self._log.append([self.turned(each, standing, when, active=False) for each in part])
            for member, answer in zip(part, appended, strict=True):
                if answer.status == "full":
                    raise LogFull
                if answer.status in {"no-history", "not-empty"}:
                    raise HistoryNotOpen
                if answer.status == "accepted":
                    gone.append(member)
        return tuple(gone)


def append_of(entry: AnyEntry, rows: tuple[Row, ...], when: When) -> Append:
    """The entry with its rows, to be appended once more by whoever runs it again."""
    return Append(
        mark=None, digest=None, payload=encode_entry(entry), recorded=when.ms, said_recorded=when.said, rows=rows
    )
