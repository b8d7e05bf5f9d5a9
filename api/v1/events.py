"""Events in, and what became of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from litestar import Response, get, post
from msgspec import Meta

from api.calls import RECORDED_AT, allow, parts_of, principal_of, when_of, when_said
from api.documented import DOCUMENTED, EVENTS, Answer, Body, Documented
from api.examples import EVENT_ID, example_of
from api.known import check_source
from api.parts import Parts
from api.problems import Call, EventResult, Fault, Problem, ProblemType
from api.v1.event_forms import (
    ACCEPTED,
    CLOUD_EVENT,
    KNOWN_TYPE,
    SEVERAL,
    TRIED_EVENT,
    CloudEvent,
    EventsAnswer,
    EventTypeView,
    Fate,
    FateId,
    FieldView,
    PlainEvent,
    SourceInPath,
    Try,
    TypeName,
    Whoami,
)
from api.v1.trying import TRIED, TryAnswer, try_events, wants_try
from engine.core.rulebook import EventType, Rulebook
from engine.run.outcomes import TAKEN, Outcome, OutcomeStatus, Sender
from engine.sources.digests import mark
from engine.sources.events import MAX_EVENTS
from engine.sources.posted import read_posted

MOST_FAULTS_TOLD = 200


@post(
    "/events",
    status_code=202,
    guards=[allow("source", "hr")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            takes=(
                Body(
                    kind=PlainEvent | Annotated[list[PlainEvent], Meta(max_length=MAX_EVENTS)],
                    examples={"one": EVENT_ID, "several": SEVERAL, "to try": TRIED_EVENT},
                ),
                Body(kind=CloudEvent, examples={"one": CLOUD_EVENT}, media_type="application/cloudevents+json"),
                Body(
                    kind=Annotated[list[CloudEvent], Meta(max_length=MAX_EVENTS)],
                    examples={"several": [CLOUD_EVENT]},
                    media_type="application/cloudevents-batch+json",
                ),
            ),
            gives=(
                Answer(
                    description="Every event is on disk, came before, or waits.", kind=EventsAnswer, example=ACCEPTED
                ),
                Answer(
                    description="With try=true: what each would lead to, by itself. Nothing was stored.",
                    kind=TryAnswer,
                    example=TRIED,
                    status=200,
                ),
            ),
            appends=True,
            speaks=True,
            problems=("content-conflict", "foreign-source"),
        )
    },
)
async def post_events(request: Call, try_: Try = None) -> Response[EventsAnswer | TryAnswer]:  # noqa: ARG001 - read whole
    """Post one event or an array of events; sending the same again is harmless. With ?try=true, nothing is stored.

    An event is plain JSON or a CloudEvent in any of its modes; with headers `ce-…` the body is the data alone. Of an
    array with faults the good events are kept: mend the others and send the whole again. Only a token of a source
    posts; HR may try. Nobody learns from the answer who takes part.
    """
    if wants_try(request):
        return Response(await try_events(request), status_code=200)
    source = principal_of(request).source
    if source is None:
        raise Problem("not-allowed", "Only a token of a source posts events; with ?try=true others may try them.")
    answer = await take_events(parts_of(request), source, dict(request.headers.items()), await request.body())
    return Response(answer, status_code=202)


async def take_events(parts: Parts, source: str, headers: Mapping[str, str], body: bytes) -> EventsAnswer:
    """Take the events of a request; names of headers are in lower case.

    Raises:
        Problem: Some were not taken.
        SourcesError: The body can't be read; nothing was taken.
    """
    when = when_said(parts, headers.get(RECORDED_AT))
    posted = read_posted(headers, body)
    outcomes = await parts.door.accept(posted, Sender(source=source), when)
    parts.measures.posted(outcomes)
    if any(outcome.status not in TAKEN for outcome in outcomes):
        raise problem_of(outcomes, is_array=posted.is_array)
    return answer_of(outcomes)


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


@get(
    "/whoami",
    guards=[allow("admin", "hr", "source", "member")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            gives=(
                Answer(
                    description="The token is known.", kind=Whoami, example=Whoami("source", "the hub's", None, "hub")
                ),
            ),
        )
    },
)
async def whoami(request: Call) -> Whoami:
    """Who this token speaks for."""
    principal = principal_of(request)
    return Whoami(principal.role, principal.name, principal.member, principal.source)


@get(
    "/event-types",
    guards=[allow("admin", "hr", "source", "member")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            gives=(Answer(description="By their names.", kind=list[EventTypeView], example=[KNOWN_TYPE]),),
            tells_time=True,
        )
    },
)
async def event_types(request: Call) -> list[EventTypeView]:
    """Everything that may be sent, each with an example ready to post."""
    book = await newest_rulebook(request)
    now = when_of(request).ms
    return [_view(book, book.events[type_], now) for type_ in sorted(book.events)]


@get(
    "/event-types/{type:str}",
    guards=[allow("admin", "hr", "source", "member")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            gives=(Answer(description="The rule files know it.", kind=EventTypeView, example=KNOWN_TYPE),),
            tells_time=True,
        )
    },
)
async def event_type(request: Call, type: TypeName) -> EventTypeView:
    """One type of event, with an example ready to post."""
    book = await newest_rulebook(request)
    event = book.events.get(type)
    if event is None:
        raise Problem(
            "not-found", f'No event type is called "{type[:100]}". There are: {", ".join(sorted(book.events))}.'
        )
    return _view(book, event, when_of(request).ms)


@get(
    "/sources/{source:str}/events/{event_id:path}",
    guards=[allow("source", "hr")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            gives=(Answer(description="It came.", kind=Fate, example=Fate("share-1", "judged", 12)),),
            problems=("foreign-source",),
        )
    },
)
async def event_fate(request: Call, source: SourceInPath, event_id: FateId) -> Fate:
    """What became of an event, by its sender's own id.

    Nothing of what it led to: that is between the member and the rules. A source asks about its own events alone.
    """
    principal, parts = principal_of(request), parts_of(request)
    if principal.role == "source" and principal.source != source:
        raise Problem("foreign-source", f'This token speaks for "{principal.source}".')
    id_ = event_id.removeprefix("/")
    position = await parts.log.find(mark(source, id_, parts.secret))
    if position is None:
        if principal.role != "source":
            await check_source(parts, source)
        raise Problem("not-found", f'No event "{id_[:100]}" of "{source[:100]}" came in the days that are remembered.')
    if position == 0:
        return Fate(id_, "waiting", None)
    if await parts.reader.judged() < position:
        return Fate(id_, "accepted", position)
    return Fate(id_, "aside" if await parts.asides.is_still_aside(position) else "judged", position)


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
