"""A table of balances from before: what each row would carry over, and the writing of it.

Of one import a member's balance in a currency comes once for good; writing may stop anywhere and run again.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from engine.core.carried import is_carried
from engine.core.entries import OpeningBalance, encode_entry
from engine.core.keys import member_key
from engine.core.periods import day_bounds_ms, local_day
from engine.core.plan import Plan
from engine.core.states import MemberState
from engine.rulebook.did_you_mean import listed, nearest
from engine.run.errors import HistoryNotOpen, LogFull
from engine.run.outcomes import When
from engine.run.plans import PlanSource
from engine.run.roster.importing import READ_AT_ONCE, Fate
from engine.run.roster.matching import alias_of
from engine.run.roster.rows import Fault, shown_cell
from engine.run.roster.sheet import Broken, Layout, Line, Sheet
from engine.run.roster.working import IN_ONE_WRITE
from engine.sources.digests import mark
from engine.store.directory import Directory
from engine.store.log import Append, Log
from engine.store.states import StateReader

BALANCES: Final = Layout(
    columns=("member", "currency", "amount", "as_of"),
    in_finnish={"jäsen": "member", "valuutta": "currency", "määrä": "amount", "päivä": "as_of"},
    needed=(
        (("member",), "no column says whose the balance is.", "Add member: an id, an address, or kind:value."),
        (("amount",), "no column says how much it is.", "Add amount: a whole number."),
        (("as_of",), "no column says of which day it is.", "Add as_of: a day such as 2026-08-31."),
    ),
)

SPEAKER: Final = "sulka.carried"
"""Whose ids the marks are: a name that no sender can have."""

MOST_AMOUNT: Final = 1_000_000_000
EARLIEST: Final = date(2000, 1, 1)
EPOCH: Final = date(1970, 1, 1)
HALF_A_DAY_MS: Final = 43_200_000


class Carrying(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would do. `writes` are in their order, each with its line."""

    fates: tuple[Fate, ...]
    writes: tuple[tuple[int, Append], ...]


class _Row(msgspec.Struct, frozen=True):
    line: int
    member: str
    currency: str | None
    code: int
    amount: int
    day: int


class Balances:
    """See the module."""

    def __init__(
        self, *, directory: Directory, log: Log, reader: StateReader, plans: PlanSource, secret: bytes
    ) -> None:
        self._directory, self._log, self._reader = directory, log, reader
        self._plans, self._secret = plans, secret

    async def compare(self, sheet: Sheet, origin: str, when: When) -> Carrying:
        """What each row would carry over; nothing is written. `origin` names the import."""
        plan = await self._plans.in_force({})
        names = [alias_of(_cell(line, "member")) for line in sheet.lines if isinstance(line, Line)]
        holders = await self._directory.resolve([name for name in names if ":" in name])
        known = await self._directory.members([name for name in names if ":" not in name])
        whose = {**holders, **{member: member for member in known}}
        fates: dict[int, Fate] = {}
        rows: list[_Row] = []
        seen: dict[tuple[str, int], int] = {}
        for line in sheet.lines:
            row = _read(line, plan, whose, when)
            if isinstance(row, _Row):
                first = seen.setdefault((row.member, row.code), row.line)
                if first == row.line:
                    rows.append(row)
                    continue
                row = (Fault("", f"a balance that stands on line {first} already", "one row for each currency"),)
            fates[line.number] = Fate(line=line.number, is_="refused", faults=row)
        states = await self._states([row.member for row in rows])
        writes: list[tuple[int, Append]] = []
        for row in rows:
            carried = is_carried(states[row.member], origin, row.code)
            fates[row.line] = Fate(line=row.line, is_="unchanged" if carried else "new", member=row.member)
            if not carried:
                writes.append((row.line, self._append(row, origin, plan, when)))
        return Carrying(fates=tuple(fates[line.number] for line in sheet.lines), writes=tuple(writes))

    async def write(self, carrying: Carrying) -> tuple[Fate, ...]:
        """Write what is new; the fates then.

        Raises:
            LogFull, HistoryNotOpen, StoreUnavailable: What was written before stays; run it again.
        """
        fates = {fate.line: fate for fate in carrying.fates}
        for start in range(0, len(carrying.writes), IN_ONE_WRITE):
            part = carrying.writes[start : start + IN_ONE_WRITE]
            appended = await self._log.append([append for _, append in part])
            for (line, _), answer in zip(part, appended, strict=True):
                match answer.status:
                    case "accepted":
                        pass
                    case "duplicate":
                        fates[line] = msgspec.structs.replace(fates[line], is_="unchanged")
                    case "full" | "members-full":
                        raise LogFull
                    case "no-history" | "not-empty":
                        raise HistoryNotOpen
                    case "conflict" | "changed" | "waiting":
                        fault = Fault("amount", "another one than this import has said before", "a correction by hand")
                        fates[line] = Fate(line=line, is_="refused", member=fates[line].member, faults=(fault,))
        return tuple(fates[fate.line] for fate in carrying.fates)

    async def _states(self, members: Sequence[str]) -> dict[str, MemberState]:
        found: dict[str, MemberState] = {}
        for start in range(0, len(members), READ_AT_ONCE):
            part = members[start : start + READ_AT_ONCE]
            states = await self._reader.read([member_key(member) for member in part])
            for member in part:
                state = states[member_key(member)]
                assert isinstance(state, MemberState)
                found[member] = state
        return found

    def _append(self, row: _Row, origin: str, plan: Plan, when: When) -> Append:
        # Noon, so that it stays the same day whatever zone the rulebook says later.
        time = day_bounds_ms(row.day, plan.rulebook.zone)[0] + HALF_A_DAY_MS
        entry = OpeningBalance(row.member, time, row.amount, origin, row.currency)
        return Append(
            mark=mark(SPEAKER, f"{origin}:{row.member}:{row.currency or ''}", self._secret),
            digest=mark(SPEAKER, f"{row.amount}:{row.day}", self._secret),
            payload=encode_entry(entry),
            recorded=when.ms,
            said_recorded=when.said,
        )


