"""Who works in the demo's organization, the same every time. Pure. All names are made up."""

import random
from typing import Literal

import msgspec

from cli.demo.rhythm import Frame

Habit = Literal["sharer", "reviewer", "planner", "leader", "spammer"]

SEED = 2026
DEPARTMENTS = {
    "sales-north": "sales", "sales-south": "sales", "partners": "sales", "care": "customers", "field": "customers",
    "product": "technology", "platform": "technology", "research": "technology", "design": "brand", "brand": "brand",
    "people": "house", "legal": "house",
}  # fmt: skip
"""Each team and the department that it belongs to."""

TEAM_SIZES = (30, 26, 14, 28, 22, 25, 30, 12, 18, 20, 21, 0)
"""How many of 250, about, in the order of the teams. The last one is so small that no board may show it."""

SMALL_TEAM = "legal"
COUNTRIES = ("FI", "SE", "EE", "DE")
FIRST_NAMES = (
    "Aamu", "Aslak", "Helka", "Ilta", "Jalo", "Kajo", "Lumi", "Myrsky", "Oras", "Pilvi", "Roihu", "Säde", "Taimi",
    "Tuisku", "Utu", "Vilja", "Viri", "Ystävä", "Kaisla", "Meri", "Ilo", "Halla", "Kuura", "Sumu", "Toive",
)  # fmt: skip
LAST_NAMES = (
    "Esimerkki", "Keksitty", "Kuvitelma", "Malli", "Näyte", "Satunen", "Tarina", "Testilä", "Unelma", "Arvaus",
)  # fmt: skip

MOST_MONTHS = 131

SPAMMER, THANKFUL, LEAVING = 17, 30, 23
"""Somebody who shares far too much, somebody who thanks more than counts, somebody whom many thank in one week."""

LOUD, QUIET, MOST_ACTIVE = 36.0, 2.2, 6.5


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An employee; `alias` is how senders name them. Days count from the first of the demo.

    `known_on` is when HR makes them known, `joins_on` when they join (None: never). Who pauses or leaves does it on
    these days; `activity` says how often somebody does something, compared with the others.
    """

    number: int
    name: str
    alias: str
    team: str
    country: str
    habit: Habit
    shown: bool
    activity: float
    started_on: str = "2020-01"
    known_on: int = 0
    joins_on: int | None = None
    invited_by: int | None = None
    pauses: tuple[int, int] | None = None
    leaves_on: int | None = None

    @property
    def is_leader(self) -> bool:
        """Whether others report to them."""
        return self.habit == "leader"

    def takes_part(self, day: int) -> bool:
        """Whether what they do on this day counts, all day long."""
        if self.joins_on is None or day <= self.joins_on:
            return False
        if self.pauses is not None and self.pauses[0] <= day <= self.pauses[1]:
            return False
        return self.leaves_on is None or day < self.leaves_on


def people(frame: Frame) -> list[Person]:
    """Everybody, in the order of their numbers."""
    chance = random.Random(SEED)
    return [_person(number, frame, chance) for number in range(frame.members)]


def _person(number: int, frame: Frame, chance: random.Random) -> Person:
    habit = _habit(number)
    team = chance.choices(tuple(DEPARTMENTS), TEAM_SIZES)[0]
    country = chance.choices(COUNTRIES, (6, 2, 1, 1))[0]
    early, activity = chance.expovariate(0.12), chance.paretovariate(1.6)
    shown, inviter = chance.random() < 0.8, chance.randrange(9)
    is_newcomer = number % 29 == 12
    joins_on: int | None = min(int(early), frame.at(0.6))
    if is_newcomer:
        joins_on = frame.at(0.3 + number / 500)
    elif number % 11 == 9:
        joins_on = None
    begins = joins_on or 0
    return Person(
        number=number,
        name=f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES)]}",
        alias=f"hr:{1000 + number}",
        team=SMALL_TEAM if number % 60 == 49 else team,
        country=country,
        habit=habit,
        shown=shown or habit == "spammer",
        activity=LOUD if habit == "spammer" else QUIET if habit == "reviewer" else min(activity, MOST_ACTIVE),
        started_on=_first_month(number, frame),
        known_on=begins - 3 if is_newcomer else 0,
        joins_on=joins_on,
        invited_by=inviter if number % 7 == 5 and number > 9 else None,
        pauses=(begins + frame.at(0.2), begins + frame.at(0.32)) if number % 23 == 5 else None,
        leaves_on=frame.at(0.8) if number % 61 == 13 else None,
    )


def _first_month(number: int, frame: Frame) -> str:
    """The first month at work, up to eleven years before the demo."""
    month = frame.first_day.year * 12 + frame.first_day.month - 1 - number * 7 % MOST_MONTHS
    return f"{month // 12}-{month % 12 + 1:02}"


def _habit(number: int) -> Habit:
    if number == SPAMMER:
        return "spammer"
    if number % 40 == 3:
        return "leader"
    if number % 10 == 6:
        return "reviewer"
    return "planner" if number % 6 == 1 else "sharer"
