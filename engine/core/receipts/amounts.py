"""What was paid and what was not, step by step: base, fade, limits, caps, other currencies. Pure."""

import msgspec

from engine.core.entries import Act, AnyEntry, Corrected, OpeningBalance, Retracted, Turned
from engine.core.lines.ledger import BY_HAND, Boosted, Held, Posted
from engine.core.lines.refusals import Reason, Refused
from engine.core.periods import PeriodKind, local_day, month_of, next_period, period_bounds_ms
from engine.core.receipts.conditions import line_in_words
from engine.core.receipts.speech import Speech
from engine.core.receipts.words import PHRASES, Phrase, nth_in_words, times_in_words
from engine.core.rules import Cap, Limit, Slot

FULL = 100

AMONG_SAID = 3
"""So many rules that share a counter are named."""


class Earlier(msgspec.Struct, frozen=True):
    """The act that used a limit's room: which slot and period, and when it was."""

    slot: int
    period: int
    time: int


class Amounts(Speech):
    """See the module."""

    def paid(self, line: Posted, entry: AnyEntry, boost: Boosted | None = None) -> list[str]:
        """A posting, and why it is as large as it is."""
        if isinstance(entry, OpeningBalance):
            return [self._carried(line)]
        if line.cause == BY_HAND:
            return [self._by_hand(line, entry)]
        if isinstance(entry, Turned):
            facts = {"title": self.title(line.currency), "amount": line.amount}
            return [self.say("ran_out", month=self.in_month(month_of(line.day)), **facts)]
        if line.currency != self.plan.points:
            return [self._currency(line)]
        title = self.title(line.cause)
        if line.amount < 0:  # a retraction, or an event that says that something was removed
            return [self.say("taken_back", title=title, points=self.points(line.amount))]
        if isinstance(entry, Retracted):
            return [self.say("given_back", title=title, points=self.points(line.amount))]
        facts = {
            "title": title,
            "points": self.points(line.amount),
            "base_points": self.points(line.base),
            "amount": line.amount,
            "base": line.base,
            "percent": line.percent,
        }
        if boost is not None:
            facts |= {"boost": self.title(boost.boost), "boost_percent": boost.percent}
        why = [] if line.percent == FULL else self._why_part(line)
        if line.held_by >= 0:
            why = why if boost is None else [self.say("boosted", **facts), *why]
            return [self.say("paid_room", bound=self._bound(line.cause, line.held_by), **facts), *why]
        if boost is not None:
            return [self.say("paid_boosted" if line.percent == FULL else "paid_boosted_percent", **facts), *why]
        return [self.say("paid" if line.percent == FULL else "paid_percent", **facts), *why]

    def waiting(self, line: Held, now: int) -> str:
        """That a colleague agrees first; once that time is over, that it was so."""
        phrase: Phrase = "held" if now < line.until else "held_before"
        title, points = self.title(line.cause), self.points(line.amount)
        return self.say(phrase, title=title, points=points, moment=self.moment(line.until))

    def not_paid(self, line: Refused, entry: AnyEntry | None, earlier: tuple[Earlier, ...], now: int) -> list[str]:
        """Why nothing was paid, and from when on the next one counts; `entry` is None where it is not told."""
        slot, limit = self.plan.slots.get(line.slot), self._limit(line.cause, line.slot)
        facts = {
            "title": self.title(line.cause),
            "times": times_in_words(limit.times or 0, self.language) if limit is not None else "",
            "counts": "counts" if limit is not None and limit.times == 1 else "count",
            "points": self.points(self._most_points(line, limit)),
            "per": self.per(slot),
            "value": _value(slot, entry),
            "earlier": self._earlier(line, limit, entry, earlier),
        }
        match line.reason:
            case Reason.CONDITION:
                return [self._condition(line)]
            case Reason.FADED:
                sentence = self._faded(line, slot)
            case Reason.CAP:
                sentence = self.say("cap", **{**facts, "scope": self._scope(self._cap(line.slot))})
            case Reason.CURRENCY_ENDED:
                currency = self.plan.currencies.get(line.slot)
                ended = 0 if currency is None or currency.last_day is None else currency.last_day
                return [self.say("currency_ended", title=self.title(line.slot), day=self.day_of_year(ended))]
            case Reason.CURRENCY_LIMIT:
                return [self._full_currency(line, slot)]
            case _:
                sentence = self.say(_PHRASE_OF[line.reason], **facts)
        if line.reason not in _HELD_BY_A_PERIOD or slot is None:
            return [sentence]
        return [sentence, self.say("nothing_wrong"), *self._from_when(slot, line.period, now)]

    def _from_when(self, slot: Slot, period: int, now: int) -> list[str]:
        """When the next period begins; where that has passed already, which period it was."""
        if slot.per.kind in {"ever", "last_days", "last_weeks"}:
            return []
        kind = PeriodKind(slot.per.kind)
        start = period_bounds_ms(kind, next_period(kind, period), self.zone)[0]
        if start > now:
            return [self.say("next_from", moment=self.moment(start))]
        return [self.say("was_full", period=self.period(kind, period))]

    def _carried(self, line: Posted) -> str:
        if line.currency != self.plan.points:
            return self.say("carried_currency", title=self.title(line.currency), amount=f"{line.amount:+d}")
        return self.say("carried", points=self.points(line.amount, sign="+"))

    def _by_hand(self, line: Posted, entry: AnyEntry) -> str:
        phrase: Phrase = "corrected" if isinstance(entry, Corrected) else "by_hand"
        if line.currency != self.plan.points:
            return self.say("currency", title=self.title(line.currency), amount=f"{line.amount:+d}")
        return self.say(phrase, points=self.points(line.amount, sign="+"))

    def _currency(self, line: Posted) -> str:
        title = self.title(line.currency)
        most = self._most_of_currency(line.held_by)
        if line.held_by < 0 or line.amount < 0 or most is None:
            return self.say("currency", title=title, amount=line.amount)
        per = self.per(self.plan.slots.get(line.held_by))
        return self.say("currency_room", title=title, amount=line.amount, most=most, per=per, base=line.base)

    def _full_currency(self, line: Refused, slot: Slot | None) -> str:
        found = next((c for c in self.plan.rulebook.currencies for s, _ in c.limits if s.code == line.slot), None)
        title = self.title(line.cause) if found is None else self.text(found.title)
        return self.say("currency_limit", title=title, most=self._most_of_currency(line.slot), per=self.per(slot))

    def _most_of_currency(self, slot: int) -> int | None:
        limits = (limit for currency in self.plan.rulebook.currencies for limit in currency.limits)
        return next((most for of, most in limits if of.code == slot), None)

    def _why_part(self, line: Posted) -> list[str]:
        """Why a payment is not the whole base: the step of its rule's fade, or a thanks that came straight back."""
        thanks = self.plan.rulebook.thanks
        if thanks is not None and line.cause == thanks.code:
            return [self.say("mutual", title=self.title(line.cause), n=thanks.mutual_days, percent=line.percent)]
        step = self._step(line.cause, line.percent)
        return [] if step is None else [step]

    def _step(self, cause: int, percent: int) -> str | None:
        """Which steps of a fade bring so many percent, and how many come before them."""
        rule = self.rules.get(cause)
        if rule is None or rule.fade is None or percent not in rule.fade.percents:
            return None
        percents, per = rule.fade.percents, self.per(rule.fade.use.slot)
        first = percents.index(percent) + 1
        last = None if percents[-1] == percent else first + percents.count(percent) - 1
        whole = percents.count(percents[0])
        return self.say(
            "step_one" if first == last else "step_some",
            title=self.title(cause),
            nth=nth_in_words(first, last, self.language),
            per=per,
            among=self._among(cause, rule.fade.use.slot.code),
            percent=percent,
            firsts=PHRASES[self.language]["first_one" if whole == 1 else "first_some"].format(
                n=times_in_words(whole, self.language), percent=percents[0]
            ),
        )

    def _faded(self, line: Refused, slot: Slot | None) -> str:
        """After how many of a period nothing more is paid; or that a small part is less than one point."""
        rule, title = self.rules.get(line.cause), self.title(line.cause)
        percents = () if rule is None or rule.fade is None else rule.fade.percents
        step = self._step(line.cause, line.percent)
        if line.percent and step is not None:
            return f"{step} {self.say('less_than_one', percent=line.percent, points=self.points(line.base))}"
        times = times_in_words(percents.index(0) if 0 in percents else 0, self.language)
        return self.say("faded", title=title, times=times, per=self.per(slot), among=self._among(line.cause, line.slot))

    def _among(self, cause: int, slot: int) -> str:
        """The other rules whose paid acts are counted together with this one's."""
        titles = [
            f"“{self.text(rule.title)}”"
            for rule in self.plan.rulebook.rules
            if rule.code != cause and any(use.slot.code == slot for use in rule.counts)
        ]
        if len(titles) > AMONG_SAID:
            titles[AMONG_SAID:] = ["…"]
        return PHRASES[self.language]["among"].format(titles=", ".join(titles)) if titles else ""

    def _condition(self, line: Refused) -> str:
        rule, title = self.rules.get(line.cause), self.title(line.cause)
        needs = None if rule is None else line_in_words(rule.condition, line.line, self)
        return self.say("condition", title=title) if needs is None else self.say("needs", title=title, needs=needs)

    def _bound(self, cause: int, slot: int) -> str:
        """The limit or cap whose room was left, with its number and period."""
        per = self.per(self.plan.slots.get(slot))
        limit, cap = self._limit(cause, slot), self._cap(slot)
        phrases = PHRASES[self.language]
        if limit is not None and limit.points is not None:
            return phrases["bound_of_rule"].format(points=self.points(limit.points), per=per)
        points = self.points(0 if cap is None else cap.points)
        return phrases["bound_of_cap"].format(points=points, per=per, scope=self._scope(cap))

    def _scope(self, cap: Cap | None) -> str:
        """What a cap is on: an event by its title, a group by its name, or everything."""
        if cap is None or not cap.on:
            return PHRASES[self.language]["everything"]
        event = self.plan.rulebook.events.get(cap.label)
        return f"“{cap.label.removeprefix('@') if event is None else self.text(event.title)}”"

    def _cap(self, slot: int) -> Cap | None:
        return next((cap for cap in self.plan.rulebook.caps if cap.slot.code == slot), None)

    def _limit(self, cause: int, slot: int) -> Limit | None:
        rule, thanks = self.rules.get(cause), self.plan.rulebook.thanks
        limits = [] if rule is None else list(rule.limits)
        if thanks is not None:
            limits.extend(limit for limit in (thanks.allowance, thanks.same_pair) if limit is not None)
        return next((limit for limit in limits if limit.use.slot.code == slot), None)

    def _most_points(self, line: Refused, limit: Limit | None) -> int:
        if limit is not None and limit.points is not None:
            return limit.points
        cap = self._cap(line.slot)
        return 0 if cap is None else cap.points

    def _earlier(self, line: Refused, limit: Limit | None, entry: AnyEntry | None, earlier: tuple[Earlier, ...]) -> str:
        """Which act used the room: by its hour on the same day, else with its day; of several the latest."""
        found = next((act for act in earlier if (act.slot, act.period) == (line.slot, line.period)), None)
        if found is None:
            return ""
        is_same_day = isinstance(entry, Act) and local_day(entry.time, self.zone) == local_day(found.time, self.zone)
        moment = self.clock(found.time) if is_same_day else self.moment(found.time)
        is_only = limit is not None and limit.times == 1
        return PHRASES[self.language]["earlier" if is_only else "earlier_latest"].format(moment=moment)


