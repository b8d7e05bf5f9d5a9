"""The words of rules/organization.toml."""

from typing import Annotated, Literal

from msgspec import Meta

from engine.rulebook.words.parts import LONGEST_LIST, Duration, Id, Name, Said, Title


class Organization(Said, frozen=True, kw_only=True):
    """What every other file builds on: where and when, in which languages, and which packs are in force."""

    time_zone: Annotated[Name, Meta(description="Days begin and end here.", examples=["Europe/Helsinki"])]
    week_starts: Annotated[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        Meta(description="The first day of a week.", examples=["monday"]),
    ] = "monday"
    grace: Annotated[
        Duration,
        Meta(description="How long a finished period waits for late events, up to 7 days.", examples=["24 hours"]),
    ] = "24 hours"
    days_back: Annotated[
        int, Meta(ge=1, le=180, description="An act may be reported so many days afterwards.", examples=[45])
    ] = 45
    country: Annotated[Name, Meta(description="Two capital letters (ISO 3166).", examples=["FI"])]
    languages: Annotated[
        list[Name],
        Meta(min_length=1, max_length=20, description="The languages of all texts (ISO 639).", examples=[["en", "fi"]]),
    ]
    packs: Annotated[
        list[Name],
        Meta(
            max_length=LONGEST_LIST, description="The packs in force, by their folder or file.", examples=[["starter"]]
        ),
    ]


class Topic(Said, frozen=True, kw_only=True):
    """A subject that people become known for."""

    id: Id
    title: Title


FieldTypeWord = Literal["choice", "choices", "yes-no", "number", "time", "member", "members", "content", "key", "text"]


class DataField(Said, frozen=True, kw_only=True):
    """One value that an event carries."""

    type: Annotated[FieldTypeWord, Meta(description="What kind of value it is.", examples=["choice", "yes-no"])]
    of: Annotated[
        Name | list[Name] | None,
        Meta(
            description='What may be chosen (for choice and choices): a list, or "topics".',
            examples=[["linkedin", "x"], "topics"],
        ),
    ] = None
    optional: Annotated[bool, Meta(description="Whether a sender may leave it out.", examples=[True])] = False
    default: Annotated[
        str | bool | int | list[str] | None,
        Meta(description="The value when a sender leaves it out.", examples=[False, []]),
    ] = None


class Event(Said, frozen=True, kw_only=True):
    """Something that can happen: what it carries, why it is kept, for how long, and who may say it."""

    type: Annotated[
        str,
        Meta(
            pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$",
            max_length=100,
            description="The name under which tools send it: small letters, with a dot.",
            examples=["content.shared"],
        ),
    ]
    title: Title
    purpose: Annotated[
        Name,
        Meta(description="Why it is kept, in a few words; senders read it.", examples=["Recognise voluntary sharing"]),
    ]
    keep: Annotated[
        Duration, Meta(description="How long the act is shown and its texts are kept.", examples=["90 days"])
    ]
    seen_by: Annotated[
        list[Literal["member", "team", "everyone"]],
        Meta(
            min_length=1,
            max_length=3,
            description="Who may see the act. Later: today nobody sees a single act but the member, and HR with a "
            "written reason, whatever stands here.",
            examples=[["member"]],
        ),
    ]
    said_by: Annotated[
        list[Literal["tool", "member"]],
        Meta(min_length=1, max_length=2, description="Who may report it.", examples=[["tool", "member"]]),
    ]
    data: Annotated[
        dict[str, DataField],
        Meta(
            max_length=40,
            description="The values it carries, by name.",
            examples=[{"channel": {"type": "choice", "of": ["linkedin", "x"]}}],
        ),
    ] = {}


class Group(Said, frozen=True, kw_only=True):
    """A name for several events at once, written @name in rules."""

    id: Id
    events: Annotated[
        list[Name],
        Meta(
            min_length=1,
            max_length=LONGEST_LIST,
            description="Types of events, and thanks.",
            examples=[["content.shared", "thanks"]],
        ),
    ]


DayOff = Annotated[object, Meta(extra_json_schema={"type": "string"})]
"""A name that the calendar library knows, or a date."""


class Calendar(Said, frozen=True, kw_only=True):
    """Days off of a country: weekends and public holidays, and what is added and taken away here."""

    country: Annotated[Name, Meta(description="Two capital letters (ISO 3166).", examples=["FI"])]
    subdivision: Annotated[Name | None, Meta(description="A part of it with holidays of its own.", examples=["BY"])] = (
        None
    )
    add: Annotated[
        list[DayOff], Meta(max_length=LONGEST_LIST, description="More days off.", examples=[["midsummer eve"]])
    ] = []
    take_away: Annotated[
        list[DayOff], Meta(max_length=LONGEST_LIST, description="Days that are worked.", examples=[["epiphany"]])
    ] = []
