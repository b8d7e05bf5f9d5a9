"""The text of a formula taken apart, and what can be refused by looking at the text alone.

Positions are offsets in characters; `FormulaMistake` turns them into lines and columns that count from 1 inside the
formula, so that whoever knows the file can add where the formula begins.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

LONGEST_FORMULA = 1_000
DEEPEST_BRACKETS = 12
MOST_MACROS = 2

MACROS = frozenset({"all", "exists", "exists_one"})
"""They walk through a list; `map` and `filter` build lists, which is how a short formula eats all memory."""


class FormulaMistake(msgspec.Struct, frozen=True, kw_only=True):
    """Why a formula is refused. `line` and `column` count from 1, in characters inside the formula.

    `code` is stable; `near` is what was probably meant; `cure` says what to write instead.
    """

    line: int
    column: int
    code: str
    found: str
    cure: str = ""
    near: str = ""


def mistake_at(source: str, offset: int, code: str, found: str, cure: str = "", near: str = "") -> FormulaMistake:
    """A mistake at this character of the formula."""
    before = source[:offset]
    column = offset - (before.rfind("\n") + 1) + 1
    return FormulaMistake(line=before.count("\n") + 1, column=column, code=code, found=found, cure=cure, near=near)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a formula; of a text the quotes belong to it."""

    kind: Literal["name", "text", "whole", "fraction", "unsigned", "sign"]
    text: str
    start: int

    @property
    def said(self) -> str:
        """What a text says, without its quotes."""
        return re.sub(r"\\(.)", r"\1", self.text[1:-1]) if self.text[0] in "\"'" else self.text[2:-1]


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """Names joined by dots, as in `metrics.acts.week`; `calls` says that a bracket follows the last one."""

    parts: tuple[str, ...]
    start: int
    end: int
    calls: bool


