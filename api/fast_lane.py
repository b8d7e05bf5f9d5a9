"""A way past the framework for what comes by the thousand a second: posted events of a source that was just here.

The framework takes half of such a request. What goes this way is decided by the head alone; all else goes on to the
application with its body unread: another call, a query, a body whose length is not said or too large, a token that
was not looked up within the last second. What is answered is made by the same functions on both ways.
"""

import msgspec
from litestar import Litestar, Response
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from api.calls import bearer
from api.parts import Parts
from api.problems import response_to
from api.v1.events import take_events
from engine.sources.events import MAX_BODY_BYTES
from engine.store.directory import token_digest

PATH = "/v1/events"
Head = tuple[dict[str, str], str]

_encoder = msgspec.json.Encoder()


class FastLane:
    """The application with its fast lane; an ASGI application itself."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._parts: Parts = app.state.parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, by either way."""
        head = self._head(scope)
        if head is None:
            await self._app(scope, receive, send)
            return
        scope["path_template"] = PATH  # as the framework does, for those who count requests by their route
        body = await _body(receive)
        if body is not None:
            await _send(await self._answer(*head, body), send)

    def _head(self, scope: Scope) -> Head | None:
        """Headers and source of a request that may go this way."""
        if (
            scope["type"] != ScopeType.HTTP
            or scope["path"] != PATH
            or scope["method"] != "POST"
            or scope["query_string"]
        ):
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        length, secret = headers.get("content-length", ""), bearer(headers.get("authorization", ""))
        if secret is None or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return None
        source = self._parts.arrivals.source_seen(token_digest(secret))
        return None if source is None else (headers, source)

    async def _answer(self, headers: dict[str, str], source: str, body: bytes) -> Response[bytes]:
        try:
            answer = await take_events(self._parts, source, headers, body)
        except Exception as error:  # noqa: BLE001 - each has its answer, a bug too, which is recorded there
            return response_to(error, PATH)
        return Response(_encoder.encode(answer), status_code=202, media_type="application/json")


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
