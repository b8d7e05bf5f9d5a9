"""Everything that happens in the demo, in the order in which it is recorded: one step is one call, or a few. Pure."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from cli.demo.acts import EARLY, Hub
from cli.demo.people import SEED, THANKFUL, Person, people
from cli.demo.rhythm import Frame
from cli.demo.voices import Voices

REASONS = ("Stood in at the fair at short notice", "Translated the whole campaign in one night")
FEATHERS = (
    "Asked the question that nobody dared to ask",
    "Kept a bad draft from going out, and stayed kind",
    "Taught three colleagues without being asked",
)
Kind = Literal["publish", "member", "choose", "change", "content", "events", "said", "retract", "award", "correct"]


class Step(msgspec.Struct, frozen=True):
    """What is posted, when it was recorded, and by whom where a member says it. Sent again it changes nothing."""

    at: datetime
    kind: Kind
    body: Any
    person: int = -1
    path: str = ""


def steps(frame: Frame) -> Iterator[Step]:
    """What happens after the beginning."""
    everybody = people(frame)
    hub = Hub(frame, everybody, random.Random(SEED + 1))
    voices = Voices(frame, everybody, random.Random(SEED + 2))
    for day in range(frame.days):
        yield from _morning(frame, day, everybody)
        if day % 3 == 0:
            at = frame.moment(day, 8)
            post = hub.publish(day, at)
            if post is not None:
                yield Step(at, "content", post)
        events = hub.events_on(day)
        noon, evening = frame.moment(day, 12, 30), frame.moment(day, 22)
        before = [event for event in events if frame.moment(day, 0).isoformat() <= event["time"] < noon.isoformat()]
        yield Step(noon, "events", before)
        for said in voices.on(day):
            yield Step(frame.moment(day, 12, 40), "said", said.body, said.who, said.path)
        yield Step(evening, "events", [event for event in events if event not in before])
        yield from _evening(frame, day, hub)


def _morning(frame: Frame, day: int, everybody: list[Person]) -> Iterator[Step]:
    at = frame.moment(day, 7)
    if day in frame.packs:
        yield Step(at, "publish", frame.packs[day])
    for person in everybody:
        if person.known_on == day and day:
            yield Step(at, "member", None, person.number)
        yield from _choices(frame, day, at, person)
        if person.number % 31 == 7 and day == frame.at(0.48):
            yield Step(at, "change", {"team": "platform" if person.team != "platform" else "brand"}, person.number)
    if day % 28 == 20:
        body: dict[str, Any] = {"badge": "feather-in-the-cap", "reason": FEATHERS[day // 28 % len(FEATHERS)]}
        yield Step(at, "award", {"id": f"feather-{day}", **body}, _present(everybody, day * 3 + 6, day))
    if day % 40 == 25:
        body = {"points": 30, "reason": REASONS[day // 40 % len(REASONS)]}
        yield Step(at, "award", {"id": f"award-{day}", **body}, _present(everybody, day + 2, day))
    if day == frame.at(0.7):
        body = {"id": "counted-twice", "amount": -10, "reason": "The hub told us twice of the same talk"}
        yield Step(at, "correct", body, THANKFUL)


def _present(everybody: list[Person], number: int, day: int) -> int:
    """The first from this number on who takes part."""
    found = (person.number for person in (*everybody[number % len(everybody) :], *everybody) if person.takes_part(day))
    return next(found)


def _choices(frame: Frame, day: int, at: datetime, person: Person) -> Iterator[Step]:
    """What a person chooses on a day: to join, to be shown, to pause, to be away, to leave."""
    if person.joins_on is None:
        return
    if person.joins_on == day:
        yield Step(at, "choose", {"change": "join"}, person.number)
        if person.shown:
            shown = {"boards": "shown", "wall": "shown", "badges": "shown"}
            yield Step(at + timedelta(minutes=5), "choose", shown, person.number)
    if person.pauses is not None and day in person.pauses:
        change = "pause" if day == person.pauses[0] else "resume"
        yield Step(at, "choose", {"change": change}, person.number)
    if person.leaves_on == day and day > person.joins_on:
        yield Step(at, "choose", {"change": "leave"}, person.number)
    if person.number % 17 == 3 and day == frame.at(0.3) and day > person.joins_on:
        first = frame.first_day + timedelta(days=day + 7)
        days = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=13)).isoformat()}
        yield Step(at, "choose", {"change": "away", **days}, person.number)


def _evening(frame: Frame, day: int, hub: Hub) -> Iterator[Step]:
    at = frame.moment(day, 22, 30)
    if day % 6 == 5 and (key := hub.mistaken()) is not None:
        yield Step(at, "retract", {"key": key, "reason": "Reported by mistake", "id": f"back-{day}"})
    if day == frame.at(0.5):
        # Taken back before it comes: its event will pay nothing.
        yield Step(at, "retract", {"key": EARLY, "reason": "Will be reported by mistake", "id": "back-early"})
    if day % 45 == 30 and (found := hub.shared_lately(day)) is not None:
        person, post = found
        body = {"content": post, "member": person.alias, "reason": "The post was taken down", "id": f"post-{day}"}
        yield Step(at, "retract", body)