_PHRASE_OF: dict[Reason, Phrase] = {
    Reason.LIMIT_TIMES: "limit_times",
    Reason.LIMIT_POINTS: "limit_points",
    Reason.ONCE: "once",
    Reason.TO_ONESELF: "to_oneself",
    Reason.FORMULA_FAULT: "formula",
    Reason.TAKEN_BACK_BEFORE: "taken_back_before",
    Reason.NOT_TAKING_PART: "not_taking_part",
    Reason.TOO_MANY_ABOUT: "too_many",
    Reason.TOO_MANY_VALUES: "too_many",
    Reason.ALLOWANCE: "allowance",
    Reason.SAME_PAIR: "same_pair",
    Reason.NOTHING_TO_TAKE_BACK: "already_counted",
    Reason.ALREADY_TAKEN_BACK: "already_counted",
    Reason.NOT_THEIRS: "already_counted",
    Reason.KEY_AGAIN: "already_counted",
    Reason.UNKNOWN_NAME: "formula",
    Reason.RETRIED_BEFORE: "already_counted",
    Reason.NOT_ASIDE: "already_counted",
    Reason.WITHOUT_POINTS: "without_points",
    Reason.DECLINED: "declined",
    Reason.NOT_HELD: "already_counted",
    Reason.OWN_APPROVAL: "already_counted",
    Reason.TOO_MANY_HELD: "too_many_held",
    Reason.NOTHING_ASKED: "nothing_asked",
    Reason.COUNTED_BEFORE: "already_counted",
    Reason.TOO_MUCH_PAST: "already_counted",
    Reason.CARRIED_BEFORE: "carried_before",
}
"""Every reason that says nothing but what holds for all of its kind."""

_HELD_BY_A_PERIOD = frozenset(
    {Reason.LIMIT_TIMES, Reason.LIMIT_POINTS, Reason.CAP, Reason.FADED, Reason.ALLOWANCE, Reason.SAME_PAIR}
)


def _value(slot: Slot | None, entry: AnyEntry | None) -> str:
    if slot is None or slot.by is None or not isinstance(entry, Act):
        return ""
    value = entry.data.get(slot.by)
    return f" ({value})" if isinstance(value, str) else ""