_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[rR](?:"[^"\n]*"|'[^'\n]*'))
    |(?P<fraction>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    |(?P<unsigned>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU])
    |(?P<whole>0[xX][0-9a-fA-F]+|[0-9]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:()\[\].,])
    """,
    re.VERBOSE,
)

_SIGNS_MEANT = {
    "=": "==",
    "&": "&&",
    "|": "||",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "·": "*",
    "÷": "/",
    "–": "-",
    "−": "-",
    "“": '"',
    "”": '"',
    "„": '"',
    "’": "'",
    "‘": "'",
}

_WORDS_MEANT = {"and": "&&", "or": "||", "not": "!", "true": "true", "false": "false"}

_OPENS = {")": "(", "]": "["}

_LIST_BUILDERS = frozenset({"map", "filter"})


def read_text(source: str) -> tuple[Token, ...] | FormulaMistake:
    """The pieces of a formula, or the first thing that is not allowed in any formula."""
    if len(source) > LONGEST_FORMULA:
        found = f"This formula has {len(source):,} characters; {LONGEST_FORMULA:,} are allowed."
        return mistake_at(source, LONGEST_FORMULA, "formula-too-long", found, "Split it into several rules.")
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            return _unknown_sign(source, at)
        kind = match.lastgroup
        if kind != "space":
            tokens.append(msgspec.convert({"kind": kind, "text": match[0], "start": at}, Token))
        at = match.end()
    if not tokens:
        return mistake_at(source, 0, "formula-empty", "This formula is empty.", "Write a condition, or leave it out.")
    return _first_refused(source, tokens) or _brackets(source, tokens) or _macros(source, tokens) or tuple(tokens)


def chains(tokens: Sequence[Token]) -> Iterator[Chain]:
    """Every dotted name of a formula that begins by itself, not after a bracket or a text."""
    at = 0
    while at < len(tokens):
        first = tokens[at]
        if first.kind != "name" or (at and tokens[at - 1].text == "."):
            at += 1
            continue
        parts = [first]
        at += 1
        while at + 1 < len(tokens) and tokens[at].text == "." and tokens[at + 1].kind == "name":
            parts.append(tokens[at + 1])
            at += 2
        last = parts[-1]
        yield Chain(
            parts=tuple(part.text for part in parts),
            start=first.start,
            end=last.start + len(last.text),
            calls=at < len(tokens) and tokens[at].text == "(",
        )


def _unknown_sign(source: str, at: int) -> FormulaMistake:
    sign = source[at]
    if sign in "\"'":
        return mistake_at(source, at, "formula-text-open", "This text has no closing quote.", f"Close it with {sign}")
    if sign == "{":
        return mistake_at(source, at, "formula-sign", "Formulas have no braces.", "Lists are written [1, 2].")
    meant = _SIGNS_MEANT.get(sign, "")
    cure = f"Write {meant}" if meant else "Leave it out."
    return mistake_at(source, at, "formula-sign", f"The sign {sign} means nothing in a formula.", cure, meant)


def _first_refused(source: str, tokens: Sequence[Token]) -> FormulaMistake | None:
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        refused = _refused(source, token, after, follows_dot=at > 0 and tokens[at - 1].text == ".")
        if refused is not None:
            return refused
    return None


def _refused(source: str, token: Token, after: Token | None, *, follows_dot: bool) -> FormulaMistake | None:
    match token.kind:
        case "fraction" | "unsigned":
            whole = _as_whole(token.text)
            cure = f"Write {whole}, not {token.text}." if whole else "Turn it round: x * 3 / 2, not x * 1.5."
            return mistake_at(source, token.start, "formula-fraction", "Formulas have whole numbers only.", cure, whole)
        case "name" if not follows_dot and token.text == "has" and after is not None and after.text == "(":
            cure = "Write the name and .present, as in event.channel.present"
            return mistake_at(source, token.start, "formula-has", "has( ) is not known here.", cure)
        case "name" if not follows_dot and token.text.lower() in {"null", "none"}:
            cure = "To ask whether a value is there, write event.channel.present"
            return mistake_at(source, token.start, "formula-null", f"{token.text} is not known here.", cure)
        case "name" if not follows_dot:
            meant = _WORDS_MEANT.get(token.text.lower(), token.text)
            if meant != token.text:
                found = f"{token.text} is not known here."
                return mistake_at(source, token.start, "formula-word", found, f"Write {meant}", meant)
    return None


def _as_whole(text: str) -> str:
    """`1` for `1.0` and `1u`; nothing where a part would be lost."""
    whole = re.fullmatch(r"([0-9]+)(?:\.0+|[uU])", text)
    return whole[1] if whole else ""


def _brackets(source: str, tokens: Sequence[Token]) -> FormulaMistake | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in {"(", "["}:
            opened.append(token)
            if len(opened) > DEEPEST_BRACKETS:
                found = f"Brackets stand more than {DEEPEST_BRACKETS} deep here."
                return mistake_at(source, token.start, "formula-too-deep", found, "Split it into several rules.")
        elif token.text in _OPENS and (not opened or opened.pop().text != _OPENS[token.text]):
            found = f"Nothing is open that {token.text} could close."
            return mistake_at(source, token.start, "formula-bracket", found, f"Take {token.text} away.")
    if opened:
        found = f"This {opened[-1].text} is never closed."
        return mistake_at(source, opened[-1].start, "formula-bracket", found, "Close it where its part ends.")
    return None


def _macros(source: str, tokens: Sequence[Token]) -> FormulaMistake | None:
    """At most two walks through lists, and none inside another: their work multiplies."""
    depth = count = 0
    inside: int | None = None
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.text == "." and token.text in _LIST_BUILDERS and after.text == "(":
            cure = 'Ask the list itself, as in event.topics.exists(topic, topic == "hiring")'
            return mistake_at(source, token.start, "formula-builds-list", "Formulas build no lists.", cure)
        if before.text == "." and token.text in MACROS and after.text == "(":
            count += 1
            if inside is not None:
                found = f"{token.text}( ) stands inside another walk through a list."
                return mistake_at(source, token.start, "formula-nested", found, "Split it into several rules.")
            if count > MOST_MACROS:
                found = f"A formula walks through at most {MOST_MACROS} lists."
                return mistake_at(source, token.start, "formula-too-many-lists", found, "Split it into several rules.")
            inside = depth
        if token.kind == "sign":
            depth += (token.text in "([") - (token.text in ")]")
        if inside is not None and token.text == ")" and depth == inside:
            inside = None
    return None
