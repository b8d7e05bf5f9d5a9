"""What a rule pays one person: base, fade, rounding, the rule's limits, caps, currency limits, in this order.

Integers only. Every limit pays the room that is left; nothing that was refused uses anything up.
"""

from typing import Final

from engine.core.days import Day
from engine.core.desk import Desk, value_key
from engine.core.facts import ActFacts
from engine.core.holds import has_room
from engine.core.lines.counts import OnceUsed, SlotUse
from engine.core.lines.ledger import Boosted, Held, Posted
from engine.core.lines.refusals import Reason
from engine.core.numbers import used_in
from engine.core.periods import local_day
from engine.core.rules import Cap, Currency, Rule, Slot, Use
from engine.core.uses import NOTHING_USED, used_at, uses_of

HUNDRED: Final = 100
MOST_POSTED: Final = 10**9
"""No posting has more points; only a boost could make one so large."""


def part_of(base: int, percent: int) -> int:
    """So many percent of a whole number, rounded half down.

    >>> part_of(5, 50), part_of(7, 50), part_of(3, 25)
    (2, 3, 1)
    """
    return -((HUNDRED // 2 - base * percent) // HUNDRED)


def boosted_part_of(base: int, percent: int, boost_percent: int) -> int:
    """The same of what a boost makes of a number: two percentages in one computation, rounded half down once.

    >>> boosted_part_of(5, 50, 150), boosted_part_of(5, 50, 120), boosted_part_of(3, 25, 200)
    (4, 3, 1)
    """
    half = HUNDRED * HUNDRED // 2
    return min(-((half - base * percent * boost_percent) // (HUNDRED * HUNDRED)), MOST_POSTED)


class Payment:
    """One rule (or word, by its code) paying one person for one act."""

    __slots__ = (
        "_slots",
        "agreed",
        "boost",
        "boost_percent",
        "cause",
        "day",
        "desk",
        "held_by",
        "plan",
        "state",
        "who",
    )

    def __init__(self, desk: Desk, who: int, cause: int, day: Day) -> None:
        self.desk, self.who, self.cause, self.day = desk, who, cause, day
        self.plan, self.state = desk.plan, desk.members[who]
        self.held_by, self.boost, self.boost_percent, self.agreed = -1, -1, HUNDRED, -1
        self._slots: list[SlotUse] = []

    def agree(self, held: Held) -> None:
        """Pay what waited, now that somebody has agreed: at most so much, and with the boost of then."""
        self.agreed, self.boost, self.boost_percent = held.amount, held.boost, held.boost_percent
        self.day = self.plan.days[held.day]

    def part(self, base: int, percent: int) -> int:
        """So much of a base, boosted; never more than what was agreed to."""
        amount = part_of(base, percent) if self.boost < 0 else boosted_part_of(base, percent, self.boost_percent)
        return amount if self.agreed < 0 else min(amount, self.agreed)

    def waits(self, amount: int, base: int, percent: int) -> bool:
        """Whether so many points wait until somebody agrees: then nothing is paid, and nothing used up."""
        if amount <= self.plan.waits_over or self.agreed >= 0:
            return False
        approval, desk, day = self.plan.rulebook.approval, self.desk, self.day.number
        assert approval is not None, "else nothing is so large"
        if not has_room(desk.draft, desk.position, desk.recorded):
            self.refuse(Reason.TOO_MANY_HELD, -1, base, percent)
            return True
        until, boost = desk.recorded + approval.within_ms, self.boost
        desk.write(Held(self.who, self.cause, amount, day, base, percent, until, boost, self.boost_percent))
        return True

    def refuse(self, reason: Reason, slot: int, base: int, percent: int, period: int = 0) -> None:
        """Remark why nothing is paid."""
        self.desk.refuse(self.who, self.cause, reason, slot=slot, base=base, percent=percent, period=period)

    def fits_caps(self, caps: tuple[Cap, ...], amount: int, base: int, percent: int) -> int:
        """What the caps leave of an amount; 0 when one of them is full (and that is remarked)."""
        for cap in caps:
            _, points = self.used(cap.slot, self.day, "")
            room = cap.points - points
            if room <= 0:
                self.refuse(Reason.CAP, cap.slot.code, base, percent, self.day.of(cap.slot))
                return 0
            if amount > room:
                amount, self.held_by = room, cap.slot.code
        return amount

    def post_points(self, caps: tuple[Cap, ...], amount: int, base: int, percent: int) -> None:
        """Post points and what other currencies earn by points; count the caps, for the next `use` of the amount."""
        points, day = self.plan.points, self.day.number
        if self.boost >= 0:
            self.desk.write(Boosted(self.who, self.boost, self.boost_percent))
        self.desk.post(Posted(self.who, self.cause, points, amount, day, base, percent, self.held_by))
        for cap in caps:
            self.count(cap.slot, self.day, "", 0)
        for currency in self.plan.earned_by_points:
            self._post_currency(currency, amount * currency.per_point)

    def post_currency(self, code: int, asked: int) -> None:
        """Post another currency as far as its own limits leave room."""
        self._post_currency(self.plan.currencies[code], asked)

    def _post_currency(self, currency: Currency, asked: int) -> None:
        amount, held_by = asked, -1
        if currency.last_day is not None and self.day.number > currency.last_day:
            self.refuse(Reason.CURRENCY_ENDED, currency.code, asked, HUNDRED)
            return
        for slot, most in currency.limits:
            _, used = self.used(slot, self.day, "")
            room = most - used
            if room <= 0:
                self.refuse(Reason.CURRENCY_LIMIT, slot.code, asked, HUNDRED, self.day.of(slot))
                return
            if amount > room:
                amount, held_by = room, slot.code
        self.desk.post(Posted(self.who, self.cause, currency.code, amount, self.day.number, asked, HUNDRED, held_by))
        if currency.limits:
            self.desk.use(self.who, amount, [(slot.code, self.day.of(slot), 0, "") for slot, _ in currency.limits])

    def used(self, slot: Slot, day: Day, value: str) -> tuple[int, int]:
        """How often, and for how many points, a slot was used in the period of this day."""
        used = uses_of(self.state, slot.code, value)
        if used is None:
            return NOTHING_USED
        if slot.code in self.plan.plain_slots:
            return used_at(used, day.of(slot))
        return used_in(self.state, slot, day, self.desk.today, value)

    def count(self, slot: Slot, day: Day, value: str, times: int) -> None:
        """Count an act, or only its points, in a slot with the next `use`."""
        self._slots.append((slot.code, day.of(slot), times, value))

    def use(self, points: int) -> None:
        """Use up so many points, and the acts, of the slots that have been counted."""
        if self._slots:
            self.desk.use(self.who, points, self._slots)
            self._slots = []


class RulePayment(Payment):
    """A rule paying one person."""

    __slots__ = ("facts", "rule", "subject")

    def __init__(self, facts: ActFacts, rule: Rule, who: int, subject: str | None = None) -> None:
        """`subject` is who acted, where the facts have no place for them."""
        super().__init__(facts.desk, who, rule.code, facts.on)
        self.facts, self.rule, self.subject = facts, rule, subject

    def pay(self, base: int) -> bool:
        """Pay as much of `base` as all bounds leave; whether anything was paid.

        A rule with other amounts than points is paid even where its points are none.
        """
        rule = self.rule
        mark = self._once_values()
        if mark is not None and self._was_paid_for(mark):
            self.refuse(Reason.ONCE, -1, base, HUNDRED)
            return False
        if self.facts.plan.boosts and self.agreed < 0:
            self._boost()
        percent = self._percent()
        amount = self.part(base, percent)
        if amount <= 0 and not (rule.also and percent):
            self._refuse_faded(base, percent)
            return False
        held = self._fits_limits(amount, base, percent)
        if held is None:
            return False
        amount = held
        caps = self.facts.plan.caps
        if amount:
            amount = self.fits_caps(caps, amount, base, percent)
            if not amount or self.waits(amount, base, percent):
                return False
            self.post_points(caps, amount, base, percent)
        for currency, more in rule.also:
            self.post_currency(currency, more)
        for use in rule.counts:
            self.count(use.slot, self._day_of(use), self._value_of(use.slot), 1)
        self.use(amount)
        if mark is not None and rule.once is not None:
            forget = rule.once.forget_days
            self.desk.use_once(OnceUsed(self.who, rule.code, mark, 0 if forget is None else self.desk.today + forget))
        return True

    def _was_paid_for(self, mark: str) -> bool:
        marks = self.state.once.get(self.rule.code)
        forget_day = None if marks is None else marks.get(mark)
        return forget_day is not None and (not forget_day or forget_day >= self.desk.today)

    def _boost(self) -> None:
        boost = self.facts.boost()
        if boost is not None:
            self.boost, self.boost_percent = boost.code, boost.percent

    def _percent(self) -> int:
        fade = self.rule.fade
        if fade is None:
            return HUNDRED
        slot = fade.use.slot
        times, _ = self.used(slot, self._day_of(fade.use), self._value_of(slot))
        return fade.percents[min(times, len(fade.percents) - 1)]

    def _refuse_faded(self, base: int, percent: int) -> None:
        fade = self.rule.fade
        if fade is None:
            self.refuse(Reason.FADED, -1, base, percent)
        else:
            slot = fade.use.slot
            self.refuse(Reason.FADED, slot.code, base, percent, self._day_of(fade.use).of(slot))

    def _fits_limits(self, amount: int, base: int, percent: int) -> int | None:
        for limit in self.rule.limits:
            slot, day = limit.use.slot, self._day_of(limit.use)
            times, points = self.used(slot, day, self._value_of(slot))
            if limit.times is not None and times >= limit.times:
                self.refuse(Reason.LIMIT_TIMES, slot.code, base, percent, day.of(slot))
                return None
            if limit.points is not None and amount:
                room = limit.points - points
                if room <= 0:
                    self.refuse(Reason.LIMIT_POINTS, slot.code, base, percent, day.of(slot))
                    return None
                if amount > room:
                    amount, self.held_by = room, slot.code
        return amount

    def _day_of(self, use: Use) -> Day:
        if use.dated is None:
            return self.day
        time = self.facts.data.get(use.dated)
        return self.plan.days[local_day(time, self.plan.rulebook.zone)] if isinstance(time, int) else self.day

    def _value_of(self, slot: Slot) -> str:
        if slot.by is None:
            return ""
        value = self.facts.data.get(slot.by)
        return "" if value is None else value_key(value)

    def _once_values(self) -> str | None:
        """The key of the values that are paid once; None where the rule does not ask or a field is absent."""
        if self.rule.once is None:
            return None
        parts: list[str] = []
        for field in self.rule.once.fields:
            if field == "subject":
                at = self.facts.subject
                subject = self.subject if at < 0 else self.desk.people[at].id
                if subject is None:
                    return None
                parts.append(subject)
                continue
            value = self.facts.data.get(field)
            if value is None:
                return None
            parts.append("|".join(sorted(value)) if isinstance(value, list) else str(value))
        return value_key("\x1f".join(parts))
