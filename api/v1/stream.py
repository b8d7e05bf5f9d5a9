"""The stream: what is new for a member, told as it happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from litestar import get
from litestar.types import ASGIApp

from api.calls import all_parts_of, allow, bearer, member_of, parts_of
from api.documented import DOCUMENTED, MINE, Answer, Documented
from api.event_stream import EVENT_STREAM, LAST_EVENT_ID, EventStream
from api.fields import MOST_EXACT
from api.parts import Parts
from api.problems import Call, Problem
from api.v1.record import language_of
from api.v1.stream_forms import STREAM, StreamEvent
from api.v1.stream_teller import Teller
from engine.run.live.listener import Listener
from engine.run.live.seats import NoSeat
from engine.store.directory import token_digest


@get(
    "/stream",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(
                Answer(
                    description="A stream without end.",
                    kind=str,
                    example=STREAM,
                    media_type=EVENT_STREAM,
                    events=StreamEvent,
                ),
            ),
            speaks=True,
            resumes=True,
            problems=("not-found", "too-many-streams"),
        )
    },
)
async def stream(request: Call) -> ASGIApp:
    """What is new for me, told as it happens: points, level, badges, places, what is on the wall. Server-sent events.

    It begins with where I stand. At most once a second it tells what came since. Whoever comes again with the id of
    the last event is told what they missed, or by `reset` that it was too much.
    """
    parts, member, after = parts_of(request), member_of(request), _after(request)
    await parts.members.record(member)
    language = await language_of(request, (await parts.members.state(member)).facts.language)
    listener = Listener(member)
    try:
        parts.seats.take(_who(parts, listener), listener)
    except NoSeat as error:
        raise Problem("too-many-streams" if error.by_member else "busy", str(error)) from None
    teller = Teller(parts, listener, language, partial(_may_listen, request, member), after=after)
    return EventStream(listener, teller.tell, parts.seats.pace, _seated(parts, listener))


@asynccontextmanager
async def _seated(parts: Parts, listener: Listener) -> AsyncIterator[None]:
    """The seat was taken already; it is given back whatever happens."""
    try:
        await parts.tail.listen(listener)
        yield
    finally:
        parts.tail.leave(listener)
        parts.seats.leave(_who(parts, listener), listener)


def _who(parts: Parts, listener: Listener) -> str:
    return f"{parts.organization}~{listener.member}"


async def _may_listen(request: Call, member: str) -> bool:
    """Whether what the guard found when the stream was opened holds."""
    parts = parts_of(request)
    opened = await all_parts_of(request).of(parts.organization)
    if opened is None or opened.closed:
        return False
    record = await parts.arrivals.token(token_digest(bearer(request.headers["authorization"]) or ""))
    return record is not None and record.role == "member" and record.member == member


def _after(request: Call) -> int | None:
    """The id of the last event that the client saw, as it says itself."""
    said = request.headers.get(LAST_EVENT_ID)
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(MOST_EXACT))):
        raise Problem("not-understood", f'Last-Event-ID is "{said[:60]}"; expected the id of an event of this stream.')
    return int(said)
