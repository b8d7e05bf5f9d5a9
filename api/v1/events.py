"""Events in, and what became of them."""

from collections import Counter
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from api.calls import allow, parts_of, principal_of, when_of
from api.examples import EVENT_ID, example_of
from api.problems import Call, EventResult, Fault, Problem, ProblemType
from api.schema import EXAMPLE, TAKES
from api.v1.trying import TryAnswer, try_events, wants_try
from engine.core.rulebook import EventType, Rulebook
from engine.run.outcomes import TAKEN, Outcome, OutcomeStatus, Sender
from engine.sources.digests import mark
from engine.sources.posted import read_posted

MOST_FAULTS_TOLD = 200


class EventsAnswer(msgspec.Struct, frozen=True):
    """All events are safe on disk. `duplicates` came before; `waiting` name someone whom nobody knows yet."""

    accepted: int
    duplicates: int
    waiting: int
    results: tuple[EventResult, ...]


class PlainEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event in plain JSON; an array of up to 1,000 of them may be sent as well, and CloudEvents in any mode."""

    id: str
    type: str
    subject: str
    time: str | None = None
    key: str | None = None
    source: str | None = None
    data: dict[str, object] = {}


class Whoami(msgspec.Struct, frozen=True):
    """Who a token speaks for."""

    role: Literal["admin", "hr", "source", "member"]
    name: str
    member: str | None
    source: str | None


class FieldView(msgspec.Struct, frozen=True):
    """A field of an event type."""

    name: str
    type: str
    optional: bool
    choices: tuple[str, ...]


class EventTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be sent, and an `example` that can be posted as it is."""

    type: str
    title: str
    purpose: str
    said_by: tuple[str, ...]
    keep_days: int
    fields: tuple[FieldView, ...]
    example: dict[str, object]


class Fate(msgspec.Struct, frozen=True):
    """What became of an event: accepted (not judged yet), judged, waiting for someone unknown, or aside (our bug)."""

    id: str
    status: Literal["accepted", "judged", "waiting", "aside"]
    position: int | None


TRY = "true: judge by the rules in force on somebody made up, and store nothing"


@post(
    "/events",
    status_code=202,
    guards=[allow("source", "hr")],
    opt={TAKES: PlainEvent, EXAMPLE: EVENT_ID},
    responses={200: ResponseSpec(TryAnswer, description="With try=true: what the events would lead to")},
)
async def post_events(
    request: Call,
    try_: Annotated[str | None, QueryParameter(name="try", description=TRY)] = None,  # noqa: ARG001 - read whole
) -> Response[EventsAnswer | TryAnswer]:
    """Post one event or an array of events; sending the same again is harmless. With ?try=true, nothing is stored."""
    if wants_try(request):
        return Response(await try_events(request), status_code=200)
    source = principal_of(request).source
    if source is None:
        raise Problem("not-allowed", "Only a token of a source posts events; with ?try=true others may try them.")
    when = when_of(request)
    posted = read_posted(dict(request.headers.items()), await request.body())
    outcomes = await parts_of(request).door.accept(posted, Sender(source=source), when)
    if any(outcome.status not in TAKEN for outcome in outcomes):
        raise problem_of(outcomes, is_array=posted.is_array)
    return Response(answer_of(outcomes), status_code=202)


def answer_of(outcomes: list[Outcome]) -> EventsAnswer:
    """The answer where every event is safe."""
    count = Counter(outcome.status for outcome in outcomes)
    return EventsAnswer(count["accepted"], count["duplicate"], count["waiting"], _results(outcomes))


