"""The application with its answers counted and timed, by route template: an address may name a person, it may not."""

from time import perf_counter
from typing import Any

from api.event_stream import EVENT_STREAM
from engine.run.measures import Measures

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
NO_ROUTE = "none"
NO_ANSWER = 499
"""The caller went away before there was an answer."""
HEAD_OF_A_STREAM = (b"content-type", EVENT_STREAM.encode())
"""Such an answer takes as long as somebody listens: it is timed up to its head."""


class Measured:
    """An ASGI application around another one."""

    def __init__(self, app: Any, measures: Measures) -> None:  # noqa: ANN401 - servers and framework spell ASGI differently
        self._app, self._measures = app, measures

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as above
        """One connection; only HTTP requests are measured."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, ended = NO_ANSWER, None

        async def sending(message: Any) -> None:  # noqa: ANN401 - as above
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                if HEAD_OF_A_STREAM in message["headers"]:
                    ended = perf_counter()
            await send(message)

        began = perf_counter()
        try:
            await self._app(scope, receive, sending)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = scope.get("path_template") or NO_ROUTE
            self._measures.answered(method, route, status, (ended or perf_counter()) - began)
