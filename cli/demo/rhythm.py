"""When things happen in the demo's organization: how long it lasts, its weeks, its holidays. Pure."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

ZONE = ZoneInfo("Europe/Helsinki")
WEEKS_BEFORE = 26
EVENTS_A_MEMBER_AND_DAY = 0.43
WEEKDAYS = (1.1, 1.3, 1.3, 1.2, 1.0, 0.25, 0.2)
PUBLIC_HOLIDAYS = frozenset({(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26), (12, 31)})
"""Month and day. Midsummer has no fixed day: the Friday from 19 June on, and its Saturday."""

HOLIDAY, CHRISTMAS, JULY, VIRAL = 0.12, 0.35, 0.5, 2.4
THIRD = 1 / 3
WEEKS_OF_CHALLENGES = 4


class Frame(msgspec.Struct, frozen=True):
    """How large the demo is: so many people, so many days of which `last_day` is the last."""

    members: int
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last_day - self.first_day).days + 1

    @property
    def weeks(self) -> int:
        """How many weeks have begun in it."""
        return (self.days + 6) // 7

    @property
    def viral_week(self) -> int:
        """The week in which a post goes round."""
        return round(self.weeks * 0.42)

    @property
    def farewell_week(self) -> int:
        """The week in which many thank the same colleague."""
        return round(self.weeks * 0.55)

    @property
    def packs(self) -> dict[int, tuple[str, ...]]:
        """From these days on, these packs are in force."""
        second, third = (7 * round(self.weeks * part) for part in (THIRD, 2 * THIRD))
        packs = ("starter", "extras/planning", "extras/challenges", "extras/streaks")
        return {second: packs, third: (*packs, "extras/anniversaries", "extras/leadership")}

    @property
    def challenges_begin(self) -> date:
        """The first day of the challenges: so late that what came of them is news at the end, not before their pack."""
        return self.first_day + timedelta(days=max(min(self.packs), 7 * (self.weeks - WEEKS_OF_CHALLENGES - 2)))

    def at(self, part: float) -> int:
        """The day that lies so far into it."""
        return int(self.days * part)

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A time of one of its days."""
        return datetime.combine(self.first_day + timedelta(days=day), time(hour, minute), ZONE)

    def is_workday(self, day: int) -> bool:
        """Whether people are at work."""
        of = self.first_day + timedelta(days=day)
        return of.weekday() < 5 and not _is_holiday(of)

    def events_on(self, day: int, chance: random.Random) -> int:
        """How much happens on a day: less at weekends, on holidays and in July, more when a post goes round."""
        of = self.first_day + timedelta(days=day)
        factor = WEEKDAYS[of.weekday()] * _season(of)
        if day // 7 == self.viral_week:
            factor *= VIRAL
        return int(self.members * EVENTS_A_MEMBER_AND_DAY * factor * chance.uniform(0.85, 1.15))


def frame_until(last_day: date, members: int, weeks: int = WEEKS_BEFORE) -> Frame:
    """Whole weeks, and the one that `last_day` lies in up to that day."""
    monday = last_day - timedelta(days=last_day.weekday())
    return Frame(members, monday - timedelta(weeks=weeks), last_day)


def yesterday() -> date:
    """The last day that is over, where the organization lives: from there on the real clock counts."""
    return datetime.now(ZONE).date() - timedelta(days=1)


def _season(of: date) -> float:
    if _is_holiday(of):
        return HOLIDAY
    if (of.month, of.day) >= (12, 21) or (of.month, of.day) <= (1, 6):
        return CHRISTMAS
    return JULY if of.month == 7 else 1.0


def _is_holiday(of: date) -> bool:
    midsummer = next(date(of.year, 6, day) for day in range(19, 26) if date(of.year, 6, day).weekday() == 4)
    return (of.month, of.day) in PUBLIC_HOLIDAYS or of in {midsummer, midsummer + timedelta(days=1)}
