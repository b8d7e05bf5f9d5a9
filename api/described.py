"""One call as OpenAPI describes it: read from its handler, its guard, its docstring and its `Documented`."""

import inspect
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg, PathParameter

from api.calls import RECORDED_AT, Allowed
from api.documented import DOCUMENTED, Answer, Body, Documented
from api.problem_examples import PROBLEM_EXAMPLES
from api.problems import PROBLEM_JSON, PROBLEMS, RETRY_AFTER_SECONDS, ProblemType, address_of
from api.schema_types import schema_of

OF_A_BODY: Final[tuple[ProblemType, ...]] = (
    "not-json",
    "not-understood",
    "does-not-fit",
    "too-large",
    "wrong-content-type",
)
OF_A_GUARD: Final[tuple[ProblemType, ...]] = ("no-token", "not-allowed", "busy")
OF_AN_APPEND: Final[tuple[ProblemType, ...]] = ("not-understood", "wrong-state", "busy")

LIMITS: Final = {
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}

HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    RECORDED_AT: {
        "name": "Sulka-Recorded-At",
        "description": "While history is open, and only then: when this was recorded. Never before that of the call "
        "before; the first call that appends without it ends history for good.",
        "schema": {"type": "string", "format": "date-time", "maxLength": 64},
        "example": "2026-11-23T09:12:00+02:00",
    },
    "accept-language": {
        "name": "Accept-Language",
        "description": "In which language to answer, en or fi; else in the reader's own, else in the organization's.",
        "schema": {"type": "string"},
        "example": "fi",
    },
    "prefer": {
        "name": "Prefer",
        "description": "wait: answer when the act is judged, with its receipt; at most 5 seconds later.",
        "schema": {"type": "string"},
        "example": "wait",
    },
}


def operation_of(handler: HTTPRouteHandler) -> dict[str, Any]:
    """A handler's call."""
    told: Documented = handler.opt[DOCUMENTED]
    text = inspect.getdoc(handler.fn) or ""
    operation: dict[str, Any] = {
        "operationId": handler.handler_name,
        "tags": [told.tag],
        "summary": text.partition("\n")[0].partition(". ")[0].rstrip("."),
        "description": text,
        "security": [{role: []} for role in roles_of(handler)],
        "parameters": [*_parameters(handler, told), *_headers(told)],
        "responses": {**_successes(handler, told), **_failures(problems_of(handler))},
    }
    if told.takes:
        content = {body.media_type: _content(body) for body in told.takes}
        limits = "At most 1 MiB of UTF-8, nested 16 deep; no key twice."
        operation["requestBody"] = {"description": limits, "required": True, "content": content}
    return operation


def roles_of(handler: HTTPRouteHandler) -> tuple[str, ...]:
    """Whose tokens are let in; nobody's where none is asked for."""
    return tuple(role for guard in handler.guards or () if isinstance(guard, Allowed) for role in sorted(guard.roles))


def problems_of(handler: HTTPRouteHandler) -> tuple[ProblemType, ...]:
    """All problems that the call can give, in the order of `PROBLEMS`; never `internal`, which is a bug."""
    told: Documented = handler.opt[DOCUMENTED]
    kinds = [kind for _, kind in _annotated(handler)]
    can_be_said_wrong = told.tells_time or any(not isinstance(kind, PathParameter) for kind in kinds)
    found: set[ProblemType] = {
        *told.problems,
        *(OF_A_GUARD if roles_of(handler) else ()),
        *(OF_A_BODY if told.takes else ()),
        *(OF_AN_APPEND if told.appends else ()),
        *(("not-found",) if any(isinstance(kind, PathParameter) for kind in kinds) else ()),
        *(("not-understood",) if can_be_said_wrong else ()),
    }
    return tuple(each for each in PROBLEMS if each in found)


def _annotated(handler: HTTPRouteHandler) -> Iterator[tuple[inspect.Parameter, ParameterKwarg]]:
    for parameter in inspect.signature(handler.fn).parameters.values():
        for each in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(each, ParameterKwarg):
                yield parameter, each


def _parameters(handler: HTTPRouteHandler, told: Documented) -> Iterator[dict[str, Any]]:
    for parameter, kind in _annotated(handler):
        in_path = isinstance(kind, PathParameter)
        name = getattr(kind, "query", None) or kind.name or parameter.name
        schema = {
            **_schema_of(get_args(parameter.annotation)[0]),
            **{LIMITS[limit]: value for limit in LIMITS if (value := getattr(kind, limit)) is not None},
            **(kind.schema_extra or {}),
        }
        if parameter.default not in {None, inspect.Parameter.empty}:
            schema["default"] = parameter.default
        yield {
            "name": name,
            "in": "path" if in_path else "query",
            "description": kind.description,
            "required": in_path or name in told.needs,
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


def _headers(told: Documented) -> Iterator[dict[str, Any]]:
    wanted = {
        RECORDED_AT: told.appends or told.tells_time,
        "accept-language": told.speaks,
        "prefer": told.waits,
    }
    for name, header in HEADERS.items():
        if wanted[name]:
            yield {"in": "header", "required": header["name"] in told.needs, **header}


def _content(body: Body) -> dict[str, Any]:
    examples = {name: {"value": msgspec.to_builtins(value)} for name, value in body.examples.items()}
    return {"schema": schema_of(body.kind), "examples": examples}


def _successes(handler: HTTPRouteHandler, told: Documented) -> dict[str, Any]:
    return {str(answer.status or handler.status_code): _success(answer) for answer in told.gives}


def _success(answer: Answer) -> dict[str, Any]:
    content = {"schema": schema_of(answer.kind), "example": msgspec.to_builtins(answer.example)}
    return {"description": answer.description, "content": {answer.media_type: content}}


def _failures(kinds: tuple[ProblemType, ...]) -> dict[str, Any]:
    by_status: dict[int, list[ProblemType]] = {}
    for kind in kinds:
        by_status.setdefault(PROBLEMS[kind][0], []).append(kind)
    return {str(status): _failure(status, found) for status, found in sorted(by_status.items())}


def _failure(status: int, kinds: list[ProblemType]) -> dict[str, Any]:
    types = {"properties": {"type": {"enum": [address_of(kind) for kind in kinds]}}}
    content = {
        "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, types]},
        "examples": {kind: {"value": msgspec.to_builtins(PROBLEM_EXAMPLES[kind])} for kind in kinds},
    }
    description = ". ".join(PROBLEMS[kind][1] for kind in kinds) + "."
    return {"description": description, "content": {PROBLEM_JSON: content}, **_said_in_headers(status)}


def _said_in_headers(status: int) -> dict[str, Any]:
    match status:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            seconds = {"type": "integer", "minimum": 1}
            header = {"description": "So many seconds to wait.", "schema": seconds, "example": RETRY_AFTER_SECONDS}
            return {"headers": {"Retry-After": {"required": True, **header}}}
        case HTTPStatus.UNAUTHORIZED:
            header = {"description": "That a bearer token is asked for.", "schema": {"type": "string"}}
            return {"headers": {"WWW-Authenticate": {"required": True, **header, "example": 'Bearer realm="sulka"'}}}
        case _:
            return {}


def path_of(template: str) -> str:
    """A path as OpenAPI writes it: without the types of its parameters."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", template)
