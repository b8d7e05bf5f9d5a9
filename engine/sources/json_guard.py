"""Bytes -> JSON values, once it is certain that everybody reads the same in them.

msgspec alone keeps the last of two equal keys without a word, and recurses as deep as a body is nested; in a thread
with a small stack that ends the process. Both are seen beforehand in what stands outside of strings, at the cost of
a few passes in C: counting colons there counts the members of all objects, so a tree with fewer of them lost some.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import accumulate, islice
from typing import Final

import msgspec

from engine.sources.events import MAX_BODY_BYTES, MAX_DEPTH, MAX_FAULTS, BodyTooLarge, Fault, JsonValue, NotUnderstood

MAX_DIGITS: Final = 18
"""Whole numbers stay below 10**18, so that they fit into 64 bits everywhere."""

MAX_NUMBER_LENGTH: Final = 40
MAX_DECIMALS: Final = 30

_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_DIGITS_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_MANY_ZEROS: Final = b"0" * (MAX_DIGITS + 1)
_LONG_INTEGER: Final = re.compile(rb"(?<![0-9.])[0-9]{%d,}" % (MAX_DIGITS + 1))
_FAULTY_BYTE: Final = re.compile(r"\(byte (\d+)\)$")
_EXCERPT: Final = 24


def decode(body: bytes) -> JsonValue:
    """The value that a JSON text stands for.

    Raises:
        BodyTooLarge: More than `MAX_BODY_BYTES`.
        NotUnderstood: Not UTF-8, not JSON (RFC 8259), too deep, a key twice in an object, a number out of range.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(found_bytes=len(body))
    if not body.isascii():
        _check_utf8(body)
    outside = _outside_of_strings(body)
    _check_depth(outside)
    # Looking for nineteen zeros is twenty times faster than the expression, and nearly always enough.
    if _MANY_ZEROS in outside.translate(_DIGITS_AS_ZEROS) and _LONG_INTEGER.search(outside):
        raise NotUnderstood((_out_of_range(f"a number with more than {MAX_DIGITS} digits"),))
    value = _parsed(body)
    if isinstance(value, (dict, list)) and _members(value) != outside.count(b":"):
        raise NotUnderstood(tuple(islice(_duplicates(body), MAX_FAULTS)))
    return value


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer, cut where it is too long to show. Source: RFC 6901 §3."""
    return key[:100].replace("~", "~0").replace("/", "~1")


def _check_utf8(body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise NotUnderstood(
            (
                Fault(
                    pointer="",
                    code="not-utf8",
                    found=f"byte {fault.start} is 0x{body[fault.start]:02x}, which no UTF-8 text has there",
                    expected="a JSON text in UTF-8",
                ),
            )
        ) from None


def _outside_of_strings(body: bytes) -> bytes:
    r"""Everything that isn't in a string; exact up to the first fault of syntax, where the parser stops anyway.

    In JSON a backslash stands only in strings. Pairs of them go first, then `\"`; each quote that is left then
    begins or ends a string.
    """
    if b"\\" in body:
        body = body.replace(rb"\\", b"").replace(rb"\"", b"")
    return b"".join(body.split(b'"')[::2])


def _check_depth(outside: bytes) -> None:
    brackets = outside.translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MAX_DEPTH:
        raise NotUnderstood(
            (
                Fault(
                    pointer="",
                    code="too-deep",
                    found=f"lists and objects nested more than {MAX_DEPTH} deep",
                    expected=f"a depth of at most {MAX_DEPTH}",
                ),
            )
        )


class _NumberOutOfRange(ValueError):
    """A number is too large, too small or too long to be kept exactly."""


def _exact(text: str) -> int | Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _NumberOutOfRange(text) from None
    if not number:
        return 0
    if len(text) > MAX_NUMBER_LENGTH or not -MAX_DECIMALS <= number.adjusted() < MAX_DIGITS:
        raise _NumberOutOfRange(text)
    sign, digits, exponent = number.as_tuple()
    if number == (whole := int(number)):
        return whole
    # Trailing zeros go, so that 1.50 and 1.5 are one number. `normalize` would round to the context's precision.
    kept = "".join(map(str, digits)).rstrip("0")
    dropped = len(digits) - len(kept)
    return Decimal((sign, tuple(map(int, kept)), int(exponent) + dropped))


_DECODER: Final = msgspec.json.Decoder(float_hook=_exact)


def _parsed(body: bytes) -> JsonValue:
    try:
        value: JsonValue = _DECODER.decode(body)
    except msgspec.ValidationError:
        found = f"a number of more than {MAX_NUMBER_LENGTH} characters, {MAX_DIGITS} digits or {MAX_DECIMALS} decimals"
        raise NotUnderstood((_out_of_range(found),)) from None
    except msgspec.DecodeError as error:
        raise NotUnderstood((_not_json(body, str(error)),)) from None
    return value


def _out_of_range(found: str) -> Fault:
    return Fault(
        pointer="",
        code="number-out-of-range",
        found=found,
        expected=f"numbers below 10**{MAX_DIGITS}, as exact as they are needed",
        cure="Send long identifiers as text, in quotes.",
    )


def _not_json(body: bytes, reason: str) -> Fault:
    """Says where the text stops being JSON; the library's own words stay inside."""
    if not body.strip():
        return Fault(pointer="", code="not-json", found="an empty body", expected="a JSON text")
    at = _FAULTY_BYTE.search(reason)
    if at is None:
        return Fault(
            pointer="", code="not-json", found=f"a text that ends at byte {len(body)}, unfinished", expected="JSON"
        )
    start = int(at[1]) - ("trailing characters" in reason)  # there msgspec counts the byte behind
    rest = body[start : start + _EXCERPT].decode("utf-8", "replace")
    cure = None
    if body.startswith(b"\xef\xbb\xbf"):
        cure = "Leave out the byte order mark at the beginning."
    elif re.match(r"-?(NaN|Infinity)|[NI]", rest):
        cure = "JSON has no NaN and no Infinity: leave the field out."
    return Fault(pointer="", code="not-json", found=f"at byte {start}: {rest!r}", expected="JSON", cure=cure)


def _members(value: dict[str, JsonValue] | list[JsonValue]) -> int:
    """How many members all objects of a tree have together."""
    count = len(value) if isinstance(value, dict) else 0
    for item in value.values() if isinstance(value, dict) else value:
        if type(item) is dict or type(item) is list:  # twice as fast as isinstance, and the parser makes no others
            count += _members(item)
    return count


class _Members(list[tuple[str, object]]):
    """The members of an object in the order of the text."""


def _duplicates(body: bytes) -> Iterator[Fault]:
    tree = json.loads(body, object_pairs_hook=_Members, parse_int=str, parse_float=str)
    return _duplicates_below(tree, "")


def _duplicates_below(value: object, pointer: str) -> Iterator[Fault]:
    if isinstance(value, _Members):
        seen = set()
        for key, item in value:
            here = f"{pointer}/{escaped(key)}"
            if key in seen:
                yield Fault(
                    pointer=here,
                    code="duplicate-key",
                    found=f'"{key[:100]}" more than once in one object',
                    expected="each key once",
                    cure="Readers differ in which one they take: send only one of them.",
                )
            seen.add(key)
            yield from _duplicates_below(item, here)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _duplicates_below(item, f"{pointer}/{number}")
