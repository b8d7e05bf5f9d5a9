"""Streaks: what an act brings that makes one go on, and what is taken back when its period has no act any more.

Going on with a period brings the streak's points once, whichever act it was that made it go on: the first of the
period, or a late one of an earlier period that closed a gap. They count in the caps over everything, and bring no
other currency: nobody is paid money for not taking a break.
"""

from engine.core.badges import PersonFacts
from engine.core.days import Day
from engine.core.desk import Desk
from engine.core.held import has_step, steps_of
from engine.core.journal import JournalEntry
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn
from engine.core.lines.ledger import Posted
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.pay import HUNDRED, Payment
from engine.core.periods import local_day, period_bounds_days, period_of
from engine.core.ready import ReadyBadge
from engine.core.rest import zone_of
from engine.core.rules import Cap
from engine.core.runs import acts_in, best_of, going_on, is_folded, is_settled, settled_in
from engine.core.streak import Streak


def act_in_streaks(desk: Desk, who: int, streaks: tuple[Streak, ...], time: int, day: Day) -> None:
    """Count an act in its period of each of these streaks, and bring what that makes go on."""
    plan, state = desk.plan, desk.members[who]
    at = local_day(time, zone_of(plan, state))
    periods = [(streak, _first_day(desk, streak, at)) for streak in streaks]
    periods = [(streak, first) for streak, first in periods if not is_folded(state, streak.code, first)]
    if not periods:
        return
    begun = [streak for streak, first in periods if not acts_in(state, streak.code, first)]
    before = [going_on(plan, streak, state) for streak in begun]
    desk.write(StreakActed(who, 1, tuple([(streak.code, first) for streak, first in periods])))
    for streak, went_on in zip(begun, before, strict=True):
        _go_on(desk, who, streak, went_on, day)
        _grant(desk, who, streak, day.number)


def _first_day(desk: Desk, streak: Streak, day: int) -> int:
    kind = streak.every
    return period_bounds_days(kind, period_of(kind, day, desk.plan.rulebook.week_starts))[0]


def _go_on(desk: Desk, who: int, streak: Streak, before: dict[int, int], day: Day) -> None:
    """Bring the points of the periods with which the streak goes on now and did not before."""
    state = desk.members[who]
    for period, length in going_on(desk.plan, streak, state).items():
        if period in before or is_settled(desk.plan, streak, state, period):
            continue
        amount, held_by = 0, -1
        caps: tuple[Cap, ...] = ()
        if streak.points:
            caps = desk.plan.caps_on_all
            payment = Payment(desk, who, streak.code, day)
            amount = payment.fits_caps(caps, streak.points, streak.points, HUNDRED)
            held_by = payment.held_by
        slots = tuple([(cap.slot.code, day.of(cap.slot)) for cap in caps]) if amount else ()
        first = period_bounds_days(streak.every, period)[0]
        desk.write(StreakWentOn(who, streak.code, first, day.number, length, amount, slots))
        if amount:
            points = desk.plan.points
            desk.post(Posted(who, streak.code, points, amount, day.number, streak.points, HUNDRED, held_by))


def _badges_of(desk: Desk, streak: Streak) -> tuple[ReadyBadge, ...]:
    return desk.plan.streak_badges.get(streak.code, ())


def _grant(desk: Desk, who: int, streak: Streak, day: int) -> None:
    """Grant the badges for the most periods in a row that were ever reached."""
    badges = _badges_of(desk, streak)
    if not badges:
        return
    best = best_of(desk.plan, streak, desk.members[who])
    for ready in badges:
        badge = ready.badge
        held = steps_of(desk.members[who], badge.code, "")
        missing = [step for step, tier in enumerate(badge.tiers) if best >= tier.at and not has_step(held, step)]
        if not missing or not (
            ready.condition is None or ready.condition.holds(PersonFacts(desk, desk.people[who].id, day))
        ):
            continue
        for step in missing:
            desk.write(BadgeGranted(who, badge.code, step, day))


