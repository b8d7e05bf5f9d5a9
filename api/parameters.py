"""Parameters of addresses: as the document describes them, and in words where a request does not fit them."""

import inspect
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec
from litestar import Response
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import ParameterKwarg, PathParameter

from api.problems import Call, Problem

LIMITS: Final = {
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}
MOST_SHOWN: Final = 60
MOST_TOLD: Final = 3
"""So many words that nobody knows are told at once."""


def parameters_of(handler: HTTPRouteHandler) -> Iterator[dict[str, Any]]:
    """The parameters of a call's path and query, each with its schema."""
    for parameter in inspect.signature(handler.fn).parameters.values():
        for kind in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(kind, ParameterKwarg):
                yield _described(parameter, kind)


def on_wrong_parameters(request: Call, error: ValidationException) -> Response[bytes]:
    """The answer where a parameter does not fit: which one, what was found, what was expected."""
    wrong = {fault.get("key") for fault in error.extra if isinstance(fault, dict)} if error.extra else set()
    handler = request.route_handler
    assert isinstance(handler, HTTPRouteHandler)
    told = [_told(request, parameter) for parameter in parameters_of(handler) if parameter["name"] in wrong]
    return Problem("not-understood", " ".join(told) or "A parameter is not of its form.").response()


def refuse_unknown_words(request: Call) -> None:
    """Refuse a request whose query has words that its call does not know: it would be answered as if they were not.

    Raises:
        Problem: With what was probably meant, and with the words that there are.
    """
    if not request.scope["query_string"]:
        return
    known = _words_of(request.route_handler)
    unknown = [word for word in request.query_params if word not in known]
    if unknown:
        told = " ".join(_unknown(word, known) for word in unknown[:MOST_TOLD])
        raise Problem("not-understood", f"{told} This call has {', '.join(known) or 'none'}.")


@lru_cache
def _words_of(handler: BaseRouteHandler) -> tuple[str, ...]:
    assert isinstance(handler, HTTPRouteHandler)
    return tuple(parameter["name"] for parameter in parameters_of(handler) if parameter["in"] == "query")


def _unknown(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word[:MOST_SHOWN].lower(), known, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'There is no parameter "{word[:MOST_SHOWN]}".{hint}'


def _described(parameter: inspect.Parameter, kind: ParameterKwarg) -> dict[str, Any]:
    schema = {
        **_schema_of(get_args(parameter.annotation)[0]),
        **{LIMITS[limit]: value for limit in LIMITS if (value := getattr(kind, limit)) is not None},
        **(kind.schema_extra or {}),
    }
    if parameter.default not in {None, inspect.Parameter.empty}:
        schema["default"] = parameter.default
    return {
        "name": kind.name or parameter.name,
        "in": "path" if isinstance(kind, PathParameter) else "query",
        "description": kind.description,
        "schema": schema,
        **({"example": kind.examples[0].value} if kind.examples else {}),
    }


def _schema_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any annotation of a parameter
    """Of a parameter, where null can't be said: it is left out instead."""
    if get_origin(kind) in {Union, UnionType}:
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    return msgspec.json.schema(kind)


def _told(request: Call, parameter: dict[str, Any]) -> str:
    found = request.query_params.get(parameter["name"], "")
    return f'{parameter["name"]} is "{found[:MOST_SHOWN]}"; expected {_in_words(parameter["schema"])}.'


def _in_words(schema: dict[str, Any]) -> str:
    match schema:
        case {"enum": list(words)}:
            return f"one of {', '.join(map(str, words))}"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"a whole number of {least} to {most}"
        case _:
            return "another form; /schema describes it"
