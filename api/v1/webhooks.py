"""Where other tools deliver, in their own formats. No token is asked for: each sender proves itself in its own way."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from msgspec import Meta

from api.calls import RECORDED_AT, addressed, parts_of, when_said
from api.documented import DOCUMENTED, WEBHOOKS, Answer, Body, Documented
from api.parts import Parts
from api.problem_examples import PROBLEM_EXAMPLES
from api.problems import Call, Problem, tell_store_error
from api.v1.source_forms import NOTHING, Application, Code, CodeAnswer, SourceInPath, WebhookAnswer
from api.v1.sources import answer_of
from engine.run.webhooks.recognising import NOBODY, Answered, Refused, Sent
from engine.sources.events import MAX_BODY_BYTES
from engine.store.errors import StoreError

FORM: Final = "application/x-www-form-urlencoded"
PLAIN: Final = "text/plain"
TEXT: Final = f"{PLAIN}; charset=utf-8"
"""As a challenge is sent back; the framework itself says in which characters."""

Form = Annotated[str, Meta(max_length=MAX_BODY_BYTES)]
EXAMPLE: Final = {
    "id": "evt-1",
    "type": "content.shared",
    "subject": "email:carla@example.org",
    "data": {"channel": "linkedin", "own_words": True},
}
NOT_AUTHENTIC: Final = PROBLEM_EXAMPLES["not-authentic"].detail


@post(
    "/webhooks/{source:str}",
    status_code=200,
    opt={
        DOCUMENTED: Documented(
            tag=WEBHOOKS,
            takes=(
                Body(kind=Any, examples={"of its own format": EXAMPLE}),
                Body(kind=Form, examples={"a form": "type=content.shared&member=anna"}, media_type=FORM),
            ),
            gives=(
                Answer(
                    description="All that it holds is safe.", kind=WebhookAnswer, example=WebhookAnswer(0, 0, 1, 0, 0)
                ),
                Answer(
                    description="The challenge of a sender that tries the address.",
                    kind=str,
                    example="3eZbrw1aBm2rZgRNFdxV2595E9CY",
                    media_type=TEXT,
                ),
            ),
            appends=True,
            problems=("not-understood", "not-authentic"),
            never=("not-found",),
        )
    },
)
async def take_webhook(request: Call, source: SourceInPath) -> Response[Any]:
    """Take a delivery in the sender's own format, whose signature its profile checks. Sent again, nothing comes twice.

    What no mapping wants is counted and left. What a mapping wants and can't read waits, until the mapping is mended
    and it is replayed. Anything that is not authentic gets the same answer, also where there is no such source.
    """
    parts, source = await _whose(request, source)
    headers = headers_of(request)
    sent = Sent(source=source, headers=headers, body=await request.body(), received=parts.now_ms())
    found = await parts.recognising.recognise(sent)
    if isinstance(found, Refused):
        return _refused(parts, found)
    taken = await parts.taking.take(found, when_said(parts, headers.get(RECORDED_AT)))
    if taken.handshake:
        return Response(taken.handshake, status_code=200, media_type=PLAIN)
    return Response(answer_of(taken.counts) if taken.handshake is None else NOTHING, status_code=200)


@get(
    "/webhooks/{source:str}",
    opt={
        DOCUMENTED: Documented(
            tag=WEBHOOKS,
            gives=(
                Answer(
                    description="The code with its digest.",
                    kind=CodeAnswer,
                    example=CodeAnswer("4f6c1d2e-8a3b-4c5d-9e7f-0123456789ab", "9f86d081884c7d659a2feaa0c55ad015"),
                ),
            ),
            problems=("not-understood", "not-authentic", "busy"),
            never=("not-found",),
        )
    },
)
async def answer_webhook(
    request: Call,
    source: SourceInPath,
    code: Code = None,
    application: Application = None,  # noqa: ARG001 - known, so that it is not refused
) -> Response[Any]:
    """Answer a sender that tries its address with a code (LinkedIn, every two hours)."""
    parts, source = await _whose(request, source)
    received = parts.now_ms()
    answered = await parts.recognising.answer_code(source, code or "")
    if answered is None:
        return _refused(parts, Refused(source=None, received=received, why=NOBODY))
    words = answered.words
    answer = CodeAnswer(words["challengeCode"], words["challengeResponse"])
    return Response(answer, status_code=200, background=BackgroundTask(_note_code, parts, answered, received))


async def _whose(request: Call, source: str) -> tuple[Parts, str]:
    """The parts of the organization in the address, and the source there; see `api.calls.addressed`.

    Where there is no such organization it is a source that the first one does not have: its names hold no `~`.
    """
    return await addressed(request, source) or (parts_of(request), source)


def headers_of(request: Call) -> Mapping[str, str]:
    """The headers, names in lower case; one that was sent twice has both values, as RFC 9110 §5.2 has it."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _refused(parts: Parts, refused: Refused) -> Response[Any]:
    """The same for everything that is not authentic; why is noted when it has left."""
    response = Problem("not-authentic", NOT_AUTHENTIC).response()
    response.background = BackgroundTask(_note_refused, parts, refused)
    return response


async def _note_refused(parts: Parts, refused: Refused) -> None:
    try:
        await parts.recognising.note_refused(refused)
    except StoreError as error:
        tell_store_error(error)


async def _note_code(parts: Parts, answered: Answered, received: int) -> None:
    try:
        await parts.recognising.note_code(answered, received)
    except StoreError as error:
        tell_store_error(error)
