"""The demo's organization: who works there and what they do in half a year, the same every time. Pure.

All names are made up. The year has its rhythm: weekdays, a slow July, one week in which a post goes round; a leader
or two, quiet reviewers, somebody who shares far too much, people who pause, change teams, or never join.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

ZONE = ZoneInfo("Europe/Helsinki")
FIRST_DAY = date(2026, 5, 18)
DAYS = 189
MEMBERS = 250
EVENTS_A_DAY = 108
SEED = 2026
COUNTRIES = ("FI", "SE", "EE", "DE")
TEAMS = (
    "sales-north", "sales-south", "product", "platform", "design", "care", "people", "finance", "brand", "research",
    "field", "partners",
)  # fmt: skip
FIRST_NAMES = (
    "Aamu", "Aslak", "Helka", "Ilta", "Jalo", "Kajo", "Lumi", "Myrsky", "Oras", "Pilvi", "Roihu", "Säde", "Taimi",
    "Tuisku", "Utu", "Vilja", "Viri", "Ystävä", "Kaisla", "Meri", "Ilo", "Halla", "Kuura", "Sumu", "Toive",
)  # fmt: skip
LAST_NAMES = (
    "Esimerkki",
    "Keksitty",
    "Kuvitelma",
    "Malli",
    "Näyte",
    "Satunen",
    "Tarina",
    "Testilä",
    "Unelma",
    "Arvaus",
)
CHANNELS = ("linkedin", "linkedin", "linkedin", "x", "bluesky", "mastodon", "blog")
TOPICS = ("hiring", "technology", "customers")
VIRAL_WEEK = 11
SLOW_WEEKS = range(6, 10)
SPAMMER = 17
LEADERS = frozenset({3, 40, 77, 120, 161, 199})
NEVER_JOIN = frozenset(range(9, MEMBERS, 11))
PACK_CHANGES = {9 * 7: ("starter", "extras/planning"), 18 * 7: ("starter", "extras/planning", "extras/leadership")}
"""After so many days, these packs are in force."""


class Person(msgspec.Struct, frozen=True):
    """An employee; `alias` is how senders name them. `joins_on` is a day of the demo, None for never."""

    number: int
    name: str
    alias: str
    team: str
    country: str
    is_leader: bool
    joins_on: int | None
    shown: bool
    activity: float


class Step(msgspec.Struct, frozen=True):
    """One call of the demo: what is posted where, by whom, and when it was recorded."""

    at: datetime
    kind: Literal["events", "choose", "publish", "change", "retract", "content"]
    body: Any
    person: int = -1


def people() -> list[Person]:
    """Everybody, in the order of their numbers."""
    chance = random.Random(SEED)
    found: list[Person] = []
    for number in range(MEMBERS):
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES)]}"
        found.append(
            Person(
                number=number,
                name=name,
                alias=f"hr:{1000 + number}",
                team=TEAMS[number % len(TEAMS)],
                country=COUNTRIES[chance.choices(range(4), (6, 2, 1, 1))[0]],
                is_leader=number in LEADERS,
                joins_on=None if number in NEVER_JOIN else min(int(chance.expovariate(0.12)), 120),
                shown=chance.random() < 0.8,
                activity=12.0 if number == SPAMMER else chance.paretovariate(1.6),
            )
        )
    return found


def steps() -> Iterator[Step]:
    """What happens after the beginning, in the order in which it is recorded."""
    chance = random.Random(SEED + 1)
    everybody = people()
    posts: list[str] = []
    earlier: list[dict[str, Any]] = []
    number = 0
    for day in range(DAYS):
        morning = _moment(day, 7, 0)
        yield from _morning(day, morning, everybody, chance, posts)
        events: list[dict[str, Any]] = []
        for _ in range(_how_many(day, chance)):
            number += 1
            events.append(_event(number, day, chance, everybody, posts))
        if earlier and day % 3 == 0:
            events.extend(chance.sample(earlier, min(4, len(earlier))))
        late = [event for event in events if chance.random() < 0.02]
        for event in late:
            event["time"] = _moment(max(day - 9, 0), 12, 0).isoformat()
        events.sort(key=lambda event: str(event["time"]))
        earlier = events
        yield Step(_moment(day, 22, 0), "events", events)
        if day % 6 == 5 and events:
            key = chance.choice([event["key"] for event in events])
            yield Step(_moment(day, 22, 30), "retract", {"key": key, "reason": "Posted by mistake"})


def _morning(
    day: int, at: datetime, everybody: list[Person], chance: random.Random, posts: list[str]
) -> Iterator[Step]:
    if day in PACK_CHANGES:
        yield Step(at, "publish", PACK_CHANGES[day])
    if day % 3 == 0:
        post = f"post-{len(posts) + 1}"
        posts.append(post)
        facts = {"id": post, "published": at.isoformat(), "topics": [chance.choice(TOPICS)], "kind": "article"}
        yield Step(at, "content", facts)
    for person in everybody:
        if person.joins_on == day:
            yield Step(at, "choose", {"change": "join"}, person.number)
            if person.shown:
                yield Step(at, "choose", {"boards": "shown", "wall": "shown", "badges": "shown"}, person.number)
        elif person.joins_on is not None and day > person.joins_on + 20 and person.number % 23 == 5:
            since = day - person.joins_on
            if since in {40, 61}:
                yield Step(at, "choose", {"change": "pause" if since == 40 else "resume"}, person.number)
        if person.number % 31 == 7 and day == 90:
            yield Step(at, "change", {"team": TEAMS[(person.number + 5) % len(TEAMS)]}, person.number)


def _how_many(day: int, chance: random.Random) -> int:
    week, weekday = divmod(day, 7)
    rhythm = (1.1, 1.3, 1.3, 1.2, 1.0, 0.25, 0.2)[weekday]
    season = 0.45 if week in SLOW_WEEKS else 2.4 if week == VIRAL_WEEK else 1.05
    return int(EVENTS_A_DAY * rhythm * season * chance.uniform(0.85, 1.15))


def _event(number: int, day: int, chance: random.Random, everybody: list[Person], posts: list[str]) -> dict[str, Any]:
    person = chance.choices(everybody, [each.activity for each in everybody])[0]
    at = _moment(day, 8 + min(int(chance.betavariate(2, 2) * 13), 12), chance.randrange(60))
    event: dict[str, Any] = {
        "id": f"demo-{number}",
        "key": f"demo:{number}",
        "subject": person.alias,
        "time": at.isoformat(),
    }
    kind = 0.0 if person.number == SPAMMER else chance.random()
    if kind < 0.62:
        event["type"] = "content.shared"
        event["data"] = {
            "content": chance.choice(posts[-12:]),
            "channel": chance.choice(CHANNELS),
            "own_words": person.number != SPAMMER and chance.random() < 0.6,
            "topics": [chance.choice(TOPICS)],
        }
    elif kind < 0.72:
        event["type"], event["data"] = "content.reviewed", {"useful": chance.random() < 0.85}
    elif kind < 0.82:
        event["type"], event["data"] = "planning.joined", {"topics": [chance.choice(TOPICS)]}
    elif kind < 0.9:
        event["type"], event["data"] = "content.liked", {"content": chance.choice(posts[-12:])}
    else:
        event["type"], event["data"] = "content.proposed", {"topics": [chance.choice(TOPICS)]}
    return event


def _moment(day: int, hour: int, minute: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=day), time(hour, minute), ZONE)
