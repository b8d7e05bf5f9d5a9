"""Requests that carry events: plain or in CloudEvents form, one or many. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from sulka_client.forms import CloudEvent, EventsAnswer, PlainEvent, TryAnswer
from sulka_client.request import JSON, Request, request

Event: TypeAlias = PlainEvent | CloudEvent
T = TypeVar("T")

ADDRESS: Final = "/v1/events"
MOST_AT_ONCE: Final = 1_000
"""So many events one request may hold, in at most 1 MiB."""

AT_ONCE: Final = 500
"""So many are sent in one request unless it is said."""


def posting(events: Event | Sequence[Event], recorded_at: str | None = None) -> Request[EventsAnswer]:
    """One event or an array of one kind, to be kept."""
    return _asked(events, EventsAnswer, recorded_at=recorded_at)


def trying(events: Event | Sequence[Event], language: str | None = None) -> Request[TryAnswer]:
    """The same, to be judged and not kept."""
    return _asked(events, TryAnswer, tries=True, language=language)


def batches(events: Iterable[Event], size: int) -> Iterator[list[Event]]:
    """The events in arrays of at most so many.

    Raises:
        ValueError: More than 1,000 at once are not taken.
    """
    if not 1 <= size <= MOST_AT_ONCE:
        raise ValueError(f"size is {size}; expected 1 to {MOST_AT_ONCE}")  # noqa: TRY003 - says what to write
    rest = iter(events)
    while batch := list(islice(rest, size)):
        yield batch


def _asked(
    events: Event | Sequence[Event],
    answer: type[T],
    *,
    tries: bool | None = None,
    recorded_at: str | None = None,
    language: str | None = None,
) -> Request[T]:
    return request(
        "POST",
        ADDRESS,
        answer,
        query={"try": tries},
        headers={"Sulka-Recorded-At": recorded_at, "Accept-Language": language},
        body=events,
        media_type=_media_type(events),
    )


def _media_type(events: Event | Sequence[Event]) -> str:
    match events:
        case PlainEvent():
            return JSON
        case CloudEvent():
            return "application/cloudevents+json"
        case [CloudEvent(), *_]:
            return "application/cloudevents-batch+json"
        case _:
            return JSON
