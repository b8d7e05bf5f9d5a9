"""The wall: winners of closed periods, thanks, badges, of those who chose to be shown there; read from the journal.

Nothing of it is stored but positions. Whoever hides, leaves or is erased is gone from it with the next reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from engine.core.asking_first import SHOWN, answer_to
from engine.core.entries import Logged, Thanked
from engine.core.held import position_of, steps_of
from engine.core.journal import AnyLine, JournalEntry
from engine.core.keys import member_key
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.past import told_lines
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import YearsReached
from engine.core.periods import period_name
from engine.core.plan import Plan
from engine.core.receipts.titles import badge_title
from engine.core.receipts.words import Language
from engine.core.rules import Text
from engine.core.states import MemberState
from engine.run.asked import asks
from engine.run.logged import judged_at
from engine.run.people import NOBODY
from engine.run.plans import PlanSource
from engine.store.directory import Directory, MemberRecord, MembershipRow, TextRecord
from engine.store.keys import WallKind
from engine.store.ledger import Ledger
from engine.store.states import StateReader
from engine.store.wall import WallIndex
from engine.store.wall_rows import kind_of

POSITIONS_AT_ONCE: Final = 64
MOST_POSITIONS: Final = 512
"""One page looks at so many positions. Where most are of people who are not shown, it ends early, with a cursor."""

LAST_LINE: Final = 2**31


class Person(msgspec.Struct, frozen=True):
    """Somebody who is shown."""

    id: str
    name: str


class WallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on the wall. `line` is its place in the journal entry; `giver` and `words` are those of a thanks."""

    kind: WallKind
    position: int
    line: int
    at: int
    id: str
    title: str
    text: str | None
    member: Person
    giver: Person | None = None
    words: str | None = None
    period: str | None = None
    place: int | None = None
    years: int | None = None


class WallPage(msgspec.Struct, frozen=True):
    """Rows, the newest first; `following` (position, line) is where the next page begins, if there may be one."""

    rows: tuple[WallRow, ...]
    following: tuple[int, int] | None


class Found(msgspec.Struct, frozen=True):
    """A line for the wall, with whom it is about."""

    kind: WallKind
    position: int
    line: int
    recorded: int
    plan: Plan
    said: AnyLine
    member: str
    giver: str | None = None
    text: str | None = None


class Shown(msgspec.Struct, frozen=True):
    """What was read about the people of some lines."""

    memberships: Mapping[str, MembershipRow]
    records: Mapping[str, MemberRecord]
    states: Mapping[str, MemberState]
    texts: Mapping[str, TextRecord]

    def person(self, member: str) -> Person | None:
        """The member, where they are known, take part and chose the wall."""
        row, record = self.memberships.get(member, NOBODY), self.records.get(member)
        if record is None or row.erased or not row.wall or row.status not in {"joined", "paused"}:
            return None
        return Person(member, record.name)


class Wall:
    """See the module."""

    def __init__(
        self, *, index: WallIndex, ledger: Ledger, reader: StateReader, directory: Directory, plans: PlanSource
    ) -> None:
        self._index, self._ledger, self._reader = index, ledger, reader
        self._directory, self._plans = directory, plans

    async def page(
        self,
        kinds: Sequence[WallKind],
        language: Language,
        now: int,
        *,
        before: tuple[int, int] | None,
        count: int,
    ) -> WallPage:
        """At most `count` rows that come after a place (position, line), or the newest."""
        rows: list[WallRow] = []
        place, looked_at = before, 0
        while looked_at < MOST_POSITIONS:
            positions = await self._positions(kinds, None if place is None else place[0])
            for row in await self._rows(positions, kinds, language, now):
                if place is not None and row.position == place[0] and row.line <= place[1]:
                    continue
                if len(rows) == count:
                    return WallPage(tuple(rows), (rows[-1].position, rows[-1].line))
                rows.append(row)
            if len(positions) < POSITIONS_AT_ONCE:
                return WallPage(tuple(rows), None)
            place, looked_at = (positions[-1], LAST_LINE), looked_at + len(positions)
        return WallPage(tuple(rows), place)

    async def at(
        self, positions: Sequence[int], kinds: Sequence[WallKind], language: Language, now: int
    ) -> list[WallRow]:
        """What these entries give the wall, in the order of the positions."""
        return await self._rows(positions, kinds, language, now)

    async def _positions(self, kinds: Iterable[WallKind], to: int | None) -> list[int]:
        found = {
            position for kind in kinds for position in await self._index.newest(kind, to=to, count=POSITIONS_AT_ONCE)
        }
        return sorted(found, reverse=True)[:POSITIONS_AT_ONCE]

    async def _rows(
        self, positions: Sequence[int], kinds: Sequence[WallKind], language: Language, now: int
    ) -> list[WallRow]:
        entries = await self._ledger.entries(positions)
        logged = await judged_at(self._reader, positions)
        digests = dict.fromkeys(entry.rulebook for entry in entries.values())
        plans = {digest: await self._plans.of(digest) for digest in digests}
        found = [
            each
            for position in positions
            if position in entries and position in logged
            for each in _found(plans[entries[position].rulebook], logged[position], entries[position])
            if each.kind in kinds
        ]
        shown = await self._shown(found, now)
        rows = (_row(each, shown, language) for each in found)
        return [row for row in rows if row is not None]

    async def _shown(self, found: Sequence[Found], now: int) -> Shown:
        people = list(dict.fromkeys(who for each in found for who in (each.member, each.giver) if who is not None))
        holders = list(dict.fromkeys(each.member for each in found if each.kind == "badge" or asks(each.said)))
        texts = await self._directory.texts([each.text for each in found if each.text is not None])
        states = await self._reader.read([member_key(member) for member in holders])
        return Shown(
            memberships=await self._directory.memberships(people),
            records=await self._directory.members(people),
            states={
                member: state for member in holders if isinstance(state := states[member_key(member)], MemberState)
            },
            texts={key: text for key, text in texts.items() if not text.until or text.until > now},
        )


