"""What the calls about subscriptions take and give."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.examples import rfc3339
from api.fields import MOST_EXACT, Count, LogPosition, Moment, SaidTime
from engine.core.messages import Kind
from engine.run.outbox.addresses import MOST_URL
from engine.run.outbox.lane import Waiting, Why
from engine.run.outbox.messages import message_id
from engine.run.outbox.post import Answer
from engine.run.outbox.subscriptions import Standing, State
from engine.store.outbox import MOST_ATTEMPTS, Attempt, Format

Language = Literal["en", "fi"]
HttpStatus = Annotated[int, Meta(ge=100, le=999)]

SubscriptionId = Annotated[
    str, Meta(min_length=1, max_length=100, description="The subscription's id", examples=["sub_k7w2mq9xhd4a"])
]
Title = Annotated[str, Meta(min_length=1, max_length=100, description="What it is for, for people")]
FormatSaid = Annotated[
    Format,
    Meta(
        description="standard-webhooks: signed JSON for a program; slack, teams: what the wall shows, for people, to "
        "the address of an incoming webhook of that channel"
    ),
]
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_URL,
        description="Where to: https and a public address, unless the operator has allowed the origin",
        extra={"words": "an address such as https://hooks.example.org/sulka"},
    ),
]
Kinds = Annotated[
    tuple[Kind, ...],
    Meta(
        min_length=1,
        max_length=50,
        description="What to tell; slack and teams take recognition.named, badge.granted and thanks.received alone",
    ),
]
Speaks = Annotated[Language, Meta(description="In which language slack and teams are written to")]


class SubscriptionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver to tell from now on."""

    title: Title
    format: FormatSaid = "standard-webhooks"
    url: Url
    kinds: Kinds
    language: Speaks = "en"


class SubscriptionPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What should be different; what is left out stays."""

    title: Title | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    language: Speaks | UnsetType = UNSET
    state: Annotated[
        Literal["active", "disabled"] | UnsetType,
        Meta(description="active: all that waits goes out at once; disabled: nothing does, and it is kept"),
    ] = UNSET
    new_secret: Annotated[
        bool, Meta(description="Whether to make another secret; the one before signs beside it for 24 hours")
    ] = False


class ReplayBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where on to send once more; one of the two."""

    position: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_EXACT)] | None, Meta(description="From this entry of the log on")
    ] = None
    since: Annotated[SaidTime | None, Meta(description="From what was recorded at this moment on")] = None


class SubscriptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription, and how it is doing."""

    id: SubscriptionId
    title: Title
    format: FormatSaid
    url: Annotated[
        str,
        Meta(
            description="Where to; of slack and teams the origin alone, since the rest is a secret, and never a query"
        ),
    ]
    kinds: Annotated[tuple[str, ...], Meta(description="What it is told")]
    language: Annotated[str, Meta(description="In which language slack and teams are written to")]
    created_at: Annotated[Moment, Meta(description="Since when there is this subscription")]
    state: Annotated[
        State,
        Meta(description="active; failing: it takes nothing and is asked with one message at a time; or disabled"),
    ]
    why: Annotated[
        Why | None,
        Meta(
            description="Why it is disabled: gone (it answered 410), five-days (nothing arrived for so long), "
            "by-hand; else null"
        ),
    ]
    failing_since: Annotated[Moment | None, Meta(description="The first failure since something arrived; null: none")]
    last_success: Annotated[Moment | None, Meta(description="When something arrived last; null: never")]
    told_up_to: Annotated[
        Count, Meta(description="Up to this entry of the log all is delivered, given up or waiting to be tried again")
    ]
    waiting: Annotated[Count, Meta(description="Messages that are tried again, or wait for others of the same member")]
    given_up: Annotated[Count, Meta(description="Messages that it would not take; a replay sends them again")]
    secrets: Annotated[Count, Meta(description="How many secrets sign now")]


class SubscriptionMade(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription, with a secret where one was made."""

    subscription: Annotated[SubscriptionView, Meta(description="How it is now")]
    secret: Annotated[
        str | None,
        Meta(description="The secret that signs, shown this once; null where none was made"),
    ]


class SubscriptionList(msgspec.Struct, frozen=True):
    """All subscriptions."""

    subscriptions: Annotated[tuple[SubscriptionView, ...], Meta(description="The oldest first")]


class Dropped(msgspec.Struct, frozen=True):
    """It is told nothing more."""

    id: SubscriptionId


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver answered."""

    arrived: Annotated[bool, Meta(description="Whether it has the message: an answer of 2xx")]
    status: Annotated[HttpStatus | None, Meta(description="Its HTTP status; null: no answer")]
    ms: Annotated[Count, Meta(description="How many milliseconds it took")]
    why: Annotated[str | None, Meta(description="Why there was no answer; else null")]


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One try."""

    at: Annotated[Moment, Meta(description="When")]
    message: Annotated[str, Meta(description="The id that the message has at every try and replay")]
    type: Annotated[str, Meta(description="What it told; chat: all that a channel was told together")]
    position: Annotated[LogPosition, Meta(description="The entry of the log that led to it")]
    arrived: Annotated[bool, Meta(description="Whether the receiver has it")]
    status: Annotated[HttpStatus | None, Meta(description="Its HTTP status; null: no answer")]
    ms: Annotated[Count, Meta(description="How many milliseconds it took")]
    why: Annotated[str | None, Meta(description="Why there was no answer; else null")]
    next_at: Annotated[Moment | None, Meta(description="When it is tried again; null: not")]


class MessageWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """A message that has not arrived."""

    message: Annotated[str, Meta(description="Its id")]
    position: Annotated[LogPosition, Meta(description="The entry of the log that led to it")]
    tries: Annotated[Count, Meta(description="How often it was tried; 0: it waits for another one of its member")]
    next_at: Annotated[Moment | None, Meta(description="When it is tried again; null: as soon as the one before it is")]


class MessageGivenUp(msgspec.Struct, frozen=True, kw_only=True):
    """A message that the receiver would not take."""

    message: Annotated[str, Meta(description="Its id")]
    position: Annotated[LogPosition, Meta(description="The entry of the log that led to it")]
    at: Annotated[Moment, Meta(description="Since when it is not tried any more")]


class SubscriptionDeliveries(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent, what waits, and what was given up."""

    tries: Annotated[tuple[Try, ...], Meta(description=f"The newest first; the last {MOST_ATTEMPTS} are kept")]
    waiting: Annotated[tuple[MessageWaiting, ...], Meta(description=f"The first {MOST_ATTEMPTS} of them, in order")]
    given_up: Annotated[tuple[MessageGivenUp, ...], Meta(description=f"The newest {MOST_ATTEMPTS} of them")]


def subscription_view(standing: Standing) -> SubscriptionView:
    """A subscription in words."""
    subscription, lane = standing.subscription, standing.lane
    return SubscriptionView(
        id=standing.id,
        title=subscription.title,
        format=subscription.format,
        url=standing.url,
        kinds=subscription.kinds,
        language=subscription.language,
        created_at=rfc3339(subscription.created),
        state=standing.state,
        why=standing.why or None,
        failing_since=_moment(lane.failing_since),
        last_success=_moment(lane.last_success),
        told_up_to=lane.cursor,
        waiting=len(lane.waiting),
        given_up=len(lane.given_up),
        secrets=standing.secrets,
    )


def tested_view(answer: Answer) -> Tested:
    """What a receiver answered, in words."""
    return Tested(arrived=answer.ok, status=answer.status or None, ms=answer.ms, why=answer.why or None)


def deliveries_view(organization: str, standing: Standing, attempts: list[Attempt]) -> SubscriptionDeliveries:
    """Tries and what waits, in words."""
    return SubscriptionDeliveries(
        tries=tuple(
            Try(
                at=rfc3339(each.at),
                message=message_id(organization, each.position, each.effect),
                type=each.kind,
                position=each.position,
                arrived=not each.why and 200 <= each.status < 300,  # noqa: PLR2004 - as everybody knows them
                status=each.status or None,
                ms=each.ms,
                why=each.why or None,
                next_at=_moment(each.next_at),
            )
            for each in attempts
        ),
        waiting=tuple(_waiting(organization, each) for each in standing.lane.waiting[:MOST_ATTEMPTS]),
        given_up=tuple(
            MessageGivenUp(
                message=message_id(organization, each.position, each.effect),
                position=each.position,
                at=rfc3339(each.at),
            )
            for each in reversed(standing.lane.given_up[-MOST_ATTEMPTS:])
        ),
    )


def _waiting(organization: str, each: Waiting) -> MessageWaiting:
    return MessageWaiting(
        message=message_id(organization, each.position, each.effect),
        position=each.position,
        tries=each.tries,
        next_at=_moment(each.due),
    )


def _moment(ms: int) -> str | None:
    return rfc3339(ms) if ms else None


ADD: Final = {
    "title": "Our data warehouse",
    "url": "https://hooks.example.org/sulka",
    "kinds": ["points.posted", "badge.granted"],
}
VIEW: Final = SubscriptionView(
    id="sub_k7w2mq9xhd4a",
    title="Our data warehouse",
    format="standard-webhooks",
    url="https://hooks.example.org/sulka",
    kinds=("points.posted", "badge.granted"),
    language="en",
    created_at="2026-11-23T07:12:00.000Z",
    state="active",
    why=None,
    failing_since=None,
    last_success=None,
    told_up_to=23,
    waiting=0,
    given_up=0,
    secrets=1,
)
MADE: Final = SubscriptionMade(subscription=VIEW, secret="whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FHzbcXr4Kq3sA=")  # noqa: S106 - an example
DELIVERIES: Final = SubscriptionDeliveries(
    tries=(
        Try(
            at="2026-11-23T07:12:01.000Z",
            message="msg_main_24_3",
            type="points.posted",
            position=24,
            arrived=False,
            status=503,
            ms=41,
            why=None,
            next_at="2026-11-23T07:12:06.000Z",
        ),
    ),
    waiting=(
        MessageWaiting(message="msg_main_24_3", position=24, tries=1, next_at="2026-11-23T07:12:06.000Z"),
        MessageWaiting(message="msg_main_24_5", position=24, tries=0, next_at=None),
    ),
    given_up=(),
)
