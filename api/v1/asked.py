"""Recognitions that ask first: what I was asked, and my answer."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of, when_of
from api.documented import DOCUMENTED, MINE, Answer, Documented, json_body
from api.examples import rfc3339
from api.fields import LogPosition, Moment
from api.problems import Call
from api.v1.me import Shown
from api.v1.record import language_of
from api.v1.record_forms import Position, Titled
from engine.core.asking_first import MOST_ASKED

Number = Annotated[int, Meta(ge=1, le=1_000_000, description="Which of those named at this position, from 1")]


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    """A recognition that nobody else sees until I say so."""

    position: Position
    number: Number
    at: Annotated[Moment, Meta(description="When it was recorded")]
    id: Annotated[str, Meta(description="As the rule files call it")]
    title: Titled
    text: Annotated[str | None, Meta(description="What it stands for; null where the rule files do not say")]
    period: Annotated[str | None, Meta(description="The period that was won, 2026-W48; null for an anniversary")]
    place: Annotated[LogPosition | None, Meta(description="The place in that period; null for an anniversary")]
    years: Annotated[LogPosition | None, Meta(description="The years of an anniversary; null for a period")]
    answer: Annotated[
        Literal["waiting", "shown", "hidden"],
        Meta(description="What I said last; waiting and hidden look the same to everybody else"),
    ]


class AskedList(msgspec.Struct, frozen=True):
    """What I was asked, the newest first."""

    recognitions: Annotated[tuple[AskedView, ...], Meta(max_length=MOST_ASKED, description="The newest first")]


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """My answer about one recognition. The last one holds."""

    position: Annotated[LogPosition, Meta(description="As GET /v1/me/recognitions gives it")]
    number: Number
    show: Annotated[Shown, Meta(description="Whether others may see it on the wall")]


class Answered(msgspec.Struct, frozen=True):
    """The answer is on disk."""

    answer: Annotated[Shown, Meta(description="What holds from now on")]
    position: Annotated[LogPosition, Meta(description="Its place in the log")]


ASKED = AskedList(
    (
        AskedView(
            position=17,
            number=1,
            at="2026-12-01T00:00:20.000Z",
            id="work-anniversary",
            title="Years with us",
            text=None,
            period=None,
            place=None,
            years=5,
            answer="waiting",
        ),
    )
)
ANSWER = {"position": 17, "number": 1, "show": "shown"}


@get(
    "/me/recognitions",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE, gives=(Answer(description="All of them.", kind=AskedList, example=ASKED),), speaks=True
        )
    },
)
async def asked(request: Call) -> AskedList:
    """Recognitions that wait for my answer, or that I answered, the newest first."""
    parts, member = parts_of(request), member_of(request)
    language = await language_of(request, (await parts.members.state(member)).facts.language)
    rows = await parts.asked.rows(member, language)
    return AskedList(
        tuple(AskedView(**{**msgspec.structs.asdict(row), "at": rfc3339(row.at)}) for row in rows),
    )


@post(
    "/me/recognitions",
    status_code=200,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(AnswerBody, ANSWER),
            gives=(Answer(description="It holds from now on.", kind=Answered, example=Answered("shown", 19)),),
            appends=True,
            problems=("not-found",),
        )
    },
)
async def answer_asked(request: Call) -> Answered:
    """Say whether others may see a recognition. Without an answer nobody does, and nobody reminds me.

    The last answer holds: a yes can be taken back, and a no can become a yes.
    """
    body = await body_of(request, AnswerBody)
    position = await parts_of(request).asked.answer(
        member_of(request), body.position, body.number, when_of(request), shown=body.show == "shown"
    )
    return Answered(body.show, position)
