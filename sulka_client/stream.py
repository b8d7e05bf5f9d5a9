"""The stream of one's own news, for as long as somebody asks: a line that breaks is taken up where it broke."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import httpx
import msgspec

from sulka_client.errors import AnswerNotUnderstood, NotReached, Problem
from sulka_client.forms import StreamEvent
from sulka_client.http import not_reached
from sulka_client.messages import Messages, TooLong
from sulka_client.patience import Patience
from sulka_client.request import problem_in

ADDRESS: Final = "/v1/stream"
EVENT_STREAM: Final = "text/event-stream"
SILENCE_SECONDS: Final = 30.0
"""Sulka says something every 15 seconds; a line that is silent for so long is broken."""

FOR_GOOD: Final = 500
"""Problems below this status do not go away by coming again."""

_events: Final = msgspec.json.Decoder(StreamEvent)


class Stream:
    """Iterate over it, as long as you like. `position` is up to where all was told: give it as `after` another day.

    An event may come twice where a line broke, never not at all. After `reset` read anew what you show.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        after: int | None,
        language: str | None,
        patience: Patience,
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
    ) -> None:
        self.position = after
        self._http, self._language = http, language
        self._patience, self._sleep, self._chance = patience, sleep, chance

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        """Every event as it comes.

        Raises:
            Problem: Coming again would not help: the token is gone, or too many streams are open.
            NotReached, AnswerNotUnderstood: It was tried as often as `patience` allows, each time without an event.
        """
        failed = 0
        while True:
            messages = Messages()
            try:
                async with aclosing(self._line(messages)) as line:
                    async for event in line:
                        failed = 0
                        yield event
            except (Problem, NotReached, AnswerNotUnderstood) as error:
                failed += 1
                if failed >= self._patience.tries or (isinstance(error, Problem) and error.status < FOR_GOOD):
                    raise
                await self._sleep(self._patience.pause_seconds(failed, self._chance()))
            else:
                # It ended rightly: Sulka is being restarted, or took this reader for asleep.
                told = messages.retry_ms
                await self._sleep(self._patience.pause_seconds(1, self._chance()) if told is None else told / 1_000)

    async def _line(self, messages: Messages) -> AsyncGenerator[StreamEvent, None]:
        """The events of one line, up to where it ends."""
        headers = {"accept": EVENT_STREAM}
        if self.position is not None:
            headers["last-event-id"] = str(self.position)
        if self._language is not None:
            headers["accept-language"] = self._language
        try:
            async with self._http.stream("GET", ADDRESS, headers=headers, timeout=SILENCE_SECONDS) as answer:
                if not answer.is_success:
                    raise problem_in(answer.status_code, answer.headers, await answer.aread())
                if answer.headers.get("content-type", "").partition(";")[0].strip() != EVENT_STREAM:
                    raise AnswerNotUnderstood(
                        status=answer.status_code, why="it is no stream; is there another server between?"
                    )
                async for received in answer.aiter_raw():
                    for message in messages.take(received):
                        if message.data:
                            yield _events.decode(message.data)
                        self.position = self.position if message.id is None else int(message.id)
        except httpx.TransportError as error:
            raise not_reached(error) from error
        except (msgspec.DecodeError, TooLong, ValueError) as error:
            raise AnswerNotUnderstood(status=200, why=str(error) or type(error).__name__) from error