class Touched:
    """The streaks that a retraction takes from, or that come back with what it took: as they are before it does."""

    def __init__(self, desk: Desk, journal: JournalEntry) -> None:
        self._desk, self._journal = desk, journal
        self._week_starts = desk.plan.rulebook.week_starts
        self._periods: dict[tuple[int, int], dict[int, int]] = {}
        """(place in the table of people, streak) -> first day of a period -> the day for which it was posted, or 0"""
        self.posted: dict[tuple[int, int], None] = {}
        """(place, day) of what was taken back or brought anew"""
        self._before: dict[tuple[int, int], tuple[dict[int, int], int]] = {}
        for line in journal.lines:
            match line:
                case StreakActed():
                    for streak, first in line.periods:
                        self._note(line.who, streak, first, 0)
                case StreakWentOn() if not line.undone:
                    self._note(line.who, line.streak, line.first, line.day)
                case _:
                    pass

    def _note(self, place: int, code: int, first: int, day: int) -> None:
        desk, streak = self._desk, self._desk.plan.streaks.get(code)
        who = desk.who_then(self._journal.people[place])
        self._periods.setdefault((who, code), {})[first] = day
        if streak is not None and (who, code) not in self._before:
            state = desk.members[who]
            self._before[who, code] = going_on(desk.plan, streak, state), best_of(desk.plan, streak, state)

    def take_back(self, *, badges_stay: bool) -> None:
        """Take back what the periods brought with which no streak goes on any more, and the badges of those.

        `posted` has then the days for which that was posted.
        """
        for (who, code), periods in self._periods.items():
            streak = self._desk.plan.streaks.get(code)
            if streak is None:
                gone = [first for first in periods if not acts_in(self._desk.members[who], code, first)]
            else:
                goes_on, week_starts = going_on(self._desk.plan, streak, self._desk.members[who]), self._week_starts
                gone = [first for first in periods if period_of(streak.every, first, week_starts) not in goes_on]
            for first in gone:
                self._undo(who, code, first, periods[first])
            if streak is not None and not badges_stay:
                self._withdraw(who, streak)

    def _undo(self, who: int, code: int, first: int, own: int) -> None:
        """Take back what a period brought; `own` is the day for which the entry that is taken back had posted it, or 0.

        What another entry had posted goes from the units that the member has now: those of then are not remembered.
        """
        desk = self._desk
        settled = settled_in(desk.members[who], code, first)
        if settled is None:
            return
        amount, on = settled
        if own != on:
            who = desk.who(desk.people[who].id)
        day = desk.plan.days[on]
        payment = Payment(desk, who, code, day)
        # A cap that came into force since has nothing to give back.
        caps = [cap for cap in desk.plan.caps_on_all if amount and payment.used(cap.slot, day, "")[1] >= amount]
        slots = tuple([(cap.slot.code, day.of(cap.slot)) for cap in caps])
        desk.write(StreakWentOn(who, code, first, on, 0, amount, slots, undone=True))
        if amount:
            desk.post(Posted(who, code, desk.plan.points, -amount, on))
            self.posted[who, on] = None

    def _withdraw(self, who: int, streak: Streak) -> None:
        desk, best_before = self._desk, self._before[who, streak.code][1]
        best = best_of(desk.plan, streak, desk.members[who])
        for ready in _badges_of(desk, streak):
            badge = ready.badge
            for step, tier in enumerate(badge.tiers):
                held = steps_of(desk.members[who], badge.code, "")
                if best < tier.at <= best_before and has_step(held, step):
                    desk.write(BadgeWithdrawn(who, badge.code, step))

    def give_back(self) -> None:
        """Bring what goes on again with the acts that came back, as it is worked out now."""
        for (who, code), periods in self._periods.items():
            streak = self._desk.plan.streaks.get(code)
            if streak is not None:
                day = max([day for day in periods.values() if day] or [self._desk.today])
                _go_on(self._desk, who, streak, self._before[who, code][0], self._desk.plan.days[day])
                self.posted[who, day] = None
                _grant(self._desk, who, streak, day)
