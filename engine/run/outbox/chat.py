"""Messages to a channel of Slack or Teams, in the organization's language: what the wall shows, and no more. Pure.

Names and titles are data and no markup: nobody's name addresses a whole channel or becomes a link.
"""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

import msgspec

from engine.core.messages import Kind
from engine.core.receipts.words import Language
from engine.run.wall import WallRow
from engine.store.keys import WallKind
from engine.store.outbox import Format

CHAT_KINDS: Final[tuple[Kind, ...]] = ("recognition.named", "badge.granted", "thanks.received")
WALL_KINDS_OF: Final[Mapping[str, WallKind]] = {
    "recognition.named": "recognition",
    "badge.granted": "badge",
    "thanks.received": "thanks",
}
"""What a channel may be told, and what the wall calls it."""

MOST_LINES: Final = 20
MOST_LINE: Final = 1_000
"""A block of text holds 3,000 characters; a line that long is none."""

PAUSE_MS: Final = 60_000
"""After a message a channel is left in peace for so long; what comes meanwhile goes into the next one."""

_YEARS: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("{years} years", "{years} year"),
    "fi": ("{years} vuotta", "{years} vuosi"),
}
_BADGE: Final[Mapping[Language, str]] = {
    "en": "{name} received the badge {title}.",
    "fi": "{name} sai merkin {title}.",
}
_THANKS: Final[Mapping[Language, str]] = {
    "en": "{name} was thanked by {giver}.",
    "fi": "{name} sai kiitoksen, kiittäjänä {giver}.",
}
_TEST: Final[Mapping[Language, str]] = {
    "en": "Sulka can write to this channel.",
    "fi": "Sulka voi kirjoittaa tälle kanavalle.",
}
_MORE: Final[Mapping[Language, str]] = {"en": "… and {count} more on the wall.", "fi": "… ja seinällä {count} lisää."}


def chat_body(format_: Format, rows: Sequence[WallRow], language: Language) -> bytes:
    """The body that the service takes."""
    return _body(format_, lines_of(rows, language))


def test_body(format_: Format, language: Language) -> bytes:
    """A message that says nothing."""
    return _body(format_, [_TEST[language]])


def _body(format_: Format, lines: Sequence[str]) -> bytes:
    match format_:
        case "slack":
            # Its plain text is shown in notifications and read as markup, in which these three letters begin things.
            plain = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            blocks = [
                {"type": "section", "text": {"type": "plain_text", "text": line, "emoji": False}} for line in lines
            ]
            return msgspec.json.encode({"text": plain, "blocks": blocks})
        case "teams" | "standard-webhooks":
            body = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in lines]
            card = {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            }
            attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
            return msgspec.json.encode({"type": "message", "attachments": [attachment]})
        case _:
            assert_never(format_)


def lines_of(rows: Sequence[WallRow], language: Language) -> list[str]:
    """A line for each; all who are named for the same share one."""
    named: dict[str, list[str]] = {}
    for row in rows:
        match row.kind:
            case "recognition":
                named.setdefault(_title(row, language), []).append(row.member.name)
            case "badge":
                named[_BADGE[language].format(name=row.member.name, title=row.title)] = []
            case "thanks":
                giver = "" if row.giver is None else row.giver.name
                named[_THANKS[language].format(name=row.member.name, giver=giver)] = []
    lines = [_short(f"{line}: {', '.join(names)}" if names else line) for line, names in named.items()]
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[:MOST_LINES], _MORE[language].format(count=len(lines) - MOST_LINES)]


def _title(row: WallRow, language: Language) -> str:
    many, one = _YEARS[language]
    named_for = row.period if row.years is None else (one if row.years == 1 else many).format(years=row.years)
    return row.title if named_for is None else f"{row.title} ({named_for})"


def _short(line: str) -> str:
    return line if len(line) <= MOST_LINE else f"{line[: MOST_LINE - 1]}…"
