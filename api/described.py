"""One call as OpenAPI describes it: read from its handler, its guard, its docstring and its `Documented`."""

import inspect
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, get_args

import msgspec
from litestar.handlers import HTTPRouteHandler

from api.calls import RECORDED_AT, Allowed
from api.documented import DOCUMENTED, Answer, Body, Documented
from api.parameters import parameters_of
from api.problem_examples import PROBLEM_EXAMPLES
from api.problems import PROBLEM_JSON, PROBLEMS, RETRY_AFTER_SECONDS, ProblemType, address_of
from api.schema_types import schema_of
from engine.store.directory import Role

OF_A_BODY: Final[tuple[ProblemType, ...]] = (
    "not-json",
    "does-not-fit",
    "too-large",
    "wrong-content-type",
)
# Under /v1, where words of a query are looked at, too.
OF_A_GUARD: Final[tuple[ProblemType, ...]] = ("not-understood", "no-token", "not-allowed", "busy")
OF_AN_APPEND: Final[tuple[ProblemType, ...]] = ("wrong-state", "busy")

EVENTS: Final = "x-events"
"""Under this word stands the schema of the data of each event: OpenAPI 3.1 has none for it."""

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
        "example": "en",
    },
    "prefer": {
        "name": "Prefer",
        "description": "wait: answer when the act is judged, with its receipt; at most 5 seconds later.",
        "schema": {"type": "string"},
        "example": "wait",
    },
    "last-event-id": {
        "name": "Last-Event-ID",
        "description": "The id of the last event that came: what was missed since is told. Browsers send it.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,16}$", "maxLength": 16},
        "example": "17",
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
    roles = roles_of(handler)
    places = [parameter["in"] for parameter in parameters_of(handler)]
    found: set[ProblemType] = {
        *told.problems,
        *(OF_A_GUARD if roles else ()),
        *(OF_A_BODY if told.takes else ()),
        *(OF_AN_APPEND if told.appends else ()),
        *(("not-found",) if "path" in places else ()),
    }
    if "busy" in found:
        # Whoever asks the store may find it damaged.
        found.add("damaged")
    if len(roles) == len(get_args(Role)):
        found.discard("not-allowed")
    return tuple(each for each in PROBLEMS if each in found and each not in told.never)


def _parameters(handler: HTTPRouteHandler, told: Documented) -> Iterator[dict[str, Any]]:
    for parameter in parameters_of(handler):
        yield {**parameter, "required": parameter["in"] == "path" or parameter["name"] in told.needs}


def _headers(told: Documented) -> Iterator[dict[str, Any]]:
    wanted = {
        RECORDED_AT: told.appends or told.tells_time,
        "accept-language": told.speaks,
        "prefer": told.waits,
        "last-event-id": told.resumes,
    }
    for name, header in HEADERS.items():
        if wanted[name]:
            yield {"in": "header", "required": header["name"] in told.needs, **header}


def _content(body: Body) -> dict[str, Any]:
    examples = {name: {"value": msgspec.to_builtins(value)} for name, value in body.examples.items()}
    return {"schema": schema_of(body.kind), "examples": examples}


def _successes(handler: HTTPRouteHandler, told: Documented) -> dict[str, Any]:
    by_status: dict[str, list[Answer]] = {}
    for answer in told.gives:
        by_status.setdefault(str(answer.status or handler.status_code), []).append(answer)
    return {status: _success(answers) for status, answers in by_status.items()}


def _success(answers: list[Answer]) -> dict[str, Any]:
    content = {answer.media_type: _told(answer) for answer in answers}
    return {"description": " ".join(answer.description for answer in answers), "content": content}


def _told(answer: Answer) -> dict[str, Any]:
    content = {"schema": schema_of(answer.kind), "example": msgspec.to_builtins(answer.example)}
    return content if answer.events is None else {**content, EVENTS: schema_of(answer.events)}


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
            said = "So many seconds to wait. Left out where waiting does not help: of damaged."
            header = {"description": said, "schema": seconds, "example": RETRY_AFTER_SECONDS}
            return {"headers": {"Retry-After": {"required": False, **header}}}
        case HTTPStatus.UNAUTHORIZED:
            header = {"description": "That a bearer token is asked for.", "schema": {"type": "string"}}
            return {"headers": {"WWW-Authenticate": {"required": True, **header, "example": 'Bearer realm="sulka"'}}}
        case _:
            return {}


def path_of(template: str) -> str:
    """A path as OpenAPI writes it: without the types of its parameters."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", template)
