"""The words of the files in `rules/sources`: what a tool's message becomes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import LONGEST_LIST, Id, If, IfAny, Lines, Name, Said, Title, Unless

MOST_FIELDS: Final = 40

Template = Annotated[
    Name, Meta(description="A text with {…} where values of the message stand.", examples=["slack:{event.user}"])
]
Whatever = Annotated[object, Meta(extra_json_schema={"additionalProperties": True})]
"""Anything, tables of any names included."""
Values = Annotated[dict[str, Whatever], Meta(max_length=MOST_FIELDS)]
Headers = Annotated[
    dict[str, Name],
    Meta(max_length=MOST_FIELDS, description="Headers beside it.", examples=[{"x-github-event": "star"}]),
]


class Source(Said, frozen=True, kw_only=True):
    """Which tool this file is for."""

    title: Title
    signature: Annotated[
        Name | None, Meta(description="The profile by which the tool signs its messages.", examples=["slack"])
    ] = None
    each: Annotated[
        Name | None,
        Meta(
            description="The list in a message whose items are read one by one; what is around it is outer.",
            examples=["notifications"],
        ),
    ] = None


class Map(Said, frozen=True, kw_only=True):
    """Which messages become which event."""

    id: Id
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    makes: Annotated[Name, Meta(description="The type of the event.", examples=["content.liked"])]
    subject: Annotated[Template, Meta(description="Who did it: an alias kind:value.", examples=["slack:{event.user}"])]
    event_id: Annotated[
        Template | None,
        Meta(
            description="What tells this message from all others: the delivery's own id where it is left out; content "
            "for a digest of all it says.",
            examples=["{event_id}", "content"],
        ),
    ] = None
    time: Annotated[Template | None, Meta(description="When it happened.", examples=["{event.event_ts}"])] = None
    key: Annotated[
        Template | None,
        Meta(description="Names the thing, so that it can be taken back.", examples=["star:{repository.id}"]),
    ] = None
    data: Annotated[
        Name | Values,
        Meta(
            description="The fields of the event: a template, a value, or { from = …, map = …, default = … } for each; "
            "or one template of an object whose members are the fields.",
            examples=[{"content": "slack:{event.item.ts}", "own_words": True}, "{data}"],
        ),
    ] = {}
    undone_by: Annotated[
        Lines | None,
        Meta(
            description="What is different in the message that takes it back.",
            examples=[{"event": {"type": "reaction_removed"}}],
        ),
    ] = None


class Link(Said, frozen=True, kw_only=True):
    """Which messages say the code that a member was given, and so whose an account is."""

    id: Id
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    alias: Annotated[Template, Meta(description="The account.", examples=["slack:{user_id}"])]
    code: Annotated[Template, Meta(description="The code.", examples=["{text}"])]


class Expected(Said, frozen=True, kw_only=True):
    """What must come of the message; what is not said may be anything."""

    makes: (
        Annotated[
            list[Values],
            Meta(
                max_length=LONGEST_LIST,
                description="The events, in order: type, subject, data, key, time, id.",
                examples=[[{"type": "content.liked", "subject": "slack:U1"}]],
            ),
        ]
        | None
    ) = None
    undoes: Annotated[Name | None, Meta(description="The key that is taken back.", examples=["star:1:2"])] = None
    links: (
        Annotated[
            dict[str, Name],
            Meta(
                max_length=2, description="The alias and the code.", examples=[{"alias": "slack:U1", "code": "123456"}]
            ),
        ]
        | None
    ) = None
    nothing: Annotated[bool | None, Meta(description="That nobody wants it.", examples=[True])] = None
    unreadable: (
        Annotated[
            str,
            Meta(max_length=500, description="Where in the message something is missing.", examples=["/event/user"]),
        ]
        | None
    ) = None


class MapCase(Said, frozen=True, kw_only=True):
    """A message, and what must come of it."""

    says: Annotated[Name, Meta(description="What it shows, as a sentence.", examples=["A reaction becomes a like"])]
    payload: Annotated[
        Name | None,
        Meta(description="A file of this folder with the message.", examples=["payloads/slack-reaction.json"]),
    ] = None
    body: Annotated[
        Whatever, Meta(description="The message itself.", examples=[{"event": {"type": "reaction_added"}}])
    ] = None
    form: (
        Annotated[
            dict[str, str],
            Meta(max_length=MOST_FIELDS, description="The fields of a form.", examples=[{"own_words": "yes"}]),
        ]
        | None
    ) = None
    headers: Headers = {}
    expect: Annotated[Expected, Meta(description="What must come out.", examples=[{"nothing": True}])]


class MappingFile(Said, frozen=True, kw_only=True):
    """What a tool's messages become. See docs/mapping.md."""

    source: Annotated[Source, Meta(description="Which tool it is for.", examples=[{"title": "Slack"}])]
    map: Annotated[
        list[Map], Meta(max_length=LONGEST_LIST, description="Messages to events.", examples=[[{"id": "reaction"}]])
    ] = []
    link: Annotated[
        list[Link], Meta(max_length=LONGEST_LIST, description="Accounts to members.", examples=[[{"id": "link"}]])
    ] = []
    case: Annotated[
        list[MapCase],
        Meta(
            max_length=LONGEST_LIST,
            description="Examples that run as tests.",
            examples=[[{"says": "A ping is nothing"}]],
        ),
    ] = []


MAPPING_WORDS: Final[Mapping[str, type[Said]]] = MappingProxyType(
    {"source": Source, "map": Map, "link": Link, "case": MapCase}
)
ONE_SOURCE: Final = "source"
