"""Sulka from asyncio: as `sulka_client.client`, awaited, and the stream of one's own news."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx

from sulka_client import forms
from sulka_client.async_calls import AsyncCalls
from sulka_client.errors import AnswerNotUnderstood, NotReached, Problem
from sulka_client.events import AT_ONCE, Event, batches, posting, trying
from sulka_client.http import TIMEOUT_SECONDS, head_of, not_reached
from sulka_client.patience import Patience, pause_before_again
from sulka_client.request import Request, meant
from sulka_client.stream import Stream

T = TypeVar("T")


class AsyncSulka(AsyncCalls):
    """A token's view of one installation. Close it, or use it with `async with`."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        patience: Patience | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=address, headers=head_of(token), timeout=timeout_seconds)
        self._patience, self._sleep, self._chance = patience or Patience(), sleep, chance

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, asked: Request[T]) -> T:
        """Send a request; again, after a pause, where that is harmless and may help.

        Raises:
            Problem, NotReached, AnswerNotUnderstood: See each.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return await self._sent(asked)
            except (Problem, NotReached, AnswerNotUnderstood) as error:
                pause = pause_before_again(asked, error, tried, self._patience, self._chance())
                if pause is None:
                    raise
            await self._sleep(pause)

    async def _sent(self, asked: Request[T]) -> T:
        try:
            answer = await self._http.request(
                asked.method, asked.address, params=asked.query, headers=asked.headers, content=asked.content
            )
        except httpx.TransportError as error:
            raise not_reached(error) from error
        return meant(asked, answer.status_code, answer.headers, answer.content)

    async def post_events(
        self, events: Event | Sequence[Event], *, recorded_at: str | None = None
    ) -> forms.EventsAnswer:
        """Post one event or an array; sending the same again is harmless."""
        return await self.send(posting(events, recorded_at))

    async def post_all(self, events: Iterable[Event], *, size: int = AT_ONCE) -> AsyncIterator[forms.EventsAnswer]:
        """Post as many events as there are, an array at a time; each answer as it comes."""
        for batch in batches(events, size):
            yield await self.post_events(batch)

    async def try_events(self, events: Event | Sequence[Event], *, language: str | None = None) -> forms.TryAnswer:
        """What these events would bring; nothing is stored."""
        return await self.send(trying(events, language))

    def stream(self, *, after: int | None = None, language: str | None = None) -> Stream:
        """What is new for me, as it happens; `after` is the position up to which I was told before."""
        return Stream(
            self._http,
            after=after,
            language=language,
            patience=self._patience,
            sleep=self._sleep,
            chance=self._chance,
        )
