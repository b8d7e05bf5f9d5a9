"""`organization.toml`: the ground on which all packs stand. Checked first, and compiled on the way."""

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.core.days_off import DaysOff
from engine.core.periods import WEEKDAYS
from engine.core.rulebook import THANKS, EventType
from engine.core.rulebook import Field as CoreField
from engine.core.rulebook import FieldType as CoreFieldType
from engine.core.rulebook import Topic as CoreTopic
from engine.core.rules import Text
from engine.core.zones import zone_names
from engine.rulebook.calendars import read_calendars
from engine.rulebook.closed_lists import LANGUAGES
from engine.rulebook.collect import Entry, FileWords
from engine.rulebook.countries import check_country
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.durations import DAY_MS, read_ms
from engine.rulebook.event_types import event_type
from engine.rulebook.report import Place, Report
from engine.rulebook.texts import read_title
from engine.rulebook.words.organization import Calendar, Event, Group, Organization, Topic

LONGEST_GRACE_MS: Final = 7 * DAY_MS

THANKS_EVENT: Final = EventType(
    type=THANKS,
    title=Text({"en": "Thanks", "fi": "Kiitos"}),
    purpose="Recognise colleagues",
    keep_days=90,
    seen_by=("member",),
    said_by=("member",),
    fields={"receiver": CoreField(name="receiver", type=CoreFieldType.MEMBER)},
)
"""How conditions, metrics, groups and caps see a thanks. It is no event that a source may send."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What organization.toml says. `seen` are all events that rules may look at, thanks included."""

    zone: str = "UTC"
    week_starts: int = 0
    grace_ms: int = DAY_MS
    days_back: int = 45
    country: str = "FI"
    languages: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    topics: tuple[CoreTopic, ...] = ()
    events: Mapping[str, EventType] = {}
    groups: Mapping[str, tuple[str, ...]] = {}
    days_off: Mapping[str, DaysOff] = {}

    @property
    def seen(self) -> dict[str, EventType]:
        """All events that rules may look at, thanks included."""
        return {**self.events, THANKS: THANKS_EVENT}

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """The ids of the topics."""
        return tuple(topic.id for topic in self.topics)


def read_ground(file: FileWords, report: Report) -> Ground:
    """The ground; where something is wrong with it, what rules can be checked against all the same."""
    organizations = file.of(Organization)
    ground = _organization(organizations[0], report) if organizations else Ground()
    topics: dict[str, CoreTopic] = {}
    for topic in file.of(Topic):
        title = read_title(topic.words.title, topic.place.at("title"), ground.languages, report)
        topics.setdefault(topic.words.id, CoreTopic(id=topic.words.id, title=title))
    ground = msgspec.structs.replace(ground, topics=tuple(topics[id_] for id_ in sorted(topics)))
    events: dict[str, EventType] = {}
    for event in file.of(Event):
        events.setdefault(event.words.type, event_type(event, ground.topic_ids, ground.languages, report))
    ground = msgspec.structs.replace(ground, events={type_: events[type_] for type_ in sorted(events)})
    groups: dict[str, tuple[str, ...]] = {}
    for group in file.of(Group):
        groups.setdefault(group.words.id, _group(group, ground, report))
    return msgspec.structs.replace(
        ground,
        groups={id_: groups[id_] for id_ in sorted(groups)},
        days_off=read_calendars(file.of(Calendar), report),
    )


def _organization(entry: Entry[Organization], report: Report) -> Ground:
    words, place = entry.words, entry.place
    for number, language in enumerate(words.languages):
        if language not in LANGUAGES:
            report.wrong(
                place.at("languages", number),
                "unknown-language",
                f"{shown(language)} is not a language.",
                near=nearest(language, LANGUAGES) if len(language) == 2 else "",  # noqa: PLR2004
                expected='Two small letters (ISO 639-1), like "en" or "fi".',
            )
    grace = read_ms(words.grace, place.at("grace"), report)
    if grace is not None and grace > LONGEST_GRACE_MS:
        report.wrong(
            place.at("grace"),
            "out-of-range",
            f"grace is {shown(words.grace)}.",
            expected="At most 7 days are possible.",
        )
    check_country(words.country, place.at("country"), report)
    return Ground(
        zone=_zone(words.time_zone, place.at("time_zone"), report),
        week_starts=WEEKDAYS.index(words.week_starts),
        grace_ms=DAY_MS if grace is None else grace,
        days_back=words.days_back,
        country=words.country,
        languages=tuple(dict.fromkeys(words.languages)),
        packs=tuple(dict.fromkeys(words.packs)),
    )


def _zone(name: str, place: Place, report: Report) -> str:
    if name in zone_names():
        return name
    report.wrong(
        place,
        "unknown-zone",
        f"{shown(name)} is not a time zone.",
        near=nearest(name, zone_names()),
        expected='A name like "Europe/Helsinki".',
    )
    return "UTC"


def _group(entry: Entry[Group], ground: Ground, report: Report) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for number, type_ in enumerate(entry.words.events):
        place = entry.place.at("events", number)
        if type_ in found:
            report.wrong(place, "said-twice", f"{shown(type_)} is in this group twice.", cure="Take one out.")
        elif type_ in ground.seen:
            found[type_] = None
        else:
            unknown_event(type_, place, ground, report)
    return tuple(sorted(found))


def unknown_event(type_: str, place: Place, ground: Ground, report: Report) -> None:
    """Report an event, or a group with @, that is not known."""
    if type_.startswith("@"):
        groups = ["@" + id_ for id_ in ground.groups]
        expected = f"Groups: {listed(groups)}." if groups else "organization.toml has no groups."
        report.wrong(
            place, "unknown-group", f"{shown(type_)} is not a group.", near=nearest(type_, groups), expected=expected
        )
        return
    near = nearest(type_, [*ground.seen, *("@" + id_ for id_ in ground.groups)])
    cure = f'Groups have an @ in front: "@{type_}".' if type_ in ground.groups else ""
    report.wrong(
        place,
        "unknown-event",
        f"{shown(type_)} is not an event of organization.toml.",
        near="" if cure else near,
        expected=f"Events: {listed(ground.seen)}.",
        cure=cure,
    )
