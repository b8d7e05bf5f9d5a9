"""What the calls about events take and answer, with examples."""

from typing import Annotated, Final, Literal

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.examples import EVENT_ID
from api.fields import Count, LogPosition, SaidTime
from api.problems import EventResult
from api.v1.member_forms import MadeUp
from engine.core.rulebook import FieldType
from engine.sources.cloudevents import MAX_URI_LENGTH
from engine.sources.events import (
    MAX_DATA_FIELDS,
    MAX_ID_LENGTH,
    MAX_KEY_LENGTH,
    MAX_SOURCE_LENGTH,
    MAX_SUBJECT_LENGTH,
    MAX_TYPE_LENGTH,
)
from engine.store.directory import Role

VISIBLE: Final = "^[^\\x00-\\x1f\\x7f-\\x9f\\ufdd0-\\ufdef\\ufffe\\uffff]+$"
"""Control characters and what Unicode keeps for no character are refused."""

EventId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        pattern=VISIBLE,
        description="Your own id of the event, one for ever: what comes again under it with the same content is once",
    ),
]
EventTypeName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TYPE_LENGTH,
        pattern=VISIBLE,
        description="What happened: a type that the rule files know (GET /v1/event-types)",
    ),
]
Subject = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_SUBJECT_LENGTH,
        pattern=VISIBLE,
        description="Who did it: a member id or an alias kind:value. Nobody known yet: the event waits for 14 days",
    ),
]
EventTime = Annotated[
    SaidTime,
    Meta(
        description="When it happened, with seconds and offset; left out, now. At most 5 minutes ahead, and as old as "
        "the rulebook's days_back (45)"
    ),
]
EventKey = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_KEY_LENGTH,
        pattern=VISIBLE,
        description="The thing itself, such as one star of one person: by it the event can be taken back",
    ),
]
EventData = Annotated[
    dict[str, object],
    Meta(
        max_length=MAX_DATA_FIELDS,
        description="The fields of this type, as GET /v1/event-types/{type} names them",
    ),
]


class EventsAnswer(msgspec.Struct, frozen=True):
    """All events are safe on disk."""

    accepted: Annotated[Count, Meta(description="So many are new")]
    duplicates: Annotated[Count, Meta(description="So many came before; nothing was changed by them")]
    waiting: Annotated[Count, Meta(description="So many name somebody whom nobody knows yet")]
    results: Annotated[tuple[EventResult, ...], Meta(description="Of each event, in their order")]


class PlainEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An event in plain JSON."""

    id: EventId
    type: EventTypeName
    subject: Subject
    time: EventTime | None = None
    key: EventKey | None = None
    source: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE_LENGTH, pattern=VISIBLE)] | None,
        Meta(description="The token's own source, which is filled in; another one is refused"),
    ] = None
    data: Annotated[EventData | None, Meta(description="Left out, there are none")] = None
    facts: Annotated[MadeUp | None, Meta(description="With try=true alone: what is true of the made-up member")] = None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event by CloudEvents 1.0.2; of extension attributes `key` is read, others are ignored."""

    specversion: Annotated[Literal["1.0"], Meta(description="The version of CloudEvents")]
    id: EventId
    source: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_SOURCE_LENGTH,
            description="The token's own source; another one is refused",
            extra_json_schema={"format": "uri-reference"},
        ),
    ]
    type: EventTypeName
    subject: Annotated[Subject | None, Meta(description="Left out where the fields of the event alone name people")] = (
        None
    )
    time: EventTime | None = None
    key: EventKey | None = None
    datacontenttype: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_URI_LENGTH)] | None,
        Meta(description="application/json, which need not be said"),
    ] = None
    dataschema: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_URI_LENGTH, extra_json_schema={"format": "uri"})] | None,
        Meta(description="The sender's own; it is not looked at"),
    ] = None
    data: EventData | None = None


class Whoami(msgspec.Struct, frozen=True):
    """Who a token speaks for."""

    role: Annotated[Role, Meta(description="What the token may do")]
    name: Annotated[str, Meta(description="What the token is called")]
    member: Annotated[str | None, Meta(description="Whose it is, for the role member alone")]
    source: Annotated[str | None, Meta(description="Which sender has it, for the role source alone")]


