"""A member's week as a mail: what they got and where to read why, in their language; no word of what is next. Pure."""

import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Final

import msgspec

from engine.core.periods import PeriodKind, local_clock, local_day, period_bounds_ms, period_name, period_of
from engine.core.receipts.receipt import Receipt
from engine.core.receipts.stance import Stance
from engine.core.receipts.words import Language
from engine.store.notices import NoticeRow

MOST_LINES: Final = 15
THANKS: Final = "sulka.thanks"
"""The type of a thanks' receipt; `who` is there for who was thanked."""

WEEK_DAYS: Final = 7
_ADDRESS: Final = re.compile(r'(?!.*=\?)[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+')
"""One address, and no list of them, nor what the header of a mail reads as other letters than stand there."""


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """From whom the mail comes, where its reader finds why, and where they turn to stop it."""

    sender: str
    link: str
    stop: str


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """The week before this one on a member's clock: its first day, its name, its bounds in milliseconds."""

    first_day: int
    name: str
    begins: int
    ends: int


def week_before(now: int, zone: str, week_starts: int) -> Week:
    """The last week that is over on this clock."""
    first = period_of(PeriodKind.WEEK, local_day(now, zone), week_starts) - WEEK_DAYS
    begins, ends = period_bounds_ms(PeriodKind.WEEK, first, zone)
    return Week(first_day=first, name=period_name(PeriodKind.WEEK, first), begins=begins, ends=ends)


def is_quiet(now: int, zone: str, row: NoticeRow) -> bool:
    """Whether the member wants no mail at this hour of their clock."""
    _, hour = local_clock(now, zone)
    if row.quiet_from <= row.quiet_to:
        return row.quiet_from <= hour < row.quiet_to
    return hour >= row.quiet_from or hour < row.quiet_to


def lines_of(receipts: Sequence[Receipt], week: Week, language: Language) -> list[str]:
    """What the week brought, the newest first; none where it brought nothing."""
    brought = [each for each in receipts if week.begins <= each.recorded < week.ends and _is_good(each)]
    if not brought:
        return []
    points = sum(each.points for each in brought)
    rows: dict[str, list[int]] = {}
    for each in brought:
        rows.setdefault(each.title, []).append(each.points)
    words = _WORDS[language]
    lines = [words["sum" if points else "brought"].format(points=points, week=week.name), ""]
    for title, paid in rows.items():
        word = "line" if sum(paid) else "plain"
        lines.append(words[word].format(title=title, points=sum(paid), times=len(paid)))
    if len(rows) > MOST_LINES:
        rest = len(rows) - MOST_LINES
        lines = [*lines[: MOST_LINES + 2], words["more"].format(count=rest)]
    return lines


def mail_of(
    to: str, member: str, lines: Sequence[str], week: Week, addresses: Addresses, language: Language
) -> EmailMessage:
    """The mail; sent again after a crash it has the same Message-ID.

    Raises:
        ValueError: Nothing can be sent to this address.
    """
    if not _ADDRESS.fullmatch(to):
        raise ValueError
    words = _WORDS[language]
    message = EmailMessage()
    message["From"] = addresses.sender
    message["To"] = to
    message["Subject"] = words["subject"].format(week=week.name)
    message["Message-ID"] = f"<week.{week.name}.{member}@{_domain(addresses.sender)}>"
    message["List-Unsubscribe"] = f"<{addresses.stop}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    why = [words["why"].format(link=addresses.link)] if addresses.link else []
    message.set_content("\n".join([*lines, "", *why, words["stop"].format(stop=addresses.stop)]))
    return message


def _is_good(receipt: Receipt) -> bool:
    """Whether it brought points, a thanks, or a place among those who were named, of which people are told."""
    is_thanks = receipt.type == THANKS and receipt.who is not None
    return receipt.is_told and (receipt.points > 0 or is_thanks or receipt.stance is Stance.PERIOD)


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("<> ")


_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "subject": "Your week {week}",
        "sum": "Week {week} brought you {points} points:",
        "brought": "What week {week} brought you:",
        "line": "- {title}: {points} (receipts: {times})",
        "plain": "- {title} (receipts: {times})",
        "more": "… and {count} more.",
        "why": "Why, line by line: {link}",
        "stop": "You asked for this mail once a week. No more of it: {stop}",
    },
    "fi": {
        "subject": "Viikkosi {week}",
        "sum": "Viikko {week} toi sinulle pisteitä: {points}.",
        "brought": "Viikko {week} toi sinulle:",
        "line": "- {title}: {points} (kuitteja: {times})",
        "plain": "- {title} (kuitteja: {times})",
        "more": "… ja {count} lisää.",
        "why": "Mistä mikin tuli: {link}",
        "stop": "Pyysit tämän viestin kerran viikossa. Jos et halua sitä enää: {stop}",
    },
}
