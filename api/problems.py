"""Errors as RFC 9457 problems: a stable type, what was found, what to do. The only place that knows HTTP status.

Every problem that the API can give stands in `PROBLEMS`; `docs/api.md` explains each under its name. Nothing of a
traceback, and nothing that names a person, goes into an answer.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from msgspec import Meta

from api.fields import LogPosition
from engine.core.faults import FaultCode
from engine.run.errors import (
    DeliveriesFull,
    LogFull,
    NotAside,
    NothingAsked,
    NothingWaits,
    NotTheApprover,
    NotYourAlias,
    OtherContent,
    OwnApproval,
    RunError,
    TooManyCodes,
    UnknownDelivery,
    UnknownMember,
    UnknownSecret,
    UnknownSource,
    WorkshopFull,
)
from engine.run.outbox.subscriptions import LaneMoves, UnknownSubscription
from engine.run.outcomes import OutcomeStatus
from engine.run.roster.sheet import SheetRefused
from engine.run.sealing import SealBroken
from engine.sources.events import NotUnderstood, SourcesError, WrongContentType
from engine.store.errors import StoreDamaged, StoreError, StoreUnavailable

log = structlog.get_logger()

Call: TypeAlias = Request[object, object, State]

ProblemType = Literal[
    "not-json",
    "not-understood",
    "does-not-fit",
    "content-conflict",
    "foreign-source",
    "too-large",
    "wrong-content-type",
    "no-token",
    "not-authentic",
    "not-allowed",
    "not-found",
    "wrong-method",
    "wrong-state",
    "too-often",
    "too-many-streams",
    "busy",
    "damaged",
    "internal",
]

PROBLEMS: Mapping[ProblemType, tuple[int, str]] = {
    "not-json": (400, "The body is no JSON text that everybody reads the same"),
    "not-understood": (400, "A header or parameter can't be understood"),
    "does-not-fit": (422, "The request does not fit the rulebook or the rules of this call"),
    "content-conflict": (409, "The same id came before with other content"),
    "foreign-source": (403, "This token may not speak for that source"),
    "too-large": (413, "The request is too large"),
    "wrong-content-type": (415, "The content type is not one that this call reads"),
    "no-token": (401, "A valid token is needed"),
    "not-authentic": (401, "Nobody can tell that this is from its sender"),
    "not-allowed": (403, "This token may not do that"),
    "not-found": (404, "There is no such thing"),
    "wrong-method": (405, "This address has no such method"),
    "wrong-state": (409, "That can't be done now"),
    "too-often": (429, "This was asked too often"),
    "too-many-streams": (429, "This member has as many streams open as there may be"),
    "busy": (503, "Sulka can't take this right now"),
    "damaged": (503, "Sulka's stored data is damaged"),
    "internal": (500, "Something is wrong on our side"),
}
"""Status and title by type."""


def address_of(type_: ProblemType) -> str:
    """The problem's address: where it is explained."""
    return f"/docs/api.md#{type_}"


PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 2
READS: Final = frozenset({"GET", "HEAD"})
"""Methods of which nobody asks whether they were done."""

URI_REFERENCE: Final = {"format": "uri-reference"}


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with the request's body."""

    pointer: Annotated[
        str,
        Meta(
            description="Where: a JSON pointer (RFC 6901) into the body, empty for all of it",
            examples=["/0/data/channel"],
        ),
    ]
    code: Annotated[
        str,
        Meta(
            description="What kind of fault, in a word that stays the same, as docs/api.md lists them; of rule files, "
            "what kind of mistake",
            examples=["wrong-value"],
        ),
    ]
    found: Annotated[str, Meta(description="What stands there, shortened", examples=['"linkedn"'])]
    expected: Annotated[str, Meta(description="What may stand there", examples=["one of linkedin, x, bluesky, blog"])]
    did_you_mean: Annotated[str | None, Meta(description="What was probably meant", examples=["linkedin"])] = None
    cure: Annotated[str | None, Meta(description="What to do, where that is not plain")] = None