def _found(plan: Plan, logged: Logged, journal: JournalEntry) -> Iterable[Found]:
    thanks = plan.rulebook.thanks
    thanked = False
    for number, line in enumerate(told_lines(journal.lines)):
        kind = kind_of(line, None if thanks is None else thanks.code)
        place = (logged.position, number, logged.recorded, plan, line)
        match kind, line, logged.entry:
            case "thanks", _, Thanked() as entry if entry.receiver is not None and not thanked:
                thanked = True
                yield Found(kind, *place, entry.receiver, entry.giver, entry.text)
            case (("recognition" | "badge"), (Recognised() | YearsReached() | BadgeGranted()), _):
                yield Found(kind, *place, journal.people[line.who].id)
            case _:
                pass


def _row(found: Found, shown: Shown, language: Language) -> WallRow | None:
    """The row, or None where somebody in it is not shown or it was taken back."""
    member = shown.person(found.member)
    if member is None or not _may_be_shown(found, shown):
        return None
    place = {"kind": found.kind, "position": found.position, "line": found.line, "at": found.recorded}
    book = found.plan.rulebook
    match found.said:
        case Recognised() as line:
            recognition = next((each for each in book.recognitions if each.code == line.recognition), None)
            if recognition is None:
                return None
            return WallRow(
                **place,  # type: ignore[arg-type]  # the four above
                id=recognition.id,
                title=recognition.title.said_in(language),
                text=_said(recognition.text, language),
                member=member,
                period=period_name(recognition.at_end_of, line.period),
                place=line.place,
            )
        case YearsReached() as line:
            anniversary = next((each for each in book.anniversaries if each.code == line.recognition), None)
            if anniversary is None:
                return None
            return WallRow(
                **place,  # type: ignore[arg-type]  # as above
                id=anniversary.id,
                title=anniversary.title.said_in(language),
                text=_said(anniversary.text, language),
                member=member,
                years=line.years,
            )
        case BadgeGranted() as line:
            badge, state = found.plan.badges.get(line.badge), shown.states.get(found.member)
            if badge is None or not badge.on_wall or state is None or not shown.memberships[found.member].badges:
                return None
            if position_of(steps_of(state, line.badge, line.value), line.step) != found.position:
                return None
            return WallRow(
                **place,  # type: ignore[arg-type]  # as above
                id=badge.id,
                title=badge_title(found.plan, badge, line.value, line.step, language),
                text=_said(badge.text, language),
                member=member,
            )
        case _:
            giver = shown.person(found.giver) if found.giver is not None else None
            if giver is None or book.thanks is None:
                return None
            text = shown.texts.get(found.text) if found.text is not None else None
            return WallRow(
                **place,  # type: ignore[arg-type]  # as above
                id=book.thanks.id,
                title=book.thanks.title.said_in(language),
                text=None,
                member=member,
                giver=giver,
                words=None if text is None else text.text,
            )


def _may_be_shown(found: Found, shown: Shown) -> bool:
    """Whether whoever is asked first has said yes; of others nobody asks."""
    number = asks(found.said)
    if not number:
        return True
    state = shown.states.get(found.member)
    return state is not None and answer_to(state, found.position, number) == SHOWN


def _said(text: Text | None, language: Language) -> str | None:
    return None if text is None else text.said_in(language)
