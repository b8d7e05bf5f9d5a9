"""Sulka from Python: all calls, sent again where that is harmless, with pages walked through."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx

from sulka_client import forms
from sulka_client.calls import Calls
from sulka_client.errors import AnswerNotUnderstood, NotReached, Problem
from sulka_client.events import AT_ONCE, Event, batches, posting, trying
from sulka_client.http import TIMEOUT_SECONDS, head_of, not_reached
from sulka_client.patience import Patience, pause_before_again
from sulka_client.request import Request, meant

T = TypeVar("T")


class Sulka(Calls):
    """A token's view of one installation. Close it, or use it with `with`."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        patience: Patience | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._http = httpx.Client(base_url=address, headers=head_of(token), timeout=timeout_seconds)
        self._patience, self._sleep, self._chance = patience or Patience(), sleep, chance

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, asked: Request[T]) -> T:
        """Send a request; again, after a pause, where that is harmless and may help.

        Raises:
            Problem, NotReached, AnswerNotUnderstood: See each.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return self._sent(asked)
            except (Problem, NotReached, AnswerNotUnderstood) as error:
                pause = pause_before_again(asked, error, tried, self._patience, self._chance())
                if pause is None:
                    raise
            self._sleep(pause)

    def _sent(self, asked: Request[T]) -> T:
        try:
            answer = self._http.request(
                asked.method, asked.address, params=asked.query, headers=asked.headers, content=asked.content
            )
        except httpx.TransportError as error:
            raise not_reached(error) from error
        return meant(asked, answer.status_code, answer.headers, answer.content)

    def post_events(self, events: Event | Sequence[Event], *, recorded_at: str | None = None) -> forms.EventsAnswer:
        """Post one event or an array; sending the same again is harmless."""
        return self.send(posting(events, recorded_at))

    def post_all(self, events: Iterable[Event], *, size: int = AT_ONCE) -> Iterator[forms.EventsAnswer]:
        """Post as many events as there are, an array at a time; each answer as it comes."""
        for batch in batches(events, size):
            yield self.post_events(batch)

    def try_events(self, events: Event | Sequence[Event], *, language: str | None = None) -> forms.TryAnswer:
        """What these events would bring; nothing is stored."""
        return self.send(trying(events, language))