def _cell(line: Line, column: str) -> str:
    return " ".join(line.cells.get(column, "").split())


def _read(line: Line | Broken, plan: Plan, holders: Mapping[str, str], when: When) -> _Row | tuple[Fault, ...]:
    """What a row says, or all that is wrong with it."""
    if isinstance(line, Broken):
        return (Fault("", line.found, line.expected),)
    name, said, amount = _cell(line, "member"), _cell(line, "currency"), _amount(_cell(line, "amount"))
    member, currency = holders.get(alias_of(name)), None if said in {"", "points"} else said
    code, day = plan.currency(currency), _day(_cell(line, "as_of"))
    faults: list[Fault] = []
    if member is None:
        faults.append(Fault("member", f"{shown_cell(name)}, whom nobody knows", "the id or alias of somebody known"))
    if code is None:
        known = ("points", *(each.id for each in plan.rulebook.currencies))
        near = nearest(said, known)
        hint = f"; did you mean “{near}”?" if near else ""
        faults.append(Fault("currency", shown_cell(said), f"{listed(known)}, or an empty cell for points{hint}"))
    elif code in plan.running_out and _has_ended(plan, code, when):
        faults.append(Fault("currency", f"{shown_cell(said)}, whose last day is over", "points, or one that goes on"))
    if amount is None:
        faults.append(Fault("amount", shown_cell(_cell(line, "amount")), f"a whole number of 1 to {MOST_AMOUNT:,}"))
    if day is None or day > local_day(when.ms, plan.rulebook.zone):
        expected = f"a day from {EARLIEST} to today, such as 2026-08-31 or 31.8.2026"
        faults.append(Fault("as_of", shown_cell(_cell(line, "as_of")), expected))
    if member is None or code is None or amount is None or day is None or faults:
        return tuple(faults)
    return _Row(line.number, member, currency, code, amount, day)


def _has_ended(plan: Plan, code: int, when: When) -> bool:
    last = plan.running_out[code].last_day
    return last is not None and plan.local_day(when.ms) > last


def _amount(text: str) -> int | None:
    """A whole number, thousands apart or not."""
    digits = text.replace(" ", "")
    return int(digits) if re.fullmatch(r"[0-9]{1,10}", digits) and 0 < int(digits) <= MOST_AMOUNT else None


def _day(text: str) -> int | None:
    by_dots = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        if by_dots is not None:
            found = date(int(by_dots[3]), int(by_dots[2]), int(by_dots[1]))
        elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            found = date.fromisoformat(text)
        else:
            return None
    except ValueError:
        return None
    return (found - EPOCH).days if found >= EARLIEST else None
