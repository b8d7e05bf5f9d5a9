"""A way past the framework for what comes by the thousand a second: posted events, and reads of leaderboards.

The framework takes half of such a request. What goes this way is decided by the head alone; all else goes on to the
application with its body unread: another call, a body whose length is not said or too large, a question in other words
than most, a token that was not seen before. What is answered is made by the same functions on both ways.

The token of a source was looked up within the last second. The token of a person is looked up together with the rows
that it asks for; where it is not what it was, and where there is a problem to tell, the application answers.
"""

import re
from typing import Final, TypeAlias, cast

import msgspec
from litestar import Litestar, Response
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Scope, Send

from api.all_parts import AllParts
from api.board_questions import cursor_meant
from api.calls import allow, bearer
from api.parts import Parts
from api.problems import Problem, response_to
from api.v1.board_forms import MOST_ROWS, ROWS, Around
from api.v1.boards import READERS, View, Words, board_shown
from api.v1.events import take_events
from engine.run.organizations import parted
from engine.sources.events import MAX_BODY_BYTES
from engine.store.bearers import BearerChanged
from engine.store.directory import token_digest

EVENTS: Final = "/v1/events"
BOARD_ROUTE: Final = "/v1/leaderboards/{board}"

HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]*")
BOARD: Final = re.compile(r"/v1/leaderboards/([a-z0-9-]{1,100})")
QUESTION: Final = re.compile(rb"(period|around|limit|cursor)=([A-Za-z0-9_-]{1,400})")
LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")

Headers: TypeAlias = dict[str, str]
Question: TypeAlias = tuple[Parts, Words, View]

_encoder = msgspec.json.Encoder()


class FastLane:
    """The application with its fast lane; an ASGI application itself."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._all: AllParts = app.state.all_parts
        self._readers = allow(*READERS).roles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, by either way."""
        if scope["type"] == ScopeType.HTTP and await self._is_answered(scope, receive, send):
            return
        await self._app(scope, receive, send)

    async def _is_answered(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Whether this way has answered; if not, nothing was read of the body."""
        match scope["method"]:
            case "POST" if scope["path"] == EVENTS and not scope["query_string"]:
                return await self._take_events(scope, receive, send)
            case "GET" if (board := BOARD.fullmatch(scope["path"])) is not None:
                return await self._show_board(board[1], scope, send)
            case _:
                return False

    async def _take_events(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        headers = _headers(scope)
        length, secret = headers.get("content-length", ""), bearer(headers.get("authorization", ""))
        if secret is None or not _is_host(headers) or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return False
        parts = self._all.seen(parted(secret)[0])
        source = None if parts is None else parts.arrivals.source_seen(token_digest(secret))
        if parts is None or source is None:
            return False
        scope["path_template"] = EVENTS  # as the framework does, for those who count requests by their route
        body = await _body(receive)
        if body is not None:
            await _send(await self._answer_to_events(parts, headers, source, body), send)
        return True

    async def _answer_to_events(self, parts: Parts, headers: Headers, source: str, body: bytes) -> Response[bytes]:
        try:
            answer = await take_events(parts, source, headers, body)
        except Exception as error:  # noqa: BLE001 - each has its answer, a bug too, which is recorded there
            return response_to(error, "POST", EVENTS)
        return _json(answer, 202)

    async def _show_board(self, board: str, scope: HTTPScope, send: Send) -> bool:
        question = self._question(board, scope)
        if question is None:
            return False
        parts, words, view = question
        try:
            answer = _json(await board_shown(parts, words, view), 200)
        except (Problem, BearerChanged):
            return False
        except Exception as error:  # noqa: BLE001 - each has its answer, a bug too, which is recorded there
            answer = response_to(error, "GET", BOARD_ROUTE)
        scope["path_template"] = BOARD_ROUTE
        await _send(answer, send)
        return True

    def _question(self, board: str, scope: HTTPScope) -> Question | None:
        """What is asked, where it is asked in the words that most use and by somebody whose token was seen before."""
        headers = _headers(scope)
        secret, said = bearer(headers.get("authorization", "")), _words(scope["query_string"])
        if secret is None or said is None or not _is_host(headers) or not _is_without_body(headers):
            return None
        parts = self._all.seen(parted(secret)[0])
        seen = None if parts is None else parts.arrivals.bearer_seen(token_digest(secret))
        around, limit = said.get("around"), said.get("limit", str(ROWS))
        if (
            parts is None
            or seen is None
            or seen.record.role not in self._readers
            or around not in {None, "me"}
            or LIMIT.fullmatch(limit) is None
            or int(limit) > MOST_ROWS
        ):
            return None
        try:
            after = cursor_meant(said.get("cursor"))
        except Problem:
            return None
        view = View(
            around=cast("Around | None", around),
            member=seen.record.member,
            limit=int(limit),
            after=after,
            bearer=seen,
        )
        return parts, (board, said.get("period"), "members"), view


def _headers(scope: HTTPScope) -> Headers:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _is_host(headers: Headers) -> bool:
    return HOST.fullmatch(headers.get("host", "")) is not None


def _is_without_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers


def _words(query: bytes) -> dict[str, str] | None:
    """The words of a query, each said once; None where it has others."""
    if not query:
        return {}
    words: dict[str, str] = {}
    for pair in query.split(b"&"):
        found = QUESTION.fullmatch(pair)
        if found is None or (name := found[1].decode()) in words:
            return None
        words[name] = found[2].decode()
    return words


def _json(answer: msgspec.Struct, status: int) -> Response[bytes]:
    return Response(_encoder.encode(answer), status_code=status, media_type="application/json")


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where the sender has gone."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message["body"])
        if not message["more_body"]:
            return b"".join(parts)


async def _send(response: Response[bytes], send: Send) -> None:
    headers = {"content-type": str(response.media_type), "content-length": str(len(response.content))}
    headers |= {name.lower(): value for name, value in response.headers.items()}
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status_code or 500, "headers": encoded})
    await send({"type": "http.response.body", "body": response.content, "more_body": False})