def problem_of(outcomes: list[Outcome], *, is_array: bool) -> Problem:
    """The problem where some event was not taken; of an array with the fate of each."""
    faults = tuple(
        Fault(wrong.pointer, wrong.code, wrong.found, wrong.expected, wrong.near, wrong.cure)
        for outcome in outcomes
        for wrong in outcome.wrong
    )[:MOST_FAULTS_TOLD]
    statuses = {outcome.status for outcome in outcomes}
    for status, (kind, detail) in _WHOLE.items():
        if status in statuses:
            return Problem(kind, detail, faults=faults, results=_results(outcomes) if is_array else ())
    if not is_array:
        kind, detail = _SINGLE[outcomes[0].status]
        return Problem(kind, detail, faults=faults)
    bad = sum(outcome.status not in TAKEN for outcome in outcomes)
    detail = f"{bad} of {len(outcomes)} events were not taken, the others were. Mend them and send the whole again."
    return Problem("does-not-fit", detail, faults=faults, results=_results(outcomes))


_WHOLE: dict[OutcomeStatus, tuple[ProblemType, str]] = {
    "full": ("busy", "The log is full; nothing more is taken. Send the same again later."),
    "no-history": ("wrong-state", "Sulka-Recorded-At was sent, but history is not open. Leave it out."),
}
_SINGLE: dict[OutcomeStatus, tuple[ProblemType, str]] = {
    "conflict": ("content-conflict", "The same id came before with other content. Give what is new an id of its own."),
    "foreign-source": ("foreign-source", "Leave the source out, or send with that source's own token."),
    "refused": ("does-not-fit", "The event was not taken; mend what is named and send it again."),
}


def _results(outcomes: list[Outcome]) -> tuple[EventResult, ...]:
    return tuple(EventResult(outcome.id, outcome.status, outcome.position) for outcome in outcomes)


@get("/whoami", guards=[allow("admin", "hr", "source", "member")])
async def whoami(request: Call) -> Whoami:
    """Who this token speaks for."""
    principal = principal_of(request)
    return Whoami(principal.role, principal.name, principal.member, principal.source)


@get("/event-types", guards=[allow("admin", "hr", "source", "member")])
async def event_types(request: Call) -> list[EventTypeView]:
    """Everything that may be sent, each with an example ready to post."""
    book = await newest_rulebook(request)
    now = when_of(request).ms
    return [_view(book, book.events[type_], now) for type_ in sorted(book.events)]


@get("/event-types/{type_:str}", guards=[allow("admin", "hr", "source", "member")])
async def event_type(request: Call, type_: FromPath[str]) -> EventTypeView:
    """One type of event, with an example ready to post."""
    book = await newest_rulebook(request)
    event = book.events.get(type_)
    if event is None:
        raise Problem(
            "not-found", f'No event type is called "{type_[:100]}". There are: {", ".join(sorted(book.events))}.'
        )
    return _view(book, event, when_of(request).ms)


@get("/sources/{source:str}/events/{event_id:path}", guards=[allow("source", "hr")])
async def event_fate(request: Call, source: FromPath[str], event_id: FromPath[str]) -> Fate:
    """What became of an event, by its sender's own id."""
    principal, parts = principal_of(request), parts_of(request)
    if principal.role == "source" and principal.source != source:
        raise Problem("foreign-source", f'This token speaks for "{principal.source}".')
    id_ = event_id.removeprefix("/")
    position = await parts.log.find(mark(source, id_, parts.secret))
    if position is None:
        raise Problem("not-found", f'No event "{id_[:100]}" of "{source[:100]}" came in the days that are remembered.')
    if position == 0:
        return Fate(id_, "waiting", None)
    if await parts.reader.judged() < position:
        return Fate(id_, "accepted", position)
    journal = await parts.ledger.entry(position)
    return Fate(id_, "aside" if journal is not None and journal.aside else "judged", position)


async def newest_rulebook(request: Call) -> Rulebook:
    """The rulebook by which the door admits."""
    parts = parts_of(request)
    return await parts.newest.of((await parts.arrivals.of(())).versions)


def _view(book: Rulebook, event: EventType, now: int) -> EventTypeView:
    return EventTypeView(
        type=event.type,
        title=event.title.said_in(book.languages[0]),
        purpose=event.purpose,
        said_by=event.said_by,
        keep_days=event.keep_days,
        fields=tuple(
            FieldView(field.name, field.type, field.optional or field.default is not None, field.choices)
            for field in event.fields.values()
        ),
        example=example_of(event, now),
    )
