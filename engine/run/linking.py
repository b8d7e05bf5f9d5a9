"""Linking: a member asks for a code and says it from an account; from then on the account's alias is theirs.

Whoever says a code from an account learns only whether it is linked now: which of the other reasons it was would say
who is a member.
"""

import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from engine.core.entries import MemberFacts
from engine.run.errors import (
    AliasTaken,
    ChangedMeanwhile,
    LinkRefused,
    NotYourAlias,
    TooManyAliases,
    TooManyCodes,
    UnknownMember,
)
from engine.run.keyed import alias_digest, link_digest
from engine.run.member_fields import MOST_ALIASES, OF_HR, kind_of, unfit
from engine.run.members import ID_LETTERS, Members
from engine.run.outcomes import When
from engine.run.people import normalized
from engine.sources.mapping.mapped import Link
from engine.store.directory import MemberRecord
from engine.store.links import CodeRecord, Links

CODE_LENGTH: Final = 8
"""Letters and digits that can't be mistaken for one another, 32 of them: 40 bits."""

OPEN_MS: Final = 15 * 60_000
MINUTE_MS: Final = 60_000
MOST_WRONG: Final = 20
"""So many codes a minute may a source say that link nothing: a trillion codes are not tried out so."""

MOST_WRONG_OF_ONE: Final = 5
"""So many of them may come from one account, so that whoever guesses keeps nobody else from linking."""

LOOKS: Final = 2
"""Once more where the code was used, or the alias given away, at this very moment."""


class OpenCode(msgspec.Struct, frozen=True):
    """A code to say from an account, shown this once, and until when it links (milliseconds)."""

    code: str
    until: int

    def __repr__(self) -> str:
        """Without the code, wherever it is written."""
        return f"OpenCode(until={self.until})"


class Linking:
    """See the module."""

    def __init__(self, *, links: Links, members: Members, secret: bytes, now_ms: Callable[[], int]) -> None:
        """`now_ms` is the door's clock, by which codes run out."""
        self._links, self._members, self._secret, self._now_ms = links, members, secret, now_ms

    async def ask(self, member: str) -> OpenCode:
        """A new code for a member; the one before it links nothing any more.

        Raises:
            TooManyAliases, UnknownMember: There is no new code, and the one before stays.
        """
        if len((await self._members.record(member)).aliases) >= MOST_ALIASES:
            raise TooManyAliases(most=MOST_ALIASES)
        code = "".join(secrets.choice(ID_LETTERS) for _ in range(CODE_LENGTH))
        until = self._now_ms() + OPEN_MS
        await self._links.open(link_digest(code, self._secret), CodeRecord(member, until))
        return OpenCode(code, until)

    async def say(self, source: str, alias: str, code: str, when: When) -> None:
        """An account, as its source says, names a code: the alias is the member's, and what waited for it comes in.

        Saying the same again links nothing twice and answers the same, while the code is remembered.

        Raises:
            TooManyCodes, LinkRefused: Nothing was changed.
            LogFull, HistoryNotOpen, StoreUnavailable: As for every write; say it again.
        """
        kept, minute = normalized(alias), self._now_ms() // MINUTE_MS
        account = f"{source}:{alias_digest(kept, self._secret)}"
        for who, most in ((account, MOST_WRONG_OF_ONE), (source, MOST_WRONG)):
            if await self._links.attempt(who, minute) > most:
                raise TooManyCodes(most=most)
        if kind_of(kept) in OF_HR or unfit("alias", kept) is not None:
            raise LinkRefused
        digest = link_digest("".join(code.split()).replace("-", "").lower(), self._secret)
        for _ in range(LOOKS):
            try:
                if await self._link(kept, digest, when):
                    for who in (account, source):
                        await self._links.was_right(who, minute)
                    return
            except ChangedMeanwhile:
                continue
            break
        raise LinkRefused

    async def hear(self, source: str, link: Link, when: When) -> bool:
        """The same for what a delivery says: whether the account is linked now."""
        try:
            await self.say(source, link.alias, link.code, when)
        except (LinkRefused, TooManyCodes):
            return False
        return True

    async def _link(self, alias: str, digest: str, when: When) -> bool:
        """Whether the alias is now that of the code's member."""
        record = await self._links.code(digest)
        if record is None or record.until <= self._now_ms():
            return False
        if record.used:
            if await self._members.find(alias) != record.member:
                return False
            # Whoever linked it may have died before what waited came in.
            await self._members.let_in((alias,), when)
            return True
        if await self._links.newest(record.member) != digest or not await self._members.works_here(record.member):
            return False
        try:
            before = await self._members.record(record.member)
            if alias not in before.aliases and len(before.aliases) >= MOST_ALIASES:
                return False
            used = (self._links.used_row(digest, record),)
            await self._members.change(
                record.member, lambda known: _with(known, alias), MemberFacts(), when, only=(), rows=used
            )
        except (AliasTaken, UnknownMember):
            return False
        return True

    async def aliases(self, member: str) -> tuple[str, ...]:
        """How senders name the member, in the order in which they came to be known.

        Raises:
            UnknownMember: Nobody has this id.
        """
        return (await self._members.record(member)).aliases

    async def take_away(self, member: str, alias: str, when: When) -> int:
        """Take an alias from the member, for them; the entry's position. Later events under it wait for somebody.

        Raises:
            NotYourAlias, UnknownMember, ChangedMeanwhile: Nothing was changed.
        """
        kept = normalized(alias)
        is_of_hr = kind_of(kept) in OF_HR
        if kept not in await self.aliases(member):
            raise NotYourAlias(alias=kept, is_of_hr=False)
        if is_of_hr:
            raise NotYourAlias(alias=kept, is_of_hr=True)
        return await self._members.change(member, lambda known: _without(known, kept), MemberFacts(), when, only=())


def _with(record: MemberRecord, alias: str) -> MemberRecord:
    return msgspec.structs.replace(record, aliases=(*record.aliases, alias))


def _without(record: MemberRecord, alias: str) -> MemberRecord:
    return msgspec.structs.replace(record, aliases=tuple(each for each in record.aliases if each != alias))