class EventResult(msgspec.Struct, frozen=True):
    """What became of one event."""

    id: Annotated[str | None, Meta(description="Its sender's id; null where that could not be read")]
    status: Annotated[
        OutcomeStatus | Literal["tried"],
        Meta(
            description="accepted, duplicate (it came before), waiting (nobody knows whom yet): the event is safe. "
            "conflict: the id came with other content; refused: the errors say why; foreign-source: it names another "
            "source; full, no-history: nothing of the request was taken; tried: it would be taken"
        ),
    ]
    position: Annotated[
        LogPosition | None, Meta(description="Its place in the log, of a duplicate that of the first; null where none")
    ] = None


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was wrong, with all of it at once, and what to do (RFC 9457). Nothing was changed unless it says so."""

    type: Annotated[
        str,
        Meta(description="Which problem, for ever the same; where it is explained", extra_json_schema=URI_REFERENCE),
    ]
    title: Annotated[str, Meta(description="The problem in words; the same for each of its type")]
    status: Annotated[int, Meta(ge=400, le=599, description="The HTTP status of this answer")]
    detail: Annotated[str, Meta(description="What is the matter this time, and what to do")]
    errors: Annotated[tuple[Fault, ...], Meta(description="Every fault of the body; left out where there is none")] = ()
    results: Annotated[
        tuple[EventResult, ...],
        Meta(description="Of an array of events, what became of each, in their order; those that are safe are kept"),
    ] = ()


class Problem(Exception):
    """Raise it anywhere in the API; the answer is made from it."""

    def __init__(
        self,
        type_: ProblemType,
        detail: str,
        *,
        faults: tuple[Fault, ...] = (),
        results: tuple[EventResult, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.type, self.detail, self.faults, self.results = type_, detail, faults, results
        self.headers = dict(headers or {})
        super().__init__(detail)

    def response(self) -> Response[bytes]:
        """The answer."""
        status, title = PROBLEMS[self.type]
        body = ProblemBody(
            type=address_of(self.type),
            title=title,
            status=status,
            detail=self.detail,
            errors=self.faults,
            results=self.results,
        )
        headers = dict(self.headers)
        if self.type == "busy":
            headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
        if status == HTTPStatus.UNAUTHORIZED:
            headers.setdefault("WWW-Authenticate", 'Bearer realm="sulka"')
        return Response(msgspec.json.encode(body), status_code=status, headers=headers, media_type=PROBLEM_JSON)


def on_problem(_: Call, error: Problem) -> Response[bytes]:
    """The answer to a problem that we raised."""
    return error.response()


def on_http_exception(request: Call, error: HTTPException) -> Response[bytes]:
    """The answer to what the framework found."""
    match error:
        case NotFoundException():
            return Problem("not-found", f"There is nothing at {request.url.path}; /schema lists all calls.").response()
        case MethodNotAllowedException():
            return Problem("wrong-method", f"{request.method} is not a method of {request.url.path}.").response()
        case _ if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Problem("too-large", "The body is larger than 1 MiB; send fewer events at once.").response()
        case _ if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Problem("not-understood", error.detail or "The request can't be understood.").response()
        case _:
            return on_bug(request, error)


def on_store_error(request: Call, error: StoreError) -> Response[bytes]:
    """The store is away, full or damaged."""
    return _of_store(error, request.method)


def _of_store(error: StoreError, method: str) -> Response[bytes]:
    match error:
        case StoreDamaged():
            log.error("stored data is damaged", found=error.found)
            return Problem("damaged", "Waiting does not mend it. The operator has to look: sulka verify.").response()
        case _ if method in READS:
            fate = "The store gave no answer; ask again."
        case StoreUnavailable(outcome="unknown"):
            fate = "It is not known whether it was done; send the same again."
        case _:
            fate = "Nothing was done; send it again."
    tell_store_error(error)
    return Problem("busy", fate).response()


def tell_store_error(error: StoreError) -> None:
    """Say in a line that the store could not be used, without its words."""
    log.warning("store error in a request", kind=type(error).__name__)


def on_sources_error(_: Call, error: SourcesError) -> Response[bytes]:
    """A body that could not be read."""
    return _of_sources(error)


def _of_sources(error: SourcesError) -> Response[bytes]:
    match error:
        case WrongContentType():
            return Problem("wrong-content-type", str(error)).response()
        case NotUnderstood():
            codes = {fault.code for fault in error.faults}
            faults = tuple(
                Fault(fault.pointer, fault.code, fault.found, fault.expected, fault.near, fault.cure)
                for fault in error.faults
            )
            kind: ProblemType = next((kind for kind, known in _KINDS.items() if codes & known), "does-not-fit")
            return Problem(kind, str(error), faults=faults).response()
        case _:
            return Problem("too-large", str(error)).response()


_KINDS: Mapping[ProblemType, frozenset[FaultCode]] = {
    "not-json": frozenset({"not-utf8", "not-json", "too-deep", "duplicate-key", "number-out-of-range"}),
    "too-large": frozenset({"too-many-events"}),
}


def on_run_error(_: Call, error: RunError) -> Response[bytes]:
    """What a service refused; nothing was changed."""
    return _of_run(error)


def _of_run(error: RunError) -> Response[bytes]:
    match error:
        case (
            UnknownMember()
            | NotAside()
            | NothingWaits()
            | NothingAsked()
            | UnknownSource()
            | UnknownSecret()
            | UnknownDelivery()
            | UnknownSubscription()
        ):
            return Problem("not-found", str(error)).response()
        case OwnApproval() | NotTheApprover():
            return Problem("not-allowed", str(error)).response()
        case OtherContent():
            return Problem("content-conflict", str(error)).response()
        case SealBroken():
            log.error("secrets of a source do not open", place=error.place)
            return Problem(
                "damaged",
                "The secrets of this source do not open: SULKA_SECRET or data/secret is not that of when they were "
                "entered. The operator has to restore it, or to give the sender another secret.",
            ).response()
        case SheetRefused():
            return Problem("does-not-fit", str(error)).response()
        case TooManyCodes():
            return Problem("too-often", str(error), headers={"Retry-After": "60"}).response()
        case NotYourAlias(is_of_hr=False):
            return Problem("not-found", str(error)).response()
        case LogFull() | WorkshopFull() | DeliveriesFull() | LaneMoves():
            return Problem("busy", str(error)).response()
        case _:
            return Problem("wrong-state", str(error)).response()


def on_bug(request: Call, error: Exception) -> Response[bytes]:
    """The answer to a bug of ours."""
    return _bug(request.scope.get("path_template", ""), error)


def response_to(error: Exception, method: str, route: str) -> Response[bytes]:
    """The answer to an error that came up outside of the framework."""
    match error:
        case Problem():
            return error.response()
        case SourcesError():
            return _of_sources(error)
        case RunError():
            return _of_run(error)
        case StoreError():
            return _of_store(error, method)
        case _:
            return _bug(route, error)


def _bug(route: str, error: Exception) -> Response[bytes]:
    """Recorded with its kind, shown without its words; the path itself may hold somebody's address."""
    log.error("bug in a request", route=route, kind=type(error).__name__, exc_info=error)
    return Problem("internal", "The fault is recorded. Sending the same again does no harm.").response()