class FieldView(msgspec.Struct, frozen=True):
    """A field of an event type."""

    name: Annotated[str, Meta(description="As it stands in data")]
    type: Annotated[
        FieldType,
        Meta(
            description="choice: one of the choices; choices: a list of them; yes-no: true or false; number: a whole "
            "one; time: RFC 3339; member, members: ids or aliases; content: its id; key: short, kept as a digest; "
            "text: words, kept apart and erasable"
        ),
    ]
    optional: Annotated[bool, Meta(description="Whether it may be left out")]
    choices: Annotated[tuple[str, ...], Meta(description="What may stand there; empty where that is no closed list")]


class EventTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """A type of event that may be sent."""

    type: Annotated[str, Meta(description="What stands in the event's type")]
    title: Annotated[str, Meta(description="In the language of the organization")]
    purpose: Annotated[str, Meta(description="What these events are gathered for, as HR wrote it")]
    said_by: Annotated[
        tuple[Literal["tool", "member"], ...],
        Meta(description="tool: by POST /v1/events; member: by the member's own POST /v1/me/acts"),
    ]
    keep_days: Annotated[Count, Meta(description="So many days the act is shown to people, and its texts exist")]
    fields: Annotated[tuple[FieldView, ...], Meta(description="What data may hold")]
    example: Annotated[dict[str, object], Meta(description="An event of this type that can be posted as it is")]


class Fate(msgspec.Struct, frozen=True):
    """What became of an event; nothing of what it led to."""

    id: Annotated[str, Meta(description="Its sender's id")]
    status: Annotated[
        Literal["accepted", "judged", "waiting", "aside"],
        Meta(
            description="accepted: on disk, judged in a moment; judged: done; waiting: nobody knows the person yet; "
            "aside: a bug of ours kept it from being judged, which is recorded"
        ),
    ]
    position: Annotated[LogPosition | None, Meta(description="Its place in the log; null while it waits")]


ONE = (EventResult("share-1", "accepted", 12),)
ACCEPTED = EventsAnswer(1, 0, 0, ONE)
SEVERAL = [EVENT_ID, {**EVENT_ID, "id": "share-2", "time": "2026-11-23T09:12:00+02:00", "key": "post-7"}]
TRIED_EVENT = {**EVENT_ID, "id": "try-1", "facts": {"country": "SE", "is_leader": True}}
CLOUD_EVENT = {"specversion": "1.0", "source": "hub", **EVENT_ID, "id": "share-3"}
TOPICS = ("customers", "hiring", "products", "sustainability", "technology", "working-life")
KNOWN_TYPE = EventTypeView(
    type="content.shared",
    title="Shared company content",
    purpose="Recognise voluntary sharing",
    said_by=("tool", "member"),
    keep_days=90,
    fields=(
        FieldView("channel", FieldType.CHOICE, False, ("linkedin", "x", "bluesky", "mastodon", "blog")),  # noqa: FBT003 - optional
        FieldView("content", FieldType.CONTENT, True, ()),  # noqa: FBT003 - optional
        FieldView("labelled", FieldType.YES_NO, True, ()),  # noqa: FBT003 - optional
        FieldView("own_words", FieldType.YES_NO, True, ()),  # noqa: FBT003 - optional
        FieldView("topics", FieldType.CHOICES, True, TOPICS),  # noqa: FBT003 - optional
    ),
    example={
        "id": "example-content.shared",
        "type": "content.shared",
        "subject": "email:anna@example.org",
        "time": "2026-11-23T07:12:00.000Z",
        "data": {
            "channel": "linkedin",
            "content": "post-2026-11-hiring",
            "labelled": True,
            "own_words": True,
            "topics": ["customers"],
        },
    },
)

Try = Annotated[
    str | None,
    QueryParameter(
        name="try",
        description="true: judge by the rules in force on somebody made up, and store nothing",
        schema_extra={"enum": ["true", "false"]},
    ),
]
TypeName = Annotated[
    str,
    PathParameter(description="A type of event, as the rule files call it", examples=[Example(value="content.shared")]),
]
SourceInPath = Annotated[str, PathParameter(description="Which sender's event it is", examples=[Example(value="hub")])]
FateId = Annotated[
    str, PathParameter(description="The sender's own id of the event", examples=[Example(value="share-1")])
]
