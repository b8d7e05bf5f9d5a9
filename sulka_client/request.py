"""Requests as data, and what an answer means: everything but sending. Pure."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import msgspec

from sulka_client.errors import AnswerNotUnderstood, Problem
from sulka_client.forms import Problem as ProblemForm

T = TypeVar("T")

JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"
OK_FROM, OK_TO = 200, 300
READ: Final = "GET"
"""The one method that may be sent again after a lost answer whatever it asks: a change may come with a new secret."""


class Request(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One request. `repeats`: sent again after an answer that was lost, it is once."""

    method: str
    address: str
    answer: type[T]
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    repeats: bool = False


def request(
    method: str,
    path: str,
    answer: type[T],
    *,
    places: Mapping[str, object] | None = None,
    query: Mapping[str, object] | None = None,
    headers: Mapping[str, str | None] | None = None,
    body: Any = None,  # noqa: ANN401 - a form, a list of them, or a text
    media_type: str = JSON,
) -> Request[T]:
    """A request; what is None is left out. A body that has an id of the caller's and none yet gets a random one."""
    identified = with_id(body)
    head = {} if body is None else {"content-type": media_type}
    return Request(
        method=method,
        address=re.sub(r"\{(\w+)\}", lambda found: quote(str((places or {})[found[1]]), safe=":"), path),
        answer=answer,
        query={name: in_words(value) for name, value in (query or {}).items() if value is not None},
        headers=head | {name: value for name, value in (headers or {}).items() if value is not None},
        content=None if body is None else encoded(identified, media_type),
        repeats=method == READ or has_id(identified),
    )


def encoded(body: Any, media_type: str) -> bytes:  # noqa: ANN401 - a form, a list of them, or a text
    """The body as it is sent; a text that is no JSON as it stands."""
    if isinstance(body, str) and not media_type.endswith("json"):
        return body.encode()
    return msgspec.json.encode(body)


def with_id(body: Any) -> Any:  # noqa: ANN401 - a form, or a list of them
    """The body with an id, so that it can be sent again."""
    if isinstance(body, msgspec.Struct) and getattr(body, "id", "") in {msgspec.UNSET, None}:
        return msgspec.structs.replace(body, id=secrets.token_hex(16))
    return body


def has_id(body: Any) -> bool:  # noqa: ANN401 - a form, or a list of them
    """Whether it is known by an id, and so is once however often it comes."""
    if isinstance(body, list | tuple):
        return all(has_id(each) for each in body)
    return isinstance(getattr(body, "id", None), str)


def in_words(value: object) -> str:
    """A value of a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def meant(asked: Request[T], status: int, headers: Mapping[str, str], body: bytes) -> T:
    """What an answer holds.

    Raises:
        Problem: It was refused.
        AnswerNotUnderstood: It is none of Sulka's.
    """
    if not OK_FROM <= status < OK_TO:
        raise problem_in(status, headers, body)
    if asked.answer is str:
        return body.decode()  # type: ignore[return-value]  # the one kind that is no JSON
    try:
        return msgspec.json.decode(body, type=asked.answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnswerNotUnderstood(status=status, why=str(error)) from error


def problem_in(status: int, headers: Mapping[str, str], body: bytes) -> Problem | AnswerNotUnderstood:
    """What was refused, in an answer that is no success; `headers` by their small names."""
    after = headers.get("retry-after", "")
    seconds = int(after) if after.isascii() and after.isdigit() else None
    if headers.get("content-type", "").partition(";")[0].strip() != PROBLEM_JSON:
        return AnswerNotUnderstood(
            status=status,
            why="it is no problem of Sulka's; is there another server between?",
            retry_after_seconds=seconds,
        )
    try:
        return Problem(msgspec.json.decode(body, type=ProblemForm), retry_after_seconds=seconds)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return AnswerNotUnderstood(status=status, why=str(error))
