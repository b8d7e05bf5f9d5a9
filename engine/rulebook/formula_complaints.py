"""What the CEL library says against a formula, put into words for the person who wrote it."""

import re
from collections.abc import Callable, Collection, Sequence

from engine.rulebook.cel import FUNCTIONS, Complaint, type_in_words
from engine.rulebook.did_you_mean import joined, nearest
from engine.rulebook.formula_text import Chain, FormulaMistake, Token, chains, mistake_at

ROOTS = frozenset({"event", "member", "content", "metrics"})
"""What every name that a formula can read begins with."""

MOST_TERMS = 32
"""The library reads no longer chain of one sign than this."""

_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_SELECTED = re.compile(r"cannot be the operand of a select operation")
_MISFIT = re.compile(r"no matching overload for '([^']+)' applied to '\((.*)\)'")
_TOO_DEEP = re.compile(r"recursion|too deep|parsetree", re.IGNORECASE)

_SYMBOLS = {"@in": "in", "_[_]": "[ ]", "_?_:_": "? :"}

_GETTERS = ("getHours", "getMinutes", "getSeconds")


def mistake_from(
    source: str, tokens: Sequence[Token], complaints: Sequence[Complaint], known: Collection[str]
) -> FormulaMistake:
    """The first complaint as a mistake. `known` are all names that this formula could read."""
    if any(_TOO_DEEP.search(complaint.said) for complaint in complaints) and not _syntax(complaints[0]):
        found = "This formula has too many parts in a row or inside each other."
        cure = f"Join at most {MOST_TERMS} parts with the same sign, or split it into several rules."
        return mistake_at(source, 0, "formula-too-deep", found, cure)
    complaint = complaints[0]
    offset = _offset(source, complaint)
    if _UNDECLARED.search(complaint.said) or _SELECTED.search(complaint.said):
        return _unknown(source, tokens, offset, known)
    misfit = _MISFIT.search(complaint.said)
    if misfit is not None:
        return _does_not_fit(source, offset, misfit[1], _arguments(misfit[2]))
    if "int literal" in complaint.said:
        return mistake_at(source, offset, "formula-number", "This number is too long.", "Use smaller numbers.")
    if offset >= len(source.rstrip()):
        return mistake_at(source, offset, "formula-syntax", "The formula ends in the middle.", "Add what is missing.")
    at = next((token for token in tokens if token.start <= offset < token.start + len(token.text)), None)
    found = f"The formula can't be read from {at.text} on." if at else "The formula can't be read from here on."
    return mistake_at(source, offset, "formula-syntax", found, "Between two conditions stands && (and) or || (or).")


def _syntax(complaint: Complaint) -> bool:
    return complaint.said.startswith("Syntax error")


def _offset(source: str, complaint: Complaint) -> int:
    if complaint.line < 1:
        return 0
    lines = source.split("\n")
    before = sum(len(line) + 1 for line in lines[: complaint.line - 1])
    return min(before + max(complaint.column, 1) - 1, len(source))


def _unknown(source: str, tokens: Sequence[Token], offset: int, known: Collection[str]) -> FormulaMistake:
    chain = next((chain for chain in chains(tokens) if chain.start <= offset <= chain.end), None)
    if chain is not None and chain.parts[0] in ROOTS and not (chain.calls and offset == chain.end):
        return _unknown_name(source, chain, known)
    token = next((token for token in tokens if token.start <= offset <= token.start + len(token.text)), tokens[0])
    called = next((t for t in reversed(tokens) if t.kind == "name" and t.start + len(t.text) <= offset), token)
    if chain is None or (chain.calls and offset == chain.end) or source[offset : offset + 1] == "(":
        return _unknown_function(source, called)
    return _unknown_name(source, chain, known)


def _unknown_name(source: str, chain: Chain, known: Collection[str]) -> FormulaMistake:
    name = ".".join(chain.parts[:-1] if chain.calls and len(chain.parts) > 1 else chain.parts)
    found = f"Nothing is called {name} here."
    if name not in ROOTS and f"event.{name}" in known:
        near = f"event.{name}"
        return mistake_at(source, chain.start, "formula-name", found, "In formulas, fields begin with event.", near)
    windows = sorted(other for other in known if other.startswith(f"{name}.") and name.startswith("metrics."))
    if windows:
        cure = f"A metric is read in a window: {joined(windows[:3], 'or')}."
        return mistake_at(source, chain.start, "formula-name", found, cure)
    near = nearest(name, known) if name not in ROOTS else ""
    cure = "" if near else "Names are event.…, member.…, content.… or metrics.<id>.<window>."
    return mistake_at(source, chain.start, "formula-name", found, cure, near)


def _unknown_function(source: str, called: Token) -> FormulaMistake:
    found = f"{called.text}( ) can't be used so in a formula."
    if called.text in _GETTERS or called.text.startswith("get"):
        return mistake_at(source, called.start, "formula-function", found, _CLOCK)
    near = nearest(called.text, FUNCTIONS)
    cure = "" if near and near != called.text else f"Functions: {', '.join(FUNCTIONS)}."
    return mistake_at(source, called.start, "formula-function", found, cure, near if near != called.text else "")


_CLOCK = "For the hour and the weekday in the organization's zone write event.hour and event.weekday."


def _arguments(types: str) -> list[str]:
    """`(int, list(string))` without its outer brackets, split where no bracket is open."""
    return re.findall(r"[^,()]+(?:\([^)]*\))?", types.replace(", ", ","))


def _does_not_fit(source: str, offset: int, operator: str, types: list[str]) -> FormulaMistake:
    if operator[0] not in "_@!-":
        start = offset - len(operator) if source[:offset].endswith(operator) else offset
        found = f"{operator}( ) can't be used with {joined(type_in_words(name) for name in types)}."
        cure = _CLOCK if operator in _GETTERS else ""
        return mistake_at(source, start, "formula-types", found, cure)
    sign = _SYMBOLS.get(operator, operator.strip("_"))
    found = f"{sign} can't be used with {joined(type_in_words(name) for name in types)}."
    cure = next((cure for fits, cure in _CURES if fits(sign, types)), "")
    return mistake_at(source, offset, "formula-types", found, cure)


_STRINGS = "list(string)"
_TIME = "google.protobuf.Timestamp"
_SPAN = "google.protobuf.Duration"

_CURES: tuple[tuple[Callable[[str, list[str]], bool], str], ...] = (
    (lambda sign, _: sign in {"&&", "||", "!"}, "&&, || and ! join what holds or not, as in event.minutes >= 30."),
    (lambda sign, types: sign == "? :" and types[0] != "bool", "Before ? stands something that holds or not."),
    (lambda sign, _: sign == "? :", "On both sides of the : stands the same kind of value."),
    (lambda sign, types: sign == "+" and types[0] in {"string", _STRINGS}, "Texts and lists can't be joined."),
    (lambda sign, types: sign == "in" and types[1] == "string", "Write == for one value; lists are written [1, 2]."),
    (
        lambda sign, types: sign in {"==", "!="} and _STRINGS in types and "string" in types,
        'Write "value" in the list, as in "x" in event.topics.',
    ),
    (lambda _, types: _TIME in types and "string" in types, 'Write a time as timestamp("2027-01-31T00:00:00Z").'),
    (lambda _, types: _SPAN in types and "int" in types, 'Write a span of time as duration("24h").'),
    (lambda sign, types: sign in {"<", "<=", ">", ">="} and "bool" in types, "Write 1 < x && x < 3, not 1 < x < 3."),
    (lambda _, types: set(types) == {"int", "string"}, "Numbers stand without quotes, texts in quotes."),
)
