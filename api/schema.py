"""The OpenAPI document: of all calls together, and where it is served."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from api.described import operation_of, path_of
from api.documented import DOCUMENTED, TAGS, Documented
from api.problems import Call, ProblemBody
from api.schema_page import page_of
from api.schema_types import named_schemas

OPENAPI_JSON: Final = "application/vnd.oai.openapi+json"
HTML: Final = "text/html"
NOTHING_FROM_ELSEWHERE: Final = "default-src 'none'; style-src 'unsafe-inline'"

ABOUT: Final = """\
Sulka turns what employees choose to do for their company's communication into points, badges and recognition.

Send a token as `Authorization: Bearer …`; each call says whose it takes. An administrator may do all that HR may. \
Bodies are JSON in UTF-8, and fields that are not known are refused. Times are RFC 3339. A `position` is a place in \
the log, the only truth: what has one is on disk.

What is refused is answered by a problem (RFC 9457) whose `type` never changes, with all faults at once; nothing was \
changed, unless the answer says so. Beside those listed with each call, any address may answer 404 `not-found` and 405 \
`wrong-method`; 500 `internal` is a bug of ours. After an answer that was lost send the same again: what carries an \
`id` of yours is once."""

SECURITY: Final[Mapping[str, str]] = {
    "admin": "A token of an administrator: tokens, senders, history, and all that HR may.",
    "hr": "A token of HR: people, content, rules, awards, corrections, one person's record with a reason.",
    "source": "A token of a sender of events: its events, content, taking back its own.",
    "member": "A token of one employee: what is theirs, boards, the wall.",
}


class Document:
    """The document of these handlers, each under its prefix; made when it is first asked for."""

    def __init__(self, calls: Iterable[tuple[str, HTTPRouteHandler]]) -> None:
        self._calls = tuple(calls)

    @cached_property
    def json(self) -> bytes:
        """The document as programs read it."""
        return msgspec.json.encode(self._made())

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document itself."""
        content: dict[str, Any] = msgspec.json.decode(self.json)
        return content

    @cached_property
    def page(self) -> bytes:
        """The document as people read it."""
        return page_of(self.content).encode()

    def _made(self) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        kinds: list[Any] = [ProblemBody]
        for prefix, handler in self._calls:
            told: Documented = handler.opt[DOCUMENTED]
            kinds.extend([*(body.kind for body in told.takes), *(answer.kind for answer in told.gives)])
            kinds.extend(answer.events for answer in told.gives if answer.events is not None)
            operation = operation_of(handler)
            for path in handler.paths:
                for method in handler.http_methods:
                    paths.setdefault(path_of(prefix + path), {})[method.lower()] = operation
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Sulka",
                "version": "1",
                "summary": "Recognition in employee advocacy",
                "description": ABOUT,
            },
            "servers": [{"url": "/"}],
            "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
            "paths": paths,
            "components": {
                "schemas": named_schemas(kinds),
                "securitySchemes": {
                    role: {"type": "http", "scheme": "bearer", "description": description}
                    for role, description in SECURITY.items()
                },
            },
        }


@get("/schema")
async def schema(request: Call) -> Response[bytes]:
    """The document: a page for browsers, JSON for everybody else."""
    document: Document = request.app.state.document
    asks_for_page = "text/html" in request.headers.get("accept", "")
    body, kind = (document.page, HTML) if asks_for_page else (document.json, OPENAPI_JSON)
    return Response(
        body, media_type=kind, headers={"Vary": "Accept", "Content-Security-Policy": NOTHING_FROM_ELSEWHERE}
    )


@get("/schema/openapi.json")
async def schema_json(request: Call) -> Response[bytes]:
    """The document as JSON, whoever asks."""
    document: Document = request.app.state.document
    return Response(document.json, media_type=OPENAPI_JSON)
