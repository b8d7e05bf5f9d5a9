"""What the journal of the demo says when it is added up."""

from collections import Counter

import msgspec

from engine.bootstrap import Site
from engine.core.chain import decode_journal
from engine.core.journal import JournalEntry
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.entries import EntryTaken
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Closed, Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.streaks import StreakWentOn
from engine.core.periods import PeriodKind, period_name
from engine.core.plan import KINDS
from engine.core.rulebook import Rulebook
from engine.store.raw import RawRows

HUNDRED = 100
RESTED = {
    Reason.LIMIT_TIMES: "one a day on a channel, a few reviews a week: the next day or week counts again",
    Reason.ONCE: "the same post on the same channel, or a training done before: once is enough",
    Reason.ALLOWANCE: "a sixth thanks in a week: it was sent all the same, as a gift",
    Reason.SAME_PAIR: "a second thanks to the same colleague in a week: sent, as a gift",
    Reason.CAP: "a week that was full: rest is part of it",
    Reason.CURRENCY_LIMIT: "coins beyond the year's limit: points and badges went on",
    Reason.KEY_AGAIN: "the same thing, reported twice: counted once",
    Reason.TAKEN_BACK_BEFORE: "taken back before it came",
}
FADED = "the fifth share of a week and on: a network likes a pause"
LESS = "paid a little less: the third and fourth share of a week, a thanks that came straight back"
ROOM = "paid the room that was left in a week"
LATE = "came after their week had closed: they count in all totals"
TAKEN = "were taken back, with everything that they had led to"


class Tally(msgspec.Struct, frozen=True):
    """The demo in numbers. `weeks` and `months` have the members who were named when each closed, best first."""

    entries: int
    weeks: dict[str, list[str]]
    months: dict[str, dict[str, list[str]]]
    badges: Counter[str]
    rested: Counter[str]
    in_a_row: dict[str, int]
    """The most weeks in a row that a member reached with points for them."""


async def tally(site: Site, book: Rulebook) -> Tally:
    """Read the whole journal."""
    judged = await site.reader.judged()
    found = Tally(judged, {}, {}, Counter(), Counter(), {})
    async for encoded in RawRows(read=site.read, keys=site.keys).journal(judged):
        _add(found, book, decode_journal(encoded))
    return found


def _add(found: Tally, book: Rulebook, entry: JournalEntry) -> None:
    winners: dict[int, list[str]] = {}
    if entry.late:
        found.rested[LATE] += 1
    for line in entry.lines:
        match line:
            case Recognised():
                winners.setdefault(line.recognition, []).append(entry.people[line.who].id)
            case Closed():
                _close(found, book, line, winners)
                winners = {}
            case BadgeGranted():
                found.badges[_title(book, line.badge).replace("{topic}", line.value)] += 1
            case StreakWentOn(undone=False):
                member = entry.people[line.who].id
                found.in_a_row[member] = max(line.length, found.in_a_row.get(member, 0))
            case EntryTaken():
                found.rested[TAKEN] += 1
            case Refused() if line.reason in RESTED:
                found.rested[RESTED[line.reason]] += 1
            case Refused(reason=Reason.FADED):
                found.rested[FADED] += 1
            case Posted() if line.amount > 0 and line.held_by >= 0:
                found.rested[ROOM] += 1
            case Posted() if line.amount > 0 and line.percent < HUNDRED:
                found.rested[LESS] += 1
            case _:
                pass


def _close(found: Tally, book: Rulebook, line: Closed, winners: dict[int, list[str]]) -> None:
    kind = KINDS[line.kind]
    name = period_name(kind, line.period)
    if kind is PeriodKind.WEEK:
        found.weeks[name] = [member for won in winners.values() for member in won]
    elif kind is PeriodKind.MONTH:
        found.months[name] = {_title(book, code): won for code, won in winners.items()}


def _title(book: Rulebook, code: int) -> str:
    name = book.names.get(code)
    return name.title.said_in("en") if name is not None and name.title is not None else "…"
