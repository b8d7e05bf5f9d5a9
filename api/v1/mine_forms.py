"""What the calls of a member take and answer, with examples."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from api.examples import EVENT_ID
from api.fields import Id, Key, LogPosition, SaidTime, Who
from api.problems import EventResult
from api.v1.event_forms import EventsAnswer
from api.v1.me import JOINED, Choices
from api.v1.record_forms import SHARED, STANDING, Expiring, ReceiptView, Standing
from engine.sources.events import MAX_DATA_FIELDS, MAX_TYPE_LENGTH

MOST_TEXT: Final = 1_000


class Me(Standing, frozen=True, kw_only=True):
    """A member's own page. All numbers hold up to the log entry at `position`."""

    expiring: Expiring
    choices: Annotated[Choices, Meta(description="Whether I take part, and where I am shown")]


class ActBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act that the member says themselves."""

    type: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_TYPE_LENGTH,
            description="What I did: a type that members may say themselves (GET /v1/event-types)",
        ),
    ]
    id: Annotated[Id | None, Meta(description="My own id of the act: under it it counts once; left out, a new act")] = (
        None
    )
    time: Annotated[SaidTime | None, Meta(description="When it was, with seconds and offset; left out, now")] = None
    key: Annotated[Key | None, Meta(description="What I call the act, to take it back later")] = None
    data: Annotated[
        dict[str, object],
        Meta(
            max_length=MAX_DATA_FIELDS, description="The fields of this type, as GET /v1/event-types/{type} names them"
        ),
    ] = {}


class ActAnswer(msgspec.Struct, frozen=True):
    """The act is on disk."""

    event: Annotated[EventsAnswer, Meta(description="As for an event that a tool posts")]
    receipt: Annotated[
        ReceiptView | None, Meta(description="With Prefer: wait, what came of it; null if it was not judged in time")
    ]


class ThanksBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thanks to a colleague."""

    to: Annotated[Who, Meta(description="Whom: a member id or an alias kind:value, email:anna@example.org")]
    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_TEXT,
            pattern=r"\S",
            description="What for, in words that the colleague reads",
            extra={"words": f"a text of 1 to {MOST_TEXT:,} characters, not only spaces"},
        ),
    ]
    id: Id | None = None


class Sent(msgspec.Struct, frozen=True):
    """The thanks is on its way, whoever takes part."""

    status: Annotated[Literal["sent"], Meta(description="Always the same")]
    position: Annotated[LogPosition, Meta(description="Its place in the log")]


ACT = {"id": "my-share", "type": "content.shared", "data": {"channel": "bluesky", "own_words": True}}
THANK = {"to": EVENT_ID["subject"], "text": "Thank you for the careful review"}
ME = Me(
    **msgspec.structs.asdict(STANDING),
    expiring=(),
    choices=msgspec.structs.replace(JOINED, boards="shown", wall="shown", badges="shown", position=18),
)
SAID_AND_JUDGED = ActAnswer(
    EventsAnswer(1, 0, 0, (EventResult("my-share", "accepted", 15),)),
    msgspec.structs.replace(
        SHARED,
        position=15,
        sentences=("Share in your own words: 10 points.", "Coins: 10.", "You said this yourself."),
    ),
)
